"""Figures, units, money, telephone numbers and roman numerals as English words, where hibari's own reader falls short.

Each written word gives its own words, so that times can be given for words as written. What is not told here (plain
numbers, dates, times of day, most units and amounts) is left to hibari's reader, after misaki.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from conditioning.assets import asset_table

__all__ = [
    "DIGITS",
    "MONTHS",
    "acronyms",
    "address_words",
    "digits_said",
    "figures",
    "readable",
    "roman_value",
]

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
"""Names of the digits."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
"""Names of the months."""

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_TENS = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_VULGAR = re.compile(r"(\d*)([¼½¾⅐-⅞])")
_SLASHED = re.compile(r"(\d{1,2})[/⁄](\d{1,2})")
_ROMAN = re.compile(r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE | re.ASCII)
_SURE_ROMAN = re.compile(r"X{0,2}(?:I{2,3}|VI{1,3}|IX|IV)|X{1,2}I{0,1}V?")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LONGEST = 15  # digits that are still read as one number
_DOTTED = re.compile(r"\d+(?:\.\d+){2,}")
_TOO_LONG = re.compile(r"\d(?:,?\d){29,}")
_PHONE_PART = re.compile(r"[+(]*\d[\d()/.-]*")
_POWERS = {"²": "squared", "³": "cubed"}
_FEET = re.compile(r"(\d{1,3})['′](?:(\d{1,2})(?:[\"″]|'')?)?")
_OPERATORS = {
    "+": "plus",
    "-": "minus",
    "−": "minus",
    ">": "greater than",
    "<": "less than",
    "/": "over",
    "*": "times",
}


def figures(cores: Sequence[str], closed: Sequence[bool], known: Callable[[str], bool]) -> list[str | None]:
    """What is said for each word of a sentence that holds figures; None where it is left to others.

    Args:
        cores: words as written, without the marks around them.
        closed: whether punctuation stands after a word.
        known: whether a word in small letters is in the dictionary.

    Example:
        >>> figures(["2½", "cups"], [False, False], lambda word: True)
        ['2 and a half', None]
    """
    found: list[str | None] = [None] * len(cores)
    _telephones(cores, closed, found)
    for i, core in enumerate(cores):
        before = cores[i - 1] if i and not closed[i - 1] else ""
        after = cores[i + 1] if i + 1 < len(cores) and not closed[i] else ""
        if found[i] is None and core:
            found[i] = _said(core, before, after, known)
    return found


def digits_said(text: str) -> str:
    """Digits one by one; what is none is passed over."""
    return " ".join(DIGITS[int(sign)] for sign in text if sign.isdecimal())


def roman_value(text: str) -> int | None:
    """The value of a roman numeral up to 399; None if it is none.

    Example:
        >>> roman_value("XIV"), roman_value("IIX")
        (14, None)
    """
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_VALUES[letter] for letter in text.lower()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


@cache
def acronyms() -> frozenset[str]:
    """Words in capitals that are not shouted."""
    return frozenset(_table()["acronyms"]["words"])


@cache
def address_words() -> frozenset[str]:
    """Parts of internet addresses that are said as words."""
    return frozenset(_table()["address"]["words"])


def readable(text: str) -> str:
    """A text whose digits hibari's reader can take: ASCII's, and no more of them than it has names of numbers for.

    Example:
        >>> readable("٣ ⓼")
        '3 8'
    """
    if not text.isascii():
        text = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)
    return _TOO_LONG.sub(lambda run: f" {digits_said(run[0])} ", text)


def _said(core: str, before: str, after: str, known: Callable[[str], bool]) -> str | None:
    for rule in (_sign, _fraction, _money, _range, _measure, _dotted, _grouped, _long, _roman):
        said = rule(core, before, after)
        if said is not None:
            return said
    return None


def _sign(core: str, before: str, after: str) -> str | None:
    """Signs that stand alone between figures."""
    terms = [bool(re.fullmatch(r"[\d.,%]+|[A-Za-z]", word)) for word in (before, after)]
    if core in _OPERATORS and all(terms) and (core != "-" or not (before.isdigit() and after.isdigit())):
        return _OPERATORS[core]
    if core in ("x", "X", "×") and before[-1:].isdigit() and after[:1].isdigit():
        return "by"
    if core in _table()["money"] and re.fullmatch(_NUMBER, before):
        return str(_table()["money"][core][before != "1"])
    if core == "№":
        return "number"
    if core == "24/7":
        return "twenty-four seven"
    return None


