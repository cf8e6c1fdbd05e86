"""Finds every fault of a fader file at once; the format is described in docs/faders.md."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from conditioning.fader_planes import HALVES
from conditioning.vad import AXES
from conditioning.vocabulary import lexicon

__all__ = ["LAWS", "TERMS", "fader_faults", "is_number", "row_faults"]

LAWS = ("offset", "factor", "circle")
TERMS = (*AXES, "negative_arousal")

_FADER_KEYS = {
    "unit",
    "neutral",
    "low",
    "high",
    "law",
    "labels",
    "length",
    "meaning",
    "source",
    "plane",
    *TERMS,
}


def fader_faults(table: Mapping[str, Any]) -> list[str]:
    """What is wrong with a fader file's table, each as a phrase that names the place; empty if it is sound."""
    return list(_file_faults(table))


def row_faults(row: object, sources: object) -> list[str]:
    """What is wrong with the table of one fader, each as a phrase; empty if it is sound.

    Args:
        row: keys of a fader.
        sources: citations by key.
    """
    if not isinstance(row, Mapping):
        return [f" is {row!r}, not a table"]
    return [f".{fault}" for fault in _fader_faults(row, sources if isinstance(sources, Mapping) else {})]


def is_number(value: object) -> bool:
    """Whether a value of a file is a finite number; TOML can say ``nan`` and ``inf``."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _file_faults(table: Mapping[str, Any]) -> Iterator[str]:
    # Further top-level tables belong to the medium's own generator, such as the palettes of pictures.
    faders = table.get("fader", {})
    if not faders or not isinstance(faders, Mapping):
        yield "there is no [fader.NAME]"
        return
    concavity = table.get("concavity", 1.0)
    if not is_number(concavity) or not 0.1 <= concavity <= 4.0:
        yield f"concavity is {concavity!r}, not a number from 0.1 to 4"
    between = table.get("between", "labels")
    if between not in ("labels", "plane"):
        yield f"between is {between!r}, not labels or plane"
    for name, row in faders.items():
        if between == "plane" and isinstance(row, Mapping) and row.get("law") == "circle":
            yield f"{name} is a circle, which has no plane"
        yield from (f"{name}{fault}" for fault in row_faults(row, table.get("sources", {})))


def _fader_faults(row: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key} is not a key of a fader" for key in row if key not in _FADER_KEYS)
    for key in ("unit", "meaning", "source", "law"):
        if not isinstance(row.get(key, ""), str):
            yield f"{key} is {row[key]!r}, not a text"
    labels = row.get("labels", {})
    if not isinstance(labels, Mapping):
        yield f"labels is {labels!r}, not a table"
        labels = {}
    yield from (f"labels.{label} is not in the lexicon" for label in labels if label not in lexicon())
    yield from (
        f"source {key!r} is not among the sources"
        for key in str(row.get("source", "")).split()
        if key not in sources
    )
    slopes = row.get("plane", {})
    if not isinstance(slopes, Mapping):
        yield f"plane is {slopes!r}, not a table"
        slopes = {}
    yield from (f"plane.{key} is not an axis or its half below 0" for key in slopes if key not in HALVES)
    law = row.get("law", "offset")
    if law not in LAWS:
        yield f"law is {law!r}, not one of {', '.join(LAWS)}"
    yield from _range_faults(row, str(law))
    amounts = {key: row[key] for key in TERMS if key in row} | {
        f"labels.{key}": value for key, value in labels.items()
    }
    amounts |= {f"plane.{key}": value for key, value in slopes.items()}
    for key, value in amounts.items():
        yield from (f"{key} is {value!r}, {fault}" for fault in _amount_faults(value, str(law)))


def _range_faults(row: Mapping[str, Any], law: str) -> Iterator[str]:
    low, high = row.get("low", 0.0), row.get("high", 360.0 if law == "circle" else 1.0)
    neutral, length = row.get("neutral"), row.get("length", 1.0)
    if not is_number(neutral):
        yield "neutral is missing or no number"
    elif not (is_number(low) and is_number(high) and low < high and low <= neutral <= high):
        yield f"neutral {neutral} is outside {low}..{high}"
    elif law == "factor" and low <= 0:
        yield f"low is {low}, but a factor needs it above 0"
    if not is_number(length) or length < 0:
        yield f"length is {length!r}, not a number of 0 or more"


def _amount_faults(value: object, law: str) -> Iterator[str]:
    if law == "circle":
        if not (isinstance(value, list) and len(value) == 2 and all(is_number(x) for x in value)):
            yield "not [degrees, length]"
    elif not is_number(value):
        yield "not a number"
    elif law == "factor" and float(value) <= 0:  # type: ignore[arg-type]
        yield "but a factor is above 0"
