"""Melody: motifs for each theme, varied from bar to bar, and a search that gives them their pitches."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from generators.music.form import Bar, Form, Phrase
from generators.music.line_search import NOISE, Slot, best_line, grid_pitches
from generators.music.orchestration import Orchestra
from generators.music.rhythm import Motif, make_motif, to_triplets
from generators.music.theory import grammar

__all__ = ["Tone", "home_index", "write_melody"]

_MIDDLE = 74  # MIDI pitch about which a melody of neutral register lies
_WIDEST = 24  # places of the grid at most
_LATER_THEMES = "DEFG"


@dataclass(frozen=True)
class Tone:
    """A note of a line: beat from the piece's start, length in beats, MIDI pitch, index of its phrase."""

    beat: float
    length: float
    pitch: int
    phrase: int


@dataclass(frozen=True)
class _Theme:
    """Two motifs, and the order in which a phrase's bars use them (``A`` ornamented, ``f`` fragmented)."""

    first: Motif
    second: Motif
    order: str

    def bar(self, number: int, rng: np.random.Generator) -> Motif:
        ornamented = self.first.ornamented(rng)
        forms = {"a": self.first, "b": self.second, "A": ornamented, "f": self.first.fragmented()}
        return forms[self.order[number % 3]]


def home_index(pitch: float, tonic: int) -> int:
    """Place on the diatonic grid of a key that lies about a MIDI pitch."""
    return 35 + round((pitch - 60 - tonic) * 7 / 12)


def write_melody(form: Form, orchestras: dict[str, Orchestra], rng: np.random.Generator) -> list[Tone]:
    """The tune of all phrases but the intro."""
    themes: dict[str, _Theme] = {}
    tastes: dict[tuple[str, int, float], np.ndarray] = {}
    groups: list[tuple[int, list[Slot]]] = []
    for number, phrase in enumerate(form.phrases):
        if phrase.kind == "intro":
            continue
        if phrase.theme not in themes:
            themes[phrase.theme] = _new_theme(phrase, themes, form.meter, rng)
        triplets = orchestras[phrase.palette].feel == "triplet"
        groups.append((number, _phrase_slots(phrase, themes[phrase.theme], form, triplets, tastes, rng)))
    return _sing(form, groups)


def _new_theme(phrase: Phrase, known: dict[str, _Theme], meter: int, rng: np.random.Generator) -> _Theme:
    """A theme; those after a jump keep the first one's steps, those of B and C often grow out of A."""
    motif = make_motif(meter, phrase.moment, rng)
    how = str(rng.choice(["invert", "reverse", "new", "new"]))
    slow = phrase.moment["density"] < 0.9 and rng.random() < 0.4
    if known and phrase.theme in _LATER_THEMES:
        steps = next(iter(known.values())).first.steps
        motif = replace(motif, steps=tuple(steps[i % len(steps)] for i in range(len(motif.onsets))))
    elif "A" in known and slow:
        motif = known["A"].first.augmented()
    elif "A" in known and how != "new":
        motif = known["A"].first.inverted() if how == "invert" else known["A"].first.reversed()
    order = str(rng.choice(grammar()["rhythm"]["motif_orders"]))
    return _Theme(motif, make_motif(meter, phrase.moment, rng), order)


def _phrase_slots(
    phrase: Phrase,
    theme: _Theme,
    form: Form,
    triplets: bool,
    tastes: dict[tuple[str, int, float], np.ndarray],
    rng: np.random.Generator,
) -> list[Slot]:
    slots: list[Slot] = []
    final = phrase is form.phrases[-1]
    for number, bar in enumerate(phrase.bars):
        last = number == len(phrase.bars) - 1
        if last:
            onsets, moves, sigh = _closing_bar(phrase, bar, final, rng)
        else:
            motif = theme.bar(number, rng).fitted(bar.beats)
            again = phrase.kind.endswith("'") and number == 1 and rng.random() < 0.5
            motif = motif.ornamented(rng) if again else motif
            onsets, moves, sigh = list(motif.onsets), [None, *motif.steps[1:]], False
        if triplets:
            onsets, moves = _in_thirds(onsets, moves)
        lengths = _lengths(phrase, bar, onsets, last, final, rng)
        for j, (onset, length) in enumerate(zip(onsets, lengths, strict=True)):
            key = phrase.theme, number, round(onset, 2)
            taste = tastes.setdefault(key, rng.random(NOISE))
            closes = last and j == len(onsets) - 1
            slot = _slot(phrase, form, bar, onset, length, moves[j], closes and final)
            must = _cadence_classes(phrase, slot, final, rng) if closes else ()
            must = _leaning_classes(slot) if sigh and j == 0 else must
            slots.append(replace(slot, must=must, taste=taste, key=() if last else key))
    return slots


