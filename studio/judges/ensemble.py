"""Judges that vote: of one medium, or of several media of one film.

Each member votes with a weight for every label, its skill there on held-out people; emotions that it says too rarely
are raised first, by the same figures. Members of different labels are joined through the lexicon; those of quadrants
vote by quadrant, and all that read a point add it with their stated error. The reading says how far the members
disagree, and abstains below a confidence. Members are taken to err alike, so the error of the joint point is no
smaller for their number. A judge that nobody measured has next to no vote.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import RequestError
from conditioning.vad import VAD
from studio.fidelity.measures.distributions import disagreement
from studio.judges.base import Card, Judge, Reading, TimedReading
from studio.judges.gathering import gathered
from studio.judges.joining import is_quadrants, label_shares
from studio.judges.lookup import judge_named
from studio.judges.voting import confusion_of_recall, correction, pooled, reach, skill
from studio.judges.weights import has_shipped_card, judge_folder, load_facts

__all__ = ["EnsembleJudge", "EnsembleReading", "load_ensemble"]

_UNSURE = 3**-0.5
"""Standard deviation of a number that may be anywhere in -1..1: the error of a point whose judge states none."""


@dataclass(frozen=True)
class EnsembleReading(Reading):
    """A reading of several judges.

    Its ``disagreement`` is the Jensen-Shannon divergence of their votes over the greatest it could be
    (``studio.fidelity.measures.distributions.disagreement``), 0 for a single voter.

    Args:
        members: what each member read, by name; those that were silent are absent.
    """

    members: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True)
class _Voter:
    """A member, prepared. K labels of its own, F of the frame.

    Args:
        judge: the member.
        translation: what each of its labels means in the frame ``(K, F)``.
        factors: corrections of its probabilities ``(K,)``.
        weights: what its vote is worth on each label of the frame ``(F,)``.
        recall: its recall for each label of the frame ``(F,)``.
    """

    judge: Judge
    translation: np.ndarray
    factors: np.ndarray
    weights: np.ndarray
    recall: np.ndarray

    def vote(self, read: Reading) -> np.ndarray:
        """Shares of the frame ``(F,)``."""
        own = np.array([read.probabilities.get(name, 0.0) for name in self.judge.card.labels]) * self.factors
        return np.asarray(own @ self.translation / max(float(own.sum()), 1e-12))


class EnsembleJudge:
    """Several judges as one.

    Args:
        judges: at least one; only their cards and readings are used.
        labels: lexicon names, or quadrants, that the vote is about; None takes the shortest list of names among the
            members, since all can tell those apart, and quadrants where nobody knows names.
        floor: confidence below which there is no reading; None takes the members' own floors, weighted as their votes.
        confusions: by name of a member its confusion ``(K, K)`` on held-out people, rows the true labels; for others
            errors are taken to be spread evenly.
        said: by name of a member how much it says each label over how much it is true, on held-out people
            (``voting.said_over_true``); emotions that it says too little are raised by it. Others are taken as they
            are.

    Raises:
        ValueError: there is no judge, none that tells labels, or a confusion has another shape.
    """

    def __init__(
        self,
        judges: Sequence[Judge],
        *,
        labels: Sequence[str] | None = None,
        floor: float | None = None,
        confusions: Mapping[str, np.ndarray] | None = None,
        said: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:
        if not any(judge.card.labels for judge in judges):
            raise ValueError("No judge tells labels; give at least one that does.")
        self._floor = floor
        self._labels = tuple(labels or _shortest([judge.card.labels for judge in judges]))
        self._members = dict(zip(_names(judges), judges, strict=True))
        self._voters = {
            name: _voter(judge, self._labels, (confusions or {}).get(name), (said or {}).get(name, {}))
            for name, judge in self._members.items()
            if judge.card.labels
        }
        self.card = self._joint_card()

    def read(self, media: Any) -> EnsembleReading:
        """What the members read together.

        Args:
            media: what every member reads, or for judges of several media a mapping from their names to what each
                reads; members that are not in it, or have None, are silent.

        Raises:
            RequestError: a stream that can be read only once is given to several members.
        """
        given = self._given(media)
        return self.combine({name: self._members[name].read(piece) for name, piece in given.items()})

    def read_over_time(self, media: Any) -> list[TimedReading]:
        """What the members read together, stretch by stretch; a stretch ends wherever a reading of any member does.

        Args:
            media: as for ``read``.

        Raises:
            RequestError: as for ``read``.
        """
        given = self._given(media)
        curves = {name: self._members[name].read_over_time(piece) for name, piece in given.items()}
        edges = sorted({edge for curve in curves.values() for one in curve for edge in (one.start, one.end)})
        found = []
        for start, end in pairwise(edges):
            parts = {name: gathered(_near(curve, start, end), start, end) for name, curve in curves.items()}
            heard = {name: one for name, one in parts.items() if one is not None}
            if heard:
                found.append(TimedReading(start, end, self.combine(heard)))
        return found

    def combine(self, readings: Mapping[str, Reading]) -> EnsembleReading:
        """One reading out of the members' own.

        Args:
            readings: by name of the member; silent ones count for nothing.
        """
        heard = {name: one for name, one in readings.items() if _speaks(one)}
        point, error = _joint_point(list(heard.values()))
        voting = [name for name in heard if name in self._voters and heard[name].probabilities]
        if not voting:
            sure = max((one.confidence for one in heard.values()), default=0.0)
            return EnsembleReading({}, point, error, sure, self._floor or 0.0, 0.0, heard)
        votes = np.stack([self._voters[name].vote(heard[name]) for name in voting])
        weights = np.stack([self._voters[name].weights for name in voting])
        shares = pooled(votes, weights)
        worth = weights.mean(axis=1)
        floor = self._floor
        if floor is None:
            floor = float(np.average([heard[name].floor for name in voting], weights=worth))
        return EnsembleReading(
            probabilities={name: float(p) for name, p in zip(self._labels, shares, strict=True)},
            vad=point,
            vad_sd=error,
            confidence=float(shares.max()),
            floor=floor,
            disagreement=disagreement(votes, worth),
            members=heard,
        )

    def _given(self, media: Any) -> dict[str, Any]:
        """The piece of each member that has one."""
        if isinstance(media, Mapping):
            return {name: media[name] for name in self._members if media.get(name) is not None}
        if isinstance(media, Iterator) and len(self._members) > 1:
            raise RequestError(
                "Several judges cannot read one stream that passes once.",
                "Give a list, or each member its own stream.",
            )
        return dict.fromkeys(self._members, media)

    def _joint_card(self) -> Card:
        """The members' figures, weighted as their votes, said to be that and no measurement."""
        voters = list(self._voters.values())
        weights = np.stack([voter.weights for voter in voters])
        recall = (weights * np.stack([voter.recall for voter in voters])).sum(axis=0) / weights.sum(axis=0)
        cards = [judge.card for judge in self._members.values()]
        errors = [voter.judge.card.calibration_error for voter in voters]
        measured = not all(math.isnan(card.accuracy) for card in cards)
        return Card(
            name="+".join(self._members),
            labels=self._labels,
            data="; ".join(card.data for card in cards),
            licence="; ".join(dict.fromkeys(card.licence for card in cards)),
            split="not measured together: means of the members' own figures, weighted as their votes",
            accuracy=float(recall.mean()) if measured else math.nan,
            chance=1.0 / len(self._labels),
            recall={name: float(value) for name, value in zip(self._labels, recall, strict=True)},
            calibration_error=_mean_known(errors, weights.mean(axis=1)),
            command="; ".join(card.command for card in cards),
        )


