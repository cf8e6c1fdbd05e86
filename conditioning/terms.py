"""Splits the text of an emotion into its parts: for each a meaning, a word of degree, and a strength.

``very angry 0.6 + 30% fear`` has two parts. A text is cut into numbers, signs and words; words are matched to the
longest known phrase; a number belongs to the name before it, or, where a part begins with a number, to the name after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, UnknownNameError, nearest
from conditioning.vocabulary import Label, lexicon, vocabulary, vocabulary_names
from conditioning.words import Degree, Words, all_words, fold_word, words

__all__ = ["Term", "edits", "read_terms"]

_CJK = "\u3005\u3040-\u30ff\u3400-\u9fff"
_LETTER = rf"[^\W\d_{_CJK}]"
_LAST_ASCII = 0x7F  # emoji and ideographs lie beyond
_REMEDY = "Give a number from 0 to 1, or a percentage up to 100%."


@dataclass(frozen=True)
class Term:
    """A part of a mixture.

    Args:
        name: how it was written.
        meaning: the emotion at full intensity (an emoji's at its own).
        default: strength 0..1 where no number is given.
        number: the number given; a percentage is divided by 100.
        is_percent: the number had a percent sign.
        is_named: the meaning is a mixture of names and not a point.
        is_emoji: it was written as an emoji.
    """

    name: str
    meaning: Emotion
    default: float = 1.0
    number: float | None = None
    is_percent: bool = False
    is_named: bool = True
    is_emoji: bool = False

    def strength(self) -> float:
        """The number or the default; 0 or more, above 1 where the numbers of a mixture are proportions."""
        if self.number is None:
            return self.default
        if self.number < 0 or not np.isfinite(self.number) or (self.is_percent and self.number > 1):
            raise self.out_of_range()
        return self.number

    def strength_alone(self) -> float:
        """The number or the default, 0..1."""
        if self.strength() > 1:
            raise self.out_of_range()
        return self.strength()

    def out_of_range(self) -> EmotionError:
        """The error that says that the number is not in its range."""
        number = self.number if self.number is not None else self.default
        shown = f"{number * 100:g}%" if self.is_percent else f"{number:g}"
        return EmotionError(f"The intensity of {self.name} is {shown}.", _REMEDY)


@dataclass(frozen=True)
class _Token:
    kind: str  # number, join, assign, not, degree, emotion, emoji, filler, unknown
    text: str
    value: Emotion | Degree | float | None = None
    is_percent: bool = False


def read_terms(text: str, *, alone: bool = True) -> list[Term]:
    """The parts of a folded text, in its order.

    Args:
        text: folded by ``fold_word`` and ``fold_emoji``.
        alone: nothing else of the emotion was written, so there must be a part.

    Raises:
        UnknownNameError: a word is not known; suggests the nearest.
        EmotionError: a number, a degree or a negation stands without an emotion.
    """
    tokens = list(_tokens(text, words()))
    if any(token.kind == "unknown" for token in tokens):
        tokens = list(_tokens(text, all_words()))
    unknown = next((token.text for token in tokens if token.kind == "unknown"), None)
    if unknown is not None and not _is_bare(text):
        raise _unknown(unknown)
    if alone and not any(token.kind in ("emotion", "emoji") for token in tokens):
        _complain(text, tokens)
    return [term for segment in _segments(tokens) for term in _segment_terms(segment)]


def _is_bare(text: str) -> bool:
    """Whether a text is a list of numbers and nothing else."""
    return any(map(str.isdigit, text)) and not any(sign.isalpha() or ord(sign) > _LAST_ASCII for sign in text)


def _complain(text: str, tokens: list[_Token]) -> None:
    """Raise where there is no emotion among the tokens, unless there are none."""
    numbers = [token for token in tokens if token.kind == "number"]
    if numbers:
        raise EmotionError(
            f"The numbers {text.strip()!r} do not say what they mean.",
            "Name the axes, as in v=0.5 a=0.2 d=0.1, or an emotion, as in joy:0.5.",
        )
    if tokens:
        raise EmotionError(f"{text.strip()!r} names no emotion.", "Write for instance joy, or very angry.")


def _segments(tokens: list[_Token]) -> list[list[_Token]]:
    segments: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == "join":
            segments.append([])
        elif token.kind != "filler":
            segments[-1].append(token)
    return [segment for segment in segments if segment]


def _segment_terms(tokens: list[_Token]) -> list[Term]:
    """The parts of a segment without joints, such as ``joy 0.7 fear 0.3`` or ``70% very angry``."""
    numbers_lead = next((t.kind == "number" for t in tokens if t.kind not in ("not", "degree")), False)
    terms: list[Term] = []
    number: _Token | None = None
    degree: Degree | None = None
    negated = False
    for token in tokens:
        if token.kind == "number" and (numbers_lead or not terms or terms[-1].number is not None):
            if number is not None or not numbers_lead:
                raise _stray(token)
            number = token
        elif token.kind == "number":
            terms[-1] = _numbered(terms[-1], token)
        elif token.kind == "not":
            negated = not negated
        elif isinstance(token.value, Degree):
            degree = token.value
        elif isinstance(token.value, Emotion):
            term = _meaning(token, degree, negated)
            terms.append(term if number is None else _numbered(term, number))
            number, degree, negated = None, None, False
    if number is not None:
        raise _stray(number)
    if degree is not None or negated:
        raise EmotionError(
            f"{tokens[-1].text!r} stands without an emotion.", "Write for instance very angry."
        )
    return terms


def _numbered(term: Term, token: _Token) -> Term:
    assert isinstance(token.value, float)
    return replace(term, number=token.value, is_percent=token.is_percent)


def _stray(token: _Token) -> EmotionError:
    return EmotionError(f"The number {token.text} stands without an emotion.", "Write for instance joy:0.5.")


def _meaning(token: _Token, degree: Degree | None, negated: bool) -> Term:
    """The part that an emotion's token means under its degree and negation."""
    assert isinstance(token.value, Emotion)
    emotion = token.value
    default = emotion.intensity if token.kind == "emoji" else 1.0
    if degree is not None:
        default *= degree.intensity
    if negated:
        if degree is not None:
            default = words().negated_degree
        emotion = emotion.opposed()
    elif degree is not None and degree.lean:
        emotion = _leaning(emotion, degree.lean)
    # An opposite is a point, and so is what no lexicon name is the mean of.
    is_named = not negated and Emotion.of(emotion.mixture).vad == emotion.vad
    return Term(token.text, emotion, default, is_named=is_named, is_emoji=token.kind == "emoji")


def _leaning(emotion: Emotion, lean: float) -> Emotion:
    """A single name mixed with its stronger kin, if the kin lies in nearly the same direction."""
    if len(emotion.mixture) != 1:
        return emotion
    (name,) = emotion.mixture
    stronger = lexicon()[name].stronger
    if not stronger:
        return emotion
    here, there = emotion.vad.array(), lexicon()[stronger].vad.array()
    cosine = here @ there / (np.linalg.norm(here) * np.linalg.norm(there))
    if cosine < words().same_direction:
        return emotion
    return Emotion.of({name: 1.0 - lean, stronger: lean}, emotion.intensity)


def _tokens(text: str, known: Words) -> Iterator[_Token]:
    """The tokens of a folded text; words next to each other are matched as phrases."""
    run: list[str] = []
    position = 0
    while (match := _pattern().match(text, position)) is not None:
        position = match.end()
        kind = match.lastgroup
        if kind == "word":
            run.append(match[0])
        if kind in ("word", "space"):
            continue
        yield from _phrases(run, known)
        run = []
        if kind == "number":
            number, percent = match["amount"], match["percent"]
            value = float(number.replace(",", ".").replace("−", "-"))
            yield _Token("number", match[0].strip(), value / (100 if percent else 1), bool(percent))
        elif kind == "sign":
            yield _Token("emoji", match[0], known.emoji[match["emoji"]])
        elif kind == "list":
            label, position = _listed(text, position, match["name"].replace(" ", "_"))
            yield _Token("emotion", label.name, Emotion.of_label(label))
        elif kind == "ideographs":
            yield from _ideographs(match[0], known)
        elif kind == "join":
            yield _Token("join", match[0])
        elif kind == "other":
            yield _Token("unknown", match[0])
    yield from _phrases(run, known)


def _phrases(run: list[str], known: Words) -> Iterator[_Token]:
    """Words matched to the longest known phrases; unknown words next to each other stay together."""
    start, lost = 0, []
    while start < len(run):
        for size in range(min(known.longest, len(run) - start), 0, -1):
            token = _look_up(" ".join(run[start : start + size]), known)
            if token is not None:
                break
        else:
            lost.append(run[start])
            start += 1
            continue
        if lost:
            yield _Token("unknown", " ".join(lost))
            lost = []
        yield token
        start += size
    if lost:
        yield _Token("unknown", " ".join(lost))


def _ideographs(run: str, known: Words) -> Iterator[_Token]:
    """Chinese or Japanese, which has no spaces, cut into the longest known words."""
    start = 0
    while start < len(run):
        for end in range(len(run), start, -1):
            token = _look_up(run[start:end], known)
            if token is not None:
                break
        else:
            yield _Token("unknown", run)
            return
        yield token
        start = end


def _listed(text: str, start: int, name: str) -> tuple[Label, int]:
    """The longest label of a list that a folded text has at a place, and the place after it."""
    words = vocabulary(name)
    spellings = {fold_word(word): label for label in words.labels for word in (label.name, *label.aliases)}
    for spelling in sorted(spellings, key=len, reverse=True):
        end = start + len(spelling)
        if text.startswith(spelling, start) and not text[end : end + 1].isalpha():
            return spellings[spelling], end
    word = re.match(r"[^\d+,;:]*", text[start:])
    written = word[0].strip() if word else ""
    raise UnknownNameError(f"label of {name}", written or text[start:], words.names)


def _look_up(phrase: str, known: Words) -> _Token | None:
    if phrase in known.emotions:
        return _Token("emotion", phrase, known.emotions[phrase])
    if phrase in known.degrees:
        return _Token("degree", phrase, known.degrees[phrase])
    for kind, group in (("not", known.negations), ("join", known.joints), ("filler", known.fillers)):
        if phrase in group:
            return _Token(kind, phrase)
    return None


@cache
def _pattern() -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(words().emoji, key=len, reverse=True))
    lists = "|".join(sorted((name.replace("_", "[ ]") for name in vocabulary_names()), key=len, reverse=True))
    return re.compile(
        rf"""
          (?P<list>\b(?P<name>{lists})\s*:\s*(?![\d\s.]))
        | (?P<number>(?P<amount>[-−]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[-+]?\d+)?)\s*(?P<percent>%)?)
        | (?P<sign>(?P<emoji>{signs})(?:\u200d.)*)
        | (?P<ideographs>[{_CJK}]+)
        | (?P<word>q[1-4]\b|{_LETTER}+(?:'{_LETTER}+)*)
        | (?P<join>[+,;&/、，|]+)
        | (?P<space>\s+)
        | (?P<assign>(?:[:=*×()"'!?¡¿…。！？]|\.(?!\d))+)
        | (?P<other>.)
        """,
        re.VERBOSE,
    )


def _unknown(text: str) -> UnknownNameError:
    """The error for unknown words, naming the one of them that looks like a known one."""
    known = list(dict.fromkeys((*words().english, *all_words().emotions)))
    for word in dict.fromkeys((text, *text.split())):
        # Of names that are as few typing errors away the first wins, and English ones stand first.
        alike = sorted(
            nearest(word, known, count=12), key=lambda name: (edits(word, name), known.index(name))
        )
        if alike:
            return UnknownNameError("emotion", word, alike[:1])
    return UnknownNameError("emotion", text, lexicon().names)


def edits(a: str, b: str) -> int:
    """Letters to change, add or leave out to come from one word to the other."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        previous, row = row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (letter != other)))
    return row[-1]
