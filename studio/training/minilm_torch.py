"""The sentence encoder as a network of torch, for training alone: ``studio.judges.minilm`` reads with numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from studio.judges.minilm import LONGEST, encoder_folder

__all__ = ["encoder_network", "token_mean", "token_states_of"]

_BATCH = 64

Progress = Callable[[int, int], None]


def encoder_network(tuned: Mapping[str, np.ndarray] | None = None) -> Any:
    """The network, a ``BertModel`` in its evaluating mode.

    Args:
        tuned: arrays ``{layer}.{parameter}`` that take the place of its own, layers counted from 0.

    Raises:
        EngineError: the encoder's package is missing.
    """
    import torch
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # it would be drawn over the studio's own
    model = AutoModel.from_pretrained(encoder_folder(), local_files_only=True).eval()
    if tuned:
        arrays = {name: torch.tensor(array) for name, array in tuned.items()}
        model.encoder.layer.load_state_dict(arrays, strict=False)
    return model


def token_states_of(
    texts: Sequence[str], progress: Progress | None = None
) -> Iterator[tuple[np.ndarray, Sequence[Any], Any]]:
    """The encoder's states batch by batch; sentences of like length go together.

    Args:
        texts: at least one; what goes beyond 256 tokens is cut off.
        progress: called as ``progress(done, total)`` after each batch.

    Yields:
        The batch's places in ``texts`` ``(b,)``, the tensors of layers 0 (the embedding) to 6, each ``(b, tokens,
        384)``, and the tensor ``(b, tokens)`` that is 1 where there is a token and 0 where there is padding.
    """
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(encoder_folder(), local_files_only=True)
    model = encoder_network()
    order = np.argsort([len(text) for text in texts], kind="stable")
    for first in range(0, len(texts), _BATCH):
        rows = order[first : first + _BATCH]
        words = [texts[row] for row in rows]
        tokens = tokenizer(words, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        with torch.inference_mode():
            layers = model(**tokens, output_hidden_states=True).hidden_states
        yield rows, layers, tokens["attention_mask"].float()
        if progress:
            progress(min(first + _BATCH, len(texts)), len(texts))


def token_mean(states: Any, kept: Any) -> Any:
    """The mean over a batch's tokens.

    Args:
        states: tensor ``(b, tokens, width)``.
        kept: tensor ``(b, tokens)``, 1 for a token and 0 for padding.

    Returns:
        Tensor ``(b, width)``.
    """
    return (states * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
