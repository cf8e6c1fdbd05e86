"""The stage of the built-in head: cameras, and light that follows the mood. The numbers stand in ``assets/heads/stage.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError

__all__ = ["CAMERAS", "Camera", "camera", "mood_light", "plain_light"]

CAMERAS = ("bust", "medium", "close")
_LAMPS = ("key", "fill", "around", "rim")


@dataclass(frozen=True)
class Camera:
    """What a picture shows.

    Args:
        height: of a square picture in the face's unit.
        middle: height of its middle above the eyes in the face's unit.
    """

    height: float
    middle: float


def camera(name: str = "") -> Camera:
    """The camera of that name; "" is the first of ``CAMERAS``.

    Raises:
        UnknownNameError: there is none.
    """
    name = name or CAMERAS[0]
    if name not in CAMERAS:
        raise UnknownNameError("camera", name, CAMERAS)
    return Camera(**_table()["camera"][name])


def plain_light() -> np.ndarray:
    """Factors of the lamps without any mood: ones, ``(4, 3)`` float32."""
    return np.ones((4, 3), np.float32)


def mood_light(vad: np.ndarray) -> np.ndarray:
    """Factors of key, fill, surrounding and rim light for moods.

    Args:
        vad: valence, arousal, dominance ``(T, 3)``, -1..1.

    Returns:
        ``(T, 4, 3)`` float32: lamp, then red, green and blue; all 1 at (0, 0, 0).
    """
    valence, arousal, _ = np.clip(np.asarray(vad, float), -1, 1).T
    gloom = np.maximum(0, -valence)
    parts = {
        "valence": valence,
        "gloom": gloom,
        "heat": gloom * np.maximum(0, arousal),
        "chill": gloom * np.maximum(0, -arousal),
    }
    light = np.empty((len(valence), 4, 3))
    for i, lamp in enumerate(_LAMPS):
        row = _table()["light"][lamp]
        light[:, i] = np.array(row["neutral"]) + sum(
            amount[:, None] * np.array(row[name]) for name, amount in parts.items()
        )
    return light.astype(np.float32)


@cache
def _table() -> dict[str, Any]:
    return asset_table("heads", "stage.toml")
