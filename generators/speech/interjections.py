"""Where sounds, breaths and marked pauses go among the words.

A sound inside a sentence parts it: what comes before is said as if a comma followed, what comes after begins anew. Where a
pause is marked, the silence that the network leaves at the ends of sentences is cut away, so that the pause lasts what was
asked. A script without any of these, and without a breath, is left bit by bit as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from conditioning.script import Script
from generators.base import Aspect, Fulfilment
from generators.speech.breaths import breathed
from generators.speech.contours import PAUSES
from generators.speech.network import SAMPLE_RATE, Network
from generators.speech.nonverbal import makeable, nonverbal_sound
from generators.speech.prosody import Controls
from generators.speech.reading import Block, Sentence, passages
from generators.speech.speaking import Utterance
from generators.speech.splicing import EDGE, Splice, edges

__all__ = ["Interjected", "interjected", "sounds_aspect"]

_NEAR = 0.12  # seconds of silence between a sound and the words or the sound beside it
_STEP = 0.005  # seconds: silence is looked for in such steps, so that without it a pause would be short by half of one
_Named = tuple[str, int]  # a sound and its span
_Place = tuple[int, int]  # a span, and a word of it


@dataclass(frozen=True)
class Interjected:
    """A sentence, or a part of one, and what is heard beside its words that is no word.

    Args:
        sentence: to be spoken.
        before: sounds before it and their spans.
        after: sounds after it and their spans.
        after_pause: whether a marked pause comes before it.
        before_pause: whether one comes after it.
        may_breathe: whether the same speaker has spoken before it and nothing but the words' own silence lies between.
    """

    sentence: Sentence
    before: tuple[_Named, ...] = ()
    after: tuple[_Named, ...] = ()
    after_pause: bool = False
    before_pause: bool = False
    may_breathe: bool = False

    def put_in(
        self, network: Network, utterance: Utterance | None, controls: Controls, rng: np.random.Generator
    ) -> tuple[Sentence, Utterance | None]:
        """The sentence as it is to be put behind the others, and its sound with all that is heard beside its words.

        Args:
            network: of the voice.
            utterance: the sentence as spoken; None if nothing in it can be pronounced.
            controls: along the spans of the script.
            rng: of the sounds of this sentence.
        """
        spoken = utterance
        if spoken is not None:
            spoken = breathed(network, spoken, self.sentence, controls, rng, first=not self.may_breathe)
        if self.before or self.after:
            made = [
                [(name, span, _sound(network, name, span, controls, rng)) for name, span in sounds]
                for sounds in (self.before, self.after)
            ]
            spoken = _beside(spoken, made[0], made[1])
        if spoken is None or not (self.after_pause or self.before_pause):
            return self.sentence, spoken
        lead, tail = edges(spoken.sound)
        splice = Splice(spoken)
        splice.keep(lead if self.after_pause else 0, tail if self.before_pause else len(spoken.sound))
        silence = max(self.sentence.pause - 2 * EDGE + _STEP, 0.0)
        return replace(self.sentence, pause=silence if self.after_pause else 0.0), splice.done()


def interjected(sentences: Iterable[Sentence], script: Script) -> Iterator[Interjected]:
    """The sentences of a script, parted where sounds come between their words.

    Args:
        sentences: as ``Reader.sentences`` gives them.
        script: of the same.
    """
    counts, pauses = _passages(script)
    before, after = _sounds(script, counts)
    seen: dict[int, int] = defaultdict(int)
    speaker: str | None = None
    for sentence in sentences:
        found: list[tuple[_Named, ...]] = [()] * (len(sentence.words) + 1)
        for place, word in enumerate(sentence.words):
            key = (word.span, seen[word.span])
            seen[word.span] += 1
            found[place] += before.get(key, ())
            found[place + 1] += after.get(key, ())
        last = sentence.words[-1].span
        own = script.spans[sentence.words[0].span].speaker
        parts = _parted(sentence, found)
        for number, (part, sounds) in enumerate(parts):
            opens, closes = number == 0, number == len(parts) - 1
            yield Interjected(
                part,
                found[0] if opens else (),
                sounds,
                part.pause > 0,
                closes and seen[last] == counts[last] and pauses.get(last, False),
                opens and speaker == own and part.pause == 0 and not found[0],
            )
        speaker = own if not parts[-1][1] else None


def sounds_aspect(script: Script) -> Fulfilment:
    """What became of a script's sounds; nothing where it has none."""
    made = [name for name in script.sounds if makeable(name)]
    left = [name for name in script.sounds if not makeable(name)]
    if not script.sounds:
        return ()
    if not left:
        return (Aspect("sounds", "honoured"),)
    why = f"It has no {', '.join(left)}; the words go on without."
    return (Aspect("sounds", "approximated" if made else "ignored", why),)


