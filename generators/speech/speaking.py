"""One sentence from phonemes to sound, with the prosody of its spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from generators.speech.contours import (
    PAUSES,
    closing_mark,
    durations,
    energies,
    nucleus,
    pitches,
    reachable,
    sloping,
    stressed_vowels,
)
from generators.speech.emphasis import emphasised
from generators.speech.keeping import Kept, Take, home_of, keep
from generators.speech.network import FRAME, HOP, SAMPLE_RATE, VOICED, Network
from generators.speech.prosody import Controls
from generators.speech.reading import Sentence
from generators.speech.rendering import levelled, limited, render, resampled
from generators.speech.timing import Placed, fitted, placed
from generators.speech.touches import Touching

__all__ = [
    "GLIDE",
    "SILENT",
    "Heard",
    "Planned",
    "SoundingNetwork",
    "Utterance",
    "begun",
    "planned",
    "speak",
    "uttered",
]

GLIDE = 0.045  # seconds, standard deviation of the passage from one span's voice to the next: 10 to 90 % in .115 s
_UNSOUNDING = frozenset(' ˈˌː"()“”') | PAUSES
_HEARD = (
    28  # frames on which the decoder's number for a frame depends on either side: nine convolutions of seven
)


@dataclass(frozen=True)
class Heard:
    """A sound of the speaker that is no word: its name, its span, start and end in seconds from the utterance's start."""

    name: str
    span: int
    start: float
    end: float


@dataclass(frozen=True)
class Utterance:
    """A sentence spoken.

    Args:
        sound: float32 ``(n,)``.
        phones: in order, silence left out, times from the sound's start.
        groups: of the sentence's groups of phonemes, the one that each phone belongs to.
        heard: sounds in it that are no words.
    """

    sound: np.ndarray
    phones: tuple[Placed, ...]
    groups: tuple[int, ...]
    heard: tuple[Heard, ...] = ()


