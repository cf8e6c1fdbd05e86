"""Written words as they are to be read out: no markup, no emoji, links by their names, shouting as words.

Numbers, dates, units, money and the common abbreviations are read by the engine's own rules (hibari's, after misaki);
here is what those would read as garbage. Each function keeps the count of words apparent: one written word gives a
string of zero or more spoken ones, so that times can be given for words as written.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from generators.speech.emoji import emoji_named, emoji_word
from generators.speech.figures import address_words, figures, roman_value

__all__ = ["JOINED", "ends_sentence", "is_word", "parts", "spoken"]

JOINED = "\u2060"
"""Said for a word whose sound belongs to the word before it."""

_URL = re.compile(
    r"^(?:https?://|ftp://)?(?:www\.)?([\w.-]+\.[a-z]{2,})(?::\d+)?(?:[/?#]\S*)?$", re.IGNORECASE
)
_URL_START = re.compile(r"^(?:https?://|ftp://|www\.)", re.IGNORECASE)
_KNOWN_ENDING = re.compile(
    r"\.(?:com|org|net|edu|gov|io|co|uk|de|fr|info|dev|ai|app|eu|ch|at|it|es)\b", re.IGNORECASE
)
_MAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
_EMOTICON = re.compile(
    r"^(?:[:;=8xX][-^o']?[()\[\]DPpOo3/\\|*]+|[()]+[-^]?[:;=]|<3+|\^_?\^|-_-|[xX]D+|o_O|¯\\_\(ツ\)_/¯)$"
)
_MARKUP = re.compile(r"[*_`~]{1,3}(?=\w)|(?<=[\w.,!?])[*_`~]{1,3}|^#{1,6}$|^[>•▪◦‣*+]$|[|\\]")
_CLOSERS = ',;:.!?…"”’)»]'
_OPENERS = "\"“‘'(«["
_SOFT = frozenset("\"”’')»]")  # marks that close nothing that was begun by figures
_END = re.compile(r"[.!?…][\"”’')\]»]*$")
_MONEY_AFTER = re.compile(r"^(-?\d[\d.,]*)([€$£])$")
_DECIMAL_COMMA = re.compile(r"^([€$£]?)(\d+),(\d{2})$")
_DRAWN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_DASHES = {"--": "—", "---": "—", "–": "—", "-": "—"}
# A full stop after these does not end a sentence (titles and initials aside, which are told apart by shape).
_OPEN_ENDED = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "mt",
        "ft",
        "gen",
        "gov",
        "sen",
        "rep",
        "capt",
        "lt",
        "col",
        "sgt",
        "cmdr",
        "rev",
        "hon",
        "pres",
        "supt",
        "cpl",
        "maj",
        "adm",
        "fr",
        "msgr",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "vs",
        "cf",
        "approx",
        "no",
        "nos",
        "fig",
        "vol",
        "pp",
        "ch",
        "est",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)


def is_word(text: str) -> bool:
    """Whether there is a letter or digit in it, or an emoji that is said."""
    return any(c.isalnum() for c in text) or (not text.isascii() and any(map(emoji_word, text)))


def ends_sentence(word: str, following: str) -> bool:
    """Whether a sentence ends after a written word.

    Args:
        word: with its punctuation.
        following: the next word, "" at the end.

    Example:
        >>> ends_sentence("Dr.", "Smith"), ends_sentence("gone.", "Where")
        (False, True)
    """
    if not following:
        return True
    if not _END.search(word) or following.lstrip(_OPENERS)[:1].islower():
        return False
    bare = word.rstrip("\"”’')]»").lstrip(_OPENERS)
    if not bare.endswith(".") or bare.endswith(".."):
        return True
    stem = bare[:-1]
    return not (stem.casefold() in _OPEN_ENDED or (len(stem) == 1 and stem.isupper()))


def spoken(words: Sequence[str], known: Callable[[str], bool], language: str = "en") -> list[str]:
    """What is read out for each written word of a sentence.

    Args:
        words: as written.
        known: whether a word in small letters is in the dictionary.
        language: key of assets/voices/reading.toml.

    Returns:
        As many strings, each of zero or more words; "" where nothing is said.
    """
    letters = [re.sub(r"[^\w]", "", word) for word in words]
    caps = [len(word) > 1 and word.isupper() and word.isalpha() for word in letters]
    plain = [len(word) > 1 and word.isalpha() and not word.isupper() for word in letters]
    shouted = sum(caps) >= 2 and sum(caps) > sum(plain)
    reading = _reading().get(language, {})
    english = language == "en"
    plain_words = [_plain(word, english) for word in words]
    told: list[str | None] = [None] * len(words)
    if english:
        split = [parts(word) for word in plain_words]
        told = figures(
            [core for _, core, _ in split], [not _SOFT.issuperset(tail) for _, _, tail in split], known
        )
    return [
        _figure(word, said) if said is not None else _spoken_word(word, shouted, known, reading)
        for word, said in zip(plain_words, told, strict=True)
    ]


@cache
def _reading() -> dict[str, dict[str, Any]]:
    return asset_table("voices", "reading.toml")


def _plain(word: str, english: bool) -> str:
    """A word with plain apostrophes, digits and minus signs, without entities of HTML, emoji of things by their names."""
    word = html.unescape(word) if "&" in word else word
    word = word.replace("’", "'")
    if word.isascii():
        return word
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in word)
    digits = re.sub(r"[−‐‑](?=[\d$€£])", "-", digits)
    return " ".join(emoji_named(digits).split()) if english else digits


def _figure(word: str, said: str) -> str:
    """What is said for a figure, between the marks around it."""
    head, _, tail = parts(word)
    return f"{head.rstrip('([')}{said}{tail.lstrip(')]').replace('...', '…')}".replace(",,", ",")


def _spoken_word(word: str, shouted: bool, known: Callable[[str], bool], reading: dict[str, Any]) -> str:
    word = unicodedata.normalize("NFKC", word.replace("…", "\0")).replace("\0", "…")
    if _EMOTICON.match(word):
        return ""
    word = "".join(c for c in word if not _pictorial(c))
    if "@" not in word:
        word = _MARKUP.sub("", word)
    word = word.replace("](", "] (").replace("[", "").replace("]", "")
    if word in _DASHES:
        return _DASHES[word]
    head, core, tail = parts(word)
    said = reading.get("said", {})
    if tail.startswith(".") and f"{core.casefold()}." in said:
        return head + str(said[f"{core.casefold()}."]) + tail[1:]
    if core.casefold() in said:
        return head + str(said[core.casefold()]) + tail
    link = _link(core, str(reading.get("at", "")), str(reading.get("dot", "")))
    if link:
        return head + link + tail
    if reading.get("dot") == "dot":  # elsewhere the comma is the decimal sign anyway
        core = _DECIMAL_COMMA.sub(r"\1\2.\3", _MONEY_AFTER.sub(r"\2\1", core))
    core = _drawn(core, known)
    if shouted and core.isupper() and core.isalpha() and len(core) > 1 and known(core.casefold()):
        core = core.casefold()
    return head + core + tail.replace("...", "…")


def _link(core: str, at: str, dot: str) -> str:
    """An address by its name: ``https://example.com/x`` as ``example dot com``; "" if it is none."""
    if _MAIL.match(core):
        return re.sub(r"[_-]", " ", core.replace("@", f" {at} ").replace(".", f" {dot} "))
    found = _URL.match(core)
    if found and (_URL_START.match(core) or _KNOWN_ENDING.search(found.group(1))):
        labels = [_label(label) if dot == "dot" else label for label in found.group(1).split(".") if label]
        return f" {dot} ".join(labels).replace("-", " ")
    return ""


