"""Engines and judges that are fast and whose skill is known, to prove laws of the benchmark on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from conditioning.emotion import Emotion
from generators.base import Audio, Description, MusicRequest, MusicTrack
from studio.benchmark.bench import Bench
from studio.benchmark.items import items, plan
from studio.benchmark.records import Outcome
from studio.fidelity.measures.asking import asked_shares
from studio.judges.base import Card, Reading, TimedReading

LABELS = tuple(plan()["emotions"])


@dataclass(frozen=True)
class Felt(Audio):
    """Sound that carries what it was asked to feel."""

    emotion: Emotion | None = None


class HonestEngine:
    """Makes what it is asked for; breaks on one emotion if told so."""

    def __init__(self, breaks_on: tuple[str, ...] = (), version: str = "1") -> None:
        self.made: list[str] = []
        self.breaks_on, self.version = breaks_on, version

    def describe(self) -> Description:
        return Description("music=stand-in", "a stand-in", self.version, "none")

    def generate(self, request: MusicRequest) -> MusicTrack:
        emotion = request.conditioning.timeline.at(0.0)
        self.made.append(str(emotion))
        if emotion.label in self.breaks_on:
            raise RuntimeError("the stand-in breaks on purpose")
        sound = Felt(np.zeros((64, 2), np.float32), 8000, emotion)
        return MusicTrack(sound, None, np.zeros(0), (), ())


def card(recall: float = 0.7) -> Card:
    """Of a judge that reads every label of people as often."""
    return Card(
        "stand-in",
        LABELS,
        "none",
        "none",
        "none",
        recall,
        1 / len(LABELS),
        dict.fromkeys(LABELS, recall),
        0.0,
        "",
    )


class PerfectJudge:
    """Reads what the stand-in engine put there."""

    card = card()

    def read(self, media: Any) -> Reading:
        return perfect(media.emotion)

    def read_over_time(self, media: Any) -> list[TimedReading]:
        return [TimedReading(0.0, 1.0, self.read(media))]


def perfect(emotion: Emotion) -> Reading:
    shares = asked_shares(emotion, LABELS)
    named = {name: float(share) for name, share in zip(LABELS, shares, strict=True)}
    return Reading(named, emotion.felt, None, 1.0, 0.0)


def guess(rng: np.random.Generator) -> Reading:
    """Of one who knows nothing: even labels, even points."""
    from conditioning.vad import VAD

    named = {
        name: float(share) for name, share in zip(LABELS, rng.dirichlet(np.ones(len(LABELS))), strict=True)
    }
    return Reading(named, VAD.from_array(rng.uniform(-1, 1, 3)), None, 1.0, 0.0)


def bench(engine: HonestEngine | None = None) -> Bench:
    return Bench("music", engine or HonestEngine(), PerfectJudge(), "stand-in", "hash")


def outcomes_of(reader: Any, size: str = "full") -> list[Outcome]:
    """Outcomes of the voice's set, whose grid has all axes."""
    return [Outcome(item, item.name, reader(item)) for item in items("speech", size)]
