"""Pronunciations in IPA as the letters of the built-in voice, with stress where the voice expects it: before the vowel."""

from __future__ import annotations

import unicodedata
from functools import cache

from conditioning.assets import asset_table
from conditioning.errors import RequestError
from generators.speech.contours import VOWELS

__all__ = ["stressed", "voice_letters"]

_STRESSES = {"ˈ": "ˈ", "ˌ": "ˌ", "'": "ˈ", "’": "ˈ"}
_PASSED = frozenset(".‿͜͡ːˑ()̯̆")  # borders of syllables, ties, length: the voice has no sign of its own for them


def voice_letters(ipa: str, word: str) -> str:
    """A pronunciation in the voice's letters.

    Args:
        ipa: without slashes; blanks part words.
        word: that it belongs to, for the message.

    Raises:
        RequestError: it holds a phone that the voice does not know, or none at all.

    Example:
        >>> voice_letters("təˈmeɪtoʊ", "tomato")
        'təmˈAtO'
        >>> voice_letters("kæt", "cat")
        'kˈæt'
    """
    words = [_word(part, ipa, word) for part in unicodedata.normalize("NFD", ipa).split()]
    found = " ".join(part for part in words if part)
    if not any(letter not in "ˈˌ " for letter in found):
        raise RequestError(
            f"The pronunciation /{ipa}/ of {word!r} holds no phone.", "Write for instance /kæt/."
        )
    return found


def stressed(phonemes: str) -> str:
    """Phonemes whose word is stressed: secondary stress becomes primary, a word without any gets it on its first vowel.

    Example:
        >>> stressed("ɪz")
        'ˈɪz'
    """
    if "ˈ" in phonemes:
        return phonemes
    if "ˌ" in phonemes:
        return phonemes.replace("ˌ", "ˈ", 1)
    first = next((at for at, letter in enumerate(phonemes) if letter in VOWELS), None)
    return phonemes if first is None else f"{phonemes[:first]}ˈ{phonemes[first:]}"


def _word(text: str, ipa: str, word: str) -> str:
    phones, longest = _phones()
    out, stress, at = "", "", 0
    while at < len(text):
        if text[at] in _STRESSES:
            stress, at = _STRESSES[text[at]], at + 1
            continue
        size = next((n for n in range(longest, 0, -1) if text[at : at + n] in phones), 0)
        if not size:
            if text[at] not in _PASSED:
                raise _unknown(text, at, ipa, word)
            at += 1
            continue
        for letter in phones[text[at : at + size]]:
            if stress and letter in VOWELS:
                out, stress = out + stress, ""
            out += letter
        at += size
    return out if "ˈ" in out else stressed(out)


def _unknown(text: str, at: int, ipa: str, word: str) -> RequestError:
    first = at
    while first and unicodedata.combining(text[first]):
        first -= 1
    phone = text[first : at + 1]
    while at + 1 < len(text) and unicodedata.combining(
        text[at + 1]
    ):  # with what is written above and below it
        at += 1
        phone += text[at]
    phone = unicodedata.normalize("NFC", phone)
    known = " ".join(sorted(key for key in _phones()[0] if len(key) == 1))
    return RequestError(
        f"The pronunciation /{ipa}/ of {word!r} has {phone!r}, a phone that the voice does not know.",
        f"It knows {known}, and their combinations such as eɪ, aɪ, oʊ, tʃ, dʒ.",
    )


@cache
def _phones() -> tuple[dict[str, str], int]:
    """The voice's letters by phone, and the longest spelling of a phone."""
    table = asset_table("voices", "ipa.toml")
    phones = {letter: letter for letter in table["own"]}
    phones |= {unicodedata.normalize("NFD", phone): letters for phone, letters in table["phones"].items()}
    for letter in "AIOWYT":  # they are the voice's own shorthand, not IPA
        del phones[letter]
    return phones, max(map(len, phones))
