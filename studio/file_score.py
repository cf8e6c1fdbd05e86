"""The score of a file of any origin: what was read, beside what was asked, people, chance and quality."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError
from conditioning.parsing import write_emotion
from studio.file_judges import FileJudges
from studio.file_readings import FileReadings, Step, read_media
from studio.judges.base import Card, Reading
from studio.piece_measures import Measure, piece_measures
from studio.provenance import scorecard_record
from studio.quality.report import Quality, measure_quality
from studio.scorecard import Scorecard, Section, score

__all__ = ["FileScore", "file_record", "quality_value", "score_file"]


@dataclass(frozen=True)
class FileScore:
    """All that is known of a file.

    Args:
        readings: of the judges.
        asked: what it was to carry; None if nothing was asked.
        scorecard: asked against read; None if nothing was asked.
        measures: by medium, asked against read in detail; empty if nothing was asked.
        quality: rows; None if it was not measured.
    """

    readings: FileReadings
    asked: Emotion | None
    scorecard: Scorecard | None
    measures: Mapping[str, tuple[Measure, ...]]
    quality: tuple[Quality, ...] | None


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


def score_file(
    path: Path,
    asked: Emotion | None = None,
    *,
    judges: FileJudges | None = None,
    quality: bool = False,
    pictures: bool = False,
    text: str = "",
    language: str = "en",
    neutral: Path | None = None,
    step: Step = _silent,
) -> FileScore:
    """Let judges read a file, and hold what they read against what was asked.

    Args:
        path: sound, picture, MIDI file or film.
        asked: the emotion that it was to carry, throughout; None if there is none.
        judges: who reads; the studio's own if None.
        quality: whether to measure loudness, flicker and the like, which takes longer than reading.
        pictures: whether to keep small pictures for a report.
        text: what is said in it, for its word errors.
        language: BCP 47 code of that text.
        neutral: the same voice without the emotion, for its likeness to itself.
        step: progress.

    Raises:
        InputFileError: the file is missing, broken or of no known kind.
        UnknownNameError, EngineError: a judge does not exist or is not complete.
    """
    readings = read_media(path, judges, step=step, pictures=pictures)
    rows = None
    if quality:
        try:
            rows = measure_quality(path, text=text, language=language, neutral=neutral, progress=step)
        except InputFileError as error:
            if neutral is not None and str(neutral) in str(error):
                raise
            # What the judges could read is told all the same, such as the sound of a film without pictures.
            rows = (Quality("quality", None, "", "", str(error)),)
    if asked is None:
        return FileScore(readings, None, None, {}, rows)
    cards, whole = readings.cards, readings.whole
    sections = (Section(0.0, readings.seconds or 1.0, asked),)
    card = score(sections, {name: [one] for name, one in whole.items()}, cards, readings.curves)
    measures = {name: piece_measures(asked, one, cards[name].labels) for name, one in whole.items()}
    return FileScore(readings, asked, card, measures, rows)


def file_record(found: FileScore) -> dict[str, Any]:
    """A score as plain values, ready for JSON; the keys ``media``, ``rows`` and ``over_time`` are those of a scorecard."""
    readings = found.readings
    card = found.scorecard or Scorecard((), (), (), readings.curves)
    values = {
        "file": str(readings.path)
        .encode("utf-8", "replace")
        .decode(),  # a name may be no UTF-8, JSON must be
        "kind": readings.kind.value,
        "seconds": readings.seconds,
        "asked": _asked(found.asked) if found.asked else None,
        "readings": {medium: _reading(found, medium) for medium in readings.whole},
        **scorecard_record(card),
        "quality": [asdict(row) for row in found.quality] if found.quality is not None else None,
    }
    if found.asked is None:
        values["rows"] = [_unasked(medium, one) for medium, one in readings.whole.items()]
    plain: dict[str, Any] = _plain(values)
    return plain


def quality_value(row: Quality) -> str:
    """What a row of the quality says, with its unit, or why it says nothing.

    Example:
        >>> quality_value(Quality("flicker", 0.25, "% a frame", "at most 0.5")), quality_value(Quality("x", 2, "1 to 5", ""))
        ('0.25 % a frame', '2 (1 to 5)')
    """
    if row.value is None:
        return f"not measured: {row.reason}"
    return f"{row.value:.3g} ({row.unit})" if row.unit[:1].isdigit() else f"{row.value:.3g} {row.unit}"


def _asked(asked: Emotion) -> dict[str, Any]:
    return {"emotion": write_emotion(asked), "mixture": dict(asked.mixture), "vad": asdict(asked.felt)}


def _reading(found: FileScore, medium: str) -> dict[str, Any]:
    read, named = found.readings.whole[medium], found.readings.judges[medium]
    one = read or Reading({})
    return {
        "judge": named.name,
        "read": one.top,
        "confidence": one.confidence,
        "disagreement": one.disagreement,
        "floor": one.floor,
        "probabilities": dict(one.probabilities),
        "vad": asdict(one.vad) if one.vad else None,
        "vad_sd": list(one.vad_sd) if one.vad_sd else None,
        "measures": {each.name: each.value for each in found.measures.get(medium, ())},
        "chance": {each.name: each.chance for each in found.measures.get(medium, ())},
        "people": _people(named.judge.card),
    }


def _unasked(medium: str, read: Reading | None) -> dict[str, Any]:
    """The scorecard's row of a medium of which nothing was asked."""
    one = read or Reading({})
    return {
        "medium": medium,
        "section": 0,
        "asked": None,
        "read": one.top,
        "read_vad": asdict(one.vad) if one.vad else None,
        "confidence": one.confidence,
    }


def _plain(value: Any) -> Any:
    """Floats to four digits, and None for those that JSON cannot say, through lists and mappings."""
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _people(card: Card) -> dict[str, Any]:
    """How far the judge can be trusted; None for what nobody measured."""
    known = card.is_measured
    return {
        "accuracy": card.accuracy if known else None,
        "chance": card.chance,
        "recall": dict(card.recall) if known else {},
        "calibration_error": card.calibration_error if known else None,
        "split": card.split,
        "licence": card.licence,
    }
