"""From turn to turn of a conversation: whether the moves between emotions are read as they were meant.

Aim: each turn may be read well enough and the conversation still jump. Follows the Cross-turn Emotion Reasoning Score
of EMO-Reasoning (Liu et al. 2025, arXiv 2508.17623), the share of adjacent turns whose transition is reasonable.
There a model judges what is reasonable; here it is what was asked, or what the studio's mood model expects
(``conditioning.turns``).

Conventions: ``expected`` and ``read`` are points ``(n, d)`` of n turns in -1..1, axes as in
``conditioning.vad.AXES``. Rows of NaN are silence and count as neutral. Fewer than two turns have no move: NaN.

Metrics:
    * ``cross_turn_score``: share of moves near the expected one.
    * ``chance_cross_turn_score``: the same if the moves came in any order.
    * ``direction``: cosine between moves.
    * ``abruptness``: length of the read path over the expected one.
    * ``moves_hit``: share of neighbouring turns that are both read as asked.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from conditioning.turns import Personality, Turn, next_mood, temperament
from conditioning.vad import VAD
from studio.fidelity.measures.asking import NO_READING, number

__all__ = [
    "abruptness",
    "chance_cross_turn_score",
    "cross_turn_score",
    "direction",
    "evaluate",
    "expected_moods",
    "moves_hit",
    "validate",
]


def expected_moods(turns: Sequence[Turn], personality: Personality | None = None) -> np.ndarray:
    """The moods ``(n, 3)`` that the studio's mood model expects after each turn, from the usual mood on.

    Args:
        turns: in order of time.
        personality: of the one who feels; average if None.
    """
    who = personality or Personality()
    mood, now = temperament(who), 0.0
    moods: list[VAD] = []
    for turn in turns:
        mood, now = next_mood(mood, turn.event, who, turn.time - now), turn.time
        moods.append(mood)
    return np.array([one.array() for one in moods]).reshape(-1, 3)


def validate(expected: np.ndarray, read: np.ndarray) -> None:
    """Check shapes and ranges; warns about fewer than two turns, which have no move.

    Raises:
        ValueError: shapes differ or are not ``(n, d)``, or a number is not in -1..1.
    """
    if expected.ndim != 2 or expected.shape != read.shape:
        raise ValueError(f"Turns have shapes {expected.shape} and {read.shape}; give both as (n, d).")
    if not (np.abs(expected) <= 1).all() or (np.abs(np.nan_to_num(read)) > 1).any():
        raise ValueError("A coordinate is not in -1..1; convert it by conditioning.vad.from_convention.")
    if len(expected) < 2:
        warnings.warn("Fewer than two turns have no move; every measure is NaN.", stacklevel=2)


def cross_turn_score(expected: np.ndarray, read: np.ndarray) -> float:
    """Share of moves that end near where the expected move would, counted from where the turn before was read.

    Range 0..1, higher is better; chance by ``chance_cross_turn_score``. Silence scores the share of moves that are
    expected to be small: a conversation that never changes is not failed by a reader that never speaks, so see
    ``direction`` beside it.
    """
    if len(expected) < 2:
        return float("nan")
    return float(np.mean(_near(_moves(expected), _moves(read))))


def chance_cross_turn_score(expected: np.ndarray, read: np.ndarray) -> float:
    """The mean of ``cross_turn_score`` over all pairings of expected with read moves.

    Range 0..1; it is the chance level itself. Silence scores what it scores there. NaN for fewer than two turns.
    """
    if len(expected) < 2:
        return float("nan")
    return float(np.mean(_near(_moves(expected)[:, None], _moves(read)[None])))


def direction(expected: np.ndarray, read: np.ndarray) -> float:
    """Mean cosine between expected and read moves, of the moves that are expected to be more than slight.

    Range -1..1, higher is better; chance 0; silence scores 0. NaN where no move is expected.
    """
    if len(expected) < 2:
        return float("nan")
    wanted, moves = _moves(expected), _moves(read)
    clear = np.linalg.norm(wanted, axis=1) >= number("transitions", "least_move")
    if not clear.any():
        return float("nan")
    lengths = np.linalg.norm(wanted, axis=1) * np.linalg.norm(moves, axis=1)
    cosines = (wanted * moves).sum(axis=1) / np.maximum(lengths, 1e-12)
    return float(np.clip(cosines[clear].mean(), -1.0, 1.0))


def abruptness(expected: np.ndarray, read: np.ndarray) -> float:
    """Length of the read path over that of the expected one.

    Range 0 and up, 1 is best: less is flat, more jumps about. Chance depends on the spread of what is read; silence
    scores 0. NaN where no move is expected.
    """
    if len(expected) < 2:
        return float("nan")
    wanted = float(np.linalg.norm(_moves(expected), axis=1).sum())
    return float(np.linalg.norm(_moves(read), axis=1).sum()) / wanted if wanted > 1e-9 else float("nan")


def moves_hit(asked: Sequence[str], read: Sequence[str]) -> float:
    """Share of neighbouring turns that are both read as asked.

    Range 0..1, higher is better; chance 1/K² for K labels; silence scores 0. NaN for fewer than two turns.
    """
    right = [a == r and r != NO_READING for a, r in zip(asked, read, strict=True)]
    if len(right) < 2:
        return float("nan")
    return float(np.mean([one and other for one, other in pairwise(right)]))


def evaluate(expected: np.ndarray, read: np.ndarray) -> dict[str, float]:
    """All measures of the points of a conversation by name.

    Raises:
        ValueError: shapes or ranges are wrong.
    """
    validate(expected, read)
    return {
        "cross_turn_score": cross_turn_score(expected, read),
        "chance_cross_turn_score": chance_cross_turn_score(expected, read),
        "direction": direction(expected, read),
        "abruptness": abruptness(expected, read),
    }


def _moves(points: np.ndarray) -> np.ndarray:
    return np.diff(np.where(np.isnan(points), 0.0, points), axis=0)


def _near(wanted: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Whether moves lie within the tolerance on valence and arousal."""
    apart = np.linalg.norm(wanted[..., :2] - moves[..., :2], axis=-1)
    near: np.ndarray = apart <= number("transitions", "tolerance")
    return near
