"""What steering costs: each engine with weights beside the library's own call, in turn, on tiny random checkpoints.

    python tools/bench_engines.py --runs 15 --steps 20

Both sides are given the same words, seed, number of steps, first picture, films, tempo and key. The engine's side is all that it does
from a request to the pictures or the sound that it hands on: planning, embedding, steering by joy with directions learned before, a report
after each step, and the change to bytes or to stereo. The library's is its way from the same words to its array of numbers: one call of a
pipeline, and for MusicGen its tokenizer, its listening to the tune and ``generate``, as its model page calls it. A portrait's films, a first
picture and the composer's tune are made on both sides. Real weights take thousands of times longer for the same few additions, so that these ratios are the
worst there are.

Each engine has a process of its own, since what other models leave behind in one is no part of its cost. Which of the two begins
changes from pair to pair, and Python's collector runs before each call and not within. Quoted are the medians of seconds by the clock
and of the pairs' ratios; and the ratio of the lower quartiles of CPU time, since other work on the machine only adds to it.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import FaceRequest, Job, MusicRequest, VideoRequest
from generators.diffusion.families import enlarged
from generators.diffusion.loading import load_pipeline
from generators.face.head import Head
from generators.face.neural.handover import performed
from generators.face.neural.wan_animate import _PROMPT, _SEEN, WanAnimate, _Take
from generators.music.diffusion import AceStep, StableAudio
from generators.music.hub import HubMusic
from generators.music.musicgen import Musicgen
from generators.music.musicgen_melody import MusicgenMelody, melody
from generators.steering import prompt_words
from generators.video.diffusion import engines
from generators.video.diffusion.engine import DiffusionEngine
from generators.video.diffusion.reels import Call
from generators.video.diffusion.shots import Shot

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from factories import musicgen, sounds, stills, videos, wan_animate

SIDE, FRAMES, SECONDS, SEED = 64, 9, 1.0, 3
TEXT = "a harbour at noon"
JOY = Emotion.of("joy")
PICTURES: dict[type[DiffusionEngine], Callable[[Path], Path]] = {
    engines.StableDiffusion: stills.build_sd, engines.StableDiffusionXL: stills.build_sdxl,
    engines.StableDiffusion3: stills.build_sd3, engines.Flux: stills.build_flux, engines.Wan: videos.build_wan,
    engines.WanImage: videos.build_wan_image, engines.Ltx: videos.build_ltx, engines.Ltx2: videos.build_ltx2,
    engines.AnimateDiff: videos.build_animatediff, engines.Hunyuan: videos.build_hunyuan,
    engines.CogVideoX: videos.build_cogvideox,
}  # fmt: skip
MUSIC: dict[type[HubMusic], Callable[[Path], Path]] = {
    Musicgen: musicgen.build_musicgen,
    MusicgenMelody: musicgen.build_musicgen_melody,
    StableAudio: sounds.build_stable_audio,
    AceStep: sounds.build_ace_step,
}

Work = Callable[[], Any]
Wanted = Callable[[str], bool]


def pictures(steps: int, folder: Path, wanted: Wanted) -> Iterator[tuple[str, Work, Work]]:
    """Name, steered call and bare call of each engine of pictures that is wanted."""
    for kind, build in PICTURES.items():
        family = kind("").family
        if not wanted(family.engine):
            continue
        loaded = load_pipeline(family, build(folder / family.name))
        loaded.directions.of(JOY)
        seconds = (FRAMES - 1) / family.fps
        request = VideoRequest(Conditioning.of(JOY), seconds, family.fps, (SIDE, SIDE), job=Job(SEED))
        call = Call(family, loaded, threading.Lock(), (SIDE, SIDE), steps, request)
        shots = [Shot(0.0, seconds, TEXT, JOY)]
        bare = partial(_bare_picture, loaded.pipeline, TEXT, partial(call.shape, shots[0]))
        yield family.engine, partial(call.make, shots, 0), bare


def portraits(steps: int, folder: Path, wanted: Wanted) -> Iterator[tuple[str, Work, Work]]:
    """The same for Wan Animate, one stretch of a take."""
    if not wanted("face=wan-animate"):
        return
    engine = WanAnimate(str(wan_animate.build_wan_animate(folder / "wan-animate")))
    loaded = engine.ready(Job(SEED))
    loaded.directions.of(JOY)
    request = FaceRequest(
        Conditioning.of(JOY), FRAMES / 10, fps=10.0, size=(SIDE, SIDE), character="mara", job=Job(SEED)
    )
    size = enlarged((SIDE, SIDE), _SEEN)
    played = Head().generate(FaceRequest(request.conditioning, FRAMES / 10, fps=10.0, size=size))
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    take = _Take(engine.family, loaded, request, played, grey, steps, FRAMES)
    shown = list(islice(performed(played, Job(SEED)), FRAMES))
    words = prompt_words(_PROMPT, JOY, "video")
    bare = partial(_bare_picture, loaded.pipeline, words, partial(take._films, shown))
    yield engine.family.engine, partial(take._made, 0, shown), bare


def _bare_picture(pipeline: Any, words: str, options: Callable[[], dict[str, Any]]) -> Any:
    """What the library alone makes of words."""
    import torch

    generator = torch.Generator().manual_seed(SEED)
    return pipeline(prompt=words, generator=generator, output_type="np", **options())


def music(steps: int, folder: Path, wanted: Wanted) -> Iterator[tuple[str, Work, Work]]:
    """The same for each engine of music, at the model's own sample rate; the library is called as the engine calls it."""
    for kind, build in MUSIC.items():
        if not wanted(kind.name):
            continue
        options = {"steps": steps, "longest": 1.5} if kind in (StableAudio, AceStep) else {}
        engine = kind(str(build(folder / kind.name.partition("=")[2])), **options)
        engine.directions(Job()).of(JOY)
        loaded = engine.weights.loaded
        request = MusicRequest(Conditioning.of(JOY), SECONDS, TEXT, loaded.sample_rate, Job(SEED))
        yield engine.name, partial(engine.generate, request), _bare_sound(engine, loaded, request)


