"""The voice's faders as those who fit them see them: steps and bounds, and what actors' voices are asked to be met in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.emotion import Emotion
from conditioning.faders import fader_set
from conditioning.timeline import Timeline
from generators.speech.prosody import SPECTRA
from studio.training.prosody_measures import MEASURES
from studio.training.prosody_table import actors_table

# Step of the sweep, and bounds within which neither quality nor words suffered when a fader was moved alone.
FADERS: dict[str, tuple[float, float, float]] = {
    "pitch": (0.8, -3.0, 6.3), "pitch_range": (0.15, 0.6, 1.85), "declination": (1.0, -3.5, 4.5),
    "accent": (0.7, -1.5, 3.6), "final": (1.0, -4.0, 6.0), "rate": (0.07, 0.7, 1.22), "vowel": (0.08, 0.85, 1.3),
    "effort": (0.3, -0.9, 1.7), "loudness": (1.5, -5.0, 7.0), "loudness_range": (0.1, 0.75, 1.35),
    "tilt": (0.4, -1.5, 2.2), "breathiness": (0.12, 0.0, 0.5), "tension": (0.25, -0.7, 0.8),
    "creak": (0.12, 0.0, 0.35), "tremor": (0.2, 0.0, 0.7), "jitter": (0.03, 0.0, 0.12), "formant": (0.015, 0.96, 1.04),
    "body": (1.0, -7.0, 7.0), "openness": (1.0, -7.0, 7.0), "presence": (1.0, -7.0, 7.0), "brilliance": (1.2, -8.0, 8.0),
    "first_formant": (0.05, 0.82, 1.24), "second_formant": (0.04, 0.87, 1.15), "articulation": (0.1, 0.62, 1.6),
    "consonants": (1.2, -7.0, 7.0), **dict.fromkeys(SPECTRA, (0.4, -0.6, 2.4)),
}  # fmt: skip
# What listeners and the literature agree on and the actors' mean does not give: grief that is spoken is low and soft. Above
# the others' F0 and level every quality measured fell; joy stays below fear, since in high voices, which take a share of
# each, they would else be equally high.
NARROWER = {
    "sadness": {"pitch": (-2.5, -0.9), "loudness": (-5.0, -2.0), "rate": (0.7, 0.88)},
    "joy": {"pitch": (-3.0, 5.7), "loudness": (-5.0, 5.0)},
    "anger": {"pitch": (-3.0, 5.3), "loudness": (-5.0, 7.5)},
    "fear": {"pitch": (-3.0, 6.3), "loudness": (-5.0, 5.0)},
    "surprise": {"pitch": (-3.0, 4.5), "loudness": (-5.0, 5.5)},
}
DEEP = {
    "pitch": (-3.0, 8.2), "effort": (-0.9, 1.9), "loudness": (-5.0, 8.4), **dict.fromkeys(SPECTRA, (-1.0, 2.8))
}  # fmt: skip
DEEP_NARROWER = {"sadness": {"pitch": (-2.5, -0.6), "loudness": (-5.0, -1.0), "rate": (0.7, 0.88)}}
HALF = 0.5 ** fader_set("prosody").concavity  # strength of the faders at half intensity


@dataclass(frozen=True)
class Target:
    """What the sound of an emotion is compared with.

    Args:
        emotion: asked.
        mean: of the actors' effects ``(M,)``, NaN where there is none.
        sd: of an actor about it ``(M,)``.
        clear: whether its sign must be met ``(M,)``.
    """

    emotion: str
    mean: np.ndarray
    sd: np.ndarray
    clear: np.ndarray


def target(emotion: str, robust: float) -> Target:
    """The actors' effects of an emotion.

    Args:
        emotion: of the table.
        robust: share of the median of corpora in the value aimed at; the rest is the mean by random effects.
    """
    row = actors_table()[emotion]
    cells = [row.get(measure) for measure in MEASURES]
    mean = [np.nan if c is None else (1 - robust) * c.mean + robust * c.robust for c in cells]
    return Target(
        emotion,
        np.array(mean),
        np.array([1.0 if c is None else c.sd for c in cells]),
        np.array([c is not None and c.clear for c in cells]),
    )


def distance(rows: np.ndarray, plain: np.ndarray, names: Sequence[str], aim: Target) -> float:
    """How far effects on the sound are from the actors', in units of their spread; the wrong sign of a clear one counts more.

    Args:
        rows: measures of sentences ``(n, N)``, and maybe more behind them.
        plain: the same of the sentences said neutrally.
        names: of the measures.
        aim: the actors' effects.
    """
    columns = [names.index(key) for key, _ in MEASURES.values()]
    effect = (rows - plain)[:, columns].mean(axis=0)
    length = names.index("seconds")
    effect[list(MEASURES).index("rate")] = 100 * (plain[:, length] / rows[:, length] - 1).mean()
    known = np.isfinite(aim.mean)
    share = effect[known] / aim.sd[known]
    away = np.sqrt(1 + (share - aim.mean[known] / aim.sd[known]) ** 2) - 1
    short = np.maximum(0.0, 0.25 - np.sign(aim.mean[known]) * share) * aim.clear[known]
    return float(away.mean() + 2 * short.mean())


def shipped(emotion: str) -> np.ndarray:
    """The faders of an emotion at full intensity, in steps from neutral ``(F,)``."""
    values = fader_set("prosody").evaluate(Timeline.constant(Emotion.of(emotion)).sample(np.zeros(1)))
    return steps_of({name: float(values[name][0]) for name in FADERS})


def bounds(emotion: str = "", *, deep: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest steps of each fader, narrower for some emotions; deep voices have room above."""
    special = {**DEEP, **DEEP_NARROWER.get(emotion, {})} if deep else NARROWER.get(emotion, {})
    ends = {name: special.get(name, row[1:]) for name, row in FADERS.items()}
    low, high = (steps_of({name: end[place] for name, end in ends.items()}) for place in (0, 1))
    return low, high


def between(name: str, start: float, end: float, share: float) -> float:
    """A fader's value at a share of the way between two, in its law."""
    if fader_set("prosody").faders[name].law == "factor":
        return float(start * (end / start) ** share)
    return float(start + share * (end - start))


def shared(name: str, value: float, share: float) -> float:
    """A fader's value in a voice of which only a share counts."""
    return between(name, fader_set("prosody").faders[name].neutral, value, share)


def steps_of(values: dict[str, float]) -> np.ndarray:
    """Steps from neutral ``(F,)`` out of values of all faders."""
    found = []
    for name, row in FADERS.items():
        fader, value = fader_set("prosody").faders[name], values[name]
        found.append(
            np.log(value / fader.neutral) / np.log1p(row[0]) if fader.law == "factor" else value / row[0]
        )
    return np.array(found)


def values_of(steps: np.ndarray) -> dict[str, float]:
    """Values of faders out of steps from neutral."""
    found = {}
    for name, count in zip(FADERS, steps, strict=True):
        fader, step = fader_set("prosody").faders[name], FADERS[name][0]
        found[name] = float(fader.neutral * (1 + step) ** count if fader.law == "factor" else count * step)
    return found
