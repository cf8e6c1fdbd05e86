"""The script as the page edits it: its sentences with what is felt in them, and marks written into the text.

The text is the one place where emotions stand. What a mark means is asked of ``conditioning``; here it is only found
where marks and sentences lie, so that one can be replaced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, ScriptError, UnknownNameError
from conditioning.parsing import parse_emotion, write_emotion
from conditioning.script import Script, Span, parse_script
from conditioning.vad import VAD
from studio.judges.base import Judge
from studio.judges.text import sentences as sentence_places
from studio.page.palette import css_colour
from studio.sections import silent_stretches

__all__ = [
    "Mark",
    "Sentence",
    "corrected",
    "marks_of",
    "read_feelings",
    "read_sentences",
    "rounded",
    "tints_of",
    "with_emotion",
    "without_marks",
]

_SIGN = re.compile(r"\\[\[\]\\]|\[([^\[\]\n]*)\]")


@dataclass(frozen=True)
class Mark:
    """A mark in the text.

    Args:
        start: where its bracket opens.
        end: one past its closing bracket.
        inner: what stands between them.
        emotion: what it means; None for pauses, voices and what cannot be read.
    """

    start: int
    end: int
    inner: str
    emotion: Emotion | None


@dataclass(frozen=True)
class Sentence:
    """A sentence of the script.

    Args:
        text: its words.
        at: where they start in the script.
        emotion: how it is said.
        mark: the emotion mark right before it, if there is one.
        start: seconds from the beginning of the speech, estimated at a calm pace.
        seconds: how long it lasts, estimated.
    """

    text: str
    at: int
    emotion: Emotion
    mark: Mark | None
    start: float
    seconds: float


def marks_of(text: str) -> list[Mark]:
    """All closed marks of a text in order; escaped brackets are none."""
    return [
        Mark(found.start(), found.end(), found[1], _emotion_in(found[1]))
        for found in _SIGN.finditer(text)
        if found[1] is not None
    ]


def read_sentences(text: str, base: Emotion) -> tuple[Sentence, ...]:
    """The sentences of a script.

    Args:
        text: with marks.
        base: emotion of what stands before the first mark.

    Raises:
        ScriptError: a mark cannot be read, or there are no words.
        RequestError: the script is too long.
    """
    spans = parse_script(text, base=base).spans
    starts = _offsets(text, spans)
    found: list[tuple[str, int, Emotion, Mark | None]] = []
    marks = marks_of(text)
    borders = [0, *(mark.end for mark in marks)]
    ends = [*(mark.start for mark in marks), len(text)]
    own: Mark | None = None
    for piece, (begin, end) in enumerate(zip(borders, ends, strict=True)):
        if piece and marks[piece - 1].emotion is not None:
            own = marks[piece - 1]
        for first, last in sentence_places(text[begin:end]):
            words = text[begin + first : begin + last].strip()
            span = spans[max(bisect_right(starts, begin + first) - 1, 0)]
            found.append((words, begin + first, span.emotion, own))
            own = None
    stretches = silent_stretches(Script(tuple(Span(words, emotion) for words, _, emotion, _ in found)))
    return tuple(
        Sentence(words, at, emotion, mark, stretch.start, stretch.end - stretch.start)
        for (words, at, emotion, mark), stretch in zip(found, stretches, strict=True)
    )


def with_emotion(text: str, sentences: Sequence[Sentence], index: int, emotion: Emotion) -> str:
    """The text with another emotion in one sentence; what is felt in the others stays.

    Args:
        text: of the script.
        sentences: as read from it.
        index: of the sentence.
        emotion: to be written.
    """
    sentence = sentences[index]
    following = sentences[index + 1] if index + 1 < len(sentences) else None
    if following is not None and following.mark is None and following.emotion != emotion:
        text = f"{text[: following.at]}[{write_emotion(following.emotion)}] {text[following.at :]}"
    mark = f"[{write_emotion(emotion)}]"
    if sentence.mark is not None:
        return text[: sentence.mark.start] + mark + text[sentence.mark.end :]
    return f"{text[: sentence.at]}{mark} {text[sentence.at :]}"


def without_marks(text: str) -> str:
    """The text without its emotion marks; pauses and voices stay."""
    for mark in reversed(marks_of(text)):
        if mark.emotion is not None:
            before, after = text[: mark.start].rstrip(" "), text[mark.end :].lstrip(" ")
            gap = " " if before and after and not before.endswith("\n") else ""
            text = before + gap + after
    return text


def corrected(text: str, fault: ScriptError, name: str) -> str:
    """The text with an unknown name replaced in the mark that a fault points to.

    Args:
        text: of the script.
        fault: as raised for this text.
        name: that was meant.
    """
    unknown = fault.__cause__.name if isinstance(fault.__cause__, UnknownNameError) else ""
    place = _line_starts(text)[fault.line - 1] + fault.column - 1
    for mark in marks_of(text):
        if mark.start <= place < mark.end:
            inner = re.sub(re.escape(unknown), lambda _: name, mark.inner, count=1, flags=re.IGNORECASE)
            if (
                inner == mark.inner
            ):  # the name was found in another writing of it, such as without its accents
                inner = name
            return f"{text[: mark.start]}[{inner}]{text[mark.end :]}"
    return text


def read_feelings(text: str, judge: Judge) -> str:
    """The text with the emotion marks that a judge of texts would give its sentences.

    Args:
        text: of the script; its own emotion marks are replaced.
        judge: of texts; a sentence that it does not read is neutral.
    """
    plain = without_marks(text)
    sentences = read_sentences(plain, Emotion.neutral())
    names = [judge.read(sentence.text).top for sentence in sentences]
    names = ["neutral" if name == "no reading" else name for name in names]
    before = ["neutral", *names]
    for sentence, name, last in reversed(list(zip(sentences, names, before, strict=False))):
        if name != last:
            plain = f"{plain[: sentence.at]}[{name}] {plain[sentence.at :]}"
    return plain


def tints_of(text: str) -> dict[str, str | None]:
    """The colour of each mark by what stands in it; "" for pauses and voices, None where it cannot be read."""
    tints: dict[str, str | None] = {}
    for mark in marks_of(text):
        if mark.emotion is not None:
            tints[mark.inner] = css_colour(mark.emotion.mixture)
        else:
            tints[mark.inner] = "" if _is_instruction(mark.inner) else None
    return tints


def rounded(emotion: Emotion) -> Emotion:
    """The emotion with two digits, so that its mark is short."""
    if emotion.intensity == 0:
        return Emotion.neutral()
    named = Emotion.of(emotion.mixture, emotion.intensity)
    if named.vad.distance(emotion.vad) < 0.01:
        strengths = {name: round(share * emotion.intensity, 2) for name, share in emotion.mixture.items()}
        total = min(sum(strengths.values()), 1.0)
        return Emotion.of(strengths, total) if total > 0 else Emotion.neutral()
    point = VAD.from_array(emotion.vad.array().round(2))
    return Emotion.at(point, max(round(emotion.intensity, 2), 0.01))


def _emotion_in(inner: str) -> Emotion | None:
    try:
        return parse_emotion(inner)
    except AffectError:
        return None


def _is_instruction(inner: str) -> bool:
    """Whether a mark without an emotion is a pause or a voice that the script reader understands."""
    try:
        parse_script(f"[{inner}] word")
    except AffectError:
        return False
    return True


def _offsets(text: str, spans: Sequence[Span]) -> list[int]:
    lines = _line_starts(text)
    return [lines[span.line - 1] + span.column - 1 for span in spans]


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]
