from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import ARKIT, Audio, FaceRequest, Job, Phone, SpeechRequest, SpeechTrack
from generators.face.animation import animate
from generators.face.articulation import _voice, loudness
from generators.face.effort import _measures, opening_by_pace, vocal_effort
from generators.speech.hibari import Hibari

SENTENCES = (
    "The old boat moved slowly past the empty village, and nobody saw it leave before dawn.",
    "Five big men make a bold move before breakfast, and then they wait for the evening bus.",
    "What a beautiful morning! Open the window and let the fresh air come into the room.",
)
JAW = ARKIT.index("jawOpen")


@cache
def spoken(text: str = SENTENCES[1], style: str = "", rate: float = 1.0) -> SpeechTrack:
    slower = (Adjustment("prosody.rate", rate),) if rate != 1 else ()
    return Hibari().generate(SpeechRequest(parse_script(text), adjustments=slower, job=Job(1), style=style))


def jaw(track: SpeechTrack, fps: float = 100.0) -> np.ndarray:
    neutral = Conditioning.of(Emotion.neutral())
    return animate(FaceRequest(neutral, track.audio.duration, track.phones, track.audio, fps)).arkit[:, JAW]


def test_a_shout_opens_the_mouth_more_and_a_whisper_less() -> None:
    widest = {style: np.quantile(jaw(spoken(style=style)), 0.95) for style in ("whisper", "", "shout")}
    assert widest["whisper"] < 0.95 * widest[""]
    assert widest["shout"] > 1.25 * widest[""]


def test_slow_speech_opens_the_mouth_more() -> None:
    assert np.quantile(jaw(spoken(rate=0.7)), 0.95) > 1.1 * np.quantile(jaw(spoken()), 0.95)


def test_effort_tells_whisper_speech_and_shout_apart() -> None:
    effort = {
        style: float(vocal_effort(spoken(style=style).audio, np.arange(0.5, 3.0, 0.1)).mean())
        for style in ("whisper", "", "shout")
    }
    assert effort["whisper"] < -0.5
    assert abs(effort[""]) < 0.15
    assert effort["shout"] > 0.35


def test_silence_and_no_sound_are_ordinary_effort() -> None:
    times = np.arange(10) / 10
    assert np.all(vocal_effort(None, times) == 0)
    assert np.abs(vocal_effort(Audio(np.zeros(16000, np.float32), 16000), times)).max() <= 1


def test_pace_rises_with_the_length_of_sounds_within_bounds() -> None:
    def pace(length: float) -> float:
        return float(opening_by_pace([Phone("a", i * length, (i + 1) * length) for i in range(20)]).mean())

    factors = [pace(length) for length in (0.02, 0.05, 0.07, 0.10, 0.5)]
    assert factors == sorted(factors)
    assert factors[0] >= 0.85
    assert factors[-1] <= 1.2


def _whole(wave: np.ndarray, rate: int) -> np.ndarray:
    return np.concatenate(list(_voice(wave, rate)))


@pytest.mark.parametrize("text", SENTENCES)
def test_the_mouth_opens_within_40_ms_of_the_voice(text: str) -> None:
    track = spoken(text)
    opening = jaw(track)
    strength = loudness(track.audio, np.arange(len(opening)) / 100)
    delays = np.arange(-25, 26)
    match = [np.corrcoef(opening[25 + d : len(opening) - 25 + d], strength[25:-25])[0, 1] for d in delays]
    assert max(match) > 0.35
    assert abs(int(delays[int(np.argmax(match))])) <= 4


def test_a_long_voice_is_filtered_and_read_as_its_parts_are() -> None:
    rate, rng = 24_000, np.random.default_rng(2)
    long = (0.1 * rng.standard_normal(20 * rate)).astype(np.float32)
    part = slice(4 * rate, 9 * rate)  # with a block's border inside
    inside = np.s_[rate:-rate]
    assert np.allclose(_whole(long, rate)[part][inside], _whole(long[part], rate)[inside], atol=1e-5)
    hissing = np.sin(2 * np.pi * 9000 * np.arange(rate) / rate).astype(np.float32)
    voiced = np.sin(2 * np.pi * 300 * np.arange(rate) / rate).astype(np.float32)
    middle = np.s_[rate // 4 : -rate // 4]
    assert _whole(hissing, rate)[middle].std() < 0.15 * hissing.std()
    assert np.allclose(_whole(voiced, rate)[middle], voiced[middle], atol=1e-3)
    for whole, alone in zip(
        _measures(Audio(long, rate)), _measures(Audio(long[: 7 * rate], rate)), strict=True
    ):
        assert np.array_equal(whole[:600], alone[:600])
