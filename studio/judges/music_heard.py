"""Music as it is heard in a recording: its transcribed notes and the tracks of its sound, and all that is measured of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from studio.judges.media import Sound, mono, windows
from studio.judges.music_measures import MUSIC_FEATURES, Performance, describe_music
from studio.judges.music_sound import SOUND_FEATURES, SoundTracks, describe, level_to, sound_tracks
from studio.judges.transcription import SAMPLE_RATE, KeyFrames, notes_from, strike_frames

__all__ = ["HEARD_FEATURES", "Heard", "describe_heard", "hear", "heard"]

HEARD_FEATURES = (*MUSIC_FEATURES, *(f"sound: {name}" for name in SOUND_FEATURES))
_SILENCE = 1e-4  # root mean square (-80 dB) under which there is nothing to hear
_SHORTEST = 1.0  # seconds of a stretch that is worth describing


@dataclass(frozen=True)
class Heard:
    """What was heard of a recording.

    Args:
        performance: its notes; sound does not tell keys from pedal, so both are the same.
        tracks: of its sound.
        seconds: its length.
    """

    performance: Performance
    tracks: SoundTracks
    seconds: float

    def between(self, start: float, end: float) -> Heard:
        """A stretch of time, seconds."""
        end = min(end, self.seconds)
        return Heard(
            self.performance.between(start, end), self.tracks.between(start, end), max(end - start, 0.0)
        )

    def parts(self, length: float, hop: float, least_notes: int) -> Iterator[Heard]:
        """The whole, then its windows; those with too few notes are left out."""
        stretches = windows(self.seconds, length, hop)
        candidates = [self, *(self.between(*s) for s in stretches)] if len(stretches) > 1 else [self]
        for part in candidates:
            if len(part.performance.keys) >= least_notes and part.seconds >= _SHORTEST:
                yield part


def hear(sound: Sound) -> Heard:
    """What is heard in a recording of any sample rate and number of channels.

    Raises:
        EngineError: the transcription network is missing.
    """
    wave = mono(sound, SAMPLE_RATE)
    wave = np.nan_to_num(wave, posinf=0.0, neginf=0.0)
    if not len(wave) or float(np.sqrt(np.mean(wave**2))) < _SILENCE:
        wave = np.zeros(len(wave), np.float32)
    wave = level_to(wave)
    return heard(strike_frames(wave), sound_tracks(wave), len(wave) / SAMPLE_RATE)


def heard(frames: KeyFrames, tracks: SoundTracks, seconds: float) -> Heard:
    """The same from what the network and the tracks say already."""
    notes = notes_from(frames)
    return Heard(Performance(notes, notes), tracks, seconds)


def describe_heard(part: Heard) -> np.ndarray:
    """The numbers named by ``HEARD_FEATURES``, float64.

    Raises:
        ValueError: there are fewer than two notes, or less than half a second of sound.
    """
    return np.concatenate([describe_music(part.performance), describe(part.tracks)])
