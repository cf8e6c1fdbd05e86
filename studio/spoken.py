"""A script spoken as it comes, for texts of any length: at no time is more than a sentence of sound held."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from conditioning.errors import OutputError, RequestError
from conditioning.faders import check_adjustments
from generators.base import Fulfilment, SpeechRequest
from generators.registry import MEDIA, load
from generators.speech.parts import StreamingVoice
from studio.request import FilmRequest
from studio.script_source import script_of
from studio.shape import shape_script
from studio.sound_files import sound_written
from studio.stages import Stages, seed_for

__all__ = ["FORMS", "Spoken", "pcm", "spoken", "stream_to", "write_wav_as_it_comes"]

FORMS = ("wav", "raw")
"""How sound is written to a stream: with a header of unknown length, or bare 16-bit samples, little end first."""

_UNKNOWN = 0xFFFFFFFF  # length of a stream that has not ended; players read on


@dataclass(frozen=True)
class Spoken:
    """Speech on its way.

    Args:
        pieces: sounds ``(n,)`` that lie end to end, mono, -1..1; can be gone through once.
        sample_rate: hertz.
        fulfilment: what becomes of what was asked.
    """

    pieces: Iterator[np.ndarray]
    sample_rate: int
    fulfilment: Fulfilment


def spoken(
    request: FilmRequest, stages: Stages, lead: float = 0.0, tail: float = 0.0, *, at_once: bool = False
) -> Spoken:
    """The script of a request said by its engine; one that cannot stream gives all in one piece.

    Args:
        request: of which the script, the voice, the language, the faders, the shape and the seed count.
        stages: progress and cancel; has the stage ``speech``.
        lead: seconds of silence before.
        tail: seconds of silence after.
        at_once: whether the opening of a long first sentence comes before the rest of it is made.

    Raises:
        RequestError: the request is wrong.
        EngineError: the engine is missing.
        Cancelled: it was stopped.
    """
    check_adjustments(request.adjustments)
    engine = load(request.engine("speech"))
    script = shape_script(script_of(request), request.shape).for_medium("speech")
    job = stages.job("speech", seed_for(request.seed, MEDIA.index("speech")))
    wanted = SpeechRequest(
        script, request.voice, request.language, request.adjustments, job, style=request.style
    )
    pieces: Iterable[np.ndarray]
    if isinstance(engine, StreamingVoice):
        fulfilment = engine.fulfilment(wanted)  # first: weights may have to be loaded to know their rate
        rate = engine.describe().sample_rate
        pieces = (part.audio.samples for part in engine.stream(wanted, at_once=at_once))
    else:
        track = engine.generate(wanted)
        rate, fulfilment = track.audio.sample_rate, track.fulfilment
        pieces = [track.audio.samples]
    return Spoken(_between(pieces, round(lead * rate), round(tail * rate)), rate, fulfilment)


def write_wav_as_it_comes(path: Path, sound: Spoken) -> float:
    """Write speech as 16-bit WAV while it is spoken.

    Returns:
        Seconds of sound.

    Raises:
        OutputError: the file cannot be written.
    """
    import soundfile

    with (
        sound_written(path) as part,
        soundfile.SoundFile(part, "w", sound.sample_rate, channels=1, subtype="PCM_16") as file,
    ):
        for piece in sound.pieces:
            file.write(piece)
        return float(file.frames / sound.sample_rate)


def stream_to(out: BinaryIO, sound: Spoken, form: str) -> float:
    """Write speech to a pipe, each piece as soon as it is spoken.

    Args:
        out: such as ``sys.stdout.buffer``.
        sound: to be written.
        form: one of ``FORMS``.

    Returns:
        Seconds of sound.

    Raises:
        RequestError: there is no such form.
        OutputError: who listened has gone.
    """
    if form not in FORMS:
        raise RequestError(f"A stream cannot be {form!r}.", f"It is {' or '.join(FORMS)}.")
    count = 0
    try:
        if form == "wav":
            out.write(_header(sound.sample_rate))
        for piece in sound.pieces:
            out.write(pcm(piece))
            out.flush()
            count += len(piece)
    except BrokenPipeError:
        raise OutputError("Nobody listens to standard output any more.", "Keep the player open.") from None
    return count / sound.sample_rate


def pcm(samples: np.ndarray) -> bytes:
    """Samples ``(n,)``, -1..1, as 16-bit integers, little end first."""
    scaled = np.rint(np.asarray(samples, np.float64) * 2**31) // 2**16  # rounded twice, as libsndfile does
    return np.clip(scaled, -(2**15), 2**15 - 1).astype("<i2").tobytes()


def _between(pieces: Iterable[np.ndarray], before: int, after: int) -> Iterator[np.ndarray]:
    if before:
        yield np.zeros(before, np.float32)
    yield from pieces
    if after:
        yield np.zeros(after, np.float32)


def _header(sample_rate: int) -> bytes:
    """Of a mono 16-bit WAV whose length nobody knows yet."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE") + form + struct.pack("<4sI", b"data", _UNKNOWN)
