"""Sounds as files in the format that the name's ending says: wav, flac, mp3, ogg with Opus; the same bytes for the same sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np

from conditioning.errors import OutputError
from generators.base import Audio
from studio.encode import check_ending, written

__all__ = ["SOUND_ENDINGS", "peak_for", "sound_written", "write_sound"]

_BLOCK = 1 << 18  # samples that are handed over at once
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_OPUS_BITS = 64_000  # a second of each channel; speech is transparent at about half (RFC 7587, 3.1.1)


def peak_for(path: Path) -> float:
    """The true peak in dBTP that a file of this ending should stay below before coding, so that it is -1 after it."""
    return -1.0 if path.suffix.lower() in (".wav", ".flac") else -1.8


def write_sound(path: Path, audio: Audio) -> None:
    """Write sound in the format of the name's ending.

    Raises:
        RequestError: its ending is of no known format.
        OutputError: the file cannot be written.
    """
    check_ending(path, *SOUND_ENDINGS)
    with sound_written(path) as part:
        _WRITERS[path.suffix.lower()](part, audio)


@contextmanager
def sound_written(path: Path) -> Iterator[Path]:
    """As ``written``, for libsndfile, whose errors of a full or a broken disk are no ``OSError``.

    Raises:
        OutputError: the file cannot be written.
    """
    import soundfile

    try:
        with written(path) as part:
            yield part
    except soundfile.LibsndfileError as error:
        raise OutputError(
            f"{path} cannot be written: {error.error_string}",
            "Choose another place with -o, or make room there.",
        ) from error


def _by_soundfile(kind: str, subtype: str) -> Callable[[Path, Audio], None]:
    def write(path: Path, audio: Audio) -> None:
        import soundfile

        channels = 1 if audio.samples.ndim == 1 else audio.samples.shape[1]
        with soundfile.SoundFile(path, "w", audio.sample_rate, channels, subtype, format=kind) as file:
            for begin in range(0, len(audio.samples), _BLOCK):
                file.write(audio.samples[begin : begin + _BLOCK])

    return write


def _opus(path: Path, audio: Audio) -> None:
    """Ogg with Opus; through PyAV, since libsndfile's streams have a number by chance in them."""
    import av

    samples, rate = _at_opus_rate(audio)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=rate, layout=layout)
        stream.bit_rate = _OPUS_BITS * channels
        stream.codec_context.flags |= int(av.codec.context.Flags.bitexact)
        stream.codec_context.open()
        size = stream.codec_context.frame_size or rate // 50
        for begin in range(0, len(samples), size):
            block = np.ascontiguousarray(samples[begin : begin + size].reshape(1, -1).astype(np.float32))
            frame = av.AudioFrame.from_ndarray(block, format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _at_opus_rate(audio: Audio) -> tuple[np.ndarray, int]:
    if audio.sample_rate in _OPUS_RATES:
        return audio.samples, audio.sample_rate
    import soxr

    return np.asarray(soxr.resample(audio.samples, audio.sample_rate, _OPUS_RATES[-1])), _OPUS_RATES[-1]


_WRITERS: Mapping[str, Callable[[Path, Audio], None]] = {
    ".wav": _by_soundfile("WAV", "PCM_16"),
    ".flac": _by_soundfile("FLAC", "PCM_16"),
    ".mp3": _by_soundfile("MP3", "MPEG_LAYER_III"),
    ".ogg": _opus,
    ".opus": _opus,
}

SOUND_ENDINGS: tuple[str, ...] = tuple(_WRITERS)
"""Endings that a sound may have."""
