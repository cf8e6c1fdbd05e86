"""Steps, size and frames of a pipeline's calls, written behind its weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories.stills import build_sd
from factories.videos import build_wan, build_wan_image
from hypothesis import given
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import RequestError, UnknownNameError
from generators.base import Job, VideoRequest
from generators.diffusion.families import enlarged
from generators.hub.call_options import area_option, number_option
from generators.hub.choice import WeightsChoice
from generators.music.diffusion import StableAudio
from generators.music.musicgen import Musicgen
from generators.video.diffusion.engines import StableDiffusion, Wan, WanImage


def choice(**options: str) -> WeightsChoice:
    return WeightsChoice("a/b", options)


def test_numbers_and_sizes_are_read_and_none_is_the_librarys_own() -> None:
    assert number_option(choice(steps="20"), "steps", "video=sd") == 20
    assert area_option(choice(size="512x288"), "video=sd") == 512 * 288
    assert number_option(choice(), "steps", "video=sd") is None
    assert area_option(choice(), "video=sd") is None


@pytest.mark.parametrize("text", ["0", "-3", "1001", "2.5", "many", "٣"])
def test_what_is_no_number_of_steps_is_told(text: str) -> None:
    with pytest.raises(RequestError, match="option steps of video=sd"):
        number_option(choice(steps=text), "steps", "video=sd")


@pytest.mark.parametrize("text", ["512", "8x8", "512x", "9999x64", "big", "64x64x3"])
def test_what_is_no_size_is_told(text: str) -> None:
    with pytest.raises(RequestError, match="option size of video=sd"):
        area_option(choice(size=text), "video=sd")


def test_each_engine_takes_what_it_can_follow() -> None:
    assert StableAudio("a?steps=7")._steps == 7
    with pytest.raises(UnknownNameError, match="steps"):
        Musicgen("a?steps=7")
    with pytest.raises(RequestError, match="it makes stills"):
        StableDiffusion("a?frames=9")


@pytest.mark.parametrize(("asked", "made"), [("1", 5), ("9", 9), ("12", 9)])
def test_frames_are_of_the_form_that_the_pipeline_makes(asked: str, made: int) -> None:
    assert Wan(f"a?frames={asked}")._longest == made


def test_pictures_have_the_size_that_the_weights_were_trained_on_or_the_one_asked_for(tmp_path: Path) -> None:
    folder = build_sd(tmp_path / "sd")
    request = VideoRequest(Conditioning.of(Emotion.of("joy")), 0.2, fps=5.0, size=(320, 320), job=Job(1))
    for options, side in (("?steps=1", "16x16"), ("?steps=1&size=96x96", "96x96")):
        track = StableDiffusion(f"{folder}{options}").generate(request)
        assert next(iter(track.frames())).shape == (320, 320, 3)
        assert any(aspect.name == "size" and f"at {side}" in aspect.why for aspect in track.fulfilment)


def test_without_a_gpu_pictures_are_no_larger_than_the_film_where_the_weights_say_nothing(
    tmp_path: Path,
) -> None:
    folder = build_wan(tmp_path / "wan")
    request = VideoRequest(Conditioning.of(Emotion.of("joy")), 0.2, fps=5.0, size=(96, 64), job=Job(1))
    track = Wan(f"{folder}?steps=1&frames=5").generate(request)
    assert next(iter(track.frames())).shape == (64, 96, 3)
    assert all(aspect.name != "size" for aspect in track.fulfilment)


def test_a_first_picture_too_small_for_the_scenes_is_drawn_larger_and_made_small(tmp_path: Path) -> None:
    folder = build_wan_image(tmp_path / "wan")
    request = VideoRequest(Conditioning.of(Emotion.of("joy")), 0.2, fps=5.0, size=(320, 180), job=Job(1))
    track = WanImage(f"{folder}?steps=1&frames=5&size=64x36").generate(request)
    assert next(iter(track.frames())).shape == (180, 320, 3)


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_a_size_is_enlarged_in_its_shape_to_even_sides(width: int, height: int) -> None:
    wide, high = enlarged((width, height), 64)
    assert min(wide, high) >= 64
    if min(width, height) >= 64:
        assert (wide, high) == (width, height)
    else:
        assert wide % 2 == high % 2 == 0
        # Each side is rounded to the next even number, so at most one pixel from the exact shape.
        scale = 64 / min(width, height)
        assert abs(wide - scale * width) <= 1
        assert abs(high - scale * height) <= 1
