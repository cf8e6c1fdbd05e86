"""What steering costs: each engine with weights beside the library's own call, in turn, on tiny random checkpoints.

    python tools/bench_engines.py --runs 7 --steps 20

Both sides make the same picture, film or piece from the same prompt with the same number of steps; the engine's is steered by
joy, with directions learned before. Quoted are the medians of wall-clock seconds and the median of the runs' ratios. Real weights take
thousands of times longer for the same few additions, so that these ratios are the worst there are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import Job, MusicRequest, VideoRequest
from generators.music.diffusion import AceStep, StableAudio
from generators.music.musicgen import Musicgen
from generators.video.diffusion import engines
from generators.video.diffusion.loading import load_pipeline
from generators.video.diffusion.reels import Call
from generators.video.diffusion.shots import Shot

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from factories import musicgen, sounds, stills, videos

SIDE, FRAMES, SECONDS, SEED = 64, 9, 1.0, 3
TEXT = "a harbour at noon"


def pictures(steps: int, folder: Path) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Name, steered call and bare call of each engine of pictures."""
    builders = {
        engines.StableDiffusion: stills.build_sd, engines.StableDiffusionXL: stills.build_sdxl,
        engines.StableDiffusion3: stills.build_sd3, engines.Flux: stills.build_flux, engines.Wan: videos.build_wan,
        engines.WanImage: videos.build_wan_image, engines.Ltx: videos.build_ltx, engines.Ltx2: videos.build_ltx2,
        engines.AnimateDiff: videos.build_animatediff, engines.Hunyuan: videos.build_hunyuan,
        engines.CogVideoX: videos.build_cogvideox,
    }  # fmt: skip
    for kind, build in builders.items():
        family = kind("").family
        loaded = load_pipeline(family, build(folder / family.name))
        loaded.directions.of(Emotion.of("joy"))
        seconds = (FRAMES - 1) / family.fps
        request = VideoRequest(
            Conditioning.of(Emotion.of("joy")), seconds, family.fps, (SIDE, SIDE), job=Job(SEED)
        )
        call = Call(family, loaded, threading.Lock(), (SIDE, SIDE), steps, request)
        shots = [Shot(0.0, seconds, TEXT, Emotion.of("joy"))]
        yield family.engine, partial(call.make, shots, 0), partial(_bare_picture, call, shots[0])


def _bare_picture(call: Call, shot: Shot) -> Any:
    """What the library alone makes of a shot."""
    import torch

    return call.loaded.pipeline(
        prompt=TEXT, generator=torch.Generator().manual_seed(SEED), output_type="np", **call.shape(shot)
    )


def music(steps: int, folder: Path) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Name, steered call and bare call of each engine of music; MusicGen's own call is the one without emotion."""
    made = {
        Musicgen: Musicgen(str(musicgen.build_musicgen(folder / "musicgen"))),
        StableAudio: StableAudio(
            str(sounds.build_stable_audio(folder / "stable-audio")), steps=steps, longest=1.5
        ),
        AceStep: AceStep(str(sounds.build_ace_step(folder / "ace-step")), steps=steps, longest=1.5),
    }
    for kind, engine in made.items():
        steered, plain = (
            MusicRequest(Conditioning.of(emotion), SECONDS, TEXT, 16000, Job(SEED))
            for emotion in (Emotion.of("joy"), Emotion.neutral())
        )
        engine.generate(steered)
        yield kind.name, partial(engine.generate, steered), partial(engine.generate, plain)


def paired(one: Callable[[], Any], other: Callable[[], Any], runs: int) -> tuple[float, float, float]:
    """Median seconds of both, run in turn, and the median of their ratios; a first run of each is not counted."""
    times: list[tuple[float, float]] = []
    for number in range(runs + 1):
        pair = []
        for work in (one, other):
            start = time.perf_counter()
            work()
            pair.append(time.perf_counter() - start)
        if number:
            times.append((pair[0], pair[1]))
    return (
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        statistics.median(a / b for a, b in times),
    )


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--steps", type=int, default=20)
    wanted = options.parse_args()
    import torch

    torch.set_num_threads(1)
    print("| engine | steered, median s | bare, median s | ratio |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["AFFECT_CACHE"] = str(Path(scratch) / "cache")
        for group in (pictures, music):
            for name, steered, bare in group(wanted.steps, Path(scratch)):
                one, other, ratio = paired(steered, bare, wanted.runs)
                print(f"| {name} | {one:.3f} | {other:.3f} | {ratio:.3f} |", flush=True)


if __name__ == "__main__":
    main()