def load_ensemble(names: Sequence[str], **options: Any) -> EnsembleJudge:
    """Judges as one; for those shipped with what their ``card.json`` states beside the card: ``confusion`` and ``said``.

    Args:
        names: or specs, such as ``["speech", "hub:audeering:FOLDER"]``.
        options: further arguments of ``EnsembleJudge``.

    Raises:
        UnknownNameError: there is no such judge.
        RequestError: none of them tells labels.
        EngineError: its files are missing.
    """
    judges = {name: judge_named(name) for name in names}
    if not any(judge.card.labels for judge in judges.values()):
        raise RequestError(
            f"None of the judges {', '.join(names)} tells labels, so they cannot vote.", "Add one that does."
        )
    facts = {name: load_facts(judge_folder(name)) for name in names if has_shipped_card(name)}
    tables = {name: np.array(fact["confusion"], float) for name, fact in facts.items() if "confusion" in fact}
    said = {name: fact["said"] for name, fact in facts.items() if "said" in fact}
    return EnsembleJudge(list(judges.values()), confusions=tables, said=said, **options)


def _voter(
    judge: Judge, frame: Sequence[str], confusion: np.ndarray | None, said: Mapping[str, float]
) -> _Voter:
    card, numbers = judge.card, _numbers()
    if confusion is None:
        usual = card.chance if math.isnan(card.accuracy) else card.accuracy
        confusion = confusion_of_recall(card.recall, card.labels, usual)
    if confusion.shape != (len(card.labels),) * 2:
        raise ValueError(
            f"The confusion of {card.name} has shape {confusion.shape}; give one row and column a label."
        )
    said_as = label_shares(frame, card.labels)
    worth = said_as @ skill(confusion, numbers["least_skill"]) * max(reach(said_as), numbers["least_skill"])
    leaning = np.array([said.get(name, 1.0) for name in card.labels])
    factors = correction(leaning, numbers["most_correction"])
    return _Voter(judge, label_shares(card.labels, frame), factors, worth, said_as @ np.diag(confusion))


