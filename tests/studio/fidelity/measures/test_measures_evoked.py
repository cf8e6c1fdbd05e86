from __future__ import annotations

import math

import pytest
from measure_strategies import reading

from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from studio.fidelity.measures import evoked
from studio.fidelity.measures.evoked import Side, SidedReading

SAD, PEACE = Emotion.of("sadness"), Emotion.of("serenity")


def sided(side, emotion):
    return SidedReading(side, None if emotion is None else reading({}, emotion.felt))


def test_a_sad_song_that_pleases_is_right_on_one_side_and_off_on_the_other():
    read = [sided(Side.EXPRESSED, SAD), sided(Side.EVOKED, PEACE)]
    scores = evoked.evaluate([SAD, SAD], read)
    assert scores["distance_expressed"] == 0
    assert scores["distance_evoked"] > 1


def test_one_side_says_nothing_of_the_other():
    scores = evoked.evaluate([SAD], [sided(Side.EXPRESSED, SAD)])
    assert scores["distance_expressed"] == 0 and math.isnan(scores["distance_evoked"])


def test_the_gap_needs_both_sides_in_order():
    assert evoked.gap(sided(Side.EXPRESSED, SAD), sided(Side.EVOKED, SAD)) == 0
    assert math.isnan(evoked.gap(sided(Side.EXPRESSED, None), sided(Side.EVOKED, SAD)))
    with pytest.raises(ValueError, match="expressed, then"):
        evoked.gap(sided(Side.EVOKED, SAD), sided(Side.EXPRESSED, SAD))


def test_silence_counts_as_neutral():
    scores = evoked.evaluate([SAD], [sided(Side.EVOKED, None)])
    assert scores["distance_evoked"] == pytest.approx(math.hypot(SAD.felt.valence, SAD.felt.arousal))


def test_every_shipped_judge_has_a_side():
    assert {evoked.side_of(name) for name in ("speech", "face", "text", "music")} == {Side.EXPRESSED}
    assert evoked.side_of("picture") is Side.EVOKED
    with pytest.raises(UnknownNameError):
        evoked.side_of("smell")


def test_a_reading_without_a_side_is_refused():
    with pytest.raises(ValueError, match="states no side"):
        evoked.validate([SAD], [reading({}, SAD.felt)])  # type: ignore[list-item]
    with pytest.warns(UserWarning, match="no readings"):
        evoked.validate([], [])
