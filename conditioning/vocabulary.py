"""Lists of emotion labels, each label a Gaussian in valence-arousal-dominance space.

One list, the ``lexicon``, gives every emotion its place. All others (Ekman, Plutchik, an engine's own list …) are TOML
files in ``assets/vocabularies`` whose labels keep their source's order and point to a lexicon emotion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.errors import AffectError, UnknownNameError
from conditioning.user_files import read_toml
from conditioning.vad import VAD
from conditioning.vocabulary_faults import vocabulary_faults

__all__ = ["Label", "Vocabulary", "lexicon", "read_vocabulary", "vocabulary", "vocabulary_names"]

_SPREAD = 0.25  # standard deviation of a label for which its file states none


@dataclass(frozen=True)
class Label:
    """An emotion word with its place in the space.

    Args:
        name: the word as its vocabulary writes it.
        emotion: the lexicon emotion it stands for; None if it stands for no single word of the lexicon: a mixture, a
            region such as a quadrant, or no feeling at all (``other``, ``unknown``).
        vad: mean of its Gaussian.
        sd: standard deviation on valence, arousal and dominance, each above 0.
        definition: one sentence.
        aliases: other words for it, in English.
        weaker: lexicon emotion of the same kind with less intensity, or "".
        stronger: the same with more intensity, or "".
        source: where its numbers come from.
        parents: lexicon emotions of which it is a kind or a mixture.
        mixture: weights of the lexicon emotions that a compound such as ``happily surprised`` is made of, summing to
            1; empty for all others.
        note: what a reader of the list should know of this label.
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
    parents: tuple[str, ...] = ()
    mixture: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def has_feeling(self) -> bool:
        """Whether it stands for a feeling, or for none at all as ``other`` does; neutral counts as one."""
        return self.emotion is not None or bool(self.mixture) or self.vad != VAD()


@dataclass(frozen=True)
class Vocabulary:
    """A list of labels in its source's order.

    Args:
        name: file name without ending.
        title: how people call it.
        labels: in the source's order.
        source: citation.
        dyads: pairs of labels that mix into a third, such as ``("joy", "trust"): "love"``.
        sum_at_most: greatest sum of strengths that the engine of this list takes.
        kind: ``theory``, ``corpus``, ``instrument`` or ``engine``; the studio's own lists are ``studio``.
        certainty: how surely names and order are the source's: ``checked`` against it, ``names`` if only those were
            checked, ``recalled`` if neither was.
        note: what a user of the list should know.
        bias: factors that the engine's own tool multiplies the strengths by, in the order of labels; empty for none.
        default: strengths that the engine takes when none are given; empty if that is not known.
        normalised: the engine divides the strengths by their sum.
    """

    name: str
    title: str
    labels: tuple[Label, ...]
    source: str = ""
    dyads: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sum_at_most: float = 1.0
    kind: str = "theory"
    certainty: str = "checked"
    note: str = ""
    bias: tuple[float, ...] = ()
    default: tuple[float, ...] = ()
    normalised: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The labels' names in order."""
        return tuple(label.name for label in self.labels)

    def __getitem__(self, name: str) -> Label:
        index = self._places.get(name)
        if index is None:
            raise UnknownNameError("emotion", name, self.names)
        return self.labels[index]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    @cached_property
    def _places(self) -> dict[str, int]:
        return {label.name: index for index, label in enumerate(self.labels)}

    def means(self) -> np.ndarray:
        """Means of the labels, ``(L, 3)`` in the order valence, arousal, dominance."""
        return self._means.copy()

    def spreads(self) -> np.ndarray:
        """Standard deviations of the labels, ``(L, 3)``."""
        return self._spreads.copy()

    @cached_property
    def _means(self) -> np.ndarray:
        return np.array([label.vad.array() for label in self.labels])

    @cached_property
    def _spreads(self) -> np.ndarray:
        return np.array([label.sd for label in self.labels])

    def memberships(self, points: np.ndarray) -> np.ndarray:
        """How far each point belongs to each label: the labels' posterior under equal priors.

        Args:
            points: ``(…, 3)``, -1..1.

        Returns:
            ``(…, L)``, each row sums to 1.
        """
        offset = (points[..., None, :] - self._means) / self._spreads
        log_likelihood = -0.5 * np.sum(offset**2, axis=-1) - np.log(self._spreads).sum(axis=-1)
        log_likelihood -= log_likelihood.max(axis=-1, keepdims=True)
        weights = np.exp(log_likelihood)
        return weights / weights.sum(axis=-1, keepdims=True)

    def nearness(self, points: np.ndarray) -> np.ndarray:
        """How near each point lies to each label, as shares: what a point is called.

        Unlike in ``memberships``, every Gaussian is 1 at its mean, so a label is called by its own name at its place
        however wide its neighbours are. A share goes with the square of its Gaussian, which keeps names crisp where
        many lie together. Of a vocabulary with ``neutral``, the neutral point is wholly neutral.

        Args:
            points: ``(…, 3)``, -1..1.

        Returns:
            ``(…, L)``, each row sums to 1.
        """
        offset = (points[..., None, :] - self._means) / self._spreads
        height = -np.sum(offset**2, axis=-1)
        quiet = self._places.get("neutral")
        rest = 1.0
        if quiet is not None and len(self.labels) > 1:
            rest = 1.0 - np.exp(height[..., quiet, None])
            height[..., quiet] = -np.inf
        height -= height.max(axis=-1, keepdims=True)
        weights = np.exp(height)
        weights *= rest / weights.sum(axis=-1, keepdims=True)
        if quiet is not None:
            weights[..., quiet] = 1.0 - np.minimum(weights.sum(axis=-1), 1.0)
        return weights


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
    return read_vocabulary(asset("vocabularies", f"{name}.toml"))


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary of a TOML file; the format is described in docs/emotion.md.

    Raises:
        InputFileError: the file is missing or not TOML.
        AffectError: it has faults; the message lists all of them.
    """
    table = read_toml(path)
    own = path.stem == "lexicon"
    known = {row.get("name") for row in table.get("label", [])} if own else set(lexicon().names)
    faults = list(vocabulary_faults(table, known, own=own))
    if faults:
        raise AffectError(f"{path.name} has {len(faults)} faults: {'; '.join(faults)}.")
    labels = tuple(_label(row, own=own) for row in table["label"])
    return Vocabulary(
        name=path.stem,
        title=table["title"],
        labels=labels,
        source=table.get("source", ""),
        dyads={(row["of"][0], row["of"][1]): row["is"] for row in table.get("dyad", ())},
        sum_at_most=float(table.get("sum_at_most", 1.0)),
        kind=table.get("kind", "theory"),
        certainty=table.get("certainty", "checked"),
        note=table.get("note", ""),
        bias=_column(table["label"], "bias"),
        default=_column(table["label"], "default"),
        normalised=bool(table.get("normalised", False)),
    )


def lexicon() -> Vocabulary:
    """The studio's own emotions, to which every vocabulary points."""
    return vocabulary("lexicon")


