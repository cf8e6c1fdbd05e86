"""What a moved portrait shows of an expression: folds on fair and dark skin, whites of raised lids, and moves as far as asked."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from conditioning.errors import InputFileError
from generators.base import ARKIT
from generators.face.photo.lattice import face_lattice
from generators.face.photo.openings import complete_eye
from generators.face.photo.points import CONTOURS, IRIS_FIRST
from generators.face.photo.portrait import find_portrait
from generators.face.photo.renderer import PhotoRenderer
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.tables import shape_vector

SIZE = 256
STILL = np.zeros(6)
PLAIN = np.zeros(len(ARKIT))


@cache
def picture(name: str) -> np.ndarray:
    """A character drawn at rest over grey, uint8 RGB."""
    drawn = Renderer(build_model(name), (SIZE, SIZE)).draw(PLAIN, STILL, 0.5).astype(float)
    alpha = drawn[..., 3:] / 255
    return np.ascontiguousarray((drawn[..., :3] * alpha + 150 * (1 - alpha)).astype(np.uint8))


@cache
def renderer(name: str) -> PhotoRenderer:
    return PhotoRenderer(find_portrait(picture(name), name), (SIZE, SIZE))


def around(name: str, weights: np.ndarray, point: int, reach: float) -> np.ndarray:
    """Brightness of the square about a point that has moved, as a portrait shows it."""
    shown = renderer(name).draw(weights, STILL)[..., :3].mean(axis=2)
    x, y, _ = renderer(name).mover.moved(weights, STILL)[point]
    half = max(round(reach * renderer(name).portrait.fit.scale), 2)
    return np.asarray(shown[int(y) - half : int(y) + half + 1, int(x) - half : int(x) + half + 1])


def contrast(name: str, weights: np.ndarray, point: int, reach: float) -> float:
    """Range of the logarithm of brightness about a point, without its brightest and darkest tenth."""
    low, high = np.quantile(np.log(around(name, weights, point, reach) + 1), [0.1, 0.9])
    return float(high - low)


@pytest.mark.parametrize("name", ["mara", "amina"])
def test_a_frown_folds_the_skin_between_the_brows(name: str) -> None:
    frown = shape_vector({"browDown": 1.0})
    assert contrast(name, frown, 9, 0.12) > 1.5 * contrast(name, PLAIN, 9, 0.12)


@pytest.mark.parametrize("name", ["mara", "amina"])
def test_brows_raised_and_drawn_together_crease_more_than_both_movements_alone(name: str) -> None:
    rest = contrast(name, PLAIN, 9, 0.12)
    up, together = {"browInnerUp": 0.9}, {"browDown": 0.2}
    alone = [contrast(name, shape_vector(part), 9, 0.12) - rest for part in (up, together)]
    both = contrast(name, shape_vector(up | together), 9, 0.12) - rest
    assert both > 1.5 * max(sum(alone), *alone, 0.05)


def test_dark_skin_shows_folds_as_clearly_as_fair_skin() -> None:
    frown = shape_vector({"browDown": 1.0})
    gain = {
        name: contrast(name, frown, 9, 0.12) - contrast(name, PLAIN, 9, 0.12) for name in ("mara", "amina")
    }
    assert gain["amina"] > 0.9 * gain["mara"]


@pytest.mark.parametrize("name", ["mara", "amina"])
def test_raised_lids_uncover_the_white_of_the_eye(name: str) -> None:
    wide = shape_vector({"eyeWide": 1.0})
    drawn = renderer(name).draw(wide, STILL)[..., :3].astype(float)
    moved = renderer(name).mover.moved(wide, STILL)
    seen = []
    for side in ("right", "left"):
        # Beside the iris, in the third of the opening below the raised lid.
        for upper, lower in zip(
            CONTOURS[f"{side}_upper"][[2, 6]], CONTOURS[f"{side}_lower"][[2, 6]], strict=True
        ):
            x, y = (moved[upper, :2] + 0.33 * (moved[lower, :2] - moved[upper, :2])).round().astype(int)
            seen.append(drawn[y, x])
    white = renderer(name)._white()
    assert np.mean(seen) > 0.7 * white.mean()
    assert np.ptp(np.mean(seen, axis=0)) < 40  # neither skin nor lashes


def test_points_move_as_far_as_their_shape_says() -> None:
    mover, lattice = renderer("mara").mover, face_lattice()
    raised = mover.moved(shape_vector({"browInnerUp": 1.0}), STILL)
    asked = (raised - mover.moved(PLAIN, STILL))[:IRIS_FIRST, 1]
    shown = lattice.refine @ raised - lattice.refine @ mover.moved(PLAIN, STILL)
    brows = [55, 285, 107, 336]
    assert 0.85 < shown[brows, 1].mean() / asked[brows].mean() < 1.1


def test_lids_go_their_way_as_the_head_s_do() -> None:
    def opening(blink: float) -> float:
        moved = renderer("mara").mover.moved(shape_vector({"eyeBlink": blink}), STILL)
        return float((moved[CONTOURS["left_lower"]] - moved[CONTOURS["left_upper"]])[3:6, 1].mean())

    path = np.array([opening(blink) for blink in (0.0, 0.3, 0.6, 1.0)])
    assert (np.diff(path) < 0).all()
    assert path[1] / path[0] < 0.62  # a blink of .3 has closed the head's eyes by half
    assert path[3] == pytest.approx(0.0, abs=1e-6)


def test_the_front_of_the_face_says_how_large_it_is() -> None:
    points, fit = renderer("mara").portrait.points, renderer("mara").portrait.fit
    eyes = np.linalg.norm(points[[33, 133]].mean(axis=0) - points[[263, 362]].mean(axis=0))
    assert 0.9 < eyes / fit.scale < 1.1


def test_an_iris_half_hidden_is_made_round() -> None:
    x, y = np.meshgrid(np.arange(120), np.arange(80))
    eye = np.where((np.hypot(x - 60, y - 40) < 14)[..., None], [60, 90, 40], [225, 220, 215])
    upper = np.column_stack([np.linspace(20, 100, 9), 40 - 8 * np.sin(np.linspace(0, np.pi, 9))])
    lower = np.column_stack([np.linspace(20, 100, 9), 40 + 14 * np.sin(np.linspace(0, np.pi, 9))])
    skin = np.broadcast_to([150, 100, 80], eye.shape)
    inside = (y > np.interp(x[0], upper[:, 0], upper[:, 1])) & (y < np.interp(x[0], lower[:, 0], lower[:, 1]))
    given = np.where((inside & (x > 20) & (x < 100))[..., None], eye, skin).astype(np.uint8)
    iris = np.array([[60, 40], [74, 40], [60, 26], [46, 40], [60, 54]], float)
    whole = complete_eye(given, upper, lower, iris, np.array([225.0, 220, 215]))
    drawn = whole.raised.astype(float)
    column = int(60 - whole.corner[0])
    above = drawn[int(29 - whole.corner[1]), column], drawn[int(20 - whole.corner[1]), column]
    assert np.abs(above[0] - [60, 90, 40]).max() < 25  # hidden part of the iris
    assert np.abs(above[1] - [225, 220, 215]).max() < 25  # white above it


def test_a_face_that_the_edge_cuts_through_is_told() -> None:
    x = int(renderer("mara").portrait.points[1, 0])
    with pytest.raises(InputFileError, match="cut off"):
        find_portrait(np.ascontiguousarray(picture("mara")[:, : x + 25]), "half")


def test_glasses_keep_their_shape_when_brows_rise() -> None:
    glasses = renderer("kenji")._glasses
    assert glasses is not None
    still, raised = (
        renderer("kenji").draw(weights, STILL)[..., :3].astype(float)
        for weights in (PLAIN, shape_vector({"browInnerUp": 1.0, "browOuterUp": 1.0}))
    )
    x, y = glasses.corner.astype(int)
    height, width = glasses.frame.shape[:2]
    whole = glasses.frame[..., 3] > 0.99
    change = np.abs(raised - still)[y : y + height, x : x + width].max(axis=2)
    assert whole.sum() > 300
    assert change[whole].max() < 3  # the frame stands where it stood
    assert np.quantile(change[~whole], 0.95) > 10  # and the skin under it moved


def test_faces_without_glasses_have_none() -> None:
    assert all(renderer(name)._glasses is None for name in ("mara", "amina"))


@pytest.mark.parametrize("name", ["mara", "amina"])
def test_blush_reddens_the_cheeks_and_leaves_the_forehead(name: str) -> None:
    pale, red = (
        renderer(name).draw(PLAIN, STILL, (blush, 0.0, 0.0))[..., :3].astype(float) for blush in (0.0, 1.0)
    )

    def redness(shown: np.ndarray, point: int) -> float:
        x, y = renderer(name).portrait.points[point, :2].round().astype(int)
        r, g, _ = shown[y - 2 : y + 3, x - 2 : x + 3].mean(axis=(0, 1))
        return float(r / g)

    for cheek in (205, 425):
        assert redness(red, cheek) > 1.08 * redness(pale, cheek)
    assert redness(red, 151) < 1.04 * redness(pale, 151)


def test_tears_run_below_the_eyes_alone() -> None:
    dry, wet = (
        renderer("mara").draw(PLAIN, STILL, (0.0, tears, 0.0))[..., :3].astype(float).mean(axis=2)
        for tears in (0.0, 1.0)
    )
    points = renderer("mara").portrait.points
    changed = np.abs(wet - dry) > 3
    eyes, chin = int(points[[33, 263], 1].mean()), int(points[152, 1])
    assert changed[eyes:chin].sum() > 60
    assert changed[:eyes].sum() < 10
