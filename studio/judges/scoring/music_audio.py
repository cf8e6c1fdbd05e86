"""The judge of recorded music: which quadrant of valence and arousal listeners would hear in a sound.

It writes down the notes that it hears (``studio.judges.transcription``), measures them as the judge of scores does, and adds 41
measures of the sound itself: dynamics, colour, change, roughness, beat. Labels and point are those of the judge of scores. It
learned from EMOPIA's scores, played on many instruments in drawn rooms. Silence, noise and speech get no reading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.base import Card, Reading, TimedReading
from studio.judges.media import Sound, cut, windows
from studio.judges.music_heard import Heard, describe_heard, hear
from studio.judges.music_model import is_music, quadrant_reading, whole_logits
from studio.judges.weights import load_trained

__all__ = ["MusicAudioJudge"]


class MusicAudioJudge:
    """Reads recordings of music.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.

    Example:
        ``MusicAudioJudge().read(Waveform(samples, 44100)).vad``
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("music_audio", folder)
        self.card: Card = trained.card
        self._facts: dict[str, Any] = trained.facts
        self._weights = trained.weights

    def read(self, media: Sound) -> Reading:
        """The reading of a whole recording; "no reading" if it holds no music."""
        return self.read_heard(hear(media))

    def read_over_time(self, media: Sound) -> list[TimedReading]:
        """The readings of overlapping windows of ten seconds, from 0 to the end."""
        whole = hear(media)
        stretches = windows(whole.seconds, self._facts["window_seconds"], self._facts["hop_seconds"])
        return [TimedReading(a, b, self.read_heard(whole.between(a, b))) for a, b in stretches]

    def read_stretch(self, media: Sound, start: float, end: float) -> TimedReading:
        """The reading of a stretch of time, which hears nothing of what is before and after it.

        Args:
            media: a whole recording.
            start: seconds.
            end: seconds.
        """
        return TimedReading(start, end, self.read(cut(media, start, end)))

    def read_heard(self, whole: Heard) -> Reading:
        """The reading of what was heard already."""
        facts = self._facts
        parts = whole.parts(facts["window_seconds"], facts["hop_seconds"], facts["least_notes"])
        rows = [describe_heard(part) for part in parts]
        if not rows or is_music(np.stack(rows), self._weights).mean() < 0:
            return Reading({}, confidence=0.0, floor=facts["floor"])
        return quadrant_reading(whole_logits(np.stack(rows), self._weights), facts)
