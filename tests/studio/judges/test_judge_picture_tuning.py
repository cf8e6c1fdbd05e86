from __future__ import annotations

import ast
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from conditioning.assets import asset
from studio.judges.picture_features import FEATURES
from studio.judges.quadrants import QUADRANTS
from studio.judges.tuning.picture import TuningPictureJudge, measures
from studio.judges.tuning.picture_shapes import SHAPES, shapes

JUDGE = TuningPictureJudge()


def drawing(*corners: tuple[int, int]) -> np.ndarray:
    picture = np.full((200, 200, 3), 255, np.uint8)
    cv2.fillPoly(picture, [np.array(corners, np.int32)], (0, 0, 0), cv2.LINE_AA)
    return picture


def disc() -> np.ndarray:
    picture = np.full((200, 200, 3), 255, np.uint8)
    cv2.circle(picture, (100, 100), 60, (0, 0, 0), -1, cv2.LINE_AA)
    return picture


def star() -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    lengths = np.where(np.arange(16) % 2, 80, 25)
    points = np.stack([100 + lengths * np.cos(angles), 100 + lengths * np.sin(angles)], axis=1)
    return drawing(*[(int(x), int(y)) for x, y in points])


def shape(picture: np.ndarray, name: str) -> float:
    return float(shapes(picture)[SHAPES.index(name)])


def patch(*colour: int) -> np.ndarray:
    """A wall of one colour with a little shade, so that there is something to see."""
    shade = np.linspace(0.9, 1.1, 160)[None, :, None]
    return np.clip(np.array(colour) * np.broadcast_to(shade, (120, 160, 1)), 0, 255).astype(np.uint8)


def test_a_disc_is_rounder_less_pointed_and_fuller_than_a_star() -> None:
    assert shape(disc(), "largest part, roundness") > 0.8 > 2 * shape(star(), "largest part, roundness")
    points = "largest part, points of its contour, logarithm"
    assert shape(star(), points) > np.log(8) > shape(disc(), points)
    hull = "largest part, share of its hull"
    assert shape(disc(), hull) > 0.9 > shape(star(), hull)


def test_shapes_know_place_symmetry_and_direction() -> None:
    tower = drawing((90, 20), (110, 20), (110, 120), (90, 120))
    assert shape(tower, "largest part, upright to level") > 1
    assert shape(tower, "figure, height of its middle") > 0.1
    assert (
        shape(tower, "figure, left to right symmetry") > 0.95 > shape(tower, "figure, top to bottom symmetry")
    )
    assert shape(tower[::-1], "figure, height of its middle") < -0.1


def test_dark_on_light_and_light_on_dark_have_the_same_shape() -> None:
    assert shapes(255 - star())[4:10] == pytest.approx(shapes(star())[4:10], abs=0.05)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_of_one_lightness_has_no_shape(level: int) -> None:
    assert not shapes(np.full((60, 80, 3), level, np.uint8)).any()


def test_measures_are_finite_on_any_picture() -> None:
    for size in ((1, 1), (8, 300), (90, 120)):
        picture = np.random.default_rng(2).integers(0, 256, (*size, 3), np.uint8)
        seen = measures(picture)
        assert seen.shape == (len(FEATURES) + len(SHAPES),)
        assert np.isfinite(seen).all()


def test_vivid_red_excites_more_than_pale_blue_and_yellow_pleases_more_than_dark_grey() -> None:
    red, blue, yellow, grey = (
        JUDGE.read(patch(*colour)).vad
        for colour in ((210, 25, 30), (165, 195, 225), (250, 215, 40), (60, 60, 60))
    )
    assert red is not None and blue is not None and yellow is not None and grey is not None
    assert red.arousal > blue.arousal + 0.1
    assert yellow.valence > grey.valence + 0.1


@pytest.mark.parametrize(
    "picture",
    [np.zeros((90, 120, 3), np.uint8), np.random.default_rng(3).integers(0, 256, (200, 300, 3), np.uint8)],
)
def test_black_and_noise_have_no_reading(picture: np.ndarray) -> None:
    assert JUDGE.read(picture).top == "no reading"


def test_a_film_is_read_every_half_second() -> None:
    timed = JUDGE.read_over_time((number / 10, patch(10 * number, 100, 90)) for number in range(11))
    assert [t.start for t in timed] == pytest.approx([0.0, 0.5, 1.0])
    assert sum(timed[0].reading.probabilities.values()) == pytest.approx(1)
    assert tuple(timed[0].reading.probabilities) == QUADRANTS


def test_it_sees_through_no_network_and_through_nothing_that_scores() -> None:
    folder = Path(__file__).resolve().parents[3] / "studio" / "judges" / "tuning"
    for name in ("picture.py", "picture_shapes.py"):
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any("scoring" in module or "onnx" in module for module in names)


def test_the_card_says_that_photographs_are_weakly_read() -> None:
    facts = json.loads((asset("judges", "tuning", "picture") / "card.json").read_text(encoding="utf-8"))
    assert 0 < facts["valence_r"] < 0.4
    assert facts["scales_of_colour"]["arousal"] > 0.5
    assert any("weakly" in limit for limit in facts["limits"])
