import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.base import FaceTrack, VideoTrack
from studio.captions import Caption
from studio.compose import blend, compose, head_size, over_grey


def scene(size, count, colour=(10, 200, 30)):
    width, height = size
    return VideoTrack(
        size,
        25.0,
        count / 25,
        lambda: (np.full((height, width, 3), colour, np.uint8) for _ in range(count)),
        (),
        (),
    )


def head(side, count, alpha=255):
    picture = np.full((side, side, 4), (200, 50, 50, alpha), np.uint8)
    return FaceTrack(
        np.arange(count) / 25,
        np.zeros((count, 52)),
        np.zeros((count, 6)),
        (side, side),
        lambda: iter([picture] * count),
        (),
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(-20, 40), st.integers(-20, 40), st.integers(0, 255))
def test_blending_follows_the_formula_of_straight_alpha_and_keeps_to_the_frame(left, top, alpha):
    picture = np.full((30, 30, 3), 100, np.uint8)
    layer = np.full((12, 12, 4), (250, 0, 7, alpha), np.uint8)
    blend(picture, layer, left, top)
    inside = np.zeros((30, 30), bool)
    inside[max(top, 0) : max(top + 12, 0), max(left, 0) : max(left + 12, 0)] = True
    expected = np.round((np.array([250, 0, 7]) * alpha + 100 * (255 - alpha)) / 255)
    assert np.abs(picture[inside].astype(int) - expected).max(initial=0) <= 1
    assert (picture[~inside] == 100).all()


def test_layers_lie_in_order_background_head_caption():
    size = (320, 180)
    side = head_size(size)
    frames = list(compose(size, 4, 25.0, scene(size, 4), head(side, 4), [Caption("hello", 0.0, 0.1)]))
    assert len(frames) == 4
    assert frames[0].shape == (180, 320, 3)
    assert tuple(frames[0][5, 5]) == (10, 200, 30)
    assert tuple(frames[0][60, 200]) == (200, 50, 50)
    assert frames[0].max() > 250  # white letters
    assert frames[3].max() <= 200  # the caption has gone


def test_without_background_or_head_the_picture_is_grey():
    (frame,) = compose((64, 36), 1, 25.0, None, None, [])
    assert len(np.unique(frame)) == 1


def test_taps_see_every_picture_before_anything_is_laid_over_it():
    size, seen = (320, 180), {"back": [], "face": []}
    frames = compose(
        size, 3, 25.0, scene(size, 3), head(head_size(size), 3), [],
        on_background=lambda i, p: seen["back"].append((i, p.copy())),
        on_face=lambda i, p: seen["face"].append((i, p.shape)),
    )  # fmt: skip
    assert len(list(frames)) == 3
    assert [i for i, _ in seen["back"]] == [0, 1, 2]
    assert all((p == (10, 200, 30)).all() for _, p in seen["back"])
    assert seen["face"][0][1] == (head_size(size), head_size(size), 4)


def test_an_engine_that_fails_while_drawing_ends_the_film():
    def broken():
        yield np.zeros((36, 64, 3), np.uint8)
        raise RuntimeError("out of paint")

    video = VideoTrack((64, 36), 25.0, 1.0, broken, (), ())
    with pytest.raises(RuntimeError, match="out of paint"):
        list(compose((64, 36), 5, 25.0, video, None, []))


def test_an_engine_may_draw_every_frame_into_the_same_memory():
    def reused():
        picture = np.zeros((36, 64, 3), np.uint8)
        for i in range(20):
            picture[:] = i
            yield picture

    video = VideoTrack((64, 36), 25.0, 0.8, reused, (), ())
    assert [int(p[0, 0, 0]) for p in compose((64, 36), 20, 25.0, video, None, [])] == list(range(20))


@given(st.integers(144, 2160), st.sampled_from([(16, 9), (9, 16), (1, 1)]))
def test_the_head_fits_every_frame(height, shape):
    unit = height / min(shape)
    size = (round(shape[0] * unit), round(shape[1] * unit))
    assert head_size(size) <= min(size)
    assert head_size(size) % 2 == 0


def test_transparent_pictures_lie_over_grey():
    grey = over_grey(np.zeros((4, 4, 4), np.uint8))
    assert len(np.unique(grey)) == 1
