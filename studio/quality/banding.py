"""Colour banding: steps that show where a smooth gradient was meant.

Method, after CAMBI (Tandon, Afonso, Sole & Krasula 2021, PCS, "CAMBI: contrast-aware multiscale banding index"): a band is a flat
place beside another flat place that differs by a few levels. For each pixel in a flat place, within a window about it, the share
of flat pixels of its own level is set against the share of those ``k`` levels above or below it; half and half is the worst.
That is done at three scales, so that narrow and broad bands count, and the worst 30 % of the picture are averaged.

What differs from CAMBI: 8 bits instead of 10 with steps of 1 to 8 levels instead of one, no luminance-dependent threshold, three
scales instead of five, and a scale of its own from 0 to 100. So the number compares with no published one.

Conventions: pictures are uint8 RGB ``(height, width, 3)``; luma is BT.709's. Steps between colours of one luma
are not seen, and plain areas of a drawing whose lumas differ by 1 to 8 levels are taken for bands.

Metrics:
    * ``banding``: 0 (no bands: textures, dithered gradients, one plain colour) to 100 (all of the picture falls into bands).
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

__all__ = ["banding", "luma"]

_STEPS = 8  # levels; greater steps between flat places are drawn edges
_SCALE_WEIGHTS = (4.0, 2.0, 1.0)  # full size, half, quarter, as CAMBI's 16, 8, 4
_WINDOW_SHARE = 60  # the window's side is the picture's width over this: CAMBI's 65 of 3840 pixels
_FLAT_SIDE = 7  # pixels; a place is flat where more than half of these do not change, as in CAMBI
_WORST = 0.3
_WIDEST = 640  # pixels; larger pictures are thinned out, not averaged, which would fill in the steps
_LEAST_SHARE = 0.0005  # of the picture; levels that fill less cannot make a band


def banding(picture: np.ndarray) -> float:
    """How much of a picture falls into bands, 0 to 100; lower is better.

    Args:
        picture: uint8 RGB ``(height, width, 3)``; one narrower or lower than 16 pixels has 0.
    """
    thinned = picture[:: -(-picture.shape[1] // _WIDEST), :: -(-picture.shape[1] // _WIDEST)]
    levels = np.rint(luma(thinned)).astype(np.int16)
    if min(levels.shape) < 16:
        return 0.0
    flat = _flat(levels)
    window = 2 * max(1, round(levels.shape[1] / _WINDOW_SHARE / 2)) + 1
    height, width = levels.shape
    total = np.zeros((height, width), np.float32)
    for scale, weight in enumerate(_SCALE_WEIGHTS):
        step = 2**scale
        found = _contrast(levels[::step, ::step], flat[::step, ::step], window)
        total += weight * cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST)
    total /= sum(_SCALE_WEIGHTS)
    worst = np.sort(total, axis=None)[-max(1, round(_WORST * total.size)) :]
    return 100 * float(worst.mean())


def luma(picture: np.ndarray) -> np.ndarray:
    """BT.709 luma of uint8 RGB ``(height, width, 3)`` in levels, float32 ``(height, width)``, 0..255."""
    return np.asarray(picture[..., :3], np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def _flat(levels: np.ndarray) -> np.ndarray:
    """Where more than half of a small window does not change to the right and below."""
    still = np.zeros(levels.shape, np.float32)
    still[:-1, :-1] = (levels[:-1, 1:] == levels[:-1, :-1]) & (levels[1:, :-1] == levels[:-1, :-1])
    share = cv2.blur(still, (_FLAT_SIDE, _FLAT_SIDE), borderType=cv2.BORDER_REFLECT)
    return np.asarray(share > 0.5)


def _contrast(levels: np.ndarray, flat: np.ndarray, window: int) -> np.ndarray:
    """Of each pixel how nearly its window is shared by two levels, weighted by their step, float32 0..1."""
    out = np.zeros(levels.shape, np.float32)
    if not flat.any():
        return out
    counts = np.bincount(levels[flat], minlength=256)
    shares = {
        int(level): cv2.blur(((levels == level) & flat).astype(np.float32), (window, window))
        for level in np.flatnonzero(counts > _LEAST_SHARE * levels.size)
    }
    for level, own in shares.items():
        here = flat & (levels == level)
        mine = own[here]
        for step, other in _near(shares, level):
            theirs = other[here]
            # 4ab/(a+b) is 1 where two levels share the window evenly and 0 where one has it alone.
            value = step / (step + 1) * 4 * mine * theirs / (mine + theirs + 1e-9)
            out[here] = np.maximum(out[here], value)
    return out


def _near(shares: dict[int, np.ndarray], level: int) -> Iterator[tuple[int, np.ndarray]]:
    for step in range(1, _STEPS + 1):
        for other in (level - step, level + step):
            if other in shares:
                yield step, shares[other]
