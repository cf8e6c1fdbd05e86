"""Statements about a piece, made from its request, and how a judge's yes and no to them count.

Aim: a judge that speaks, or a person, is asked what it can answer surely. Follows the Emotion Statement Judgment task
of MVEI (Wu et al. 2025, arXiv 2509.21950): polarity, interpretation, and whose feeling it is; here also arousal,
control, the order of a blend, and strength. Scene and viewer are not asked about, since a request says nothing of
them.

Conventions: each kind of statement comes as a true and a false one, so always saying yes is right half the time. What
a request leaves open (an axis near 0, a middling intensity, parts of equal weight) is not asked. Answers are True,
False, or None for no answer, which is always wrong. Sentences stand in ``assets/fidelity/statements.toml``.

Metrics:
    * ``accuracy``: share answered rightly.
    * ``by_kind``: the same for each kind.
    * ``yes_bias``: leaning towards yes or no.
    * ``answer``: what a reading of one of our judges says to a statement.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from conditioning.algebra import opposite_on_wheel
from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from studio.fidelity.measures.asking import asked_label, number, point_read, shares_read, silent
from studio.fidelity.measures.evoked import Side
from studio.fidelity.measures.intensity import strength_along
from studio.judges.base import Reading
from studio.judges.joining import is_quadrants

__all__ = ["Statement", "accuracy", "answer", "by_kind", "evaluate", "statements_of", "validate", "yes_bias"]

_AXES = {
    "valence": ("pleasant", "unpleasant"),
    "arousal": ("excited", "calm"),
    "dominance": ("strong", "weak"),
}


@dataclass(frozen=True)
class Statement:
    """A sentence that is true or false of what was asked.

    Args:
        text: the sentence.
        true: whether it is.
        kind: ``"valence"``, ``"arousal"``, ``"dominance"``, ``"emotion"``, ``"order"`` or ``"strength"``.
        claim: which of the kind's sentences it is, such as ``"pleasant"``.
        emotion: the lexicon name it is about, or "".
        other: the one it is held against, or "".
    """

    text: str
    true: bool
    kind: str
    claim: str
    emotion: str = ""
    other: str = ""


def statements_of(
    asked: Emotion, *, piece: str = "this piece", side: Side = Side.EXPRESSED
) -> list[Statement]:
    """The statements that follow from a request, true and false ones in turn.

    Args:
        asked: the emotion.
        piece: how the sentences name what is judged, such as ``"the voice"``.
        side: whether they ask for what is expressed or what is evoked.

    Example:
        >>> [one.text for one in statements_of(Emotion.of("joy"), piece="the face")][:2]
        ['The feeling that the face expresses is pleasant.', 'The feeling that the face expresses is unpleasant.']
    """
    claims = [*_axis_claims(asked), *_name_claims(asked), *_order_claims(asked), *_strength_claims(asked)]
    sentences = _sentences()[side.value]
    return [
        Statement(
            sentences[claim].format(piece=piece, emotion=emotion, other=other),
            true,
            kind,
            claim,
            emotion,
            other,
        )
        for kind, claim, true, emotion, other in claims
    ]


def validate(statements: Sequence[Statement], answers: Sequence[bool | None]) -> None:
    """Check lengths; warns where nothing was asked, which scores 0.

    Raises:
        ValueError: there is not one answer for each statement.
    """
    if len(statements) != len(answers):
        raise ValueError(
            f"{len(statements)} statements have {len(answers)} answers; give one each, None for none."
        )
    if not statements:
        warnings.warn("Nothing was asked; the answers score 0.", stacklevel=2)


def accuracy(statements: Sequence[Statement], answers: Sequence[bool | None]) -> float:
    """Mean of the shares of true and of false statements answered rightly.

    Range 0..1, higher is better; chance 1/2, also for always yes or always no; no answers score 0.
    """
    pairs = zip(statements, answers, strict=True)
    right = np.array([given is not None and bool(given) == one.true for one, given in pairs], bool)
    truth = np.array([one.true for one in statements], bool)
    shares = [right[truth == value].mean() for value in (True, False) if np.any(truth == value)]
    return float(np.mean(shares)) if shares else 0.0


def by_kind(statements: Sequence[Statement], answers: Sequence[bool | None]) -> dict[str, float]:
    """The accuracy of each kind that was asked; range, chance and silence as for ``accuracy``."""
    pairs = list(zip(statements, answers, strict=True))
    kinds = dict.fromkeys(one.kind for one in statements)
    return {
        kind: accuracy(
            [one for one, _ in pairs if one.kind == kind], [a for one, a in pairs if one.kind == kind]
        )
        for kind in kinds
    }


def yes_bias(statements: Sequence[Statement], answers: Sequence[bool | None]) -> float:
    """Share of yes among the answers given, less the share of true statements.

    Range -1..1, 0 is best: above it the judge agrees too easily. Chance, and no answers, score 0.
    """
    given = [(one.true, bool(a)) for one, a in zip(statements, answers, strict=True) if a is not None]
    if not given:
        return 0.0
    truth, said = np.array(given).mean(axis=0)
    return float(said - truth)


def answer(statement: Statement, read: Reading | None, labels: Sequence[str]) -> bool | None:
    """What a reading says to a statement; None where it is silent or its judge cannot say.

    Args:
        statement: made of a request.
        read: of one of our judges.
        labels: of that judge; quadrants answer of axes alone.
    """
    if silent(read):
        return None
    if statement.kind in _AXES:
        point = point_read(read)
        value = getattr(point, statement.kind) if point else 0.0
        return None if value == 0 else bool((value > 0) == (statement.claim == _AXES[statement.kind][0]))
    if is_quadrants(labels) or read is None:
        return None
    if statement.kind == "strength":
        asked = Emotion.of(statement.emotion)
        return (strength_along(asked, read) >= 0.5) == (statement.claim == "intense")
    shares = shares_read(read, labels)
    own = asked_label(Emotion.of(statement.emotion), labels)
    if own is None or not shares.any():
        return None
    if statement.kind == "emotion":
        return read.top == own
    rival = asked_label(Emotion.of(statement.other), labels)
    if rival is None or rival == own:
        return None
    return bool(shares[labels.index(own)] > shares[labels.index(rival)])


def evaluate(statements: Sequence[Statement], answers: Sequence[bool | None]) -> dict[str, float]:
    """Accuracy over all, of each kind as ``accuracy_valence``, the bias, and the share answered at all.

    Raises:
        ValueError: there is not one answer for each statement.
    """
    validate(statements, answers)
    answered = float(np.mean([a is not None for a in answers])) if answers else 0.0
    return {
        "accuracy": accuracy(statements, answers),
        **{f"accuracy_{kind}": value for kind, value in by_kind(statements, answers).items()},
        "yes_bias": yes_bias(statements, answers),
        "answered": answered,
    }


_Claim = tuple[str, str, bool, str, str]  # kind, claim, true, emotion, other


def _axis_claims(asked: Emotion) -> list[_Claim]:
    found: list[_Claim] = []
    for axis, (high, low) in _AXES.items():
        value = getattr(asked.felt, axis)
        if abs(value) >= number("statements", "clear_axis"):
            true, false = (high, low) if value > 0 else (low, high)
            found += [(axis, true, True, "", ""), (axis, false, False, "", "")]
    return found


def _name_claims(asked: Emotion) -> list[_Claim]:
    """The heaviest name, and the one that faces it on the wheel; in the space, where those feel alike."""
    if asked.label == "neutral":
        return []
    own = Emotion.of(asked.label)
    facing = opposite_on_wheel(own)
    if own.distance(facing) < number("statements", "clear_false"):
        facing = own.opposed()
    return [("emotion", "emotion", True, asked.label, ""), ("emotion", "emotion", False, facing.label, "")]


def _order_claims(asked: Emotion) -> list[_Claim]:
    if asked.intensity == 0 or len(asked.mixture) < 2:
        return []
    ranked = sorted(asked.mixture.items(), key=lambda item: (-item[1], item[0]))
    (first, most), (second, next_most) = ranked[:2]
    if most - next_most < number("statements", "clear_order"):
        return []
    return [("order", "order", True, first, second), ("order", "order", False, second, first)]


def _strength_claims(asked: Emotion) -> list[_Claim]:
    if asked.label == "neutral":
        return []
    strong = asked.intensity >= number("statements", "strong")
    if not strong and asked.intensity > number("statements", "slight"):
        return []
    true, false = ("intense", "slight") if strong else ("slight", "intense")
    return [("strength", true, True, asked.label, ""), ("strength", false, False, asked.label, "")]


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return asset_table("fidelity", "statements.toml")
