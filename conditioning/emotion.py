"""An emotion: a mixture over named emotions, a point in VAD space, and an intensity; and their algebra.

Mixture and point describe the emotion at full intensity; ``felt`` is the point as it is at the stated intensity.
Either gives the other: a mixture's point is the weighted mean of its labels' means, a point's mixture is how near
each label of the lexicon lies to it. Source of the view of labels as Gaussians in VAD: Russell & Mehrabian 1977;
of mixing primaries into secondaries: Plutchik 1980.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from conditioning.errors import EmotionError
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import Label, lexicon, vocabulary

__all__ = ["Emotion", "blend", "mix"]

NEUTRAL = "neutral"
_FAINTEST = 0.02  # a membership below this is noise of the Gaussians' tails, not part of a mixture


@dataclass(frozen=True)
class Emotion:
    """What is to be felt.

    Args:
        mixture: weight of each lexicon emotion, each 0..1, summing to 1.
        vad: the point at full intensity.
        intensity: 0..1, where 0 is neutral.

    Raises:
        EmotionError: weights or intensity are out of their range.
        UnknownNameError: a label is not in the lexicon.

    Example:
        >>> Emotion.of("joy", 0.5).felt
        VAD(valence=0.38, arousal=0.24, dominance=0.175)
    """

    mixture: Mapping[str, float]
    vad: VAD
    intensity: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.intensity <= 1.0:
            raise EmotionError(f"Intensity is {self.intensity:g}.", "Give a number from 0 to 1.")
        for name, weight in self.mixture.items():
            lexicon()[name]
            if not 0.0 <= weight <= 1.0 + 1e-9:
                raise EmotionError(f"The weight of {name} is {weight:g}.", "Give a number from 0 to 1.")
        if abs(sum(self.mixture.values()) - 1.0) > 1e-6:
            raise EmotionError("The weights of a mixture do not sum to 1.", "Use Emotion.of or mix.")

    @classmethod
    def neutral(cls) -> Emotion:
        """No feeling."""
        return cls({NEUTRAL: 1.0}, VAD(), 0.0)

    @classmethod
    def of(cls, mixture: str | Mapping[str, float], intensity: float = 1.0) -> Emotion:
        """The emotion of a lexicon name, or of names with any non-negative weights.

        Args:
            mixture: one name, or weights that are brought to sum 1.
            intensity: 0..1; at 0 the emotion is neutral.

        Raises:
            UnknownNameError: a name is not in the lexicon.
            EmotionError: no weight is positive, or one is negative.
        """
        weights = {mixture: 1.0} if isinstance(mixture, str) else dict(mixture)
        total = sum(weights.values())
        if total <= 0 or min(weights.values()) < 0:
            raise EmotionError("A mixture needs weights above 0.", "Write for instance joy:0.7+fear:0.3.")
        weights = {name: weight / total for name, weight in sorted(weights.items()) if weight > 0}
        point = sum((w * lexicon()[name].vad.array() for name, w in weights.items()), np.zeros(3))
        if set(weights) == {NEUTRAL} or intensity == 0:
            return cls.neutral()
        return cls(weights, VAD.from_array(point), intensity)

    @classmethod
    def parse(cls, text: str) -> Emotion:
        """The emotion that a text names, as ``conditioning.parsing.parse_emotion`` reads it.

        Raises:
            UnknownNameError: a word is not known.
            EmotionError: the text is empty or too long, or a number is out of its range or without a name.

        Example:
            >>> str(Emotion.parse("slightly sad"))
            'sadness:0.35'
        """
        from conditioning.parsing import parse_emotion  # the grammar is made of emotions

        return parse_emotion(text)

    @classmethod
    def at(cls, point: VAD, intensity: float = 1.0) -> Emotion:
        """The emotion at a point of the space; its mixture is how near the lexicon's labels lie."""
        if point == VAD() or intensity == 0:
            return cls.neutral()
        weights = lexicon().nearness(point.array())
        named = {n: float(w) for n, w in zip(lexicon().names, weights, strict=True) if w >= _FAINTEST}
        total = sum(named.values())
        return cls({name: weight / total for name, weight in named.items()}, point, intensity)

    @classmethod
    def of_label(cls, label: Label, intensity: float = 1.0) -> Emotion:
        """The emotion that a vocabulary's label means; one that stands for no feeling is neutral.

        Args:
            label: of any vocabulary.
            intensity: 0..1.
        """
        if label.mixture:
            return cls.of(label.mixture, intensity)
        if label.emotion is None:
            return cls.at(label.vad, intensity)
        named = cls.of(label.emotion, intensity)
        return named if named.intensity == 0 or named.vad == label.vad else replace(named, vad=label.vad)

    @property
    def felt(self) -> VAD:
        """The point at the stated intensity."""
        return self.vad.scaled(self.intensity)

    @property
    def label(self) -> str:
        """The heaviest name of the mixture; ``neutral`` at intensity 0."""
        if self.intensity == 0:
            return NEUTRAL
        return min(self.mixture, key=lambda name: (-self.mixture[name], name))

    def scaled(self, factor: float) -> Emotion:
        """The same emotion with its intensity multiplied, at most 1; by 0 it is neutral."""
        if factor < 0:
            raise EmotionError(
                f"Intensity cannot be scaled by {factor:g}.", "Use opposed() for the opposite."
            )
        intensity = min(self.intensity * factor, 1.0)
        return Emotion.neutral() if intensity == 0 else replace(self, intensity=intensity)

    def opposed(self) -> Emotion:
        """The emotion at the mirrored point, with the same intensity.

        Opposing twice gives back the point and the intensity.
        """
        return self if self.vad == VAD() else Emotion.at(self.vad.opposed(), self.intensity)

    def distance(self, other: Emotion) -> float:
        """Euclidean distance of what is felt, 0..2√3."""
        return self.felt.distance(other.felt)

    def difference(self, other: Emotion) -> dict[str, float]:
        """What is felt less what the other feels, by axis, each -2..2."""
        return {axis: getattr(self.felt, axis) - getattr(other.felt, axis) for axis in AXES}

    def __str__(self) -> str:
        if self.intensity == 0:
            return NEUTRAL
        if set(self.mixture) == {NEUTRAL}:
            return NEUTRAL
        ordered = sorted(self.mixture.items(), key=lambda item: (-item[1], item[0]))
        if len(ordered) == 1:
            name = ordered[0][0]
            return name if self.intensity == 1 else f"{name}:{self.intensity:.2g}"
        return "+".join(
            f"{name}:{weight * self.intensity:.2g}" for name, weight in ordered if weight >= 0.005
        )


