from __future__ import annotations

import threading
from functools import cache

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, RequestError, UnknownNameError
from generators.base import ARKIT, FaceRequest, Job
from generators.face.avatar import Avatar
from generators.face.drawn.artist import Artist
from generators.face.drawn.designs import design, design_names
from generators.face.drawn.features import brows, eyes, mouth, weights_by_name
from generators.face.drawn.fill_kernels import NO_CLIP, paint
from generators.face.drawn.outlines import ellipse, stroke

NAMES = design_names()
POSE = np.zeros(6)


def weights(**shapes: float) -> np.ndarray:
    out = np.zeros(52)
    for name, value in shapes.items():
        out[[i for i, n in enumerate(ARKIT) if n in (name, f"{name}Left", f"{name}Right")]] = value
    return out


@cache
def artist(name: str = "pip", side: int = 128) -> Artist:
    return Artist(design(name), (side, side))


def picture(name: str = "pip", pose: np.ndarray = POSE, **shapes: float) -> np.ndarray:
    return artist(name).draw(weights(**shapes), pose, 0.5)


def expression(emotion: str) -> dict[str, float]:
    track = Avatar().generate(FaceRequest(Conditioning.of(Emotion.of(emotion)), 2.0))
    return weights_by_name(np.median(track.arkit[25:], axis=0))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_transparent_around_and_opaque_within(name):
    drawn = picture(name)
    assert drawn.shape == (128, 128, 4)
    assert drawn.dtype == np.uint8
    assert drawn[0, 0, 3] == 0
    assert drawn[60, 64, 3] == 255
    edge = (drawn[..., 3] > 0) & (drawn[..., 3] < 255)
    assert 50 < edge.sum() < 1500  # edges are smooth, and nothing else is seen through


