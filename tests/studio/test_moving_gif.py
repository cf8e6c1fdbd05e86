"""Moving GIFs, read back by Pillow."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from studio.moving_gif import write_gif

SIDE = 48


def moving(count, *, background=255):
    """A square that wanders over a slope of colours."""
    slope = np.linspace(0, 255, SIDE).astype(np.uint8)
    for i in range(count):
        picture = np.zeros((SIDE, SIDE, 4), np.uint8)
        picture[..., 0], picture[..., 3] = slope, background
        picture[8:20, 3 * i : 3 * i + 12] = (20, 200, 40, 255)
        yield picture


def read_back(pictures):
    out = io.BytesIO()
    count = write_gif(out, pictures, 25.0)
    with Image.open(io.BytesIO(out.getvalue())) as opened:
        assert opened.n_frames == count
        frames = []
        for i in range(count):
            opened.seek(i)
            frames.append(np.asarray(opened.convert("RGBA")).astype(int))
    return frames, len(out.getvalue())


@pytest.mark.parametrize("background", [255, 0])
def test_each_frame_shows_its_own_picture(background):
    frames, _ = read_back(moving(10, background=background))
    for frame, picture in zip(frames, moving(10, background=background), strict=True):
        opaque = picture[..., 3] > 0
        assert np.array_equal(frame[..., 3] > 0, opaque)
        assert np.abs(frame[..., :3] - picture[..., :3].astype(int))[opaque].max() <= 12


def test_what_appears_and_goes_again_is_shown_for_as_long_as_it_is_there():
    first = np.zeros((SIDE, SIDE, 4), np.uint8)
    first[:10] = (200, 30, 30, 255)
    more = first.copy()
    more[20:30, 5:9] = (10, 30, 220, 255)
    frames, _ = read_back([first, more, more, first])
    assert [bool((frame[20:30, 5:9, 3] > 0).all()) for frame in frames] == [False, True, True, False]
    assert all((frame[:10, :, 3] > 0).all() for frame in frames)


def test_a_background_that_stands_still_is_stored_once():
    noise = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), np.uint8)

    def pictures(count):
        for picture in moving(count):
            picture[24:, :, :3] = noise[24:]
            yield picture

    _, one = read_back(pictures(1))
    _, ten = read_back(pictures(10))
    assert ten - one < 9 * 0.5 * one
