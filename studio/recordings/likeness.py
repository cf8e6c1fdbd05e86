"""An emotion asked for by a clip: what is read in it, and if the same voice is also given without emotion, its prosody.

The judge is the one of the tuning family, so that the judge that scores the result has not chosen what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError
from conditioning.faders import Adjustment, fader_set
from generators.base import Audio
from studio.fusion import fuse, source_of
from studio.judges.acoustics import HOP, SAMPLE_RATE, Tracks, measure_tracks
from studio.judges.base import Reading
from studio.judges.media import mono
from studio.recordings.checks import tuning_judge
from studio.recordings.sounds import recording_in

__all__ = ["Liking", "liking", "liking_if_read", "prosody_against"]

_SYLLABLE = 0.12  # seconds between two syllables at the least
_RISE = 2.0  # dB by which a syllable stands out
_ALPHA_OCTAVES = 2.8  # between the centres of the two bands of the alpha ratio, where most power lies


@dataclass(frozen=True)
class Liking:
    """What a clip asks for.

    Args:
        path: of the clip.
        reading: of the speech judge.
        emotion: what is asked.
        prosody: faders as the clip has them against the neutral voice; empty where that was not given.
    """

    path: Path
    reading: Reading
    emotion: Emotion
    prosody: Mapping[str, float]

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """The prosody as locks on faders."""
        return tuple(Adjustment(name, value) for name, value in sorted(self.prosody.items()))

    @property
    def sentence(self) -> str:
        """What was read, for people."""
        shares = sorted(self.reading.probabilities.items(), key=lambda item: -item[1])[:3]
        said = ", ".join(f"{name} {share:.0%}" for name, share in shares)
        faders = "".join(f"; {name} {value:g}" for name, value in sorted(self.prosody.items()))
        return f"{self.path.name} is read as {self.emotion} ({said}){faders}"


def liking(path: Path, neutral: Path | None = None) -> Liking:
    """What a clip asks for.

    Args:
        path: sound or film in which somebody speaks with the emotion.
        neutral: the same voice without emotion; its prosody is then taken from the clip, too.

    Raises:
        InputFileError: a file cannot be used, or nothing is read in the clip.
    """
    found = liking_if_read(path, neutral)
    if found is None:
        raise InputFileError(
            f"No emotion is read in {path.name}: too little voiced speech, or too unsure.",
            "Give a clip of some seconds in which one person speaks, or name the emotion with --emotion.",
        )
    return found


def liking_if_read(path: Path, neutral: Path | None = None) -> Liking | None:
    """What a clip asks for; None where nothing is read in it, or too unsurely to say so. Arguments as for ``liking``.

    Raises:
        InputFileError: a file cannot be used.
    """
    clip = recording_in(path)
    reading = tuning_judge().read(clip)
    source = source_of("speech", reading)
    if source is None:
        return None
    prosody = prosody_against(clip, recording_in(neutral)) if neutral else {}
    return Liking(path, reading, fuse({"speech": source}).emotion, prosody)


def prosody_against(clip: Audio, neutral: Audio) -> dict[str, float]:
    """Faders of prosody, by full name, as a clip has them against a neutral recording of the same voice.

    Args:
        clip: with the emotion.
        neutral: without; both recorded alike, or the loudness says nothing.

    Raises:
        InputFileError: one of them has too little voiced speech.
    """
    felt, plain = (measure_tracks(mono(audio, SAMPLE_RATE)) for audio in (clip, neutral))
    if min(felt.voiced.sum(), plain.voiced.sum()) < 20:
        raise InputFileError(
            "The clip or its neutral counterpart has too little voiced speech.", "Give two seconds or more."
        )
    values = {
        "pitch": _median(felt) - _median(plain),
        "pitch_range": _spread(felt) / max(_spread(plain), 0.2),
        "rate": _syllables(felt) / max(_syllables(plain), 0.2),
        "loudness": _level(felt) - _level(plain),
        "tilt": (_alpha(felt) - _alpha(plain)) / _ALPHA_OCTAVES,
    }
    faders = fader_set("prosody").faders
    return {
        f"prosody.{name}": round(float(np.clip(value, faders[name].low, faders[name].high)), 3)
        for name, value in values.items()
    }


def _median(tracks: Tracks) -> float:
    return float(np.median(tracks.pitch[tracks.voiced]))


def _spread(tracks: Tracks) -> float:
    low, high = np.percentile(tracks.pitch[tracks.voiced], [10, 90])
    return float(high - low)


def _level(tracks: Tracks) -> float:
    return float(10 * np.log10((10 ** (tracks.level[tracks.active] / 10)).mean()))


def _alpha(tracks: Tracks) -> float:
    return float(tracks.timbre["alpha"][tracks.voiced].mean())


def _syllables(tracks: Tracks) -> float:
    """Peaks of the level a second, between the first and the last frame with speech."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    active = np.flatnonzero(tracks.active)
    level = gaussian_filter1d(np.maximum(tracks.level, np.median(tracks.level[active]) - 25), 2.0)
    peaks, _ = find_peaks(level, distance=int(_SYLLABLE / HOP), prominence=_RISE)
    seconds = (active[-1] - active[0] + 1) * HOP
    return len(peaks) / seconds
