"""Every error the studio raises on purpose, and the exit code each ends a command with.

    AffectError
    ├── RequestError            2   the request is wrong
    │   ├── UnknownNameError        a label, vocabulary, fader, character … that does not exist
    │   ├── EmotionError            an emotion that cannot be read, or a number out of its range
    │   ├── ScriptError             a script that cannot be read; knows line and column
    │   ├── ManifestError           a batch line that cannot be read; knows the line
    │   └── InputFileError          a file that is missing or is not what it should be
    ├── EngineError             3   an engine, model or licence is missing or refused
    ├── OutputError             4   the output cannot be written
    ├── BatchIncomplete         5   some lines of a batch failed
    └── Cancelled             130   the user stopped the work

A message says what was wrong with which value; ``remedy`` says what to do about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "AffectError",
    "BatchIncomplete",
    "Cancelled",
    "EmotionError",
    "EngineError",
    "InputFileError",
    "ManifestError",
    "OutputError",
    "RequestError",
    "ScriptError",
    "UnknownNameError",
    "nearest",
]


class AffectError(Exception):
    """Root of the tree.

    Args:
        message: what was wrong, naming the value and its place.
        remedy: what the user can do, a full sentence.
    """

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class RequestError(AffectError):
    """The request is wrong."""

    exit_code = 2


class UnknownNameError(RequestError):
    """A name that is not in its list; suggests the nearest that is.

    Args:
        kind: what was named, such as ``"emotion"`` or ``"engine"``.
        name: the name that is unknown.
        known: all names that would have done.
        remedy: a sentence after the one that names what was meant or may be.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], remedy: str = "") -> None:
        names = sorted(set(known))
        close = nearest(name, names)
        if close:
            hint = f"Did you mean {' or '.join(repr(c) for c in close)}?"
        elif len(names) <= 12:
            hint = f"Known: {', '.join(names)}."
        else:
            hint = f"There are {len(names)}, among them {', '.join(names[:6])}."
        super().__init__(f"Unknown {kind} {name!r}.", f"{hint} {remedy}".strip())
        self.kind, self.name, self.suggestions = kind, name, close


class EmotionError(RequestError):
    """An emotion that cannot be read, or a number out of its range."""


class ScriptError(RequestError):
    """A script that cannot be read.

    Args:
        message: what is wrong.
        remedy: what to do.
        line: 1-based line of the script.
        column: 1-based column, in characters.
        suggestions: names that may have been meant.
    """

    def __init__(
        self, message: str, remedy: str = "", *, line: int, column: int, suggestions: Iterable[str] = ()
    ) -> None:
        super().__init__(f"Line {line}, column {column}: {message}", remedy)
        self.line, self.column, self.suggestions = line, column, list(suggestions)


class ManifestError(RequestError):
    """A line of a batch manifest that cannot be read.

    Args:
        message: what is wrong.
        remedy: what to do.
        line: 1-based line of the manifest.
    """

    def __init__(self, message: str, remedy: str = "", *, line: int) -> None:
        super().__init__(f"Line {line}: {message}", remedy)
        self.line = line


class InputFileError(RequestError):
    """A file that is missing or is not what it should be."""


class EngineError(AffectError):
    """An engine, a model or a licence is missing or refused."""

    exit_code = 3


class OutputError(AffectError):
    """The output cannot be written."""

    exit_code = 4


class BatchIncomplete(AffectError):  # noqa: N818 - it is an outcome, not a fault
    """Some lines of a batch failed; the others are done."""

    exit_code = 5


class Cancelled(AffectError):  # noqa: N818 - it is an outcome, not a fault
    """The user stopped the work."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Cancelled.")


def nearest(name: str, known: Iterable[str], count: int = 2) -> list[str]:
    """Names that look like a mistyped one.

    Args:
        name: what was typed.
        known: names that exist.
        count: at most so many.

    Example:
        >>> nearest("joi", ["joy", "fear"])
        ['joy']
    """
    return difflib.get_close_matches(name.casefold(), list(known), n=count, cutoff=0.6)
