"""What steering costs engines of speech: each beside itself without emotion, in turn, on tiny random checkpoints.

    python tools/bench_speech_engines.py --runs 11

Without emotion an engine makes its library's bare call, with the same estimates of times before and after, so that what is left is what
steering costs. Quoted are the medians of wall-clock seconds, and the median of the runs' ratios by the clock and by CPU time, which a
busy machine disturbs less. A model that ends by itself may say the two in different lengths (SpeechT5).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.speech.coqui_vits import CoquiVits
from generators.speech.csm import Csm
from generators.speech.dia import Dia
from generators.speech.speecht5 import SpeechT5

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from factories import coqui_vits, csm, dia, speecht5

SEED = 3
SAID = "The tide is turning, and the boats lie waiting."
FELT = 0.5
"""Under the intensity from which Dia puts a sound into its text, which would make it longer."""


def engines(folder: Path) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Name, steered call and plain call of each engine that is steered."""
    builders = {
        CoquiVits: coqui_vits.build_coqui_vits, SpeechT5: speecht5.build_speecht5_with_voices,
        Dia: dia.build_dia, Csm: csm.build_csm,
    }  # fmt: skip
    for kind, build in builders.items():
        engine = kind(str(build(folder / kind.name.partition("=")[2])))
        steered, plain = (
            SpeechRequest(parse_script(f"[joy:{amount}] {SAID}"), job=Job(SEED)) for amount in (FELT, 0)
        )
        yield kind.name, partial(engine.generate, steered), partial(engine.generate, plain)


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock and of CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=11)
    wanted = options.parse_args()
    import torch

    torch.set_num_threads(1)
    print(
        "| engine | steered, median s | plain, median s | ratio | ratio of CPU |\n| --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["AFFECT_CACHE"] = str(Path(scratch) / "cache")
        for name, steered, plain in engines(Path(scratch)):
            rows = [(*timed(steered), *timed(plain)) for _ in range(wanted.runs + 1)][1:]
            one, _, other, _ = (statistics.median(column) for column in zip(*rows, strict=True))
            ratio = statistics.median(row[0] / row[2] for row in rows)
            cpu = statistics.median(row[1] / row[3] for row in rows)
            print(f"| {name} | {one:.3f} | {other:.3f} | {ratio:.3f} | {cpu:.3f} |", flush=True)


if __name__ == "__main__":
    main()
