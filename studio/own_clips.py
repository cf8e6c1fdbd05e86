"""Emotional recordings made by the built-in voice, for want of people: the same sentences in each emotion, and neutral."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from studio.sound_files import write_sound

__all__ = ["write_own_clips"]

_SENTENCES = (
    "The letter lay on the table when we came back. They are going to open the new station in October."
)
_NEUTRAL = "neutral"


def write_own_clips(folder: Path, labels: Sequence[str], job: Job) -> list[Path]:
    """Write a recording of each emotion and a neutral one, named after it; gives the files.

    Args:
        folder: is there.
        labels: of the lexicon.
        job: seed, progress, cancel.

    Raises:
        Cancelled: the user stopped.
        OutputError: a file cannot be written.
    """
    from generators.registry import DEFAULTS, load

    voice = load(f"speech={DEFAULTS['speech']}")
    wanted = [_NEUTRAL, *(label for label in labels if label != _NEUTRAL)]
    paths = []
    for number, label in enumerate(wanted):
        job.step(number, len(wanted), f"speaking {label}")
        script = Script((Span(_SENTENCES, Emotion.of(label)),))
        track = voice.generate(SpeechRequest(script, job=Job(job.seed, cancel=job.cancel)))
        path = folder / f"{label}.wav"
        write_sound(path, track.audio)
        paths.append(path)
    return paths
