"""Scripts as EmotionML and back: each span is an emotion with its text, its times and, by reference, its speaker.

EmotionML has no place for pauses and sounds, and no modality for music or video: ``document_of_script`` says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

from conditioning.emotion import Emotion
from conditioning.emotionml import Annotation, Document, Reference
from conditioning.emotionml_meaning import annotation_of, document_of, understand_annotation
from conditioning.errors import RequestError
from conditioning.spans import Script, Span

__all__ = ["document_of_script", "script_of_document"]

_MODALITY = {"speech": "voice", "face": "face"}
_MEDIUM = {modality: medium for medium, modality in _MODALITY.items()}
_SPEAKER = "#speaker-"


def document_of_script(script: Script) -> tuple[Document, tuple[str, ...]]:
    """The document of a script, and a sentence for each thing that it cannot say.

    A span's own emotion of voice or face follows it as an emotion of its own that is expressed through that.
    """
    annotations: list[Annotation] = []
    lost: list[str] = []
    for span in script.spans:
        times = {} if span.start is None or span.end is None else {
            "start": round(span.start * 1000), "end": round(span.end * 1000),
        }  # fmt: skip
        said_by = (
            (Reference(_SPEAKER + quote(span.speaker, safe=""), "experiencedBy"),) if span.speaker else ()
        )
        annotations.append(annotation_of(span.emotion, text=span.text, times=times, references=said_by))
        for medium, emotion in span.overrides.items():
            if medium in _MODALITY:
                annotations.append(
                    annotation_of(emotion, times=times, expressed_through=(_MODALITY[medium],))
                )
        lost += _lost(span)
    return document_of(tuple(annotations)), tuple(dict.fromkeys(lost))


def script_of_document(document: Document) -> tuple[Script, tuple[str, ...]]:
    """The script of a document's texts, and a sentence for each thing that is not followed.

    Args:
        document: emotions with text; one without text that is expressed through voice or face belongs to the span before it,
            and plain text between emotions is neutral.

    Raises:
        RequestError: the document has no text.
        EmotionError: an emotion means nothing in the studio.
    """
    spans: list[Span] = []
    notes: list[str] = []
    for annotation in document.annotations:
        if annotation.before:
            spans.append(Span(annotation.before, Emotion.neutral()))
        understood = understand_annotation(annotation)
        notes += [
            note for note in understood.notes if "References" not in note and "expressed through" not in note
        ]
        media = [_MEDIUM[modality] for modality in annotation.expressed_through if modality in _MEDIUM]
        notes += [
            f"Expression through {m} is not followed."
            for m in annotation.expressed_through
            if m not in _MEDIUM
        ]
        if len(understood.timeline.keyframes) > 1:
            notes.append("A trace is followed at its start alone, since the voice gives the time.")
        if not annotation.text and media and spans:
            own = {**spans[-1].overrides, **dict.fromkeys(media, understood.emotion)}
            spans[-1] = replace(spans[-1], overrides=own)
        elif annotation.text:
            spans.append(_span(annotation, understood.emotion, media))
        else:
            notes.append("An emotion without text is not said.")
    if document.after:
        spans.append(Span(document.after, Emotion.neutral()))
    if not any(letter.isalnum() for span in spans for letter in span.text):
        raise RequestError(
            "The document has no text to be said.", "Write the words into the <emotion> elements."
        )
    return Script(tuple(spans)), tuple(dict.fromkeys(notes))


def _span(annotation: Annotation, emotion: Emotion, media: list[str]) -> Span:
    start, end = annotation.times.get("start"), annotation.times.get("end")
    if start is not None and end is None and "duration" in annotation.times:
        end = start + annotation.times["duration"]
    timed = start is not None and end is not None
    speakers = [
        unquote(r.uri.removeprefix(_SPEAKER)) for r in annotation.references if r.uri.startswith(_SPEAKER)
    ]
    return Span(
        annotation.text,
        Emotion.neutral() if media else emotion,
        speaker=speakers[0] if speakers else "",
        overrides=dict.fromkeys(media, emotion),
        start=start / 1000 if timed and start is not None else None,
        end=end / 1000 if timed and end is not None else None,
    )


def _lost(span: Span) -> Iterator[str]:
    if span.pause and span.start is None:
        yield "EmotionML has no pauses."
    if span.sounds:
        yield "EmotionML has no sounds such as laughs and sighs."
    if span.style:
        yield "EmotionML has no styles of speaking such as whispers."
    if span.readings or not span.prosody.plain:
        yield "EmotionML has no pronunciations, emphasis or prosody."
    for medium in span.overrides:
        if medium not in _MODALITY:
            yield f"EmotionML has no emotion of the {medium} alone."