def _fraction(core: str, before: str, after: str) -> str | None:
    vulgar = _VULGAR.fullmatch(core)
    if vulgar:
        parts = _SLASHED.fullmatch(unicodedata.normalize("NFKC", vulgar[2]))
        whole = vulgar[1]
    else:
        parts, whole = _SLASHED.fullmatch(core), ""
    if parts is None:
        return None
    over, under = int(parts[1]), int(parts[2])
    if not (0 < over < under <= 10):
        return None
    mixed = bool(whole) or before.isdigit()
    if not vulgar and not mixed:
        return None  # hibari's reader knows these
    name = _TENS[under - 2]
    count = ("a" if mixed else "one") if over == 1 else DIGITS[over]
    said = f"{count} {name}{'s' if over > 1 and name != 'half' else ''}"
    return f"{whole} and {said}".strip() if mixed else said


def _money(core: str, before: str, after: str) -> str | None:
    """Amounts with a sign: minus, letters for large ones, ranges, countries' dollars, prices of something."""
    signs = "".join(sign for sign in _table()["money"] if len(sign) == 1)
    found = re.fullmatch(
        rf"(-?)((?:US|A|C|NZ|HK)?)([{signs}])({_NUMBER})([A-Za-z]{{0,3}})(?:-[{signs}]?({_NUMBER})([A-Za-z]{{0,3}}))?"
        r"(?:/([a-z]+))?",
        core,
    )
    if found is None:
        return None
    minus, country, sign, amount, large, second, second_large, per = found.groups("")
    larges = _table()["large"]
    if any(word and word not in larges for word in (large, second_large)):
        return None
    if not (minus or country or second or per or len(large) > 1 or sign not in "$€£¥₹₩"):
        return None  # hibari's reader knows these
    end = f" per {per}" if per else ""
    if not (country or second or large or sign not in "$€£"):
        return f"{'minus ' if minus else ''}{sign}{amount}{end}"
    words = [f"{amount} {larges.get(large, '')}".strip()]
    if second:
        words.append(f"{second} {larges.get(second_large, '')}".strip())
    unit = _table()["money"][sign][words[-1] != "1"]
    spelled = " ".join(country) + " " if country else ""
    return f"{'minus ' if minus else ''}{' to '.join(words)} {spelled}{unit}{end}"


def _range(core: str, before: str, after: str) -> str | None:
    days = _table()["days"]
    parts = re.split(r"[-–—]", core)
    if len(parts) != 2 or not all(parts):
        return None
    first, last = parts
    if first.casefold() in days and last.casefold().rstrip(".") in days:
        return f"{days[first.casefold()]} to {days[last.casefold().rstrip('.')]}"
    if re.fullmatch(rf"{_NUMBER}%?", first) and re.fullmatch(rf"{_NUMBER}%", last):
        return f"{first} to {last}"
    time = r"\d{1,2}(?::\d{2})?(?:[ap]\.?m\.?)?"
    if all(re.fullmatch(time, part, re.I) for part in parts) and re.search(r"[apm:]", core, re.I):
        return re.sub(
            r"(?<=\d)([ap])\.?m\.?", lambda half: f" {half[1].upper()}.M.", f"{first} to {last}", flags=re.I
        )
    if re.fullmatch(r"\d+\.\d+", first) and re.fullmatch(r"\d+\.\d+", last):
        return f"{first} to {last}"
    return None


def _measure(core: str, before: str, after: str) -> str | None:
    """Numbers with units, feet and inches, powers."""
    units = _table()["units"]
    if core in units and re.fullmatch(rf"-?{_NUMBER}", before):
        return str(units[core][before not in ("1", "-1")])
    if (
        core in ("in", "in.")
        and re.fullmatch(_NUMBER, before)
        and (after in ("", "x", "by") or not after.isalpha())
    ):
        return "inch" if before == "1" else "inches"
    found = re.fullmatch(rf"(-?{_NUMBER})([A-Za-z][A-Za-z/]*[²³23]?|m)", core)
    if found and found[2] in units and found[2] not in ("K", "t", "V"):
        return f"{found[1]} {units[found[2]][found[1] not in ('1', '-1')]}"
    feet = _FEET.fullmatch(core)
    if feet:
        said = f"{feet[1]} {'foot' if feet[1] == '1' else 'feet'}"
        return said + (f" {feet[2]}" if feet[2] else "")
    if core[-1] in _POWERS and re.fullmatch(r"\d+|[A-Za-z]", core[:-1]):
        return f"{core[:-1]} {_POWERS[core[-1]]}"
    if re.fullmatch(rf"~{_NUMBER}\S*", core):
        return f"about {core[1:]}"
    return None


