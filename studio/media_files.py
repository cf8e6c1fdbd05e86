"""Sounds, pictures, scores and films out of files, in parts, so that memory does not grow with their length."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.errors import AffectError, InputFileError
from studio.judges.media import Waveform

if TYPE_CHECKING:
    import pretty_midi

__all__ = [
    "ENDINGS",
    "Kind",
    "Picture",
    "film_frames",
    "film_pictures",
    "film_rate",
    "film_seconds",
    "kind_of",
    "picture_in",
    "score_in",
    "sound_in",
    "sound_parts",
]

_SLACK = 1e-6  # seconds by which the clock of a film may be rounded

LONGEST_PART = 120.0  # seconds of sound that are held at once: 46 MB of 48 kHz stereo
_LARGEST_PICTURE = 4096  # pixels a side; a larger picture is refused before it is decoded
_LONGEST_SIDE = 1280  # pixels to which pictures of films are made smaller: no judge sees more than 720p holds


class Kind(StrEnum):
    """What a file holds."""

    SOUND = "sound"
    PICTURE = "picture"
    SCORE = "score"
    FILM = "film"


ENDINGS = {
    Kind.SOUND: (".wav", ".flac", ".ogg", ".opus", ".mp3"),
    Kind.PICTURE: (".png", ".jpg", ".jpeg", ".webp"),
    Kind.SCORE: (".mid", ".midi"),
    Kind.FILM: (".mp4", ".mkv", ".mov", ".webm"),
}
_NAMES = {Kind.SOUND: "sound", Kind.PICTURE: "picture", Kind.SCORE: "MIDI file", Kind.FILM: "film"}
_KIND_OF = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}


@dataclass(frozen=True)
class Picture:
    """A picture of a film.

    Args:
        time: seconds from its start.
        pixels: uint8 RGB ``(height, width, 3)``, at most 1280 along the longer side.
        follows: whether it is the very next one after a picture that was due, given for the motion between both.
    """

    time: float
    pixels: np.ndarray
    follows: bool


def kind_of(path: Path, *wanted: Kind) -> Kind:
    """What a file holds, by its name.

    Args:
        path: of the file.
        wanted: what it may hold; anything of ``Kind`` if not given.

    Raises:
        InputFileError: it is missing, or of no such kind.
    """
    wanted = wanted or tuple(Kind)
    *names, last = (_NAMES[kind] for kind in wanted)
    named = f"{', '.join(names)} or {last}" if names else last
    if not path.is_file():
        state = "is a folder" if path.is_dir() else "does not exist"
        raise InputFileError(f"The file {path} {state}.", f"Give the path of a {named}.")
    kind = _KIND_OF.get(path.suffix.lower())
    if kind not in wanted:
        endings = [ending for known in wanted for ending in ENDINGS[known]]
        raise InputFileError(f"The file {path} is no {named}.", f"Give one of {', '.join(endings)}.")
    return kind


def sound_parts(path: Path, longest: float = LONGEST_PART) -> Iterator[tuple[float, Waveform]]:
    """The sound of a sound file or a film one part after the other: its start in seconds, and its wave.

    Args:
        path: a film without sound has no parts.
        longest: seconds of a part.

    Raises:
        InputFileError: the file is broken.
    """
    parts = (
        _film_blocks(path) if _KIND_OF.get(path.suffix.lower()) is Kind.FILM else _sound_blocks(path, longest)
    )
    held: list[np.ndarray] = []
    start = count = 0
    with _decoding(path):
        for block, rate in parts:
            held.append(block)
            count += len(block)
            if count >= longest * rate:
                yield start / rate, Waveform(np.concatenate(held), rate)
                start, count, held = start + count, 0, []
        if held:
            yield start / rate, Waveform(np.concatenate(held), rate)


def sound_in(path: Path) -> Waveform | None:
    """The whole sound of a sound file or a film at its own rate, ``(n,)`` or ``(n, channels)``; None without any.

    Raises:
        InputFileError: the file is broken.
    """
    parts = [wave for _, wave in sound_parts(path)]
    if not parts:
        return None
    return Waveform(np.concatenate([wave.samples for wave in parts]), parts[0].sample_rate)


def picture_in(path: Path) -> np.ndarray:
    """A picture, uint8 RGB ``(height, width, 3)``, the right way up.

    Raises:
        InputFileError: it is broken or has more than 4096 pixels a side.
    """
    from PIL import Image, ImageOps

    with _decoding(path), Image.open(path) as image:
        if max(image.size) > _LARGEST_PICTURE:
            raise InputFileError(
                f"The picture {path} has {image.size[0]}×{image.size[1]} pixels.",
                f"Make it smaller; at most {_LARGEST_PICTURE} a side are read.",
            )
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def score_in(path: Path) -> pretty_midi.PrettyMIDI:
    """The notes of a MIDI file.

    Raises:
        InputFileError: it is broken.
    """
    import warnings

    import pretty_midi

    with _decoding(path), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of tempo changes outside the first track, which are read all the same
        return pretty_midi.PrettyMIDI(str(path))


def film_seconds(path: Path) -> float:
    """How long a film says it is; 0 if it does not say.

    Raises:
        InputFileError: it is broken, or holds neither pictures nor sound.
    """
    import av

    with _decoding(path), av.open(str(path)) as container:
        if not container.streams.video and not container.streams.audio:
            raise InputFileError(f"The film {path} holds neither pictures nor sound.", "Give another file.")
        return float(container.duration or 0) / av.time_base


def film_rate(path: Path) -> float:
    """Frames a second of a film.

    Raises:
        InputFileError: it is broken, or there are no pictures in it.
    """
    import av

    with _decoding(path), av.open(str(path)) as container:
        if not container.streams.video:
            raise InputFileError(f"The film {path} has no pictures.", "Give another file.")
        return float(container.streams.video[0].average_rate or 25)


def film_frames(path: Path) -> Iterator[np.ndarray]:
    """All frames of a film one after another, uint8 RGB ``(height, width, 3)``.

    Raises:
        InputFileError: it is broken.
    """
    import av

    with _decoding(path), av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def film_pictures(path: Path, interval: float = 1.0) -> Iterator[Picture]:
    """Pictures of a film an interval apart, and right after each the very next one.

    Args:
        path: a film without pictures has none.
        interval: seconds.

    Raises:
        InputFileError: the film is broken.
    """
    import av

    with _decoding(path), av.open(str(path)) as container:
        if not container.streams.video:
            return
        container.streams.video[0].thread_type = "AUTO"
        first, due, shown = None, 0.0, False
        for frame in container.decode(video=0):
            if frame.time is None:
                continue
            first = frame.time if first is None else first
            time = frame.time - first
            if time >= due - _SLACK:
                due, shown = due + interval * (1 + (time - due + _SLACK) // interval), True
                yield Picture(time, _pixels(frame), False)
            elif shown:
                shown = False
                yield Picture(time, _pixels(frame), True)


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Tell a decoder's complaint in one sentence."""
    try:
        yield
    except AffectError:
        raise
    except Exception as error:  # decoders of broken files raise whatever they come across
        raise InputFileError(
            f"The file {path} cannot be read: {_reason(error)}.", "Check that it is whole."
        ) from None


