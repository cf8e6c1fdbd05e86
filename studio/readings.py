"""Let the judges read the tracks of a film, each as it is made or right after it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from generators.base import Audio, MusicTrack
from studio.compose import over_grey
from studio.judges import base
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.gathering import gathered
from studio.judges.scoring.music import MusicJudge
from studio.judges.scoring.speech import SpeechJudge
from studio.scorecard import Scorecard, Section, score

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
    cards: dict[str, Card] = field(default_factory=dict)
    _looks: dict[str, list[Future[TimedReading]]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="judge")
    )

    def background(self, index: int, picture: np.ndarray) -> None:
        """Look at a background ``(h, w, 3)`` passing by."""
        self._glance("video", index, picture)

    def face(self, index: int, picture: np.ndarray) -> None:
        """Look at a face ``(h, w, 4)`` passing by."""
        self._glance("face", index, picture)

    def voice(self, audio: Audio, neutral: Audio) -> None:
        """Read the voice, each section apart so that no window hears two emotions.

        Args:
            audio: of the film.
            neutral: the same voice without emotion; beside it the judge is right more often, as with people.
        """
        judge = SpeechJudge()
        self.cards["speech"] = judge.card_beside
        self.curves["speech"] = judge.read_over_time(audio, neutral)
        self.whole["speech"] = [
            judge.read_stretch(audio, s.start, s.end, neutral).reading for s in self.sections
        ]

    def music(self, track: MusicTrack) -> None:
        """Read the score, each section apart as with the voice; sound without a score has no judge yet."""
        if track.score is None:
            return
        judge = MusicJudge()
        self.curves["music"] = judge.read_over_time(track.score)
        self.whole["music"] = [judge.read_stretch(track.score, s.start, s.end).reading for s in self.sections]

    def close(self) -> None:
        """Drop pictures that still wait to be read."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def scorecard(self) -> Scorecard:
        """All readings against what was asked."""
        for medium, looks in self._looks.items():
            self.curves[medium] = [look.result() for look in looks]
        order = [medium for medium in JUDGE_OF if medium in self.curves]
        readings = {
            m: self.whole.get(m) or [gathered(self.curves[m], s.start, s.end) for s in self.sections]
            for m in order
        }
        cards = {m: self.cards.get(m) or base.load(JUDGE_OF[m]).card for m in order}
        return score(self.sections, readings, cards, {m: self.curves[m] for m in order})

    @property
    def _step(self) -> int:
        return max(round(self.fps / _PICTURES_PER_SECOND), 1)

    def _glance(self, medium: str, index: int, picture: np.ndarray) -> None:
        if index % self._step == self._step // 2:
            seen = over_grey(picture) if picture.shape[2] == 4 else picture.copy()
            self._looks.setdefault(medium, []).append(self._pool.submit(self._look, medium, index, seen))

    def _look(self, medium: str, index: int, picture: np.ndarray) -> TimedReading:
        start = (index - self._step // 2) / self.fps
        return TimedReading(start, start + self._step / self.fps, base.load(JUDGE_OF[medium]).read(picture))
