"""Text that is HTML, and text that is not yet.

Every part of a report is an ``Html``. Any other string that meets one is escaped, so that no name of a file or word of a
user can become markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["Html", "escaped", "joined"]


class Html(str):
    """Text that is markup already and is never escaped again."""

    __slots__ = ()


def escaped(text: object) -> Html:
    """A text as markup that shows it; markup stays as it is.

    Args:
        text: anything with a ``str``; characters that HTML forbids are dropped.

    Example:
        >>> escaped("<b>"), escaped(Html("<b>"))
        ('&lt;b&gt;', '<b>')
    """
    if isinstance(text, Html):
        return text
    plain = "".join(c for c in str(text) if c in "\n\t" or c.isprintable() or c.isspace())
    return Html(escape(plain, quote=True))


def joined(parts: Iterable[object]) -> Html:
    """Parts one after the other, each escaped if it is no markup."""
    return Html("".join(escaped(part) for part in parts))
