"""Sounds for the tests of the judges of voices: a voice that is shipped, and what is no voice."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.signal import lfilter

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from studio.judges.media import Waveform

RATE = 16_000


@cache
def voice(text: str = "Good morning, my name is Anna and I live near the sea.") -> Waveform:
    """Pico saying something without feeling."""
    request = SpeechRequest(Script((Span(text, Emotion.neutral()),)), language="en-GB", job=Job(1))
    audio = load("speech=pico").generate(request).audio
    return Waveform(audio.samples, audio.sample_rate)


def louder(sound: Waveform, gain: float) -> Waveform:
    return Waveform((sound.samples * gain).astype(np.float32), sound.sample_rate)


def buzz(seconds: float = 2.4, hertz: float = 130.0, gain: float = 0.1, seed: int = 0) -> Waveform:
    """Syllables of a buzz with a falling pitch: nobody's voice, but voiced and rhythmic as speech is."""
    times = np.arange(round(seconds * RATE)) / RATE
    pitch = hertz * 2 ** (0.15 * np.sin(2 * np.pi * 1.3 * times) - 0.1 * times)
    pulses = np.diff(np.floor(np.cumsum(pitch / RATE)), prepend=0.0)
    wave = lfilter([1, -1], np.polymul([1, -0.95], [1, -0.99]), pulses)
    wave += 0.01 * np.random.default_rng(seed).normal(size=len(wave))
    wave *= 0.02 + np.maximum(0, np.sin(2 * np.pi * 2.2 * times)) ** 0.5
    return Waveform((gain * wave / np.sqrt(np.mean(wave**2))).astype(np.float32), RATE)


def white(seconds: float = 3.0, seed: int = 0) -> Waveform:
    noise = np.random.default_rng(seed).normal(size=round(seconds * RATE))
    return Waveform((0.1 * noise).astype(np.float32), RATE)


def pink(seconds: float = 3.0, seed: int = 0) -> Waveform:
    lines = np.fft.rfft(white(seconds, seed).samples)
    noise = np.fft.irfft(lines / np.sqrt(np.maximum(np.arange(len(lines)), 1)))
    return Waveform((0.1 * noise / noise.std()).astype(np.float32), RATE)


def hum(seconds: float = 3.0, hertz: float = 50.0) -> Waveform:
    times = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hertz * k * times) / k for k in range(1, 8))
    return Waveform((0.1 * tone).astype(np.float32), RATE)


def tune(seconds: float = 3.0) -> Waveform:
    """A major chord broken upwards in quarter seconds, each note with six harmonics and a fall."""
    sound = np.zeros(round(seconds * RATE))
    length = RATE // 4
    times = np.arange(length) / RATE
    for number, start in enumerate(range(0, len(sound) - length + 1, length)):
        hertz = 220 * 2 ** ((0, 4, 7, 12)[number % 4] / 12)
        note = sum(np.sin(2 * np.pi * hertz * k * times) / k for k in range(1, 7))
        sound[start : start + length] += note * np.exp(-4 * times)
    return Waveform((0.1 * sound).astype(np.float32), RATE)


def backwards(sound: Waveform) -> Waveform:
    return Waveform(np.ascontiguousarray(sound.samples[::-1]), sound.sample_rate)
