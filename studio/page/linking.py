"""What the script box, the panel and the timeline show of each other: all is drawn from the script's text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conditioning.emotion import Emotion
from conditioning.errors import AffectError
from conditioning.parsing import parse_emotion, rounded, write_emotion
from conditioning.vad import VAD
from studio.page.editing import Sentence, read_sentences, tints_of, with_emotion, with_own_emotion
from studio.page.labels import emotion_of_shares, shares_of
from studio.page.palette import css_colour
from studio.page.views import fault_note, note, title
from studio.studio import LEAD, TAIL

__all__ = [
    "CALLED",
    "Draft",
    "Drawn",
    "dragged",
    "drawn",
    "felt",
    "line_value",
    "panel_emotion",
    "panel_value",
    "rejoined",
    "tuned",
]

CALLED = {"speech": "voice", "face": "face", "music": "music", "video": "pictures"}
"""How the page calls a medium that feels something else than the others."""

_BEFORE = "of what stands before the first mark"
NOBODY = -1  # no sentence is chosen: the panel edits what stands before the first mark


@dataclass(frozen=True)
class Draft:
    """What is being written.

    Args:
        text: of the script.
        base: emotion before the first mark, as text.
        labels: key of the list that the panel shows.
        chosen: index of the sentence that the panel edits, or -1.
        medium: that alone the panel edits; "" for all.
    """

    text: str
    base: str = "neutral"
    labels: str = "shortlist"
    chosen: int = NOBODY
    medium: str = ""


@dataclass(frozen=True)
class Drawn:
    """What the page shows of a draft.

    Args:
        line: value of the timeline.
        panel: value of the panel.
        heading: HTML over the panel.
        help: HTML under the script.
    """

    line: dict[str, Any]
    panel: dict[str, Any]
    heading: str
    help: str


def drawn(draft: Draft, last_line: Mapping[str, Any] | None = None) -> Drawn:
    """What the page shows of a draft.

    Args:
        draft: may have faults; then the fault is told and the sentences stay as they last were.
        last_line: the timeline's last value.
    """
    base = parse_emotion(draft.base)
    try:
        sentences: Sequence[Sentence] = read_sentences(draft.text, base)
    except AffectError as fault:
        stale = {"sentences": [], "chosen": NOBODY, **(last_line or {})}
        line = {**stale, "vocabulary": draft.labels, "tints": tints_of(draft.text)}
        aside = "mend the script first" if line["chosen"] >= 0 else _BEFORE
        return Drawn(line, panel_value(base, draft.labels), title("Emotion", aside), fault_note(fault))
    chosen = draft.chosen if draft.chosen < len(sentences) else NOBODY
    marked = (
        sentences[0].mark is not None
    )  # then nothing stands before the first mark, and one is always chosen
    if chosen < 0 and (marked or draft.medium):
        chosen = 0
    emotion = sentences[chosen].felt_by(draft.medium) if chosen >= 0 else base
    return Drawn(
        line_value(sentences, draft.text, draft.labels, chosen),
        panel_value(emotion, draft.labels),
        _heading(draft.medium, chosen, sentences, can_leave=not draft.medium and (not marked or chosen > 0)),
        note(_told(sentences)),
    )


def line_value(sentences: Sequence[Sentence], text: str, labels: str, chosen: int) -> dict[str, Any]:
    """The timeline's value: its sentences, and the colour of every mark for the script box."""
    rows = []
    for sentence in sentences:
        felt = sentence.emotion.felt
        rows.append(
            {
                "text": sentence.text,
                "start": round(sentence.start, 3),
                "seconds": round(sentence.seconds, 3),
                "felt": [round(float(x), 3) for x in felt.array()],
                "label": sentence.emotion.label,
                "also": ", ".join(f"{CALLED[m]} {e.label}" for m, e in sorted(sentence.own.items())),
                "colour": css_colour(sentence.emotion.mixture),
            }
        )
    return {"sentences": rows, "chosen": chosen, "vocabulary": labels, "tints": tints_of(text, sentences)}


def panel_value(emotion: Emotion, labels: str) -> dict[str, Any]:
    """The panel's value for an emotion said in a list of labels."""
    return {
        "vocabulary": labels,
        "shares": {name: round(share, 4) for name, share in shares_of(emotion, labels).items()},
        "vad": [round(float(x), 3) for x in emotion.vad.array()],
        "intensity": emotion.intensity if emotion.intensity > 0 else 1.0,
        "by": "",
    }


