"""A user's own settings of faders, saved as TOML: what is locked, what is shifted, and maps of their own.

The format is described in docs/faders.md. A file is only data: nothing in it is run, and all its faults are told at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conditioning.errors import InputFileError, RequestError, nearest
from conditioning.fader_faults import TERMS, is_number, row_faults
from conditioning.faders import Adjustment, Fader, check_adjustments, fader_of, fader_set, fader_set_names
from conditioning.user_files import read_toml, toml_of

__all__ = ["FaderPreset", "fader_preset", "read_fader_preset", "write_fader_preset"]

_KEYS = ("title", "sources", "lock", "shift", "replace")
_OWN_KEYS = ("neutral", "low", "high", "length", "labels", "plane", "meaning", "source", *TERMS)


@dataclass(frozen=True)
class FaderPreset:
    """Adjustments with a name.

    Args:
        title: one line; "" if it has none.
        adjustments: replacements, locks, shifts, each in the order of the file.
        sources: citation of each key that the user's own maps name.
    """

    title: str
    adjustments: tuple[Adjustment, ...]
    sources: Mapping[str, str] = field(default_factory=dict)


def read_fader_preset(path: Path) -> FaderPreset:
    """The preset of a TOML file.

    Raises:
        InputFileError: the file is missing, too large or not TOML, or has faults; the message lists all of them.
    """
    return _preset(read_toml(path), path.name)


def fader_preset(text: str, name: str = "The preset") -> FaderPreset:
    """The preset of a TOML text.

    Args:
        text: as ``write_fader_preset`` gives it.
        name: how errors call it.

    Raises:
        InputFileError: the text is not TOML, or has faults; the message lists all of them.
    """
    return _preset(toml_of(text, name), name)


def write_fader_preset(preset: FaderPreset) -> str:
    """The preset as TOML that ``fader_preset`` reads back to the same adjustments.

    Raises:
        RequestError: an adjustment is out of its range or names no fader, a fader is locked and shifted or twice in it, or
            a map names a source that is not listed.
    """
    check_adjustments(preset.adjustments)
    for kind in ("lock", "shift", "replace"):
        names = [a.fader for a in preset.adjustments if a.kind == kind]
        for fader in names:
            if names.count(fader) > 1:
                raise RequestError(f"Fader {fader} has two adjustments of kind {kind}.", "Keep one of them.")
    lines = [f"title = {_text(preset.title)}"] if preset.title else []
    if preset.sources:
        lines += [
            "",
            "[sources]",
            *(f"{_text(key)} = {_text(value)}" for key, value in preset.sources.items()),
        ]
    for kind in ("lock", "shift"):
        rows = [f"{_text(a.fader)} = {a.value!r}" for a in preset.adjustments if a.kind == kind]
        lines += ["", f"[{kind}]", *rows] if rows else []
    for adjustment in preset.adjustments:
        if adjustment.own is not None:
            lines += ["", f"[replace.{_text(adjustment.fader)}]", *_rows(adjustment.own)]
    text = "\n".join([*lines, ""]).lstrip("\n")
    fader_preset(text)  # what could not be read back, such as a source that is not listed, is not written
    return text


def _preset(table: Mapping[str, Any], name: str) -> FaderPreset:
    faults = list(_faults(table))
    if faults:
        raise InputFileError(
            f"{name} has {len(faults)} faults: {'; '.join(faults)}.", "See docs/faders.md for the format."
        )
    own = [Adjustment(f, 0.0, "replace", _own(f, row)) for f, row in table.get("replace", {}).items()]
    kept = [
        Adjustment(fader, float(value), kind)
        for kind in ("lock", "shift")
        for fader, value in table.get(kind, {}).items()
    ]
    return FaderPreset(table.get("title", ""), (*own, *kept), table.get("sources", {}))


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key} is not a key of a preset" for key in table if key not in _KEYS)
    if not isinstance(table.get("title", ""), str):
        yield f"title is {table['title']!r}, not a text"
    parts = {key: table.get(key, {}) for key in ("sources", "lock", "shift", "replace")}
    for key, part in parts.items():
        if not isinstance(part, Mapping):
            yield f"{key} is {part!r}, not a table"
            parts[key] = {}
    for key, value in parts["sources"].items():
        if not isinstance(value, str):
            yield f"sources.{key} is {value!r}, not a text"
    for fader, row in parts["replace"].items():
        yield from (f"replace.{fader}{fault}" for fault in _own_faults(fader, row, parts["sources"]))
    for kind in ("lock", "shift"):
        for fader, value in parts[kind].items():
            yield from (f"{kind}.{fault}" for fault in _value_faults(fader, value, kind, parts))


def _value_faults(
    fader: str, value: object, kind: str, parts: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield f'{fader} is a table; write the full name in quotes, such as "prosody.rate"'
        return
    old = _shipped(fader)
    if old is None:
        yield _unknown(fader)
        return
    if not is_number(value):
        yield f"{fader} is {value!r}, not a number"
        return
    if kind == "shift" and fader in parts["lock"]:
        yield f"{fader} is locked too, so that the shift would say nothing"
    row = parts["replace"].get(fader)
    if isinstance(row, Mapping) and not list(_own_faults(fader, row, parts["sources"])):
        old = _own(fader, row)
    if kind == "lock" and not old.admits(float(value)):  # type: ignore[arg-type]
        yield f"{fader} is {value!r}, outside {old.low:g}..{old.high:g}"


def _own_faults(fader: str, row: object, sources: Mapping[str, Any]) -> Iterator[str]:
    old = _shipped(fader)
    if old is None:
        yield f' names no fader{_near(fader)}; write the full name in quotes, such as "prosody.rate"'
        return
    if not isinstance(row, Mapping):
        yield f" is {row!r}, not a table"
        return
    yield from (f".{key} cannot be replaced" for key in row if key not in _OWN_KEYS)
    yield from row_faults(_filled(old, {key: row[key] for key in row if key in _OWN_KEYS}), sources)
    for key, bound, sign in (("low", old.low, -1), ("high", old.high, 1)):
        if is_number(row.get(key)) and (row[key] - bound) * sign > 0:
            yield f".{key} is {row[key]!r}, beyond the fader's {bound:g}"


def _filled(old: Fader, row: Mapping[str, Any]) -> dict[str, Any]:
    """A user's table with what it leaves out taken from the fader that it replaces; its terms are all its own."""
    kept = {
        "unit": old.unit, "law": old.law, "neutral": old.neutral, "low": old.low, "high": old.high,
        "length": old.length, "meaning": old.meaning,
    }  # fmt: skip
    return {**kept, **row}


