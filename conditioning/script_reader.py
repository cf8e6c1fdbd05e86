"""Goes once through a marked-up text and gathers its spans; ``conditioning.script`` and ``conditioning.subtitles`` use it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from conditioning.delivery import Reading
from conditioning.emotion import Emotion
from conditioning.errors import (
    AffectError,
    RequestError,
    ScriptError,
    UnknownNameError,
    nearest,
)
from conditioning.guess import Guess, Reader
from conditioning.marks import LONGEST_PAUSE, SAME, Mark, read_mark
from conditioning.presets import Library, check_preset, preset_key
from conditioning.script_meanings import MarkMeanings
from conditioning.sentences import sentences
from conditioning.spans import Sound, Span

_T = TypeVar("_T")

__all__ = ["HIDDEN", "LINE_END", "MAX_SCRIPT", "PARAGRAPH_PAUSE", "ScriptReader", "script_text"]

MAX_SCRIPT = 80_000
"""Characters that a script may have: more than an hour of speech, and as much as one film should hold."""

PARAGRAPH_PAUSE = 0.7
"""Seconds of silence at a blank line, where no pause is marked; own choice, a little longer than at a full stop."""

LINE_END = re.compile("\r\n|\r|\n")
"""Every way in which a line of a script may end."""

HIDDEN = "\ufeff"
"""A sign without width that is not said; what a format has beside the words is written over with it."""

_CONTEXT = 160  # characters, two or three sentences; what was said earlier no longer colours the next one

_SIGN = re.compile(
    r"\\(?P<escaped>[\[\]\\])|\[(?P<mark>[^\[\]\n]*)\]|(?P<stray>[\[\]])|(?P<blank>\n[^\S\n]*\n\s*)"
)
_FIRST = re.compile(r"[^\s\ufeff]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class _Feeling:
    """What is felt from some mark on; an emotion of None is read from the text, by the mark at ``at``."""

    emotion: Emotion | None
    at: int
    overrides: Mapping[str, Emotion]


@dataclass
class ScriptReader:
    """Reads a text, or parts of one, into spans.

    Args:
        text: the whole text, for the lines and columns of errors and spans.
        base: emotion of what stands before the first mark.
        reader: reads the emotion of free text; None if there is none.
        presets: named emotions.
        library: gives the sets of presets that the text asks for.
        auto: reads the emotion of what stands before the first mark, and after ``[auto]``, with the words said before it;
            None leaves the latter to ``reader``.

    Raises:
        RequestError: a preset has a name that none may have.
    """

    text: str
    base: Emotion
    reader: Reader | None
    presets: Mapping[str, Emotion]
    library: Library
    auto: Reader | None = None
    spans: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self._presets = MarkMeanings(self.presets, self.reader)
        self._feeling = _Feeling(None if self.auto else self.base, 0, {})
        self._before: list[
            tuple[_Feeling, list[str]]
        ] = []  # what held before each group of marks, and the marks
        self._new_group = True
        self._speaker = ""
        self._style = ""
        self._pause: float | None = None  # None: none is marked
        self._new_paragraph = False
        self._pieces: list[str] = []
        self._sounds: list[tuple[str, int]] = []  # names, and characters of the pieces before them
        self._readings: list[tuple[Reading, int]] = []  # with the characters of the pieces before them
        self._length = 0
        self._start: int | None = None
        self._first_mark: int | None = None
        self._last_said: int | None = None  # index of the last span with words

    def take(self, begin: int, end: int) -> None:
        """Read a part of the text, from one character to before another, and end the span that it ends in."""
        last = begin
        for match in _SIGN.finditer(self.text, begin, end):
            self._pass(self.text[last : match.start()], last)
            last = match.end()
            if match["escaped"]:
                self._say(match["escaped"], match.start())
            elif match["stray"]:
                raise self._unbalanced(match)
            elif match["blank"]:
                self._close()
                self._new_paragraph = True
            else:
                self._mark(match["mark"], match.start(), match.end())
        self._pass(self.text[last:end], last)
        self._close()

    def finish(self) -> tuple[Span, ...]:
        """All spans.

        Raises:
            ScriptError: there are no words.
        """
        if self._last_said is None:
            if self._first_mark is None:
                said = "has no words" if self.text.strip() else "is empty"
                raise self.error(f"The script {said}.", "Write what is to be said.", 0)
            raise self.error(
                "The script has marks but no words.", "Write what is to be said.", self._first_mark
            )
        if self._pause:
            line, column = self._place(len(self.text))
            emotion = self._feeling.emotion or self.spans[-1].emotion
            overrides = self._feeling.overrides
            self.spans.append(
                Span("", emotion, self._pause, self._speaker, line, column, overrides, style=self._style)
            )
        return tuple(self.spans)

    def error(self, message: str, remedy: str, at: int, suggestions: list[str] | None = None) -> ScriptError:
        """The error at a character of the text."""
        line, column = self._place(at)
        return ScriptError(message, remedy, line=line, column=column, suggestions=suggestions or ())

    def _pass(self, piece: str, at: int) -> None:
        """Words without marks; where their emotion is read from them, each sentence is a span of its own."""
        last = 0
        if self._feeling.emotion is None:
            for _, end in sentences(piece):
                self._say(piece[last:end], at + last)
                self._close()
                last = end
        self._say(piece[last:], at + last)

    def _say(self, piece: str, at: int) -> None:
        if not piece:
            return
        if self._start is None:
            first = _FIRST.search(piece)
            if first:
                self._start = at + first.start()
        piece = piece.replace(HIDDEN, "")
        self._pieces.append(piece)
        self._length += len(piece)

    def _close(self) -> None:
        """End the span that is being gathered, if anything is said or heard in it."""
        said = "".join(self._pieces)
        starts = [match.start() for match in _WORD.finditer(said)]
        words = " ".join(said.split())
        sounds = tuple(Sound(name, bisect_left(starts, at)) for name, at in self._sounds)
        readings = tuple(replace(own, at=bisect_right(starts, at) - 1) for own, at in self._readings)
        start = self._start if self._start is not None else len(self.text)
        self._pieces, self._sounds, self._readings, self._length, self._start = [], [], [], 0, None
        if not any(letter.isalnum() for letter in words):
            if (
                words and self._last_said is not None
            ):  # signs alone cannot be said: they close the words before them
                last = self.spans[self._last_said]
                self.spans[self._last_said] = replace(last, text=last.text + words)
            words, sounds, readings = "", tuple(replace(sound, at=0) for sound in sounds), ()
        if words or sounds:
            self._add(words, sounds, readings, start)

    def _add(self, words: str, sounds: tuple[Sound, ...], readings: tuple[Reading, ...], start: int) -> None:
        pause = self._pause
        if pause is None:
            pause = PARAGRAPH_PAUSE if self._new_paragraph and self.spans else 0.0
        line, column = self._place(start)
        felt, overrides = self._felt(words), self._feeling.overrides
        speaker, style = self._speaker, self._style
        self.spans.append(
            Span(
                words,
                felt.emotion,
                pause,
                speaker,
                line,
                column,
                overrides,
                sounds,
                why=felt.why,
                style=style,
                readings=readings,
            )
        )
        self._last_said = len(self.spans) - 1 if words else self._last_said
        self._pause, self._new_paragraph, self._new_group = None, False, True

    def _felt(self, words: str) -> Guess:
        """What the mark before words says, or what the words themselves do."""
        feeling = self._feeling
        if feeling.emotion is not None:
            return Guess(feeling.emotion)
        if not words:  # a sound alone has no text to be read
            return Guess(self.spans[-1].emotion if self.spans else self.base)
        reader = self.auto or self.reader
        assert reader is not None
        return self._located(lambda: reader(words, self._context()), feeling.at)

    def _context(self) -> str:
        """The words said last, as far as they may bear on those that follow."""
        said, length = [], 0
        for span in reversed(self.spans):
            if length > _CONTEXT or span.speaker != self._speaker:
                break
            said.append(span.text)
            length += len(span.text)
        return " ".join(reversed(said)).strip()

    def _mark(self, text: str, at: int, end: int) -> None:
        if self._first_mark is None:
            self._first_mark = at
        inner = text.strip()
        if not inner:
            raise self.error(
                "The mark is empty.", "Write an emotion in it, such as [joy], or escape it: \\[.", at
            )
        inside = at + 1 + len(text) - len(text.lstrip())
        mark = self._located(lambda: read_mark(inner), inside)
        if mark.kind == "comment":
            return
        if mark.kind == "sound":
            self._hear(mark.value, at, end)
            return
        if mark.kind == "say":
            self._read_as(mark, at, end)
            return
        self._close()
        if mark.kind == "pause":
            self._pause = min((self._pause or 0.0) + mark.seconds, LONGEST_PAUSE)
        elif mark.kind == "speaker":
            self._speaker = mark.value
        elif mark.kind == "style":
            self._style = mark.value
        elif mark.kind == "define":
            self._define(mark, inside)
        elif mark.kind == "use":
            self._use(mark, inside)
        elif mark.kind == "back":
            self._go_back(mark.value, at)
        else:
            self._feel(mark, inner, inside)

    def _hear(self, name: str, at: int, end: int) -> None:
        """A sound at this place; it parts words as a blank would."""
        if self.text[at - 1 : at].isalnum() and self.text[end : end + 1].isalnum():
            self._say(" ", at)
        if self._start is None:
            self._start = at
        self._sounds.append((name, self._length))

    def _read_as(self, mark: Mark, at: int, end: int) -> None:
        """Words with a reading of their own; they are parted from letters beside them."""
        assert mark.reading is not None
        if self.text[at - 1 : at].isalnum() or self.text[at - 1 : at] == "]":
            self._say(" ", at)
        self._readings.append((mark.reading, self._length))
        self._say(mark.value, at)
        if self.text[end : end + 1].isalnum() or self.text[end : end + 1] == "[":
            self._say(" ", at)

    def _feel(self, mark: Mark, inner: str, inside: int) -> None:
        feeling = self._feeling
        if mark.kind == "auto":
            if self.auto is None and self.reader is None:
                raise self.error(
                    "Nothing here can read [auto].", "Name the emotion, such as [joy].", inside - 1
                )
            new = _Feeling(None, inside - 1, {})
        elif mark.kind == "emotion":
            new = _Feeling(self._named(inner, inside), inside, {})
        else:
            overrides = {name: e for name, e in feeling.overrides.items() if name != mark.name}
            if mark.value != SAME:
                # [voice: Ada] looks like a speaker but gives the voice an emotion; a name that is none says so.
                hint = f"Write [voice {mark.value}] for a speaker." if mark.name == "speech" else ""
                overrides[mark.name] = self._named(mark.value, inside + mark.at, hint)
            new = replace(feeling, overrides=overrides)
        if self._new_group:
            self._before.append((feeling, []))
            self._new_group = False
        self._before[-1][1].append(preset_key(inner))
        self._feeling = new

    def _go_back(self, name: str, at: int) -> None:
        if not self._before:
            raise self.error("There is no mark to go back from.", "Write [joy]word[/] to mark a word.", at)
        feeling, marks = self._before.pop()
        if name and preset_key(name) not in marks:
            raise self.error(
                f"{name!r} is not what was marked last.", f"Write [/] or [/{marks[-1]}], which was.", at + 2
            )
        self._feeling, self._new_group = feeling, True

    def _define(self, mark: Mark, inside: int) -> None:
        self._located(lambda: check_preset(mark.name), inside)
        self._located(lambda: self._presets.check_new(mark.name), inside)
        self._presets.define(mark.name, self._named(mark.value, inside + mark.at))

    def _use(self, mark: Mark, inside: int) -> None:
        self._presets.use(self._located(lambda: self.library(mark.value), inside))

    def _named(self, text: str, at: int, hint: str = "") -> Emotion:
        return self._located(lambda: self._presets.meaning(text), at, hint)

    def _located(self, read: Callable[[], _T], at: int, hint: str = "") -> _T:
        """What ``read`` gives, its errors with their place in the text; an unknown name may have a hint of its own."""
        try:
            return read()
        except UnknownNameError as error:
            close = nearest(error.name, self._presets.names)
            remedy = f"Did you mean {' or '.join(map(repr, close))}?" if close else error.remedy
            raise self.error(
                error.message, f"{remedy} {hint}".strip(), at, close or error.suggestions
            ) from error
        except AffectError as error:
            raise self.error(error.message, error.remedy, at) from error

    def _unbalanced(self, match: re.Match[str]) -> ScriptError:
        if match["stray"] == "[":
            return self.error(
                "The mark is not closed.", "Write ] after it, or \\[ for a bracket.", match.start()
            )
        return self.error(
            "There is a ] without its [.", "Write [ before it, or \\] for a bracket.", match.start()
        )

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1


def script_text(text: str) -> str:
    """The text of a script without a byte order mark, its lines ended by newlines alone.

    Raises:
        RequestError: it has more than ``MAX_SCRIPT`` characters.
    """
    if len(text) > MAX_SCRIPT:
        raise RequestError(
            f"The script has {len(text)} characters.",
            f"Split it: {MAX_SCRIPT} are the most that one script may have.",
        )
    return LINE_END.sub("\n", text.removeprefix(HIDDEN))
