"""Finds every fault of a fader file at once; the format is described in docs/faders.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conditioning.vad import AXES
from conditioning.vocabulary import lexicon

__all__ = ["LAWS", "TERMS", "fader_faults"]

LAWS = ("offset", "factor", "circle")
TERMS = (*AXES, "negative_arousal")

_FADER_KEYS = {"unit", "neutral", "low", "high", "law", "labels", "length", "meaning", "source", *TERMS}


def fader_faults(table: Mapping[str, Any]) -> list[str]:
    """What is wrong with a fader file's table, each as a phrase that names the place; empty if it is sound."""
    return list(_file_faults(table))


def _file_faults(table: Mapping[str, Any]) -> Iterator[str]:
    # Further top-level tables belong to the medium's own generator, such as the palettes of pictures.
    faders = table.get("fader", {})
    if not faders:
        yield "there is no [fader.NAME]"
    concavity = table.get("concavity", 1.0)
    if not _is_number(concavity) or not 0.1 <= concavity <= 4.0:
        yield f"concavity is {concavity!r}, not a number from 0.1 to 4"
    for name, row in faders.items():
        yield from (f"{name}.{fault}" for fault in _fader_faults(row, table.get("sources", {})))


def _fader_faults(row: Mapping[str, Any], sources: Mapping[str, str]) -> Iterator[str]:
    law = row.get("law", "offset")
    labels = row.get("labels", {})
    yield from (f"{key} is not a key of a fader" for key in row if key not in _FADER_KEYS)
    yield from (f"labels.{label} is not in the lexicon" for label in labels if label not in lexicon())
    yield from (
        f"source {key!r} is not among the sources"
        for key in row.get("source", "").split()
        if key not in sources
    )
    if law not in LAWS:
        yield f"law is {law!r}, not one of {', '.join(LAWS)}"
    low, high = row.get("low", 0.0), row.get("high", 360.0 if law == "circle" else 1.0)
    neutral = row.get("neutral")
    if not _is_number(neutral):
        yield "neutral is missing or no number"
    elif not (_is_number(low) and _is_number(high) and low < high and low <= neutral <= high):
        yield f"neutral {neutral} is outside {low}..{high}"
    elif law == "factor" and low <= 0:
        yield f"low is {low}, but a factor needs it above 0"
    amounts = {key: row[key] for key in TERMS if key in row} | {
        f"labels.{key}": value for key, value in labels.items()
    }
    for key, value in amounts.items():
        yield from (f"{key} is {value!r}, {fault}" for fault in _amount_faults(value, law))


def _amount_faults(value: object, law: str) -> Iterator[str]:
    if law == "circle":
        if not (isinstance(value, list) and len(value) == 2 and all(_is_number(x) for x in value)):
            yield "not [degrees, length]"
    elif not isinstance(value, int | float) or isinstance(value, bool):
        yield "not a number"
    elif law == "factor" and value <= 0:
        yield "but a factor is above 0"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
