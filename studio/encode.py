"""Writing films: streamed, to a temporary sibling that takes the final name only when it is whole.

This is the one module that knows the coder. The default is H.264 with AAC, which every player opens; PyAV's wheel
carries x264 (GPL) for it as a shared library, see docs/dependencies.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import OutputError, RequestError
from generators.base import Audio

__all__ = ["check_ending", "check_writable", "write_film", "write_with_sound", "written"]

_AUDIO_CHUNK = 1024  # samples of an AAC frame
_SAME_BYTES = (
    "mbtree=0"  # x264's macroblock tree reads memory it never wrote: equal pictures gave unequal files
)


def check_ending(path: Path, *endings: str) -> None:
    """Make sure that a name ends as what is to be written does, in any case.

    Args:
        path: of the file.
        endings: that would do, with their dots.

    Raises:
        RequestError: it ends in none of them.
    """
    if path.suffix.casefold() not in {ending.casefold() for ending in endings}:
        named = ", ".join(endings)
        raise RequestError(f"{path.name!r} does not end in {named}.", f"Give a name that ends in {named}.")


def check_writable(path: Path) -> None:
    """Make sure that a file can be written there, before work is spent on it.

    Raises:
        OutputError: the folder cannot be made or written to, or the path is a folder.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {path.parent} cannot be made: {error.strerror}.", _ELSEWHERE) from None
    if path.is_dir():
        raise OutputError(f"{path} is a folder.", "Give the name of a file.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise OutputError(f"{path} cannot be written.", _ELSEWHERE)


_ELSEWHERE = "Choose another place with -o, or change the permissions."


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary sibling to write to; it takes the name at the end and is removed if the work fails.

    Args:
        path: final name.

    Raises:
        OutputError: the file cannot be written.
    """
    check_writable(path)
    part = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.", _ELSEWHERE) from error
    finally:
        part.unlink(missing_ok=True)


def write_film(
    path: Path,
    frames: Iterable[np.ndarray],
    size: tuple[int, int],
    fps: float,
    audio: Audio | None,
    *,
    quality: int = 22,
) -> int:
    """Write a film as it is made; at no time are more than a few frames held.

    Args:
        path: ``.mp4``.
        frames: pictures ``(height, width, 3)`` uint8 RGB.
        size: (width, height), both even.
        fps: frames a second.
        audio: stereo sound, or None.
        quality: x264's constant rate factor, smaller is better.

    Returns:
        The number of frames written.

    Raises:
        OutputError: the file cannot be written.
    """
    import av
    from av.video.reformatter import Colorspace, VideoReformatter

    with written(path) as part, av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
        rate = Fraction(fps).limit_denominator(1001)
        options = {"preset": "superfast", "crf": str(quality), "x264-params": _SAME_BYTES}
        video = container.add_stream("libx264", rate=rate, options=options)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.codec_context.thread_count = 2
        video.codec_context.color_range, video.codec_context.colorspace = 1, 1  # limited range, BT.709
        video.codec_context.color_primaries, video.codec_context.color_trc = 1, 1
        sound = _Sound(container, audio) if audio is not None else None
        reformatter = VideoReformatter()  # a frame's own would make its tables anew each time
        count = 0
        for picture in frames:
            frame = reformatter.reformat(
                av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="rgb24"),
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range="MPEG",
            )  # fmt: skip
            frame.pts, frame.time_base = count, 1 / rate
            container.mux(video.encode(frame))
            count += 1
            if sound is not None:
                sound.write_until(count / fps)
        container.mux(video.encode(None))
        if sound is not None:
            sound.finish()
    return count


class _Sound:
    """The sound stream of a film, fed in step with the pictures."""

    def __init__(self, container: Any, audio: Audio) -> None:
        self.container, self.audio, self.at = container, audio, 0
        self.stream = container.add_stream("aac", rate=audio.sample_rate, layout="stereo")
        self.stream.bit_rate = 192_000

    def write_until(self, seconds: float) -> None:
        """Encode all whole chunks that start before a time."""
        end = min(round(seconds * self.audio.sample_rate), len(self.audio.samples))
        while self.at + _AUDIO_CHUNK <= end:
            self._write(self.at + _AUDIO_CHUNK)

    def finish(self) -> None:
        """Encode what is left and empty the coder."""
        while self.at < len(self.audio.samples):
            self._write(min(self.at + _AUDIO_CHUNK, len(self.audio.samples)))
        self.container.mux(self.stream.encode(None))

    def _write(self, end: int) -> None:
        import av

        samples = np.ascontiguousarray(self.audio.samples[self.at : end].T)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = self.audio.sample_rate, self.at
        frame.time_base = Fraction(1, self.audio.sample_rate)
        self.container.mux(self.stream.encode(frame))
        self.at = end


def write_with_sound(path: Path, film: Path, audio: Audio) -> None:
    """Write a film whose pictures are those of another, packet by packet, with another sound.

    Args:
        path: ``.mp4``.
        film: whose first picture stream is copied untouched.
        audio: stereo sound.

    Raises:
        OutputError: the file cannot be written, or the pictures' coding does not go into an mp4.
    """
    import av

    with written(path) as part, av.open(str(film)) as source:
        pictures = source.streams.video[0]
        try:
            with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
                video = container.add_stream_from_template(pictures)
                sound = _Sound(container, audio)
                for packet in source.demux(pictures):
                    if packet.dts is None:
                        continue
                    sound.write_until(float(packet.dts * packet.time_base) if packet.time_base else 0.0)
                    packet.stream = video
                    container.mux(packet)
                sound.finish()
        except (ValueError, av.FFmpegError) as error:
            raise OutputError(
                f"The pictures of {film.name} cannot be copied into {path.name}: {error}.",
                "Bring the film to H.264, HEVC or AV1 first.",
            ) from error
