from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from studio.quality.banding import banding
from studio.quality.flicker import Flicker
from studio.quality.picture import black, film_defects, white

HEIGHT, WIDTH, FPS = 180, 320, 25.0


def grey(levels: np.ndarray) -> np.ndarray:
    return np.repeat(np.clip(np.rint(levels), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def slope(first: float, last: float, height: int = 360, width: int = 640) -> np.ndarray:
    return np.linspace(first, last, width)[None] * np.ones((height, 1))


def texture() -> np.ndarray:
    noise = np.random.default_rng(1).random((HEIGHT, 2 * WIDTH)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 5)
    return 50 + 150 * (smooth - smooth.min()) / np.ptp(smooth)


SCENE = texture()


def film(count: int = 40, pan: float = 0.0, brightness: object = lambda k: 0.0) -> Iterator[np.ndarray]:
    for k in range(count):
        shift = np.array([[1, 0, -pan * k], [0, 1, 0]], np.float32)
        yield grey(cv2.warpAffine(SCENE, shift, (WIDTH, HEIGHT)) + brightness(k))


def flicker(frames: Iterator[np.ndarray]) -> float:
    meter = Flicker(FPS)
    for frame in frames:
        meter.add(frame)
    return meter.value


def test_bands_show_and_dither_hides_them() -> None:
    smooth = slope(40, 100)
    noise = np.random.default_rng(0)
    dither = noise.random(smooth.shape) - noise.random(smooth.shape)
    bands = banding(grey(np.rint(smooth / 4) * 4))
    assert bands > 30
    assert banding(grey(smooth + dither)) < 2
    assert banding(grey(np.rint(smooth / 4) * 4)) > banding(
        grey(smooth)
    )  # steps of 4 show more than steps of 1


@pytest.mark.parametrize("kind", ["plain", "noise", "shapes"])
def test_pictures_without_gradients_have_no_bands(kind: str) -> None:
    picture = grey(np.full((360, 640), 90.0))
    if kind == "noise":
        picture = grey(128 + 20 * np.random.default_rng(0).standard_normal((360, 640)))
    if kind == "shapes":
        cv2.rectangle(picture, (100, 60), (400, 300), (220, 160, 30), -1)
    assert banding(picture) == 0


def test_bands_do_not_depend_on_direction_or_order() -> None:
    steps = grey(np.rint(slope(40, 100, 360, 360) / 3) * 3)
    across = banding(steps)
    assert banding(np.ascontiguousarray(steps[:, ::-1])) == pytest.approx(across, rel=0.05)
    assert banding(np.ascontiguousarray(steps.transpose(1, 0, 2))) == pytest.approx(across, rel=0.05)


def test_tiny_pictures_have_no_bands() -> None:
    assert banding(grey(slope(0, 10, 8, 8))) == 0


def test_a_still_and_a_fade_do_not_flicker() -> None:
    assert flicker(film()) == 0
    assert flicker(film(brightness=lambda k: 40 - 2 * k)) < 0.02


@pytest.mark.parametrize("pan", [1.0, 3.0])
def test_motion_is_no_flicker(pan: float) -> None:
    assert flicker(film(pan=pan)) < 0.2


def test_grain_is_little_flicker() -> None:
    rng = np.random.default_rng(4)
    assert flicker(grey(SCENE[:, :WIDTH] + rng.normal(0, 5, (HEIGHT, WIDTH))) for _ in range(40)) < 0.3


@pytest.mark.parametrize("pan", [0.0, 3.0])
@pytest.mark.parametrize("share", [0.01, 0.02, 0.1])
def test_flicker_is_twice_the_swing_whatever_moves(share: float, pan: float) -> None:
    found = flicker(film(pan=pan, brightness=lambda k: 255 * share * (-1) ** k))
    assert found == pytest.approx(200 * share, rel=0.15)


def test_fast_flicker_counts_and_a_slow_pulse_hardly() -> None:
    def wave(hertz: float) -> float:
        return flicker(film(75, brightness=lambda k: 12 * np.sin(2 * np.pi * hertz * k / FPS)))

    assert wave(5) > 8 * wave(0.5)


def test_a_cut_is_no_flicker() -> None:
    frames = [*film(20), *(grey(SCENE[:, WIDTH:]) for _ in range(20))]
    assert flicker(iter(frames)) < 0.05


def test_black_white_and_frozen_frames_are_counted() -> None:
    frames = [
        *film(10, pan=4.0),
        *[grey(np.zeros((HEIGHT, WIDTH)))] * 5,
        *[grey(np.full((HEIGHT, WIDTH), 255.0))] * 5,
    ]
    found = film_defects(iter(frames), FPS)
    assert found.frames == 20
    assert found.black_share == pytest.approx(0.25)
    assert found.white_share == pytest.approx(0.25)
    assert found.frozen_share == pytest.approx(8 / 19)


def test_a_moving_film_has_no_defect() -> None:
    found = film_defects(film(pan=2.0), FPS)
    assert found.black_share == found.white_share == found.frozen_share == 0
    assert found.flicker < 0.2
    assert found.banding < 5


def test_dark_is_not_black_and_bright_is_not_white() -> None:
    dark, bright = grey(np.full((90, 160), 8.0)), grey(np.full((90, 160), 250.0))
    dark[20:60, 20:60], bright[20:60, 20:60] = 60, 200
    assert not black(dark)
    assert not white(bright)


def test_a_film_without_frames_says_nothing() -> None:
    found = film_defects(iter(()), FPS)
    assert found.frames == found.flicker == 0
    assert np.isnan(found.banding)
