"""Recordings for the tests of this folder, spoken by the built-in voices, and what is measured of them."""

from functools import cache

import numpy as np

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Audio, Job, SpeechRequest
from generators.speech.recorded.anatomy import taken_apart

TEXT = "The children are waiting by the old garden door."


@cache
def spoken(emotion="neutral", voice="", text=TEXT, rate=16_000):
    """The built-in voice as a recording of somebody."""
    import soxr

    from generators.speech.hibari import Hibari

    script = Script((Span(text, Emotion.of(emotion) if emotion != "neutral" else Emotion.neutral()),))
    track = Hibari().generate(SpeechRequest(script, voice, job=Job(1)))
    samples = soxr.resample(track.audio.samples, track.audio.sample_rate, rate).astype(np.float32)
    return Audio(samples, rate), track


def pitch(audio):
    """Median F0 in semitones above 100 Hz."""
    f0 = taken_apart(audio.samples, audio.sample_rate).f0
    return float(np.median(12 * np.log2(f0[f0 > 0] / 100)))


def spread(audio):
    """Standard deviation of F0 in semitones."""
    f0 = taken_apart(audio.samples, audio.sample_rate).f0
    return float(np.std(12 * np.log2(f0[f0 > 0] / 100)))


def speech_seconds(audio):
    """From the first to the last sounding step."""
    step = audio.sample_rate // 100
    steps = audio.samples[: len(audio.samples) // step * step].reshape(-1, step).astype(float)
    level = 10 * np.log10((steps**2).mean(axis=1) + 1e-12)
    loud = np.flatnonzero(level > np.quantile(level, 0.95) - 35)
    return (loud[-1] + 1 - loud[0]) / 100


def level(audio):
    """Decibels of full scale of what sounds."""
    step = audio.sample_rate // 100
    steps = (audio.samples[: len(audio.samples) // step * step].reshape(-1, step).astype(float) ** 2).mean(
        axis=1
    )
    return float(10 * np.log10(steps[steps > steps.max() * 1e-4].mean()))


def brightness(audio):
    """Decibels of 1 to 5 kHz over 50 Hz to 1 kHz."""
    power = np.abs(np.fft.rfft(audio.samples.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(audio.samples), 1 / audio.sample_rate)
    high, low = power[(hertz >= 1000) & (hertz < 5000)].sum(), power[(hertz >= 50) & (hertz < 1000)].sum()
    return float(10 * np.log10(high / low))
