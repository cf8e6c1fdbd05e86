from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import emotions, points
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.turns import Personality, Turn, change, conversation, decayed, next_mood, temperament
from conditioning.vad import AXES, VAD

JOY, ANGER = Emotion.of("joy"), Emotion.of("anger")
trait = st.floats(-1, 1)
personalities = st.builds(Personality, trait, trait, trait, trait, trait)


def test_temperament_follows_the_regression_of_the_paper():
    who = Personality(0.4, 0.8, -0.5, 0.3, 0.6)
    point = temperament(who)
    assert point.valence == pytest.approx(0.21 * -0.5 + 0.59 * 0.3 + 0.19 * 0.6)
    assert point.arousal == pytest.approx(0.15 * 0.4 + 0.30 * 0.3 - 0.57 * 0.6)
    assert point.dominance == pytest.approx(0.25 * 0.4 + 0.17 * 0.8 + 0.60 * -0.5 - 0.32 * 0.3)


def test_stability_is_pleasant_and_unarousable_as_the_abstract_says():
    calm, nervous = temperament(Personality(stability=1)), temperament(Personality(stability=-1))
    assert calm.valence > nervous.valence
    assert calm.arousal < nervous.arousal


def test_an_average_person_is_usually_neutral():
    assert temperament(Personality()) == VAD()


@given(points, points, st.floats(0, 300))
def test_a_mood_decays_towards_the_usual_one_and_never_beyond(mood, usual, seconds):
    after = decayed(mood, usual, seconds)
    assert after.distance(usual) <= mood.distance(usual) + 1e-9
    whole = mood.distance(usual)
    assert mood.distance(after) + after.distance(usual) == pytest.approx(whole, abs=1e-6)
    assert decayed(mood, usual, 0.0).distance(mood) < 1e-9
    assert decayed(mood, usual, 200.0) == usual


@given(points, points, st.floats(0, 40), st.floats(0, 40))
def test_decay_over_two_times_is_decay_over_their_sum(mood, usual, first, second):
    assert (
        decayed(decayed(mood, usual, first), usual, second).distance(decayed(mood, usual, first + second))
        < 1e-6
    )


@given(points, personalities)
def test_an_event_without_intensity_changes_nothing(mood, who):
    assert not change(mood, Emotion.neutral(), who).any()


@given(points, emotions, personalities, st.floats(0, 100))
def test_a_mood_never_leaves_the_space(mood, event, who, seconds):
    after = next_mood(mood, event, who, seconds)
    assert all(-1 <= getattr(after, axis) <= 1 for axis in AXES)


def test_a_mood_is_pulled_to_an_event_and_pushed_on_beyond_it():
    start, who = VAD(), Personality()
    pulled = next_mood(start, JOY, who)
    assert 0 < pulled.valence < JOY.felt.valence
    beyond = VAD(0.9, 0.6, 0.5)
    assert next_mood(beyond, JOY, who).valence > beyond.valence


def test_extraverts_follow_joy_further_and_unstable_people_anger():
    still = VAD()
    gain = [np.linalg.norm(change(still, JOY, Personality(extraversion=x))) for x in (-1, 0, 1)]
    assert gain == sorted(gain)
    assert gain[0] < gain[2]
    gain = [np.linalg.norm(change(still, ANGER, Personality(stability=-x))) for x in (-1, 0, 1)]
    assert gain[0] < gain[1] < gain[2]


def test_a_conversation_moves_at_its_turns_and_rests_between_them():
    line = conversation([Turn(2, JOY), Turn(60, ANGER), Turn(63, ANGER)])
    valence = [line.at(t).felt.valence for t in (0, 1.9, 2, 20, 59.9, 60, 63)]
    assert valence[0] == valence[1] == 0
    assert valence[2] > valence[3] > valence[4] == 0
    assert 0 > valence[5] > valence[6]


@given(st.lists(st.tuples(st.floats(0, 50), emotions), min_size=1, max_size=4), personalities)
def test_the_moods_of_a_conversation_are_those_of_its_turns(rows, who):
    turns = [Turn(round(t, 2), e) for t, e in sorted(rows, key=lambda row: row[0])]
    line = conversation(turns, who)
    mood, now = temperament(who), 0.0
    for turn in turns:
        mood, now = next_mood(mood, turn.event, who, turn.time - now), turn.time
    assert line.at(now).felt.distance(mood) < 1e-6


def test_wrong_turns_and_traits_are_refused():
    with pytest.raises(EmotionError, match="no turn"):
        conversation([])
    with pytest.raises(EmotionError, match="Sort"):
        conversation([Turn(3, JOY), Turn(2, JOY)])
    with pytest.raises(EmotionError, match="Stability"):
        Personality(stability=1.2)
    with pytest.raises(EmotionError, match="decay"):
        decayed(VAD(), VAD(), -1)
