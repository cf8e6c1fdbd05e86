from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import FaceRequest, Job
from generators.face.head import Head
from generators.face.performance import flush
from generators.face.playback import motion_of
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.render.side_by_side import side_by_side
from generators.face.render.stage import mood_light


class Pen:
    """A renderer that notices if two threads use it at once."""

    def __init__(self) -> None:
        self.held = threading.Lock()

    def draw(self, number: int) -> np.ndarray:
        assert self.held.acquire(blocking=False), "two threads draw with one renderer"
        time.sleep(0.002 * (number % 3))
        self.held.release()
        return np.full(2, number)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 40])
@pytest.mark.parametrize("pens", [1, 2])
def test_pictures_come_in_their_order(count: int, pens: int) -> None:
    pictures = side_by_side(count, Pen.draw, [Pen() for _ in range(pens)])
    assert [int(picture[0]) for picture in pictures] == list(range(count))


def test_no_more_are_drawn_than_are_drawn_at_once_and_wait() -> None:
    begun: list[int] = []

    def draw(pen: Pen, number: int) -> np.ndarray:
        begun.append(number)
        return pen.draw(number)

    pictures = side_by_side(100, draw, [Pen(), Pen()])
    next(pictures)
    time.sleep(0.05)
    assert len(begun) <= 3
    pictures.close()
    done = len(begun)
    time.sleep(0.05)
    assert len(begun) == done


def test_what_fails_is_told_where_its_picture_is_due() -> None:
    def draw(pen: Pen, number: int) -> np.ndarray:
        if number == 5:
            raise ValueError("no ink")
        return pen.draw(number)

    pictures = side_by_side(10, draw, [Pen(), Pen()])
    assert [int(next(pictures)[0]) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="no ink"):
        next(pictures)


def test_two_heads_share_the_threads() -> None:
    ours, theirs = (side_by_side(20, Pen.draw, [Pen(), Pen()]) for _ in range(2))
    for number in range(20):
        assert next(ours)[0] == next(theirs)[0] == number


def test_a_heads_pictures_do_not_depend_on_which_renderer_drew_before() -> None:
    request = FaceRequest(
        Conditioning.of(Emotion.of("joy")), 0.4, size=(64, 64), character="jonas", job=Job(3)
    )
    moving = motion_of(request)
    light = mood_light(request.conditioning.timeline.sample(moving.times).vad)
    pictures = list(Head().generate(request).frames())
    assert len(pictures) == len(moving.times) == 10
    for i, picture in enumerate(pictures):
        fresh = Renderer(build_model("jonas"), request.size)
        flushed = tuple(float(share) for share in flush(request, moving.times)[i])
        drawn = fresh.draw(moving.arkit[i], moving.pose[i], float(moving.breath[i]), flushed, light[i])
        assert np.array_equal(picture, drawn)
