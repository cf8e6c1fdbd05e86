"""One sentence from phonemes to sound, with the prosody of its spans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.speech.contours import (
    PAUSES,
    closing_mark,
    durations,
    energies,
    nucleus,
    pitches,
    stressed_vowels,
)
from generators.speech.network import FRAME, HOP, SAMPLE_RATE, VOICED, Network
from generators.speech.prosody import Controls
from generators.speech.reading import Sentence
from generators.speech.rendering import levelled, limited, render, resampled
from generators.speech.timing import Placed, fitted, placed

__all__ = ["GLIDE", "Utterance", "speak"]

GLIDE = 0.045  # seconds, standard deviation of the passage from one span's voice to the next: 10 to 90 % in .115 s
_UNSOUNDING = frozenset(' ˈˌː"()“”') | PAUSES


@dataclass(frozen=True)
class Utterance:
    """A sentence spoken.

    Args:
        sound: float32 ``(n,)``.
        phones: in order, silence left out, times from the sound's start.
        groups: of the sentence's groups of phonemes, the one that each phone belongs to.
    """

    sound: np.ndarray
    phones: tuple[Placed, ...]
    groups: tuple[int, ...]


def speak(
    network: Network, sentence: Sentence, controls: Controls, rng: np.random.Generator
) -> Utterance | None:
    """The sentence as sound; None if nothing in it can be pronounced.

    Args:
        network: of the voice.
        sentence: what to say.
        controls: along the spans of the script.
        rng: of this sentence.
    """
    symbols, groups = _symbols(sentence, network.vocabulary)
    if not any(symbol not in _UNSOUNDING for symbol in symbols[1:-1]):
        return None
    spans = {group: sentence.span_of_group(group) for group in set(groups.tolist())}
    along_symbols = controls.at(np.array([spans[group] for group in groups.tolist()]))
    text, prosody, predicted = network.encode("".join(symbols[1:-1]))
    frames = durations(symbols, predicted, along_symbols)
    index = np.repeat(np.arange(len(frames)), frames)
    along = along_symbols.at(np.repeat(index, 2)).smoothed(GLIDE / FRAME)
    stressed = np.repeat(np.isin(index, stressed_vowels(symbols)), 2)
    focus = np.repeat(np.isin(index, nucleus(symbols)), 2)
    f0, energy = network.prosody(prosody[:, :, index])
    f0 = pitches(f0, stressed, along, focus=focus, mark=closing_mark(symbols))
    energy = energies(energy, along)
    heard = np.where(f0 > VOICED, np.maximum(f0 / along["formant"], VOICED * 1.001), f0)
    spectra = network.decode(np.repeat(text[:, :, index], 2, axis=2), heard, energy)
    sound = render(spectra, heard.astype(np.float32), along, rng)
    even, when = resampled(sound, along["formant"])
    at_decoder = np.arange(len(when)) / SAMPLE_RATE
    phones = placed(symbols, frames, lambda second: float(np.interp(second, at_decoder, when)))
    sounding = [phone for phone in fitted(phones, even) if not phone.silent]
    level = Controls({"loudness": along["loudness"]})
    loud = limited(_levelled_after(even, level, when))
    return Utterance(loud, tuple(sounding), tuple(int(groups[phone.place]) for phone in sounding))


def _levelled_after(sound: np.ndarray, level: Controls, when: np.ndarray) -> np.ndarray:
    """The sound at its loudness fader, which runs over the decoder's frames."""
    if len(when) == len(sound):
        return levelled(sound, level)
    frames = np.arange(len(sound) // HOP + 1) * HOP / SAMPLE_RATE
    places = np.clip(np.searchsorted(when, frames) // HOP, 0, len(level["loudness"]) - 1)
    padded = np.pad(sound, (0, len(frames) * HOP - len(sound)))
    return levelled(padded, level.at(places))[: len(sound)]


def _symbols(sentence: Sentence, vocabulary: dict[str, int]) -> tuple[list[str], np.ndarray]:
    """The symbols of a sentence between its two edges, and the group of each."""
    symbols: list[str] = []
    groups: list[int] = []
    for group, phonemes in enumerate(sentence.groups):
        found = [symbol for symbol in (" " if group else "") + phonemes if symbol in vocabulary]
        symbols += found
        groups += [group] * len(found)
    while symbols and symbols[0] == " ":
        symbols, groups = symbols[1:], groups[1:]
    while symbols and symbols[-1] == " ":
        symbols, groups = symbols[:-1], groups[:-1]
    edges = (groups[0], groups[-1]) if groups else (0, 0)
    return ["^", *symbols, "$"], np.array([edges[0], *groups, edges[1]])
