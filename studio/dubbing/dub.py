"""``affect dub``: the whole way from a film and a script to a film that speaks it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from conditioning.errors import InputFileError, RequestError
from conditioning.faders import check_adjustments
from conditioning.script import Script
from conditioning.subtitles import is_srt, write_srt
from generators.base import Generator, Job, Progress
from generators.registry import load
from studio.dubbing.cues import Cue, cues_in_stretches, cues_in_time, units_of
from studio.dubbing.faces import Seen, emotions_seen
from studio.dubbing.fitting import Limits, Line, fit_line
from studio.dubbing.soundtrack import LONGEST, Placed, placed, soundtrack
from studio.dubbing.stretches import mouth_stretches, sound_stretches
from studio.encode import check_writable, write_with_sound, written
from studio.media_files import Kind, film_seconds, kind_of, sound_in
from studio.provenance import file_hash, write_record
from studio.recordings.speaking import head_of
from studio.request import FilmRequest
from studio.script_source import script_of
from studio.stages import Stages

__all__ = ["PICTURE", "TIMES", "Dubbed", "Dubbing", "dub"]

PICTURE = "picture"
"""The emotion that is taken from the face."""
TIMES = ("auto", "srt", "silence", "mouth")
"""Where the times come from: ``auto`` takes the script's, else the sound's, else the mouth's."""

_SHARES = {"times": 0.15, "faces": 0.15, "speech": 0.6, "film": 0.1}


@dataclass(frozen=True)
class Dubbing:
    """What is asked.

    Args:
        film: with pictures.
        request: script, emotion (or ``picture``), voice, language, engine, faders and seed.
        times: one of ``TIMES``.
        limits: of the speaking rate.
        keep_background: share of the old sound that stays, 0..1.

    Raises:
        RequestError: a value is out of its range.
    """

    film: Path
    request: FilmRequest
    times: str = "auto"
    limits: Limits = field(default_factory=Limits)
    keep_background: float = 0.0

    def __post_init__(self) -> None:
        if self.times not in TIMES:
            raise RequestError(
                f"Times cannot come from {self.times!r}.", f"Choose one of {', '.join(TIMES)}."
            )
        if not 0.0 <= self.keep_background <= 1.0:
            raise RequestError(f"The background cannot be kept by {self.keep_background:g}.", "Give 0 to 1.")
        if not 0.5 <= self.limits.slowest <= 1.0 <= self.limits.fastest <= 1.4:
            raise RequestError(
                f"The rate cannot go from {self.limits.slowest:g} to {self.limits.fastest:g}.",
                "Give a slowest of 0.5 to 1 and a fastest of 1 to 1.4.",
            )


@dataclass(frozen=True)
class Dubbed:
    """A film that speaks a script.

    Args:
        path: of the film.
        srt_path: of what was spoken, with times.
        record_path: of the record.
        lines: in their places.
        record: as written.
    """

    path: Path
    srt_path: Path
    record_path: Path
    lines: tuple[Placed, ...]
    record: Mapping[str, Any]


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


def dub(
    wanted: Dubbing, out: Path, *, progress: Progress = _silent, cancel: threading.Event | None = None
) -> Dubbed:
    """Speak a script over a film; the pictures are copied untouched.

    Args:
        wanted: what is asked.
        out: the film, ``.mp4``; subtitles and record take its name.
        progress: called as ``progress(done, total, what)``.
        cancel: set it to stop.

    Raises:
        RequestError: the request is wrong, the script does not fit the film, or the film does not tell when to speak.
        InputFileError: the film cannot be used.
        OutputError: the film cannot be written.
        Cancelled: it was stopped; nothing is left behind.
    """
    started = time.monotonic()
    check_writable(out)
    seconds = _film_length(wanted.film)
    if out.exists() and out.resolve() == wanted.film.resolve():
        raise RequestError(f"{out.name} is the film itself.", "Give another name with -o.")
    request = wanted.request
    check_adjustments(request.adjustments)
    stages = Stages(_SHARES, progress, cancel or threading.Event())
    by_face = request.emotion.strip().casefold() == PICTURE
    script = script_of(request.model_copy(update={"emotion": "neutral"}) if by_face else request)
    cues = _cues(wanted, script.for_medium("speech"), seconds, stages.job("times"))
    seen = _seen(wanted.film, cues, seconds, stages.job("faces")) if by_face else []
    if seen:
        cues = [cue.felt(one.emotion) for cue, one in zip(cues, seen, strict=True)]
    engine = load(request.engine("speech"))
    lines = placed(_spoken(engine, _cast(cues, request), wanted, stages.job("speech", request.seed)))
    _check_length(lines, seconds)
    stages.job("film").step(0, 1, "writing the film")
    old = sound_in(wanted.film) if wanted.keep_background else None
    write_with_sound(out, wanted.film, soundtrack(lines, seconds, old, wanted.keep_background))
    srt_path = out.with_suffix(".srt")
    with written(srt_path) as part:
        part.write_text(write_srt(_said(lines)), encoding="utf-8")
    values = {
        **head_of(_asked(wanted)),
        "engines": {"speech": asdict(engine.describe())},
        "film": {"seconds": round(seconds, 3), "pictures": "copied"},
        "lines": [_row(place, line, seen[i] if seen else None) for i, (place, line) in enumerate(lines)],
        "files": {path.name: file_hash(path) for path in (out, srt_path)},
        "seconds_taken": round(time.monotonic() - started, 2),
    }
    record_path = out.with_suffix(".json")
    write_record(record_path, values)
    progress(1.0, 1.0, "done")
    return Dubbed(out, srt_path, record_path, tuple(lines), values)


