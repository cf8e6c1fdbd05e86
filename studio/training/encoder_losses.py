"""What the encoder is trained to do, as losses.

``rank``: Rank-N-Contrast (Zha et al. 2023), which EmotionRankCLAP (2025) carries over between two views: of all pairs
with an emotion, those nearer in VAD shall be nearer in the embedding. Because the views of a batch show names, points
or both, this also draws a name to the region it stands for. ``distance``: the embedding's distances are those of VAD, a
little more between different names. ``read-outs``: the axes, and the names with their strengths, can be read off the
embedding by a matrix, and off the token that stands for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import nn

from conditioning.encoder.network import Encoded
from conditioning.encoder.weights import EMBEDDING_SIZE

__all__ = ["ReadOuts", "Target", "encoder_loss", "rank_n_contrast"]

_SMALL = 1e-6  # keeps the slope of a root finite where two rows are the same


class Target(NamedTuple):
    """What rows mean, as tensors; the fields are those of ``encoder_draws.Batch``."""

    points: torch.Tensor
    strengths: torch.Tensor
    pointed: torch.Tensor
    named: torch.Tensor
    told: torch.Tensor


class ReadOuts(nn.Module):
    """Matrices that read embedding and tokens back; needed in training alone.

    Args:
        names: how many names the encoder knows.
    """

    def __init__(self, names: int) -> None:
        super().__init__()
        self.axes = nn.Linear(EMBEDDING_SIZE, 3, bias=False)
        self.names = nn.Linear(EMBEDDING_SIZE, names, bias=False)
        self.each = nn.Parameter(torch.randn(4, EMBEDDING_SIZE) / EMBEDDING_SIZE**0.5)
        self.rest = nn.Linear(4 * EMBEDDING_SIZE, names, bias=False)


def encoder_loss(
    encoded: Encoded, target: Target, read: ReadOuts, weight: Mapping[str, float]
) -> torch.Tensor:
    """The weighted sum of all losses.

    Args:
        encoded: the batch, ``(N, 256)`` and ``(N, 8, 256)``.
        target: what its rows mean.
        read: the read-outs in training.
        weight: the table ``loss`` of ``training.toml``.
    """
    at = target.pointed
    points, embedding = target.points[at], encoded.embedding[at]
    apart, wanted = _distances(embedding), _distances(points)
    names = target.strengths[at] * target.told[at, None]
    wider = torch.sqrt(wanted**2 + weight["apart"] ** 2 / 2 * _distances(names) ** 2)
    total = weight["rank"] * rank_n_contrast(apart, wanted, weight["temperature"])
    total = total + weight["distance"] * ((apart - wider) ** 2).mean()
    total = total + weight["axes"] * _error(read.axes(embedding), points)
    named = target.named
    total = total + weight["names"] * _error(read.names(encoded.embedding[named]), target.strengths[named])
    return total + weight["tokens"] * _token_loss(encoded.tokens, target, read)


def rank_n_contrast(apart: torch.Tensor, wanted: torch.Tensor, temperature: float) -> torch.Tensor:
    """Rank-N-Contrast: for each pair, how unlikely the partner is among all that shall be at least as far away.

    Args:
        apart: distances in the embedding ``(N, N)``.
        wanted: distances of the labels ``(N, N)``.
        temperature: of the distances, above 0.

    Returns:
        Mean over all pairs of different rows, 0 or more.
    """
    itself = torch.eye(len(apart), dtype=torch.bool)
    order = wanted.masked_fill(itself, -1.0).argsort(dim=1, stable=True)[:, 1:]
    near_first = -apart.gather(1, order) / temperature
    # Of the sorted row, what shall be at least as far away as a partner is the partner and all after it.
    at_least_as_far = near_first.flip(1).logcumsumexp(dim=1).flip(1)
    return (at_least_as_far - near_first).mean()


def _token_loss(tokens: torch.Tensor, target: Target, read: ReadOuts) -> torch.Tensor:
    """Axes from their tokens where there is a point; intensity and names from theirs where there are names."""
    told = torch.einsum("nke,ke->nk", tokens[:, :4], read.each)
    axes = _error(told[target.pointed, :3], target.points[target.pointed])
    strengths = target.strengths[target.named]
    intensity = ((told[target.named, 3] - strengths.sum(dim=1)) ** 2).mean()
    return axes + intensity + _error(read.rest(tokens[target.named, 4:].flatten(1)), strengths)


def _distances(rows: torch.Tensor) -> torch.Tensor:
    """Euclidean distances ``(N, N)``."""
    squares = (rows**2).sum(dim=1)
    squared = squares[:, None] + squares[None, :] - 2 * rows @ rows.T
    return torch.sqrt(squared.clamp(min=0.0) + _SMALL)


def _error(told: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    return ((told - wanted) ** 2).sum(dim=1).mean()
