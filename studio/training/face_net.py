"""The network of the face judge and how its pictures are varied while it learns.

Small residual networks on grey pictures of 48 × 48. Each picture is first brought to zero mean and unit spread inside the
network, so that exposure and contrast carry nothing. Two networks that learned apart read together: they err on different faces.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import nn
from torch.nn import functional

__all__ = ["Committee", "FaceNet", "vary"]

_STEM = 32
_WIDTHS = (48, 96, 192)
_BLOCKS = (2, 2, 2)


class FaceNet(nn.Module):
    """Grey pictures ``(n, 1, side, side)`` in 0..255 to logits ``(n, classes)``."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        # The first layer sees every pixel: the corners of eyes and mouth are one or two of them wide.
        layers: list[nn.Module] = [_convolution(1, _STEM, stride=1), nn.ReLU(), nn.MaxPool2d(2)]
        width = _STEM
        for stage, (wider, blocks) in enumerate(zip(_WIDTHS, _BLOCKS, strict=True)):
            for block in range(blocks):
                layers.append(_Block(width, wider, stride=2 if block == 0 and stage > 0 else 1))
                width = wider
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(width, classes))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        logits: torch.Tensor = self.head(self.features(pictures))
        return logits

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """What is seen in pictures before it is named, ``(n, 192)``."""
        mean = pictures.mean(dim=(2, 3), keepdim=True)
        centred = pictures - mean
        spread = centred.square().mean(dim=(2, 3), keepdim=True).sqrt()
        seen: torch.Tensor = self.body(centred / (spread + 4.0))
        return seen.mean(dim=(2, 3))


class Committee(nn.Module):
    """Networks that read together; every second one sees the mirror image.

    Args:
        members: networks alike in shape.
    """

    def __init__(self, members: Sequence[FaceNet]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The mean of the members' logits ``(n, classes)``, and what they saw, side by side ``(n, members * 192)``."""
        sides = (pictures, pictures.flip(3))
        members = [cast(FaceNet, member) for member in self.members]
        features = [member.features(sides[number % 2]) for number, member in enumerate(members)]
        logits = [member.head(seen) for member, seen in zip(members, features, strict=True)]
        return torch.stack(logits).mean(dim=0), torch.cat(features, dim=1)


class _Block(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016) that averages where it shrinks (He et al. 2019)."""

    def __init__(self, width: int, wider: int, stride: int) -> None:
        super().__init__()
        self.first = _convolution(width, wider, stride)
        self.second = _convolution(wider, wider, stride=1)
        same = stride == 1 and width == wider
        shrunk = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        self.shortcut = (
            nn.Identity() if same else nn.Sequential(shrunk, _convolution(width, wider, stride=1, size=1))
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = self.second(functional.relu(self.first(x)))
        return functional.relu(inner + self.shortcut(x))


def _convolution(width: int, wider: int, stride: int, size: int = 3) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(width, wider, size, stride, size // 2, bias=False), nn.BatchNorm2d(wider))


def vary(pictures: torch.Tensor, draw: torch.Generator, side: int) -> torch.Tensor:
    """The pictures as they might also have been taken: framing, light, sharpness, grain, something in front.

    Args:
        pictures: grey float ``(n, 1, 48, 48)`` in 0..255.
        draw: source of all randomness.
        side: of the pictures that come back; smaller ones are learned from faster.
    """
    moved = _reframe(pictures, draw, side)
    lit = _relight(moved, draw)
    return _cover(_blur_or_grain(lit, draw), draw)


def _uniform(count: int, low: float, high: float, draw: torch.Generator) -> torch.Tensor:
    return torch.rand(count, generator=draw) * (high - low) + low


def _reframe(pictures: torch.Tensor, draw: torch.Generator, side: int) -> torch.Tensor:
    """Mirror half of them; turn up to 10°, scale by 0.84..1.14, stretch by 6 %, shift up to 8 % of the side."""
    count = len(pictures)
    angle = _uniform(count, -10, 10, draw) * math.pi / 180
    scale = _uniform(count, 0.84, 1.14, draw)
    stretch = _uniform(count, 0.94, 1.06, draw)
    mirror = torch.where(torch.rand(count, generator=draw) < 0.5, -1.0, 1.0)
    shift = _uniform(2 * count, -0.16, 0.16, draw).reshape(count, 2)
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    rows = torch.stack(
        [cosine * mirror * stretch, -sine, shift[:, 0], sine * mirror, cosine / stretch, shift[:, 1]], dim=1
    )
    grid = functional.affine_grid(rows.reshape(count, 2, 3), [count, 1, side, side], align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _relight(pictures: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """Bend the tones by a gamma of 0.6..1.6 and lay a slope of light across."""
    count = len(pictures)
    gamma = (_uniform(count, -0.5, 0.5, draw)).exp().reshape(-1, 1, 1, 1)
    bent = 255 * (pictures.clamp(0, 255) / 255).pow(gamma)
    slope = _uniform(2 * count, -40, 40, draw).reshape(count, 2, 1, 1)
    across = torch.linspace(-1, 1, pictures.shape[-1])
    return bent + slope[:, :1] * across + slope[:, 1:] * across[:, None]


def _blur_or_grain(pictures: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """Blur some by a little, grain all by up to 8 levels."""
    count = len(pictures)
    soft = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    share = (_uniform(count, -0.6, 1.0, draw).clamp(min=0)).reshape(-1, 1, 1, 1)
    grain = torch.randn(pictures.shape, generator=draw) * _uniform(count, 0, 8, draw).reshape(-1, 1, 1, 1)
    return pictures + share * (soft - pictures) + grain


def _cover(pictures: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """Put a grey patch of up to a third of the side on a third of them."""
    count, side = len(pictures), pictures.shape[-1]
    centre = torch.rand(count, 2, generator=draw) * side
    half = torch.rand(count, 2, generator=draw) * side / 6
    half *= (torch.rand(count, 1, generator=draw) < 0.35).float()
    at = torch.arange(side) + 0.5
    down = (at[None] - centre[:, :1]).abs() < half[:, :1]
    across = (at[None] - centre[:, 1:]).abs() < half[:, 1:]
    patch = (down[:, :, None] & across[:, None, :]).unsqueeze(1)
    return torch.where(patch, pictures.mean(dim=(2, 3), keepdim=True), pictures)
