"""What can be computed of emotions beyond mixing and scaling: uncertainty, likelihood, and Plutchik's wheel.

A mixture of labels is a mixture of Gaussians in VAD space, of which neutral has the share that the intensity leaves.
Its mean is what is felt, its standard deviation how uncertain that is. A point, with an uncertainty of its own or
without, belongs to labels by their likelihood. On the wheel the primaries stand 45 degrees apart, opposites face each
other (Plutchik 1980), and the three levels of a primary stand at thirds of the radius.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon, vocabulary

__all__ = [
    "divergence",
    "implausible",
    "likelihood",
    "mean_and_spread",
    "opposite_on_wheel",
    "spread",
    "strengths",
    "wheel_distance",
    "wheel_place",
]

_NEUTRAL = "neutral"
_LEVELS = {
    "weaker": 1 / 3,
    "primary": 2 / 3,
    "stronger": 1.0,
}  # the wheel as it is drawn: three rings of equal width
_FACING = math.radians(150)  # primaries face each other at 180 degrees, the next pair stands at 135
_NOTABLE = 0.2  # share of a mixture below which a part may contradict the rest


def strengths(emotion: Emotion) -> np.ndarray:
    """How strongly each lexicon emotion is present, ``(L,)`` in the lexicon's order, summing to 1.

    Neutral has what the intensity leaves.
    """
    index = _index()
    found = np.zeros(len(index))
    for name, weight in emotion.mixture.items():
        found[index[name]] = weight * emotion.intensity
    found[index[_NEUTRAL]] += 1.0 - emotion.intensity
    return found


def spread(emotion: Emotion) -> np.ndarray:
    """How uncertain what is felt is: standard deviations ``(3,)`` of valence, arousal, dominance.

    Example:
        >>> [round(float(x), 2) for x in spread(Emotion.of("joy"))]
        [0.25, 0.25, 0.25]
        >>> bool(spread(Emotion.of({"joy": 1, "fear": 1}))[0] > 0.6)    # pleasant or unpleasant: who knows
        True
    """
    return _spread_of(strengths(emotion))


def mean_and_spread(mixture: Mapping[str, float]) -> tuple[VAD, np.ndarray]:
    """The point of a mixture at full intensity, with its standard deviations ``(3,)``.

    Args:
        mixture: weights of lexicon emotions, each 0 or more.

    Raises:
        UnknownNameError: a name is not in the lexicon.
        EmotionError: no weight is positive, or one is negative.
    """
    emotion = Emotion.of(mixture)
    return emotion.felt, spread(emotion)


def likelihood(
    point: VAD, *, uncertainty: float | Sequence[float] = 0.0, among: str = "lexicon"
) -> dict[str, float]:
    """How likely each label of a vocabulary is meant by a point: the posterior under equal priors.

    Args:
        point: what is felt.
        uncertainty: standard deviation of the point, one number or one for each axis; the larger, the more labels share.
        among: the vocabulary; its labels that stand for no feeling are left out.

    Returns:
        Shares by label that sum to 1, the likeliest first.

    Raises:
        UnknownNameError: there is no such vocabulary.
        EmotionError: an uncertainty is negative.

    Example:
        >>> next(iter(likelihood(VAD(-0.6, 0.6, -0.4), among="ekman")))
        'fear'
    """
    own = np.broadcast_to(np.asarray(uncertainty, float), (3,))
    if not (own >= 0).all():
        raise EmotionError(f"The uncertainty is {uncertainty}.", "Give standard deviations of 0 or more.")
    labels = [label for label in vocabulary(among).labels if label.has_feeling]
    means = np.array([label.vad.array() for label in labels])
    spreads = np.sqrt(np.array([label.sd for label in labels]) ** 2 + own**2)
    log = -0.5 * (((point.array() - means) / spreads) ** 2).sum(axis=1) - np.log(spreads).sum(axis=1)
    shares = np.exp(log - log.max())
    shares /= shares.sum()
    found = {label.name: float(share) for label, share in zip(labels, shares, strict=True)}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def divergence(asked: Emotion, said: Emotion) -> float:
    """How much of what was asked is lost in what is said: Kullback-Leibler divergence in nats, 0 or more.

    Both are taken as the Gaussians of what is felt and of its spread, so it grows with the distance, less so where what
    was asked is uncertain anyway, and it counts a precise word for a vague one and the other way round.
    """
    here, there = spread(asked) ** 2, spread(said) ** 2
    apart = asked.felt.array() - said.felt.array()
    return float(max(0.5 * np.sum(here / there + apart**2 / there - 1.0 + np.log(there / here)), 0.0))


def wheel_place(emotion: Emotion) -> complex:
    """Where what is felt stands on the wheel: joy at angle 0, trust at 45 degrees; 0 to 1 from the middle.

    A dyad stands between its primaries, any other emotion where the parents in the lexicon stand. Neutral, and an
    emotion that no parent leads to the wheel, stand in the middle.
    """
    places = _places()
    shares = ((places[name], weight) for name, weight in emotion.mixture.items())
    return complex(sum(place * weight for place, weight in shares) * emotion.intensity)


def wheel_distance(one: Emotion, other: Emotion) -> float:
    """Distance on the wheel, 0..2.

    Example:
        >>> joy = Emotion.of("joy")
        >>> wheel_distance(joy, Emotion.of("trust")) < wheel_distance(joy, Emotion.of("sadness"))
        True
    """
    return abs(wheel_place(one) - wheel_place(other))


def opposite_on_wheel(emotion: Emotion) -> Emotion:
    """The emotion whose parts face its parts on the wheel; twice gives back a mixture of the wheel's names.

    One that holds names which are not on the wheel is mirrored in VAD instead.

    Example:
        >>> str(opposite_on_wheel(Emotion.of({"joy": 3, "rage": 1})))
        'sadness:0.75+terror:0.25'
        >>> str(opposite_on_wheel(Emotion.of("love")))
        'remorse'
    """
    opposites = _opposites()
    if not emotion.mixture.keys() <= opposites.keys():
        return emotion.opposed()
    mixture = {opposites[name]: weight for name, weight in emotion.mixture.items()}
    return Emotion.of(mixture, emotion.intensity)


def implausible(emotion: Emotion) -> tuple[str, ...]:
    """Sentences that name parts of a mixture which face each other on the wheel; nothing where all may go together.

    Example:
        >>> implausible(Emotion.of({"joy": 1, "sadness": 1}))
        ('joy and sadness face each other on the wheel: few people feel, or show, both at once.',)
        >>> implausible(Emotion.of({"joy": 1, "trust": 1}))
        ()
    """
    places = _places()
    notable = [
        name for name, weight in emotion.mixture.items() if weight >= _NOTABLE and abs(places[name]) > 0.2
    ]
    return tuple(
        f"{one} and {other} face each other on the wheel: few people feel, or show, both at once."
        for one, other in combinations(sorted(notable), 2)
        if abs(cmath.phase(places[one] / places[other])) > _FACING
    )


@cache
def _index() -> dict[str, int]:
    return {name: index for index, name in enumerate(lexicon().names)}


@cache
def _squares() -> tuple[np.ndarray, np.ndarray]:
    """Means of the lexicon and means of their Gaussians' squares, each ``(L, 3)``."""
    means = lexicon().means()
    return means, means**2 + lexicon().spreads() ** 2