def _reason(error: Exception) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is no picture"
    if isinstance(error, EOFError):
        return "it ends too soon"
    return str(error).strip().rstrip(".") or type(error).__name__


def _sound_blocks(path: Path, longest: float) -> Iterator[tuple[np.ndarray, int]]:
    import soundfile

    with soundfile.SoundFile(os.fsencode(path)) as file:
        size = max(round(min(longest, 10.0) * file.samplerate), 1)
        while len(block := file.read(size, dtype="float32")):
            yield block, file.samplerate


def _film_blocks(path: Path) -> Iterator[tuple[np.ndarray, int]]:
    import av

    with av.open(str(path)) as container:
        if not container.streams.audio:
            return
        stream = container.streams.audio[0]
        # All channels count alike, whatever their places, as in a sound file.
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
        for frame in container.decode(audio=0):
            for out in resampler.resample(frame):
                yield np.ascontiguousarray(out.to_ndarray().T), stream.rate


def _pixels(frame: Any) -> np.ndarray:
    scale = min(1.0, _LONGEST_SIDE / max(frame.width, frame.height))
    width, height = max(round(frame.width * scale), 2), max(round(frame.height * scale), 2)
    pixels = frame.to_ndarray(format="rgb24", width=width, height=height)
    return np.ascontiguousarray(
        np.rot90(pixels, round(frame.rotation / 90))
    )  # of a telephone that was held upright
