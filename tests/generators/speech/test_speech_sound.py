from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from generators.speech.characters import cast
from generators.speech.contours import durations, pitches
from generators.speech.network import HOP, SAMPLE_RATE
from generators.speech.prosody import Controls, span_controls, varied
from generators.speech.rendering import levelled, limited, resampled

NAMES = tuple(fader_set("prosody").faders)


def neutral(count):
    return Controls({n: np.full(count, f.neutral) for n, f in fader_set("prosody").faders.items()})


def with_(controls, **changed):
    values = {n: np.full(len(controls[n]), v) for n, v in changed.items()}
    return Controls({**controls.values, **values})


def controls_of(emotion, intensity=1.0, voice="heart", adjustments=()):
    return span_controls([Emotion.of(emotion, intensity)], [cast()[voice]], adjustments)


def test_the_faders_of_the_design_are_there():
    wanted = {
        "pitch",
        "pitch_range",
        "declination",
        "accent",
        "final",
        "rate",
        "vowel",
        "pause",
        "effort",
        "loudness",
        "loudness_range",
        "tilt",
        "breathiness",
        "tension",
        "creak",
        "tremor",
        "tremor_rate",
        "jitter",
        "formant",
    }
    assert set(NAMES) >= wanted


def test_neutral_asks_for_nothing():
    assert controls_of("neutral").neutral(NAMES)
    assert controls_of("joy", 0.0).neutral(NAMES)


# Juslin & Laukka 2003: what goes up and what goes down against neutral speech, but for what the map's actors (docs/voice.md) do
# otherwise: their joy is not faster, their sadness does not end lower, and what makes it loud and bright, as sadness dull, is the effort.
@pytest.mark.parametrize(
    ("emotion", "up", "down"),
    [
        ("joy", "pitch pitch_range effort", ""),
        ("anger", "pitch pitch_range rate loudness tilt tension", ""),  # the actors pause longer in it
        ("fear", "pitch rate tremor jitter", "pitch_range"),
        ("sadness", "pause breathiness", "pitch pitch_range rate loudness effort"),
        ("tenderness", "breathiness", "pitch pitch_range rate loudness tilt"),
        ("boredom", "", "pitch pitch_range rate loudness"),
    ],
)
def test_emotions_move_the_faders_as_the_literature_says(emotion, up, down):
    plain, moved = controls_of("neutral"), controls_of(emotion)
    assert all(moved[name][0] > plain[name][0] for name in up.split())
    assert all(moved[name][0] < plain[name][0] for name in down.split())


def test_a_character_and_an_emotion_add_up_within_limits():
    alone, disgusted = controls_of("neutral", voice="theo"), controls_of("disgust", voice="theo")
    assert disgusted["pitch"][0] - alone["pitch"][0] == pytest.approx(controls_of("disgust")["pitch"][0])
    assert controls_of("terror", voice="mia")["pitch"][0] <= cast().limits["pitch"][1]


@pytest.mark.parametrize("voice", ["mia", "finn", "lily"])
def test_lively_emotions_stay_apart_in_high_voices(voice):
    own = sorted(controls_of(emotion, voice=voice)["pitch"][0] for emotion in ("surprise", "joy", "fear"))
    assert min(np.diff(own)) >= 0.2
    assert own[-1] < cast().limits["pitch"][1]


def test_what_a_user_asks_of_a_shared_fader_counts_in_full():
    moved = [
        controls_of("joy", voice="mia", adjustments=(Adjustment("prosody.pitch", value, kind),))["pitch"][0]
        for value, kind in ((-3.0, "lock"), (-3.0, "shift"))
    ]
    plain, joy = (controls_of(emotion, voice="mia")["pitch"][0] for emotion in ("neutral", "joy"))
    assert moved == pytest.approx([plain - 3.0, joy - 3.0])


def test_chance_leaves_neutral_alone():
    plain = controls_of("neutral")
    assert varied(plain, np.zeros(1), np.random.default_rng(1)) is plain
    assert not varied(controls_of("joy"), np.ones(1), np.random.default_rng(1)).neutral(["pitch"])


@given(st.integers(0, 10**6), st.floats(0.1, 20.0))
@settings(max_examples=40, deadline=None)
def test_the_limiter_holds_every_peak_and_leaves_quiet_sound_alone(seed, loudness):
    sound = np.random.default_rng(seed).standard_normal(4000).astype(np.float32) * loudness * 0.1
    held = limited(sound)
    assert np.abs(held).max() <= 0.9801
    if np.abs(sound).max() <= 0.98:
        assert held is sound


@pytest.mark.parametrize("factor", [0.84, 0.95, 1.1, 1.2])
def test_resampling_moves_frequencies_by_the_factor(factor):
    frames = 80
    tone = np.sin(2 * np.pi * 1000 * np.arange(frames * HOP) / SAMPLE_RATE).astype(np.float32)
    sound, when = resampled(tone, np.full(frames, factor))
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert np.argmax(spectrum) * SAMPLE_RATE / len(sound) == pytest.approx(1000 * factor, rel=0.005)
    assert when[-1] == pytest.approx(len(tone) / SAMPLE_RATE / factor, rel=0.01)


def test_resampling_may_change_on_the_way():
    factor = np.linspace(0.9, 1.2, 80)
    tone = np.sin(2 * np.pi * 1000 * np.arange(80 * HOP) / SAMPLE_RATE).astype(np.float32)
    sound, when = resampled(tone, factor)
    assert np.all(np.diff(when) > 0)
    assert np.abs(np.diff(sound)).max() < 0.4  # 2 pi 1200 / 24000 = .31: no jump


def test_loudness_is_in_decibels():
    sound = np.full(10 * HOP, 0.1, np.float32)
    louder = levelled(sound, with_(neutral(10), loudness=6.0206))
    assert louder.mean() == pytest.approx(0.2, rel=1e-3)


def test_neutral_durations_are_the_model_s():
    predicted = np.array([3.2, 0.2, 4.6, 7.5, 2.0])
    assert durations("^kæt$", predicted, neutral(5)).tolist() == [3, 1, 5, 8, 2]


@given(st.floats(0.6, 1.35))
@settings(max_examples=25, deadline=None)
def test_rate_scales_the_whole_length(rate):
    predicted = np.full(42, 4.0)
    symbols = "^" + "ɑn" * 20 + "$"
    frames = durations(symbols, predicted, with_(neutral(42), rate=rate))
    assert frames[1:-1].sum() == pytest.approx(160 / rate, abs=1.01)


def test_pitch_is_in_semitones_and_unvoiced_stays_so():
    f0 = np.where(np.arange(100) % 20 < 5, 0.0, 200.0)
    moved = pitches(f0, np.zeros(100, bool), with_(neutral(100), pitch=12.0))
    assert np.allclose(moved[f0 > 0], 400.0)
    assert np.all(moved[f0 == 0] == 0.0)


def test_controls_glide_over_a_border_and_constants_stay_exact():
    step = Controls({"pitch": np.repeat([0.0, 4.0], 50), "rate": np.full(100, 1.1)})
    smooth = step.smoothed(3.6)
    assert np.abs(np.diff(smooth["pitch"])).max() < 0.6
    assert np.array_equal(smooth["rate"], step["rate"])
