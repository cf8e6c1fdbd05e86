"""The values of SSML's attributes: rates, pitches, volumes, times, as numbers.

SSML 1.1, section 3.2.4: relative values have a sign, absolute ones none; numbers of SSML 1.0 (``rate="1.5"``,
``volume="50"``) are read too.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache

from conditioning.assets import asset_table
from conditioning.delivery import Change, Prosody
from conditioning.errors import RequestError

__all__ = ["break_seconds", "emphasis_degree", "with_prosody"]

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>%|Hz|kHz|st|dB|ms|s|)", re.I | re.A
)
_LONGEST = 1e6  # beyond, a number is a slip; it also keeps sums finite
_QUIETEST = -110.0  # dB


def with_prosody(before: Prosody, name: str, value: str) -> Prosody:
    """The prosody inside an element, from that around it and one attribute.

    Args:
        before: around it.
        name: ``"rate"``, ``"volume"``, ``"pitch"`` or ``"range"``.
        value: of the attribute.

    Raises:
        RequestError: the value is none that SSML has.

    Example:
        >>> with_prosody(Prosody(rate=1.2), "rate", "-50%").rate
        0.6
    """
    value = value.strip()
    if name == "rate":
        return replace(before, rate=_rate(before.rate, value))
    if name == "volume":
        return replace(before, volume=_volume(before.volume, value))
    if name == "pitch":
        return replace(before, pitch=_hertz(before.pitch, "pitch", value))
    return replace(before, range=_hertz(before.range, "range", value))


def break_seconds(time: str | None, strength: str | None, longest: float) -> float:
    """Seconds of silence of a ``<break>``; its time wins over its strength.

    Raises:
        RequestError: a value is none that SSML has, or longer than ``longest``.
    """
    if time is None:
        return _label("break", strength or "medium", "strength")
    found = _NUMBER.fullmatch(time.strip())
    if found is None or found["sign"] == "-" or found["unit"].lower() not in ("s", "ms"):
        raise _fault("time", time, "Write for instance 500ms or 0.5s.")
    seconds = float(found["number"]) / (1000 if found["unit"].lower() == "ms" else 1)
    if seconds > longest:
        raise _fault("time", time, f"{longest:g} seconds are the most.")
    return seconds


def emphasis_degree(level: str | None) -> float:
    """The degree of an ``<emphasis>``.

    Raises:
        RequestError: the level is none that SSML has.
    """
    return _label("emphasis", level or "moderate", "level")


def _rate(before: float, value: str) -> float:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return 1.0 if value == "default" else _label("rate", value, "rate")
    number = _number(found, "rate", value)
    if found["unit"] not in ("", "%"):
        raise _fault("rate", value, "Write a percentage, such as 120% or +20%, or a word, such as fast.")
    share = number / 100 if found["unit"] else number
    rate = before * (1 + share) if found["sign"] else share
    if rate <= 0:
        raise _fault("rate", value, "The rate must stay above 0.")
    return round(rate, 9)


def _volume(before: float, value: str) -> float:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return 0.0 if value == "default" else _label("volume", value, "volume")
    number = _number(found, "volume", value)
    unit = found["unit"].lower()
    if unit == "db":
        if not found["sign"]:
            raise _fault("volume", value, "Give it a sign, such as +6dB or -6dB.")
        return max(before + number, _QUIETEST)
    if unit not in ("", "%"):
        raise _fault("volume", value, "Write for instance -6dB, or a word, such as soft.")
    if found["sign"]:  # SSML 1.0: a change of the amplitude, whose default is 100
        share = 1 + number / 100
        return max(before + 20 * math.log10(share), _QUIETEST) if share > 0 else _QUIETEST
    if number > 100:
        raise _fault(
            "volume", value, "A volume without a sign runs from 0 to 100; write +6dB for a louder one."
        )
    return max(20 * math.log10(number / 100), _QUIETEST) if number > 0 else _QUIETEST


def _hertz(before: Change, name: str, value: str) -> Change:
    """The change of a pitch or a range of pitch."""
    found = _NUMBER.fullmatch(value)
    if found is None:
        if value == "default":
            return Change()
        label = _label(name, value, name)
        return Change().times(label if name == "range" else 2 ** (label / 12))
    number, unit = _number(found, name, value), found["unit"].lower()
    if unit == "hz" and not found["sign"]:
        return Change(0.0, number)
    if unit == "hz":
        return before.plus(number)
    if found["sign"] and unit == "st":
        return before.times(2 ** (max(min(number, 96.0), -96.0) / 12))
    if found["sign"] and unit == "%":
        if number <= -100:
            raise _fault(name, value, "It must stay above nothing.")
        return before.times(1 + number / 100)
    raise _fault(name, value, "Write for instance +10%, -2st, +20Hz, 200Hz, or a word, such as high.")


def _number(found: re.Match[str], name: str, value: str) -> float:
    number = float(found["number"]) * (-1 if found["sign"] == "-" else 1)
    if abs(number) > _LONGEST:
        raise _fault(name, value, "The number is far too large.")
    return number


def _label(table: str, word: str, name: str) -> float:
    known = _labels()[table]
    if word.strip() not in known:
        raise _fault(name, word, f"Write a number or one of {', '.join(known)}.")
    return float(known[word.strip()])


def _fault(name: str, value: str, remedy: str) -> RequestError:
    return RequestError(f"{name} is {value[:40]!r}.", remedy)


@cache
def _labels() -> dict[str, dict[str, float]]:
    return asset_table("ssml", "labels.toml")