@pytest.mark.parametrize("name", NAMES)
def test_a_blink_hides_iris_and_white(name):
    white = design(name).colours["white"][:3] * 255
    seen = [
        (np.abs(p[30:75, 20:108, :3].astype(int) - white).max(axis=-1) < 25).sum()
        for p in (picture(name), picture(name, eyeBlink=1.0))
    ]
    assert seen[0] > 25
    assert seen[1] < 0.1 * seen[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_jaw_opens_the_mouth_and_closed_lips_close_it(name):
    n = design(name).numbers
    wide, shut, rest = (
        mouth(weights_by_name(weights(**w)), n) for w in ({"jawOpen": 0.6}, {"mouthPress": 0.5}, {})
    )
    assert wide.open
    assert not shut.open
    assert not rest.open
    assert (wide.lower - wide.upper)[8, 1] > 0.3
    assert (wide.lower[:, 1] >= wide.upper[:, 1] - 1e-9).all()


def test_corners_of_the_mouth_tell_joy_from_sadness():
    n = design().numbers
    glad, sad = (mouth(expression(e), n) for e in ("joy", "sadness"))
    lift = [m.upper[[0, -1], 1].mean() - m.upper[8, 1] for m in (glad, sad)]
    assert lift[0] < -0.05
    assert lift[1] > 0.05


def test_brows_tell_anger_from_sadness_and_surprise():
    n = design().numbers
    inner = {
        e: np.mean([b.line[0, 1] - b.line[-1, 1] for b in brows(expression(e), n)])
        for e in ("anger", "sadness")
    }
    assert inner["anger"] > 0.05 > -0.05 > inner["sadness"]  # down at the nose, or up
    height = {
        e: np.mean([b.line[:, 1].mean() for b in brows(expression(e), n)])
        for e in ("surprise", "neutral", "anger")
    }
    assert height["surprise"] < height["neutral"] - 0.05 < height["anger"]


def test_eyes_of_surprise_are_wider_than_of_joy():
    n = design().numbers
    tall = {e: np.ptp(eyes(expression(e), n)[0].opening[:, 1]) for e in ("surprise", "neutral", "joy")}
    assert tall["surprise"] > tall["neutral"] > tall["joy"]


def test_intensity_grows_evenly():
    n, moved = design().numbers, []
    rest = mouth(weights_by_name(np.zeros(52)), n)
    for intensity in (0.0, 0.25, 0.5, 0.75, 1.0):
        emotion = Emotion.of("joy", intensity) if intensity else Emotion.neutral()
        track = Avatar().generate(FaceRequest(Conditioning.of(emotion), 2.0))
        m = mouth(weights_by_name(np.median(track.arkit[25:], axis=0)), n)
        moved.append(np.abs(np.stack([m.upper - rest.upper, m.lower - rest.lower])).mean())
    assert (np.diff(moved) > 0).all()


def test_the_head_turns_with_its_pose():
    def middle(pose: np.ndarray) -> np.ndarray:
        drawn = picture("pip", pose)[20:85]  # the top is of a like colour
        iris = design().colours["iris"][:3] * 255
        rows, columns = np.nonzero(np.abs(drawn[..., :3].astype(int) - iris).max(axis=-1) < 45)
        return np.array([columns.mean(), rows.mean()])

    still = middle(POSE)
    assert middle(np.array([0, 0, 0, 0, 0.3, 0]))[0] > still[0] + 4  # to the picture's right
    assert middle(np.array([0, 0, 0, 0.25, 0, 0]))[1] < still[1] - 3  # chin up
    assert middle(np.array([0, 0, 0, 0, 0, 0.2]))[0] > still[0] + 3  # crown to the picture's right
    assert middle(np.array([0, 0.01, 0, 0, 0, 0]))[1] < still[1] - 2


def test_looks_move_the_iris():
    n = design().numbers
    right = eyes(weights_by_name(weights(eyeLookOutLeft=1.0, eyeLookInRight=1.0)), n)
    still = eyes(weights_by_name(weights()), n)
    assert all(a.iris[0] > b.iris[0] + 0.05 for a, b in zip(right, still, strict=True))


def test_a_filled_circle_has_its_area_at_any_size_and_place():
    for radius, x in ((3.3, 20.2), (14.7, 31.9), (25.0, 5.5)):
        canvas = np.zeros((64, 64, 4), np.float32)
        points = ellipse(x, 30.3, radius, radius, 256).astype(np.float32)
        colours = np.array([[1, 1, 1, 1, 1, 1, 1]], np.float32)
        clip = np.array([NO_CLIP])
        paint(
            points,
            np.array([0, 256]),
            colours,
            clip,
            clip,
            np.zeros((64, 66), np.float32),
            np.zeros((1, 64, 64), np.float32),
            canvas,
        )
        rows, columns = np.mgrid[0:640, 0:640] / 10 + 0.05
        inside = (np.hypot(columns - x, rows - 30.3) <= radius).mean() * 64 * 64
        assert canvas[..., 3].sum() == pytest.approx(inside, rel=0.01)


def test_a_stroke_that_crosses_itself_counts_once():
    line = np.array([[10.0, 10.0], [50.0, 50.0], [50.0, 10.0], [10.0, 50.0]])
    canvas = np.zeros((64, 64, 4), np.float32)
    outline = stroke(np.repeat(line, 3, axis=0) + np.linspace(0, 0.01, 12)[:, None], 6.0).astype(np.float32)
    colours, clip = np.ones((1, 7), np.float32), np.array([NO_CLIP])
    paint(
        outline,
        np.array([0, len(outline)]),
        colours,
        clip,
        clip,
        np.zeros((64, 66), np.float32),
        np.zeros((1, 64, 64), np.float32),
        canvas,
    )
    assert canvas[..., 3].max() <= 1 + 1e-5


def test_the_same_seed_gives_the_same_pictures_and_every_name_another():
    request = FaceRequest(Conditioning.of(Emotion.of("joy")), 0.2, size=(96, 96))
    first, again = ([p.tobytes() for p in Avatar().generate(request).frames()] for _ in range(2))
    assert first == again
    assert len(first) == 5
    assert len({picture(name).tobytes() for name in NAMES}) == len(NAMES)


def test_odd_sizes_stand_at_the_bottom():
    drawn = Artist(design(), (64, 96)).draw(weights(), POSE, 0.5)
    assert drawn.shape == (96, 64, 4)
    assert drawn[:20, :, 3].max() == 0
    assert drawn[-1, 32, 3] == 255


def test_wrong_requests_are_told_and_a_cancel_is_seen():
    wanted = Conditioning.of(Emotion.of("joy"))
    with pytest.raises(UnknownNameError, match="pipp"):
        Avatar().generate(FaceRequest(wanted, 1.0, character="pipp"))
    with pytest.raises(RequestError):
        Avatar().generate(FaceRequest(wanted, 1.0, size=(4, 4)))
    cancel = threading.Event()
    track = Avatar().generate(FaceRequest(wanted, 1.0, size=(64, 64), job=Job(cancel=cancel)))
    pictures = track.frames()
    next(pictures)
    cancel.set()
    with pytest.raises(Cancelled):
        list(pictures)


def test_what_is_not_drawn_is_told():
    told = {
        a.name: a for a in Avatar().generate(FaceRequest(Conditioning.of(Emotion.of("joy")), 0.2)).fulfilment
    }
    assert told["action units"].status == "approximated"
    assert told["emotion"].status == "honoured"
