"""A script as sentences to be spoken: words as written, their spans, and their phonemes in the model's alphabet."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from conditioning.delivery import Reading
from conditioning.script import Script, Span
from generators.speech.directions import SPACE, check_pronunciations, directed, linked, told, without_tags
from generators.speech.emphasis import without_signs, written_emphasis
from generators.speech.figures import acronyms, readable
from generators.speech.ipa import stressed
from generators.speech.normalisation import JOINED, ends_sentence, is_word, spoken

__all__ = ["Block", "Reader", "Sentence", "Written", "passages", "split_sentences"]

_MOST_CHARACTERS = 600  # of a sentence without punctuation, before it is cut for the tagger
_MOST_PHONEMES = 400  # the model was trained on no more at once
_CLAUSE_ENDS = ",;:—"


@dataclass(frozen=True)
class Written:
    """A word as written.

    Args:
        text: with its punctuation.
        span: index of its span in the script.
        ends: whether a line or paragraph ends after it so that the sentence must.
        reading: how it is read, where the script tells; the first word of several has it whole.
        emphasis: degree of it; None until it is known.
    """

    text: str
    span: int
    ends: bool = False
    reading: Reading | None = None
    emphasis: float | None = None


@dataclass(frozen=True)
class Block:
    """Written words that are said as groups of phonemes, most often one as one.

    Args:
        words: ``(first, last + 1)`` among the sentence's words.
        groups: ``(first, last + 1)`` among the sentence's groups; may be empty.
    """

    words: tuple[int, int]
    groups: tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """What the model says at once.

    Args:
        words: as written.
        groups: phonemes between blanks; "" where a word has no sound.
        blocks: in order, covering all words and groups.
        pause: seconds of silence before it.
        span: index of the span that it begins in; the only content if there are no words.
    """

    words: tuple[Written, ...]
    groups: tuple[str, ...]
    blocks: tuple[Block, ...]
    pause: float = 0.0
    span: int = 0

    @property
    def phonemes(self) -> str:
        """All groups with blanks between them."""
        return " ".join(self.groups)

    def span_of_group(self, group: int) -> int:
        """The span in which a group of phonemes is said."""
        return self.word_of_group(group).span

    def word_of_group(self, group: int) -> Written:
        """The written word for which a group of phonemes is said."""
        for block in self.blocks:
            first, last = block.groups
            if first <= group < last:
                count = block.words[1] - block.words[0]
                return self.words[block.words[0] + (group - first) * count // (last - first)]
        return self.words[-1]


def passages(script: Script) -> Iterator[tuple[float, list[Written]]]:
    """Stretches of a script that are said without a marked pause and by one speaker.

    Yields:
        Seconds of silence before, and the words, of which there may be none; then one empty word carries the span.
    """
    pause = 0.0
    words: list[Written] = []
    speaker = script.spans[0].speaker if script.spans else ""
    for index, span in enumerate(script.spans):
        if words and (span.pause > 0 or span.speaker != speaker):
            yield pause, words
            pause, words = 0.0, []
        pause, speaker = pause + span.pause, span.speaker
        found = _words(span, index)
        if not found:
            found = [Written("", index)]
        elif words and words[-1].text and not is_word(found[0].text) and found[0].text[:1] not in "—–-":
            words[-1] = replace(words[-1], text=words[-1].text + found[0].text, ends=found[0].ends)
            found = found[1:]
        words += found
    if words:
        yield pause, words


class Reader:
    """Reads scripts aloud on paper: sentences, words, phonemes. American English."""

    @cached_property
    def _g2p(self) -> Any:
        from generators.speech.dictionaries import english

        return english()

    def known(self, word: str) -> bool:
        """Whether a word in small letters is in the dictionary."""
        return word in self._g2p.lexicon.golds or word in self._g2p.lexicon.silvers

    def sentences(self, script: Script) -> Iterator[Sentence]:
        """The sentences of a script, each as soon as it is read.

        Raises:
            RequestError: a pronunciation has a phone that the voice does not know.
        """
        check_pronunciations(script)
        for pause, words in passages(script):
            first = True
            for group in split_sentences(words):
                for sentence in self._read(group):
                    yield Sentence(
                        sentence.words,
                        sentence.groups,
                        sentence.blocks,
                        pause if first else 0.0,
                        group[0].span,
                    )
                    first = False

    def _read(self, words: list[Written]) -> list[Sentence]:
        words = self._emphasised(words)
        texts = spoken([word.text for word in words], self.known)
        texts = told(words, texts, lambda other: spoken(other, self.known), self._letter)
        joined = [i for i, text in enumerate(texts) if text == JOINED]
        texts = ["" if text == JOINED else text for text in texts]
        owners = [i for i, text in enumerate(texts) for _ in text.split()]
        said, groups = self._phonemes(" ".join(text for text in texts if text))
        blocks = _aligned(" ".join(texts).split(), owners, said, len(words), len(groups), joined)
        groups = _stressed(groups, blocks, words)
        return _cut(Sentence(tuple(words), tuple(groups), blocks))

    def _phonemes(self, text: str) -> tuple[list[str], list[str]]:
        """Words as the dictionary sees them, and as many groups of phonemes."""
        from hibari.g2p.normalize import normalize

        text = normalize(readable(text))
        if not text:
            return [], []
        groups, current = [], ""
        for token in self._g2p.phonemize_tokens(self._g2p.tokenize(text)):
            current += token.phonemes or ""
            if token.whitespace:
                groups.append(current)
                current = ""
        return text.split(" "), [group.replace(SPACE, " ") for group in (*groups, current)]

    def _emphasised(self, words: list[Written]) -> list[Written]:
        """Words with the emphasis that the script tells or, where it is silent, their writing."""
        texts = [word.text for word in words]
        written = written_emphasis(texts, self.known, self._acronym)
        return [
            replace(word, text=text, emphasis=own if word.emphasis is None else word.emphasis)
            for word, text, own in zip(words, without_signs(texts), written, strict=True)
        ]

    def _acronym(self, word: str) -> bool:
        return word in acronyms() or word in self._g2p.lexicon.golds.d or word in self._g2p.lexicon.silvers.d

    def _letter(self, sign: str) -> str:
        """The name of a letter; of one that has none here, the letter."""
        name = self._g2p.lexicon.golds.get(sign.upper())
        return linked(sign, name) if isinstance(name, str) else sign


def _words(source: Span, span: int) -> list[Written]:
    """Written words of a span. A blank line ends a sentence; so does a line's end after a mark or before a list."""
    found: list[Written] = []
    lines = re.split(r"\n", without_tags(source.text))
    for number, line in enumerate(lines):
        tokens = line.split()
        after = lines[number + 1].strip() if number + 1 < len(lines) else None
        closes = after is not None and (
            after == "" or not after[0].isalnum() or line.rstrip().endswith((":", ";"))
        )
        for i, token in enumerate(tokens):
            found.append(Written(token, span, closes and i == len(tokens) - 1))
    return directed(found, source)


