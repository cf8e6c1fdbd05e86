"""Trains what n-grams say of each label: one logistic regression a label over hashed n-grams."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from studio.judges.eight_bit import pack
from studio.judges.ngrams import bucket_counts, bucket_values, inverse_frequency

__all__ = ["train_ngrams"]

Progress = Callable[[float, float, str], None]


def train_ngrams(
    texts: Sequence[str], targets: np.ndarray, buckets: int, strength: float, progress: Progress
) -> dict[str, np.ndarray]:
    """Weights as ``studio.judges.ngrams.ngram_logits`` wants them, the large table packed into eight bits.

    Args:
        texts: ``n`` training sentences.
        targets: their labels ``(n, L)`` of 0 and 1.
        buckets: that n-grams fall into.
        strength: inverse of the regularisation (scikit-learn's ``C``).
        progress: called as ``progress(done, total, what)`` after each label.
    """
    from scipy.sparse import csr_array
    from sklearn.linear_model import LogisticRegression

    counted = [bucket_counts(text, buckets) for text in texts]
    idf = inverse_frequency(counted, buckets)
    rows = [bucket_values(counts, idf) for counts in counted]
    ends = np.cumsum([0] + [len(places) for places, _ in rows])
    values = np.concatenate([v for _, v in rows]).astype(np.float32)
    places = np.concatenate([p for p, _ in rows]).astype(np.int32)  # liblinear takes no longer whole numbers
    inputs = csr_array((values, places, ends.astype(np.int32)), shape=(len(rows), buckets))
    table, bias = np.zeros((buckets, targets.shape[1]), np.float32), np.zeros(targets.shape[1], np.float32)
    for label in range(targets.shape[1]):
        model = LogisticRegression(C=strength, solver="liblinear", tol=0.01, max_iter=50, random_state=0)
        model.fit(inputs, targets[:, label])
        table[:, label], bias[label] = model.coef_[0], model.intercept_[0]
        progress(label + 1, targets.shape[1], "training n-grams")
    return {"ngrams.idf": idf, "ngrams.bias": bias} | pack("ngrams.weight", table, axis=0)
