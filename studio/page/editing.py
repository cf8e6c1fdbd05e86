"""The script as the page edits it: its sentences with what is felt in them, and marks written into the text.

The text is the one place where emotions stand. What a mark means is asked of ``conditioning``; here it is only found
where marks and sentences lie, so that one can be replaced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, ScriptError, UnknownNameError
from conditioning.guess import Guess, Reader
from conditioning.marks import MEDIA_WORDS, SAME
from conditioning.parsing import parse_emotion, rounded, write_emotion
from conditioning.script import Script, Span, parse_script
from conditioning.script_reader import HIDDEN, LINE_END
from conditioning.sentences import sentences as sentence_places
from studio.page.palette import css_colour
from studio.sections import silent_stretches
from studio.text_emotion import emotion_of_text

__all__ = [
    "Mark",
    "Sentence",
    "corrected",
    "marks_of",
    "read_feelings",
    "read_sentences",
    "tints_of",
    "with_emotion",
    "with_own_emotion",
    "without_marks",
]

_MOST_REMEMBERED = 512
_SIGN = re.compile(r"\\[\[\]\\]|\[([^\[\]\n]*)\]")


@dataclass(frozen=True)
class Mark:
    """A mark in the text.

    Args:
        start: where its bracket opens.
        end: one past its closing bracket.
        inner: what stands between them.
        emotion: what it means by itself; None for what is no emotion, and for one that only the whole script explains
            (``[auto]``, free text, a preset) or that cannot be read.
        is_emotion: False for what leaves the emotion alone, such as a pause or a voice.
        medium: that alone it speaks of, such as ``"face"``; "" for all.
    """

    start: int
    end: int
    inner: str
    emotion: Emotion | None
    is_emotion: bool
    medium: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the script.

    Args:
        text: its words.
        at: where they start in the script.
        emotion: how it is said.
        mark: the emotion mark right before it, if there is one.
        start: seconds from the beginning of the speech, estimated at a calm pace.
        seconds: how long it lasts, estimated.
        why: what in its words the emotion was read from; "" where somebody set it.
        own: emotion of each medium that feels something else.
        own_marks: the mark of such a medium right before it, by medium.
    """

    text: str
    at: int
    emotion: Emotion
    mark: Mark | None
    start: float
    seconds: float
    why: str = ""
    own: Mapping[str, Emotion] = field(default_factory=dict)
    own_marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """The marks that say all of how it is felt."""
        others = "".join(f" {_own_mark(medium, emotion)}" for medium, emotion in sorted(self.own.items()))
        return f"[{write_emotion(self.emotion)}]{others}"

    def felt_by(self, medium: str) -> Emotion:
        """What a medium feels in it; "" for all that have nothing of their own."""
        return self.own.get(medium, self.emotion)


def marks_of(text: str) -> list[Mark]:
    """All closed marks of a text in order; escaped brackets are none."""
    marks = []
    for found in _SIGN.finditer(text):
        if found[1] is not None:
            emotion, is_emotion = _meaning(found[1])
            medium = "" if is_emotion else _medium_of(found[1])
            marks.append(Mark(found.start(), found.end(), found[1], emotion, is_emotion, medium))
    return marks


def read_sentences(text: str, base: Emotion) -> tuple[Sentence, ...]:
    """The sentences of a script.

    Args:
        text: with marks.
        base: emotion of what stands before the first mark.

    Raises:
        ScriptError: a mark cannot be read, or there are no words.
        RequestError: the script is too long.
    """
    spans = parse_script(text, base=base, reader=_READ).spans
    starts = _offsets(text, spans)
    said = _said(text)
    owners = [spans[max(bisect_right(starts, at) - 1, 0)] for _, at, _, _ in said]
    emotions = [owner.emotion for owner in owners]
    script = Script(tuple(Span(words, felt) for (words, *_), felt in zip(said, emotions, strict=True)))
    stretches = silent_stretches(script) if said else ()
    return tuple(
        Sentence(
            words,
            at,
            own.emotion,
            mark,
            time.start,
            time.end - time.start,
            own.why or _READ.why(words, own.emotion),
            own.overrides,
            own_marks,
        )
        for (words, at, mark, own_marks), own, time in zip(said, owners, stretches, strict=True)
    )


