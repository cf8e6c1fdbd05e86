"""An emotion as the vector of someone else's list of labels, in that list's order, with what was lost said.

``convert`` gives the numbers that an engine takes: its order, its range, its rule for the sum, its bias. ``read_vector``
reads such numbers back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from conditioning.algebra import divergence, strengths
from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.label_table import LabelTable, label_table
from conditioning.vad import VAD
from conditioning.vocabulary import Vocabulary, lexicon, vocabulary, vocabulary_names

__all__ = [
    "Conversion",
    "Loss",
    "RoundTrip",
    "convert",
    "read_vector",
    "round_trip_losses",
]

_SAME = 1e-6
_Said = tuple[np.ndarray, dict[str, str], tuple[str, ...]]  # values, merged, dropped


@dataclass(frozen=True)
class Loss:
    """What a conversion loses.

    Args:
        vad: distance, 0..2√3, between what is felt and what the vector is read back as.
        kl: Kullback-Leibler divergence in nats between both as Gaussians, see ``conditioning.algebra.divergence``.
    """

    vad: float
    kl: float


@dataclass(frozen=True)
class Conversion:
    """An emotion in the labels of a list.

    Args:
        vocabulary: name of the list.
        names: labels in their source's order.
        values: number of each, 0..1, as the engine of the list takes them.
        loss: between what was asked and what the values say.
        merged: for each emotion that the list has no label for, the label that took most of it.
        dropped: emotions that are not said at all, since every label lies farther from them than neutral does.
        scaled: factor by which the list's rule for the sum made the values smaller; 1 if it did not.
    """

    vocabulary: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    loss: Loss
    merged: Mapping[str, str]
    dropped: tuple[str, ...]
    scaled: float = 1.0

    def named(self) -> dict[str, float]:
        """The values by label, in order."""
        return dict(zip(self.names, self.values, strict=True))


@dataclass(frozen=True)
class RoundTrip:
    """What is left of one list's labels after they were said in another list and read back.

    Args:
        of: the list whose labels were sent.
        through: the list that said them.
        labels: how many labels were sent; those that stand for no feeling are not.
        kept: share of them, 0..1, that came back as the same label.
        vad: mean distance in VAD between what was sent and what came back, 0..2√3.
        kl: mean divergence in nats.
    """

    of: str
    through: str
    labels: int
    kept: float
    vad: float
    kl: float


def convert(emotion: Emotion, *, to: str) -> Conversion:
    """The emotion in the labels of a vocabulary, as the engine of that vocabulary takes it.

    An emotion for which the list has a label, or two that make a compound of the list, count as that label; a point is
    told by the labels near it; any other emotion goes to the labels near its place, or is dropped if saying nothing
    comes nearer. What the intensity leaves goes to the list's label for neutral, if it has one.

    Args:
        emotion: the emotion.
        to: vocabulary, such as ``"zonos"``.

    Raises:
        UnknownNameError: there is no such vocabulary.

    Example:
        >>> {name: round(value, 2) for name, value in convert(Emotion.of("joy", 0.5), to="zonos").named().items() if value}
        {'happiness': 0.5, 'neutral': 0.5}
        >>> convert(Emotion.of("calm"), to="ekman").dropped
        ('calm',)
    """
    table = label_table(to)
    values, merged, dropped = _of_point(emotion, table) if _is_point(emotion) else _of_names(emotion, table)
    if table.neutral is not None:
        values[table.neutral] += max(1.0 - float(values.sum()), 0.0)
    values = np.clip(values, 0.0, 1.0)
    sent, scaled = _sent(values, table.words)
    said = _read(sent, table.words)
    loss = Loss(emotion.felt.distance(said.felt), divergence(emotion, said))
    return Conversion(to, table.words.names, tuple(float(x) for x in sent), loss, merged, dropped, scaled)


def read_vector(values: Mapping[str, float] | Sequence[float], *, of: str) -> Emotion:
    """The emotion that a vector of a vocabulary says; the reverse of ``convert``.

    What is missing to 1, and labels that stand for no feeling, count as neutral. Where an engine cuts the sum, a vector
    at its limit is read as full intensity. Numbers of several labels that sum to more than 1, as a classifier's may, are
    proportions at full intensity.

    Args:
        values: number of each label in the vocabulary's order, or by name with absent labels 0.
        of: the vocabulary.

    Raises:
        UnknownNameError: there is no such vocabulary or label.
        EmotionError: a wrong count of numbers, one outside 0..1, or a sum above the engine's limit.

    Example:
        >>> str(read_vector({"happy": 0.375, "calm": 0.225}, of="indextts"))
        'calm:0.4+joy:0.4'
    """
    words = vocabulary(of)
    if isinstance(values, Mapping):
        for name in values:
            if name not in words:
                raise UnknownNameError(f"label of {of}", name, words.names)
        values = [values.get(name, 0.0) for name in words.names]
    numbers = np.asarray(list(values), float)
    if numbers.shape != (len(words.names),):
        raise EmotionError(
            f"{len(values)} numbers were given, {of} has {len(words.names)} labels.",
            f"Give {', '.join(words.names)} in this order, each 0 to 1.",
        )
    for name, value in zip(words.names, numbers, strict=True):
        if not 0.0 <= value <= 1.0 + _SAME:
            raise EmotionError(f"{name} of {of} is {value:g}.", "Give a number from 0 to 1.")
    if words.sum_at_most < 1.0 and numbers.sum() > words.sum_at_most + _SAME:
        raise EmotionError(
            f"The numbers of {of} sum to {numbers.sum():g}.",
            f"The engine takes {words.sum_at_most:g} at most; scale them down.",
        )
    return _read(numbers, words)


def round_trip_losses(
    names: Sequence[str] | None = None, through: Sequence[str] | None = None
) -> list[RoundTrip]:
    """What every list keeps of every other's labels: each label is sent to the other list and read back.

    Args:
        names: vocabularies whose labels are sent; all shipped ones where none are given.
        through: vocabularies through which they go; the same ones where none are given.

    Returns:
        A row for each ordered pair of different lists.

    Raises:
        UnknownNameError: there is no such vocabulary.
    """
    lists = list(names) if names is not None else vocabulary_names()
    others = list(through) if through is not None else lists
    return [_round_trip(of, other) for of, other in product(lists, others) if of != other]


def _of_names(emotion: Emotion, table: LabelTable) -> _Said:
    """Values of an emotion that is a mixture of names, and which names were merged and dropped."""
    left = strengths(emotion)
    values = table.take_compounds(left)
    values += left @ table.shares
    left[table.lexicon_neutral] = 0.0
    present = [lexicon().names[index] for index in np.flatnonzero(left > _SAME)]
    merged = {name: table.merged[name] for name in present if name in table.merged}
    dropped = tuple(name for name in present if name in table.dropped)
    return values, merged, dropped


def _of_point(emotion: Emotion, table: LabelTable) -> _Said:
    """Values of an emotion that is a point."""
    shares = table.shares_at(emotion.vad.array())
    name = max((n for n in emotion.mixture if n != "neutral"), key=emotion.mixture.__getitem__)
    if shares is None:
        return np.zeros(len(table.words.names)), {}, (name,)
    nearest = int(shares.argmax())
    is_named = shares[nearest] == 1.0 or table.own.get(name) == nearest
    return emotion.intensity * shares, {} if is_named else {name: table.words.names[nearest]}, ()


def _is_point(emotion: Emotion) -> bool:
    """Whether the mixture only follows from the point."""
    if len(emotion.mixture) == 1 or emotion.intensity == 0:
        return False
    near = Emotion.at(emotion.vad).mixture
    return near.keys() == emotion.mixture.keys() and all(
        abs(near[name] - weight) < _SAME for name, weight in emotion.mixture.items()
    )


def _sent(values: np.ndarray, words: Vocabulary) -> tuple[np.ndarray, float]:
    """Values after the bias and the rule for the sum, and the factor of the latter."""
    if words.bias:
        values = values * np.array(words.bias)
    total = float(values.sum())
    if total <= words.sum_at_most + _SAME:
        return values, 1.0
    return values * (words.sum_at_most / total), words.sum_at_most / total


def _read(numbers: np.ndarray, words: Vocabulary) -> Emotion:
    """The emotion that numbers in the order of the labels say."""
    total = float(numbers.sum())
    if total <= _SAME:
        return Emotion.neutral()
    amounts = numbers / np.array(words.bias) if words.bias else numbers
    at_limit = words.sum_at_most < 1.0 and total >= words.sum_at_most - _SAME
    if at_limit or words.normalised or amounts.sum() > 1.0:
        amounts = amounts / amounts.sum()
    weights, points, intensities = _meanings(words.name)
    intensity = float(amounts @ intensities)
    if intensity <= _SAME:
        return Emotion.neutral()
    parts = amounts @ weights
    names = lexicon().names
    mixture = {names[index]: float(parts[index] / parts.sum()) for index in np.flatnonzero(parts)}
    return Emotion(mixture, VAD.from_array(amounts @ points / intensity), min(intensity, 1.0))


@cache
def _meanings(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What labels mean: strengths of lexicon emotions ``(L, N)``, felt points ``(L, 3)``, intensities ``(L,)``."""
    emotions = [Emotion.of_label(label) for label in vocabulary(name).labels]
    weights = np.array([[e.mixture.get(n, 0.0) * e.intensity for n in lexicon().names] for e in emotions])
    return weights, np.array([e.felt.array() for e in emotions]), np.array([e.intensity for e in emotions])


def _round_trip(of: str, through: str) -> RoundTrip:
    words = vocabulary(of)
    kept, vad, kl, count = 0, 0.0, 0.0, 0
    for label in words.labels:
        if not label.has_feeling:
            continue
        sent = Emotion.of_label(label)
        back = read_vector(convert(sent, to=through).values, of=through)
        came = convert(back, to=of)
        # What came back as nothing is neutral, whether or not the list has a word for that.
        top = max(came.values)
        kept += top > 0 and came.names[came.values.index(top)] == label.name
        vad += sent.felt.distance(back.felt)
        kl += divergence(sent, back)
        count += 1
    return RoundTrip(of, through, count, kept / count, vad / count, kl / count)
