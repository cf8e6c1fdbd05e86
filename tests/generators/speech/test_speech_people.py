from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

for package in ("jiwer", "soundfile"):
    pytest.importorskip(package, reason=f"the tool needs {package}, of the extra 'test'")

TOOLS = Path(__file__).resolve().parents[3] / "tools"
RATE = 16_000
# Where RAVDESS, nEMO and EMO-DB agree, as far as they have the emotion (docs/voice.md).
AGREED = {
    "joy": {"F0 mean": 1, "F0 range": 1, "alpha": 1, "Hammarberg": -1},
    "anger": {"F0 mean": 1, "F0 range": 1, "alpha": 1, "Hammarberg": -1, "HNR": -1},
    "fear": {"F0 mean": 1, "F0 slope": 1, "F0 range": -1},
    "disgust": {"F0 mean": 1, "F0 slope": 1, "alpha": 1, "HNR": -1, "rate": -1},
    "surprise": {"F0 mean": 1, "F0 range": 1, "alpha": 1, "HNR": -1, "jitter": 1},
    "calm": {"F0 mean": -1, "F0 range": -1, "level": -1, "rate": -1, "alpha": -1, "HNR": 1},
    "sadness": {"F0 range": -1, "rate": -1},
}


@pytest.fixture(scope="module")
def tool():
    modules = {}
    for name in ("voice_quality", "voice_people"):  # the second imports the first
        spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
        modules[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(modules[name])
    yield modules["voice_people"]
    for name in modules:
        del sys.modules[name]


def voice(f0, *, noise=0.0, fall=2.0, seconds=1.0):
    """Harmonics of a pitch in hertz ``(n,)`` or constant, falling by the power ``fall``, and white noise."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f0, round(seconds * RATE))) / RATE
    sound = sum(np.sin(k * phase) / k**fall for k in range(1, 20))
    return 0.1 * (sound + noise * np.random.default_rng(1).standard_normal(len(phase)))


def test_pitch_is_measured_in_semitones(tool):
    low, high = tool.measure(voice(150.0)), tool.measure(voice(150.0 * 2 ** (4 / 12)))
    assert high["F0 mean"] - low["F0 mean"] == pytest.approx(4, abs=0.1)
    assert low["F0 SD"] < 0.2


def test_slope_is_semitones_a_second(tool):
    rise = 150.0 * 2 ** (np.linspace(0, 6, 2 * RATE) / 12)
    assert tool.measure(voice(rise, seconds=2.0))["F0 slope"] == pytest.approx(3, abs=0.2)


def test_noise_lowers_harmonicity_and_raises_jitter_and_shimmer(tool):
    clear, hoarse = tool.measure(voice(180.0)), tool.measure(voice(180.0, noise=0.3))
    assert hoarse["HNR"] < clear["HNR"] - 5
    assert hoarse["jitter"] > clear["jitter"]
    assert hoarse["shimmer"] > clear["shimmer"]


def test_a_brighter_voice_has_more_alpha_and_less_hammarberg(tool):
    dull, bright = tool.measure(voice(180.0)), tool.measure(voice(180.0, fall=1.0))
    assert bright["alpha"] > dull["alpha"] + 5
    assert bright["Hammarberg"] < dull["Hammarberg"] - 5


def test_silence_is_not_measured(tool):
    assert tool.measure(np.zeros(RATE)) is None


@pytest.mark.parametrize("emotion", AGREED)
def test_the_voice_moves_where_people_agree(tool, emotion):
    moved = tool.rendered(emotion, "", tool.SENTENCES["check"][:4])
    assert {name: np.sign(moved[name]) for name in AGREED[emotion]} == AGREED[emotion]
