"""Media of one film against each other: whether they agree where they should, and differ where that was asked.

Aim: a film in which voice, face, music and pictures feel alike is coherent, unless the request wants a smile over a
broken voice. Rewarding agreement alone would call such a film bad. So pairs of media that were asked to differ are
scored by how much of the asked difference is read, and all others by agreement. After CA-MER (arXiv 2508.01181:
subsets in which media conflict, and readers that follow one medium too much) and InconVAD (Li et al. 2025, arXiv
2509.20140: inconsistency as distance in VAD).

Conventions: ``asked`` maps media to emotions, ``read`` the same media to readings. Points are taken on valence and
arousal, which every judge of the studio reads; one without points is silent here. A pair is *in conflict* if the
asked points lie at least as far apart as the number in ``assets/fidelity/measures.toml`` says. NaN means that the
request has no such pair.

Metrics:
    * ``agreement``: of the pairs that were asked alike.
    * ``conflict_kept``: share of the asked difference that is read, of the pairs in conflict.
    * ``attribution``: whether each medium reads as its own emotion rather than as another medium's.
    * ``followed`` and ``followed_shares``: which medium an overall reading follows.
    * ``conflict_auc``: whether conflicts can be told from read distances.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, permutations

import numpy as np

from conditioning.emotion import Emotion
from studio.fidelity.measures.asking import number, point_read
from studio.judges.base import Reading

__all__ = [
    "agreement",
    "attribution",
    "conflict_auc",
    "conflict_kept",
    "conflicts",
    "evaluate",
    "followed",
    "followed_shares",
    "validate",
]

Asked = Mapping[str, Emotion]
Read = Mapping[str, Reading | None]

_WIDEST = 2.0 * np.sqrt(2.0)  # corner to corner of valence and arousal


def validate(asked: Asked, read: Read) -> None:
    """Check that both name the same media; warns about fewer than two, which have no relation.

    Raises:
        ValueError: the media differ.
    """
    if set(asked) != set(read):
        raise ValueError(
            f"Asked of {sorted(asked)}, read of {sorted(read)}; give the same media, None for silence."
        )
    if len(asked) < 2:
        warnings.warn("Fewer than two media have no relation; every measure is NaN.", stacklevel=2)


def conflicts(asked: Asked) -> list[tuple[str, str]]:
    """The pairs of media that were asked to feel differently, names sorted."""
    least = number("media", "conflict")
    return [
        pair for pair in combinations(sorted(asked), 2) if np.linalg.norm(_asked_move(asked, *pair)) >= least
    ]


def agreement(asked: Asked, read: Read) -> float:
    """How near the media lie to each other, of all pairs that were not asked to differ.

    Range 0..1, higher is better, 1 for the same points; .63 for points drawn evenly, so a difference of a few
    hundredths is much. A pair with a silent medium scores 0. NaN if every pair is in conflict. Agreement does not say
    that the asked emotion is read.
    """
    apart = conflicts(asked)
    alike = [pair for pair in combinations(sorted(asked), 2) if pair not in apart]
    return _mean([_nearness(read, *pair) for pair in alike])


def conflict_kept(asked: Asked, read: Read) -> float:
    """Share of the asked difference that is read, along its direction, of all pairs in conflict.

    Range 0..1, higher is better: 1 where the media differ as asked or more, 0 where they read alike or the wrong way
    round. Points drawn evenly score below 1/2: about .26 for a difference of 1.2. A pair with a silent medium scores
    0. NaN without a conflict.
    """
    return _mean([_kept(asked, read, *pair) for pair in conflicts(asked)])


def attribution(asked: Asked, read: Read) -> float:
    """Share of the choices "its own emotion, or the other's?" that media in conflict decide for their own.

    Range 0..1, higher is better; chance 1/2, which media that read alike score too; a silent medium scores 0. NaN
    without a conflict.
    """
    apart = set(conflicts(asked))
    pairs = [pair for pair in permutations(sorted(asked), 2) if tuple(sorted(pair)) in apart]
    return _mean([_own(asked, read[own], own, other) for own, other in pairs])


def followed(asked: Asked, overall: Reading | None) -> str | None:
    """The medium whose asked emotion lies nearest to a reading of the whole film; None for a tie or silence.

    Chance is one over the number of media; neither medium is better by itself, see ``followed_shares``.
    """
    point = point_read(overall)
    if point is None or not asked:
        return None
    found = {medium: _far(point.array()[:2], emotion) for medium, emotion in asked.items()}
    nearest = min(found.values())
    winners = [medium for medium, distance in found.items() if distance <= nearest + 1e-9]
    return winners[0] if len(winners) == 1 else None


def followed_shares(choices: Sequence[str | None]) -> dict[str, float]:
    """Share of films in conflict in which each medium won, 0..1; even shares show a reader, or a film, without a leaning.

    None counts for no medium; nothing but None gives an empty result.
    """
    won = Counter(choice for choice in choices if choice is not None)
    return {medium: count / won.total() for medium, count in sorted(won.items())}


def conflict_auc(in_conflict: Sequence[bool], distances: Sequence[float]) -> float:
    """Chance that a pair asked to differ reads further apart than one asked alike: the area under the ROC curve (scikit-learn).

    Range 0..1, higher is better; chance 1/2. NaN distances (silence) count as 0. NaN unless both kinds of pair occur.
    """
    if len(in_conflict) != len(distances):
        raise ValueError(
            f"{len(in_conflict)} pairs have {len(distances)} distances; give one each, NaN for silence."
        )
    if len(set(in_conflict)) < 2:
        return float("nan")
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(list(in_conflict), np.nan_to_num(np.asarray(distances, float), nan=0.0)))


def evaluate(asked: Asked, read: Read) -> dict[str, float]:
    """All measures of one film by name.

    Raises:
        ValueError: the media differ.
    """
    validate(asked, read)
    return {
        "agreement": agreement(asked, read),
        "conflict_kept": conflict_kept(asked, read),
        "attribution": attribution(asked, read),
        "conflicts": float(len(conflicts(asked))),
    }


def _asked_move(asked: Asked, one: str, other: str) -> np.ndarray:
    return asked[other].felt.array()[:2] - asked[one].felt.array()[:2]


def _read_move(read: Read, one: str, other: str) -> np.ndarray | None:
    here, there = point_read(read[one]), point_read(read[other])
    return None if here is None or there is None else there.array()[:2] - here.array()[:2]


def _nearness(read: Read, one: str, other: str) -> float:
    move = _read_move(read, one, other)
    return 0.0 if move is None else float(1.0 - np.linalg.norm(move) / _WIDEST)


def _kept(asked: Asked, read: Read, one: str, other: str) -> float:
    wanted, move = _asked_move(asked, one, other), _read_move(read, one, other)
    return 0.0 if move is None else float(np.clip(move @ wanted / (wanted @ wanted), 0.0, 1.0))


def _own(asked: Asked, read: Reading | None, own: str, other: str) -> float:
    point = point_read(read)
    if point is None:
        return 0.0
    here = point.array()[:2]
    nearer = _far(here, asked[other]) - _far(here, asked[own])
    return 0.5 if abs(nearer) < 1e-9 else float(nearer > 0)


def _far(point: np.ndarray, emotion: Emotion) -> float:
    return float(np.linalg.norm(point - emotion.felt.array()[:2]))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
