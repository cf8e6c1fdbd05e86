"""What the marks of a script that name emotions mean, while its presets grow."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from conditioning.emotion import Emotion, mix
from conditioning.errors import RequestError
from conditioning.guess import Reader
from conditioning.parsing import parse_emotion
from conditioning.presets import MAX_PRESETS, check_preset, preset_key

__all__ = ["MarkMeanings"]

_PART = re.compile(r"(?P<name>[^:=]+?)\s*(?:[:=]\s*(?P<strength>\d*[.,]?\d+)\s*(?P<percent>%?))?")


class MarkMeanings:
    """Emotions by what is written in a mark: names, numbers, presets, and sums of them.

    Args:
        presets: that are known from the beginning.
        reader: reads marks that are free text; None if there is none.

    Raises:
        RequestError: a preset has a name that none may have.

    Example:
        >>> known = MarkMeanings({}, None)
        >>> known.define("grim", known.meaning("sadness:0.6"))
        >>> str(known.meaning("grim:50%"))
        'sadness:0.3'
    """

    def __init__(self, presets: Mapping[str, Emotion], reader: Reader | None) -> None:
        for name in presets:
            check_preset(name)
        self._presets = {preset_key(name): emotion for name, emotion in presets.items()}
        self._reader = reader
        self._own: set[str] = set()  # presets that the text defines itself
        self._known: dict[str, Emotion] = {}

    @property
    def names(self) -> Collection[str]:
        """Of all presets."""
        return self._presets

    def check_new(self, name: str) -> None:
        """Make sure that the text may define a preset of that name.

        Raises:
            RequestError: it has done so already, or there are too many.
        """
        if preset_key(name) in self._own:
            raise RequestError(f"The preset {name!r} is defined twice.", "Take another name.")
        if len(self._presets) >= MAX_PRESETS:
            raise RequestError(f"There are more than {MAX_PRESETS} presets.", "Define fewer.")

    def define(self, name: str, emotion: Emotion) -> None:
        """Let a name mean an emotion from here on, whatever it meant before."""
        self._presets[preset_key(name)] = emotion
        self._own.add(preset_key(name))
        self._known.clear()

    def use(self, presets: Mapping[str, Emotion]) -> None:
        """Let a set of names mean emotions; those that the text has defined itself stay."""
        for name, emotion in presets.items():
            if preset_key(name) not in self._own:
                self._presets[preset_key(name)] = emotion
        self._known.clear()

    def meaning(self, text: str) -> Emotion:
        """The emotion of a mark, in which presets may stand alone, with a strength, or in a sum.

        Raises:
            UnknownNameError: something in it is not known.
            RequestError: a strength is out of its range.
        """
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> Emotion:
        parts = text.split("+") if self._presets else []
        found = [self._preset(part) for part in parts]
        if not any(emotion is not None for emotion in found):
            return parse_emotion(text, reader=self._reader)
        emotions = [e if e is not None else parse_emotion(part) for part, e in zip(parts, found, strict=True)]
        if len(emotions) == 1:
            return emotions[0]
        felt = [e for e in emotions if e.intensity > 0]
        if not felt:
            return Emotion.neutral()
        whole = mix([(replace(e, intensity=1.0), e.intensity) for e in felt])
        return whole.scaled(min(1.0, sum(e.intensity for e in felt)))

    def _preset(self, part: str) -> Emotion | None:
        """The preset that a part of a mark names, at the strength given; None if it names none."""
        found = _PART.fullmatch(part.strip())
        emotion = self._presets.get(preset_key(found["name"])) if found else None
        if found is None or emotion is None:
            return None
        if not found["strength"]:
            return emotion
        strength = float(found["strength"].replace(",", ".")) / (100 if found["percent"] else 1)
        if strength > 1:
            raise RequestError(
                f"The strength of {found['name']} is {strength:g}.", "Give a number from 0 to 1."
            )
        return emotion.scaled(strength)
