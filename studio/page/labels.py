"""The lists of emotions that the panel offers, and how an emotion is said in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from conditioning.emotion import Emotion, mix
from conditioning.vad import VAD
from conditioning.vocabulary import Vocabulary, lexicon, vocabulary, vocabulary_names
from studio.page.palette import css_colour

__all__ = [
    "SHORTLIST",
    "Example",
    "emotion_of_shares",
    "examples",
    "label_lists",
    "shares_of",
    "widget_table",
]

SHORTLIST = "shortlist"
_FAINTEST = 0.02  # shares below are the Gaussians' tails, as in conditioning.emotion


@dataclass(frozen=True)
class Example:
    """A script to begin with."""

    name: str
    script: str


@cache
def examples() -> tuple[Example, ...]:
    """The scripts to begin with."""
    return tuple(Example(row["name"], row["script"]) for row in _page_table()["example"])


@cache
def label_lists() -> Mapping[str, Vocabulary]:
    """The lists by key: the short one first, then all shipped ones, without labels that stand for no feeling at all."""
    short = tuple(lexicon()[name] for name in _page_table()["shortlist"])
    lists = {SHORTLIST: Vocabulary(SHORTLIST, f"{len(short)} emotions to begin with", short)}
    for name in vocabulary_names():
        full = vocabulary(name)
        felt = tuple(label for label in full.labels if label.emotion or label.vad != VAD())
        lists[name] = Vocabulary(name, full.title, felt, full.source)
    return lists


def shares_of(emotion: Emotion, key: str) -> dict[str, float]:
    """How an emotion is said in a list: the share of each label that has one, summing to 1.

    Names that the list has are kept; what it has no names for is said by how near its labels lie.

    Args:
        emotion: any.
        key: of the list.
    """
    listed = label_lists()[key]
    named: dict[str, str] = {}
    for label in listed.labels:
        if label.emotion:
            named.setdefault(label.emotion, label.name)
    if emotion.mixture.keys() <= named.keys():
        return {named[name]: weight for name, weight in emotion.mixture.items()}
    near = zip(listed.names, listed.nearness(emotion.vad.array()), strict=True)
    kept = {name: float(share) for name, share in near if share >= _FAINTEST}
    total = sum(kept.values())
    return {name: share / total for name, share in kept.items()}


def emotion_of_shares(shares: Mapping[str, float], key: str, intensity: float = 1.0) -> Emotion:
    """The emotion that shares of a list's labels mean.

    Args:
        shares: weight by label, with any positive sum.
        key: of the list.
        intensity: 0..1.

    Raises:
        UnknownNameError: the list has no such label.
        EmotionError: no weight is positive.
    """
    listed = label_lists()[key]
    labels = [(listed[name], share) for name, share in shares.items() if share > 0]
    if all(label.emotion for label, _ in labels):
        weights: dict[str, float] = {}
        for label, share in labels:
            weights[label.emotion or ""] = weights.get(label.emotion or "", 0.0) + share
        return Emotion.of(weights, intensity)
    return mix([(Emotion.of_label(label), share) for label, share in labels]).scaled(intensity)


def widget_table() -> dict[str, list[dict[str, Any]]]:
    """Name, mean, spread and colour of every label of every list, for the page's widgets."""
    return {
        key: [
            {
                "name": label.name,
                "mean": [round(float(x), 4) for x in label.vad.array()],
                "spread": list(label.sd),
                "colour": css_colour(Emotion.of_label(label).mixture),
            }
            for label in listed.labels
        ]
        for key, listed in label_lists().items()
    }


def _page_table() -> dict[str, Any]:
    return asset_table("examples", "page.toml")
