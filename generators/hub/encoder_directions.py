"""Directions by the trained encoder's head: from the embedding of any emotion straight into a model's space.

Labels have directions of their own, learned from sentences. A linear head without bias is fitted by ridge regression from the
embeddings of all labels in the lexicon to their directions, so that a point in valence, arousal and dominance, or a label that the
words hardly tell apart, is steered by what its neighbours have in common. As the embedding is homogeneous, half the intensity is half
the shift, exactly; mixtures follow the embedding of the mixture, which is near the sum of its parts but not the sum itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conditioning.emotion import Emotion
from conditioning.vocabulary import lexicon
from generators.hub.adapters import embedding_of
from generators.hub.directions import Shift, TextDirections
from generators.steering import NEUTRAL

if TYPE_CHECKING:
    import torch

__all__ = ["EncoderDirections"]

_RIDGE = 0.1  # of the mean squared length of the embeddings (ours; not tuned)


class EncoderDirections:
    """A head from the encoder's embedding to a model's directions, fitted when first used.

    Args:
        labels: the labels' own directions.
    """

    def __init__(self, labels: TextDirections) -> None:
        self._labels = labels
        self._heads: tuple[torch.Tensor, torch.Tensor | None] | None = None

    def of(self, emotion: Emotion) -> Shift | None:
        """How far an emotion moves a prompt; None where nothing is felt."""
        import torch

        embedding = embedding_of(emotion)
        if not embedding.any():
            return None
        if self._heads is None:
            self._heads = self._fitted()
        rows, pooled = self._heads
        told = torch.from_numpy(embedding).to(rows)
        return Shift(told @ rows, None if pooled is None else told @ pooled)

    def _fitted(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Matrices from embeddings to states ``(256, d)`` and to the pooled vector ``(256, p)``."""
        import torch

        names = [name for name in lexicon().names if name != NEUTRAL]
        felt = [Emotion.of(name) for name in names]
        # Embeddings and directions both at intensity 1: an emotion of the lexicon has its own.
        inputs = np.stack([embedding_of(one) / one.intensity for one in felt])
        shifts = [self._labels.direction(name).times(self._labels.strength) for name in names]
        solve = _ridge(inputs)
        like = shifts[0].rows
        matrix = torch.from_numpy(solve).to(like.device, torch.float32)
        rows = matrix @ torch.stack([shift.rows.float() for shift in shifts])
        pooled = [shift.pooled.float() for shift in shifts if shift.pooled is not None]
        return rows, matrix @ torch.stack(pooled) if pooled else None


def _ridge(inputs: np.ndarray) -> np.ndarray:
    """The matrix ``(256, N)`` that makes regression weights of targets, for inputs ``(N, 256)``."""
    gram = inputs @ inputs.T
    penalty = _RIDGE * np.trace(gram) / len(gram)
    solved: np.ndarray = (inputs.T @ np.linalg.inv(gram + penalty * np.eye(len(gram)))).astype(np.float32)
    return solved
