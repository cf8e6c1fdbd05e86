"""A take and what it is made of, for the tests of the page."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from generators.base import Aspect
from studio.judges.base import Reading, TimedReading
from studio.page.takes import Take
from studio.provenance import record
from studio.request import FilmRequest
from studio.scorecard import Row, Scorecard, Section, Summary

SECTIONS = (Section(0.0, 2.0, Emotion.of("joy")), Section(2.0, 5.0, Emotion.of("fear", 0.6)))


def scorecard_of(read: str = "joy", asked: str = "joy", curve: tuple[TimedReading, ...] = ()) -> Scorecard:
    row = Row("speech", 0, asked, VAD(0.7, 0.4, 0.2), read, 0.61, None, None, 0.7, 0.66, 0.14)
    return Scorecard(
        SECTIONS, (row,), (Summary("speech", 1.0, 0.61, None, 0.64, 0.14),), {"speech": tuple(curve)}
    )


def timed(valence: float, arousal: float, start: float = 1.0, confidence: float = 0.9) -> TimedReading:
    return TimedReading(
        start, start + 1, Reading({"joy": 1.0}, VAD(valence, arousal, 0), None, confidence, 0.5)
    )


def take(
    number: int = 1,
    folder: Path = Path("nowhere"),
    *,
    request: FilmRequest | None = None,
    aspects: tuple[Aspect, ...] = (),
    scorecard: Scorecard | None = None,
    files: tuple[str, ...] = (),
) -> Take:
    values = record(
        request or FilmRequest(script="[joy] She is here!"),
        engines={},
        seeds={},
        sections=SECTIONS,
        read=(),
        fulfilment={"speech": aspects},
        scorecard=scorecard,
        picture={"seconds": 5.0},
        files={},
        seconds_taken=1.0,
    )
    paths = tuple(folder / name for name in (*files, "film.json"))
    return Take(number, folder / "film.mp4", paths, values, scorecard, "shortlist", "data:image/jpeg;base64,")


def write_clip(path: Path, shades: tuple[int, ...] = (0, 255), fps: int = 5) -> None:
    """A film of one second for each shade of grey."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for shade in shades:
            for _ in range(fps):
                frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), shade, np.uint8), format="rgb24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode())


class StubMaker:
    """Takes some steps and writes a file, as the studio does."""

    def __init__(self, steps: int = 3, pause: float = 0.0, error: Exception | None = None) -> None:
        self.steps, self.pause, self.error = steps, pause, error

    def create(self, script, out, *, progress, cancel):
        from conditioning.errors import Cancelled

        out.write_bytes(b"film")
        for step in range(self.steps):
            progress(step, self.steps, f"step {step}")
            time.sleep(self.pause)
            if cancel.is_set():
                raise Cancelled
        if self.error:
            raise self.error
        return SimpleNamespace(path=out)
