"""What a script tells of single words, as Pico can be told it: other words, IPA by its phoneme tag, spelling, and emphasis."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from conditioning.delivery import Reading
from generators.base import Aspect, Fulfilment
from generators.speech.emphasis import written_emphasis
from generators.speech.normalisation import parts, spoken
from generators.speech.reading import Written

__all__ = ["Directed", "degrees_of", "directed_text", "natural_hz", "pico_phones", "readings_told"]

_STRESSES = {"ˈ": '"', "ˌ": "%", "'": '"', "’": '"'}
_PASSED = frozenset(
    ".‿͜͡()̯̆ː "
)  # borders of syllables, ties, and a length that the phone before has no sign for
_SPELLED = ("characters", "telephone")
_OWN_RULES = ("ordinal", "date", "time")


@dataclass(frozen=True)
class Directed:
    """A sentence as Pico is given it.

    Args:
        text: with its tags.
        heard: of each written word, the letters that stand for its sounds.
    """

    text: str
    heard: tuple[str, ...]


def directed_text(words: Sequence[Written], texts: Sequence[str], language: str) -> Directed:
    """A sentence whose readings are followed as far as Pico can.

    Args:
        words: as written, without signs of emphasis in ``texts``.
        texts: the same words' texts.
        language: such as ``"de"``.
    """
    said = [_plain(part) for part in spoken(texts, lambda word: len(word) > 3, language)]
    heard = list(texts)
    at = 0
    while at < len(words):
        reading = words[at].reading
        if reading is None:
            at += 1
            continue
        end = min(at + reading.count, len(words))
        head, core, tail = parts(" ".join(texts[at:end]))
        told = _told(core, reading, language)
        if told is not None:
            said[at:end] = [_plain(head) + told + _plain(tail)] + [""] * (end - at - 1)
            if reading.said and end == at + 1:
                heard[at] = head + reading.said + tail
        at = end
    return Directed(" ".join(part for part in said if part), tuple(heard))


def degrees_of(words: Sequence[Written]) -> list[float]:
    """The emphasis of each word as the script tells or, where it is silent, its signs do; capitals tell nothing here."""
    written = written_emphasis([word.text for word in words], lambda word: False, lambda word: True)
    return [own if word.emphasis is None else word.emphasis for word, own in zip(words, written, strict=True)]


def readings_told(readings: Sequence[Reading], language: str) -> Fulfilment:
    """What becomes of pronunciations and readings; nothing where none is asked for.

    Args:
        readings: of the whole script.
        language: such as ``"de"``.
    """
    asked = [reading for reading in readings if reading.said or reading.ipa or reading.kind]
    if not asked:
        return ()
    left = [
        f"it has no phone for a part of /{r.ipa}/"
        for r in asked
        if r.ipa and not pico_phones(r.ipa, language)
    ]
    left += [f"it reads what is a {r.kind} by its own rules" for r in asked if r.kind in _OWN_RULES]
    if not left:
        return (Aspect("pronunciation", "honoured"),)
    status = "ignored" if len(left) == len(asked) else "approximated"
    why = "; ".join(dict.fromkeys(left))
    return (Aspect("pronunciation", status, f"{why[0].upper()}{why[1:]}."),)


def pico_phones(ipa: str, language: str) -> str:
    """A pronunciation in Pico's phones; "" if it holds one that the language's voice has no phone for.

    Example:
        >>> pico_phones("ˈʃøːn", "de")
        '"S2:n'
        >>> pico_phones("ħa", "de")
        ''
    """
    table, longest = _phones(language)
    text = unicodedata.normalize("NFD", ipa)
    found: list[str] = []
    at = 0
    while at < len(text):
        size = next((n for n in range(longest, 0, -1) if text[at : at + n] in table), 0)
        if size:
            found.append(table[text[at : at + size]])
        elif text[at] in _STRESSES:
            found.append(_STRESSES[text[at]])
        elif text[at] not in _PASSED:
            return ""
        at += size or 1
    return "".join(found) if any(phone not in '"%' for phone in found) else ""


def natural_hz(language: str) -> float:
    """Mean F0 of a language's voice."""
    return float(_table()["natural_hz"][language])


def _told(core: str, reading: Reading, language: str) -> str | None:
    """What is said for words with a reading; None where they are read as they would be without it."""
    if reading.ipa:
        phones = pico_phones(reading.ipa, language)
        return f"<phoneme ph='{phones}'/>" if phones else None
    if reading.said:
        said = spoken(reading.said.split(), lambda word: len(word) > 3, language)
        return " ".join(_plain(part) for part in said if part)
    if reading.kind in _SPELLED:
        return " ".join(sign for sign in core if sign.isalnum())
    return None


def _plain(text: str) -> str:
    """Text without angle brackets, which would be read as commands."""
    return text.replace("<", " ").replace(">", " ")


@cache
def _phones(language: str) -> tuple[dict[str, str], int]:
    """Pico's phones by phone of the IPA, and the longest spelling."""
    table = {unicodedata.normalize("NFD", ipa): phone for ipa, phone in _table()["phones"][language].items()}
    return table, max(map(len, table))


def _table() -> dict[str, Any]:
    return asset_table("voices", "pico.toml")
