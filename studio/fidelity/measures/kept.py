"""What must not change while emotion does: the words that are said, and who says them.

Aim: emotion that costs the content or the speaker is no success. These measures take numbers (an error rate of a
recogniser, a similarity of speaker embeddings), not sound.

Conventions: word error rates are 0 or more, and above 1 where words were added. Similarities are cosines, -1..1. NaN
is silence or a failed measurement and scores 0: nothing was kept.

Metrics:
    * ``content_kept``: 1 less the word error rate.
    * ``content_cost``: words lost to emotion, against the same voice speaking neutrally.
    * ``identity_kept``: similarity on the scale between strangers and the speaker himself.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np

__all__ = ["content_cost", "content_kept", "evaluate", "identity_kept", "validate"]


def validate(word_error_rates: Sequence[float], similarities: Sequence[float]) -> None:
    """Check ranges; warns where there are none of either.

    Raises:
        ValueError: an error rate is negative or a similarity not in -1..1.
    """
    if any(rate < 0 for rate in word_error_rates):
        raise ValueError("A word error rate is negative; give errors over words of the text.")
    if any(abs(value) > 1 + 1e-6 for value in similarities):
        raise ValueError("A similarity is not in -1..1; give cosines of speaker embeddings.")
    if not len(word_error_rates) and not len(similarities):
        warnings.warn("There is nothing to compare; what was kept scores 0.", stacklevel=2)


def content_kept(word_error_rate: float) -> float:
    """Share of the words that came through.

    Range 0..1, higher is better; chance 0, since random words are nearly all wrong; silence (every word missing, rate
    1) scores 0, and so does NaN.
    """
    return 0.0 if math.isnan(word_error_rate) else float(np.clip(1.0 - word_error_rate, 0.0, 1.0))


def content_cost(emotional_rate: float, neutral_rate: float) -> float:
    """Share of words that emotion costs beyond what the recogniser misses of the same voice anyway.

    Range -1..1, lower is better, 0 for none; chance 0; silence where the neutral voice is understood scores its kept
    content.
    """
    return content_kept(neutral_rate) - content_kept(emotional_rate)


def identity_kept(similarity: float, *, strangers: float, same: float) -> float:
    """How far a voice is still its own, on the scale that people give.

    Range 0..1, higher is better; a stranger's voice, which is chance, scores 0, the speaker at another time 1; NaN
    scores 0.

    Args:
        similarity: of the emotional voice to the neutral one.
        strangers: mean similarity of two people, measured with the same embedding.
        same: mean similarity of one person's recordings; above that of strangers.

    Raises:
        ValueError: one's own similarity is not above that of strangers.
    """
    if not same > strangers:
        raise ValueError(
            f"Strangers score {strangers:g} and one's own voice {same:g}; give figures of an embedding that tells people."
        )
    if math.isnan(similarity):
        return 0.0
    return float(np.clip((similarity - strangers) / (same - strangers), 0.0, 1.0))


def evaluate(
    word_error_rates: Sequence[float], similarities: Sequence[float], *, strangers: float, same: float
) -> dict[str, float]:
    """Mean content and identity kept over pieces; 0 for a side without any.

    Raises:
        ValueError: a number is out of its range.
    """
    validate(word_error_rates, similarities)
    content = [content_kept(rate) for rate in word_error_rates]
    identity = [identity_kept(value, strangers=strangers, same=same) for value in similarities]
    return {
        "content_kept": float(np.mean(content)) if content else 0.0,
        "identity_kept": float(np.mean(identity)) if identity else 0.0,
    }
