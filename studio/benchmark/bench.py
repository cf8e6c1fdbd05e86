"""An engine and the judge that reads it, for one medium: makes an item, reads it, measures what is cheap beside it."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError
from generators.base import Audio, Description, FaceTrack, Generator, Job, MusicTrack, SpeechTrack, VideoTrack
from studio.benchmark.items import Item, plan
from studio.benchmark.making import FORMS, spoken
from studio.benchmark.records import Outcome, key_of
from studio.judges.base import Card, Judge, Reading
from studio.judges.gathering import gathered

__all__ = ["Bench", "open_bench"]


@dataclass
class Bench:
    """One engine under one judge.

    Args:
        medium: of both.
        engine: that makes the pieces.
        judge: that reads them.
        judge_name: as in ``studio.judges.base.load``.
        judge_hash: of the judge's files, so that readings of another training are never mixed with these.
    """

    medium: str
    engine: Generator
    judge: Judge
    judge_name: str
    judge_hash: str = ""
    _references: dict[int, Audio] = field(default_factory=dict)
    _neutrals: dict[int, Any] = field(default_factory=dict)

    @property
    def description(self) -> Description:
        """Of the engine."""
        return self.engine.describe()

    @property
    def card(self) -> Card:
        """The judge's figures on people, read the way in which it reads here."""
        beside: Card = getattr(self.judge, "card_beside", self.judge.card)
        return beside if self.medium == "speech" else self.judge.card

    def key(self, item: Item) -> str:
        """What an outcome of the item depends on."""
        engine = self.description
        settings = plan()["media"][self.medium]
        form = repr(sorted((k, v) for k, v in settings.items() if k != "cost")) + plan()["reference"]
        return key_of(item, engine.name, engine.version, self.judge_name, self.judge_hash, form)

    def outcome(self, item: Item, job: Job, sample: Path | None = None) -> Outcome:
        """The item, made and read; what goes wrong becomes an outcome without a reading.

        Args:
            item: of this medium.
            job: its seed is the item's.
            sample: path without ending where a sample is kept; None keeps none.

        Raises:
            Cancelled: the user stopped the work.
            OutputError: the sample cannot be written.
        """
        started = time.monotonic()
        try:
            track = FORMS[self.medium].make(self.engine, item, job)
            reading = _READERS[self.medium](self, track, item, job)
            quality = _QUALITY[self.medium](track) if item.is_plain and self.medium in _QUALITY else {}
        except Exception as error:  # an engine may fail in any way; the others go on
            if type(error).__name__ in ("Cancelled", "OutputError"):
                raise
            why = f"{type(error).__name__}: {error}"
            return Outcome(item, self.key(item), None, why, time.monotonic() - started)
        files = FORMS[self.medium].keep(track, sample) if sample is not None else []
        names = tuple(f"{path.parent.name}/{path.name}" for path in files)
        return Outcome(item, self.key(item), reading, "", time.monotonic() - started, quality, names)

    def reference(self, seed: int, job: Job) -> Audio:
        """The same voice without emotion; other words than any item has."""
        if seed not in self._references:
            self._references[seed] = spoken(self.engine, plan()["reference"], Emotion.neutral(), job).audio
        return self._references[seed]

    def neutral(self, seed: int, job: Job) -> Any:
        """What a judge of voices measures of that, once for each seed; None where it hears no speech."""
        if seed not in self._neutrals:
            judge: Any = self.judge
            parts = judge.heard(self.reference(seed, job))
            self._neutrals[seed] = parts.mean(axis=0) if len(parts) else None
        return self._neutrals[seed]


def open_bench(engine: str, judge: str = "") -> Bench:
    """An engine and a judge by their names.

    Args:
        engine: such as ``"speech=pico"``.
        judge: such as ``"music_audio"``; "" for the one that usually scores the medium.

    Raises:
        UnknownNameError: there is no such engine or judge.
        EngineError: either cannot be loaded.
    """
    from generators.registry import load, parse_engine
    from studio.judges.base import load as load_judge

    name = parse_engine(engine)
    judge = judge or plan()["media"][name.medium]["judge"]
    return Bench(name.medium, load(name), load_judge(judge), judge, _hash_of(judge))


