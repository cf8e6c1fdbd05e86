"""Written signs read as what a script says they are: cardinal, ordinal, characters, date, time, telephone. English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from conditioning.delivery import Reading
from generators.speech.figures import DIGITS, MONTHS, digits_said, roman_value

__all__ = ["interpreted"]

_SIGNS = {
    ".": "dot", "-": "dash", "_": "underscore", "/": "slash", "@": "at", "+": "plus", "#": "hash", "*": "star",
    "&": "and", "%": "percent", "$": "dollar", ":": "colon", ",": "comma", "'": "apostrophe", "!": "exclamation mark",
    "?": "question mark", "=": "equals",
}  # fmt: skip
_MOST_CHARACTERS = 200


def interpreted(text: str, reading: Reading, letter: Callable[[str], str]) -> str:
    """What is said for written signs; the signs themselves where they are not of the kind that was told.

    Args:
        text: as written, without marks around it.
        reading: with its kind.
        letter: gives the name of a letter as the engine's reader takes it.

    Example:
        >>> interpreted("3", Reading(0, kind="ordinal"), str)
        'third'
    """
    text = unicodedata.normalize("NFKC", text)
    kind = reading.kind
    if kind == "characters":
        return " ".join(_character(sign, letter) for sign in text[:_MOST_CHARACTERS] if not sign.isspace())
    if kind == "telephone":
        return _telephone(text)
    if kind in ("cardinal", "ordinal"):
        return _number(text, kind) or text
    if kind == "date":
        return _date(text, reading.form) or text
    return _time(text) or text


def _character(sign: str, letter: Callable[[str], str]) -> str:
    if sign.isdecimal():
        return DIGITS[unicodedata.decimal(sign)]
    if sign.isalpha():
        return letter(sign)
    return _SIGNS.get(sign, "")


def _telephone(text: str) -> str:
    groups = [digits_said(group) for group in re.findall(r"\d+", text)]
    return ("plus " if text.lstrip().startswith("+") else "") + ", ".join(groups) if groups else text


def _number(text: str, kind: str) -> str:
    from hibari.g2p import numbers

    plain = re.sub(r"[\s,']", "", text).replace("−", "-")
    found = re.fullmatch(r"(-?)(\d{1,30})(?:\.(\d{1,30}))?(?:st|nd|rd|th)?", plain, re.IGNORECASE | re.ASCII)
    whole = int(found[2]) if found else roman_value(plain)
    if whole is None:
        return ""
    minus = "minus " if found and found[1] else ""
    if kind == "ordinal":
        return minus + str(numbers.ordinal(whole)).replace(",", "")
    said = str(numbers.cardinal(whole)).replace(",", "")
    if found and found[3]:
        said += f" point {digits_said(found[3])}"
    return minus + said


def _date(text: str, form: str) -> str:
    """A date in the order of its form; without one ISO's, or month, day, year as Americans write."""
    parts = re.findall(r"\d+|[^\W\d_]+", text)
    if any(part.isalpha() for part in parts) or not parts:
        return ""
    if not form:
        form = "ymd" if len(parts[0]) == 4 else "mdy"
    order = [letter for letter in form if letter in "ymd"]
    if len(order) != len(parts) or len(set(order)) != len(order):
        return ""
    value = dict(zip(order, parts, strict=True))
    month, day = int(value.get("m", 1)), int(value.get("d", 1))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    said = [MONTHS[month - 1]] if "m" in value else []
    if "d" in value:
        said.append(_number(str(day), "ordinal"))
    if "y" in value:
        said.append(value["y"] if len(value["y"]) == 4 else digits_said(value["y"]))
    return " ".join(said)


def _time(text: str) -> str:
    """A time of day or a length of time: ``10:30``, ``1'30"``, ``2h15``."""
    found = re.fullmatch(r"\s*(\d{1,3})['′]\s*(\d{1,2})(?:[\"″]|'')?\s*", text)
    if found:
        return f"{int(found[1])} minutes {int(found[2])} seconds"
    found = re.fullmatch(r"\s*(\d{1,2})\s*h\s*(\d{2})?(?:\s*m(?:in)?)?\s*", text, re.IGNORECASE)
    if found and int(found[1]) <= 24:
        return f"{int(found[1])}:{found[2] or '00'}"
    return ""
