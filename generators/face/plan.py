"""A face's action units over time as a plan that people can read, edit and give back.

A plan is a list of moments. Each moment is a whole face: the units it names, in numbers or in plain words, and no others.
Between two moments the face goes evenly from one to the other, and then moves as a face moves: with onset, flutter and blinks.
Gaze, head, blinks and breath follow the emotion where no moment names them. The format is described in docs/face-expression.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from conditioning.errors import InputFileError, RequestError, nearest
from conditioning.faders import Fader, fader_set
from conditioning.user_files import LONGEST_FILE, toml_of
from generators.face.tables import action_units
from generators.face.words import faders_of_words

__all__ = ["FacePlan", "Moment", "face_plan", "plan_of", "write_plan"]

_KEYS = ("title", "moment")
_OWN_KEYS = ("at", "words")
_TOLERANCE = 0.02  # of a fader's range: ways closer than this to the truth are not told moment by moment
_MOST = 5000


@dataclass(frozen=True)
class Moment:
    """A whole face at a time.

    Args:
        at: seconds, 0 or more.
        faders: values by name of the fader set "face".
        words: description that adds faders to those; "" for none.
    """

    at: float
    faders: Mapping[str, float]
    words: str = ""

    def all_faders(self) -> dict[str, float]:
        """Those of the words, and the numbers, which win over them."""
        return {**(faders_of_words(self.words) if self.words else {}), **self.faders}


@dataclass(frozen=True)
class FacePlan:
    """A face over time.

    Args:
        moments: by rising time, at least one.
        title: one line; "" if it has none.
    """

    moments: tuple[Moment, ...]
    title: str = ""

    def over(self, faders: Mapping[str, np.ndarray], times: np.ndarray) -> dict[str, np.ndarray]:
        """Faders of a face with the plan in their place.

        Args:
            faders: what the emotion asks, the whole fader set "face", each ``(T,)``.
            times: seconds of the face ``(T,)``.

        Returns:
            The same with every action unit as planned, and every other fader that a moment names.
        """
        known = fader_set("face").faders
        at = np.array([moment.at for moment in self.moments])
        faces = [moment.all_faders() for moment in self.moments]
        units = [unit.name for unit in action_units()]
        # Without units that lean to a side, a face that is lopsided by its emotion would mean nothing to the reader.
        named = {*units, "asymmetry", *(name for face in faces for name in face)}
        planned = {
            name: np.interp(times, at, [face.get(name, known[name].neutral) for face in faces])
            for name in known
            if name in named
        }
        return {**faders, **planned}


def face_plan(text: str, name: str = "The plan") -> FacePlan:
    """The plan of a TOML text.

    Args:
        text: as ``write_plan`` gives it.
        name: how errors call it.

    Raises:
        InputFileError: it is not TOML, or has faults; the message lists all of them.
    """
    if len(text.encode()) > LONGEST_FILE:
        raise InputFileError(f"{name} has more than {LONGEST_FILE} bytes.", "Plan fewer moments.")
    table = toml_of(text, name)
    faults = list(_faults(table))
    if faults:
        raise InputFileError(
            f"{name} has {len(faults)} faults: {'; '.join(faults)}.",
            "See docs/face-expression.md for the format.",
        )
    moments = tuple(
        Moment(
            float(row["at"]),
            {key: float(value) for key, value in row.items() if key not in _OWN_KEYS},
            row.get("words", ""),
        )
        for row in table["moment"]
    )
    return FacePlan(moments, table.get("title", ""))


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    """Everything that is wrong with a plan's table, one sentence each."""
    yield from (f"{key} is not a key of a plan" for key in table if key not in _KEYS)
    if not isinstance(table.get("title", ""), str):
        yield f"title is {table['title']!r}, not a text"
    rows = table.get("moment")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        yield "there is no [[moment]]"
        return
    if len(rows) > _MOST:
        yield f"there are {len(rows)} moments, more than {_MOST}"
        return
    before = -1.0
    for number, row in enumerate(rows, 1):
        at = row.get("at")
        if not _is_number(at) or at < 0:
            yield f"moment {number} has the time {at!r}, not a number of seconds"
        elif at <= before:
            yield f"moment {number} at {at:g} s does not come after the one before it"
        else:
            before = at
        yield from (f"moment {number}: {fault}" for fault in _moment_faults(row))


