"""The pipelines that are steered: what each is called, how it is asked, and what it was released for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from generators.checkpoints import Layout, diffusers_layout

__all__ = ["Family", "enlarged", "family", "join_seconds", "longest_still", "trained_area"]


@dataclass(frozen=True)
class Family:
    """A kind of pipeline; the numbers stand in ``assets/steering/pipelines.toml``.

    Args:
        name: of the engine, such as ``"wan"`` for ``video=wan``.
        title: one line for people.
        pipeline: class of diffusers.
        example: a hub id of this kind; "" where none is known.
        kind: ``"video"``, ``"first_picture"``, ``"still"`` or ``"performance"``.
        prompt: how its prompt is embedded, a name in ``generators.diffusion.prompts``.
        tokens: of a prompt at most.
        half: the half precision that it was released for.
        side: the sides of a picture are multiples of it.
        area: pixels of a picture.
        frames: of a call at most; 1 for a still.
        fps: frames a second that it was trained on.
        stride: a call makes ``stride * n + 1`` frames.
        full: components in single precision, with their classes.
        rate: argument that takes the frame rate; "" if there is none.
        medium: that it makes.
    """

    name: str
    title: str
    pipeline: str
    example: str
    kind: str
    prompt: str
    tokens: int
    half: str
    side: int
    area: int
    frames: int = 1
    fps: float = 1.0
    stride: int = 1
    full: Mapping[str, str] = field(default_factory=dict)
    rate: str = ""
    medium: str = "video"

    @property
    def engine(self) -> str:
        """Full name of the engine, such as ``"video=wan"``."""
        return f"{self.medium}={self.name}"

    @property
    def layout(self) -> Layout:
        """What a folder of its weights holds."""
        return diffusers_layout(f"a folder of diffusers' {self.pipeline}", self.pipeline)

    def size(self, wanted: tuple[int, int], area: int) -> tuple[int, int]:
        """The pipeline's picture size (width, height) of nearly that shape.

        Args:
            wanted: (width, height) in pixels.
            area: pixels.
        """
        shape = wanted[0] / wanted[1]
        height = max(round(math.sqrt(area / shape) / self.side), 1) * self.side
        return max(round(height * shape / self.side), 1) * self.side, height

    def frame_count(self, seconds: float) -> int:
        """Frames that cover a time, of the form that the pipeline makes."""
        needed = math.ceil(seconds * self.fps - 1e-9)
        return self.stride * math.ceil(needed / self.stride) + 1

    def frames_within(self, most: int) -> int:
        """The most frames of that form that are not more than so many; the fewest there are if that is less."""
        return self.stride * max((most - 1) // self.stride, 1) + 1


def trained_area(pipeline: Any) -> int | None:
    """Pixels of the pictures that weights were trained on, where diffusers takes its default from them; None where it does not.

    Args:
        pipeline: of diffusers.
    """
    scale = getattr(pipeline, "vae_scale_factor", None) or getattr(pipeline, "vae_scale_factor_spatial", None)
    denoiser = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    told = getattr(denoiser, "config", {})
    side = getattr(pipeline, "default_sample_size", None) or told.get("sample_size")
    height, width = (told.get("sample_height"), told.get("sample_width")) if side is None else (side, side)
    if isinstance(scale, int) and isinstance(height, int) and isinstance(width, int):
        return height * width * scale**2
    return None


def enlarged(size: tuple[int, int], least: int) -> tuple[int, int]:
    """A size of the same shape whose sides are even and at least so long; the size itself where it is large enough.

    Args:
        size: (width, height) in pixels.
        least: pixels of the shorter side; even.
    """
    if min(size) >= least:
        return size
    width, height = (2 * round(least / min(size) * side / 2) for side in size)
    return width, height


@cache
def family(name: str) -> Family:
    """The family of an engine."""
    row: dict[str, Any] = _table()[name]
    return Family(name=name, **row)


def join_seconds() -> float:
    """Seconds over which two shots are crossfaded."""
    return float(_table()["join"])


def longest_still() -> float:
    """Seconds that a still is shown at most."""
    return float(_table()["longest"])


@cache
def _table() -> dict[str, Any]:
    return asset_table("steering", "pipelines.toml")