def split_sentences(words: Sequence[Written]) -> Iterator[list[Written]]:
    """Sentences as runs of words; spans without words stand alone."""
    current: list[Written] = []
    size = 0
    for i, word in enumerate(words):
        if not word.text:
            if current:
                yield current
            yield [word]
            current, size = [], 0
            continue
        current.append(word)
        size += len(word.text) + 1
        following = words[i + 1].text if i + 1 < len(words) else ""
        long = size > _MOST_CHARACTERS and (word.text[-1] in _CLAUSE_ENDS or size > 2 * _MOST_CHARACTERS)
        if word.ends or long or ends_sentence(word.text, following):
            yield current
            current, size = [], 0
    if current:
        yield current


def _aligned(
    tokens: list[str], owners: list[int], said: list[str], words: int, groups: int, joined: Sequence[int] = ()
) -> tuple[Block, ...]:
    """Which written words are said as which groups.

    Args:
        tokens: words handed to the engine's reader.
        owners: the written word of each token.
        said: words that came out of it, one for each group.
        words: how many were written.
        groups: how many groups there are.
        joined: written words that are said together with the one before.
    """
    if not groups or not tokens:
        return (Block((0, words), (0, groups)),)
    if len(said) != groups:
        return (Block((0, words), (0, groups)),)
    first_group = [groups] * words  # the first group of each written word
    matcher = difflib.SequenceMatcher(None, tokens, said, autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for i in range(i1, i2):
            share = j1 + (i - i1) * (j2 - j1) // max(i2 - i1, 1)
            first_group[owners[i]] = min(first_group[owners[i]], share)
    for i in joined:
        first_group[i] = first_group[i - 1]
    return _blocks(first_group, groups)


def _blocks(first_group: list[int], groups: int) -> tuple[Block, ...]:
    """Blocks from the first group of each word; words that begin at the same group share a block."""
    for i in range(len(first_group) - 1, 0, -1):  # a word without sound stands where the next one begins
        first_group[i - 1] = min(first_group[i - 1], first_group[i])
    first_group[0] = 0
    blocks: list[Block] = []
    begin = 0
    for i in range(1, len(first_group) + 1):
        if i == len(first_group) or first_group[i] != first_group[begin]:
            end = groups if i == len(first_group) else first_group[i]
            blocks.append(Block((begin, i), (first_group[begin], end)))
            begin = i
    return tuple(blocks)


def _stressed(groups: list[str], blocks: Sequence[Block], words: Sequence[Written]) -> list[str]:
    """Groups of phonemes of which those of an emphasised word are stressed."""
    found = list(groups)
    for block in blocks:
        first, last = block.words
        if last - first == 1 and (words[first].emphasis or 0) > 0 and block.groups[1] > block.groups[0]:
            found[block.groups[1] - 1] = stressed(found[block.groups[1] - 1])
    return found


def _cut(sentence: Sentence) -> list[Sentence]:
    """A sentence as parts that the model can say at once, cut at clauses, or anywhere if there is none."""
    if len(sentence.phonemes) <= _MOST_PHONEMES:
        return [sentence]
    parts: list[list[Block]] = [[]]
    size = 0
    for block in sentence.blocks:
        text = " ".join(sentence.groups[slice(*block.groups)])
        parts[-1].append(block)
        size += len(text) + 1
        if size > _MOST_PHONEMES / 2 and (text[-1:] in _CLAUSE_ENDS or size > _MOST_PHONEMES - 50):
            parts.append([])
            size = 0
    return [_part(sentence, blocks) for blocks in parts if blocks]


def _part(sentence: Sentence, blocks: list[Block]) -> Sentence:
    word, group = blocks[0].words[0], blocks[0].groups[0]
    moved = tuple(
        Block((b.words[0] - word, b.words[1] - word), (b.groups[0] - group, b.groups[1] - group))
        for b in blocks
    )
    words = sentence.words[word : blocks[-1].words[1]]
    return Sentence(words, sentence.groups[group : blocks[-1].groups[1]], moved)
