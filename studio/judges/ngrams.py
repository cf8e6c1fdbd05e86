"""A text as the weights of its n-grams: the words' and the letters' own share in what the text judge reads.

A sentence encoder smooths over spelling; "lol", "thanx" and "!!!" say much of feeling. Words and pairs of words stand
beside groups of three to five letters within a word. Each falls by its checksum into one of a fixed number of buckets
(Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning", ICML), so no list of words is kept. A
bucket's value is ``(1 + ln count) * idf``; the values of a text have length 1.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

__all__ = ["bucket_counts", "bucket_values", "inverse_frequency", "ngram_logits"]

_WORD = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
_GROUPS = (3, 4, 5)  # letters


def bucket_counts(text: str, buckets: int) -> dict[int, int]:
    """How often each bucket is met in a text.

    Args:
        text: upper and lower case are one.
        buckets: how many there are.
    """
    found = _WORD.findall(text.lower())
    grams = [f"w:{word}" for word in found]
    grams += [f"b:{first} {second}" for first, second in pairwise(found)]
    for word in found:
        framed = f"<{word}>"
        grams += [f"c:{framed[at : at + n]}" for n in _GROUPS for at in range(len(framed) - n + 1)]
    return dict(Counter(zlib.crc32(gram.encode()) % buckets for gram in grams))


def inverse_frequency(texts: Sequence[dict[int, int]], buckets: int, least: int = 2) -> np.ndarray:
    """How much each bucket counts ``(buckets,)``: the rarer the more, and 0 where too few texts have it.

    Args:
        texts: from ``bucket_counts``.
        buckets: how many there are.
        least: texts that must have it.
    """
    having = np.bincount([bucket for text in texts for bucket in text], minlength=buckets)
    return np.where(having >= least, np.log((1 + len(texts)) / (1 + having)) + 1, 0.0).astype(np.float32)


def bucket_values(counts: dict[int, int], idf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The buckets of a text ``(k,)`` and their values ``(k,)``, of length 1 unless all are 0."""
    places = np.fromiter(counts, np.int64, len(counts))
    values = np.array([1 + math.log(count) for count in counts.values()]) * idf[places]
    return places, values / max(float(np.linalg.norm(values)), 1e-9)


def ngram_logits(weights: dict[str, np.ndarray], texts: Sequence[str]) -> np.ndarray:
    """What the n-grams say of each label ``(n, L)``, as logits.

    Args:
        weights: ``ngrams.idf`` ``(B,)``, ``ngrams.weight`` ``(B, L)`` and ``ngrams.bias`` ``(L,)``.
        texts: to be read.
    """
    idf, table = weights["ngrams.idf"], weights["ngrams.weight"]
    rows = []
    for text in texts:
        places, values = bucket_values(bucket_counts(text, len(idf)), idf)
        rows.append(values @ table[places])
    return np.array(rows) + weights["ngrams.bias"]