def mix(parts: Iterable[tuple[Emotion, float]]) -> Emotion:
    """The weighted mean of emotions: mixtures, points and intensities.

    What is felt is the weighted mean of what the parts are felt as, so mixing commutes, associates in its weights, and
    a part of intensity 0 pulls towards neutral.

    Args:
        parts: emotions with weights of 0 or more, of which one is positive.

    Raises:
        EmotionError: no weight is positive, or one is negative.
    """
    pairs = [(emotion, weight) for emotion, weight in parts if weight != 0]
    total = sum(weight for _, weight in pairs)
    if not pairs or total <= 0 or min(weight for _, weight in pairs) < 0:
        raise EmotionError(
            "A mixture needs weights above 0.", "Give each part a weight, one of them positive."
        )
    strengths: dict[str, float] = {}
    felt, intensity = np.zeros(3), 0.0
    for emotion, weight in pairs:
        share = weight / total
        felt += share * emotion.felt.array()
        intensity += share * emotion.intensity
        for name, value in emotion.mixture.items():
            strengths[name] = strengths.get(name, 0.0) + share * emotion.intensity * value
    strength = sum(strengths.values())
    if intensity <= 1e-9 or strength <= 1e-9:
        return Emotion.neutral()
    mixture = {name: value / strength for name, value in sorted(strengths.items()) if value > 0}
    return Emotion(mixture, VAD.from_array(felt / intensity), min(intensity, 1.0))


def blend(first: str, second: str, intensity: float = 1.0) -> Emotion:
    """The emotion that two emotions are called together: Plutchik's dyad, or both halves where there is no name.

    Args:
        first: lexicon name.
        second: another, in either order.
        intensity: 0..1.

    Raises:
        UnknownNameError: a name is not in the lexicon.

    Example:
        >>> str(blend("trust", "joy"))
        'love'
    """
    wheel = vocabulary("plutchik")
    name = wheel.dyads.get((first, second)) or wheel.dyads.get((second, first))
    if name is None:
        return Emotion.of({first: 1.0, second: 1.0} if first != second else first, intensity)
    return Emotion.of(wheel[name].emotion or name, intensity)
