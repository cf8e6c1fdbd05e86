"""A script in, a film out: the whole flow on one screen."""

from __future__ import annotations

import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.errors import RequestError
from conditioning.faders import check_adjustments
from conditioning.script import Script
from conditioning.styles import parse_style
from generators.base import (
    Aspect,
    Audio,
    FaceTrack,
    Generator,
    Job,
    MusicRequest,
    MusicTrack,
    Progress,
    SpeechRequest,
    SpeechTrack,
    VideoRequest,
    VideoTrack,
)
from generators.registry import MEDIA, load
from studio.captions import Caption, captions
from studio.dialogue import Others, speakers_of
from studio.encode import check_ending, check_writable, write_film
from studio.face_stage import check_face, converse, face_request, load_ahead, sound_of_take, take_of
from studio.layouts import head_places
from studio.mix import mix
from studio.provenance import file_hash, record, write_record
from studio.request import FilmRequest
from studio.scorecard import Scorecard, Section
from studio.script_source import script_of
from studio.sections import delayed, sections_of, silent_duration, silent_stretches, timeline_of
from studio.shape import shape_course, shape_script
from studio.stages import Stages, once_begun, seed_for
from studio.tracks import write_tracks

if TYPE_CHECKING:
    from studio.readings import Readings

__all__ = ["STAGE_SHARES", "Film", "Studio", "Tracks"]

LEAD, TAIL = 0.8, 1.8  # seconds of music and picture before the first word and after the last
_HEAD_LEAD, _HEAD_TAIL = 0.4, 0.8  # the same of a head alone, where nothing fades in and out
STAGE_SHARES: Mapping[str, float] = {
    "speech": 0.06, "face": 0.01, "music": 0.06, "video": 0.01, "film": 0.8, "judge": 0.06,
}  # fmt: skip
"""Part of the whole work that each stage of a film takes, in the order in which they run."""


@dataclass(frozen=True)
class Tracks:
    """What the engines made; None where a medium was not asked for.

    Args:
        script: as parsed.
        sections: emotion by time.
        duration: seconds.
        speech: with its lead and tail.
        face: in step with the speech; of a dialogue, who speaks first.
        others: the other heads of a dialogue, and who speaks when.
        sound: of a driving film.
        music: as long as the film.
        video: as long as the film.
    """

    script: Script
    sections: tuple[Section, ...]
    duration: float
    speech: SpeechTrack | None = None
    face: FaceTrack | None = None
    others: Others | None = None
    sound: Audio | None = None
    music: MusicTrack | None = None
    video: VideoTrack | None = None


@dataclass(frozen=True)
class Film:
    """A finished film.

    Args:
        path: of the film.
        record_path: of ``film.json``.
        files: tracks beside the film.
        tracks: as the engines made them.
        scorecard: None if it was not judged.
        record: what stands in ``film.json``.
    """

    path: Path
    record_path: Path
    files: tuple[Path, ...]
    tracks: Tracks
    scorecard: Scorecard | None
    record: Mapping[str, Any]


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


