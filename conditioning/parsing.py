"""Reads an emotion that a person wrote, and writes one so that it can be read again.

Understood are names and their aliases in several languages, emoji, words of degree, opposites, mixtures with
strengths, and named axes; the grammar with its rules is in docs/emotion.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from conditioning.algebra import implausible
from conditioning.emotion import Emotion, mix
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.guess import Guess, Reader
from conditioning.terms import Term, edits, read_terms
from conditioning.vad import AXES, VAD
from conditioning.words import LABEL_SIGNS, all_words, fold_emoji, fold_word
from conditioning.written_axes import take_axes

__all__ = [
    "MAX_CHARACTERS",
    "Parsed",
    "describe_emotion",
    "parse_emotion",
    "rounded",
    "understand",
    "write_emotion",
]

MAX_CHARACTERS = 2000
"""Longest text that is read by the grammar; a reader may be given longer ones."""

_SAME = 1e-3  # difference below which a written form means the emotion


@dataclass(frozen=True)
class Parsed:
    """What was understood of a text.

    Args:
        emotion: the emotion.
        understood: the same in the studio's own writing, to show to who wrote the text.
        certainty: 1 for words and numbers, 0.8 for emoji (people differ over them), below that for a reader's guess.
        warnings: sentences about what is unlikely to be meant, such as a mixture of opposites.
        why: why it is no surer, or what a reader's guess rests on; "" for what was named.
    """

    emotion: Emotion
    understood: str
    certainty: float
    warnings: tuple[str, ...] = ()
    why: str = ""

    @property
    def in_words(self) -> str:
        """The emotion as a sentence's part.

        Example:
            >>> understand("slightly proud, joy 0.3").in_words
            'pride 54 %, joy 46 %, at 65 % of full strength'
        """
        return describe_emotion(self.emotion)


def parse_emotion(text: str, *, reader: Reader | None = None) -> Emotion:
    """The emotion that a text names.

    Args:
        text: such as ``"joy:0.7+fear:0.3"``, ``"slightly sad"``, ``"v=.5 a=-.2"``, ``"😂"`` or ``"sehr wütend"``.
        reader: reads free text that is none of these.

    Raises:
        UnknownNameError: a word is not known; suggests the nearest.
        EmotionError: the text is empty or too long, a number is out of its range, or it stands without a name.

    Example:
        >>> str(parse_emotion("60% joy + 40% fear"))
        'joy:0.6+fear:0.4'
    """
    return _resolved(text, reader).emotion


def understand(text: str, *, reader: Reader | None = None) -> Parsed:
    """The emotion that a text names, with what was understood of it and how surely.

    Args and Raises are those of ``parse_emotion``.
    """
    found = _resolved(text, reader)
    return Parsed(
        found.emotion, write_emotion(found.emotion), found.certainty, implausible(found.emotion), found.why
    )


def describe_emotion(emotion: Emotion) -> str:
    """An emotion in words, to be read by people.

    Example:
        >>> describe_emotion(Emotion.of("joy", 0.5))
        'joy at 50 % of full strength'
    """
    if emotion.intensity == 0:
        return "no particular feeling"
    ordered = sorted(emotion.mixture.items(), key=lambda item: (-item[1], item[0]))
    strength = "" if emotion.intensity > 0.995 else f"at {emotion.intensity:.0%} of full strength"
    strength = strength.replace("%", " %")
    if not _close(emotion, _mean_of(emotion)):
        point = ", ".join(f"{axis} {getattr(emotion.vad, axis):+.2f}" for axis in AXES)
        near = " and ".join(name for name, _ in ordered[:2])
        return ", ".join(part for part in (point, f"near {near}", strength) if part)
    if len(ordered) == 1:
        return f"{ordered[0][0]} {strength}".strip()
    named = ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in ordered if weight >= 0.005)
    return f"{named}, {strength}" if strength else named


def write_emotion(emotion: Emotion) -> str:
    """The emotion as text that ``parse_emotion`` reads back.

    Written are names where the point is their mean, axes where the names follow from the point, otherwise both.

    Example:
        >>> write_emotion(Emotion.of({"joy": 3, "fear": 1}, 0.4))
        'joy:0.3+fear:0.1'
    """
    only_neutral = emotion.mixture.keys() == {"neutral"}
    if emotion.intensity == 0 or (only_neutral and emotion.vad == VAD()):
        return "neutral"
    ordered = sorted(emotion.mixture.items(), key=lambda item: (-item[1], item[0]))
    if not only_neutral and _close(emotion, _mean_of(emotion)):
        if len(ordered) == 1 and emotion.intensity == 1:
            return ordered[0][0]
        return "+".join(f"{name}:{_digits(weight * emotion.intensity)}" for name, weight in ordered)
    axes = " ".join(f"{axis[0]}={_digits(getattr(emotion.vad, axis))}" for axis in AXES)
    if only_neutral or _close(emotion, Emotion.at(emotion.vad, emotion.intensity)):
        return axes if emotion.intensity == 1 else f"{axes} intensity={_digits(emotion.intensity)}"
    names = "+".join(f"{name}:{_digits(weight)}" for name, weight in ordered)
    return f"{names} {axes} intensity={_digits(emotion.intensity)}"


def rounded(emotion: Emotion) -> Emotion:
    """The emotion with two digits, so that its mark is short."""
    if emotion.intensity == 0:
        return Emotion.neutral()
    named = Emotion.of(emotion.mixture, emotion.intensity)
    if named.vad.distance(emotion.vad) < 0.01:
        total = max(round(emotion.intensity, 2), 0.01)
        strengths = {name: round(share * total, 2) for name, share in emotion.mixture.items()}
        strengths[emotion.label] += total - sum(strengths.values())  # what rounding left goes to the heaviest
        return Emotion.of(strengths, total)
    point = VAD.from_array(emotion.vad.array().round(2))
    return Emotion.at(point, max(round(emotion.intensity, 2), 0.01))


def _resolved(text: str, reader: Reader | None) -> Guess:
    """The emotion of a text and how surely it was understood, by the grammar or else by the reader."""
    if not text.strip():
        raise EmotionError("No emotion is given.", "Write for instance joy, or joy:0.7+fear:0.3.")
    if len(text) > MAX_CHARACTERS:
        if reader is None:
            raise EmotionError(
                f"The emotion is {len(text)} characters long.",
                f"Name it in {MAX_CHARACTERS} characters at most.",
            )
        return reader(text)
    try:
        return _read(fold_word(fold_emoji(text)))
    except UnknownNameError as error:
        is_word = len(text.split()) == 1
        if reader is None or (is_word and _is_mistyped(error)):
            raise
        found = reader(text)
        if is_word and found.emotion.intensity == 0:
            raise
        return found


def _is_mistyped(error: UnknownNameError) -> bool:
    """Whether an unknown word is a known one with a slip, and not a word of its own."""
    slips = [edits(error.name, close) for close in error.suggestions]
    return bool(slips) and min(slips) <= max(1, len(error.name) // 5)


def _read(text: str) -> Guess:
    """The emotion of a folded text and how surely it was understood."""
    if any(sign in text for sign in LABEL_SIGNS) and text in all_words().wholes:
        return Guess(all_words().wholes[text], 1.0)
    axes, rest = take_axes(text)
    intensity = axes.pop("intensity", None)
    terms = read_terms(rest, alone=not axes)
    if not terms:
        if not axes:
            raise EmotionError("An intensity stands without an emotion.", "Write for instance joy:0.5.")
        return Guess(_with_intensity(Emotion.at(VAD(**axes)), intensity), 1.0)
    emotion = _combined(terms)
    if axes:
        point = replace(emotion.vad, **axes)
        emotion = Emotion.at(point) if emotion.intensity == 0 else replace(emotion, vad=point)
    is_emoji = any(term.is_emoji for term in terms)
    why = "people differ over what an emoji means" if is_emoji else ""
    return Guess(_with_intensity(emotion, intensity), 0.8 if is_emoji else 1.0, why)


def _combined(terms: list[Term]) -> Emotion:
    """The emotion of the parts of a mixture."""
    if len(terms) == 1:
        return _with_intensity(terms[0].meaning, terms[0].strength_alone())
    shares, intensity = _shares(terms)
    total = sum(shares)
    if total == 0:
        return Emotion.neutral()
    if all(term.is_named for term in terms):
        weights: dict[str, float] = {}
        for term, share in zip(terms, shares, strict=True):
            for name, weight in term.meaning.mixture.items():
                weights[name] = weights.get(name, 0.0) + share * weight
        return _with_intensity(Emotion.of(weights), intensity)
    parts = [(_full(term.meaning), share) for term, share in zip(terms, shares, strict=True)]
    return mix(parts).scaled(intensity)


def _shares(terms: list[Term]) -> tuple[list[float], float]:
    """Strengths of the parts and the intensity of the whole.

    Strengths up to 1 sum to the intensity; whole numbers of 1 and more (``joy 70, fear 30``) are proportions.
    """
    values = [term.strength() for term in terms]
    greatest = max(values)
    if greatest > 1:
        whole = all(term.number is not None for term in terms)
        whole &= all(value == 0 or (value >= 1 and value == int(value)) for value in values)
        if not whole and abs(sum(values) - 100) > 0.5:
            wrong = terms[values.index(greatest)]
            raise wrong.out_of_range()
        return values, 1.0
    return values, min(1.0, round(sum(values), 9))


def _full(emotion: Emotion) -> Emotion:
    return emotion if emotion.intensity == 0 else replace(emotion, intensity=1.0)


def _with_intensity(emotion: Emotion, intensity: float | None) -> Emotion:
    if intensity is None or emotion.intensity == 0:
        return emotion
    return Emotion.neutral() if intensity == 0 else replace(emotion, intensity=intensity)


def _mean_of(emotion: Emotion) -> Emotion:
    return Emotion.of(emotion.mixture, emotion.intensity)


def _close(a: Emotion, b: Emotion) -> bool:
    names = set(a.mixture) | set(b.mixture)
    apart = max(abs(a.mixture.get(name, 0.0) - b.mixture.get(name, 0.0)) for name in names)
    return apart < _SAME and bool(np.abs(a.vad.array() - b.vad.array()).max() < _SAME)


def _digits(value: float) -> str:
    return f"{value + 0.0:.6g}"
