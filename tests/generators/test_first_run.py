"""The first run compiles the kernels, later ones load them: both must draw the same.

A kernel that is called by another one may be compiled twice, alone and into its caller, and which of the two is called
differs between the run that compiles and those that load. Where fast mathematics lets the two round differently, the
films of the first and the second run differ.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

DRAW = """
import hashlib, itertools
from conditioning.conditioning import Conditioning
from conditioning.parsing import parse_emotion
from generators.base import FaceRequest, Job, MusicRequest, VideoRequest
from generators.registry import load

def show(name, frames):
    digest = hashlib.sha256()
    for frame in itertools.islice(frames, 2):
        digest.update(frame.tobytes())
    print(name, digest.hexdigest())

feeling = Conditioning.of(parse_emotion("hope"))
scenes = load("video=scenes")
for scene in scenes.describe().options:
    show(scene, scenes.generate(VideoRequest(feeling, 1.0, size=(320, 180), scene=scene, job=Job(7))).frames())
face = load("face=head")
for character in ("", "jonas"):
    show(character, face.generate(FaceRequest(feeling, 1.0, size=(200, 200), character=character, job=Job(7))).frames())
tune = load("music=composer").generate(MusicRequest(feeling, 4.0, job=Job(7))).audio
print("music", hashlib.sha256(tune.samples.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_the_first_run_and_the_second_draw_the_same(tmp_path):
    surroundings = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    first, second = (
        subprocess.run(
            [sys.executable, "-c", DRAW], capture_output=True, text=True, check=True, env=surroundings
        ).stdout.splitlines()
        for _ in range(2)
    )
    assert first == second
    assert len(first) > 8
