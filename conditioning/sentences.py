"""Where the sentences of a text lie."""

from __future__ import annotations

import re

__all__ = ["sentences"]

_SENTENCE = re.compile(
    r"[^\s。！？][^.!?…。！？\n]*(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？]+[」』”’）]*|[.!?…]+|(?=\n|$))"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text lie, ``(start, end)`` in characters; what has no letter or digit is none.

    Example:
        >>> sentences("No. Why me?")
        [(0, 3), (4, 11)]
    """
    return [found.span() for found in _SENTENCE.finditer(text) if re.search(r"\w", found.group())]
