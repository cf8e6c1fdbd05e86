"""Faders: the named physical controls of a medium as functions of an emotion, read from sourced TOML.

A fader's value is its neutral value plus a term for each axis and each label of its file, softly bent into its range.
A label's term counts by how much the emotion belongs to it: an emotion that the file names counts as itself, any other
is spread over the file's labels by the memberships of its place in VAD space. Faders of law ``"factor"`` add
in the logarithm, so that half the intensity is half the way in proportion; those of law ``"circle"`` (a hue) add as
vectors. The format is described in docs/faders.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.errors import AffectError, RequestError, UnknownNameError
from conditioning.timeline import EmotionTrack
from conditioning.vad import AXES
from conditioning.vocabulary import Vocabulary, lexicon

__all__ = ["Adjustment", "Fader", "FaderSet", "fader_set", "fader_set_names"]

LAWS = ("offset", "factor", "circle")
_TERMS = (*AXES, "negative_arousal")


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

    def values(self, terms: Mapping[str, np.ndarray], strengths: Mapping[str, np.ndarray]) -> np.ndarray:
        """The fader over time.

        Args:
            terms: each of valence, arousal, dominance, negative_arousal as ``(T,)``, felt.
            strengths: each label of the file as ``(T,)``, membership times intensity.

        Returns:
            ``(T,)`` in the fader's unit.
        """
        active = [(terms[k], v) for k, v in self.terms.items()] + [(strengths[k], v) for k, v in self.labels.items()]
        total = np.zeros_like(next(iter(terms.values())), dtype=complex if self.law == "circle" else float)
        if self.law == "circle":
            total += _vector(self.neutral, self.length)
            for amount, (degrees, length) in active:
                total += amount * _vector(degrees, length)
            return np.degrees(np.angle(total)) % 360.0
        for amount, value in active:
            total += amount * (np.log(value) if self.law == "factor" else value)
        if self.law == "factor":
            bent = _bend(total, np.log(self.low / self.neutral), np.log(self.high / self.neutral))
            return self.neutral * np.exp(bent)
        return self.neutral + _bend(total, self.low - self.neutral, self.high - self.neutral)


@dataclass(frozen=True)
class Adjustment:
    """A user's own word on a fader.

    Args:
        fader: full name, such as ``"prosody.rate"``.
        value: number in the fader's unit.
        kind: ``"lock"`` holds the fader at the value, ``"shift"`` adds it to what the emotion asks.
    """

    fader: str
    value: float
    kind: str = "lock"


@dataclass(frozen=True)
class FaderSet:
    """All faders of a medium.

    Args:
        name: file name without ending, such as ``"prosody"``.
        faders: by name, in the file's order.
        sources: citation of each key.
        concavity: exponent on the intensity; below 1, weak emotions count more than in proportion.
    """

    name: str
    faders: Mapping[str, Fader]
    sources: Mapping[str, str]
    concavity: float = 1.0

    def evaluate(self, track: EmotionTrack, adjustments: tuple[Adjustment, ...] = ()) -> dict[str, np.ndarray]:
        """Every fader over the times of a track.

        Args:
            track: T samples.
            adjustments: locks and shifts; those of other sets are passed over.

        Returns:
            By fader name ``(T,)`` float64 in the fader's unit.

        Raises:
            UnknownNameError: an adjustment names a fader of this set that does not exist.
        """
        gain = np.where(track.intensity > 0, np.maximum(track.intensity, 1e-9) ** (self.concavity - 1.0), 0.0)
        vad = track.vad * gain[:, None]
        terms = dict(zip(AXES, vad.T, strict=True))
        terms["negative_arousal"] = np.maximum(-vad[:, 0], 0) * np.maximum(vad[:, 1], 0)
        spread = _spread(self._named, track.labels)
        columns = (track.strengths * gain[:, None]) @ spread
        strengths = dict(zip(self._named, columns.T, strict=True))
        values = {name: fader.values(terms, strengths) for name, fader in self.faders.items()}
        return self._adjusted(values, adjustments)

    @property
    def _named(self) -> tuple[str, ...]:
        found = {label for fader in self.faders.values() for label in fader.labels}
        return tuple(sorted(found))

    def _adjusted(self, values: dict[str, np.ndarray], adjustments: tuple[Adjustment, ...]) -> dict[str, np.ndarray]:
        for adjustment in adjustments:
            medium, _, name = adjustment.fader.partition(".")
            if medium != self.name:
                continue
            if name not in self.faders:
                raise UnknownNameError("fader", adjustment.fader, [f"{self.name}.{n}" for n in self.faders])
            fader = self.faders[name]
            wanted = adjustment.value if adjustment.kind == "lock" else values[name] + adjustment.value
            if adjustment.kind == "lock" and fader.law != "circle" and not fader.low <= wanted <= fader.high:
                raise RequestError(
                    f"Fader {adjustment.fader} cannot be {adjustment.value:g}.",
                    f"Its range is {fader.low:g} to {fader.high:g} {fader.unit}".rstrip() + ".",
                )
            wanted = wanted % 360.0 if fader.law == "circle" else np.clip(wanted, fader.low, fader.high)
            values[name] = np.broadcast_to(wanted, values[name].shape).astype(float)
        return values


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
    return _read(asset("faders", f"{name}.toml"))


def _read(path: Path) -> FaderSet:
    """A fader file, with every fault in it reported at once."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = table.get("sources", {})
    faults: list[str] = []
    faders = {}
    for name, row in table["fader"].items():
        law = row.get("law", "offset")
        labels = row.get("labels", {})
        terms = {k: row[k] for k in _TERMS if k in row}
        known = {"unit", "neutral", "low", "high", "law", "labels", "length", "meaning", "source", *_TERMS}
        faults += [f"{name}.{key} is not a key of a fader" for key in row if key not in known]
        faults += [f"{name}.labels.{label} is not in the lexicon" for label in labels if label not in lexicon()]
        faults += [f"{name}.source {key!r} is not among the sources" for key in row.get("source", "").split() if key not in sources]
        faults += [f"{name}.law is {law!r}"] if law not in LAWS else []
        low, high = row.get("low", 0.0), row.get("high", 360.0 if law == "circle" else 1.0)
        if not low <= row["neutral"] <= high:
            faults.append(f"{name}.neutral {row['neutral']} is outside {low}..{high}")
        faders[name] = Fader(
            name, row.get("unit", ""), float(row["neutral"]), float(low), float(high), law, terms, labels,
            float(row.get("length", 1.0)), row.get("meaning", ""), row.get("source", ""),
        )  # fmt: skip
    if faults:
        raise AffectError(f"{path.name} has {len(faults)} faults: {'; '.join(faults)}.")
    return FaderSet(path.stem, faders, sources, float(table.get("concavity", 1.0)))


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
