from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from conditioning.timeline import Timeline
from generators.speech.characters import cast
from generators.speech.prosody import span_controls
from generators.speech.ways import ways

FADERS = fader_set("prosody").faders
BEN, HEART = cast()["ben"], cast()["heart"]
WAY = asset_table("voices", "ways.toml")["way"]["ben"]


def changes(emotion, character=BEN, adjustments=()):
    track = Timeline.constant(emotion).sample(np.zeros(1))
    found = {name: float(value[0]) for name, value in ways(track, [character], adjustments).items()}
    return {n: v for n, v in found.items() if v != (1.0 if FADERS[n].law == "factor" else 0.0)}


@pytest.mark.parametrize("emotion", WAY)
def test_a_character_adds_what_his_way_says_at_full_intensity(emotion):
    assert changes(Emotion.of(emotion)) == pytest.approx(WAY[emotion])


def test_who_has_no_way_adds_nothing():
    assert changes(Emotion.of("anger"), HEART) == {}
    assert changes(Emotion.neutral()) == {}


def test_half_intensity_takes_as_much_of_a_way_as_of_the_map():
    share = 0.5 ** fader_set("prosody").concavity
    found = changes(Emotion.of("anger", 0.5))
    for name, number in WAY["anger"].items():
        expected = number**share if FADERS[name].law == "factor" else share * number
        assert found[name] == pytest.approx(expected)


def test_a_shade_takes_its_share():
    shades = asset_table("voices", "ways.toml")["shades"]
    parent, share = shades["annoyance"]
    assert changes(Emotion.of("annoyance"))["effort"] == pytest.approx(share * WAY[parent]["effort"])


def test_every_way_names_faders_that_there_are():
    for way in asset_table("voices", "ways.toml")["way"].values():
        assert {name for numbers in way.values() for name in numbers} <= set(FADERS)


def test_what_a_user_locks_is_left_alone():
    lock = Adjustment("prosody.effort", 0.25)
    plain = span_controls([Emotion.of("anger")], [replace(BEN, name="nobody")], (lock,))
    assert span_controls([Emotion.of("anger")], [BEN], (lock,))["effort"] == plain["effort"] == 0.25


def test_voices_side_by_side_go_their_own_ways():
    both = span_controls([Emotion.of("fear")] * 2, [HEART, BEN])
    for place, character in enumerate((HEART, BEN)):
        alone = span_controls([Emotion.of("fear")], [character])
        assert all(both[name][place] == pytest.approx(alone[name][0]) for name in FADERS)
