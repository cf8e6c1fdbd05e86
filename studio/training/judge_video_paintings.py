"""Photographs made into paintings by filters, for teaching the video judge what is no photograph.

The picture judge learned from photographs; how far it holds of painted scenes nobody has measured. Four kinds of brush: OpenCV's
stylization and edge-preserving filter (Gastal & Oliveira 2011, "Domain transform for edge-aware image and video
processing"), mean shift (Comaniciu & Meer 2002), and flat areas of ten colours. None comes from a generator of the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np

__all__ = ["BRUSHES"]


def _stylised(photograph: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.stylization(np.ascontiguousarray(photograph), sigma_s=60, sigma_r=0.45))


def _shifted(photograph: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.pyrMeanShiftFiltering(np.ascontiguousarray(photograph), 15, 40))


def _airbrushed(photograph: np.ndarray) -> np.ndarray:
    still = np.ascontiguousarray(photograph)
    return np.asarray(cv2.edgePreservingFilter(still, flags=1, sigma_s=60, sigma_r=0.4))


def _flat(photograph: np.ndarray) -> np.ndarray:
    """Ten colours, chosen as k-means from a fixed draw."""
    smooth = cv2.medianBlur(np.ascontiguousarray(photograph), 9)
    cv2.setRNGSeed(1)
    pixels = smooth.reshape(-1, 3).astype(np.float32)
    start = np.zeros((len(pixels), 1), np.int32)
    _, labels, colours = cv2.kmeans(pixels, 10, start, (3, 8, 1.0), 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(colours[np.asarray(labels).ravel()].reshape(photograph.shape).astype(np.uint8))


BRUSHES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = MappingProxyType(
    {"stylised": _stylised, "shifted": _shifted, "airbrushed": _airbrushed, "flat": _flat}
)
"""Each makes a painted picture of the same size, uint8 RGB, out of a photograph."""