def panel_emotion(value: Mapping[str, Any], labels: str, before: Emotion) -> Emotion:
    """The emotion that the panel was set to.

    Args:
        value: of the panel; ``by`` says what was moved.
        labels: key of the list.
        before: the emotion it was set from, which keeps its point where only the intensity was moved.
    """
    intensity = float(value["intensity"])
    if value["by"] == "intensity":
        return before if before.intensity == 0 else rounded(replace(before, intensity=intensity))
    if value["by"] == "point":
        return rounded(Emotion.at(VAD.clipped(*(float(x) for x in value["vad"])), intensity))
    return rounded(emotion_of_shares(value["shares"], labels, intensity))


def tuned(draft: Draft, value: Mapping[str, Any]) -> Draft:
    """The draft after the panel was moved: a mark written, or another base.

    Raises:
        AffectError: the script has faults, so that no mark can be placed in it.
    """
    before = parse_emotion(draft.base)
    if draft.chosen >= 0:
        sentences = read_sentences(draft.text, before)
        if draft.chosen >= len(sentences):
            return replace(draft, chosen=NOBODY)
        before = sentences[draft.chosen].felt_by(draft.medium)
    return felt(draft, panel_emotion(value, draft.labels, before))


def felt(draft: Draft, emotion: Emotion) -> Draft:
    """The draft with another emotion where the panel edits: a mark written, or another base.

    Raises:
        AffectError: the script has faults, so that no mark can be placed in it.
    """
    if draft.chosen < 0:
        return replace(draft, base=write_emotion(emotion))
    sentences = read_sentences(draft.text, parse_emotion(draft.base))
    if draft.chosen >= len(sentences):
        return replace(draft, chosen=NOBODY)
    if draft.medium:
        text = with_own_emotion(draft.text, sentences, draft.chosen, draft.medium, emotion)
    else:
        text = with_emotion(draft.text, sentences, draft.chosen, emotion)
    return replace(draft, text=text)


def rejoined(draft: Draft) -> Draft:
    """The draft with the medium feeling what the others feel in the chosen sentence.

    Raises:
        AffectError: the script has faults.
    """
    sentences = read_sentences(draft.text, parse_emotion(draft.base))
    if not (draft.medium and 0 <= draft.chosen < len(sentences)):
        return draft
    return replace(draft, text=with_own_emotion(draft.text, sentences, draft.chosen, draft.medium, None))


def dragged(draft: Draft, value: Mapping[str, Any]) -> Draft:
    """The draft after a point of the timeline was moved: what is felt there is written at full intensity.

    Raises:
        AffectError: the script has faults, so that no mark can be placed in it.
    """
    sentences = read_sentences(draft.text, parse_emotion(draft.base))
    if not 0 <= draft.chosen < len(sentences):
        return draft
    felt = value["sentences"][draft.chosen]["felt"]
    emotion = rounded(Emotion.at(VAD.clipped(*(float(x) for x in felt))))
    return replace(draft, text=with_emotion(draft.text, sentences, draft.chosen, emotion))


def _told(sentences: Sequence[Sentence]) -> str:
    seconds = sum(sentence.seconds for sentence in sentences) + LEAD + TAIL
    count = f"{len(sentences)} sentence{'s' if len(sentences) > 1 else ''}"
    return f"{count}, about {seconds:.0f} s. A mark such as [joy] holds until the next one."


def _heading(medium: str, chosen: int, sentences: Sequence[Sentence], *, can_leave: bool) -> str:
    if chosen < 0:
        return title("Emotion", _BEFORE)
    sentence = sentences[chosen]
    aside = f"of sentence {chosen + 1}"
    if medium:
        aside += f", {CALLED[medium]} alone"
        if medium in sentence.own:
            aside += ', <button type="button" data-do="same" data-name="">as the others</button>'
    if can_leave:
        aside += ', <button type="button" data-do="all" data-name="">choose none</button>'
    reason = note(f"Read from its words: {sentence.why}.") if sentence.why and not medium else ""
    return title("Emotion", aside) + reason
