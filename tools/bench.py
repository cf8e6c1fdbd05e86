"""Times the main job and its parts, side by side in one run: ``make bench``, or ``python tools/bench.py --runs 5``.

Each part stands beside what it is built on, run in turn with it, so that the ratio holds when the machine's speed drifts:
the voice beside the bare hibari package saying the same words, a film beside the bare coder writing pictures that are
there already. Quoted are medians of wall-clock seconds; a first run, not counted, loads and compiles.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.parsing import parse_emotion
from conditioning.script import parse_script
from generators.base import FaceRequest, Job, MusicRequest, SpeechRequest, VideoRequest
from generators.registry import load
from studio.encode import write_film
from studio.studio import Studio

WORDS = "The letter came this morning. She is coming home after all these years, and the door stands open for her."
FILM = (
    "[joy] She is coming home! After all these years, she is finally coming home! "
    "[fear] But what if I have changed too much? What if she walks right past me? "
    "[sadness] I let her leave without a word. I have carried that for so long. "
    "[anger] And nobody told me why she had to go. Nobody said one single word. "
    "[serenity] Then we shall simply begin again. The door is open, and the kettle is on."
)
SECONDS = 10.0  # of the parts
SIZE = (1280, 720)


@dataclass(frozen=True)
class Row:
    """A measured part.

    Args:
        name: what is timed.
        content: seconds of media that it makes; 0 where it makes none.
        times: wall-clock seconds of each run.
        beside: what it is compared with, "" for nothing.
        beside_times: the same for that.
    """

    name: str
    content: float
    times: list[float]
    beside: str = ""
    beside_times: tuple[float, ...] = ()

    def line(self) -> str:
        """The row as Markdown."""
        middle = statistics.median(self.times)
        rate = f"{middle / self.content:.3f}" if self.content else ""
        other = f"{statistics.median(self.beside_times):.2f}" if self.beside_times else ""
        pairs = [mine / bare for mine, bare in zip(self.times, self.beside_times, strict=False)]
        ratio = f"{statistics.median(pairs):.2f}" if pairs else ""
        spread = f"{min(self.times):.2f}–{max(self.times):.2f}"
        return f"| {self.name} | {middle:.2f} | {spread} | {rate} | {self.beside} | {other} | {ratio} |"


def timed(work: Callable[[], object]) -> float:
    """Wall-clock seconds of a piece of work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measured(
    name: str,
    content: float,
    runs: int,
    work: Callable[[], object],
    beside: str = "",
    bare: Callable[[], object] | None = None,
) -> Row:
    """A part timed in turn with what it is compared with."""
    work()
    if bare:
        bare()
    mine, others = [], []
    for _ in range(runs):
        mine.append(timed(work))
        if bare:
            others.append(timed(bare))
    return Row(name, content, mine, beside, tuple(others))


def start_up(runs: int) -> Iterator[Row]:
    """How long the command takes to answer."""
    affect = str(Path(sys.executable).with_name("affect"))
    bare = [sys.executable, "-c", "import numpy"]
    for name, command in (
        ("affect --help", [affect, "--help"]),
        ("import conditioning", [sys.executable, "-c", "import conditioning.conditioning"]),
    ):
        yield measured(name, 0, runs, partial(_run, command), "import numpy", lambda: _run(bare))


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def voice(runs: int) -> Row:
    """The voice with all effects on, beside the package it controls."""
    from hibari import Hibari

    engine, plain = load("speech=hibari"), Hibari()
    request = SpeechRequest(parse_script(f"[anger] {WORDS}"), job=Job(0))
    seconds = engine.generate(request).audio.duration
    return measured(
        "voice, anger",
        seconds,
        runs,
        lambda: engine.generate(request),
        "bare hibari",
        lambda: plain(WORDS),
    )


def streaming(runs: int) -> Iterator[Row]:
    """Until the voice is first heard: in a new process, and once it is loaded; and a long text as it comes."""
    engine = load("speech=hibari")
    script = parse_script(f"[anger] {WORDS}")
    fresh = "from generators.registry import load; from generators.base import SpeechRequest; "
    fresh += "from conditioning.script import parse_script; import sys; "
    fresh += "next(load('speech=hibari').stream(SpeechRequest(parse_script('Hello.')))); assert 'torch' not in sys.modules"
    bare = "from hibari import Hibari; Hibari()('Hello.')"
    yield measured(
        "voice, start to first sound", 0, runs, partial(_run, [sys.executable, "-c", fresh]),
        "bare hibari", lambda: _run([sys.executable, "-c", bare]),
    )  # fmt: skip
    yield measured(
        "voice, first sound once loaded", 0, runs, lambda: next(engine.stream(SpeechRequest(script)))
    )
    long = SpeechRequest(parse_script(f"[anger] {WORDS} " * 25))
    seconds = sum(part.audio.duration for part in engine.stream(long))
    yield measured(
        "voice, 500 words as they come", seconds, runs, lambda: [None for _ in engine.stream(long)]
    )


def parts(runs: int) -> Iterator[Row]:
    """Music, and one picture after the other of scene and head."""
    feeling = Conditioning.of(parse_emotion("joy"))
    music, video, face = load("music=composer"), load("video=scenes"), load("face=head")
    piece = MusicRequest(feeling, SECONDS, job=Job(0))
    yield measured("music", SECONDS, runs, lambda: music.generate(piece))
    scene = VideoRequest(feeling, SECONDS, size=SIZE, job=Job(0))
    yield measured("scene, 720p", SECONDS, runs, lambda: _drain(video.generate(scene).frames()))
    head = FaceRequest(feeling, SECONDS, size=(512, 512), job=Job(0))
    yield measured("head, 512²", SECONDS, runs, lambda: _drain(face.generate(head).frames()))


def _drain(frames: Iterator[np.ndarray]) -> None:
    for _ in frames:
        pass


def film(runs: int) -> Row:
    """A whole film after start-up, beside the coder alone writing as many ready pictures."""
    studio = Studio()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        made = studio.create(FILM, path, seed=7)
        count, pictures = round(made.tracks.duration * 25), _some_pictures(path)

        def bare() -> None:
            write_film(
                Path(folder) / "bare.mp4",
                (pictures[i % len(pictures)] for i in range(count)),
                SIZE,
                25.0,
                None,
            )

        return measured(
            "film, 720p, all media and judges", made.tracks.duration, runs,
            lambda: studio.create(FILM, path, seed=7), "bare x264", bare,
        )  # fmt: skip


def _some_pictures(path: Path, count: int = 50) -> list[np.ndarray]:
    import av

    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24")
            for frame, _ in zip(container.decode(video=0), range(count), strict=False)
        ]


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--film", action="store_true", help="the whole film as well; takes minutes")
    wanted = options.parse_args()
    print(
        "| part | median s | range | s per s | beside | median s | ratio |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    for row in (*start_up(wanted.runs), voice(wanted.runs), *streaming(wanted.runs), *parts(wanted.runs)):
        print(row.line(), flush=True)
    if wanted.film:
        print(film(wanted.runs).line(), flush=True)
    print(f"\nPeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
