"""A user's dictionary: how words are pronounced, by IPA between slashes or by other words, for a whole script.

Written as TOML, a table ``[pronunciation]`` of ``word = "/ipa/"`` or ``word = "other words"``, or as lines of two columns, the word
and what is said. Words of several parts, such as ``New York``, stand in quotes in both.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import replace

from conditioning.delivery import Reading
from conditioning.errors import InputFileError
from conditioning.spans import Script, Span

__all__ = ["MAX_WORDS", "Pronunciations", "pronounced", "read_pronunciations"]

MAX_WORDS = 20_000
"""Words that a dictionary may have."""

_TABLE = "pronunciation"
_IPA_ONLY = re.compile(r"[ˈˌːəɪʊɛɔɑʌæɒɜɚɝθðʃʒŋɹɡʤʧɾʔ]")
_CORE = re.compile(r"\w.*\w|\w", re.DOTALL)
_POSSESSIVE = re.compile(r"(?P<word>.+)['’]s")
_MOST_PARTS = 6

Pronunciations = Mapping[tuple[str, ...], Reading]
"""Readings by the parts of what is written; parts with a capital are tried as they are before small letters."""


def read_pronunciations(text: str, name: str = "The dictionary") -> Pronunciations:
    r"""The readings of a dictionary.

    Args:
        text: TOML or lines of two columns; ``#`` begins a comment.
        name: of the dictionary, for messages.

    Raises:
        InputFileError: it has faults; all of them are named.

    Example:
        >>> found = read_pronunciations('tomato /təˈmɑːtəʊ/\nSiobhan Shivawn')
        >>> found[("tomato",)].ipa, found[("Siobhan",)].said
        ('təˈmɑːtəʊ', 'Shivawn')
    """
    faults: list[str] = []
    rows = _toml(text, faults) if _is_toml(text) else _columns(text, faults)
    if len(rows) > MAX_WORDS:
        faults.append(f"it has {len(rows)} words, {MAX_WORDS} are the most")
    found: dict[tuple[str, ...], Reading] = {}
    for place, word, value in rows:
        parts = tuple(word.split())
        if not parts or len(parts) > _MOST_PARTS or not any(c.isalnum() for c in word):
            faults.append(f"{place}: {word[:40]!r} is no word")
        elif not any(c.isalpha() for c in value):
            faults.append(f"{place}: nothing is said for {word[:40]!r}")
        elif parts in found:
            faults.append(f"{place}: {word[:40]!r} stands there twice")
        else:
            found[parts] = _reading(value.strip(), len(parts))
    if faults:
        raise InputFileError(
            f"{name} has faults: {'; '.join(faults[:20])}.",
            "Write lines such as: tomato /təˈmɑːtəʊ/ or a TOML table [pronunciation].",
        )
    return found


def pronounced(script: Script, words: Pronunciations) -> Script:
    """A script whose words are read as a dictionary tells, where the script itself does not tell.

    Args:
        script: what is said.
        words: of ``read_pronunciations``.
    """
    if not words:
        return script
    longest = max(map(len, words))
    return replace(script, spans=tuple(_span(span, words, longest) for span in script.spans))


def _span(span: Span, words: Pronunciations, longest: int) -> Span:
    written = [_core(word) for word in span.text.split()]
    taken = {
        place
        for own in span.readings
        if own.said or own.ipa or own.kind
        for place in range(own.at, own.at + own.count)
    }
    found: list[Reading] = []
    at = 0
    while at < len(written):
        for size in range(min(longest, len(written) - at), 0, -1):
            reading = _entry(tuple(written[at : at + size]), words)
            if reading is not None and taken.isdisjoint(range(at, at + size)):
                found.append(replace(reading, at=at))
                at += size
                break
        else:
            at += 1
    return replace(span, readings=(*span.readings, *found)) if found else span


def _entry(parts: tuple[str, ...], words: Pronunciations) -> Reading | None:
    small = tuple(part.casefold() for part in parts)
    for key in (parts, small, tuple(part.capitalize() for part in parts)):
        if key in words:
            return words[key]
    owned = _POSSESSIVE.fullmatch(parts[-1])
    if owned is None:
        return None
    reading = _entry((*parts[:-1], owned["word"]), words)
    if reading is None:
        return None
    ending = (
        "ɪz" if re.search(r"[szʃʒ]ː?$", reading.ipa) else "s" if re.search(r"[ptkfθ]$", reading.ipa) else "z"
    )
    return (
        replace(reading, ipa=reading.ipa + ending)
        if reading.ipa
        else replace(reading, said=reading.said + "'s")
    )


def _core(word: str) -> str:
    found = _CORE.search(word.strip("*_"))
    return found[0].strip("_") if found else ""


def _reading(value: str, count: int) -> Reading:
    slashed = re.fullmatch(r"/([^/]+)/|\[([^\[\]]+)\]", value)
    if slashed:
        return Reading(0, count, ipa=(slashed[1] or slashed[2]).strip())
    return Reading(0, count, ipa=value) if _IPA_ONLY.search(value) else Reading(0, count, said=value)


def _is_toml(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and (lines[0].startswith("[") or re.match(r"[^\s=]+\s*=", lines[0]) is not None)


def _toml(text: str, faults: list[str]) -> list[tuple[str, str, str]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(f"it is not TOML: {error}")
        return []
    if set(table) != {_TABLE} or not isinstance(table[_TABLE], dict):
        faults.append(f"it has {', '.join(map(str, table)) or 'nothing'} where only [{_TABLE}] can be")
        return []
    rows = []
    for word, value in table[_TABLE].items():
        if isinstance(value, str):
            rows.append((f"{word!r}", word, value))
        else:
            faults.append(f"{word!r}: {value!r} is no text")
    return rows


def _columns(text: str, faults: list[str]) -> list[tuple[str, str, str]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip().removeprefix("\ufeff")
        if not line or line.startswith("#"):
            continue
        if "\t" in line:
            parts = [part.strip() for part in line.split("\t") if part.strip()]
        elif line.startswith('"'):
            try:
                parts = shlex.split(line, posix=True)[:1]
            except ValueError:
                faults.append(f"line {number}: a quote is not closed")
                continue
            parts.append(line[line.index('"', 1) + 1 :].strip())
        else:
            parts = line.split(None, 1)
        if len(parts) != 2 or not parts[1]:
            faults.append(f"line {number}: it needs two columns")
            continue
        rows.append((f"line {number}", parts[0].strip('"'), parts[1].strip('"')))
    return rows
