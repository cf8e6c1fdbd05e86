"""What can be measured of a still picture: light, colour, texture, composition.

The kinds of measure are those of Machajdik & Hanbury 2010 ("Affective image classification using features inspired by
psychology and art theory"), in OKLab instead of HSV. Every measure is taken at 128 pixels along the longer side, so that
the size of a picture says nothing.
"""

from __future__ import annotations

import cv2
import numpy as np

from studio.judges.oklab import chroma, oklab

__all__ = ["FEATURES", "colourfulness", "legible", "measure", "shrunk"]

_SIDE = 128
_HUES = 8
_GREY = 0.02  # chroma below which a pixel has no hue
# Every picture of OASIS spreads by .022 or more and its neighbouring pixels correlate by .29 or more; noise has about .05.
_LEAST_SPREAD = 0.01
_LEAST_CORRELATION = 0.2

FEATURES = (
    "lightness, mean",
    "lightness, spread",
    "lightness, fifth",
    "lightness, ninety-fifth",
    "lightness, entropy",
    "share of dark",
    "share of bright",
    "green to red, mean",
    "blue to yellow, mean",
    "chroma, mean",
    "chroma, spread",
    "chroma, ninetieth",
    "colourfulness",
    *(f"hue {45 * number} degrees" for number in range(_HUES)),
    "edges, fine",
    "edges, middle",
    "edges, coarse",
    "edges, coarse to fine",
    "contrast, local",
    "edges level",
    "edges rising",
    "edges upright",
    "edges falling",
    "lightness, middle minus border",
    "chroma, middle minus border",
    "edges, middle minus border",
    "lightness, top minus bottom",
    "chroma, top minus bottom",
    "asymmetry",
)


def measure(picture: np.ndarray) -> np.ndarray:
    """The numbers named by ``FEATURES``, float64 ``(len(FEATURES),)``.

    Args:
        picture: uint8 RGB ``(height, width, 3)``, each side at least 8.
    """
    small = shrunk(picture)
    lab = oklab(small)
    light, strength = lab[..., 0], chroma(lab)
    edges, angles = _edges(light)
    values = [
        *_light(light),
        *_colour(lab, strength),
        colourfulness(small),
        *_hues(lab, strength),
        *_texture(light, edges),
        *_directions(edges, angles),
        *_composition(light, strength, edges),
    ]
    return np.array(values, float)


def colourfulness(picture: np.ndarray) -> float:
    """How colourful a picture looks: 0 for grey, about 15 slightly, 45 averagely, 109 extremely.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.

    Source: Hasler & Süsstrunk 2003, "Measuring colourfulness in natural images", equation of M3.
    """
    red, green, blue = (picture[..., channel].astype(float) for channel in range(3))
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    mean = np.hypot(red_green.mean(), yellow_blue.mean())
    return float(spread + 0.3 * mean)


def legible(picture: np.ndarray) -> bool:
    """Whether there is anything to see: neither one even colour nor noise without any structure.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
    """
    small = shrunk(picture) if max(picture.shape[:2]) > _SIDE else picture
    if min(small.shape[:2]) < 2:
        return False
    lab = oklab(small)
    apart = lab - lab.mean(axis=(0, 1))
    variance = float((apart**2).sum(axis=2).mean())
    if variance < _LEAST_SPREAD**2:
        return False
    across = (apart[:, 1:] * apart[:, :-1]).sum(axis=2).mean()
    down = (apart[1:] * apart[:-1]).sum(axis=2).mean()
    return bool((across + down) / 2 > _LEAST_CORRELATION * variance)


def shrunk(picture: np.ndarray) -> np.ndarray:
    """A picture at 128 pixels along its longer side, never below 8 along the other.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
    """
    height, width = picture.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=method))


def _edges(light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Strength of the change of lightness at each pixel, and its direction modulo half a turn, radians 0..π."""
    down, across = np.gradient(light)
    return np.hypot(down, across), np.arctan2(down, across) % np.pi


def _light(light: np.ndarray) -> tuple[float, ...]:
    shares = np.histogram(light, bins=16, range=(0, 1))[0] / light.size
    entropy = -(shares * np.log(shares + 1e-9)).sum()
    low, high = np.percentile(light, [5, 95])
    return light.mean(), light.std(), low, high, entropy, (light < 0.3).mean(), (light > 0.88).mean()


def _colour(lab: np.ndarray, strength: np.ndarray) -> tuple[float, ...]:
    green_red, blue_yellow = lab[..., 1].mean(), lab[..., 2].mean()
    return green_red, blue_yellow, strength.mean(), strength.std(), float(np.percentile(strength, 90))


def _hues(lab: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Mean chroma that each eighth of the hue circle, centred at 0°, 45° …, adds to the picture."""
    angle = np.arctan2(lab[..., 2], lab[..., 1])
    eighth = np.round(angle / (2 * np.pi / _HUES)).astype(int) % _HUES
    weight = np.where(strength > _GREY, strength, 0.0)
    return np.bincount(eighth.ravel(), weight.ravel(), _HUES) / strength.size


def _texture(light: np.ndarray, edges: np.ndarray) -> tuple[float, ...]:
    middle = _edges(_halved(light))[0].mean()
    coarse = _edges(_halved(_halved(light)))[0].mean()
    fine = edges.mean()
    around = cv2.blur(light, (9, 9))
    local = np.sqrt(np.clip(cv2.blur(light * light, (9, 9)) - around * around, 0, None)).mean()
    return fine, middle, coarse, coarse / (fine + 0.005), local


def _halved(light: np.ndarray) -> np.ndarray:
    height, width = light.shape
    return np.asarray(
        cv2.resize(light, (max(2, width // 2), max(2, height // 2)), interpolation=cv2.INTER_AREA)
    )


def _directions(edges: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Share of edge strength in each of four directions; edges that run level change lightness downwards."""
    quarter = np.round(angles / (np.pi / 4)).astype(int) % 4
    shares = np.bincount(quarter.ravel(), edges.ravel(), 4) / (edges.sum() + 1e-6)
    return shares[[2, 1, 0, 3]]


def _composition(light: np.ndarray, strength: np.ndarray, edges: np.ndarray) -> tuple[float, ...]:
    height, width = light.shape
    middle = np.zeros(light.shape, bool)
    middle[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    apart = [plane[middle].mean() - plane[~middle].mean() for plane in (light, strength, edges)]
    half = height // 2
    upright = [plane[:half].mean() - plane[half:].mean() for plane in (light, strength)]
    return *apart, *upright, np.abs(light - light[:, ::-1]).mean()
