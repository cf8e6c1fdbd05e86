"""What the encoder is told: names, a point, both or a distribution, as rows."""

from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.encoder.inputs import InputRows
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.timeline import Timeline
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon, vocabulary

NAMES = tuple(name for name in lexicon().names if name != "neutral")
ROWS = InputRows(NAMES)


def test_a_point_says_nothing_of_names():
    row = ROWS.point(VAD(0.5, -0.25, 0.125))
    assert not row[:-4].any()
    assert row[-4:].tolist() == [0.5, -0.25, 0.125, 0.0]


def test_a_mixture_says_nothing_of_a_point():
    row = ROWS.mixture({"joy": 3, "fear": 1}, 0.5)
    assert row[NAMES.index("joy")] == pytest.approx(0.375)
    assert row[NAMES.index("fear")] == pytest.approx(0.125)
    assert not row[-4:].any()


def test_an_emotion_says_both_and_that_it_does():
    joy = Emotion.of("joy", 0.5)
    row = ROWS.emotion(joy)
    assert row[NAMES.index("joy")] == 0.5
    assert np.allclose(row[-4:-1], joy.felt.array())
    assert row[-1] == 0.5


def test_a_name_that_was_not_learned_enters_as_its_place():
    few = InputRows(("joy", "fear"))
    row = few.mixture({"sadness": 1}, 0.5)
    assert not row[:2].any()
    assert np.allclose(row[-4:-1], 0.5 * lexicon()["sadness"].vad.array())
    mixed = few.mixture({"sadness": 1, "joy": 1})
    assert mixed[0] == 0.5
    assert mixed[-1] == 0.5
    assert np.allclose(mixed[-4:-1], Emotion.of({"sadness": 1, "joy": 1}).vad.array())


def test_a_label_without_a_word_of_the_lexicon_enters_as_its_place():
    quadrant = vocabulary("russell").labels[0]
    assert quadrant.emotion is None
    assert np.array_equal(ROWS.label(quadrant), ROWS.point(quadrant.vad))


def test_a_label_is_the_same_whatever_vocabulary_calls_it():
    happy, joy = vocabulary("ekman")["happiness"], lexicon()["joy"]
    assert happy.vad == joy.vad
    assert np.array_equal(ROWS.label(happy), ROWS.label(joy))


def test_a_readers_distribution_keeps_what_was_found_likely():
    row = ROWS.distribution({"joy": 0.5, "sadness": 0.25, "neutral": 0.25}, "goemotions")
    assert row[NAMES.index("joy")] == 0.5
    assert row[NAMES.index("sadness")] == 0.25
    assert row.sum() == 0.75
    seen = ROWS.distribution({"joy": 0.5}, "goemotions", VAD(0.1, 0.2, 0.3))
    assert np.allclose(seen[-4:], [0.1, 0.2, 0.3, 0.5])


def test_a_distribution_over_a_sum_of_one_is_brought_to_one():
    assert ROWS.distribution({"joy": 2.0, "anger": 2.0})[:-4].sum() == pytest.approx(1.0)


def test_rows_of_a_track_are_those_of_its_emotions():
    line = Timeline.of([(0, Emotion.of({"joy": 2, "fear": 1}, 0.7)), (1, Emotion.neutral())])
    rows = ROWS.track(line.sample(np.array([0.0, 0.25, 1.0])))
    expected = np.stack([ROWS.emotion(line.at(time)) for time in (0.0, 0.25, 1.0)])
    assert np.allclose(rows, expected, atol=1e-6)
    assert not rows[2].any()


def test_unknown_words_are_named():
    with pytest.raises(UnknownNameError, match="joi"):
        ROWS.mixture({"joi": 1.0})
    with pytest.raises(UnknownNameError, match="happy"):
        ROWS.distribution({"happy": 1.0}, "ekman")
    with pytest.raises(EmotionError, match="above 0"):
        ROWS.mixture({"joy": 0.0})