def _film_length(path: Path) -> float:
    kind_of(path, Kind.FILM)
    import av

    with av.open(str(path)) as container:
        if not container.streams.video:
            raise InputFileError(f"The film {path} has no pictures.", "Give another file.")
    seconds = film_seconds(path)
    if seconds <= 0:
        raise InputFileError(f"The film {path} does not say how long it is.", "Bring it to mp4 first.")
    if seconds > LONGEST:
        raise InputFileError(
            f"The film {path} lasts {seconds / 60:.0f} minutes.",
            f"Cut it into pieces of at most {LONGEST / 60:.0f}.",
        )
    return seconds


def _cues(wanted: Dubbing, script: Script, seconds: float, job: Job) -> list[Cue]:
    """What is said when."""
    text = wanted.request.script
    timed = is_srt(text)
    times = wanted.times
    if times == "srt" and not timed:
        raise RequestError("The script has no times.", "Give subtitles (.srt), or --times silence.")
    if timed and times in ("auto", "srt"):
        cues = cues_in_time(script, text, seconds)
    else:
        units = units_of(script)
        stretches = _stretches(wanted, times, seconds, job) if units else []
        cues = cues_in_stretches(units, stretches) if units else []
    if not cues:
        raise RequestError("The script has no words.", "Write what is to be said.")
    return cues


def _stretches(wanted: Dubbing, times: str, seconds: float, job: Job) -> list[tuple[float, float]]:
    sound = sound_in(wanted.film) if times in ("auto", "silence") else None
    if times == "silence" and sound is None:
        raise RequestError(
            f"{wanted.film.name} has no sound stream, so it has no silences.",
            "Give subtitles, or --times mouth.",
        )
    if sound is not None:
        try:
            return sound_stretches(sound)
        except RequestError:
            if times == "silence":
                raise
    return mouth_stretches(wanted.film, lambda at: job.step(at, max(seconds, at), "watching the mouth"))


def _seen(film: Path, cues: Sequence[Cue], seconds: float, job: Job) -> list[Seen]:
    return emotions_seen(film, cues, lambda at: job.step(at, max(seconds, at), "reading the face"))


def _cast(cues: Sequence[Cue], request: FilmRequest) -> list[Cue]:
    """Cues whose strange speakers have a character each, the same one throughout."""
    from generators.speech.characters import cast

    people = cast()
    if request.engine("speech").engine != "hibari":
        return list(cues)
    chosen = people[request.voice].name
    speakers = dict.fromkeys(s.speaker for cue in cues for s in cue.spans if s.speaker)
    taken = {name.casefold() for name in speakers}
    free = [name for name in people.names if name != chosen and name not in taken]
    given = {s: s if s in people else (free.pop(0) if free else chosen) for s in speakers}
    return [
        replace(c, spans=tuple(replace(s, speaker=given.get(s.speaker, "")) for s in c.spans)) for c in cues
    ]


def _spoken(engine: Generator, cues: Sequence[Cue], wanted: Dubbing, job: Job) -> list[Line]:
    request, lines = wanted.request, []
    for number, cue in enumerate(cues):

        def report(done: float, total: float, what: str, number: int = number) -> None:
            job.step(number + done / total, len(cues), what)

        own = Job(job.seed + number, report, job.cancel)
        lines.append(
            fit_line(
                engine, cue, voice=request.voice, language=request.language, adjustments=request.adjustments,
                limits=wanted.limits, job=own,
            )
        )  # fmt: skip
    return lines


def _check_length(lines: Sequence[Placed], seconds: float) -> None:
    """Refuse a script that runs on after the film even at the greatest rate."""
    end = lines[-1][0] + lines[-1][1].seconds
    if end > seconds + 0.25:
        raise RequestError(
            f"The script ends at {end:.1f} s, the film at {seconds:.1f} s, even at the greatest rate.",
            "Shorten the script.",
        )


def _said(lines: Sequence[Placed]) -> Script:
    """What was spoken as a script with times."""
    spans = []
    for start, line in lines:
        sizes = [max(sum(letter.isalnum() for letter in span.text), 1) for span in line.cue.spans]
        at, share = start, line.seconds / sum(sizes)
        for span, size in zip(line.cue.spans, sizes, strict=True):
            spans.append(replace(span, start=round(at, 3), end=round(at + size * share, 3)))
            at += size * share
    return Script(tuple(spans))


def _asked(wanted: Dubbing) -> dict[str, Any]:
    return {
        "film": {"file": wanted.film.name, "sha256": file_hash(wanted.film)},
        **wanted.request.model_dump(
            mode="json",
            include={"script", "emotion", "engines", "seed", "voice", "language", "faders", "fader_shifts"},
        ),
        "times": wanted.times,
        "limits": asdict(wanted.limits),
        "keep_background": wanted.keep_background,
    }


def _row(start: float, line: Line, seen: Seen | None) -> dict[str, Any]:
    """A line for the record."""
    late = start - line.cue.start
    notes = [
        note
        for note in (line.note, f"{late:.2f} s late" if late > 0.01 else "", seen.why if seen else "")
        if note
    ]
    return {
        "text": line.cue.text,
        "emotion": [str(span.emotion) for span in line.cue.spans],
        "asked": [round(line.cue.start, 3), round(line.cue.end, 3)],
        "spoken": [round(start, 3), round(start + line.seconds, 3)],
        "error": round(line.error, 4),
        "met": line.met,
        "rate": round(line.rate, 4),
        "notes": notes,
    }
