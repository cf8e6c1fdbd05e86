"""Harmony: keys, modes and orchestras of the phrases, their cadences, and the chords between."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.music.form import ChordSpan, Phrase
from generators.music.guide import Moment
from generators.music.orchestration import choose_palette
from generators.music.theory import (
    Chord,
    Numeral,
    grammar,
    is_major,
    make_chord,
    mode_of,
    numerals,
    quality,
    tonic_chord,
)

__all__ = ["harmonise", "set_keys"]

_SLOW = 76  # bpm below which a bar of four holds two chords
_DRIFT = 0.25  # VAD distance within which a phrase keeps its key
_RELATIVE = 0.5  # chance of the relative rather than the parallel key
_TENSION_WIDTH = 0.33


def set_keys(phrases: tuple[Phrase, ...], rng: np.random.Generator) -> tuple[Phrase, ...]:
    """The phrases with mode, tonic, cadence and palette."""
    tonic = int(rng.integers(12))
    done: list[Phrase] = []
    for i, phrase in enumerate(phrases):
        before = done[-1] if done else None
        mode = mode_of(phrase.moment["mode"])
        if before and phrase.moment.distance(before.moment) < _DRIFT:
            mode = before.mode  # small drifts keep the key
        relative = rng.random() < _RELATIVE
        if before and is_major(mode) != is_major(before.mode) and relative:
            tonic = (tonic + (9 if is_major(before.mode) else 3)) % 12
        after = phrases[i + 1] if i + 1 < len(phrases) else None
        done.append(
            replace(
                phrase,
                mode=mode,
                tonic=tonic,
                cadence=_cadence(phrase, after, rng),
                palette=choose_palette(phrase.moment.vad, before.palette if before else "", rng),
                changes_key=before is None or (mode, tonic) != (before.mode, before.tonic),
            )
        )
    return tuple(done)


def _cadence(phrase: Phrase, after: Phrase | None, rng: np.random.Generator) -> str:
    chance = rng.random()
    tension = phrase.moment["tension"]
    if phrase.kind == "coda":
        return "PC" if tension < 0.45 else "PAC"
    if after is None or after.kind == "coda":
        return "PAC"
    if phrase.kind in ("intro", "A", "B", "C"):
        return "HC"
    return "DC" if not after.kind.startswith("A") and tension > 0.35 and chance < 0.5 else "PAC"


def harmonise(phrases: tuple[Phrase, ...], rng: np.random.Generator) -> tuple[Phrase, ...]:
    """The phrases with their chords; a theme that returns keeps its harmony up to the cadence."""
    memory: dict[tuple[str, str, int, int], list[Chord]] = {}
    done: list[Phrase] = []
    for i, phrase in enumerate(phrases):
        slots = _slots(phrase, final=i == len(phrases) - 1)
        per_bar = round(len(slots) / len(phrase.bars))
        key = (phrase.kind.rstrip("'"), phrase.mode, phrase.tonic, per_bar)
        chords = _chords(phrase, len(slots), memory.get(key, []), rng)
        after = phrases[i + 1] if i + 1 < len(phrases) else None
        if after and (after.tonic, after.mode) != (phrase.tonic, phrase.mode) and len(slots) > 1:
            chords = _lead_into(chords, after)
        memory.setdefault(key, chords)
        spans = [
            ChordSpan(start, length, chord) for (start, length), chord in zip(slots, chords, strict=True)
        ]
        done.append(replace(phrase, chords=tuple(spans)))
    return tuple(done)


def _slots(phrase: Phrase, final: bool) -> list[tuple[float, float]]:
    """Start and length in beats of the chords: two to a bar where bars are few or slow."""
    slots: list[tuple[float, float]] = []
    for n, bar in enumerate(phrase.bars):
        closing = final and n == len(phrase.bars) - 1
        slow = phrase.moment["tempo_bpm"] < _SLOW and bar.beats >= 4
        few = len(phrase.bars) <= 2 and bar.beats >= 2
        if (slow or few) and not (closing and len(phrase.bars) > 1):
            first = float(bar.beats - bar.beats // 2)
            slots += [(bar.start, first), (bar.start + first, bar.beats - first)]
        else:
            slots.append((bar.start, float(bar.beats)))
    return slots


def _chords(phrase: Phrase, count: int, remembered: list[Chord], rng: np.random.Generator) -> list[Chord]:
    tail = 2 if count > 2 or (phrase.kind == "coda" and count == 2) else 1
    chords: list[Chord] = []
    for i in range(count - tail):
        if i < len(remembered) - tail:
            chords.append(remembered[i])
            continue
        if i == 0 and phrase.kind[0] not in "BC":
            chords.append(tonic_chord(phrase.mode, phrase.tonic))
            continue
        function = "T"
        if i:
            odds = grammar()["next"][chords[-1].function]
            last = i == count - tail - 1 and tail > 1  # before a cadence comes its preparation
            function = "S" if last else str(rng.choice(list(odds), p=list(odds.values())))
        chords.append(_pick(phrase, function, chords[-1] if chords else None, (), rng))
    return chords + _ending(phrase, chords[-1] if chords else None, rng)[-tail if count > 1 else -1 :]


def _ending(phrase: Phrase, before: Chord | None, rng: np.random.Generator) -> list[Chord]:
    """The two chords of the cadence."""
    home = tonic_chord(phrase.mode, phrase.tonic)
    weak = ("v", "bvii", "bVII", "Vsus")
    strong_wanted = phrase.moment["tension"] > 0.3 or phrase.mode == "ionian"
    avoid = weak if strong_wanted else ()
    if phrase.cadence == "HC":
        prepare = _pick(phrase, "S", before, ("V/V",), rng)
        return [prepare, _pick(phrase, "D", None, avoid, rng)]
    if phrase.cadence == "PC":
        return [_pick(phrase, "S", before, ("V/V", "bII", "iio"), rng), home]
    dominant = _pick(phrase, "D", before, avoid, rng)
    if phrase.cadence == "DC":
        away = [n for n in numerals("chords", phrase.mode) if n.function == "T" and n.root != 0]
        return [dominant, make_chord(away[0], phrase.mode, phrase.tonic)]
    return [dominant, home]


def _lead_into(chords: list[Chord], after: Phrase) -> list[Chord]:
    """The last chord becomes the dominant of the coming key, so that the change is heard as a step and not a slip."""
    fifth = Numeral("V7", 7, "dom7", "D", 1.0, 0.4)
    return [*chords[:-1], make_chord(fifth, after.mode, after.tonic)]


def _pick(
    phrase: Phrase, function: str, before: Chord | None, avoid: tuple[str, ...], rng: np.random.Generator
) -> Chord:
    moment: Moment = phrase.moment
    table, mode = "chords", phrase.mode
    if rng.random() < moment["borrow"]:
        table, mode = "borrowed", "major" if is_major(phrase.mode) else "minor"
    pool = [n for n in numerals(table, mode) if n.function == function and n.name not in avoid]
    pool = pool or [n for n in numerals("chords", phrase.mode) if n.function == function]
    wanted = 0.8 * moment["tension"]
    weights = np.array([n.weight * np.exp(-(((n.tension - wanted) / _TENSION_WIDTH) ** 2)) for n in pool])
    if before is not None:
        falls = dict(
            zip(grammar()["root_falls"]["semitones"], grammar()["root_falls"]["weights"], strict=True)
        )
        weights = weights * [falls.get((before.root - n.root) % 12, 1.0) for n in pool]
    chosen = pool[int(rng.choice(len(pool), p=weights / weights.sum()))]
    return make_chord(chosen, phrase.mode, phrase.tonic)


def voicings(chord: Chord, low: int, high: int, count: int) -> list[tuple[int, ...]]:
    """Close and open positions of a chord with ``count`` notes between two pitches."""
    classes = chord.classes if len(chord.classes) <= count else (*chord.classes[:2], chord.classes[3])
    found: list[tuple[int, ...]] = []
    for first in range(low, low + 14):
        if first % 12 not in classes:
            continue
        notes = [first]
        while len(notes) < count:
            used = {n % 12 for n in notes}
            free = [p for p in range(notes[-1] + 1, notes[-1] + 13) if p % 12 in classes]
            notes.append(next((p for p in free if p % 12 not in used), free[0]))
        if notes[-1] <= high:
            found.append(tuple(notes))
        if count == 3 and notes[1] + 12 <= high:
            found.append(tuple(sorted((notes[0], notes[1] + 12, notes[2]))))
    return found or [tuple(sorted(48 + c for c in classes))]


def voice_leading(spans: tuple[ChordSpan, ...], centre: int, count: int) -> list[tuple[int, ...]]:
    """The smoothest voicing of each chord after the one before; parallel fifths and octaves cost extra."""
    before: tuple[int, ...] = ()
    found = []
    for span in spans:
        options = voicings(span.chord, centre - 9, centre + 12, count)
        before = min(options, key=lambda v: _voicing_cost(v, before, centre))
        found.append(before)
    return found


def _voicing_cost(notes: tuple[int, ...], before: tuple[int, ...], centre: int) -> float:
    cost = 0.25 * abs(float(np.mean(notes)) - centre)
    if len(before) != len(notes):
        return cost
    cost += sum(abs(a - b) for a, b in zip(notes, before, strict=True))
    for i in range(len(notes)):
        for j in range(i):
            gap, gap_before = (notes[i] - notes[j]) % 12, (before[i] - before[j]) % 12
            if gap in (0, 7) and gap == gap_before and notes[i] != before[i]:
                cost += 5
    return cost


def chord_third(chord: Chord) -> int:
    """Semitones from the root to the chord's second note."""
    return quality(chord.quality)[1]
