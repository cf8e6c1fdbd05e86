"""A script: text in spans, each with the emotion in which it is said.

Marks stand in square brackets and hold until the next one: ``[joy] She is here! [sadness:0.8] And gone again.``
``[pause 0.6]`` is silence in seconds, ``[voice Ada]`` a speaker, ``[auto]`` leaves the emotion to a reader of the text.
All marks and errors are described in docs/scripts.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, RequestError, ScriptError, UnknownNameError
from conditioning.parsing import Reader, parse_emotion, write_emotion

__all__ = ["LONGEST_PAUSE", "MAX_SCRIPT", "PARAGRAPH_PAUSE", "Script", "Span", "parse_script", "write_script"]

MAX_SCRIPT = 200_000
"""Characters that a script may have: about three hours of speech."""

LONGEST_PAUSE = 30.0
"""Seconds that a pause may last."""

PARAGRAPH_PAUSE = 0.7
"""Seconds of silence at a blank line, where no pause is marked; own choice, a little longer than at a full stop."""

_SIGN = re.compile(
    r"\\(?P<escaped>[\[\]\\])|\[(?P<mark>[^\[\]\n]*)\]|(?P<stray>[\[\]])|(?P<blank>\n[^\S\n]*\n\s*)"
)
_PAUSE = re.compile(r"pause\b\s*[:=]?\s*(?P<amount>.*)", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)\s*(ms|s|sec|seconds)?", re.IGNORECASE)
_VOICE = re.compile(r"(?:speaker|voice)\b\s*[:=]?\s*(?P<name>.*)", re.IGNORECASE)
_FIRST = re.compile(r"\S")


@dataclass(frozen=True)
class Span:
    """A stretch of text said in one emotion.

    Args:
        text: what is said; may be empty where only a pause is meant.
        emotion: how it is said.
        pause: seconds of silence before it, 0 or more.
        speaker: who says it, "" for the request's voice.
        line: 1-based line of the script where it starts.
        column: 1-based column where it starts.
    """

    text: str
    emotion: Emotion
    pause: float = 0.0
    speaker: str = ""
    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Script:
    """Spans in the order in which they are said."""

    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """All that is said, without marks."""
        return " ".join(span.text for span in self.spans if span.text)


def parse_script(text: str, *, base: Emotion | None = None, reader: Reader | None = None) -> Script:
    """The script that a marked-up text means.

    Args:
        text: up to ``MAX_SCRIPT`` characters.
        base: emotion of what stands before the first mark; neutral if None.
        reader: reads the emotion of ``[auto]`` spans from their text, and marks that are free text.

    Raises:
        ScriptError: there are no words, a mark is empty, unclosed, unknown or out of its range; knows line and column.
        RequestError: the script is too long.

    Example:
        >>> [(span.text, str(span.emotion)) for span in parse_script("[joy] Here! [sadness:0.8] Gone.").spans]
        [('Here!', 'joy'), ('Gone.', 'sadness:0.8')]
    """
    if len(text) > MAX_SCRIPT:
        raise RequestError(
            f"The script has {len(text)} characters.",
            f"Split it: {MAX_SCRIPT} are the most that one script may have.",
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _ScriptReader(text, base or Emotion.neutral(), reader).read()


def write_script(script: Script) -> str:
    """The script as text that ``parse_script`` reads back to equal spans, apart from their lines and columns.

    Example:
        >>> write_script(parse_script("[joy] Here! [pause 1] Gone."))
        '[joy] Here! [pause 1] [joy] Gone.'
    """
    pieces, speaker = [], ""
    for number, span in enumerate(script.spans):
        if span.speaker != speaker:
            speaker = span.speaker
            pieces.append(f"[voice {speaker}]" if speaker else "[voice]")
        if span.pause:
            pieces.append(f"[pause {span.pause:.6g}]")
        mark = write_emotion(span.emotion)
        if number or mark != "neutral":
            pieces.append(f"[{mark}]")
        words = " ".join(span.text.split())
        pieces.append(re.sub(r"([\[\]\\])", r"\\\1", words))
    return " ".join(piece for piece in pieces if piece)


@dataclass
class _ScriptReader:
    """Goes once through a script and gathers its spans."""

    text: str
    base: Emotion
    reader: Reader | None
    spans: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self.emotion: Emotion | None = self.base  # None: to be read from the text
        self.emotion_at = 0
        self.speaker = ""
        self.pause: float | None = None  # None: none is marked
        self.new_paragraph = False
        self.pieces: list[str] = []
        self.has_text = False
        self.start = 0
        self.first_mark: int | None = None
        self.known: dict[str, Emotion] = {}

    def read(self) -> Script:
        """All spans of the text."""
        end = 0
        for match in _SIGN.finditer(self.text):
            self._take(self.text[end : match.start()], end)
            end = match.end()
            if match["escaped"]:
                self._take(match["escaped"], match.start())
            elif match["stray"]:
                raise self._unbalanced(match)
            elif match["blank"]:
                self._close()
                self.new_paragraph = True
            else:
                self._close()
                self._mark(match["mark"], match.start())
        self._take(self.text[end:], end)
        self._close()
        return self._finished()

    def _take(self, piece: str, at: int) -> None:
        if not piece:
            return
        if not self.has_text:
            first = _FIRST.search(piece)
            if first:
                self.start, self.has_text = at + first.start(), True
        self.pieces.append(piece)

    def _close(self) -> None:
        """End the span that is being gathered, if anything is said in it."""
        words = " ".join("".join(self.pieces).split())
        self.pieces, self.has_text = [], False
        if not words:
            return
        if not any(letter.isalnum() for letter in words):
            self._punctuate(words)
            return
        pause = self.pause
        if pause is None:
            pause = PARAGRAPH_PAUSE if self.new_paragraph and self.spans else 0.0
        line, column = self._place(self.start)
        self.spans.append(Span(words, self._emotion_of(words), pause, self.speaker, line, column))
        self.pause, self.new_paragraph = None, False

    def _punctuate(self, signs: str) -> None:
        """Signs alone cannot be said: they close the span before them."""
        if self.spans:
            last = self.spans[-1]
            self.spans[-1] = replace(last, text=last.text + signs)

    def _emotion_of(self, words: str) -> Emotion:
        if self.emotion is not None:
            return self.emotion
        assert self.reader is not None
        return self._located(lambda: self.reader(words), self.emotion_at)  # type: ignore[misc]

    def _mark(self, mark: str, at: int) -> None:
        if self.first_mark is None:
            self.first_mark = at
        inner = mark.strip()
        if not inner:
            raise self._error(
                "The mark is empty.", "Write an emotion in it, such as [joy], or escape it: \\[.", at
            )
        inside = at + 1 + len(mark) - len(mark.lstrip())
        pause, voice = _PAUSE.fullmatch(inner), _VOICE.fullmatch(inner)
        if pause:
            self.pause = min(
                (self.pause or 0.0) + self._seconds(pause["amount"].strip(), inside), LONGEST_PAUSE
            )
        elif voice:
            self.speaker = voice["name"].strip()
        elif inner.casefold() == "auto":
            if self.reader is None:
                raise self._error("Nothing here can read [auto].", "Name the emotion, such as [joy].", at)
            self.emotion, self.emotion_at = None, at
        else:
            self.emotion = self._named(inner, inside)

    def _named(self, inner: str, at: int) -> Emotion:
        if inner not in self.known:
            self.known[inner] = self._located(lambda: parse_emotion(inner, reader=self.reader), at)
        return self.known[inner]

    def _seconds(self, amount: str, at: int) -> float:
        match = _SECONDS.fullmatch(amount)
        if not match:
            said = f"A pause cannot last {amount!r}." if amount else "The pause has no length."
            raise self._error(said, f"Give seconds from 0 to {LONGEST_PAUSE:g}, such as [pause 0.6].", at)
        seconds = float(match[1].replace(",", ".")) / (1000 if (match[2] or "").lower() == "ms" else 1)
        if seconds > LONGEST_PAUSE:
            raise self._error(f"The pause lasts {seconds:g} seconds.", f"{LONGEST_PAUSE:g} are the most.", at)
        return seconds

    def _located(self, read: Callable[[], Emotion], at: int) -> Emotion:
        """What ``read`` gives, its errors with their place in the script."""
        try:
            return read()
        except UnknownNameError as error:
            raise self._error(error.message, error.remedy, at, error.suggestions) from error
        except EmotionError as error:
            raise self._error(error.message, error.remedy, at) from error

    def _finished(self) -> Script:
        if not self.spans:
            if self.first_mark is None:
                said = "has no words" if self.text.strip() else "is empty"
                raise self._error(f"The script {said}.", "Write what is to be said.", 0)
            raise self._error(
                "The script has marks but no words.", "Write what is to be said.", self.first_mark
            )
        if self.pause:
            line, column = self._place(len(self.text))
            self.spans.append(
                Span("", self.emotion or self.spans[-1].emotion, self.pause, self.speaker, line, column)
            )
        return Script(tuple(self.spans))

    def _unbalanced(self, match: re.Match[str]) -> ScriptError:
        if match["stray"] == "[":
            return self._error(
                "The mark is not closed.", "Write ] after it, or \\[ for a bracket.", match.start()
            )
        return self._error(
            "There is a ] without its [.", "Write [ before it, or \\] for a bracket.", match.start()
        )

    def _error(self, message: str, remedy: str, at: int, suggestions: list[str] | None = None) -> ScriptError:
        line, column = self._place(at)
        return ScriptError(message, remedy, line=line, column=column, suggestions=suggestions or ())

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.line_starts, at)
        return line, at - self.line_starts[line - 1] + 1
