"""Finds what characters must do otherwise than the voice's map says to come where people are.

    python tools/fit_prosody_way.py ../shared/data --ear FOLDER --diariser pytorch_model.bin --voices ben,victor --deep --out low.json
    python tools/set_prosody.py low.json --way low --share anger=0.86,fear=0.88

As tools/fit_prosody.py it moves every fader a little, takes the response as a plane, goes on it to where a cost is least and measures
anew; the people and the measured effects are the same. What differs: only these characters speak; a fourth ear listens
(studio/training/prosody_speaker.py); and the share of people's way from neutral that each of them goes counts in each ear, since
voices that are driven by faders which fit the trained woman's stay half way. Deep voices have room above, so ``--deep`` gives F0,
effort and level more of it; others are to be no higher, rougher or livelier than the map has them, which is what costs quality.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fit_prosody import Listening, people, said, shared
from prosody_descent import descended
from prosody_faders import (
    FADERS,
    Target,
    bounds,
    distance,
    shipped,
    steps_of,
    target,
    values_of,
)
from voice_quality import SENTENCES

from generators.speech.characters import cast
from studio.judges.media import mono
from studio.judges.voice import LONGEST, SAMPLE_RATE
from studio.training.corpora_speech import load_clip
from studio.training.prosody_diariser import Diariser
from studio.training.prosody_ear import Ear
from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES
from studio.training.prosody_speaker import SpeakerEar

# Steps by which a voice that is not deep may go beyond what the map asks.
HELD = {
    "pitch": 0.0, "pitch_range": 0.3, "breathiness": 0.3, "jitter": 0.2, "creak": 0.3, "loudness_range": 0.5, "tremor": 0.5,
}  # fmt: skip
PARTS = ((0,), (1, 2), (3, 4), (5, 6))  # groups of numbers that each ear hears
OWN = 0.4  # of a sentence's own response in the plane; the rest is its voice's mean
REACH = 3.0  # steps that a round may move a fader
_NEUTRAL = 8  # sentences of each voice that give its neutral reference
_Heard = tuple[dict[str, float], list[np.ndarray], np.ndarray]


class Voices:
    """Characters who say sentences, and what four ears hear. A row holds measures, groups of the ears, and an embedding.

    Args:
        folder: of the corpora's clips.
        listening: three of the ears.
        voices: names of V characters.
        count: sentences of each.
        likeness: to his neutral voice that a character keeps.
    """

    def __init__(
        self, folder: Path, listening: Listening, voices: Sequence[str], count: int, likeness: float
    ) -> None:
        self._listening, self._speaker, self._likeness = listening, SpeakerEar(), likeness
        self.names, self._count = tuple(voices), count
        self._texts = [SENTENCES["tune"][number * count :][:count] for number in range(len(voices))]
        heard = [
            (clip, self._hear(mono(load_clip(clip), SAMPLE_RATE)[: round(LONGEST * SAMPLE_RATE)]))
            for clip in people(folder, CLASSES)
        ]
        known = [(clip, found) for clip, found in heard if found is not None]
        groups = [np.array(group) for group in zip(*(found[1] for _, found in known), strict=True)]
        labels = np.array([clip.emotion for clip, _ in known])
        speakers = np.array([clip.speaker for clip, _ in known])
        kinds = np.array([f"{clip.corpus} {clip.emotion}" for clip, _ in known])
        self.spaces = [EffectSpace(labels, speakers, kinds, [groups[p] for p in part]) for part in PARTS]
        self._measures = list(known[0][1][0])
        ends = np.cumsum([len(self._measures), *(group.shape[1] for group in groups)])
        self._groups = [slice(a, b) for a, b in itertools.pairwise(ends)]
        self._person = slice(ends[-1], None)
        own = [
            np.mean([self.row({}, name, text) for text in SENTENCES["tune"][:_NEUTRAL]], axis=0)
            for name in voices
        ]
        self._reference = np.repeat(own, count, axis=0)
        self._plain = self.render(np.zeros(len(FADERS)))
        self._start = [self._means(places) for places in self.places(self._plain)]

    def row(self, values: dict[str, float], voice: str, text: str) -> np.ndarray:
        """All numbers of a sentence ``(N,)``."""
        found = self._hear(said(values, voice, text))
        assert found is not None, "a sentence holds enough voice"
        return np.concatenate([list(found[0].values()), *found[1], found[2]])

    def render(self, steps: np.ndarray) -> np.ndarray:
        """Numbers of all sentences by all voices ``(V × sentences, N)``."""
        values, pairs = values_of(steps), zip(self.names, self._texts, strict=True)
        return np.array([self.row(values, voice, text) for voice, texts in pairs for text in texts])

    @property
    def shape(self) -> tuple[int, int]:
        """Voices, and sentences of each."""
        return len(self.names), self._count

    def places(self, rows: np.ndarray) -> list[np.ndarray]:
        """Where sentences lie in each ear's space ``(n, components)``."""
        found = []
        for space, part in zip(self.spaces, PARTS, strict=True):
            own = [[numbers[:, self._groups[p]] for p in part] for numbers in (rows, self._reference)]
            found.append(space.placed(space.beside(*own)))
        return found

    def likeness(self, rows: np.ndarray) -> np.ndarray:
        """Cosine of each voice's mean embedding with that of its neutral sentences ``(V,)``."""
        own, neutral = (self._means(numbers[:, self._person]) for numbers in (rows, self._reference))
        lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(neutral, axis=1)
        return np.asarray((own * neutral).sum(axis=1) / lengths)

    def cost(self, full: np.ndarray, half: np.ndarray, aim: Target) -> float:
        """Doubt in full and at half and way left in all ears, distance from the actors' table, lack of likeness.

        Args:
            full: rows at full intensity.
            half: rows at half.
            aim: the actors' effects.
        """
        doubts, ways = np.zeros((2, len(PARTS))), []
        for strength, rows in enumerate((full, half)):
            for ear, (space, places) in enumerate(zip(self.spaces, self.places(rows), strict=True)):
                doubts[strength, ear] = np.minimum(space.doubt_at(places, aim.emotion), 6).mean()
                if rows is full:
                    ways.append(space.way(self._means(places) - self._start[ear], aim.emotion))
        unsure = doubts.mean(axis=1) + 0.5 * doubts.max(axis=1)
        left = np.maximum(0.0, 1.1 - np.array(ways)).mean()
        lost = np.maximum(0.0, self._likeness - self.likeness(full)).sum()
        return float(
            0.4 * distance(full, self._plain, self._measures, aim) + unsure @ (1.0, 0.6) + left + 25 * lost
        )

    def told(self, full: np.ndarray, half: np.ndarray, emotion: str) -> str:
        """Shares that each ear reads as asked, in full and at half, and likenesses."""
        place = CLASSES.index(emotion)
        read = [
            [
                np.mean(s.distances_at(p).argmin(axis=1) == place)
                for s, p in zip(self.spaces, self.places(rows), strict=True)
            ]
            for rows in (full, half)
        ]
        return f"read {np.round(read[0], 2)}, half {np.round(read[1], 2)}, likeness {self.likeness(full).round(2)}"

    def _means(self, numbers: np.ndarray) -> np.ndarray:
        """Means over each voice's sentences ``(V, …)``."""
        found: np.ndarray = numbers.reshape(len(self.names), self._count, -1).mean(axis=1)
        return found

    def _hear(self, wave: np.ndarray) -> _Heard | None:
        found = self._listening.hear(wave)
        if found is None:
            return None
        layers, person = self._speaker.hear(wave)
        return found[0], [*found[1], *layers], person