def with_emotion(text: str, sentences: Sequence[Sentence], index: int, emotion: Emotion) -> str:
    """The text with another emotion in one sentence; what is felt in the others stays.

    Args:
        text: of the script.
        sentences: as read from it.
        index: of the sentence.
        emotion: to be written.
    """
    sentence = sentences[index]
    following = sentences[index + 1] if index + 1 < len(sentences) else None
    if following is not None and following.mark is None and following.emotion != emotion:
        text = f"{text[: following.at]}{following.written} {text[following.at :]}"
    mark = f"[{write_emotion(emotion)}]"
    if sentence.mark is not None:
        return text[: sentence.mark.start] + mark + text[sentence.mark.end :]
    return f"{text[: sentence.at]}{replace(sentence, emotion=emotion).written} {text[sentence.at :]}"


def with_own_emotion(
    text: str, sentences: Sequence[Sentence], index: int, medium: str, emotion: Emotion | None
) -> str:
    """The text with an emotion of one medium alone in one sentence; what is felt in the others stays.

    Args:
        text: of the script.
        sentences: as read from it.
        index: of the sentence.
        medium: such as ``"face"``.
        emotion: of the medium; None for that of the others again.
    """
    sentence = sentences[index]
    following = sentences[index + 1] if index + 1 < len(sentences) else None
    if following is not None and following.mark is None and medium not in following.own_marks:
        later = _own_mark(medium, following.own.get(medium))
        text = f"{text[: following.at]}{later} {text[following.at :]}"
    mark = _own_mark(medium, emotion)
    old = sentence.own_marks.get(medium)
    if old is not None:
        return text[: old.start] + mark + text[old.end :]
    return f"{text[: sentence.at]}{mark} {text[sentence.at :]}"


def without_marks(text: str) -> str:
    """The text without its emotion marks, whether they can be read or not; pauses and voices stay."""
    marks = [mark for mark in marks_of(text) if mark.is_emotion or mark.medium]
    for mark in reversed(marks):
        before, after = text[: mark.start].rstrip(" "), text[mark.end :].lstrip(" ")
        inside_line = before and after and not before.endswith("\n") and not after.startswith("\n")
        text = f"{before} {after}" if inside_line else before + after
    return without_marks(text) if marks else text  # a mark inside another's brackets leaves one behind


def corrected(text: str, fault: ScriptError, name: str) -> str:
    """The text with an unknown name replaced in the mark that a fault points to.

    Args:
        text: of the script.
        fault: as raised for this text.
        name: that was meant.
    """
    unknown = fault.__cause__.name if isinstance(fault.__cause__, UnknownNameError) else ""
    place = _line_starts(text)[fault.line - 1] + fault.column - 1
    for mark in marks_of(text):
        if mark.start <= place < mark.end:
            inner = re.sub(re.escape(unknown), lambda _: name, mark.inner, count=1, flags=re.IGNORECASE)
            if inner == mark.inner:  # the name was read in another writing, such as without its accents
                inner = name
            return f"{text[: mark.start]}[{inner}]{text[mark.end :]}"
    return text


def read_feelings(text: str, reader: Reader | None = None) -> str:
    """The text with marks of the emotions that a reader finds in its sentences.

    Args:
        text: of the script; its own emotion marks are replaced.
        reader: gives the emotion of a sentence, as for ``[auto]``; None for the studio's, whose reasons the sentences
            then tell as long as their words and marks stay.

    Raises:
        ScriptError: the text has faults, or no words.
    """
    plain = without_marks(text)
    spans = [span for span in parse_script(plain, auto=reader or _READ).spans if span.text]
    marks = [write_emotion(rounded(span.emotion)) for span in spans]
    for at, mark, last in reversed(list(zip(_offsets(plain, spans), marks, ["", *marks], strict=False))):
        if mark != last:
            plain = f"{plain[:at]}[{mark}] {plain[at:]}"
    return plain