def _own(fader: str, row: Mapping[str, Any]) -> Fader:
    old = _shipped(fader)
    assert old is not None
    return fader_of(old.name, _filled(old, row))


def _shipped(fader: str) -> Fader | None:
    medium, _, name = fader.partition(".")
    return fader_set(medium).faders.get(name) if medium in fader_set_names() else None


def _unknown(fader: str) -> str:
    return f"{fader} is not a fader{_near(fader)}"


def _near(fader: str) -> str:
    close = nearest(
        fader, [f"{medium}.{name}" for medium in fader_set_names() for name in fader_set(medium).faders]
    )
    return f", did you mean {' or '.join(close)}" if close else ""


def _rows(own: Fader) -> Sequence[str]:
    """The lines of a map."""
    lines = [f"{key} = {getattr(own, key)!r}" for key in ("neutral", "low", "high", "length")]
    lines += [f"{key} = {_amount(value)}" for key, value in own.terms.items()]
    for key, amounts in (("labels", own.labels), ("plane", own.plane)):
        if amounts:
            inner = ", ".join(f"{_text(name)} = {_amount(value)}" for name, value in amounts.items())
            lines.append(f"{key} = {{ {inner} }}")
    return [
        *lines,
        *(f"{key} = {_text(getattr(own, key))}" for key in ("meaning", "source") if getattr(own, key)),
    ]


def _amount(value: float | Sequence[float]) -> str:
    return repr(value) if isinstance(value, int | float) else f"[{', '.join(repr(float(x)) for x in value)}]"


def _text(value: str) -> str:
    """A text in TOML's quotes, whose escapes are those of JSON but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
