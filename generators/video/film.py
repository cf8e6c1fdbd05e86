"""Camera and laboratory: a linear picture in, a graded picture out, held to the faders."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from conditioning.assets import asset_table
from generators.video.colour import f32
from generators.video.grade import grade, quantise
from generators.video.look import Look

__all__ = ["Film", "Settings", "Stock", "settings"]

TILE = 512


@dataclass(frozen=True)
class Settings:
    """Numbers of the laboratory, read from ``assets/scenes/film.toml``, where each is explained."""

    bloom: float
    chroma: tuple[float, float]
    contrast: tuple[float, float]
    vignette: tuple[float, float]
    grain: tuple[float, float]
    settle_seconds: float
    luminance_per_second: float


@cache
def settings() -> Settings:
    """The laboratory's numbers."""
    table = asset_table("scenes", "film.toml")
    pairs = {k: tuple(v) if isinstance(v, list) else float(v) for k, v in table["film"].items()}
    return Settings(**pairs)


class Film:
    """Develops one scene's pictures: bloom, shallow focus, film curve, contrast, chroma, vignette.

    Exposure and chroma gain are steered so that the mean OKLab lightness and chroma of the picture are what the
    faders say, in every scene: at once where a fader moves, slowly against what the scene does by itself.
    Mean luminance never moves faster than a bound, so that no change can flash.

    Args:
        light_range: mean OKLab lightness of the scene at fader 0 and at fader 1.
        focus: height of the sharp zone, 0 top .. 1 bottom.
    """

    def __init__(self, light_range: tuple[float, float], focus: float) -> None:
        self._range = light_range
        self._focus = focus
        self._exposure = 0.0
        self._gain = 1.0
        self._aim = (0.0, 0.0)
        self._luminance = -1.0

    def develop(self, picture: np.ndarray, look: Look, seconds: float) -> np.ndarray:
        """Display values 0..1 of a linear picture, both float32 ``(H, W, 3)``.

        Args:
            picture: linear light, 0 or more.
            look: the faders now.
            seconds: since the last picture.
        """
        veil, keep = self._veil(picture, look)
        if self._exposure == 0.0:
            self._meter(picture, veil, keep, look)
        self._follow(look)
        out, sums = np.empty_like(picture), np.empty((len(picture), 3), f32)
        for _ in range(5):
            grade(picture, veil, keep, self._knobs(look), out, sums)
            L, chroma, luminance = (float(x) for x in sums.mean(0))
            if not self._too_fast(luminance, seconds):
                break
        self._luminance = luminance
        self._correct(L, chroma, 1.0 - math.exp(-seconds / settings().settle_seconds))
        return out

    def _veil(self, picture: np.ndarray, look: Look) -> tuple[np.ndarray, np.ndarray]:
        """Bloom and out-of-focus blur to add, and the share of the sharp picture left in each row."""
        H, W = picture.shape[:2]
        quarter = cv2.resize(picture, (W // 4, H // 4), interpolation=cv2.INTER_AREA)
        unit = math.sqrt(H * W) / 480.0
        soft = cv2.GaussianBlur(quarter, (0, 0), (0.5 + 1.6 * look.depth_of_field) * unit)
        tiny = cv2.resize(quarter, (max(W // 16, 2), max(H // 16, 2)), interpolation=cv2.INTER_AREA)
        tiny = cv2.GaussianBlur(tiny, (0, 0), 2.2 * unit)
        bloom = cv2.resize(tiny, (W // 4, H // 4), interpolation=cv2.INTER_CUBIC)
        glow = settings().bloom * (0.7 + 0.6 * look.depth_of_field)
        veil = soft * (self._blur(H // 4, look) * (1.0 - glow))[:, None, None] + bloom * glow
        keep = (1.0 - self._blur(H, look)) * (1.0 - glow)
        return cv2.resize(veil.astype(f32), (W, H), interpolation=cv2.INTER_LINEAR), keep.astype(f32)

    def _blur(self, rows: int, look: Look) -> np.ndarray:
        """How far each row is out of focus, ``(rows,)``, 0..1."""
        away = (np.abs((np.arange(rows) + 0.5) / rows - self._focus) - 0.12) / 0.48
        t = np.clip(away, 0.0, 1.0)
        return look.depth_of_field * t * t * (3.0 - 2.0 * t)

    def _aims(self, look: Look) -> tuple[float, float]:
        low, high = self._range
        none, full = settings().chroma
        return low + (high - low) * look.lightness, none + (full - none) * look.chroma

    def _meter(self, picture: np.ndarray, veil: np.ndarray, keep: np.ndarray, look: Look) -> None:
        """Find exposure and gain of the first picture on a thumbnail."""
        small = np.ascontiguousarray(picture[::4, ::4])
        haze = np.ascontiguousarray(veil[::4, ::4])
        out, sums = np.empty_like(small), np.empty((len(small), 3), f32)
        self._exposure, self._aim = 1.0, self._aims(look)
        for _ in range(16):
            grade(small, haze, np.ascontiguousarray(keep[::4]), self._knobs(look), out, sums)
            L, chroma, _luminance = sums.mean(0)
            self._correct(float(L), float(chroma), 0.7)

    def _follow(self, look: Look) -> None:
        """Move with the faders at once."""
        aim = self._aims(look)
        self._exposure *= math.exp(3.2 * (aim[0] - self._aim[0]))
        self._gain *= aim[1] / self._aim[1]
        self._aim = aim

    def _correct(self, L: float, chroma: float, share: float) -> None:
        """Go a share of the way from the lightness and chroma found to those aimed at."""
        self._exposure *= math.exp(min(max(3.2 * (self._aim[0] - L), -1.0), 1.0) * share)
        self._exposure = min(max(self._exposure, 0.05), 12.0)
        self._gain *= (max(self._aim[1], 0.01) / max(chroma, 0.004)) ** (share * 0.8)
        self._gain = min(max(self._gain, 0.25), 2.6)

    def _too_fast(self, luminance: float, seconds: float) -> bool:
        """Whether the picture's mean luminance jumped; the exposure is then moved towards the bound."""
        most = settings().luminance_per_second * seconds
        if self._luminance < 0 or abs(luminance - self._luminance) <= most:
            return False
        wanted = self._luminance + math.copysign(0.9 * most, luminance - self._luminance)
        self._exposure *= min(max((wanted + 0.01) / (luminance + 0.01), 0.4), 2.5)
        return True

    def _knobs(self, look: Look) -> np.ndarray:
        flat, hard = settings().contrast
        none, strong = settings().vignette
        return np.array(
            [
                self._exposure,
                self._gain,
                self._aim[0],
                flat + (hard - flat) * look.contrast,
                look.warmth,
                none + (strong - none) * look.contrast,
            ],
            f32,
        )


class Stock:
    """The film stock that all scenes are printed on: grain and dither, new on each frame.

    Args:
        width: of the pictures in pixels.
        rng: where each frame's grain starts on the tile.
    """

    def __init__(self, width: int, rng: np.random.Generator) -> None:
        noise = rng.normal(size=(TILE, TILE)).astype(f32)
        grain = cv2.GaussianBlur(np.pad(noise, 8, mode="wrap"), (0, 0), 0.75)[8:-8, 8:-8]
        dither = rng.random((TILE, TILE)) - rng.random((TILE, TILE))
        copies = (1, width // TILE + 2)
        self._grain = np.tile(grain / grain.std(), copies).astype(f32)
        self._dither = np.tile(dither, copies).astype(f32)
        self._rng = rng

    def print(self, picture: np.ndarray, look: Look) -> np.ndarray:
        """The finished frame, uint8 ``(H, W, 3)``, of display values float32 of the same shape."""
        least, most = settings().grain
        frame = np.empty(picture.shape, np.uint8)
        offset = self._rng.integers(0, TILE, 2)
        quantise(picture, self._grain, self._dither, offset, f32(least + (most - least) * look.grain), frame)
        return frame