def fitted(voices: Voices, emotion: str, deep: bool, rounds: int) -> np.ndarray:
    """Steps of the faders that come nearest ``(F,)``, from those of the map, or from the first voice's share of them."""
    aim, (low, high) = target(emotion, 0.5), bounds(emotion, deep=deep)
    shares = cast()[voices.names[0]].shares
    asked = values_of(shipped(emotion))
    start = steps_of({name: shared(name, value, shares.get(name, 1.0)) for name, value in asked.items()})
    if not deep:
        for place, name in enumerate(FADERS):
            if name in HELD:
                high[place] = min(high[place], max(start[place] + HELD[name], low[place]))
    return descended(voices, aim, start, (low, high), rounds, reach=REACH, own=OWN)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, and write the values."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech/speech.csv")
    parser.add_argument("--ear", type=Path, required=True, help="folder of the network that spots words")
    parser.add_argument("--diariser", type=Path, required=True, help="weights of the one that tells speakers")
    parser.add_argument("--voices", default="ben,victor", help="characters who are to go this way")
    parser.add_argument("--deep", action="store_true", help="they have room above")
    parser.add_argument("--likeness", type=float, default=0.8, help="to the neutral voice, to be kept")
    parser.add_argument("--emotions", default="joy,sadness,anger,fear,disgust,surprise")
    parser.add_argument("--sentences", type=int, default=2, help="of each voice")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True, help="write the values there")
    args = parser.parse_args(arguments)
    listening = Listening(Ear(args.ear), Diariser(args.diariser))
    voices = Voices(
        args.data / "speech", listening, tuple(args.voices.split(",")), args.sentences, args.likeness
    )
    found = {}
    for emotion in args.emotions.split(","):
        found[emotion] = values_of(fitted(voices, emotion, args.deep, args.rounds))
        args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
