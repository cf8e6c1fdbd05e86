"""``affect anonymise``: a recording said by somebody else, with its emotion, and the proof of both."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import InputFileError
from generators.base import Audio, Progress
from studio.encode import check_writable, write_wav
from studio.judges.base import Reading
from studio.provenance import file_hash, write_record
from studio.recordings.checks import JUDGES, Likeness, likeness, readings, readings_record
from studio.recordings.sounds import recording_in
from studio.recordings.speaking import head_of, likeness_record
from studio.stages import Stages

__all__ = ["Anonymised", "anonymise"]

_STRENGTHS = (1.2, 1.6, 2.0)  # tried in turn until the speaker network takes the result for somebody else


@dataclass(frozen=True)
class Anonymised:
    """A recording whose speaker was changed.

    Args:
        path: of the sound.
        record_path: of the record beside it.
        audio: mono.
        strength: at which the voice was changed.
        likeness: of original and result.
        before: what both judges read in the original.
        after: in the result.
        record: as written.
    """

    path: Path
    record_path: Path
    audio: Audio
    strength: float
    likeness: Likeness
    before: Mapping[str, Reading]
    after: Mapping[str, Reading]
    record: Mapping[str, Any]

    @property
    def rows(self) -> list[str]:
        """What was measured, a line each."""
        same, verdict = (
            self.likeness,
            "still taken for the same" if self.likeness.same_person else "somebody else",
        )
        own = "" if np.isnan(same.before) else f" (two halves of the original: {same.before:.2f})"
        lines = [
            f"speaker: {same.after:.2f} alike{own}, {verdict}; one person {same.same:.2f}, two people {same.different:.2f}"
        ]
        lines += [
            f"{family} judge: {self.before[family].top} before, {self.after[family].top} after"
            for family in JUDGES
        ]
        return lines


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


def anonymise(
    source: Path,
    out: Path,
    seed: int = 0,
    *,
    progress: Progress = _silent,
    cancel: threading.Event | None = None,
) -> Anonymised:
    """Change who speaks and keep how; write the sound, and its record beside it.

    This hides a voice from people and from a plain recogniser. It is no protection against somebody who knows the method
    and seeks the speaker with means of his own.

    Args:
        source: sound or film.
        out: the sound, ``.wav``.
        seed: the same one gives the same other speaker.
        progress: called as ``progress(done, total, what)``.
        cancel: set it to stop.

    Raises:
        InputFileError: the recording cannot be used, or holds no voiced speech.
        OutputError: the sound cannot be written.
        Cancelled: it was stopped; nothing is left behind.
    """
    from generators.speech.recorded.disguise import disguise_of, disguised

    started = time.monotonic()
    check_writable(out)
    stages = Stages(
        {"before": 0.1, **{f"try {s}": 0.25 for s in _STRENGTHS}, "after": 0.15},
        progress,
        cancel or threading.Event(),
    )
    original = recording_in(source)
    stages.job("before").step(0, 1, "reading the original")
    before = readings(original)
    disguise = disguise_of(seed, _median_hertz(original, source))
    for strength in _STRENGTHS:
        audio = disguised(original, disguise.times(strength), stages.job(f"try {strength}"))
        same = likeness(original, audio)
        if not same.same_person:
            break
    stages.job("after").step(0, 1, "reading the result")
    after = readings(audio)
    write_wav(out, audio)
    values = {
        **head_of({"source": {"seconds": round(original.duration, 3)}, "seed": seed}),
        "disguise": {**asdict(disguise.times(strength)), "strength": strength},
        "speaker": likeness_record(same),
        "judges": {"before": readings_record(before), "after": readings_record(after)},
        "files": {out.name: file_hash(out)},
        "seconds_taken": round(time.monotonic() - started, 2),
    }
    record_path = out.with_suffix(".json")
    write_record(record_path, values)
    progress(1.0, 1.0, "done")
    return Anonymised(out, record_path, audio, strength, same, before, after, values)


def _median_hertz(recording: Audio, path: Path) -> float:
    from studio.judges.acoustics import SAMPLE_RATE, pitch_track
    from studio.judges.media import mono

    f0 = pitch_track(mono(recording, SAMPLE_RATE))
    if (f0 > 0).sum() < 10:
        raise InputFileError(f"Nobody speaks in {path.name}.", "Give a recording with voiced speech.")
    return float(np.median(f0[f0 > 0]))
