"""Emoji aloud: those of things by their names, those that show what is felt not at all."""

from __future__ import annotations

import unicodedata
from functools import cache

from conditioning.assets import asset_table

__all__ = ["emoji_named", "emoji_word"]

_BLOCKS = ((0x1F300, 0x1FAFF), (0x2600, 0x26FF))  # pictographs and symbols; the rest is drawing


@cache
def emoji_word(character: str) -> str:
    """What is said for an emoji, "" where nothing is.

    Example:
        >>> emoji_word("🍕"), emoji_word("🐘"), emoji_word("😀")
        ('pizza', 'elephant', '')
    """
    if not any(low <= ord(character) <= high for low, high in _BLOCKS):
        return ""
    table = _table()
    if character in table["said"]:
        return str(table["said"][character])
    name = unicodedata.name(character, "")
    words = name.replace("-", " ").split()
    if not words or not all(word.isalpha() for word in words) or not set(words).isdisjoint(table["felt"]):
        return ""
    return name.lower()


def emoji_named(text: str) -> str:
    """A text with the names of its emoji of things in their places, each of a run of equal ones once."""
    out: list[str] = []
    last = ""
    for character in text:
        word = "" if character.isascii() else emoji_word(character)
        if word and word != last:
            out.append(f" {word} ")
        elif not word:
            out.append(character)
        last = word or ("" if character not in "\ufe0f\u200d" else last)
    return "".join(out)


@cache
def _table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = asset_table("voices", "reading.toml")["emoji"]
    return found