def _passages(script: Script) -> tuple[Mapping[int, int], Mapping[int, bool]]:
    """How many words of each span are read, and after which spans a marked pause comes."""
    counts: dict[int, int] = defaultdict(int)
    pauses: dict[int, bool] = {}
    last: int | None = None
    for pause, words in passages(script):
        if last is not None:
            pauses[last] = pause > 0
        for word in words:
            counts[word.span] += 1
        last = words[-1].span
    return counts, pauses


def _sounds(
    script: Script, counts: Mapping[int, int]
) -> tuple[dict[_Place, tuple[tuple[str, int], ...]], dict[_Place, tuple[tuple[str, int], ...]]]:
    """The sounds that can be made, before and after words; a span whose signs went to the one before has fewer words."""
    before: dict[_Place, tuple[tuple[str, int], ...]] = defaultdict(tuple)
    after: dict[_Place, tuple[tuple[str, int], ...]] = defaultdict(tuple)
    for number, span in enumerate(script.spans):
        count = counts.get(number, 0)
        gone = max(len(span.text.split()) - count, 0)
        for sound in span.sounds:
            if not makeable(sound.name):
                continue
            at = max(sound.at - gone, 0)
            heard = ((sound.name, number),)
            if at < count:
                before[number, at] += heard
            elif count and span.text:
                after[number, count - 1] += heard
            else:
                before[number, 0] += heard
    return before, after


def _parted(
    sentence: Sentence, sounds: Sequence[tuple[_Named, ...]]
) -> list[tuple[Sentence, tuple[_Named, ...]]]:
    """The parts of a sentence, each with the sounds after it; words that are said as one are not parted.

    Args:
        sentence: to be parted.
        sounds: before each of its words, and after the last; those before the first are passed over.
    """
    parts: list[tuple[Sentence, tuple[_Named, ...]]] = []
    first = 0
    waiting: tuple[_Named, ...] = ()
    for number, block in enumerate(sentence.blocks):
        final = number == len(sentence.blocks) - 1
        for place in range(block.words[0] + 1, block.words[1] + 1):
            waiting += sounds[place]
        if waiting and not final:
            part = _slice(sentence, sentence.blocks[first : number + 1])
            parts.append((_with_comma(part), waiting))
            first, waiting = number + 1, ()
    rest = _slice(sentence, sentence.blocks[first:]) if first else sentence
    return [*parts, (rest, waiting)]


def _slice(sentence: Sentence, blocks: Sequence[Block]) -> Sentence:
    """Some blocks of a sentence that follow one another; only the first have its pause."""
    word, group = blocks[0].words[0], blocks[0].groups[0]
    words = sentence.words[word : blocks[-1].words[1]]
    moved = tuple(
        Block((b.words[0] - word, b.words[1] - word), (b.groups[0] - group, b.groups[1] - group))
        for b in blocks
    )
    opens = word == 0
    return Sentence(
        words,
        sentence.groups[group : blocks[-1].groups[1]],
        moved,
        sentence.pause if opens else 0.0,
        sentence.span if opens else words[0].span,
    )


def _with_comma(sentence: Sentence) -> Sentence:
    """The sentence with a comma at its end, if no sign is there, so that it does not sound finished."""
    groups = list(sentence.groups)
    if not groups or not groups[-1] or groups[-1][-1] in PAUSES:
        return sentence
    groups[-1] += ","
    return replace(sentence, groups=tuple(groups))


def _sound(
    network: Network, name: str, span: int, controls: Controls, rng: np.random.Generator
) -> np.ndarray:
    return nonverbal_sound(network, name, controls.at(np.array([span])), rng)


def _beside(
    utterance: Utterance | None,
    before: Sequence[tuple[str, int, np.ndarray]],
    after: Sequence[tuple[str, int, np.ndarray]],
) -> Utterance:
    """An utterance with sounds before and after it: names, spans and samples."""
    spoken = utterance or Utterance(np.zeros(0, np.float32), (), ())
    size = len(spoken.sound)
    lead, tail = edges(spoken.sound)
    near = round(_NEAR * SAMPLE_RATE)
    splice = Splice(spoken)
    for name, span, samples in before:
        splice.add(samples, name, span)
        splice.silence(_NEAR if len(before) > 1 else 0.0)
    splice.keep(max(lead - near, 0) if before else 0, min(tail + near, size) if after else size)
    for name, span, samples in after:
        splice.add(samples, name, span)
        splice.silence(_NEAR if len(after) > 1 or utterance is None else 0.0)
    return splice.done()