def _label(label: str) -> str:
    """A part of an address; those of two letters, such as ``uk``, are spelled unless they are said as words."""
    spelled = len(label) == 2 and label.isalpha() and label.casefold() not in address_words()
    return f"{label[0].upper()}.{label[1].upper()}." if spelled else label


def parts(word: str) -> tuple[str, str, str]:
    """A word's opening marks, its core, its closing marks."""
    core = word.lstrip(_OPENERS)
    head = word[: len(word) - len(core)]
    kept = core.rstrip(_CLOSERS)
    return head, kept, core[len(kept) :]


def _drawn(word: str, known: Callable[[str], bool]) -> str:
    """``sooo`` as ``so``, ``goooood`` as ``good``: runs of three letters and more brought back to a known word."""
    if not _DRAWN.search(word) or known(word.casefold()) or roman_value(word) is not None:
        return word
    for kept in (r"\1\1", r"\1"):
        shorter = _DRAWN.sub(kept, word)
        if known(shorter.casefold()):
            return shorter
    return _DRAWN.sub(r"\1\1", word)


def _pictorial(character: str) -> bool:
    """Emoji, dingbats, arrows, boxes, invisible joiners: drawn, not said. Degrees, currency and mathematics are said."""
    kind = unicodedata.category(character)
    return kind in ("Cf", "Co", "Cn", "Cs", "Cc", "Sk") or (kind == "So" and character not in "°©№")