def _closing_bar(
    phrase: Phrase, bar: Bar, final: bool, rng: np.random.Generator
) -> tuple[list[float], list[int | None], bool]:
    """Onsets, moves and whether it sighs: a held note, a note led on, or a leaning note that falls into the chord."""
    run, lean = rng.random() < 0.6, rng.random() < 0.15 + 0.7 * phrase.moment["tension"]
    open_end = phrase.cadence in ("HC", "DC")
    if open_end and phrase.moment["density"] > 1.1 and run and bar.beats >= 3:
        return [0.0, 1.0, 1.5, 2.0], [None, 1, 1, 1 if phrase.moment["contour"] > 0 else -1], False
    if final and len(phrase.bars) == 1 and bar.beats >= 2:  # a piece of one bar: a turn, then home
        half = float(bar.beats - bar.beats // 2)
        return [0.0, half / 2, half], [None, 1, -1], False
    if lean and not final and bar.beats >= 2:
        fall = 2.0 if bar.bpm >= 110 and bar.beats >= 4 else 1.0
        return [0.0, fall], [None, -1], True
    if bar.bpm <= 84 and phrase.cadence == "HC" and bar.beats >= 2:
        return [0.0, bar.beats / 2], [None, -1], False
    return [0.0], [None], False


def _in_thirds(onsets: list[float], moves: list[int | None]) -> tuple[list[float], list[int | None]]:
    pairs = dict(zip((to_triplets(o) for o in reversed(onsets)), reversed(moves), strict=True))
    return sorted(pairs), [pairs[o] for o in sorted(pairs)]


def _lengths(
    phrase: Phrase, bar: Bar, onsets: list[float], last: bool, final: bool, rng: np.random.Generator
) -> list[float]:
    """Notes last to the next one, but the tune breathes: before the next phrase, and now and then inside a bar."""
    end = float(bar.beats)
    if last and phrase.kind != "coda" and not final and bar.beats > onsets[-1] + 1.5:
        end -= 1.0
    lengths = [b - a for a, b in zip(onsets, [*onsets[1:], end], strict=True)]
    breath = 0.10 + 0.25 * (1 - phrase.moment["articulation"])
    chances = rng.random(len(lengths))
    for j, length in enumerate(lengths):
        if length >= 1.0 and not last and chances[j] < breath:
            lengths[j] = length - 0.5 if length < 2 else length - 1.0
    return lengths


def _slot(
    phrase: Phrase, form: Form, bar: Bar, onset: float, length: float, move: int | None, ends: bool
) -> Slot:
    """The slot with its place in the phrase's arch and the piece's one climax."""
    words, moment = grammar()["melody"], phrase.moment
    beat = bar.start + onset
    place = phrase.place(beat)
    arch = np.sin(np.pi * min(place * 1.25, 1)) * (2.2 + 1.5 * moment["leap"])
    arch += moment["contour"] * 2.5 * (place - 0.5)
    if phrase.kind != "coda" and len(form.bars) > 4:
        arch += 2.4 * np.exp(-(((beat / form.beats - words["climax"]) / words["climax_width"]) ** 2))
    strong = (
        1.0
        if onset == 0
        else 0.7
        if onset == bar.beats / 2 and bar.beats == 4
        else 0.35
        if onset % 1 == 0
        else 0.0
    )
    home = home_index(_MIDDLE + bar.moment["register"], phrase.tonic)
    # The last note rests low in the register after falling tunes, in its middle after rising ones.
    target = home - 1.5 + arch if not ends else home - 1.5 + 2.0 * moment["contour"]
    pull = words["final_target"] if ends else words["target"]
    return Slot(beat, length, strong, phrase.chord_at(beat), float(target), pull, move)


def _cadence_classes(phrase: Phrase, slot: Slot, final: bool, rng: np.random.Generator) -> tuple[int, ...]:
    classes, chance = slot.chord.classes, rng.random()
    if final:
        return (phrase.tonic,)
    if phrase.cadence == "HC":
        return classes[:2]
    return classes[:1] if phrase.cadence == "PAC" and chance < 0.75 else classes[:3]


def _leaning_classes(slot: Slot) -> tuple[int, ...]:
    """Pitch classes a step over a note of the chord."""
    scale = [(slot.chord.tonic + degree) % 12 for degree in slot.chord.scale]
    chord = slot.chord.classes[:3]
    return tuple(scale[i] for i in range(7) if scale[i] not in slot.chord.classes and scale[i - 1] in chord)


def _sing(form: Form, groups: list[tuple[int, list[Slot]]]) -> list[Tone]:
    """Pitches phrase by phrase; each starts near where the last ended, and themes recall themselves."""
    told: dict[tuple[str, int, float], tuple[int, str]] = {}
    tones: list[Tone] = []
    for number, slots in groups:
        targets = [slot.target for slot in slots]
        low = int(min(targets)) - 5
        high = min(int(max(targets)) + 5, low + _WIDEST)
        extra = np.zeros((len(slots), high - low + 1))
        if tones:
            extra[0] += 0.12 * abs(grid_pitches(slots[:1], low, high)[0] - tones[-1].pitch)
        for k, slot in enumerate(slots):
            known = told.get(slot.key) if slot.key else None
            if known and known[1] == slot.chord.name and low <= known[0] <= high:
                extra[k, known[0] - low] -= grammar()["melody"]["recall"]
        line = best_line(slots, low, high, form.phrases[number].moment, extra)
        for slot, pitch in zip(slots, line, strict=True):
            if slot.key and slot.key not in told:
                place = next(i for i in range(low, high + 1) if slot.chord.pitch(i) == pitch)
                told[slot.key] = place, slot.chord.name
            tones.append(Tone(slot.beat, slot.length, pitch, number))
    return tones