def _spread_of(shares: np.ndarray) -> np.ndarray:
    means, squares = _squares()
    deviation: np.ndarray = np.sqrt(np.maximum(shares @ squares - (shares @ means) ** 2, 1e-12))
    return deviation


@cache
def _places() -> dict[str, complex]:
    """Where each lexicon emotion stands on the wheel."""
    wheel = vocabulary("plutchik")
    places: dict[str, complex] = {}
    for number, name in enumerate(wheel.names[:8]):
        direction = cmath.rect(1.0, number * math.pi / 4)
        label = lexicon()[name]
        for kin, length in zip((label.weaker, name, label.stronger), _LEVELS.values(), strict=True):
            places[kin] = direction * length
    for (first, second), name in wheel.dyads.items():
        places[wheel[name].emotion or name] = (places[first] + places[second]) / 2

    def place(name: str) -> complex:
        if name not in places:
            parents = lexicon()[name].parents
            places[name] = sum(place(parent) for parent in parents) / max(len(parents), 1)
        return places[name]

    return {name: place(name) for name in lexicon().names}


@cache
def _opposites() -> dict[str, str]:
    wheel = vocabulary("plutchik")
    primaries = wheel.names[:8]
    facing = {name: primaries[(number + 4) % 8] for number, name in enumerate(primaries)}
    found = {_NEUTRAL: _NEUTRAL, **facing}
    for name, other in facing.items():
        found[lexicon()[name].weaker] = lexicon()[other].weaker
        found[lexicon()[name].stronger] = lexicon()[other].stronger
    dyads = {frozenset(pair): wheel[name].emotion or name for pair, name in wheel.dyads.items()}
    for pair, name in dyads.items():
        found[name] = dyads[frozenset(facing[part] for part in pair)]
    return found
