"""From the embedding to an engine's own width: small networks that are trained while encoder and engine rest.

An engine's adapter adds the head's output to what conditions the engine. Heads have no bias and begin at zero: before
training, and ever after at intensity 0, the engine does exactly what it does without the head.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from conditioning.encoder.weights import EMBEDDING_SIZE
from conditioning.errors import InputFileError

__all__ = ["ProjectionHead"]


class ProjectionHead(nn.Module):
    """Projects embeddings, or each token of a sequence, to a width.

    Args:
        width: of the engine's conditioning features, 1 or more.
        hidden: width of the layer between; 0 gives a linear head.
    """

    def __init__(self, width: int, hidden: int = 256) -> None:
        super().__init__()
        self.width, self.hidden = width, hidden
        self.inner = nn.Linear(EMBEDDING_SIZE, hidden, bias=False) if hidden else nn.Identity()
        self.bend = nn.ReLU() if hidden else nn.Identity()
        self.outer = nn.Linear(hidden or EMBEDDING_SIZE, width, bias=False)
        nn.init.zeros_(self.outer.weight)

    def forward(self, encoded: torch.Tensor) -> torch.Tensor:
        """What is added to the engine's features.

        Args:
            encoded: embeddings ``(…, 256)`` or tokens ``(…, 8, 256)``.

        Returns:
            ``(…, width)`` or ``(…, 8, width)``; zeros for zeros.
        """
        projected: torch.Tensor = self.outer(self.bend(self.inner(encoded)))
        return projected

    def save(self, path: Path) -> None:
        """Write the head as safetensors."""
        shape = json.dumps({"width": self.width, "hidden": self.hidden})
        save_file(self.state_dict(), path, metadata={"head": shape})

    @classmethod
    def load(cls, path: Path) -> ProjectionHead:
        """The head of a file.

        Raises:
            InputFileError: the file is missing, or holds no head.
        """
        if not path.exists():
            raise InputFileError(f"There is no {path}.", "Give the file that ProjectionHead.save wrote.")
        with safe_open(str(path), framework="pt") as stored:
            metadata = stored.metadata() or {}
            if "head" not in metadata:
                raise InputFileError(
                    f"{path} holds no head.", "Give the file that ProjectionHead.save wrote."
                )
            head = cls(**json.loads(metadata["head"]))
            head.load_state_dict({name: stored.get_tensor(name) for name in stored.keys()})  # noqa: SIM118
        return head
