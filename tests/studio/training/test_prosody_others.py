"""Actors as others: all clips of one are changed alike, and sound as was asked."""

from __future__ import annotations

import numpy as np
import pytest

from generators.speech.recorded.anatomy import taken_apart
from studio.training.prosody_others import OTHERS, as_others

RATE = 16_000


@pytest.fixture(scope="module")
def vowel():
    """A second of a voice at 200 Hz with falling harmonics."""
    times = np.arange(RATE) / RATE
    return (0.1 * sum(np.sin(2 * np.pi * 200 * k * times) / k for k in range(1, 20))).astype(np.float32)


def pitch(wave):
    f0 = taken_apart(wave, RATE).f0
    return float(np.median(f0[f0 > 0]))


def test_each_other_is_given_once(vowel):
    assert tuple(name for name, _ in as_others(vowel, "someone", "female")) == OTHERS


def test_a_woman_becomes_lower_and_a_man_higher(vowel):
    woman, man = (dict(as_others(vowel, "someone", sex)) for sex in ("female", "male"))
    assert pitch(woman["of another size"]) == pytest.approx(200 / 1.15, rel=0.02)
    assert pitch(woman["of the other sex"]) == pytest.approx(120, rel=0.02)
    assert pitch(man["of another size"]) == pytest.approx(200 / 0.87, rel=0.02)
    assert pitch(man["of the other sex"]) == pytest.approx(330, rel=0.02)


def test_another_timbre_keeps_the_pitch(vowel):
    assert pitch(dict(as_others(vowel, "someone", "male"))["of another timbre"]) == pytest.approx(
        200, rel=0.02
    )


def test_all_clips_of_a_speaker_are_changed_alike(vowel):
    first, again = (dict(as_others(vowel, "someone", "female")) for _ in range(2))
    other = dict(as_others(vowel, "another", "female"))
    for name in OTHERS:
        np.testing.assert_array_equal(first[name], again[name])
    assert not np.array_equal(first["recorded elsewhere"], other["recorded elsewhere"])
