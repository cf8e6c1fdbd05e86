"""Breaths between phrases: how likely, how deep and how loud follows the fader ``breaths``, which follows arousal."""

from __future__ import annotations

import numpy as np

from generators.speech.network import Network
from generators.speech.nonverbal import nonverbal_sound
from generators.speech.prosody import Controls
from generators.speech.reading import Sentence
from generators.speech.speaking import Utterance
from generators.speech.splicing import Splice

__all__ = ["breathed", "unbreathed_pauses"]

_PHRASE = 0.16  # seconds of silence between words that are a pause in which one may breathe
_INSIDE = 0.6  # likelihood of a breath inside a sentence, as a share of that between sentences
_GAP = 0.04  # seconds between a breath and the words after it
_DEPTH = (0.65, 0.55)  # length of a breath: at no arousal, and what the fader adds at 1
_GAIN = (-5.0, 12.0)  # its level in dB, the same


def breathed(
    network: Network,
    utterance: Utterance,
    sentence: Sentence,
    controls: Controls,
    rng: np.random.Generator,
    *,
    first: bool,
) -> Utterance:
    """A sentence with breaths before it and in its pauses, as chance and the fader ``breaths`` have it.

    Args:
        network: of the voice.
        utterance: the sentence as spoken.
        sentence: what is said.
        controls: along the spans of the script.
        rng: of this sentence's sounds.
        first: whether no breath may be taken before it.
    """
    if not utterance.phones or not np.any(controls["breaths"] > 0):
        return utterance
    splice = Splice(utterance)
    at, taken = 0, False
    for number, (phone, group) in enumerate(zip(utterance.phones, utterance.groups, strict=True)):
        silent_from = utterance.phones[number - 1].end if number else 0.0
        own = controls.at(np.array([sentence.span_of_group(group)]))
        likely = float(own["breaths"][0]) * (_INSIDE if number else 1.0)
        if (first and number == 0) or (number and phone.start - silent_from < _PHRASE):
            continue
        if any(silent_from - 0.01 <= heard.start <= phone.start for heard in utterance.heard):
            continue  # a sigh or gasp stands there already
        if rng.random() >= likely:
            continue
        sound = _breath(network, own, rng)
        at = _put(splice, sound, at, silent_from, phone.start, inside=number > 0)
        taken = True
    if not taken:
        return utterance
    splice.keep(at, len(utterance.sound))
    return splice.done()


def unbreathed_pauses(sentence: Sentence, controls: Controls, rng: np.random.Generator) -> int | None:
    """How many pauses inside a sentence with which a script begins have no breath, at the least; None for all.

    Args:
        sentence: what is said.
        controls: along the spans of the script.
        rng: of this sentence's sounds, in the state in which ``breathed`` takes it.
    """
    spans = sorted({word.span for word in sentence.words})
    likely = _INSIDE * float(np.max(controls["breaths"][spans]))
    if likely <= 0:
        return None
    drawn = rng.random(len(sentence.words))  # one for each pause, until a breath is taken
    taken = np.flatnonzero(drawn < likely)
    return int(taken[0]) if len(taken) else None


def _breath(network: Network, own: Controls, rng: np.random.Generator) -> np.ndarray:
    share = float(own["breaths"][0])
    depth, gain = _DEPTH[0] + _DEPTH[1] * share, _GAIN[0] + _GAIN[1] * share
    return nonverbal_sound(network, "breath", own, rng, depth=depth, gain_db=gain)


def _put(splice: Splice, sound: np.ndarray, at: int, begin: float, end: float, *, inside: bool) -> int:
    """A breath at the end of a silence, which it fills and lengthens only as far as it must.

    Args:
        splice: that is put together.
        sound: of the breath.
        at: samples of the utterance that are done.
        begin: seconds at which the silence begins.
        end: seconds at which the next word begins.
        inside: whether words come before it.

    Returns:
        Samples that are done.
    """
    gap = splice.samples(_GAP)
    first, last = splice.samples(begin), splice.samples(end)
    cut = max(last - gap, first)
    left = max(cut - len(sound), first + (gap if inside else 0))
    left = min(left, cut)
    splice.keep(at, left)
    splice.breathe(sound)
    return cut
