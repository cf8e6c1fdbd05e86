"""The encoder in numpy: microseconds for one emotion, and no torch.

The network has no biases and its only bend is at zero, so it is homogeneous: half the intensity is half the embedding,
exactly, and no emotion is the zero vector, which is the unconditional twin for guidance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from conditioning.encoder.inputs import InputRows
from conditioning.encoder.weights import EMBEDDING_SIZE, TOKEN_NAMES, read_weights, shipped_weights

__all__ = ["QuickEncoder", "shipped_encoder"]


@dataclass(frozen=True, eq=False)
class QuickEncoder:
    """The trained network.

    Args:
        inputs: makes the rows that it takes.
        hidden: matrices of the hidden layers, each ``(in, out)``.
        last: matrix of the embedding ``(H, 256)``.
        sequence: matrix of the tokens ``(H, 8 · 256)``.

    Example:
        >>> from conditioning.emotion import Emotion
        >>> encoder = shipped_encoder()
        >>> encoder.embedding(encoder.inputs.emotion(Emotion.of("joy"))).shape
        (256,)
    """

    inputs: InputRows
    hidden: tuple[np.ndarray, ...]
    last: np.ndarray
    sequence: np.ndarray

    @classmethod
    def load(cls, path: Path) -> QuickEncoder:
        """The encoder of a file.

        Raises:
            InputFileError: the file is missing, or is not an encoder.
        """
        names, arrays = read_weights(path)
        first, second, last, sequence = (np.ascontiguousarray(array.T) for array in arrays.values())
        return cls(InputRows(names), (first, second), last, sequence)

    def embedding(self, rows: np.ndarray) -> np.ndarray:
        """The embeddings of rows.

        Args:
            rows: float32 ``(…, width)`` of ``inputs``.

        Returns:
            Float32 ``(…, 256)``.
        """
        embedding: np.ndarray = self._features(rows) @ self.last
        return embedding

    def tokens(self, rows: np.ndarray) -> np.ndarray:
        """The token sequences of rows, for cross-attention; every token counts, so there is no mask.

        Args:
            rows: float32 ``(…, width)`` of ``inputs``.

        Returns:
            Float32 ``(…, 8, 256)``, tokens in the order of ``TOKEN_NAMES``.
        """
        flat: np.ndarray = self._features(rows) @ self.sequence
        return flat.reshape(*rows.shape[:-1], len(TOKEN_NAMES), EMBEDDING_SIZE)

    def null(self) -> np.ndarray:
        """The embedding of no emotion: zeros ``(256,)``. The null token sequence is zeros ``(8, 256)``."""
        return np.zeros(EMBEDDING_SIZE, np.float32)

    def _features(self, rows: np.ndarray) -> np.ndarray:
        features = rows
        for matrix in self.hidden:
            features = np.maximum(features @ matrix, 0.0)
        return features


@cache
def shipped_encoder() -> QuickEncoder:
    """The encoder that ships, loaded once.

    Raises:
        InputFileError: the weights are damaged.
    """
    return QuickEncoder.load(shipped_weights())
