"""Let the judges read the tracks of a film, each as it is made or right after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Audio, MusicTrack
from studio.compose import over_grey
from studio.judges import base
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.gathering import gathered
from studio.judges.scoring.speech import SpeechJudge
from studio.judges.scoring.video import Glance, VideoJudge
from studio.scorecard import Scorecard, Section, score

__all__ = ["Readings", "said_plainly"]

JUDGE_OF = {"speech": "speech", "face": "face", "music": "music", "video": "video"}
_REFERENCE = 240  # characters of the script said neutrally, for the speech judge to know the voice
_PICTURES_PER_SECOND = 1.0  # a face is held for about a second; judging more often only costs time


@dataclass
class Readings:
    """Collects what judges read of one film.

    Pictures are read in a thread as they pass by, so that none is kept; sound and score are whole before and are read there too.

    Args:
        sections: what was asked when.
        fps: frames a second of the film.
        drawn: the backgrounds are drawn, so that they are read by colour and motion and not by what a photograph of the like
            would show.
    """

    sections: Sequence[Section]
    fps: float
    drawn: bool = False
    curves: dict[str, list[TimedReading]] = field(default_factory=dict)
    whole: dict[str, list[Reading | None]] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    _faces: list[Future[TimedReading]] = field(default_factory=list)
    _glances: list[Future[Glance]] = field(default_factory=list)
    _sounds: list[Future[None]] = field(default_factory=list)
    _waiting: tuple[int, np.ndarray] | None = None
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="judge")
    )

    def background(self, index: int, picture: np.ndarray) -> None:
        """Look at a background ``(h, w, 3)`` passing by, and at the next one for its motion."""
        if self._waiting is not None:
            self._glances.append(self._pool.submit(self._glance, *self._waiting, picture.copy()))
            self._waiting = None
        if self._is_due(index):
            self._waiting = (index, picture.copy())

    def face(self, index: int, picture: np.ndarray) -> None:
        """Look at a face ``(h, w, 4)`` passing by."""
        if self._is_due(index):
            seen = over_grey(picture) if picture.shape[2] == 4 else picture.copy()
            self._faces.append(self._pool.submit(self._look, index, seen))

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
        """Read the score, or the sound where there is none, each section apart as with the voice."""
        written = track.score is not None
        judge: Any = base.load("music" if written else "music_audio")
        piece = track.score if written else track.audio
        self.cards["music"] = judge.card
        self.curves["music"] = judge.read_over_time(piece)
        self.whole["music"] = [judge.read_stretch(piece, s.start, s.end).reading for s in self.sections]

    def meanwhile(self, work: Callable[[], None]) -> None:
        """Let ``work``, which reads sounds, run while pictures are still drawn; what it raises comes with the scorecard."""
        self._sounds.append(self._pool.submit(work))

    def close(self) -> None:
        """Drop what still waits to be read."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def scorecard(self) -> Scorecard:
        """All readings against what was asked."""
        for sound in self._sounds:
            sound.result()
        if self._faces:
            self.curves["face"] = [look.result() for look in self._faces]
        self._video()
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

    def _is_due(self, index: int) -> bool:
        return index % self._step == self._step // 2

    def _video(self) -> None:
        """Read the backgrounds that passed by, each section apart."""
        if self._waiting is not None:
            self._glances.append(self._pool.submit(self._glance, *self._waiting, None))
            self._waiting = None
        if not self._glances:
            return
        glances = [look.result() for look in self._glances]
        judge, photographic = _video_judge(), 0.0 if self.drawn else None
        half = self._step / self.fps / 2
        self.curves["video"] = [
            TimedReading(
                max(g.time - half, 0.0), g.time + half, judge.reading([g], photographic=photographic)
            )
            for g in glances
        ]
        parts = [[g for g in glances if s.start <= g.time < s.end] for s in self.sections]
        self.whole["video"] = [judge.reading(p, photographic=photographic) if p else None for p in parts]

    def _glance(self, index: int, picture: np.ndarray, following: np.ndarray | None) -> Glance:
        return _video_judge().glance(index / self.fps, picture, following, 1 / self.fps)

    def _look(self, index: int, picture: np.ndarray) -> TimedReading:
        start = (index - self._step // 2) / self.fps
        return TimedReading(start, start + self._step / self.fps, base.load("face").read(picture))


def said_plainly(script: Script) -> Script:
    """The whole words at the beginning of a script without emotion, by which the speech judge knows the voice."""
    text = script.text
    start = text if len(text) <= _REFERENCE else text[:_REFERENCE].rsplit(" ", 1)[0]
    return Script((Span(start, Emotion.neutral()),))


def _video_judge() -> VideoJudge:
    judge = base.load("video")
    assert isinstance(judge, VideoJudge), "the entry point names it"
    return judge