def _joint_point(readings: Sequence[Reading]) -> tuple[VAD | None, tuple[float, float, float] | None]:
    """The mean point, each axis weighted by inverse variance, and its error if members err alike; None without."""
    seen = [(one.vad.array(), one.vad_sd or (_UNSURE,) * 3) for one in readings if one.vad is not None]
    if not seen:
        return None, None
    points = np.stack([point for point, _ in seen])
    errors = np.maximum(np.array([error for _, error in seen]), _numbers()["least_error"])
    weights = errors**-2 / (errors**-2).sum(axis=0)
    valence, arousal, dominance = (float(x) for x in (weights * errors).sum(axis=0))
    return VAD.from_array((weights * points).sum(axis=0)), (valence, arousal, dominance)


def _mean_known(values: Sequence[float], weights: np.ndarray) -> float:
    """The weighted mean of the values that are not NaN; NaN if all are."""
    known = ~np.isnan(values)
    return float(np.average(np.asarray(values)[known], weights=weights[known])) if known.any() else math.nan


def _speaks(read: Reading) -> bool:
    """Whether a member says anything; a guess below its floor is weak, and still heard."""
    return bool(read.probabilities) or read.vad is not None


def _near(curve: Sequence[TimedReading], start: float, end: float) -> list[TimedReading]:
    return [one for one in curve if one.start < end and one.end > start]


def _shortest(lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    told = [labels for labels in lists if labels]
    named = [labels for labels in told if not is_quadrants(labels)]
    return min(named or told, key=len)


def _names(judges: Sequence[Judge]) -> list[str]:
    """The names of the cards; of several alike the later ones are numbered."""
    names: list[str] = []
    for judge in judges:
        alike = sum(name.split(" ")[0] == judge.card.name for name in names)
        names.append(f"{judge.card.name} {alike + 1}" if alike else judge.card.name)
    return names


@cache
def _numbers() -> dict[str, float]:
    return asset_table("judges", "ensemble.toml")