def tints_of(text: str, sentences: Sequence[Sentence] = ()) -> dict[str, str | None]:
    """The colour of each mark by what stands in it.

    Args:
        text: of the script.
        sentences: as read from it, if it can be read.

    Returns:
        "" for what is no emotion, None for what cannot be read.
    """
    explained = {s.mark.inner: css_colour(s.emotion.mixture) for s in sentences if s.mark}
    tints: dict[str, str | None] = {}
    for mark in marks_of(text):
        if mark.emotion is not None:
            tints[mark.inner] = css_colour(mark.emotion.mixture)
        elif mark.is_emotion:
            tints[mark.inner] = explained.get(mark.inner, "" if sentences else None)
        else:
            tints[mark.inner] = ""
    return tints


def _said(text: str) -> list[tuple[str, int, Mark | None, Mapping[str, Mark]]]:
    """The words of each sentence, where they start, the emotion mark right before them, and those of single media."""
    marks = marks_of(text)
    begins = [0, *(mark.end for mark in marks)]
    ends = [*(mark.start for mark in marks), len(text)]
    found: list[tuple[str, int, Mark | None, Mapping[str, Mark]]] = []
    own: Mark | None = None
    of_media: dict[str, Mark] = {}
    for mark, begin, end in zip([None, *marks], begins, ends, strict=True):
        if mark is not None and mark.is_emotion:
            own, of_media = mark, {}
        elif mark is not None and mark.medium:
            of_media = {**of_media, mark.medium: mark}
        for first, last in sentence_places(text[begin:end]):
            found.append((text[begin + first : begin + last].strip(), begin + first, own, of_media))
            own, of_media = None, {}
    return found


def _meaning(inner: str) -> tuple[Emotion | None, bool]:
    """What a mark means by itself, if it does, and whether it is an emotion or meant to be one."""
    if not _medium_of(inner):
        try:
            return parse_emotion(inner), True
        except AffectError:
            pass
    try:
        parse_script(f"[{inner}] word")
    except AffectError:
        return None, True
    return None, False


def _medium_of(inner: str) -> str:
    """The medium that a mark speaks of, "" for none."""
    word, sign, _ = re.sub("=", ":", inner, count=1).partition(":")
    return MEDIA_WORDS.get(word.strip().casefold(), "") if sign else ""


def _own_mark(medium: str, emotion: Emotion | None) -> str:
    word = next(word for word, meant in MEDIA_WORDS.items() if meant == medium)
    return f"[{word}: {write_emotion(emotion) if emotion is not None else SAME}]"


class _Remembered:
    """What texts say of feelings, remembered, since the script is read at every letter that is typed."""

    def __init__(self, reader: Reader) -> None:
        self._read = lru_cache(maxsize=_MOST_REMEMBERED)(reader)
        self._last: dict[str, Guess] = {}

    def __call__(self, text: str, before: str = "") -> Guess:
        guess = self._read(text, before)
        self._last[text] = guess
        if len(self._last) > _MOST_REMEMBERED:
            self._last.pop(next(iter(self._last)))
        return guess

    def why(self, text: str, emotion: Emotion) -> str:
        """Why a text was read as an emotion; "" if it never was."""
        guess = self._last.get(text)
        return guess.why if guess is not None and rounded(guess.emotion) == emotion else ""


_READ = _Remembered(emotion_of_text)


def _offsets(text: str, spans: Sequence[Span]) -> list[int]:
    lines = _line_starts(text)
    return [lines[span.line - 1] + span.column - 1 for span in spans]


def _line_starts(text: str) -> list[int]:
    """Where the lines begin that the script's reader counts: behind a byte order mark, and behind every way to end a line."""
    return [int(text.startswith(HIDDEN)), *(found.end() for found in LINE_END.finditer(text))]
