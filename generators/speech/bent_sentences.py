"""Sentences of engines that give sound alone, bent to what their words ask and put behind one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from conditioning.faders import fader_set
from generators.speech.assembly import Assembly
from generators.speech.emphasis import emphasised
from generators.speech.estimate import Estimate
from generators.speech.prosody import Controls
from generators.speech.reading import Written
from generators.speech.recorded.anatomy import FRAME
from generators.speech.recorded.bending import bent
from generators.speech.rendering import limited

__all__ = ["put_bent"]

_GLIDE = 0.045  # seconds, standard deviation of the passage from one span's voice to the next


def put_bent(
    assembly: Assembly,
    sound: np.ndarray,
    rate: int,
    said: Estimate,
    words: Sequence[Written],
    degrees: Sequence[float],
    controls: Controls,
    rng: np.random.Generator,
) -> None:
    """Put a sentence behind the others of a track, with its prosody moved; sample by sample as it is where nothing asks for that.

    Args:
        assembly: of the track.
        sound: of the sentence ``(n,)``.
        rate: hertz.
        said: when its words and phones sound.
        words: as written.
        degrees: of each word's emphasis.
        controls: along the spans of the script.
        rng: of this sentence.
    """
    along = _along(said, words, degrees, controls, len(sound) / rate)
    if not along.neutral(tuple(fader_set("prosody").faders)):
        sound, old, new = bent(sound, rate, along, rng)
        sound, said = limited(sound), said.moved(old, new)
    begin = assembly.now
    for word, owner in zip(said.words, said.owners, strict=True):
        assembly.say(words[owner].span, begin + word.start, begin + word.end)
    assembly.words += [replace(w, start=begin + w.start, end=begin + w.end) for w in said.words]
    assembly.phones += [replace(p, start=begin + p.start, end=begin + p.end) for p in said.phones]
    assembly.sound(sound)


def _along(
    said: Estimate, words: Sequence[Written], degrees: Sequence[float], controls: Controls, seconds: float
) -> Controls:
    """Controls along the frames of a sentence, gliding where a span or an emphasised word ends inside it."""
    count = int(seconds / FRAME + 1e-6) + 1
    spans, emphasis = np.full(count, words[0].span), np.zeros(count)
    for word, owner in zip(said.words, said.owners, strict=True):
        first, last = int(word.start / FRAME), int(word.end / FRAME) + 1
        spans[first:] = words[owner].span
        emphasis[first:last] = degrees[owner]
    return emphasised(controls.at(spans), emphasis.tolist()).smoothed(_GLIDE / FRAME)
