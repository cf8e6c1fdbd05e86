"""Faders: the named physical controls of a medium as functions of an emotion, read from sourced TOML.

A fader's value is its neutral value plus a term for each axis and each label of its file, softly bent into its range.
A label's term counts by how much the emotion belongs to it: an emotion that the file names counts as itself, any other
is spread over the file's labels by the memberships of its place in VAD space. Faders of law ``"factor"`` add
in the logarithm, so that half the intensity is half the way in proportion; those of law ``"circle"`` (a hue) add as
vectors. The format is described in docs/faders.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.emotion import Emotion
from conditioning.errors import AffectError, RequestError, UnknownNameError
from conditioning.fader_faults import TERMS, fader_faults
from conditioning.fader_planes import halves, left, slopes
from conditioning.timeline import EmotionTrack, Timeline
from conditioning.user_files import read_toml
from conditioning.vad import AXES
from conditioning.vocabulary import Vocabulary, lexicon

__all__ = [
    "Adjustment",
    "Fader",
    "FaderSet",
    "check_adjustments",
    "fader_of",
    "fader_set",
    "fader_set_names",
    "read_fader_set",
]

_ROUNDING = 1e-9  # a bound that was computed, as by a slider, may lie this far outside


@dataclass(frozen=True)
class Fader:
    """One control.

    Args:
        name: such as ``"pitch"``.
        unit: such as ``"st"``; "" for a share.
        neutral: value without emotion; for a circle, degrees.
        low: least value (degrees do not use it).
        high: greatest value.
        law: ``"offset"`` adds, ``"factor"`` multiplies, ``"circle"`` adds vectors.
        terms: change at 1 on an axis, or at ``negative_arousal`` = max(-valence, 0) × max(arousal, 0). An offset
            has the fader's unit, a factor is the multiple at 1, a circle's is ``(degrees, length)``.
        labels: the same for each named emotion at full intensity.
        length: of a circle's neutral vector.
        meaning: one sentence.
        source: keys of the file's sources.
        plane: slopes by ``conditioning.fader_planes.HALVES``, as of ``terms``, where a file with ``between = "plane"`` gives them;
            the other axes follow the plane through the labels, and an emotion that the file names does what it says all the same.
    """

    name: str
    unit: str
    neutral: float
    low: float
    high: float
    law: str
    terms: Mapping[str, Any]
    labels: Mapping[str, Any]
    length: float = 1.0
    meaning: str = ""
    source: str = ""
    plane: Mapping[str, float] = field(default_factory=dict)

    def admits(self, value: float) -> bool:
        """Whether the fader can be held at a value: within its range, but for rounding; a circle has none."""
        return self.law == "circle" or self.low - _ROUNDING <= value <= self.high + _ROUNDING

    def values(
        self,
        terms: Mapping[str, np.ndarray],
        strengths: Mapping[str, np.ndarray],
        rest: Mapping[str, np.ndarray] = MappingProxyType({}),
    ) -> np.ndarray:
        """The fader over time.

        Args:
            terms: each of valence, arousal, dominance, negative_arousal as ``(T,)``, felt.
            strengths: each label of the file as ``(T,)``, membership times intensity.
            rest: on a plane, each half of an axis as ``(T,)``, as far as no label of the file took it.

        Returns:
            ``(T,)`` in the fader's unit.
        """
        active = [(terms[k], v) for k, v in self.terms.items()]
        active += [(strengths[k], v) for k, v in self.labels.items()]
        active += [(amount, self.plane[k]) for k, amount in rest.items()]
        total = np.zeros_like(next(iter(terms.values())), dtype=complex if self.law == "circle" else float)
        if self.law == "circle":
            neutral = _vector(self.neutral, self.length)
            for amount, (degrees, length) in active:
                total += amount * _vector(degrees, length)
            angle = np.degrees(np.angle(neutral + total)) % 360.0
            return np.where(total == 0, self.neutral, angle)
        for amount, value in active:
            total += amount * (np.log(value) if self.law == "factor" else value)
        if self.law == "factor":
            bent = _bend(total, np.log(self.low / self.neutral), np.log(self.high / self.neutral))
            return np.clip(self.neutral * np.exp(bent), self.low, self.high)
        bent = _bend(total, self.low - self.neutral, self.high - self.neutral)
        return np.clip(self.neutral + bent, self.low, self.high)


@dataclass(frozen=True)
class Adjustment:
    """A user's own word on a fader.

    Args:
        fader: full name, such as ``"prosody.rate"``.
        value: number in the fader's unit; without a meaning where the fader is replaced.
        kind: ``"lock"`` holds the fader at the value, ``"shift"`` adds it to what the emotion asks, ``"replace"`` lets the
            emotion act on the fader by the user's own map.
        own: that map: a fader of the same law and unit, within the range of the one that it replaces.

    Raises:
        RequestError: the value is not finite, the kind is another, or a map is missing or given for another kind.
    """

    fader: str
    value: float = 0.0
    kind: str = "lock"
    own: Fader | None = None

    def __post_init__(self) -> None:
        if not np.isfinite(self.value):
            raise RequestError(f"Fader {self.fader} cannot be {self.value}.", "Give a number.")
        if self.kind not in ("lock", "shift", "replace"):
            raise RequestError(
                f"An adjustment cannot be {self.kind!r}.", "It is 'lock', 'shift' or 'replace'."
            )
        if (self.kind == "replace") != (self.own is not None):
            raise RequestError(
                f"Fader {self.fader} has kind {self.kind!r} and {'a' if self.own else 'no'} map of its own.",
                "A replaced fader needs one, others have none.",
            )


@dataclass(frozen=True)
class FaderSet:
    """All faders of a medium.

    Args:
        name: file name without ending, such as ``"prosody"``.
        faders: by name, in the file's order.
        sources: citation of each key.
        concavity: exponent on the intensity; below 1, weak emotions count more than in proportion.
        between: what acts where an emotion has no number: ``"labels"``, those near it; ``"plane"``, its place on the axes
            (``conditioning.fader_planes``).
    """

    name: str
    faders: Mapping[str, Fader]
    sources: Mapping[str, str]
    concavity: float = 1.0
    between: str = "labels"

    def evaluate(
        self, track: EmotionTrack, adjustments: tuple[Adjustment, ...] = ()
    ) -> dict[str, np.ndarray]:
        """Every fader over the times of a track.

        Args:
            track: T samples.
            adjustments: replacements, which come first, then locks and shifts in their order; those of other sets are
                passed over.

        Returns:
            By fader name ``(T,)`` float64 in the fader's unit.

        Raises:
            UnknownNameError: an adjustment names a fader of this set that does not exist.
            RequestError: a lock is outside its fader's range, or a replacement does not fit the fader.
        """
        gain = np.where(track.intensity > 0, np.maximum(track.intensity, 1e-9) ** (self.concavity - 1.0), 0.0)
        vad = track.vad * gain[:, None]
        terms = dict(zip(AXES, vad.T, strict=True))
        terms["negative_arousal"] = np.maximum(-vad[:, 0], 0) * np.maximum(vad[:, 1], 0)
        strengths = self._strengths(track, gain, self._named)
        rest = self._rest(vad, strengths)
        values = {name: fader.values(terms, strengths, rest) for name, fader in self._acting.items()}
        replaced = self._replaced(adjustments)
        for name, fader in replaced.items():
            # Its own labels join the file's for this fader alone, so that the others stay as they are.
            known = tuple(sorted({*self._named, *fader.labels}))
            strengths = self._strengths(track, gain, known)
            values[name] = self._on_plane(fader, known).values(terms, strengths, self._rest(vad, strengths))
        return self._adjusted(values, adjustments, {**self.faders, **replaced})

    def _strengths(
        self, track: EmotionTrack, gain: np.ndarray, named: tuple[str, ...]
    ) -> dict[str, np.ndarray]:
        """How much each named emotion is felt ``(T,)``; on a plane others belong to none, their place says what they do."""
        if self.between == "plane":
            spread = np.array([[float(one == other) for other in named] for one in track.labels])
        else:
            spread = _spread(named, track.labels)
        columns = (track.strengths * gain[:, None]) @ spread
        return dict(zip(named, columns.T, strict=True))

    def _rest(self, vad: np.ndarray, strengths: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        """What a plane's slopes act on, by half of an axis ``(T,)``; nothing where labels alone act."""
        return halves(left(vad, strengths)) if self.between == "plane" else {}

    @cached_property
    def _acting(self) -> Mapping[str, Fader]:
        """The faders with all that acts on them."""
        return {name: self._on_plane(fader, self._named) for name, fader in self.faders.items()}

    def _on_plane(self, fader: Fader, named: tuple[str, ...]) -> Fader:
        """A fader with a slope for every half of an axis, where its file has a plane."""
        if self.between == "labels":
            return fader
        factor = fader.law == "factor"
        numbers, given = (
            {key: float(np.log(v) if factor else v) for key, v in own.items()}
            for own in (fader.labels, fader.plane)
        )
        found = slopes(numbers, named, given)
        return replace(fader, plane={key: float(np.exp(v)) if factor else v for key, v in found.items()})

    @property
    def _named(self) -> tuple[str, ...]:
        found = {label for fader in self.faders.values() for label in fader.labels}
        return tuple(sorted(found))

    def _own(self, adjustments: tuple[Adjustment, ...]) -> Iterator[tuple[str, Adjustment]]:
        """The adjustments of this set, with the names of their faders in it."""
        for adjustment in adjustments:
            medium, _, name = adjustment.fader.partition(".")
            if medium != self.name:
                continue
            if name not in self.faders:
                raise UnknownNameError("fader", adjustment.fader, [f"{self.name}.{n}" for n in self.faders])
            yield name, adjustment

    def _replaced(self, adjustments: tuple[Adjustment, ...]) -> dict[str, Fader]:
        """The user's own faders by name; of two for one name the last."""
        found: dict[str, Fader] = {}
        for name, adjustment in self._own(adjustments):
            if adjustment.own is None:
                continue
            old, new = self.faders[name], adjustment.own
            if (new.law, new.unit) != (old.law, old.unit) or new.low < old.low or new.high > old.high:
                raise RequestError(
                    f"Fader {adjustment.fader} cannot be replaced by law {new.law!r}, {new.low:g} to {new.high:g} {new.unit}.",
                    f"Keep law {old.law!r}, and to {old.low:g} to {old.high:g} {old.unit}".rstrip() + ".",
                )
            found[name] = new
        return found

    def _adjusted(
        self, values: dict[str, np.ndarray], adjustments: tuple[Adjustment, ...], faders: Mapping[str, Fader]
    ) -> dict[str, np.ndarray]:
        """Values after locks and shifts, in their order."""
        for name, adjustment in self._own(adjustments):
            fader = faders[name]
            if adjustment.kind == "replace":
                continue
            wanted = adjustment.value if adjustment.kind == "lock" else values[name] + adjustment.value
            if adjustment.kind == "lock" and not fader.admits(adjustment.value):
                raise RequestError(
                    f"Fader {adjustment.fader} cannot be {adjustment.value:g}.",
                    f"Its range is {fader.low:g} to {fader.high:g} {fader.unit}".rstrip() + ".",
                )
            wanted = wanted % 360.0 if fader.law == "circle" else np.clip(wanted, fader.low, fader.high)
            values[name] = np.broadcast_to(wanted, values[name].shape).astype(float)
        return values