def _column(rows: Iterable[Mapping[str, Any]], key: str) -> tuple[float, ...]:
    """A number of all labels, or nothing where the file states it for none of them."""
    values = [row[key] for row in rows if key in row]
    return tuple(float(value) for value in values)


def _label(row: Mapping[str, Any], *, own: bool) -> Label:
    emotion = row["name"] if own else row.get("emotion", row["name"]) or None
    parts = {name: float(weight) for name, weight in row.get("mixture", {}).items()}
    total = sum(parts.values())
    parts = {name: weight / total for name, weight in parts.items()}
    if parts:
        emotion, base = None, None
        mean, spread = _moments(parts)
    elif own or emotion is None:
        base, mean, spread = None, np.zeros(3), np.full(3, _SPREAD)
    else:
        base = lexicon()[emotion]
        mean, spread = base.vad.array(), np.array(base.sd)
    mean = np.asarray(row.get("vad", mean), float)
    sd = np.broadcast_to(np.asarray(row.get("sd", spread), float), (3,))
    return Label(
        name=row["name"],
        emotion=emotion,
        vad=VAD.from_array(mean),
        sd=(float(sd[0]), float(sd[1]), float(sd[2])),
        definition=row.get("definition", base.definition if base else ""),
        aliases=tuple(row.get("aliases", ())),
        weaker=row.get("weaker", base.weaker if base else ""),
        stronger=row.get("stronger", base.stronger if base else ""),
        source=row.get("source", ""),
        parents=tuple(row.get("parents", base.parents if base else tuple(parts))),
        mixture=parts,
        note=row.get("note", ""),
    )


def _moments(parts: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation, each ``(3,)``, of a mixture of lexicon emotions."""
    words = lexicon()
    weights = np.array(list(parts.values()))[:, None]
    means = np.array([words[name].vad.array() for name in parts])
    spreads = np.array([words[name].sd for name in parts])
    mean = (weights * means).sum(axis=0)
    return mean, np.sqrt((weights * (spreads**2 + means**2)).sum(axis=0) - mean**2)
