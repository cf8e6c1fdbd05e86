from __future__ import annotations

import itertools
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from picture_measures import clip, request

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError, RequestError, UnknownNameError
from conditioning.timeline import Timeline
from generators import registry
from generators.base import Job
from generators.video.plan import families
from generators.video.scenes import Scenes

JOY = Emotion.of("joy")


@pytest.mark.parametrize("scene", families())
def test_every_family_draws_lively_pictures_of_the_size_asked_for(scene: str) -> None:
    frames = clip(JOY, scene=scene, seconds=0.12)
    assert len(frames) == 3
    for frame in frames:
        assert frame.shape == (180, 320, 3)
        assert frame.dtype == np.uint8
        assert frame.std() > 8
    assert np.abs(frames[0].astype(int) - frames[2]).mean() > 0.2


@pytest.mark.parametrize("size", [(180, 320), (200, 200), (330, 150)])
@pytest.mark.parametrize("scene", families())
def test_every_family_fits_any_frame(scene: str, size: tuple[int, int]) -> None:
    (frame,) = clip(Emotion.of("fear"), scene=scene, seconds=0.04, size=size)
    assert frame.shape == (size[1], size[0], 3)
    assert frame.std() > 4


@pytest.mark.parametrize("scene", ["sea", "motes", "ink"])
def test_the_same_seed_gives_the_same_bytes(scene: str) -> None:
    first, again = clip(JOY, scene=scene), clip(JOY, scene=scene)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("scene", families())
def test_another_seed_gives_another_picture(scene: str) -> None:
    (one,), (other,) = (clip(JOY, scene=scene, seconds=0.04, seed=seed) for seed in (1, 2))
    assert np.abs(one.astype(int) - other).mean() > 3


def test_frames_can_be_run_through_again_from_the_start() -> None:
    track = Scenes().generate(request(JOY, scene="ink"))
    half = list(itertools.islice(track.frames(), 3))
    whole = list(track.frames())
    assert len(whole) == 10
    assert all(np.array_equal(a, b) for a, b in zip(half, whole, strict=False))


def test_memory_does_not_grow_with_length() -> None:
    track = Scenes().generate(request(JOY, scene="motes", seconds=600.0))
    tracemalloc.start()
    for _frame in itertools.islice(track.frames(), 30):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6  # all 15,000 frames would be 2.6 GB


def test_the_film_lasts_as_long_as_asked_for() -> None:
    track = Scenes().generate(request(JOY, scene="forms", seconds=0.5, fps=30))
    assert track.duration == 0.5
    assert len(list(track.frames())) == 15


def test_an_unknown_scene_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown scene 'skyy'.*Did you mean 'sky'"):
        Scenes().generate(request(JOY, scene="skyy"))


@pytest.mark.parametrize("size", [(321, 180), (320, 181), (20, 180), (0, 0)])
def test_sizes_that_cannot_be_drawn_are_refused_in_a_sentence(size: tuple[int, int]) -> None:
    with pytest.raises(RequestError, match=rf"size is {size[0]} x {size[1]}\. Give two even numbers"):
        Scenes().generate(request(JOY, size=size))


def test_a_film_without_length_is_refused() -> None:
    with pytest.raises(RequestError, match="duration is 0 seconds"):
        Scenes().generate(request(JOY, seconds=0.0))


def test_a_model_is_refused() -> None:
    with pytest.raises(EngineError, match="no models"):
        Scenes("some/model")


def test_the_user_can_stop_between_frames() -> None:
    asked = request(JOY, scene="motes")
    frames = Scenes().generate(asked).frames()
    next(frames)
    asked.job.cancel.set()
    with pytest.raises(Cancelled):
        next(frames)


def test_progress_is_told_for_each_frame() -> None:
    told: list[tuple[float, float, str]] = []
    job = Job(seed=1, progress=lambda *step: told.append(step))
    track = Scenes().generate(replace(request(JOY, scene="motes"), job=job))
    for _frame in track.frames():
        pass
    assert told[0][2] == "compiling motes (first use)"
    assert [step[0] for step in told if step[2] == "drawing motes"] == list(range(10))


def test_fulfilment_says_what_became_of_the_text() -> None:
    def text_of(words: str, scene: str = "") -> str:
        track = Scenes().generate(request(JOY, text=words, scene=scene, size=(128, 72)))
        return {aspect.name: aspect.status for aspect in track.fulfilment}["text"]

    assert text_of("The ocean is calm.") == "approximated"
    assert text_of("Well, perhaps.") == "ignored"
    assert text_of("The ocean is calm.", "sky") == "ignored"


def test_the_engine_is_registered_and_described_without_compiling_anything() -> None:
    code = (
        "import sys; from generators import registry; d = registry.load('video=scenes').describe();"
        "assert d.options and 'numba' not in sys.modules and 'cv2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert registry.load("video=scenes").describe().options == tuple(families())


def test_a_timeline_of_many_scenes_holds_two_at_most() -> None:
    line = Timeline.of([(0, JOY), (2.9, JOY), (3.1, Emotion.of("disgust")), (6, Emotion.of("disgust"))])
    track = Scenes().generate(request(line, seconds=6.0, sections=(0.0, 3.0), size=(128, 72), fps=5))
    assert len(track.scenes) == 2
    assert len(list(track.frames())) == 30
