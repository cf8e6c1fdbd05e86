"""``affect speak --voice-from``: a recorded sentence with another emotion or with the prosody of another recording."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, check_adjustments
from conditioning.script import Script
from generators.base import Aspect, Audio, Job, Progress, SpeechTrack, Word
from studio.encode import check_writable
from studio.provenance import FORMAT, file_hash, write_record
from studio.recordings.checks import Likeness, likeness
from studio.recordings.likeness import Liking
from studio.recordings.sounds import recording_in
from studio.sound_files import write_sound
from studio.stages import Stages

__all__ = ["RecordingRequest", "Said", "head_of", "likeness_record", "speak_recording"]

_SHARES = {"words": 0.3, "prosody": 0.3, "voice": 0.4}


@dataclass(frozen=True)
class RecordingRequest:
    """What is asked of a recording.

    Args:
        voice_from: the recording, sound or film.
        emotion: of all of it, or of what stands before the first mark.
        strength: -1..1 on the intensity; below 0 the opposite.
        script: what is said in it, with marks; None where that is not told.
        prosody_from: another recording of the same words whose prosody is laid over it first; None without.
        adjustments: the user's own word on faders of prosody.
        like: the clip that the emotion was read in; None without.
        seed: of jitter.
    """

    voice_from: Path
    emotion: Emotion
    strength: float = 1.0
    script: Script | None = None
    prosody_from: Path | None = None
    adjustments: tuple[Adjustment, ...] = ()
    like: Liking | None = None
    seed: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """Plain values for the record."""
        return {
            "voice_from": _source(self.voice_from),
            "emotion": str(self.emotion),
            "strength": self.strength,
            "text": self.script.text if self.script else "",
            "prosody_from": _source(self.prosody_from) if self.prosody_from else None,
            "like": {**_source(self.like.path), "read": self.like.sentence} if self.like else None,
            "faders": {a.fader: {"kind": a.kind, "value": a.value} for a in self.adjustments},
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Said:
    """A recording with another emotion.

    Args:
        path: of the sound.
        record_path: of the record beside it.
        track: what sounds.
        likeness: whether it is still the same voice.
        record: as written.
    """

    path: Path
    record_path: Path
    track: SpeechTrack
    likeness: Likeness
    record: Mapping[str, Any]


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


def speak_recording(
    request: RecordingRequest,
    out: Path,
    *,
    progress: Progress = _silent,
    cancel: threading.Event | None = None,
) -> Said:
    """Give a recording another emotion; write it, and its record beside it.

    Raises:
        RequestError: the request is wrong.
        InputFileError: a recording cannot be used.
        OutputError: the sound cannot be written.
        Cancelled: it was stopped; nothing is left behind.
    """
    from generators.speech.recorded.moving import moved
    from generators.speech.recorded.wishes import Part, Wish

    started = time.monotonic()
    check_writable(out)
    check_adjustments(request.adjustments)
    stages = Stages(_SHARES, progress, cancel or threading.Event())
    original = recording_in(request.voice_from)
    current, notes = original, []
    if request.prosody_from is not None:
        current, note = _with_prosody(original, recording_in(request.prosody_from), stages.job("prosody"))
        notes.append(note)
    words: tuple[Word, ...] = ()
    parts: tuple[Part, ...] = (Part(request.emotion),)
    if request.script is not None:
        from generators.speech.recorded.aligning import aligned, parts_of

        words, owners = aligned(current, request.script, stages.job("words"))
        parts = parts_of(request.script, words, owners) or parts
        notes.append(Aspect("words", "approximated", "Their times are found by aligning the built-in voice."))
    wish = Wish(parts, request.strength, request.adjustments)
    track = moved(current, wish, words, stages.job("voice", request.seed))
    track = replace(track, fulfilment=(*track.fulfilment, *notes))
    same = likeness(original, track.audio)
    write_sound(out, track.audio)
    values = {
        **head_of(request.values),
        "engine": {"engine": "recording, by WORLD", "version": version("pyworld"), "licence": "MIT"},
        "speech": {"seconds": round(track.audio.duration, 3), "sample_rate": track.audio.sample_rate},
        "words": [asdict(word) for word in track.words],
        "fulfilment": {"speech": [asdict(aspect) for aspect in track.fulfilment]},
        "speaker": likeness_record(same),
        "files": {out.name: file_hash(out)},
        "seconds_taken": round(time.monotonic() - started, 2),
    }
    record_path = out.with_suffix(".json")
    write_record(record_path, values)
    progress(1.0, 1.0, "done")
    return Said(out, record_path, track, same, values)


def head_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """What every record begins with."""
    return {
        "format": FORMAT,
        "studio": {"name": "affect-studio", "version": version("affect-studio"), "licence": "Apache-2.0"},
        "request": dict(request),
    }


def likeness_record(same: Likeness) -> dict[str, Any]:
    """Likeness of voices as plain values; null where it cannot be told."""
    return {
        name: None if isinstance(x, float) and math.isnan(x) else round(x, 4)
        for name, x in asdict(same).items()
    }


def _with_prosody(original: Audio, other: Audio, job: Job) -> tuple[Audio, Aspect]:
    """The recording with the other's melody, level and timing; one person keeps the other recording's register."""
    from generators.speech.recorded.transplant import transplanted

    one_person = likeness(original, other).same_person
    found = transplanted(original, other, keep_register=not one_person, job=job)
    where = (
        "where it lies there, within 7 semitones"
        if one_person
        else f"moved by {found.shift_st:+.1f} st into this voice's range"
    )
    why = f"Matched by dynamic time warping (distance {found.likeness:.2f} of chance); the melody {where}."
    return found.audio, Aspect("prosody", "approximated", why)


def _source(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": file_hash(path)}