@runtime_checkable
class SoundingNetwork(Protocol):
    """A network that ends in sound instead of spectra."""

    def sound(
        self,
        hidden: np.ndarray,
        f0: np.ndarray,
        energy: np.ndarray,
        controls: Controls,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """The sound ``(F * HOP,)`` of text hidden ``(1, channels, F)``, F0 and energy ``(F,)``, with the voice's quality."""
        ...


SILENT = Utterance(np.zeros(0, np.float32), (), ())
"""A sentence in which nothing can be pronounced."""


@dataclass(frozen=True)
class Planned:
    """A sentence of which everything is settled but its sound.

    Args:
        symbols: with the sentence's two edges; L of them.
        groups: of phonemes, the one of each symbol ``(L,)``.
        text: hidden features ``(1, channels, L)``.
        take: durations, F0, energy and controls.
        kept: where it is as it would be without a change of some words; None if nothing changes.
    """

    symbols: list[str]
    groups: np.ndarray
    text: np.ndarray
    take: Take
    kept: Kept | None


def speak(
    network: Network,
    sentence: Sentence,
    controls: Controls,
    rng: np.random.Generator,
    touching: Touching | None = None,
) -> Utterance | None:
    """The sentence as sound; None if nothing in it can be pronounced.

    Args:
        network: of the voice.
        sentence: what to say.
        controls: along the spans of the script.
        rng: of this sentence.
        touching: what falls on single phones; None for nothing.
    """
    plan = planned(network, sentence, controls, touching)
    return None if plan is None else uttered(network, plan, rng)


def planned(
    network: Network, sentence: Sentence, controls: Controls, touching: Touching | None = None
) -> Planned | None:
    """The sentence before its sound is made; None if nothing in it can be pronounced. Arguments as for ``speak``."""
    symbols, groups = _symbols(sentence, network.vocabulary)
    if not any(symbol not in _UNSOUNDING for symbol in symbols[1:-1]):
        return None
    spans = {group: sentence.span_of_group(group) for group in set(groups.tolist())}
    said_in = np.array([spans[group] for group in groups.tolist()])
    along_symbols = controls.at(said_in)
    degrees = {group: sentence.word_of_group(group).emphasis or 0.0 for group in spans}
    along_symbols = emphasised(along_symbols, [degrees[group] for group in groups.tolist()])
    if touching is not None:
        along_symbols = touching(along_symbols, symbols, said_in)
    text, prosody, predicted = network.encode("".join(symbols[1:-1]))
    take, kept = _planned(network, symbols, prosody, predicted, along_symbols)
    return Planned(symbols, groups, text, take, kept)


def uttered(network: Network, plan: Planned, rng: np.random.Generator) -> Utterance:
    """The sound of a planned sentence, and when its phones are heard.

    Args:
        network: of the voice.
        plan: of the sentence.
        rng: of this sentence.
    """
    take, kept = plan.take, plan.kept
    even, when = resampled(_sound(network, plan, rng), take.along["formant"])
    at_decoder = np.arange(len(when)) / SAMPLE_RATE
    phones = placed(plan.symbols, take.frames, lambda second: float(np.interp(second, at_decoder, when)))
    loud = _loud(even, take.along, when)
    sounding = [phone for phone in fitted(phones, loud, _steady(kept, len(even), when)) if not phone.silent]
    return Utterance(loud, tuple(sounding), tuple(int(plan.groups[phone.place]) for phone in sounding))


def begun(network: Network, plan: Planned, rng: np.random.Generator, frames: int) -> np.ndarray:
    """The sound of the first frames of a planned sentence, without that of the others being made.

    It is the beginning of what ``uttered`` gives but for the decoder's whole numbers of eight bits, whose steps follow
    the largest values of what it decodes at once.

    Args:
        network: of the voice.
        plan: of the sentence.
        rng: of this sentence, as for ``uttered``.
        frames: of 12.5 ms before the formants are moved; its last two are not quite whole.
    """
    along = plan.take.along.at(np.arange(frames))
    even, when = resampled(_sound(network, plan, rng, frames), along["formant"])
    return _loud(even, along, when)


def _sound(
    network: Network, plan: Planned, rng: np.random.Generator, frames: int | None = None
) -> np.ndarray:
    """All frames of a planned sentence, or the first of them, before loudness and formants ``(frames * HOP,)``."""
    take, kept = plan.take, plan.kept
    if isinstance(network, SoundingNetwork):
        index = np.repeat(np.arange(len(take.frames)), 2 * take.frames)
        whole = network.sound(plan.text[:, :, index], take.f0, take.energy, take.along, rng)
        return whole if frames is None else whole[: frames * HOP]
    spectra = _spectra(network, plan.text, take, frames)
    if kept is not None:
        last = None if frames is None else int(kept.places[:frames].max()) + 1
        spectra = kept.same(spectra, _spectra(network, plan.text, kept.home, last))
    return render(spectra, take.f0.astype(np.float32), take.along, rng, kept)


def _loud(even: np.ndarray, along: Controls, when: np.ndarray) -> np.ndarray:
    """A sound at its loudness fader and held below full scale."""
    return limited(_levelled_after(even, Controls({"loudness": along["loudness"]}), when))


def _planned(
    network: Network,
    symbols: list[str],
    prosody: np.ndarray,
    predicted: np.ndarray,
    controls: Controls,
) -> tuple[Take, Kept | None]:
    """Durations, F0 and energy; where some of a sentence is said otherwise, the rest as it would be without that."""
    take = _take(network, symbols, prosody, predicted, controls)
    most = home_of(controls)
    if most is None:
        return take, None
    everywhere = controls.at(np.full(len(symbols), most))
    changed = np.any([controls[name] != everywhere[name] for name in controls.values], axis=0)
    home = _take(network, symbols, prosody, predicted, everywhere)
    return keep(take, home, changed, GLIDE / FRAME)


def _take(
    network: Network, symbols: list[str], prosody: np.ndarray, predicted: np.ndarray, controls: Controls
) -> Take:
    frames = durations(symbols, predicted, controls)
    index = np.repeat(np.arange(len(frames)), frames)
    along = controls.at(np.repeat(index, 2)).smoothed(GLIDE / FRAME)
    stressed = np.repeat(np.isin(index, stressed_vowels(symbols)), 2)
    focus = np.repeat(np.isin(index, nucleus(symbols)), 2)
    own, energy = network.prosody(prosody[:, :, index])
    f0 = pitches(own, stressed, along, focus=focus, mark=closing_mark(symbols))
    energy = energies(energy, along)
    heard = np.where(f0 > VOICED, np.maximum(f0 / along["formant"], VOICED * 1.001), f0)
    if not isinstance(network, SoundingNetwork):
        heard = reachable(heard, own)
    return Take(frames, sloping(along, f0 > VOICED), heard, energy)


def _spectra(
    network: Network, text: np.ndarray, take: Take, frames: int | None = None
) -> tuple[np.ndarray, ...]:
    """Spectra of all frames of a take, or of the first of them."""
    index = np.repeat(np.arange(len(take.frames)), 2 * take.frames)
    heard = slice(None if frames is None else frames + _HEARD)
    found = network.decode(text[:, :, index[heard]], take.f0[heard], take.energy[heard])
    return tuple(spectrum[:, :frames] for spectrum in found)


def _steady(kept: Kept | None, count: int, when: np.ndarray) -> np.ndarray | None:
    """Samples that are as they would be without a change of some words; None if there is no such change."""
    if kept is None:
        return None
    found = np.zeros(count, bool)
    same = when[np.repeat(kept.weight == 1.0, HOP)]
    found[np.minimum((same * SAMPLE_RATE).astype(int), count - 1)] = True
    return found


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
