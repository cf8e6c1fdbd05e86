"""Lists of emotion labels, each label a Gaussian in valence-arousal-dominance space.

One list, the ``lexicon``, gives every emotion its place. All others (Ekman, Plutchik, an engine's own list …) are TOML
files in ``assets/vocabularies`` whose labels keep their source's order and point to a lexicon emotion.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.errors import AffectError, UnknownNameError
from conditioning.vad import VAD

__all__ = ["Label", "Vocabulary", "lexicon", "read_vocabulary", "vocabulary", "vocabulary_names"]


_FILE_KEYS = {"name", "title", "source", "label", "dyad", "sum_at_most"}
_LABEL_KEYS = {"name", "emotion", "vad", "sd", "definition", "aliases", "weaker", "stronger", "source"}


@dataclass(frozen=True)
class Label:
    """An emotion word with its place in the space.

    Args:
        name: the word as its vocabulary writes it.
        emotion: the lexicon emotion it stands for; None if it stands for no word of the lexicon: a region such as a
            quadrant, or no feeling at all (``other``, ``unknown``).
        vad: mean of its Gaussian.
        sd: standard deviation on valence, arousal and dominance, each above 0.
        definition: one sentence.
        aliases: other words for it, in English.
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
        sum_at_most: greatest sum of strengths that the engine of this list takes.
    """

    name: str
    title: str
    labels: tuple[Label, ...]
    source: str = ""
    dyads: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sum_at_most: float = 1.0

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
        AffectError: the file has faults; the message lists all of them.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise AffectError(f"{path.name} is not TOML: {error}.") from error
    own = path.stem == "lexicon"
    faults = list(_faults(table, own=own))
    if faults:
        raise AffectError(f"{path.name} has {len(faults)} faults: {'; '.join(faults)}.")
    labels = tuple(_label(row, own=own) for row in table["label"])
    dyads = {(row["of"][0], row["of"][1]): row["is"] for row in table.get("dyad", ())}
    limit = float(table.get("sum_at_most", 1.0))
    return Vocabulary(path.stem, table["title"], labels, table.get("source", ""), dyads, limit)


def lexicon() -> Vocabulary:
    """The studio's own emotions, to which every vocabulary points."""
    return vocabulary("lexicon")


def _faults(table: Mapping[str, Any], *, own: bool) -> Iterator[str]:
    """What is wrong with a vocabulary's table, all of it."""
    yield from (f"{key!r} is not a key of a vocabulary" for key in table if key not in _FILE_KEYS)
    if "title" not in table:
        yield "title is missing"
    if not _within(table.get("sum_at_most", 1.0), 0.01, 1.0):
        yield f"sum_at_most is {table['sum_at_most']}, not a number above 0 and up to 1"
    rows = table.get("label", [])
    if not rows:
        yield "there is no label"
    names = [row.get("name") for row in rows]
    known = set(names) if own else set(lexicon().names)
    for number, row in enumerate(rows, 1):
        if not row.get("name"):
            yield f"label {number} has no name"
            continue
        yield from (f"{row['name']}: {fault}" for fault in _label_faults(row, known, own=own))
    yield from (
        f"label {name!r} is there {names.count(name)} times"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    )
    spoken = [word.casefold() for row in rows for word in (row.get("name", ""), *row.get("aliases", ()))]
    doubled = dict.fromkeys(word for word in spoken if spoken.count(word) > 1 and word not in names)
    yield from (f"alias {word!r} belongs to several labels" for word in doubled)
    for row in table.get("dyad", ()):
        words = [*row.get("of", ()), row.get("is", "")]
        yield from (f"dyad {words}: {word!r} is not a label" for word in words if word not in names)
        if len(words) != 3:
            yield f"dyad {words} is not of two labels"


def _label_faults(row: Mapping[str, Any], known: set[Any], *, own: bool) -> Iterator[str]:
    yield from (f"{key!r} is not a key of a label" for key in row if key not in _LABEL_KEYS)
    emotion = row.get("emotion", row["name"])
    if own and "vad" not in row:
        yield "vad is missing"
    if not own and emotion and emotion not in known:
        yield f"emotion {emotion!r} is not in the lexicon"
    for key in ("weaker", "stronger"):
        if row.get(key) and row[key] not in known:
            yield f"{key} {row[key]!r} is not in the lexicon"
    mean = row.get("vad", [0, 0, 0])
    if not isinstance(mean, list) or len(mean) != 3 or not all(_within(x, -1, 1) for x in mean):
        yield f"vad is {mean}, not three numbers from -1 to 1"
    spread = row.get("sd", 0.25)
    values = spread if isinstance(spread, list) else [spread] * 3
    if len(values) != 3 or not all(_within(x, 1e-3, 2) for x in values):
        yield f"sd is {spread}, not one or three numbers above 0 and up to 2"


def _within(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low <= value <= high


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