def _bare_sound(engine: Any, loaded: Any, request: MusicRequest) -> Work:
    """The library's call with what the engine hands over in one request, less its hook and its report, from words and a tune on."""
    caught: dict[str, Any] = {}
    kind = type(loaded.model)
    name = "generate" if hasattr(kind, "generate") else "__call__"
    plain = getattr(kind, name)

    def catching(model: Any, **given: Any) -> Any:
        caught.update(given)
        return plain(model, **given)

    setattr(kind, name, catching)
    try:
        engine.generate(request)
    finally:
        setattr(kind, name, plain)
    for reported in ("stopping_criteria", "callback", "callback_on_step_end"):
        caught.pop(reported, None)

    def call() -> np.ndarray:
        import torch

        if name == "generate":  # pipelines read words by themselves
            caught.update(_read(loaded, request))
        if "generator" in caught:
            caught["generator"].manual_seed(SEED)
        else:
            torch.manual_seed(SEED)
        found = plain(loaded.model, **caught)
        sound: np.ndarray = (found if name == "generate" else found.audios)[0].float().cpu().numpy()
        return sound

    return call


def _read(loaded: Any, request: MusicRequest) -> dict[str, Any]:
    """What MusicGen's own tokenizer and ear make of the words and the tune that the engine gives."""
    found = dict(loaded.tokenizer([loaded.words(TEXT, JOY)], return_tensors="pt", padding=True))
    if loaded.processor is not None:
        rate = int(loaded.processor.sampling_rate)
        heard = loaded.processor(melody(request, rate), sampling_rate=rate, return_tensors="pt")
        found["input_features"] = heard["input_features"].to(loaded.model.dtype)
    return found


def timed(work: Work) -> tuple[float, float]:
    """Seconds by the clock and of CPU."""
    gc.collect()
    gc.disable()
    try:
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        return time.perf_counter() - clock, time.process_time() - cpu
    finally:
        gc.enable()


def paired(steered: Work, bare: Work, runs: int, seconds: float = 0.0) -> tuple[float, float, float, float]:
    """Median seconds of both, the median ratio of pairs by the clock, and the ratio of the lower quartiles of CPU time.

    Args:
        steered: the engine's call.
        bare: the library's.
        runs: pairs at least.
        seconds: that the pairs take together at least: of short calls more are needed, for a moment's disturbance is more of each.
    """
    rows: list[tuple[tuple[float, float], tuple[float, float]]] = []
    begun = time.perf_counter()
    for number in count():
        if number > runs and time.perf_counter() - begun >= seconds:
            break
        both = [steered, bare] if number % 2 else [bare, steered]
        found = [timed(work) for work in both]
        rows.append((found[0], found[1]) if number % 2 else (found[1], found[0]))
    del rows[0]
    return (
        statistics.median(one[0] for one, _ in rows),
        statistics.median(other[0] for _, other in rows),
        statistics.median(one[0] / other[0] for one, other in rows),
        np.quantile([one[1] for one, _ in rows], 0.25) / np.quantile([other[1] for _, other in rows], 0.25),
    )


GROUPS = (pictures, portraits, music)


def names() -> list[str]:
    """All engines of pictures, portraits and music that are timed, such as ``"wan"``."""
    kinds = [*PICTURES, WanAnimate]
    return [kind.family_name for kind in kinds] + [kind.name.partition("=")[2] for kind in MUSIC]


def row(name: str, asked: argparse.Namespace) -> str:
    """One engine, timed in this process: a row of the table."""
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["AFFECT_CACHE"] = str(Path(scratch) / "cache")
        groups = (
            group(asked.steps, Path(scratch), lambda full: full.partition("=")[2] == name) for group in GROUPS
        )
        ((engine, steered, bare),) = chain.from_iterable(groups)
        one, other, ratio, cpu = paired(steered, bare, asked.runs, asked.seconds)
    return f"| {engine} | {one:.3f} | {other:.3f} | {ratio:.3f} | {cpu:.3f} |"


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=15)
    options.add_argument("--seconds", type=float, default=20.0, help="of each engine at least")
    options.add_argument("--steps", type=int, default=20)
    options.add_argument("--engines", default="", help="names, separated by commas; all if not given")
    options.add_argument(
        "--row", action="store_true", help="time one engine in this process, print its row alone"
    )
    asked = options.parse_args()
    wanted = asked.engines.split(",") if asked.engines else names()
    if unknown := set(wanted) - set(names()):
        options.error(f"there is no engine {sorted(unknown)[0]!r} here; there are {', '.join(names())}")
    if asked.row:
        print(row(wanted[0], asked))
        return
    print("| engine | steered, median s | bare, median s | ratio | ratio of CPU, lower quartiles |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    for name in wanted:
        each = ["--runs", str(asked.runs), "--seconds", str(asked.seconds), "--steps", str(asked.steps)]
        subprocess.run([sys.executable, __file__, "--row", "--engines", name, *each], check=True)


if __name__ == "__main__":
    main()