def _hash_of(judge: str) -> str:
    """A hash over the files of a judge and of those it rests on, "" where it has none of its own."""
    from studio.judges.weights import judge_folder

    found = hashlib.sha256()
    try:
        folders = [judge_folder(name) for name in (judge, *_RESTS_ON.get(judge, ()))]
    except EngineError:
        return ""
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and _is_read(p)):
            found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _is_read(path: Path) -> bool:
    """Whether a reading may depend on a file of a judge: not on words for people or the settings of its training."""
    return path.suffix != ".md" and path.name != "training.toml"


def _read_voice(bench: Bench, track: SpeechTrack, item: Item, job: Job) -> Reading:
    if not hasattr(bench.judge, "card_beside"):
        return bench.judge.read(track.audio)
    judge: Any = bench.judge
    if hasattr(judge, "reading_of"):
        beside: Reading = judge.reading_of(judge.heard(track.audio), bench.neutral(item.seed, job))
        return beside
    reading: Reading = judge.read(track.audio, bench.reference(item.seed, job))
    return reading


def _read_face(bench: Bench, track: FaceTrack, item: Item, job: Job) -> Reading:
    return _watched(bench.judge, _timed_faces(track, job), float(track.times[-1]) + 1.0)


def _read_music(bench: Bench, track: MusicTrack, item: Item, job: Job) -> Reading:
    if bench.judge_name == "music":
        if track.score is None:
            raise RequestError(
                "The engine writes no score, which the judge of scores needs.",
                "Give --judge music=music_audio.",
            )
        return bench.judge.read(track.score)
    return bench.judge.read(track.audio)


def _read_video(bench: Bench, track: VideoTrack, item: Item, job: Job) -> Reading:
    if bench.judge_name != "video":
        return _watched(bench.judge, _timed_pictures(track, job), track.duration)
    judge: Any = bench.judge
    # What is drawn is read by colour and motion, not by what a photograph of the like would show.
    reading: Reading = judge.read(_timed_pictures(track, job), photographic=0.0 if track.drawn else None)
    return reading


def _watched(judge: Judge, frames: Iterator[tuple[float, np.ndarray]], duration: float) -> Reading:
    """One reading of all that a judge says of moving pictures."""
    return gathered(judge.read_over_time(frames), 0.0, duration) or Reading({})


def _timed_faces(track: FaceTrack, job: Job) -> Iterator[tuple[float, np.ndarray]]:
    from studio.compose import over_grey

    for index, (time_, picture) in enumerate(zip(track.times, track.frames(), strict=False)):
        job.step(index, len(track.times), "reading the face")
        yield float(time_), over_grey(picture)


def _timed_pictures(track: VideoTrack, job: Job) -> Iterator[tuple[float, np.ndarray]]:
    count = round(track.duration * track.fps)
    for index, picture in enumerate(track.frames()):
        job.step(index, count, "reading the pictures")
        yield index / track.fps, picture.copy()


def _voice_quality(track: SpeechTrack) -> Mapping[str, float]:
    from studio.quality.speech_quality import predicted_opinion

    found = predicted_opinion(track.audio, level_lufs=_LEVEL).overall
    return {"DNSMOS overall at -23 LUFS": float(found)} if np.isfinite(found) else {}


def _score_quality(track: MusicTrack) -> Mapping[str, float]:
    from studio.quality.parse import midi_faults

    if track.score is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "score.mid"
        track.score.write(str(path))
        return {"scores that parse without a fault": float(not midi_faults(path))}


_RESTS_ON: Mapping[str, tuple[str, ...]] = {"video": ("picture",)}
_LEVEL = -23.0  # LUFS at which voices are compared (EBU R 128)
_READERS: Mapping[str, Callable[..., Reading]] = {
    "speech": _read_voice,
    "face": _read_face,
    "music": _read_music,
    "video": _read_video,
}
_QUALITY: Mapping[str, Callable[[Any], Mapping[str, float]]] = {
    "speech": _voice_quality,
    "music": _score_quality,
}