def _dotted(core: str, before: str, after: str) -> str | None:
    """Dates with dots, addresses of computers, numbers of versions; decimal commas."""
    date = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", core)
    if date and 1 <= int(date[1]) <= 31 and 1 <= int(date[2]) <= 12:
        return f"{int(date[1])} {MONTHS[int(date[2]) - 1]} {date[3]}"
    if _DOTTED.fullmatch(core):
        parts = core.split(".")
        address = len(parts) == 4 and all(len(part) <= 3 for part in parts)
        return (" dot " if address else " point ").join(
            digits_said(p) if address else str(int(p[:15])) for p in parts
        )
    if re.fullmatch(r"-?\d{1,3},\d{1,2}", core):
        return core.replace(",", ".")
    if re.fullmatch(r"\d+(?:,\d{1,2})+", core) and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", core):
        return core.replace(",", ", ")
    return None


def _long(core: str, before: str, after: str) -> str | None:
    """Digits that are no number: too many of them, or zeros in front."""
    if re.fullmatch(r"[+-]?\d+", core) is None:
        longest = max((len(run) for run in re.findall(r"\d+", core.replace(",", ""))), default=0)
        return (
            re.sub(r"\d+", lambda run: f" {digits_said(run[0])} ", core.replace(",", ""))
            if longest > _LONGEST
            else None
        )
    digits = core.lstrip("+-")
    if len(digits) > _LONGEST or (len(digits) > 2 and digits.startswith("0")):
        return ("minus " if core[0] == "-" else "") + digits_said(digits)
    return None


def _roman(core: str, before: str, after: str) -> str | None:
    value = roman_value(core)
    if value is None:
        return None
    if core.isupper() and after.casefold() in ("century", "centuries"):
        return f"{value}{_ordinal_ending(value)}"
    if before.casefold() in _table()["roman"]["before"] and (core.islower() or len(core) > 1):
        return str(value)
    if (
        _SURE_ROMAN.fullmatch(core)
        and len(core) > 1
        and before.istitle()
        and core not in ("XX", "IV", "VI", "XI")
    ):
        from hibari.g2p.normalize import ROMAN_ORDINAL

        return f"the {value}{_ordinal_ending(value)}" if before in ROMAN_ORDINAL else str(value)
    return None


def _ordinal_ending(value: int) -> str:
    if 10 <= value % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _grouped(core: str, before: str, after: str) -> str | None:
    """``10 000``: thousands that a blank parts."""
    if core == "000" and re.fullmatch(r"\d{1,3}", before):
        return "thousand"
    return None


def _telephones(cores: Sequence[str], closed: Sequence[bool], found: list[str | None]) -> None:
    """Mark the words of telephone numbers, digit by digit."""
    i = 0
    while i < len(cores):
        end = i
        while end < len(cores) and _PHONE_PART.fullmatch(cores[end]):
            end += 1
            if closed[end - 1]:
                break
        if end > i and _is_telephone(cores[i:end], cores[i - 1] if i else ""):
            for k in range(i, end):
                groups = [digits_said(group) for group in re.findall(r"\d+", cores[k])]
                found[k] = (
                    ("plus " if cores[k].startswith("+") else "") + ", ".join(groups) + "," * (k + 1 < end)
                )
        i = max(end, i + 1)


def _is_telephone(groups: Sequence[str], before: str) -> bool:
    whole = "".join(groups)
    count = sum(sign.isdecimal() for sign in whole)
    if count > 15 or (len(groups) == 1 and re.fullmatch(r"\d+\.\d+", whole)):
        return False
    word, told = before.casefold().rstrip(":."), _table()["telephone"]
    if word in told["number"]:
        return count >= 3
    if word in told["verb"] and "/" not in whole and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", whole):
        return whole in told["short"] or count >= 6
    if re.fullmatch(r"(?:\+?1-?)?\(?\d{3}\)?-?\d{3}-\d{4}", whole):
        return True
    if re.fullmatch(r"\d{3}\.\d{3}\.\d{4}", whole):
        return True
    if whole.startswith("+"):
        return count >= 7
    parts = all(re.fullmatch(r"\d{2,8}", group) for group in groups)
    return whole.startswith("0") and len(groups) > 1 and count >= 8 and parts


@cache
def _table() -> dict[str, Any]:
    return asset_table("voices", "figures.toml")
