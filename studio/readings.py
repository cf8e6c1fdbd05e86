"""Let the judges read the tracks of a film, each as it is made or right after it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from generators.base import Audio, MusicTrack
from studio.compose import over_grey
from studio.judges import base
from studio.judges.base import Card, Reading, TimedReading
from studio.scorecard import Scorecard, Section, gathered, score

__all__ = ["Readings"]

JUDGE_OF = {"speech": "speech", "face": "face", "music": "music", "video": "picture"}
_PICTURES_PER_SECOND = 1.0  # a face is held for about a second; judging more often only costs time


@dataclass
class Readings:
    """Collects what judges read of one film.

    Pictures are read in a thread as they pass by, so that none is kept; sound and score are read when they are whole.

    Args:
        sections: what was asked when.
        fps: frames a second of the film.
    """

    sections: Sequence[Section]
    fps: float
    curves: dict[str, list[TimedReading]] = field(default_factory=dict)
    whole: dict[str, list[Reading | None]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="judge")
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def background(self, index: int, picture: np.ndarray) -> None:
        """Look at a background passing by."""
        self._glance("video", index, picture)

    def face(self, index: int, picture: np.ndarray) -> None:
        """Look at a face passing by, RGBA."""
        self._glance("face", index, picture)

    def _glance(self, medium: str, index: int, picture: np.ndarray) -> None:
        step = max(round(self.fps / _PICTURES_PER_SECOND), 1)
        if index % step == step // 2:
            seen = over_grey(picture) if picture.shape[2] == 4 else picture.copy()
            self._pool.submit(self._look, medium, index, seen)

    def _look(self, medium: str, index: int, picture: np.ndarray) -> None:
        reading = base.load(JUDGE_OF[medium]).read(picture)
        step = max(round(self.fps / _PICTURES_PER_SECOND), 1)
        start = (index - step // 2) / self.fps
        with self._lock:
            self.curves.setdefault(medium, []).append(TimedReading(start, start + step / self.fps, reading))

    def voice(self, audio: Audio) -> None:
        """Read the voice, each section apart so that no window hears two emotions."""
        judge = base.load(JUDGE_OF["speech"])
        self.curves["speech"] = judge.read_over_time(audio)
        rate = audio.sample_rate
        self.whole["speech"] = [
            judge.read(Audio(audio.samples[round(s.start * rate) : round(s.end * rate)], rate))
            for s in self.sections
        ]

    def music(self, track: MusicTrack) -> None:
        """Read the score; sound without a score has no judge yet."""
        if track.score is not None:
            self.curves["music"] = base.load(JUDGE_OF["music"]).read_over_time(track.score)

    def close(self) -> None:
        """Wait for pictures that are still being read."""
        self._pool.shutdown(wait=True)

    def scorecard(self) -> Scorecard:
        """All readings against what was asked."""
        self.close()
        for readings in self.curves.values():
            readings.sort(key=lambda r: r.start)
        readings_by_medium = {
            medium: self.whole.get(medium) or [gathered(readings, s.start, s.end) for s in self.sections]
            for medium, readings in self.curves.items()
        }
        order = [medium for medium in JUDGE_OF if medium in readings_by_medium]
        cards: dict[str, Card] = {medium: base.load(JUDGE_OF[medium]).card for medium in order}
        return score(
            self.sections,
            {m: readings_by_medium[m] for m in order},
            cards,
            {m: self.curves[m] for m in order},
        )
