"""What the voice's fits hear: people of the tuning family and the built-in voice, through named measures and other ears.

An emotion is a place with a spread (studio/training/prosody_effects.py) in each ear. The people are actors of all three
corpora who teach no judge that scores, each also as others would sound (studio/training/prosody_others.py), and no ear has to do
with that judge's network.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.registry import load
from studio.judges.media import mono
from studio.judges.voice import LONGEST, SAMPLE_RATE
from studio.training.corpora_speech import Clip, clips, family_of, load_clip
from studio.training.prosody_judge import OWN
from studio.training.prosody_measures import described
from studio.training.prosody_others import OTHERS, as_others

VOICES = ("heart", "ben", "lily", "victor")
_EVERY = 7  # of nEMO's texts one in so many is heard, so that it does not drown the others
_MEASURES_TELL = 0.42  # nats, as ``Hearing.told``


def ears_parser(description: str | None) -> argparse.ArgumentParser:
    """Options that tell where people and ears lie, for a tool of that description."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech/speech.csv")
    parser.add_argument("--ear", type=Path, required=True, help="folder of the network that spots words")
    parser.add_argument(
        "--recogniser", type=Path, required=True, help="encoder of the one that writes down speech"
    )
    return parser


class Hearing(Protocol):
    """An ear besides the named measures.

    Attributes:
        groups: of numbers that it gives.
        told: nats by which it tells the emotions of people it does not know: seven classes' entropy less its cross-entropy.
    """

    groups: int
    told: float

    def hear(self, wave: np.ndarray) -> Sequence[np.ndarray]:
        """Groups of numbers, of a mono sound at 16 kHz."""
        ...


class Listening:
    """Named measures and other ears on a sound, and on the people.

    Args:
        ears: besides the measures.

    Attributes:
        parts: the groups that each ear hears, those of the measures first.
        told: nats of each ear, as ``Hearing`` has it ``(1 + ears,)``.
    """

    def __init__(self, *ears: Hearing) -> None:
        self._ears = ears
        ends = np.cumsum([0, 1, *(ear.groups for ear in ears)])
        self.parts = tuple(tuple(range(a, b)) for a, b in itertools.pairwise(ends))
        self.told = np.array([_MEASURES_TELL, *(ear.told for ear in ears)])

    def hear(self, wave: np.ndarray) -> tuple[dict[str, float], list[np.ndarray]] | None:
        """Measures by name, and all groups, functionals of the measures first; None of what is no speech."""
        found = described(wave)
        if found is None:
            return None
        functionals = np.array([value for name, value in found.items() if name not in OWN])
        return found, [functionals, *(group for ear in self._ears for group in ear.hear(wave))]


@dataclass(frozen=True)
class Crowd:
    """People, and the others that they were changed into, as ears hear them.

    Args:
        clips: n, one for each sound.
        others: who says it, one of ``OTHERS`` for each sound ``(n,)``.
        groups: what the ears hear, each ``(n, F)``.
    """

    clips: tuple[Clip, ...]
    others: np.ndarray
    groups: tuple[np.ndarray, ...]

    @property
    def labels(self) -> np.ndarray:
        """Emotions ``(n,)``."""
        return np.array([clip.emotion for clip in self.clips])

    @property
    def actors(self) -> np.ndarray:
        """Whose clips they are ``(n,)``."""
        return np.array([clip.speaker for clip in self.clips])

    @property
    def speakers(self) -> np.ndarray:
        """Actors, and others that they were changed into ``(n,)``."""
        return np.char.add(np.char.add(self.actors, " "), self.others)

    @property
    def kinds(self) -> np.ndarray:
        """Corpus and emotion ``(n,)``."""
        return np.array([f"{clip.corpus} {clip.emotion}" for clip in self.clips])

    def part(self, chosen: np.ndarray) -> Crowd:
        """Some of them, by a mask ``(n,)``."""
        clips = tuple(clip for clip, kept in zip(self.clips, chosen, strict=True) if kept)
        return Crowd(clips, self.others[chosen], tuple(group[chosen] for group in self.groups))


def crowd(
    clips: Sequence[Clip],
    hear: Callable[[np.ndarray], Sequence[np.ndarray] | None],
    count: int = len(OTHERS),
) -> Crowd:
    """Clips as they are and as others would say them; what is no speech is left out.

    Args:
        clips: of people.
        hear: groups of numbers of a mono sound at 16 kHz, or None.
        count: of ``OTHERS``; 1 for the clips as they are.
    """
    rows = [
        (clip, other, found)
        for clip in clips
        for other, wave in itertools.islice(as_others(wave_of(clip), clip.speaker, clip.sex), count)
        if (found := hear(wave)) is not None
    ]
    kept, others, groups = zip(*rows, strict=True)
    return Crowd(kept, np.array(others), tuple(np.array(group) for group in zip(*groups, strict=True)))


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


def spoken(values: Mapping[str, float], voice: str, text: str) -> SpeechTrack:
    """A sentence said with faders at some values."""
    faders = fader_set("prosody").faders
    locks = tuple(
        Adjustment(f"prosody.{name}", float(np.clip(value, faders[name].low, faders[name].high)))
        for name, value in values.items()
    )
    script = Script((Span(text, Emotion.neutral()),))
    track: SpeechTrack = _engine().generate(SpeechRequest(script, voice=voice, job=Job(1), adjustments=locks))
    return track


def said(values: Mapping[str, float], voice: str, text: str) -> np.ndarray:
    """A sentence said with faders at some values, mono at 16 kHz."""
    return mono(spoken(values, voice, text).audio, SAMPLE_RATE)


def wave_of(clip: Clip) -> np.ndarray:
    """What is heard of a clip, mono at 16 kHz."""
    return mono(load_clip(clip), SAMPLE_RATE)[: round(LONGEST * SAMPLE_RATE)]
