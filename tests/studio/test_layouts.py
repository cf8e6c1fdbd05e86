from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import RequestError, UnknownNameError
from generators.base import FaceTrack, VideoTrack
from studio.captions import Caption
from studio.compose import compose
from studio.dialogue import Others
from studio.layouts import LAYOUTS, caption_place, head_places, in_circle
from studio.request import FilmRequest

SIZE = (320, 180)
RED, BLUE, GREEN, VIOLET = (200, 40, 40), (40, 60, 200), (10, 200, 30), (160, 20, 220)


def head(side, colour, count=3):
    picture = np.full((side, side, 4), (*colour, 255), np.uint8)
    return FaceTrack(np.arange(count) / 25, np.zeros((count, 52)), np.zeros((count, 6)), (side, side), lambda: iter([picture] * count), ())  # fmt: skip


def scene(count=3):
    return VideoTrack(
        SIZE,
        25.0,
        count / 25,
        lambda: (np.full((180, 320, 3), GREEN, np.uint8) for _ in range(count)),
        (),
        (),
    )


def film(layout, heads=1, lines=(), **rest):
    side = head_places(layout, SIZE, heads, True)[0].side
    rest_of_them = tuple(head(side, colour) for colour in (BLUE, VIOLET)[: heads - 1])
    others = Others(rest_of_them, lambda time: int(time > 0.03)) if heads > 1 else None
    return list(
        compose(SIZE, 3, 25.0, scene(), head(side, RED), list(lines), layout=layout, others=others, **rest)
    )


def where(frame, colour):
    rows, columns = np.nonzero(np.abs(frame.astype(int) - colour).max(axis=-1) < 12)
    return columns, rows


@given(
    st.sampled_from(LAYOUTS),
    st.integers(144, 1080),
    st.sampled_from([(16, 9), (9, 16), (1, 1)]),
    st.integers(1, 4),
)
def test_heads_stand_in_the_picture_and_beside_each_other(layout, height, shape, heads):
    unit = height / min(shape)
    size = (round(shape[0] * unit / 2) * 2, round(shape[1] * unit / 2) * 2)
    places = head_places(layout, size, heads, True)
    assert len(places) == heads
    for place in places:
        assert place.side % 2 == 0
        assert -0.15 * size[0] <= place.left
        assert place.left + place.side <= 1.15 * size[0]
        assert place.top >= -0.05 * place.side
        assert layout == "full" or place.top + place.side <= size[1]
    if heads > 1:
        assert places[0].left + places[0].side / 2 < size[0] / 2 < places[-1].left + places[-1].side / 2
    for one, next_one in pairwise(places):
        assert one.left + 0.85 * one.side < next_one.left + 0.15 * next_one.side


def test_a_circle_is_round_and_leaves_the_scene_alone():
    frame = film("circle")[0]
    columns, rows = where(frame, RED)
    place = head_places("circle", SIZE, 1, True)[0]
    area = np.pi * (0.48 * place.side) ** 2
    assert len(columns) == pytest.approx(area, rel=0.06)
    assert tuple(frame[place.top + 1, place.left + 1]) == GREEN
    assert np.ptp(columns) == pytest.approx(np.ptp(rows), abs=2)


def test_a_circles_head_stands_before_a_plain_backdrop():
    clear = in_circle(np.zeros((40, 40, 4), np.uint8))
    assert clear[20, 20, 3] == 255
    assert clear[0, 0, 3] == 0
    assert clear[20, 20, :3].max() < 120
    assert clear[20, 0, :3].min() > 200  # the ring


def test_the_lower_third_darkens_a_band_and_sets_captions_beside_the_head():
    plain, spoken = film("lower third"), film("lower third", lines=[Caption("hello there", 0.0, 1.0)])
    place = head_places("lower third", SIZE, 1, True)[0]
    assert tuple(plain[0][20, 160]) == GREEN
    assert plain[0][150, 310].max() < 100
    changed = np.nonzero((plain[0] != spoken[0]).any(axis=-1))
    assert changed[1].min() >= place.left + place.side - 2
    assert 0.70 * 180 <= changed[0].min() < changed[0].max() <= 0.95 * 180


def test_full_is_larger_than_portrait():
    sizes = [len(where(film(layout)[0], RED)[0]) for layout in ("full", "portrait", "circle")]
    assert sizes[0] > sizes[1] > sizes[2] > 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_heads_stand_left_and_right_and_the_speakers_is_read(layout):
    seen = []
    frame = film(layout, 2, on_face=lambda i, p: seen.append(tuple(p[5, 5, :3])))[0]
    assert np.median(where(frame, RED)[0]) < 160 < np.median(where(frame, BLUE)[0])
    assert seen == [RED, BLUE, BLUE]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_three_heads_stand_in_a_row(layout):
    frame = film(layout, 3)[0]
    middles = [np.median(where(frame, colour)[0]) for colour in (RED, BLUE, VIOLET)]
    assert middles == sorted(middles)
    assert middles[0] < 160 < middles[2]


def test_captions_have_room():
    for layout in LAYOUTS:
        for heads in (1, 2, 3, 4):
            place = caption_place(layout, SIZE, head_places(layout, SIZE, heads, True))
            assert place.width > 0.25 * SIZE[0]


def test_a_layout_that_is_none_is_refused():
    with pytest.raises(UnknownNameError, match="ring"):
        head_places("ring", SIZE, 1, True)
    with pytest.raises(RequestError, match="layout"):
        FilmRequest.read({"script": "Hi.", "layout": "ring"})
