"""What emotions do to voices in the space of an ear, on made-up people."""

from __future__ import annotations

import numpy as np
import pytest

from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES


@pytest.fixture(scope="module")
def people():
    """Six speakers, seven classes, eight clips each; a class moves two groups of numbers in a direction of its own."""
    rng = np.random.default_rng(5)
    ways = [rng.standard_normal((len(CLASSES), size)) for size in (30, 50)]
    for way in ways:
        way[0] = 0.0
    labels, speakers, rows = [], [], ([], [])
    for speaker in range(6):
        own = [2 * rng.standard_normal(size) for size in (30, 50)]
        for place, name in enumerate(CLASSES):
            for _ in range(8):
                labels.append(name)
                speakers.append(f"s{speaker}")
                for group, way, voice in zip(rows, ways, own, strict=True):
                    group.append(voice + way[place] + 0.7 * rng.standard_normal(len(voice)))
    labels, speakers = np.array(labels), np.array(speakers)
    return EffectSpace(labels, speakers, labels, [np.array(group) for group in rows]), ways


def voices(ways, share, emotion, count=20):
    """A new voice and its neutral self, moved by a share of what people do."""
    rng = np.random.default_rng(9)
    own = [2 * rng.standard_normal(way.shape[1]) for way in ways]
    said = [
        voice + share * way[CLASSES.index(emotion)] + 0.5 * rng.standard_normal((count, len(voice)))
        for voice, way in zip(own, ways, strict=True)
    ]
    return said, [np.repeat(voice[None], count, axis=0) for voice in own]


def test_a_voice_that_does_as_people_do_is_read_so(people):
    space, ways = people
    inputs = space.beside(*voices(ways, 1.0, "anger"))
    assert np.mean(space.read(inputs) == "anger") > 0.9


def test_doubt_falls_as_the_voice_comes_nearer(people):
    space, ways = people
    doubts = [
        space.doubt_at(space.placed(space.beside(*voices(ways, share, "joy"))), "joy").mean()
        for share in (0, 0.5, 1)
    ]
    assert doubts[0] > doubts[1] > doubts[2]


def test_the_way_gone_is_the_share_of_people_s(people):
    space, ways = people
    start, half, whole = (
        space.placed(space.beside(*voices(ways, share, "fear"))).mean(axis=0, keepdims=True)
        for share in (0, 0.5, 1)
    )
    assert space.way(half - start, "fear") == pytest.approx(0.5, abs=0.2)
    assert space.way(whole - start, "fear") == pytest.approx(1.0, abs=0.2)


def test_points_lie_where_the_emotion_does(people):
    space, ways = people
    joy, sadness = (
        space.points_at(space.placed(space.beside(*voices(ways, 1.0, name)))).mean(axis=0)
        for name in ("joy", "sadness")
    )
    assert joy[0] > 0 > sadness[0]
    assert joy[1] > sadness[1]
