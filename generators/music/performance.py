"""Performance: from beats to seconds and velocities, as players would shape them.

Swells over phrases, accents in bars, rubato, a final slowing, swing, articulation and small human errors. Source of the
kinds of shaping: Juslin 2001; Friberg, Bresin & Sundberg 2006 (the KTH rules). Sizes are our own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.music.accompaniment import Note
from generators.music.form import Bar, Form, Phrase
from generators.music.orchestration import Orchestra, programs
from generators.music.theory import grammar

__all__ = ["Clock", "Played", "make_clock", "perform"]

GRID = 0.5  # beats between changes of tempo
_SHORTEST = 0.05  # seconds
_GAP = 0.005  # seconds between two notes of one key


@dataclass(frozen=True)
class Clock:
    """The tempo map: seconds ``(N,)`` at beats ``(N,)``, straight between them."""

    beats: np.ndarray
    seconds: np.ndarray

    def at(self, beat: float) -> float:
        """Seconds of a beat."""
        return float(np.interp(beat, self.beats, self.seconds))

    def beat_at(self, second: float) -> float:
        """The beat of a second."""
        return float(np.interp(second, self.seconds, self.beats))


@dataclass(frozen=True)
class Played:
    """A note as it sounds: start and end in seconds, velocity 1..127, and the written note."""

    written: Note
    start: float
    end: float
    velocity: int


def make_clock(form: Form, rng: np.random.Generator) -> Clock:
    """The planned tempi with rubato and the final slowing; every section keeps its exact length."""
    beats = np.unique(np.concatenate([np.arange(0, form.beats, GRID), [bar.end for bar in form.bars]]))
    middles = [bar.start + bar.beats / 2 for bar in form.bars]
    spans = np.interp(beats[:-1], middles, [60 / bar.bpm for bar in form.bars]) * np.diff(beats)
    phrases = [_phrase_at(form, beat) for beat in beats[:-1]]
    wander = 0.0
    slow = np.ones(len(spans))
    closing = min(2.0 * form.meter, form.beats / 2)
    for i, (beat, phrase) in enumerate(zip(beats[:-1], phrases, strict=True)):
        moment = form.bar_at(beat).moment
        place = phrase.place(beat)
        wander = 0.9 * wander + rng.normal(0, 0.01) * (0.3 + 2.2 * moment["rubato"])
        breath = 0.10 * (2 * place - 1) ** 2 + 0.22 * max(place - 0.85, 0) / 0.15
        slow[i] = 1 + moment["rubato"] * breath + wander
        left = form.beats - beat
        if left < closing:
            slow[i] *= 1 + 0.75 * moment["ritard"] * (1 - left / closing) ** 1.3
    spans *= slow
    seconds = np.zeros(len(beats))
    sections = np.array([form.bar_at(beat).section for beat in beats[:-1]])
    for section in np.unique(sections):
        inside = sections == section
        wanted = sum(bar.seconds for bar in form.bars if bar.section == section)
        spans[inside] *= wanted / spans[inside].sum()
    seconds[1:] = np.cumsum(spans)
    return Clock(beats, seconds)


def _phrase_at(form: Form, beat: float) -> Phrase:
    return next(p for p in reversed(form.phrases) if p.start <= beat + 1e-6)


def perform(
    form: Form, notes: list[Note], orchestras: dict[str, Orchestra], clock: Clock, rng: np.random.Generator
) -> list[Played]:
    """The notes as played, part by part in order of time."""
    highest = max((note.pitch for note in notes if note.part == "melody"), default=72)
    played: list[Played] = []
    for part in dict.fromkeys(note.part for note in notes):
        wobble = 0.0
        line: list[Played] = []
        for note in sorted((n for n in notes if n.part == part), key=lambda n: (n.beat, n.pitch)):
            wobble = 0.7 * wobble + rng.normal(0, 2.0)
            bar, phrase = form.bar_at(note.beat), form.phrases[note.phrase]
            velocity = _velocity(note, bar, phrase, form, highest) + wobble
            start, end = _span(note, bar, orchestras[phrase.palette], clock, rng)
            line.append(Played(note, start, end, int(np.clip(round(velocity), 14, 122))))
        played += _untangled(line)
    return played


def _velocity(note: Note, bar: Bar, phrase: Phrase, form: Form, highest: int) -> float:
    moment, words = bar.moment, grammar()["melody"]
    place, whole = phrase.place(note.beat), note.beat / form.beats
    swell = moment["dynamics_range"] * (np.sin(np.pi * min(place / 1.3, 1)) - 0.55)
    swell += 0.8 * moment["dynamics_range"] * (np.exp(-(((whole - words["climax"]) / 0.15) ** 2)) - 0.25)
    if moment["ritard"] > 0.4:
        swell -= 14 * moment["ritard"] * max(whole - 0.88, 0) / 0.12
    inside = note.beat - bar.start
    stress = 5 if inside == 0 else 2 if inside == bar.beats / 2 else 0 if inside % 1 == 0 else -4
    lead = 5 + 0.35 * (note.pitch - highest + 5) if note.part == "melody" else 0.0
    fullness = 8 * (phrase.level - 0.75)
    return float(
        moment["dynamics"] + note.accent + swell + stress * (0.5 + 0.6 * moment["drums"]) + lead + fullness
    )


def _span(
    note: Note, bar: Bar, orchestra: Orchestra, clock: Clock, rng: np.random.Generator
) -> tuple[float, float]:
    """Start and end in seconds."""
    moment = bar.moment
    loose = 0.003 if note.part == "drums" else 0.004 + 0.012 * moment["rubato"]
    ahead = -0.012 * (1 - moment["drums"]) if note.part == "melody" else 0.0
    begin, end = (_swung(beat, orchestra) for beat in (note.beat, note.beat + note.length))
    written = clock.at(end) - clock.at(begin)
    start = max(clock.at(begin) + ahead + rng.normal(0, loose), 0.0)
    length = written * _share(note, moment["articulation"], orchestra)
    ringing = note.part == "arp" and moment["articulation"] > 0.7 and note.program in programs("ringing")
    if ringing:  # plucked notes ring on, as under a pedal
        length += 0.5 * written
    return start, max(start + length, start + _SHORTEST)


def _swung(beat: float, orchestra: Orchestra) -> float:
    """Where a written beat falls: in swing the offbeat comes late."""
    if orchestra.feel != "swing":
        return beat
    late, whole = grammar()["rhythm"]["swing"], np.floor(beat)
    share = beat - whole
    return float(whole + (share * 2 * late if share < 0.5 else late + (share - 0.5) * 2 * (1 - late)))


def _share(note: Note, articulation: float, orchestra: Orchestra) -> float:
    """Share of the written length that sounds."""
    share = articulation
    if note.part == "chords":
        share = max(share, 0.95 if orchestra.style in ("pad", "tremolo") else 0.45)
    elif note.part == "arp":
        share = max(share, 0.6)
    elif note.part == "bass":
        share = min(1.0, max(share, 0.55) + 0.15)
    if note.length >= 2 and note.part != "drums":
        share = max(share, 0.86)
    return share


def _untangled(line: list[Played]) -> list[Played]:
    """The line with no key struck while it still sounds."""
    done: list[Played] = []
    last: dict[tuple[int, int], int] = {}
    for played in sorted(line, key=lambda p: (p.start, p.written.pitch)):
        key = played.written.program, played.written.pitch
        if key in last:
            before = done[last[key]]
            if before.end > played.start - _GAP:
                end = max(before.start + 0.03, played.start - _GAP)
                done[last[key]] = Played(before.written, before.start, end, before.velocity)
                late = max(played.start, end + 0.001)
                played = Played(played.written, late, max(played.end, late + 0.03), played.velocity)
        last[key] = len(done)
        done.append(played)
    return done
