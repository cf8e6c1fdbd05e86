"""The record of a film: what made it, from what, how well. It is the sidecar, the history row and a replay's input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from conditioning.emotion import Emotion
from conditioning.spans import Span
from generators.base import Aspect, Description
from studio.encode import written
from studio.request import FilmRequest
from studio.scorecard import Scorecard, Section

__all__ = ["FORMAT", "file_hash", "record", "scorecard_record", "write_record"]

FORMAT = 1  # of the record; a reader refuses one it does not know


def record(
    request: FilmRequest,
    *,
    engines: Mapping[str, Description],
    seeds: Mapping[str, int],
    sections: Sequence[Section],
    read: Sequence[Span],
    fulfilment: Mapping[str, Sequence[Aspect]],
    scorecard: Scorecard | None,
    picture: Mapping[str, Any],
    files: Mapping[str, str],
    seconds_taken: float,
) -> dict[str, Any]:
    """The record of a film as plain values, ready for JSON.

    Args:
        request: what was asked.
        engines: by medium.
        seeds: of each medium, derived from the request's.
        sections: emotion by time.
        read: spans whose emotion was read from their words.
        fulfilment: by medium.
        scorecard: None if it was not judged.
        picture: size, fps, duration and the like.
        files: SHA-256 by file name.
        seconds_taken: wall time of the work.
    """
    return {
        "format": FORMAT,
        "studio": {"name": "affect-studio", "version": version("affect-studio"), "licence": "Apache-2.0"},
        "request": request.model_dump(mode="json"),
        "film": dict(picture),
        "engines": {
            medium: {"engine": d.name, "version": d.version, "licence": d.licence, "seed": seeds[medium]}
            for medium, d in engines.items()
        },
        "emotions": [
            {
                "start": round(s.start, 3),
                "end": round(s.end, 3),
                **_emotion(s.emotion),
                **({"overrides": {m: _emotion(e) for m, e in s.overrides.items()}} if s.overrides else {}),
            }
            for s in sections
        ],
        "read_from_the_words": [
            {"line": s.line, "text": s.text, "emotion": str(s.emotion), "why": s.why} for s in read
        ],
        "fulfilment": {medium: [asdict(a) for a in aspects] for medium, aspects in fulfilment.items()},
        "scorecard": scorecard_record(scorecard) if scorecard else None,
        "files": dict(files),
        "seconds_taken": round(seconds_taken, 2),
    }


def scorecard_record(scorecard: Scorecard) -> dict[str, Any]:
    """A scorecard as plain values."""
    rows = [asdict(row) for row in scorecard.rows]
    curves = {
        medium: [
            {
                "start": round(r.start, 3),
                "end": round(r.end, 3),
                "read": r.reading.top,
                "vad": asdict(r.reading.vad) if r.reading.vad else None,
                "confidence": r.reading.confidence,
            }
            for r in readings
        ]
        for medium, readings in scorecard.curves.items()
    }
    return _rounded({"media": [asdict(s) for s in scorecard.summaries], "rows": rows, "over_time": curves})


def write_record(path: Path, values: Mapping[str, Any]) -> None:
    """Write a record as JSON.

    Raises:
        OutputError: the file cannot be written.
    """
    with written(path) as part:
        part.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _emotion(emotion: Emotion) -> dict[str, Any]:
    return _rounded(
        {
            "emotion": str(emotion),
            "mixture": dict(emotion.mixture),
            "vad": asdict(emotion.vad),
            "intensity": emotion.intensity,
        }
    )


def _rounded(value: Any) -> Any:
    """Floats to four digits, through lists and mappings."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
