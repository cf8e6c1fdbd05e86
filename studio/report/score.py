"""The report of one scored file: what was asked, what was read, how far its judges can be trusted, and its quality."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from conditioning.parsing import describe_emotion
from studio.encode import written
from studio.fidelity.measures.asking import asked_label
from studio.file_score import FileScore, quality_value
from studio.judges.base import Reading, TimedReading
from studio.judges.quadrants import QUADRANTS
from studio.media_files import Kind
from studio.page.palette import css_colour
from studio.piece_measures import Measure, in_labels
from studio.report.charts import bars, lines
from studio.report.markup import Html
from studio.report.page import audio, image, note, page, paragraph, section, strip, table

__all__ = ["score_page", "write_score"]

_LARGEST_SOUND = 2_000_000  # bytes of a sound file that is put into the page
_AXES = ("valence", "arousal")  # that are drawn; few judges read dominance
_TITLES = {"speech": "Voice", "face": "Face", "music": "Music", "video": "Scene"}
_QUADRANT_KEY = (
    "Q1 is pleasant and excited, Q2 unpleasant and excited, Q3 unpleasant and calm, Q4 pleasant and calm."
)
_SIGNS = {"high": "↑", "low": "↓", "": ""}


def score_page(found: FileScore) -> str:
    """The report as one HTML file.

    Args:
        found: of ``studio.file_score.score_file``; small pictures and quality rows are shown if they are there.
    """
    readings = found.readings
    length = "" if readings.seconds is None else f", {readings.seconds:.1f} s"
    asked = f"Asked: {describe_emotion(found.asked)}." if found.asked else "Nothing was asked."
    parts = [
        _summary(found),
        *(_medium(found, medium) for medium, read in readings.whole.items() if read is not None),
        _measures(found),
        _quality(found),
        _explained(found),
    ]
    return page(
        f"What judges read in {readings.path.name}",
        [part for part in parts if part],
        subtitle=f"A {readings.kind}{length}. {asked}",
    )


def _summary(found: FileScore) -> Html:
    readings = found.readings
    rows = [_summary_row(found, medium) for medium in readings.whole]
    asked = ["asked", "given to it"] if found.asked else []
    header = ["medium", *asked, "read", "confidence", "valence", "arousal", "people", "chance"]
    return section(
        "Asked and read" if found.asked else "Read",
        _shown(found),
        table(header, rows),
        note(
            "People: how often the same judge reads this emotion rightly from people it was not trained on. Chance: how "
            "often guessing would."
        ),
    )


def _summary_row(found: FileScore, medium: str) -> list[object]:
    read, named = found.readings.whole[medium], found.readings.judges[medium]
    card, labels = named.judge.card, named.judge.card.labels or QUADRANTS
    asked: list[object] = []
    people: float | None = card.accuracy
    if found.asked:
        wanted = asked_label(found.asked, labels)
        share = in_labels(read, labels)
        asked = [
            wanted or "no label says it",
            _percent(share.probabilities.get(wanted)) if share and wanted else "–",
        ]
        people = card.recall.get(wanted or "", card.accuracy)
    return [
        _TITLES[medium],
        *asked,
        _read(read, labels),
        _percent(read.confidence) if read and read.probabilities else "–",
        *_place(read),
        _percent(people) if card.is_measured else "not measured",
        _percent(card.chance),
    ]


def _shown(found: FileScore) -> Html:
    """The file itself, as far as it can be shown in a page."""
    readings = found.readings
    if readings.kind is Kind.SOUND and readings.path.stat().st_size <= _LARGEST_SOUND:
        try:
            return audio(readings.path.read_bytes())
        except ValueError:  # of a kind that browsers do not play
            return Html("")
    if readings.kind is Kind.PICTURE and readings.pictures:
        return image(readings.pictures[0].jpeg, alt=readings.path.name)
    if readings.kind is Kind.FILM and readings.pictures:
        return strip([(one.jpeg, f"{one.time or 0:.0f} s") for one in readings.pictures])
    return Html("")


def _medium(found: FileScore, medium: str) -> Html:
    read, named = found.readings.whole[medium], found.readings.judges[medium]
    assert read is not None, "media without a reading have no section"
    card = named.judge.card
    labels = card.labels or QUADRANTS
    wanted = asked_label(found.asked, labels) if found.asked else None
    return section(
        f"{_TITLES[medium]}, read by the judge {named.name}",
        *_probabilities(read, labels, wanted),
        *_over_time(found, found.readings.curves[medium], wanted),
        note(
            f"The judge: {card.summary}. Trained on {card.data} (licence: {card.licence}). {_sentence(card.split)}"
        ),
    )


def _probabilities(read: Reading, labels: Sequence[str], wanted: str | None) -> list[Html]:
    shares = in_labels(read, labels)
    if shares is None or not shares.probabilities:
        return []
    ranked = sorted(shares.probabilities.items(), key=lambda item: -item[1])
    named = {
        f"{name} (asked)" if name == wanted else name: (share, math.nan, math.nan) for name, share in ranked
    }
    said = "Probability of each of the judge’s labels over the whole."
    if read.confidence < read.floor:
        said += f" Its confidence is below {read.floor:.2f}, where the judge itself says that it cannot tell."
    if read.disagreement is not None:
        said += f" The judges disagree by {read.disagreement:.0%} of what they could."
    return [bars(named, said, marks={"chance": 1 / len(labels)})]


def _over_time(found: FileScore, curve: Sequence[TimedReading], wanted: str | None) -> list[Html]:
    """Valence and arousal, and the probability of the asked label; nothing where there is no more than one reading."""
    seconds = found.readings.seconds
    if len(curve) < 2 or seconds is None:
        return []
    out = []
    if any(one.reading.vad for one in curve):
        out.append(_axes_chart(found, curve, (0.0, seconds)))
    if found.asked and wanted and any(one.reading.probabilities for one in curve):
        out.append(_share_chart(curve, wanted, css_colour(found.asked.mixture), (0.0, seconds)))
    return out


def _axes_chart(found: FileScore, curve: Sequence[TimedReading], reach: tuple[float, float]) -> Html:
    points = {axis: _axis_curve(curve, axis) for axis in _AXES}
    asked = {}
    if found.asked:
        asked = {f"asked {axis}": _level(getattr(found.asked.felt, axis), reach) for axis in _AXES}
    colours = {name: f"var(--c{i})" for i, axis in enumerate(_AXES) for name in (axis, f"asked {axis}")}
    return lines(
        {**points, **asked}, "seconds", "valence, arousal", -1, 1, "What was read at each time. A gap: nothing to read.",
        dashed=[*asked], colours=colours, reach=reach,
    )  # fmt: skip


def _share_chart(curve: Sequence[TimedReading], wanted: str, colour: str, reach: tuple[float, float]) -> Html:
    shares = [(_middle(one), one.reading.probabilities.get(wanted, math.nan)) for one in curve]
    chance = _level(1 / max(len(one.reading.probabilities) for one in curve), reach)
    caption, floor = f"Probability of {wanted}, which was asked.", curve[0].reading.floor
    if floor:
        caption += f" Below a confidence of {floor:.2f} a reading counts as none."
    return lines(
        {wanted: shares, "chance": chance}, "seconds", "probability", 0, 1, caption,
        dashed=["chance"], colours={wanted: colour, "chance": "var(--grey)"}, reach=reach,
    )  # fmt: skip


def _axis_curve(curve: Sequence[TimedReading], axis: str) -> list[tuple[float, float]]:
    return [(_middle(one), getattr(one.reading.vad, axis) if one.reading.vad else math.nan) for one in curve]


def _middle(one: TimedReading) -> float:
    return (one.start + one.end) / 2


def _level(value: float, reach: tuple[float, float]) -> list[tuple[float, float]]:
    return [(reach[0], value), (reach[1], value)]


def _measures(found: FileScore) -> Html:
    """All measures of all media beside what guessing scores."""
    if not found.measures:
        return Html("")
    columns = {medium: {one.name: one for one in measures} for medium, measures in found.measures.items()}
    names = dict.fromkeys(name for column in columns.values() for name in column)
    rows = []
    for name in names:
        one = next(column[name] for column in columns.values())
        cells = [_measured(column[name]) for column in columns.values()]
        rows.append([f"{name.replace('_', ' ')} {_SIGNS[one.better]}", one.answers, *cells])
    return section(
        "Asked against read, measure by measure",
        table(["measure", "answers", *(_TITLES[medium] for medium in columns)], rows),
        note(
            "In brackets: what guessing scores. ↑ higher is better, ↓ lower is better. No reading counts as one that says nothing."
        ),
    )


def _measured(one: Measure) -> str:
    if one.value is None:
        return "–"
    return f"{one.value:.2f}" + ("" if one.chance is None else f" ({one.chance:.2f})")


def _quality(found: FileScore) -> Html:
    if found.quality is None:
        return Html("")
    rows = []
    for one in found.quality:
        verdict = {True: "✓", False: "✗", None: ""}[one.fine]
        value = f"not measured: {one.reason}" if one.value is None else quality_value(one)
        rows.append([one.name, value, verdict, one.good])
    return section(
        "Quality beside emotion",
        table(["measure", "here", "", "good"], rows),
        note("Rows of a voice say nothing of music. ✓ lies in the range that is good, ✗ does not."),
    )


def _explained(found: FileScore) -> Html:
    readings = found.readings
    silent = [_TITLES[medium] for medium, read in readings.whole.items() if read is None]
    body = [
        paragraph(
            "Judges were trained on people alone, and never on what a machine made. They err: hold what they read here "
            "against how often they read people rightly, and against chance. One file is one throw; means over many count."
        )
    ]
    if silent:
        names = ", ".join(silent)
        body.append(
            paragraph(f"{names}: no reading. The judge found nothing of its kind, or nothing it could tell.")
        )
    if any((named.judge.card.labels or QUADRANTS) == QUADRANTS for named in readings.judges.values()):
        body.append(paragraph(_QUADRANT_KEY))
    return section("How to read this", *body)


def _read(read: Reading | None, labels: Sequence[str]) -> str:
    found = in_labels(read, labels)
    if found is None:
        return "no reading"
    if found.top == "no reading" and found.probabilities:
        likeliest = max(found.probabilities, key=lambda name: found.probabilities[name])
        return f"no reading (perhaps {likeliest})"
    return found.top


def _place(read: Reading | None) -> list[str]:
    """Valence and arousal with the judge's own error."""
    if read is None or read.vad is None:
        return ["–", "–"]
    values = [f"{value:+.2f}".replace("-", "−") for value in (read.vad.valence, read.vad.arousal)]
    if read.vad_sd is None:
        return values
    return [f"{value} ± {error:.2f}" for value, error in zip(values, read.vad_sd[:2], strict=True)]


def _percent(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.0%}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def write_score(path: Path, found: FileScore) -> None:
    """Write the report of a score.

    Raises:
        OutputError: the file cannot be written.
    """
    with written(path) as part:
        part.write_text(score_page(found), encoding="utf-8")
