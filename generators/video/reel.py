"""The frames of a film: scenes in turn, dissolving into one another, printed on one film stock."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from generators.base import Job, VideoRequest
from generators.video.colour import f32
from generators.video.families import family
from generators.video.families.base import drawing_size
from generators.video.film import Film, Stock
from generators.video.grade import dissolve
from generators.video.look import Look, looks
from generators.video.palette import Palette, palette
from generators.video.plan import Scene

__all__ = ["frame_count", "frames", "shares", "warm_up"]

_STOCK, _SHOT = 1, 2  # keys of the job's random generators


class Shot:
    """A scene before its camera.

    Args:
        name: of its family.
        size: (width, height) of the film.
        rng: of this scene.
    """

    def __init__(self, name: str, size: tuple[int, int], rng: np.random.Generator) -> None:
        kind = family(name)
        self._size = size
        self._scene = kind(drawing_size(size, kind.resolution), rng)
        self._film = Film(kind.light_range, kind.focus)

    def take(self, look: Look, colours: Palette, seconds: float) -> np.ndarray:
        """The next picture at the film's size: display values float32 ``(H, W, 3)``."""
        self._scene.step(look, seconds)
        small = self._film.develop(self._scene.draw(look, colours), look, seconds)
        return cv2.resize(small, self._size, interpolation=cv2.INTER_CUBIC)


def frame_count(request: VideoRequest) -> int:
    """Frames of a film: its duration times its rate, rounded, at least one."""
    return max(1, round(request.duration * request.fps))


def shares(scenes: tuple[Scene, ...], time: float) -> dict[int, float]:
    """How much of each scene is seen at a time.

    Args:
        scenes: in order.
        time: seconds.

    Returns:
        By index, only those that are seen; one or two of them, summing to 1.
    """
    current = max(k for k, scene in enumerate(scenes) if k == 0 or scene.start - scene.fade / 2 < time)
    scene = scenes[current]
    if not scene.fade:
        return {current: 1.0}
    way = min((time - scene.start) / scene.fade + 0.5, 1.0)
    new = way * way * (3.0 - 2.0 * way)
    return {current: 1.0} if new >= 1.0 else {current - 1: 1.0 - new, current: new}


def frames(request: VideoRequest, scenes: tuple[Scene, ...]) -> Iterator[np.ndarray]:
    """Pictures uint8 ``(H, W, 3)`` one after the other; two scenes at most are held at a time.

    Raises:
        Cancelled: the user stopped the work.
    """
    job, seconds, count = request.job, 1.0 / request.fps, frame_count(request)
    stock = Stock(request.size[0], job.rng(_STOCK))
    shots: dict[int, Shot] = {}
    for k, look in enumerate(looks(request.conditioning, request.fps, count)):
        seen = shares(scenes, k * seconds)
        names = " and ".join(scenes[index].family for index in seen)
        job.step(k, count, f"drawing {names}")
        shots = {i: shots.get(i) or Shot(scenes[i].family, request.size, job.rng(_SHOT, i)) for i in seen}
        colours = palette(look)
        takes = [shot.take(look, colours, seconds) for shot in shots.values()]
        if len(takes) == 2:
            dissolve(takes[0], takes[1], f32(list(seen.values())[1]))
        yield stock.print(takes[0], look)


def warm_up(scenes: tuple[Scene, ...], job: Job) -> None:
    """Compile what the scenes need, by drawing each once at a tiny size.

    Raises:
        Cancelled: the user stopped the work.
    """
    names = sorted({scene.family for scene in scenes})
    look, size = Look(), (128, 72)
    stock = Stock(size[0], np.random.default_rng(0))
    for k, name in enumerate(names):
        job.step(k, len(names), f"compiling {name} (first use)")
        picture = Shot(name, size, np.random.default_rng(0)).take(look, palette(look), 0.04)
        dissolve(picture, picture.copy(), f32(0.5))
        stock.print(picture, look)
