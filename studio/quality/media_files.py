"""Sounds and pictures out of files, streamed where they are long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from studio.judges.media import Waveform

__all__ = ["film_frames", "film_rate", "film_seconds", "film_sound", "picture_in", "sound_in"]

_LARGEST_PICTURE = 4096  # pixels a side; a larger picture is refused before it is decoded


def sound_in(path: Path) -> Waveform:
    """The sound of a sound file at its own rate, ``(n,)`` or ``(n, channels)``."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=False)
    return Waveform(samples, rate)


def picture_in(path: Path) -> np.ndarray:
    """A picture, uint8 RGB ``(height, width, 3)``.

    Raises:
        ValueError: it has more than 4096 pixels a side.
    """
    from PIL import Image

    with Image.open(path) as image:
        if max(image.size) > _LARGEST_PICTURE:
            raise ValueError(
                f"it has {image.size[0]}×{image.size[1]} pixels, at most {_LARGEST_PICTURE} a side are read"
            )
        return np.asarray(image.convert("RGB"))


def film_rate(path: Path) -> float:
    """Frames a second of a film.

    Raises:
        ValueError: there are no pictures in it.
    """
    import av

    with av.open(str(path)) as container:
        if not container.streams.video:
            raise ValueError("it has no pictures")
        return float(container.streams.video[0].average_rate or 25)


def film_seconds(path: Path) -> float:
    """The length that a film's file states; 0 if it states none."""
    import av

    with av.open(str(path)) as container:
        return container.duration / av.time_base if container.duration else 0.0


def film_frames(path: Path) -> Iterator[np.ndarray]:
    """All frames of a film one after another, uint8 RGB ``(height, width, 3)``."""
    import av

    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def film_sound(path: Path) -> Waveform | None:
    """The sound of a film at its own rate ``(n, channels)``; None without."""
    import av

    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
        frames = (out for frame in container.decode(audio=0) for out in resampler.resample(frame))
        pieces = [frame.to_ndarray().T for frame in frames]
        rate = stream.rate
    return Waveform(np.concatenate(pieces).astype(np.float32), rate) if pieces else None
