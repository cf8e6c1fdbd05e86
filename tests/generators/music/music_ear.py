"""Measures of music for the tests: keys and chroma of notes and of sound, pitch of a tone, requests in one line."""

from __future__ import annotations

import io

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.timeline import Timeline
from generators.base import Job, MusicRequest

# Krumhansl & Kessler 1982: how well each pitch class fits a major and a minor key.
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def ask(emotion, duration=20.0, seed=1, rate=24000, **changes) -> MusicRequest:
    """A request; ``emotion`` is a name, an Emotion, a Timeline or a Conditioning."""
    if isinstance(emotion, str):
        emotion = Emotion.of(emotion)
    if isinstance(emotion, Emotion):
        emotion = Timeline.constant(emotion)
    if isinstance(emotion, Timeline):
        emotion = Conditioning(emotion)
    return MusicRequest(
        emotion, duration, sample_rate=rate, job=changes.pop("job", Job(seed=seed)), **changes
    )


def pitched(score):
    return [note for part in score.instruments if not part.is_drum for note in part.notes]


def chroma_of_notes(notes) -> np.ndarray:
    """Sounding time of each pitch class ``(12,)``."""
    return np.bincount([n.pitch % 12 for n in notes], [min(n.end - n.start, 2.0) for n in notes], 12)


def major_over_minor(notes) -> float:
    """Best fit with a major key less the best with a minor one, as correlations."""
    chroma = chroma_of_notes(notes)

    def best(profile):
        return max(np.corrcoef(np.roll(profile, k), chroma)[0, 1] for k in range(12))

    return float(best(MAJOR) - best(MINOR))


FRAME = 4096


def expected_chroma(notes, count, rate) -> np.ndarray:
    """Chroma ``(count, 12)`` of frames as the notes would sound: with partials, of which some are other classes."""
    heard = np.zeros((count, 12))
    for note in notes:
        first, last = int(note.start * rate / FRAME), int(min(note.end, note.start + 2) * rate / FRAME) + 1
        for partial, weight in ((0, 1.0), (7, 0.33), (4, 0.2)):
            heard[first:last, (note.pitch + partial) % 12] += weight * (note.velocity / 127) ** 2
    return heard


def chroma_of_sound(samples, rate) -> np.ndarray:
    """Magnitude ``(frames, 12)`` of each pitch class between 60 and 1500 Hz."""
    mono = samples.mean(axis=1)
    frames = mono[: len(mono) // FRAME * FRAME].reshape(-1, FRAME) * np.hanning(FRAME)
    spectrum = np.abs(np.fft.rfft(frames, 4 * FRAME, axis=1))
    hertz = np.fft.rfftfreq(4 * FRAME, 1 / rate)
    inside = (hertz > 60) & (hertz < 1500)
    classes = np.round(12 * np.log2(hertz[inside] / 440) + 69).astype(int) % 12
    return np.stack([spectrum[:, inside][:, classes == k].sum(axis=1) for k in range(12)], axis=1)


def rotation_fits(samples, rate, notes) -> np.ndarray:
    """Correlation ``(12,)`` of the sound with the score moved up by 0 to 11 semitones, moment by moment."""
    heard = chroma_of_sound(samples, rate)
    expected = expected_chroma(notes, len(heard), rate)
    return np.array(
        [np.corrcoef(np.roll(expected, k, axis=1).ravel(), heard.ravel())[0, 1] for k in range(12)]
    )


def pitch_of(samples, rate, near_hz) -> float:
    """Fundamental in hertz by autocorrelation, searched within a fourth of where it should be."""
    mono = np.asarray(samples, float) - np.mean(samples)
    spectrum = np.fft.rfft(mono * np.hanning(len(mono)), 2 * len(mono))
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: len(mono)]
    low, high = int(rate / near_hz / 1.33), int(rate / near_hz * 1.33) + 2
    lag = float(low + np.argmax(correlation[low:high]))
    for periods in (2, 4, 8):  # over more periods the same peak is read more finely
        first = round(periods * lag - lag / 4)
        peak = first + int(np.argmax(correlation[first : round(periods * lag + lag / 4)]))
        before, here, after = correlation[peak - 1 : peak + 2]
        lag = (peak + 0.5 * (before - after) / (before - 2 * here + after)) / periods
    return rate / lag


def centroid(samples, rate) -> float:
    """Spectral centroid of the power in hertz."""
    power = np.abs(np.fft.rfft(samples.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    return float((power * hertz).sum() / power.sum())


def midi_bytes(score) -> bytes:
    data = io.BytesIO()
    score.write(data)
    return data.getvalue()
