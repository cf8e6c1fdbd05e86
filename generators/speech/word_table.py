"""Dictionaries that open at once: words and what is known of them in one block of text, found by a hash.

The voice's dictionaries and its tagger have 300,000 entries. As JSON they take most of a second to read, which nobody waits for gladly
before a first word, and 70 MB as Python's own dictionaries; as three arrays they are read in some milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np

__all__ = ["WordTable", "packed"]

_KNOWN = 1 << 14  # answers that are kept, since words come again


class WordTable:
    """Answers ``get`` and ``in`` as a dictionary of words does.

    Args:
        arrays: as ``packed`` gives them.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._slots, self._starts = arrays["slots"].data, arrays["starts"].data
        self._text = arrays["text"].tobytes()
        self._found = lru_cache(_KNOWN)(self._look_up)

    def __contains__(self, word: str) -> bool:
        return self._found(word) is not None

    def get(self, word: str, default: Any = None) -> Any:
        """What is known of a word: text, or a dictionary that must not be changed."""
        found = self._found(word)
        return default if found is None else found

    def _look_up(self, word: str) -> Any:
        key, last = word.encode("utf-8", "surrogatepass") + b"\t", len(self._slots) - 1
        slot = crc32(key) & last
        while entry := self._slots[slot]:
            start = self._starts[entry - 1]
            if self._text.startswith(key, start):
                value = self._text[start + len(key) : self._starts[entry]].decode()
                return json.loads(value) if value.startswith("{") else value
            slot = (slot + 1) & last
        return None


def packed(entries: Mapping[str, str | dict[str, Any]]) -> dict[str, np.ndarray]:
    """The arrays of a table.

    Args:
        entries: of words without tabs; texts must not begin with ``{``.

    Returns:
        ``text`` ``(bytes,)`` uint8, entries one after the other, each word, tab, value; ``starts`` ``(n + 1,)`` uint32 into it; ``slots``,
        a power of two of uint32: one more than an entry's number where its word's hash falls or the next free place, else 0.
    """
    slots = np.zeros(1 << (2 * max(len(entries), 1)).bit_length(), np.uint32)
    parts, starts = [], [0]
    for number, (word, value) in enumerate(entries.items(), 1):
        key = word.encode() + b"\t"
        written = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )
        parts.append(key + written.encode())
        starts.append(starts[-1] + len(parts[-1]))
        slot = crc32(key) & (len(slots) - 1)
        while slots[slot]:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = number
    text = np.frombuffer(b"".join(parts), np.uint8)
    return {"text": text, "starts": np.array(starts, np.uint32), "slots": slots}