def _moment_faults(row: Mapping[str, Any]) -> Iterator[str]:
    known = fader_set("face").faders
    for key, value in row.items():
        if key in _OWN_KEYS:
            continue
        if key not in known:
            close = nearest(key, known)
            yield f"{key} is no fader of the face" + (f" (did you mean {close[0]}?)" if close else "")
        elif not _is_number(value) or not known[key].low <= value <= known[key].high:
            yield f"{key} is {value!r}, not within {known[key].low:g} to {known[key].high:g}"
    words = row.get("words", "")
    if not isinstance(words, str):
        yield f"words is {words!r}, not a text"
        return
    try:
        faders_of_words(words)
    except RequestError as error:
        yield f"{error.message} {error.remedy}".strip(" .")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def plan_of(faders: Mapping[str, np.ndarray], times: np.ndarray, title: str = "") -> FacePlan:
    """The plan that a face follows: as few moments as tell every fader to a fiftieth of its range.

    Args:
        faders: the fader set "face", each ``(T,)``.
        times: seconds ``(T,)``, rising, at least one.
        title: one line.
    """
    known = fader_set("face").faders
    table = np.stack([faders[name] for name in known], axis=1)
    spans = np.array([fader.high - fader.low for fader in known.values()])
    told = [name for name, fader in known.items() if _is_told(fader, faders[name])]
    moments = tuple(
        Moment(round(float(times[row]), 3), {name: round(float(faders[name][row]), 3) for name in told})
        for row in _corners(table / spans, times)
    )
    return FacePlan(moments, title)


def _is_told(fader: Fader, values: np.ndarray) -> bool:
    """Whether a fader ever leaves its neutral value by what people would see."""
    return bool(np.abs(values - fader.neutral).max() > 0.5 * _TOLERANCE * (fader.high - fader.low))


def _corners(table: np.ndarray, times: np.ndarray) -> list[int]:
    """Rows between which straight ways stay within the tolerance of all columns, in order; one row if nothing moves.

    Source: Douglas & Peucker 1973, with the largest distance of any column.
    """
    if np.abs(table - table[0]).max() <= _TOLERANCE:
        return [0]
    kept, open_spans = {0, len(table) - 1}, [(0, len(table) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        share = ((times[first : last + 1] - times[first]) / (times[last] - times[first]))[:, None]
        way = table[first] + share * (table[last] - table[first])
        off = np.abs(table[first : last + 1] - way).max(axis=1)
        if off.max() > _TOLERANCE:
            middle = first + int(off.argmax())
            kept.add(middle)
            open_spans += [(first, middle), (middle, last)]
    return sorted(kept)


def write_plan(plan: FacePlan) -> str:
    """The plan as TOML that ``face_plan`` reads back to the same plan."""
    meanings = {unit.name: unit.meaning for unit in action_units()}
    meanings |= {
        name: fader.meaning for name, fader in fader_set("face").faders.items() if name not in meanings
    }
    lines = [f"title = {_text(plan.title)}", ""] if plan.title else []
    named = _in_order(plan.moments)
    lines += [f"# {name}: {meanings[name]}" for name in named]
    for moment in plan.moments:
        lines += ["", "[[moment]]", f"at = {moment.at!r}"]
        lines += [f"words = {_text(moment.words)}"] if moment.words else []
        lines += [f"{name} = {moment.faders[name]!r}" for name in named if name in moment.faders]
    return "\n".join([*lines, ""]).lstrip("\n")


def _in_order(moments: Sequence[Moment]) -> list[str]:
    """Names of the faders that any moment gives in numbers, in the fader set's order."""
    return [name for name in fader_set("face").faders if any(name in moment.faders for moment in moments)]


def _text(value: str) -> str:
    """A TOML string; TOML reads JSON's escapes."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