@dataclass
class Studio:
    """Makes films; keeps engines between them, so that the second film starts at once.

    Example:
        >>> Studio().create("[joy] She is here!", "out/film.mp4")  # doctest: +SKIP
    """

    _engines: dict[str, Generator] = field(default_factory=dict)

    def create(
        self,
        script: str | FilmRequest,
        out: str | Path,
        *,
        progress: Progress = _silent,
        cancel: threading.Event | None = None,
        **settings: Any,
    ) -> Film:
        """Make a film, its tracks and its record.

        Args:
            script: text with emotion marks, or a whole request.
            out: path of the film, ``.mp4``; ``film.json`` and the folder of tracks take its name.
            progress: called as ``progress(done, total, what)``.
            cancel: set it to stop.
            settings: fields of ``FilmRequest`` beside the script.

        Raises:
            RequestError: the request is wrong.
            EngineError: an engine is missing or fails.
            OutputError: the film cannot be written.
            Cancelled: it was stopped; nothing is left behind.
        """
        started = time.monotonic()
        request = (
            script if isinstance(script, FilmRequest) else FilmRequest.read({"script": script, **settings})
        )
        path = Path(out)
        check_ending(path, ".mp4")
        beside = path.with_suffix(".tracks")
        new_folder = not beside.exists()
        check_writable(path)
        stages = Stages(STAGE_SHARES, progress, cancel or threading.Event())
        try:
            film = self._make(request, path, beside, stages, started)
        except BaseException:
            if new_folder:
                shutil.rmtree(beside, ignore_errors=True)
            raise
        progress(1.0, 1.0, "done")
        return film

    def tracks(
        self, request: FilmRequest, stages: Stages | None = None, face_size: tuple[int, int] | None = None
    ) -> Tracks:
        """Run the engines, without mixing or writing anything; pictures are drawn when their frames are asked for.

        Args:
            request: of the film.
            stages: progress and cancel.
            face_size: (width, height) of the face's pictures; None takes what the film's layout needs.

        Raises:
            RequestError: the request is wrong.
            EngineError: an engine is missing or fails.
            Cancelled: it was stopped.
        """
        return self._tracks(request, stages or Stages(STAGE_SHARES, _silent), face_size, lambda: None)

    def _tracks(
        self,
        request: FilmRequest,
        stages: Stages,
        face_size: tuple[int, int] | None,
        begun: Callable[[], None],
    ) -> Tracks:
        """As ``tracks``; calls ``begun`` once the request is found right and the first engine works."""
        if not request.media:
            raise RequestError("No medium is asked for.", f"Name one or more of {', '.join(MEDIA)}.")
        check_adjustments(request.adjustments)
        parse_style(request.style)
        check_face(request)
        for medium in request.media:
            self._engine(request, medium)
        script = shape_script(script_of(request), request.shape)
        if "speech" not in request.media:
            begun()
        speech = self._speak(request, script, stages, begun) if "speech" in request.media else None
        take = take_of(request, stages.job("face")) if request.take and "face" in request.media else None
        duration = speech.audio.duration if speech else silent_duration(script, request.seconds, take)
        duration = math.ceil(duration * request.fps - 1e-6) / request.fps
        stretches = speech.stretches if speech else silent_stretches(script, duration)
        sections = sections_of(script, stretches, duration)

        def feeling(medium: str) -> Conditioning:
            course = shape_course(timeline_of(sections, medium), request.shape, duration)
            return Conditioning(course, request.adjustments)

        face = music = video = others = None
        if "face" in request.media:
            engine = self._engine(request, "face")
            job = stages.job("face", _seed(request, "face"))
            wanted = face_request(request, engine, feeling("face"), duration, speech, job)
            cast = speakers_of(script) if speech and request.faces == "auto" and not take else None
            side = head_places(request.layout, request.size, len(cast) if cast else 1, True)[0].side
            wanted = replace(wanted, size=face_size or (side, side), take=take)
            if cast:
                face, others = converse(request, engine, wanted, script, stretches, cast)
            else:
                face = engine.generate(wanted)
        if "music" in request.media:
            music = self._compose(request, feeling("music"), duration, stages)
        if "video" in request.media:
            video = self._paint(request, feeling("video"), duration, script, sections, stages)
        sound = sound_of_take(request) if take else None
        return Tracks(script, sections, duration, speech, face, others, sound, music, video)

    def _make(self, request: FilmRequest, path: Path, beside: Path, stages: Stages, started: float) -> Film:
        tracks = self._tracks(request, stages, None, lambda: self._load_face(request))
        readings = _readings(tracks, request) if request.judge else None
        voice, music = (t.audio if t else None for t in (tracks.speech, tracks.music))
        voice = voice or tracks.sound
        said = tracks.speech if request.captions else None
        lines = captions(said.words, said.stretches) if said else []
        frames = _frames(request, tracks, lines, stages, readings)
        if readings:
            readings.meanwhile(partial(self._heard, request, readings, tracks, stages.cancel))
        try:
            sound = mix(voice, music, tracks.duration) if voice or music else None
            write_film(path, frames, request.size, request.fps, sound)
            scorecard = self._judged(readings, stages) if readings else None
        finally:
            if readings:
                readings.close()
        files = write_tracks(
            beside, mixed=sound, speech=tracks.speech, face=tracks.face, music=tracks.music, lines=lines
        )
        values = record(
            request,
            engines={m: self._engine(request, m).describe() for m in request.media},
            seeds={m: _seed(request, m) for m in request.media},
            sections=tracks.sections,
            read=[span for span in tracks.script.spans if span.why],
            fulfilment={m: getattr(tracks, m).fulfilment for m in request.media},
            scorecard=scorecard,
            picture=_picture(request, tracks),
            files={f.name: file_hash(f) for f in (path, *files)},
            seconds_taken=time.monotonic() - started,
        )
        record_path = path.with_suffix(".json")
        write_record(record_path, values)
        return Film(path, record_path, tuple(files), tracks, scorecard, values)

    def _judged(self, readings: Readings, stages: Stages) -> Scorecard:
        """Sum up what was read; waits for what is still being read."""
        stages.job("judge").step(0, 1, "judging")
        return readings.scorecard()

    def _heard(
        self, request: FilmRequest, readings: Readings, tracks: Tracks, cancel: threading.Event
    ) -> None:
        """Let the judges read voice and music."""
        if tracks.speech:
            from studio.readings import said_plainly

            job = Job(_seed(request, "speech"), cancel=cancel)
            wanted = SpeechRequest(said_plainly(tracks.script), request.voice, request.language, job=job)
            readings.voice(tracks.speech.audio, self._engine(request, "speech").generate(wanted).audio)
        if tracks.music:
            readings.music(tracks.music)

    def _engine(self, request: FilmRequest, medium: str) -> Generator:
        name = request.engine(medium)
        if str(name) not in self._engines:
            self._engines[str(name)] = load(name)
        return self._engines[str(name)]

    def _load_face(self, request: FilmRequest) -> None:
        """Let the face load while others work."""
        if "face" in request.media:
            load_ahead(request, self._engine(request, "face"))

    def _speak(
        self, request: FilmRequest, script: Script, stages: Stages, begun: Callable[[], None]
    ) -> SpeechTrack:
        job = once_begun(stages.job("speech", _seed(request, "speech")), begun)
        said = script.for_medium("speech")
        wanted = SpeechRequest(
            said, request.voice, request.language, request.adjustments, job, style=request.style
        )
        spoken = delayed(self._engine(request, "speech").generate(wanted), *padding(request))
        ignored = tuple(Aspect("script", "ignored", sentence) for sentence in script.ignored)
        return replace(spoken, fulfilment=(*spoken.fulfilment, *_unshaped(request), *ignored))

    def _compose(
        self, request: FilmRequest, feeling: Conditioning, duration: float, stages: Stages
    ) -> MusicTrack:
        job = stages.job("music", _seed(request, "music"))
        return self._engine(request, "music").generate(
            MusicRequest(feeling, duration, sample_rate=48000, job=job)
        )

    def _paint(
        self,
        request: FilmRequest,
        feeling: Conditioning,
        duration: float,
        script: Script,
        sections: tuple[Section, ...],
        stages: Stages,
    ) -> VideoTrack:
        wanted = VideoRequest(
            feeling,
            duration,
            request.fps,
            request.size,
            request.scene,
            script.text,
            tuple(s.start for s in sections),
            stages.job("video", _seed(request, "video")),
        )
        return self._engine(request, "video").generate(wanted)


