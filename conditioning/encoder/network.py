"""The encoder as a torch module: for training it, and for training something behind it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from conditioning.encoder.inputs import InputRows
from conditioning.encoder.weights import EMBEDDING_SIZE, TOKEN_NAMES, read_weights, write_weights

__all__ = ["EmotionEncoder", "Encoded"]


class Encoded(NamedTuple):
    """What comes out.

    Args:
        embedding: ``(…, 256)``.
        tokens: ``(…, 8, 256)``, in the order of ``TOKEN_NAMES``.
    """

    embedding: torch.Tensor
    tokens: torch.Tensor


class EmotionEncoder(nn.Module):
    """Names, a point, both, or a text's distribution → an embedding and a token sequence.

    There are no biases, so the output is homogeneous in the intensity and zero without emotion. Zeros are therefore
    also the null condition for classifier-free guidance.

    Args:
        names: lexicon emotions that it knows by name, without ``neutral``.
        hidden: width of the two hidden layers.
    """

    def __init__(self, names: tuple[str, ...], hidden: int = 256) -> None:
        super().__init__()
        self.inputs = InputRows(names)
        widths = [self.inputs.width, hidden, hidden]
        self.hidden = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairwise(widths))
        self.embedding = nn.Linear(hidden, EMBEDDING_SIZE, bias=False)
        self.tokens = nn.Linear(hidden, len(TOKEN_NAMES) * EMBEDDING_SIZE, bias=False)

    @classmethod
    def load(cls, path: Path) -> EmotionEncoder:
        """The encoder of a file.

        Raises:
            InputFileError: the file is missing, or is not an encoder.
        """
        names, arrays = read_weights(path)
        encoder = cls(names, hidden=len(arrays["hidden.1.weight"]))
        encoder.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        return encoder

    def save(self, path: Path) -> None:
        """Write the encoder's file, which ``QuickEncoder`` reads as well."""
        arrays = {name: tensor.detach().cpu().numpy() for name, tensor in self.state_dict().items()}
        write_weights(path, self.inputs.names, arrays)

    def forward(self, rows: torch.Tensor) -> Encoded:
        """Embedding and tokens of rows.

        Args:
            rows: float32 ``(…, width)`` as ``inputs`` makes them.
        """
        features = self.features(rows)
        sequence = self.tokens(features).unflatten(-1, (len(TOKEN_NAMES), EMBEDDING_SIZE))
        return Encoded(self.embedding(features), sequence)

    def features(self, rows: torch.Tensor) -> torch.Tensor:
        """What embedding and tokens are both made of, ``(…, hidden)``."""
        for layer in self.hidden:
            rows = torch.relu(layer(rows))
        return rows
