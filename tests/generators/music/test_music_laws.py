from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from music_ear import ask, centroid

from conditioning.emotion import Emotion
from conditioning.timeline import Timeline
from generators.base import Job
from generators.music.form import plan_form
from generators.music.guide import Guide
from generators.music.mastering import limit, shape, tilt_gain
from generators.music.room import reverberate
from generators.music.theory import make_chord, numerals, scale

NAMES = st.sampled_from(["joy", "sadness", "anger", "calm", "fear", "neutral"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1.2, 9.0), NAMES), min_size=1, max_size=6), st.integers(0, 999))
def test_bars_fill_the_time_without_gaps(spans, seed):
    rows, at = [], 0.0
    for seconds, name in spans:
        rows.append((at, at + seconds, Emotion.of(name)))
        at += seconds
    guide = Guide.of(ask(Timeline.of_sections(rows)).conditioning, at)
    form = plan_form(guide, at, Job(seed=seed).rng(1))
    assert form.bars[0].time == 0
    for bar, after in zip(form.bars, form.bars[1:], strict=False):
        assert after.start == bar.end
        assert after.time == pytest.approx(bar.time + bar.seconds)
    assert form.bars[-1].time + form.bars[-1].seconds == pytest.approx(at)
    assert [bar for phrase in form.phrases for bar in phrase.bars] == list(form.bars)


@pytest.mark.parametrize("mode", ["phrygian", "aeolian", "dorian", "mixolydian", "ionian", "lydian"])
def test_a_chords_own_notes_lie_in_its_scale(mode):
    for numeral in numerals("chords", mode):
        chord = make_chord(numeral, mode, 3)
        degrees = {(3 + degree) % 12 for degree in chord.scale}
        assert len(chord.scale) == len(scale(mode))
        assert set(chord.classes[:3]) <= degrees


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 30.0), st.integers(0, 99))
def test_the_limiter_holds_its_ceiling(gain, seed):
    sound = np.random.default_rng(seed).normal(0, 0.2, (3000, 2)).astype(np.float32)
    limit(sound, gain, 0.84, 24000)
    assert np.abs(sound).max() <= 0.84 * 1.0001


@pytest.mark.parametrize("wanted", [900.0, 1500.0, 2500.0])
def test_the_tilt_brings_the_centroid_where_it_is_wanted(wanted):
    noise = np.random.default_rng(1).normal(0, 0.1, (48000, 2))
    sound = np.cumsum(noise, axis=0).astype(np.float32)
    sound -= np.linspace(0, 1, len(sound))[:, None] * sound[-1]
    spectrum = np.fft.rfft(sound, axis=0)
    hertz = np.fft.rfftfreq(len(sound), 1 / 24000)
    spectrum[hertz < 100] = 0  # a falling spectrum without rumble
    spectrum *= np.sqrt(np.maximum(hertz, 1))[:, None]
    sound = np.fft.irfft(spectrum, axis=0).astype(np.float32)
    gain = tilt_gain(sound, 24000, wanted, 1000.0, 24.0)
    shape(sound, np.array([0.0]), np.array([gain]), 24000, 1000.0)
    assert centroid(sound, 24000) == pytest.approx(wanted, rel=0.1)


def test_the_room_is_linear_and_its_blocks_do_not_show():
    rng = np.random.default_rng(2)
    response = rng.normal(0, 0.1, (500, 2)).astype(np.float32)
    sound = rng.normal(0, 0.1, ((1 << 18) + 900, 2)).astype(np.float32)
    wanted = np.convolve(sound[(1 << 18) - 600 :, 0], response[:, 0])[600:1500]
    reverberate(sound, response)
    assert np.allclose(sound[1 << 18 :, 0], wanted, atol=1e-5)
