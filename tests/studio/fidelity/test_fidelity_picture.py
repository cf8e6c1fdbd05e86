from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from studio.fidelity.picture import film_look, look, motion
from studio.judges.oklab import oklab


def plain(red: int, green: int, blue: int, size: tuple[int, int] = (90, 160)) -> np.ndarray:
    return np.full((*size, 3), (red, green, blue), np.uint8)


def texture(
    shift_right: float = 0.0, shift_up: float = 0.0, size: tuple[int, int] = (180, 240)
) -> np.ndarray:
    """Soft blobs moved by so many pixels."""
    noise = np.random.default_rng(3).normal(size=(size[0] + 80, size[1] + 80)).astype(np.float32)
    blobs = cv2.GaussianBlur(noise, (0, 0), 4)
    onto = np.array([[1, 0, shift_right - 40], [0, 1, -shift_up - 40]], np.float32)
    moved = cv2.warpAffine(blobs, onto, (size[1], size[0]), flags=cv2.INTER_CUBIC)
    grey = np.clip(128 + 60 * moved / blobs.std(), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def film(speed: float, fps: float = 10.0, count: int = 6) -> Iterator[tuple[float, np.ndarray]]:
    for number in range(count):
        yield number / fps, texture(shift_right=speed * number)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 255, 0), (0.86644, -0.23389, 0.17950)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab_gives_the_published_values(
    colour: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    assert oklab(np.array(colour, np.uint8)) == pytest.approx(lab, abs=2e-4)


def test_a_grey_picture_has_no_chroma_hue_contrast_or_colour() -> None:
    found = look(plain(119, 119, 119))
    assert found.lightness == pytest.approx(0.5694, abs=2e-3)
    assert (found.contrast, found.chroma, found.warmth) == pytest.approx((0, 0, 0), abs=1e-4)
    assert found.colourfulness == 0
    assert np.isnan(found.hue)


def test_a_red_picture_has_red_s_hue_and_chroma() -> None:
    found = look(plain(255, 0, 0))
    assert found.hue == pytest.approx(29.23, abs=0.05)
    assert found.chroma == pytest.approx(0.2577, abs=2e-4)
    # Hasler & Süsstrunk: no spread, means 255 and 127.5.
    assert found.colourfulness == pytest.approx(0.3 * np.hypot(255, 127.5))


def test_half_black_half_white_has_the_greatest_contrast() -> None:
    picture = plain(0, 0, 0)
    picture[:, 80:] = 255
    assert look(picture).contrast == pytest.approx(0.5, abs=1e-6)


def test_a_look_does_not_depend_on_size() -> None:
    small, large = texture(), cv2.resize(texture(), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    assert look(large).lightness == pytest.approx(look(small).lightness, abs=0.01)
    assert look(large).contrast == pytest.approx(look(small).contrast, abs=0.01)


@pytest.mark.parametrize(("right", "up"), [(3.0, 0.0), (0.0, 3.0), (-2.0, -2.0)])
def test_motion_is_measured_in_heights_a_second(right: float, up: float) -> None:
    found = motion(texture(), texture(right, up), 0.1)
    assert found.rightward == pytest.approx(right / 180 / 0.1, abs=0.015)
    assert found.upward == pytest.approx(up / 180 / 0.1, abs=0.015)
    assert found.speed == pytest.approx(np.hypot(right, up) / 18, abs=0.015)


def test_a_still_film_does_not_move_and_an_even_one_is_steady() -> None:
    still, even = film_look(film(0.0)), film_look(film(3.0))
    assert still.motion.speed == pytest.approx(0.0, abs=1e-4)
    assert even.motion.speed == pytest.approx(3 / 18, abs=0.015)
    assert even.unsteadiness < 0.1
    assert even.frames == 6


def test_jerks_are_unsteady() -> None:
    steps = np.cumsum([0, 0, 6, 0, 6, 0, 6])
    jerky = film_look((n / 10, texture(float(at))) for n, at in enumerate(steps))
    assert jerky.unsteadiness > 0.8


def test_the_hue_of_a_film_is_the_mean_direction() -> None:
    # Hues either side of 0 degrees must not average to 180.
    found = film_look([(0.0, plain(255, 60, 120)), (0.1, plain(255, 60, 160))])
    hues = [look(plain(255, 60, blue)).hue for blue in (120, 160)]
    assert min(abs(found.look.hue - hue) for hue in (*hues, *(h + 360 for h in hues))) < 20


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="no frame"):
        film_look([])
    with pytest.raises(ValueError, match="shapes"):
        motion(plain(0, 0, 0), plain(0, 0, 0, (80, 80)), 0.1)
    with pytest.raises(ValueError, match="more than 0"):
        motion(plain(0, 0, 0), plain(0, 0, 0), 0.0)
