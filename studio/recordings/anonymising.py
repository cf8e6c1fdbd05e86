"""``affect anonymise``: a recording said by somebody else, with its emotion, and the proof of both."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.errors import InputFileError
from generators.base import Audio, Progress
from studio.encode import check_writable
from studio.judges.base import Reading
from studio.provenance import file_hash, write_record
from studio.recordings.checks import JUDGES, Likeness, likeness, readings, readings_record
from studio.recordings.sounds import recording_in
from studio.recordings.speaking import head_of, likeness_record
from studio.sound_files import write_sound
from studio.stages import Stages

if TYPE_CHECKING:
    from generators.speech.recorded.disguise import Disguise

__all__ = ["Anonymised", "anonymise"]

_STRENGTHS = ((1.2, False), (1.6, False), (2.0, False), (1.6, True), (2.0, True))
_DRAWS = 4
# Strength, whether the other way, and which draw of chance: tried in turn until the speaker network takes the result for
# somebody else. Whom all of the first draw leave known, another draw at full strength may hide, or one beyond it, which sounds worse.
_TRIES = tuple((*try_, 0) for try_ in _STRENGTHS) + tuple(
    (strength, turned, draw)
    for strength in (2.0, 2.5)
    for draw in range(strength == 2.0, _DRAWS)
    for turned in (False, True)
)


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
        out: the sound, in any of ``SOUND_ENDINGS``.
        seed: the same one gives the same other speaker.
        progress: called as ``progress(done, total, what)``.
        cancel: set it to stop.

    Raises:
        InputFileError: the recording cannot be used, or holds no voiced speech.
        OutputError: the sound cannot be written.
        Cancelled: it was stopped; nothing is left behind.
    """
    started = time.monotonic()
    check_writable(out)
    shares = {
        "before": 0.1,
        **{f"try {number}": 0.75 / len(_TRIES) for number in range(len(_TRIES))},
        "after": 0.15,
    }
    stages = Stages(shares, progress, cancel or threading.Event())
    original = recording_in(source)
    stages.job("before").step(0, 1, "reading the original")
    before = readings(original)
    disguise, strength, audio, same = _changed(original, _median_hertz(original, source), seed, stages)
    stages.job("after").step(0, 1, "reading the result")
    after = readings(audio)
    write_sound(out, audio)
    values = {
        **head_of({"source": {"seconds": round(original.duration, 3)}, "seed": seed}),
        "disguise": {**asdict(disguise), "strength": strength},
        "speaker": likeness_record(same),
        "judges": {"before": readings_record(before), "after": readings_record(after)},
        "files": {out.name: file_hash(out)},
        "seconds_taken": round(time.monotonic() - started, 2),
    }
    record_path = out.with_suffix(".json")
    write_record(record_path, values)
    progress(1.0, 1.0, "done")
    return Anonymised(out, record_path, audio, strength, same, before, after, values)


def _changed(
    original: Audio, median_hertz: float, seed: int, stages: Stages
) -> tuple[Disguise, float, Audio, Likeness]:
    """The first try that makes another person of the speaker, else the one that comes nearest to it."""
    from generators.speech.recorded.disguise import disguise_of, disguised

    best: tuple[Disguise, float, Audio, Likeness] | None = None
    for number, (strength, turned, draw) in enumerate(_TRIES):
        disguise = disguise_of(seed + (draw << 32), median_hertz, turned=turned).times(strength)
        audio = disguised(original, disguise, stages.job(f"try {number}"))
        same = likeness(original, audio)
        if best is None or same.after < best[3].after:
            best = (disguise, strength, audio, same)
        if not same.same_person:
            break
    assert best is not None, "there is at least one try"
    return best


def _median_hertz(recording: Audio, path: Path) -> float:
    from studio.judges.acoustics import SAMPLE_RATE, pitch_track
    from studio.judges.media import mono

    f0 = pitch_track(mono(recording, SAMPLE_RATE))
    if (f0 > 0).sum() < 10:
        raise InputFileError(f"Nobody speaks in {path.name}.", "Give a recording with voiced speech.")
    return float(np.median(f0[f0 > 0]))
