"""The prosody of one recording laid over another one of the same words: melody, loudness and timing.

Frames that say the same are found by dynamic time warping over mel cepstra; voice, vowels and consonants stay those of the
first, tempo, F0 and level become those of the second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from conditioning.errors import RequestError
from generators.base import Audio, Job
from generators.speech.recorded.anatomy import FRAME, Anatomy, taken_apart
from generators.speech.recorded.features import HOP, cepstra
from generators.speech.rendering import limited

__all__ = ["LONGEST", "Transplanted", "transplanted"]

LONGEST = 60.0  # seconds; the work and the memory of the warping grow with the square
_LOUDEST_CHANGE = 15.0  # dB
_FARTHEST = 7.0  # semitones of the whole melody from this speaker's own: a shout is no louder talk, its timbre would be missing
_LEAST_VOICED = 0.2  # of the sounding frames; noise has less, speech far more
_SMOOTH = 0.02  # seconds, standard deviation, of the melody and the level that are laid on


@dataclass(frozen=True)
class Transplanted:
    """What came of it.

    Args:
        audio: mono.
        old: seconds of the first recording, rising.
        new: seconds at which they now sound.
        likeness: distance of the matched frames over that of frames at random; below about 0.75 both say the same.
        shift_st: semitones by which the other's melody was moved into this speaker's range.
    """

    audio: Audio
    old: np.ndarray
    new: np.ndarray
    likeness: float
    shift_st: float


def transplanted(
    own: Audio, other: Audio, *, keep_register: bool = True, job: Job | None = None
) -> Transplanted:
    """The first recording with the melody, level and timing of the other.

    Args:
        own: who is to be heard, mono.
        other: how it is to be said, mono, the same words.
        keep_register: whether the melody keeps this speaker's median F0; else it stands where the other one has it, as is
            right for recordings of one person.
        job: progress, cancel.

    Raises:
        RequestError: a recording is longer than ``LONGEST`` or holds no voiced speech.
        Cancelled: the user stopped it.
    """
    job = job or Job()
    for name, audio in (("recording", own), ("recording that gives the prosody", other)):
        if audio.duration > LONGEST:
            raise RequestError(
                f"The {name} lasts {audio.duration:.0f} s.", f"Cut it into pieces of at most {LONGEST:.0f} s."
            )
    job.step(0, 4, "taking the recordings apart")
    mine, theirs = taken_apart(own.samples, own.sample_rate), taken_apart(other.samples, other.sample_rate)
    my_part, their_part = _spoken(mine, "recording"), _spoken(theirs, "recording that gives the prosody")
    job.step(1, 4, "matching what is said (compiling on first use)")
    inside, likeness = _matched(own, other, my_part, their_part)
    job.step(2, 4, "laying the prosody over it")
    places = np.concatenate(
        [np.arange(my_part[0], dtype=float), inside, np.arange(my_part[1], mine.frames, dtype=float)]
    )
    new = mine.at(places)
    body = slice(my_part[0], my_part[0] + len(inside))
    melody, shift = _melody(mine, theirs, their_part, keep_register)
    f0 = new.f0.copy()
    f0[body] = np.where(new.f0[body] > 0, melody, 0.0)
    gain = np.zeros(new.frames)
    gain[body] = _level_change(new, theirs, body, their_part)
    made = replace(new, f0=f0, envelope=new.envelope * 10 ** (gain[:, None] / 10)).sound()
    job.step(4, 4, "laying the prosody over it")
    times = np.arange(len(places)) * FRAME
    return Transplanted(Audio(limited(made), own.sample_rate), places * FRAME, times, likeness, shift)


def _spoken(anatomy: Anatomy, name: str) -> tuple[int, int]:
    """First frame of the speech and the one after its last."""
    spoken = np.flatnonzero(~anatomy.silent)
    if not len(spoken) or (anatomy.f0[spoken] > 0).mean() < _LEAST_VOICED:
        raise RequestError(f"The {name} holds no voiced speech.", "Give one in which somebody speaks.")
    return int(spoken[0]), int(spoken[-1]) + 1


def _matched(
    own: Audio, other: Audio, my_part: tuple[int, int], their_part: tuple[int, int]
) -> tuple[np.ndarray, float]:
    """For each of the other's spoken frames, the place in this recording; and how alike both are."""
    from generators.speech.recorded.warping import matching

    ours, others = (_features(audio, part) for audio, part in ((own, my_part), (other, their_part)))
    found = matching(ours, others)
    at = np.clip(np.rint(found).astype(int), 0, len(ours) - 1)
    chance = np.sqrt((ours**2).sum(axis=1).mean() + (others**2).sum(axis=1).mean())
    likeness = float(np.linalg.norm(ours[at] - others, axis=1).mean() / max(chance, 1e-9))
    ratio = HOP / FRAME
    frames = np.arange(their_part[1] - their_part[0]) / ratio
    inside = my_part[0] + np.interp(frames, np.arange(len(found)), found) * ratio
    return np.minimum(inside, my_part[1] - 1), likeness


def _features(audio: Audio, part: tuple[int, int]) -> np.ndarray:
    begin, end = (int(frame * FRAME * audio.sample_rate) for frame in part)
    return cepstra(audio.samples[begin:end], audio.sample_rate)


def _melody(
    mine: Anatomy, theirs: Anatomy, their_part: tuple[int, int], keep_register: bool
) -> tuple[np.ndarray, float]:
    """The other's F0 in hertz through its unvoiced frames too, and the semitones it was moved by."""
    from scipy.ndimage import gaussian_filter1d

    f0 = theirs.f0[slice(*their_part)]
    voiced = np.flatnonzero(f0 > 0)
    line = np.interp(np.arange(len(f0)), voiced, np.log2(f0[voiced])) if len(voiced) else np.zeros(len(f0))
    shift = float(np.median(np.log2(mine.f0[mine.f0 > 0])) - np.median(np.log2(theirs.f0[theirs.f0 > 0])))
    if not keep_register:
        shift += float(np.clip(-shift, -_FARTHEST / 12, _FARTHEST / 12))
    smooth = gaussian_filter1d(line, _SMOOTH / FRAME / 2, mode="nearest")
    return 2 ** (smooth + shift), 12 * shift


def _level_change(new: Anatomy, theirs: Anatomy, body: slice, their_part: tuple[int, int]) -> np.ndarray:
    """Decibels that give the frames the other's course of level about this recording's own mean."""
    from scipy.ndimage import gaussian_filter1d

    own, other = new.level[body], theirs.level[slice(*their_part)]
    loud = (~theirs.silent)[slice(*their_part)]
    change = (other - other[loud].mean()) - (own - own[loud].mean())
    change = np.clip(change, -_LOUDEST_CHANGE, _LOUDEST_CHANGE)
    change = np.where(new.silent[body], np.minimum(change, 0.0), change)  # the room is not made louder
    return np.asarray(gaussian_filter1d(change, _SMOOTH / FRAME, mode="nearest"))
