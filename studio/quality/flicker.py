"""Flicker: brightness that goes back and forth between frames where nothing moves.

Method: each frame is shrunk to 160 pixels, the one before is carried onto it along the optical flow (Farnebäck 2003; so that what moves is compared
with itself; the flow is found on pictures freed of local brightness, which flicker would mislead), and the change of luma is
averaged in 8 × 8 blocks. Over a sliding half second, the way that brightness went less the way it came forward is what went back
and forth: a fade of any speed gives 0, and so does grain, which blocks average out.

Conventions: frames are uint8 RGB ``(height, width, 3)``. The measure is streamed; it keeps one frame and half a second of blocks.

Metrics:
    * ``Flicker``: per cent of the luma range a frame; 0 for a still or a fade. Brightness that alternates by ± 1 % gives 2.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from studio.quality.banding import luma

__all__ = ["Flicker"]

_WIDTH = 160
_BLOCK = 8
_WINDOW = 0.5  # seconds: brightness that returns more slowly is seen as a change, not as flicker
_CUT = (
    0.5  # correlation of neighbouring frames below which a new shot begins; brightness alone leaves it at 1
)


class Flicker:
    """Measures flicker while frames pass.

    Args:
        fps: frames a second.

    Example:
        >>> meter = Flicker(25.0)
        >>> for _ in range(30):
        ...     meter.add(np.full((90, 160, 3), 128, np.uint8))
        >>> meter.value
        0.0
    """

    def __init__(self, fps: float) -> None:
        self._window = max(2, round(_WINDOW * fps))
        self._changes: deque[np.ndarray] = deque(maxlen=self._window)
        self._last: tuple[np.ndarray, np.ndarray] | None = None
        self._sum, self._count = 0.0, 0

    def add(self, frame: np.ndarray) -> None:
        """Look at the next frame; all must be of one size."""
        grey = _shrunk(frame)
        plain = _without_brightness(grey)
        if self._last is not None:
            before, plain_before = self._last
            change = grey - self._carried(before, plain_before, plain)
            if _alike(grey, before) < _CUT:
                self._changes.clear()  # a cut is no flicker
            else:
                self._changes.append(_blocks(change))
                self._measure()
        self._last = (grey, plain)

    @property
    def value(self) -> float:
        """Per cent of the luma range a frame, 0 and up, lower is better; 0 for fewer than three frames."""
        return 100 / 255 * self._sum / self._count if self._count else 0.0

    def _measure(self) -> None:
        if len(self._changes) < 2:
            return
        changes = np.stack(self._changes)
        back_and_forth = np.abs(changes).sum(axis=0) - np.abs(changes.sum(axis=0))
        self._sum += float(back_and_forth.mean()) / len(changes)
        self._count += 1

    def _carried(self, before: np.ndarray, plain_before: np.ndarray, plain: np.ndarray) -> np.ndarray:
        """The frame before, moved to where its parts are now."""
        start = np.zeros((*plain.shape, 2), np.float32)
        flow = cv2.calcOpticalFlowFarneback(plain, plain_before, start, 0.5, 3, 15, 2, 5, 1.2, 0)
        rows, columns = np.indices(before.shape, np.float32)
        return np.asarray(
            cv2.remap(
                before, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
        )  # fmt: skip


def _alike(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of two frames, -1..1; 1 where one of them is all of one brightness."""
    first, second = first - first.mean(), second - second.mean()
    spread = float(np.sqrt(np.mean(first**2) * np.mean(second**2)))
    return float(np.mean(first * second)) / spread if spread > 1.0 else 1.0


def _shrunk(frame: np.ndarray) -> np.ndarray:
    """Luma ``(h, 160)`` float32, both sides multiples of the block."""
    height = max(_BLOCK, round(frame.shape[0] * _WIDTH / frame.shape[1] / _BLOCK) * _BLOCK)
    small = cv2.resize(
        np.ascontiguousarray(frame[..., :3]), (_WIDTH, height), interpolation=cv2.INTER_AREA
    ).astype(np.float32)
    return luma(small)


def _without_brightness(grey: np.ndarray) -> np.ndarray:
    """What is left of a picture without the brightness and the contrast of each place, uint8."""
    mean = cv2.GaussianBlur(grey, (0, 0), 6)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(grey**2, (0, 0), 6) - mean**2, 0))
    return np.clip(128 + 40 * (grey - mean) / (spread + 2.0), 0, 255).astype(np.uint8)


def _blocks(change: np.ndarray) -> np.ndarray:
    height, width = change.shape
    return np.asarray(
        change.reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK).mean(axis=(1, 3)), np.float32
    )
