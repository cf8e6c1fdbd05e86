"""From emotions to the controls of a voice: the faders of the set ``prosody`` for each span, then for each frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from conditioning.timeline import EmotionTrack, Timeline
from generators.speech.characters import Character, cast
from generators.speech.ways import ways

__all__ = ["BANDS", "MOUTH", "QUALITY", "SPECTRA", "TIMBRE", "Controls", "span_controls", "varied"]

# What acts on spectra after the decoder; with all of them at their neutral value the voice is the bare model's.
TIMBRE = tuple(f"timbre_{number}" for number in range(7))
"""Controls of a character's own spectrum, in decibels; present only where somebody has one."""

BANDS = ("body", "openness", "presence", "brilliance")
"""Faders that lift or lower a band of the spectrum, in decibels."""

MOUTH = ("first_formant", "second_formant", "articulation", "consonants")
"""Faders of formants one by one, of how far vowels move, and of consonants."""

SPECTRA = tuple(f"spectrum_{name}" for name in ("joy", "sadness", "anger", "fear", "disgust", "surprise"))
"""Faders of what actors' mouths do to each sound in an emotion."""

QUALITY = ("tilt", "breathiness", "tension", "tremor", "jitter", "creak", "whisper", *BANDS, *MOUTH, *SPECTRA)


@dataclass(frozen=True)
class Controls:
    """Faders of prosody along an axis: spans, phones or frames.

    Args:
        values: by fader name ``(n,)`` in the fader's unit.
    """

    values: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]

    def at(self, index: np.ndarray) -> Controls:
        """The same faders along another axis, ``index`` naming the entry that each new place takes."""
        return Controls({name: value[index] for name, value in self.values.items()})

    def smoothed(self, deviation: float) -> Controls:
        """Faders that glide over borders.

        Args:
            deviation: standard deviation of the Gaussian, in entries.
        """
        from scipy.ndimage import gaussian_filter1d

        def glide(value: np.ndarray) -> np.ndarray:
            constant = np.all(value == value[0])  # must stay exact, or neutral would not be the bare model
            return value if constant else gaussian_filter1d(value, deviation, mode="nearest")

        return Controls({name: glide(value) for name, value in self.values.items()})

    def neutral(self, names: Sequence[str]) -> bool:
        """Whether none of these faders asks for anything."""
        faders = fader_set("prosody").faders
        resting = all(bool(np.all(self.values[name] == faders[name].neutral)) for name in names)
        return resting and not any(np.any(self.values[name]) for name in TIMBRE if name in self.values)


def span_controls(
    emotions: Sequence[Emotion], characters: Sequence[Character], adjustments: tuple[Adjustment, ...] = ()
) -> Controls:
    """The faders of each span: what its emotion asks, the user's word on it, and the character who says it.

    Args:
        emotions: of S spans.
        characters: of the same spans.
        adjustments: locks and shifts of prosody faders.

    Returns:
        Along S spans.
    """
    places = np.arange(len(emotions), dtype=float)
    track = Timeline.of(zip(places, emotions, strict=True)).sample(places)
    values = _shared(fader_set("prosody").evaluate(track, adjustments), track, characters, adjustments)
    for name, change in ways(track, characters, adjustments).items():
        fader = fader_set("prosody").faders[name]
        moved = values[name] * change if fader.law == "factor" else values[name] + change
        values[name] = np.clip(moved, fader.low, fader.high)
    for name, fader in fader_set("prosody").faders.items():
        own = np.array([c.faders.get(name, 1.0 if fader.law == "factor" else 0.0) for c in characters])
        if not any(name in c.faders or name in c.limits for c in characters):
            continue
        joined = values[name] * own if fader.law == "factor" else values[name] + own
        low, high = np.array([_limits(name, c) for c in characters]).T
        values[name] = np.clip(joined, low, high)
    return Controls({**values, **_timbres(characters)})


def _shared(
    values: dict[str, np.ndarray],
    track: EmotionTrack,
    characters: Sequence[Character],
    adjustments: tuple[Adjustment, ...],
) -> dict[str, np.ndarray]:
    """Faders of which only a character's share of the emotion is left; what a user locks or adds stays whole."""
    names = {name for character in characters for name in character.shares}
    locked = {a.fader.removeprefix("prosody.") for a in adjustments if a.kind == "lock"}
    if not names - locked:
        return values
    felt = fader_set("prosody").evaluate(track, tuple(a for a in adjustments if a.kind == "replace"))
    found = dict(values)
    for name in sorted(names - locked):
        fader = fader_set("prosody").faders[name]
        left_out = 1 - np.array([character.shares.get(name, 1.0) for character in characters])
        if fader.law == "factor":
            found[name] = values[name] * (felt[name] / fader.neutral) ** -left_out
        else:
            found[name] = values[name] - left_out * (felt[name] - fader.neutral)
    return found


def _limits(fader: str, character: Character) -> tuple[float, float]:
    """Where a fader may go in a character's voice."""
    low, high = character.limits.get(fader, cast().limits.get(fader, (-np.inf, np.inf)))
    return low, high


def _timbres(characters: Sequence[Character]) -> dict[str, np.ndarray]:
    """Decibels at the frequencies of timbre, one control for each; none if all have the trained speaker's."""
    if not any(c.timbre for c in characters):
        return {}
    count = len(TIMBRE)
    rows = np.array([c.timbre or [0.0] * count for c in characters])
    return {name: rows[:, k].astype(float) for k, name in enumerate(TIMBRE)}


def varied(controls: Controls, intensities: np.ndarray, rng: np.random.Generator) -> Controls:
    """Controls of one sentence with a small chance change; each span takes its share, none at intensity 0.

    Args:
        controls: along the spans.
        intensities: 0..1, of the same spans.
        rng: of this sentence.
    """
    if not np.any(intensities > 0):
        return controls
    values = dict(controls.values)
    for name, deviation in cast().variation.items():
        change = float(np.clip(rng.standard_normal(), -2, 2)) * deviation * intensities
        law = fader_set("prosody").faders[name].law
        values[name] = values[name] * np.exp(change) if law == "factor" else values[name] + change
    return Controls(values)