def padding(request: FilmRequest) -> tuple[float, float]:
    """Seconds before the first word and after the last; none where speech is all that is made, few around a head alone."""
    if request.media == ("speech",):
        return 0.0, 0.0
    return (LEAD, TAIL) if {"music", "video"} & set(request.media) else (_HEAD_LEAD, _HEAD_TAIL)


def _seed(request: FilmRequest, medium: str) -> int:
    return seed_for(request.seed, MEDIA.index(medium))


def _frames(
    request: FilmRequest, tracks: Tracks, lines: list[Caption], stages: Stages, readings: Readings | None
) -> Iterator[np.ndarray]:
    """The composed pictures, with progress at each."""
    from studio.compose import compose

    count = round(tracks.duration * request.fps)
    job = stages.job("film")
    pictures = compose(
        request.size,
        count,
        request.fps,
        tracks.video,
        tracks.face,
        lines,
        layout=request.layout,
        others=tracks.others,
        on_background=readings.background if readings else None,
        on_face=readings.face if readings else None,
    )
    for i, picture in enumerate(pictures):
        job.step(i, count, f"drawing frame {i + 1} of {count}")
        yield picture


def _readings(tracks: Tracks, request: FilmRequest) -> Readings:
    from studio.readings import Readings

    return Readings(tracks.sections, request.fps, tracks.video is not None and tracks.video.drawn)


def _unshaped(request: FilmRequest) -> tuple[Aspect, ...]:
    """What of the shape the voice cannot follow."""
    if not request.shape.is_course:
        return ()
    why = "Attack, release and smoothing shape face, music and pictures; the voice passes from span to span by itself."
    return (Aspect("attack and release", "ignored", why),)


def _picture(request: FilmRequest, tracks: Tracks) -> dict[str, Any]:
    width, height = request.size
    return {
        "width": width,
        "height": height,
        "fps": request.fps,
        "seconds": round(tracks.duration, 3),
        "video_codec": "h264",
        "audio_codec": "aac" if tracks.speech or tracks.music else None,
        "scenes": [[round(start, 3), name] for start, name in tracks.video.scenes] if tracks.video else [],
    }
