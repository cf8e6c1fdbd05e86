from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from studio.judges.media import Waveform
from studio.quality.lip_sync import lip_sync, speech_strength

RATE, FPS, SECONDS = 16_000, 25.0, 8.0


def opening(times: np.ndarray, seed: int = 3) -> np.ndarray:
    """Syllables of uneven length and strength: 0 shut, 1 wide open."""
    rng = np.random.default_rng(seed)
    out, at = np.zeros_like(times), 0.2
    while at < SECONDS:
        length = rng.uniform(0.12, 0.3)
        out += rng.uniform(0.4, 1.0) * np.exp(-0.5 * ((times - at) / (length / 3)) ** 2)
        at += length + (0.35 if rng.random() < 0.15 else 0.02)
    return out


def voice(seed: int = 3) -> Waveform:
    """A buzz at 130 Hz through one resonance at 700 Hz, as loud as the mouth is open."""
    times = np.arange(round(SECONDS * RATE)) / RATE
    pulses = np.diff(np.floor(130 * times), prepend=0.0)
    radius, angle = 0.97, 2 * np.pi * 700 / RATE
    buzz = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], pulses)
    return Waveform((0.02 * buzz * opening(times, seed) ** 2).astype(np.float32), RATE)


def mouth(delay: float = 0.0, fps: float = FPS, seed: int = 3) -> np.ndarray:
    return opening(np.arange(round(SECONDS * fps)) / fps - delay, seed)


VOICE = voice()


def test_a_mouth_in_step_has_no_offset() -> None:
    found = lip_sync(mouth(), FPS, VOICE)
    assert abs(found.offset) < 0.02
    assert found.correlation > 0.7
    assert found.confidence == 1


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.4, 0.4), st.sampled_from([12.5, 25.0, 30.0, 60.0]))
def test_a_delay_is_measured_as_it_was_made(delay: float, fps: float) -> None:
    assert lip_sync(mouth(delay, fps), fps, VOICE).offset == pytest.approx(delay, abs=0.025)


@pytest.mark.parametrize("change", [lambda m: 5 * m + 2, lambda m: m + np.linspace(0, 2, len(m))])
def test_scale_and_drift_of_the_mouth_say_nothing(change: object) -> None:
    plain, changed = lip_sync(mouth(0.1), FPS, VOICE), lip_sync(change(mouth(0.1)), FPS, VOICE)
    assert changed.offset == pytest.approx(plain.offset, abs=0.01)


def test_level_of_the_voice_says_nothing() -> None:
    soft = Waveform(VOICE.samples * 0.05, RATE)
    assert lip_sync(mouth(0.1), FPS, soft).offset == pytest.approx(0.1, abs=0.02)


def test_another_ones_mouth_has_little_confidence() -> None:
    strangers = [lip_sync(mouth(seed=seed), FPS, VOICE) for seed in range(10, 26)]
    assert np.mean([found.confidence for found in strangers]) < 0.75
    assert max(found.correlation for found in strangers) < 0.6 * lip_sync(mouth(), FPS, VOICE).correlation


def test_frames_without_a_face_are_bridged() -> None:
    seen = mouth(0.1)
    seen[40:48] = np.nan
    assert lip_sync(seen, FPS, VOICE).offset == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    ("curve", "sound"),
    [
        (np.zeros(200), VOICE),
        (np.full(200, np.nan), VOICE),
        (mouth(), Waveform(np.zeros(RATE * 8, np.float32), RATE)),
        (mouth(), Waveform(np.zeros(0, np.float32), RATE)),
        (mouth()[:70], VOICE),
    ],
)
def test_nothing_is_said_where_nothing_moves(curve: np.ndarray, sound: Waveform) -> None:
    found = lip_sync(curve, FPS, sound)
    assert np.isnan(found.offset)
    assert np.isnan(found.correlation)
    assert found.confidence == 0


def test_wrong_shapes_and_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="one opening for each frame"):
        lip_sync(np.zeros((5, 2)), FPS, VOICE)
    with pytest.raises(ValueError, match="above 0"):
        lip_sync(mouth(), 0.0, VOICE)


def test_strength_is_zero_in_pauses_and_follows_the_voice() -> None:
    strength = speech_strength(VOICE)
    assert len(strength) == SECONDS * 100
    assert strength.min() == 0
    assert np.corrcoef(strength, opening(np.arange(800) / 100))[0, 1] > 0.7