def check_adjustments(adjustments: Iterable[Adjustment]) -> None:
    """Make sure that every adjustment names a fader and keeps to its range, before work is spent on it.

    Raises:
        UnknownNameError: there is no such fader.
        RequestError: a lock is outside its fader's range, or a replacement does not fit its fader.
    """
    still = Timeline.constant(Emotion.neutral()).sample(np.zeros(1))
    for adjustment in adjustments:
        medium = adjustment.fader.partition(".")[0]
        if medium not in fader_set_names():
            known = [f"{name}.{fader}" for name in fader_set_names() for fader in fader_set(name).faders]
            raise UnknownNameError(
                "fader", adjustment.fader, known, "Run 'affect emotions --faders' for the list."
            )
        fader_set(medium).evaluate(still, (adjustment,))


def fader_set_names() -> list[str]:
    """Names of the shipped fader sets, sorted."""
    return sorted(path.stem for path in asset("faders").glob("*.toml"))


@cache
def fader_set(name: str) -> FaderSet:
    """The fader set of that name.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in fader_set_names():
        raise UnknownNameError("fader set", name, fader_set_names())
    return read_fader_set(asset("faders", f"{name}.toml"))


def read_fader_set(path: Path) -> FaderSet:
    """The fader set of a TOML file.

    Raises:
        InputFileError: the file is missing or not TOML.
        AffectError: it has faults; the message lists all of them.
    """
    table = read_toml(path)
    faults = fader_faults(table)
    if faults:
        raise AffectError(f"{path.name} has {len(faults)} faults: {'; '.join(faults)}.")
    faders = {name: fader_of(name, row) for name, row in table["fader"].items()}
    concavity, between = float(table.get("concavity", 1.0)), table.get("between", "labels")
    return FaderSet(path.stem, faders, table.get("sources", {}), concavity, between)


def fader_of(name: str, row: Mapping[str, Any]) -> Fader:
    """The fader that a sound table means.

    Args:
        name: of the fader.
        row: the table, without faults.
    """
    law = row.get("law", "offset")
    return Fader(
        name=name,
        unit=row.get("unit", ""),
        neutral=float(row["neutral"]),
        low=float(row.get("low", 0.0)),
        high=float(row.get("high", 360.0 if law == "circle" else 1.0)),
        law=law,
        terms={term: row[term] for term in TERMS if term in row},
        labels=row.get("labels", {}),
        length=float(row.get("length", 1.0)),
        meaning=row.get("meaning", ""),
        source=row.get("source", ""),
        plane=row.get("plane", {}),
    )


@cache
def _spread(named: tuple[str, ...], labels: tuple[str, ...]) -> np.ndarray:
    """``(L, N)``: how much each of the labels belongs to each named one; a row sums to at most 1.

    Neutral takes its share of every membership and gives no term.
    """
    words = lexicon()
    if not named:
        return np.zeros((len(labels), 0))
    base = Vocabulary("named", "", tuple(words[n] for n in dict.fromkeys((*named, "neutral"))))
    shares = base.memberships(np.array([words[label].vad.array() for label in labels]))[:, : len(named)]
    for row, label in zip(shares, labels, strict=True):
        if label in named:
            row[:] = [float(name == label) for name in named]
        elif label == "neutral":
            row[:] = 0.0
    return shares


def _bend(change: np.ndarray, low: float, high: float) -> np.ndarray:
    """Changes bent softly into ``low..high``: untouched to seven tenths of the way, then approaching the end."""
    limit = np.where(change >= 0, high, -low)
    size = np.abs(change)
    knee = 0.7 * limit
    room = np.maximum(limit - knee, 1e-12)
    bent = np.where(size <= knee, size, knee + room * np.tanh((size - knee) / room))
    return np.sign(change) * np.where(limit > 0, bent, 0.0)


def _vector(degrees: float, length: float) -> complex:
    return complex(length * np.exp(1j * np.radians(degrees)))
