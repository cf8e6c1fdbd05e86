"""Lists of emotion labels, each label a Gaussian in valence-arousal-dominance space.

One list, the ``lexicon``, gives every emotion its place. All others (Ekman, Plutchik, an engine's own list …) are TOML
files in ``assets/vocabularies`` whose labels keep their source's order and point to a lexicon emotion.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.errors import UnknownNameError
from conditioning.vad import VAD

__all__ = ["Label", "Vocabulary", "lexicon", "vocabulary", "vocabulary_names"]


@dataclass(frozen=True)
class Label:
    """An emotion word with its place in the space.

    Args:
        name: the word as its vocabulary writes it.
        emotion: the lexicon emotion it stands for; None if it stands for no feeling (``other``, ``unknown``).
        vad: mean of its Gaussian.
        sd: standard deviation on valence, arousal and dominance, each above 0.
        definition: one sentence.
        aliases: other words for it.
        weaker: lexicon emotion of the same kind with less intensity, or "".
        stronger: the same with more intensity, or "".
        source: where its numbers come from.
    """

    name: str
    emotion: str | None
    vad: VAD
    sd: tuple[float, float, float]
    definition: str = ""
    aliases: tuple[str, ...] = ()
    weaker: str = ""
    stronger: str = ""
    source: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """A list of labels in its source's order.

    Args:
        name: file name without ending.
        title: how people call it.
        labels: in the source's order.
        source: citation.
        dyads: pairs of labels that mix into a third, such as ``("joy", "trust"): "love"``.
    """

    name: str
    title: str
    labels: tuple[Label, ...]
    source: str = ""
    dyads: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names in order."""
        return tuple(label.name for label in self.labels)

    def __getitem__(self, name: str) -> Label:
        for label in self.labels:
            if label.name == name:
                return label
        raise UnknownNameError("emotion", name, self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def means(self) -> np.ndarray:
        """Means of the labels, ``(L, 3)`` in the order valence, arousal, dominance."""
        return np.array([label.vad.array() for label in self.labels])

    def spreads(self) -> np.ndarray:
        """Standard deviations of the labels, ``(L, 3)``."""
        return np.array([label.sd for label in self.labels])

    def memberships(self, points: np.ndarray) -> np.ndarray:
        """How far each point belongs to each label: the labels' posterior under equal priors.

        Args:
            points: ``(…, 3)``, -1..1.

        Returns:
            ``(…, L)``, each row sums to 1.
        """
        offset = (points[..., None, :] - self.means()) / self.spreads()
        log_likelihood = -0.5 * np.sum(offset**2, axis=-1) - np.log(self.spreads()).sum(axis=-1)
        log_likelihood -= log_likelihood.max(axis=-1, keepdims=True)
        weights = np.exp(log_likelihood)
        return weights / weights.sum(axis=-1, keepdims=True)


def vocabulary_names() -> list[str]:
    """Names of all shipped vocabularies, sorted."""
    return sorted(path.stem for path in asset("vocabularies").glob("*.toml"))


@cache
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of that name.

    Args:
        name: file name without ending, such as ``"plutchik"``.

    Raises:
        UnknownNameError: there is no such vocabulary.
    """
    if name not in vocabulary_names():
        raise UnknownNameError("vocabulary", name, vocabulary_names())
    table = tomllib.loads(asset("vocabularies", f"{name}.toml").read_text(encoding="utf-8"))
    labels = tuple(_label(row, own=name == "lexicon") for row in table["label"])
    dyads = {(row["of"][0], row["of"][1]): row["is"] for row in table.get("dyad", ())}
    return Vocabulary(name, table["title"], labels, table.get("source", ""), dyads)


def lexicon() -> Vocabulary:
    """The studio's own emotions, to which every vocabulary points."""
    return vocabulary("lexicon")


def _label(row: Mapping[str, Any], *, own: bool) -> Label:
    emotion = row["name"] if own else row.get("emotion", row["name"]) or None
    base = None if own or emotion is None else lexicon()[emotion]
    mean = row.get("vad", base.vad.array() if base else (0.0, 0.0, 0.0))
    sd = np.broadcast_to(np.asarray(row.get("sd", base.sd if base else 0.25), float), (3,))
    return Label(
        name=row["name"],
        emotion=emotion,
        vad=VAD.from_array(np.asarray(mean, float)),
        sd=(float(sd[0]), float(sd[1]), float(sd[2])),
        definition=row.get("definition", base.definition if base else ""),
        aliases=tuple(row.get("aliases", ())),
        weaker=row.get("weaker", base.weaker if base else ""),
        stronger=row.get("stronger", base.stronger if base else ""),
        source=row.get("source", ""),
    )
