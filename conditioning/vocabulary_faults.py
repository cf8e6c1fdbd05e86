"""What may be wrong with the file of a vocabulary; all of it is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

__all__ = ["CERTAINTIES", "KINDS", "vocabulary_faults"]

KINDS = ("studio", "theory", "corpus", "instrument", "engine")
CERTAINTIES = ("checked", "names", "recalled")

_FILE_KEYS = {
    "name", "title", "source", "label", "dyad", "sum_at_most", "kind", "certainty", "note", "normalised",
}  # fmt: skip
_LABEL_KEYS = {
    "name", "emotion", "mixture", "vad", "sd", "definition", "aliases", "weaker", "stronger", "parents", "source", "note",
    "bias", "default",
}  # fmt: skip


def vocabulary_faults(table: Mapping[str, Any], known: Set[Any], *, own: bool) -> Iterator[str]:
    """What is wrong with a vocabulary's table, all of it.

    Args:
        table: the file.
        known: the lexicon's emotions.
        own: it is the lexicon itself, where every label must have its place.
    """
    yield from (f"{key!r} is not a key of a vocabulary" for key in table if key not in _FILE_KEYS)
    if "title" not in table:
        yield "title is missing"
    if not _within(table.get("sum_at_most", 1.0), 0.01, 1.0):
        yield f"sum_at_most is {table['sum_at_most']}, not a number above 0 and up to 1"
    for key, allowed in (("kind", KINDS), ("certainty", CERTAINTIES)):
        if key in table and table[key] not in allowed:
            yield f"{key} is {table[key]!r}, not one of {', '.join(allowed)}"
    rows = table.get("label", [])
    if not rows:
        yield "there is no label"
    for number, row in enumerate(rows, 1):
        if not row.get("name"):
            yield f"label {number} has no name"
            continue
        yield from (f"{row['name']}: {fault}" for fault in _label_faults(row, known, own=own))
    yield from _name_faults(table, rows)
    for key in ("bias", "default"):
        if 0 < sum(key in row for row in rows) < len(rows):
            yield f"{key} is there for some labels only"


def _name_faults(table: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Iterator[str]:
    names = [row.get("name") for row in rows]
    yield from (
        f"label {name!r} is there {names.count(name)} times"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    )
    spoken = [word.casefold() for row in rows for word in (row.get("name", ""), *row.get("aliases", ()))]
    doubled = dict.fromkeys(word for word in spoken if spoken.count(word) > 1 and word not in names)
    yield from (f"alias {word!r} belongs to several labels" for word in doubled)
    for row in table.get("dyad", ()):
        words = [*row.get("of", ()), row.get("is", "")]
        yield from (f"dyad {words}: {word!r} is not a label" for word in words if word not in names)
        if len(words) != 3:
            yield f"dyad {words} is not of two labels"


def _label_faults(row: Mapping[str, Any], known: Set[Any], *, own: bool) -> Iterator[str]:
    yield from (f"{key!r} is not a key of a label" for key in row if key not in _LABEL_KEYS)
    emotion = row.get("emotion", "" if "mixture" in row else row["name"])
    if own and "vad" not in row:
        yield "vad is missing"
    if not own and emotion and emotion not in known:
        yield f"emotion {emotion!r} is not in the lexicon"
    for key in ("weaker", "stronger"):
        if row.get(key) and row[key] not in known:
            yield f"{key} {row[key]!r} is not in the lexicon"
    yield from (
        f"parent {name!r} is not in the lexicon" for name in row.get("parents", ()) if name not in known
    )
    for name, weight in row.get("mixture", {}).items():
        if name not in known:
            yield f"{name!r} of its mixture is not in the lexicon"
        if not _within(weight, 1e-3, 1e3):
            yield f"the weight of {name} in its mixture is {weight}, not a number above 0"
    if "mixture" in row and (emotion or len(row["mixture"]) < 2):
        yield "a mixture is of two emotions or more, and stands instead of an emotion"
    yield from _number_faults(row)


def _number_faults(row: Mapping[str, Any]) -> Iterator[str]:
    mean = row.get("vad", [0, 0, 0])
    if not isinstance(mean, list) or len(mean) != 3 or not all(_within(x, -1, 1) for x in mean):
        yield f"vad is {mean}, not three numbers from -1 to 1"
    spread = row.get("sd", 0.25)
    values = spread if isinstance(spread, list) else [spread] * 3
    if len(values) != 3 or not all(_within(x, 1e-3, 2) for x in values):
        yield f"sd is {spread}, not one or three numbers above 0 and up to 2"
    if not _within(row.get("bias", 1.0), 0.01, 1.0):
        yield f"bias is {row['bias']}, not a number above 0 and up to 1"
    if not _within(row.get("default", 0.0), 0.0, 1.0):
        yield f"default is {row['default']}, not a number from 0 to 1"


def _within(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low <= value <= high
