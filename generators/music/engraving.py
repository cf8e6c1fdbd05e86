"""The engraved score: MusicXML with parts, bars, keys, ties, tempo and dynamic marks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np

from conditioning.errors import OutputError
from generators.music.accompaniment import Note
from generators.music.form import Bar, Form
from generators.music.orchestration import PARTS
from generators.music.theory import scale

if TYPE_CHECKING:
    from music21.stream import Measure, Score

    from generators.music.composer import Piece

__all__ = ["build_engraving", "write_musicxml"]

# Written lengths, longest first; those of thirds are written as triplets.
_BINARY = [Fraction(n, 4) for n in (16, 12, 8, 6, 4, 3, 2, 1)]
_THIRDS = [Fraction(2, 3), Fraction(1, 3)]
_MARKS = ("pp", "p", "mp", "mf", "f", "ff")
# Where a drum stands on the five lines (common drum-set notation).
_DRUM_LINES = {36: "F4", 38: "C5", 39: "C5", 41: "A4", 42: "G5", 43: "A4", 45: "D5", 49: "A5"}


@dataclass(frozen=True)
class _Event:
    """Notes struck together, or a rest where there are none; beats from the piece's start."""

    start: Fraction
    length: Fraction
    notes: tuple[Note, ...]


def write_musicxml(piece: Piece, path: Path) -> None:
    """Write the piece as MusicXML.

    Args:
        piece: what was composed.
        path: the file; written at once or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    from music21.musicxml.m21ToXml import ScoreExporter

    root = ScoreExporter(build_engraving(piece), makeNotation=False).parse()
    for coding in root.iter("encoding-date"):  # the same piece gives the same bytes on any day
        coding.text = "2000-01-01"
    partial = Path(path).with_name(Path(path).name + ".part")
    try:
        ElementTree.ElementTree(root).write(partial, encoding="utf-8", xml_declaration=True)
        partial.replace(path)
    except OSError as error:
        raise OutputError(
            f"The score {path} cannot be written: {error}.", "Choose another folder."
        ) from error


def build_engraving(piece: Piece) -> Score:
    """The piece as a music21 score, one staff for each part; its bars add up."""
    from music21 import metadata, stream

    written = [played.written for played in piece.played]
    score = stream.Score()
    score.metadata = metadata.Metadata(title="Music", composer="Affect Studio")
    names = [name for name in PARTS if any(note.part == name for note in written)]
    for name in names:
        notes = [note for note in written if note.part == name]
        part = stream.Part(id=name)
        bars = _empty_bars(piece.form, name, notes, first_staff=name == names[0])
        for event in _events(notes, piece.form):
            for bar, element in _elements(event, piece.form, name):
                bars[bar].insert(*element)
        part.append(bars)
        score.insert(0, part)
    return score


def _empty_bars(form: Form, name: str, notes: list[Note], first_staff: bool) -> list[Measure]:
    from music21 import clef, instrument, key, meter, stream

    bars = [stream.Measure(number=i + 1) for i in range(len(form.bars))]
    low = np.mean([note.pitch for note in notes]) < 55
    if name == "drums":
        player: Any = instrument.UnpitchedPercussion()
        sign: Any = clef.PercussionClef()
    else:
        player = instrument.instrumentFromMidiProgram(notes[0].program)
        sign = clef.BassClef() if low else clef.TrebleClef()
    player.partName = name
    # music21 would draw names at random; a score has to repeat byte for byte.
    player.partId, player.instrumentId = f"P{PARTS.index(name) + 1}", f"I{PARTS.index(name) + 1}"
    bars[0].insert(0, player)
    bars[0].insert(0, sign)
    before = 0
    for measure, bar in zip(bars, form.bars, strict=True):
        if bar.beats != before:
            before = bar.beats
            measure.insert(0, meter.TimeSignature(f"{bar.beats}/4"))
    index = {bar.start: i for i, bar in enumerate(form.bars)}
    for phrase in form.phrases:
        measure = bars[index[phrase.start]]
        if phrase.changes_key and name != "drums":
            measure.insert(0, key.KeySignature(_sharps(phrase.mode, phrase.tonic)))
        if first_staff:
            _mark(measure, phrase.kind, phrase.bars[0])
    return bars


def _mark(measure: Measure, kind: str, bar: Bar) -> None:
    from music21 import dynamics, expressions, tempo

    strength = int(np.clip((bar.moment["dynamics"] - 38) // 12, 0, len(_MARKS) - 1))
    measure.insert(0, expressions.RehearsalMark(kind))
    measure.insert(0, tempo.MetronomeMark(number=round(bar.bpm)))
    measure.insert(0, dynamics.Dynamic(_MARKS[strength]))


def _sharps(mode: str, tonic: int) -> int:
    """The key signature (sharps above 0, flats below) nearest to a mode's notes."""
    notes = {(tonic + degree) % 12 for degree in scale(mode)}
    return min(range(-5, 7), key=lambda k: len({(7 * k + d) % 12 for d in scale("ionian")} ^ notes))


def _events(notes: list[Note], form: Form) -> Iterator[_Event]:
    """The staff's notes and rests without gaps; a chord lasts to the next one at most."""
    groups: dict[Fraction, list[Note]] = {}
    for note in notes:
        groups.setdefault(_exact(note.beat), []).append(note)
    starts = [*sorted(groups), _exact(form.beats)]
    at = Fraction(0)
    for start, after in pairwise(starts):
        if start > at:
            yield _Event(at, start - at, ())
        length = min(max(_exact(note.length) for note in groups[start]), after - start)
        yield _Event(start, length, tuple(groups[start]))
        at = start + length
    if at < starts[-1]:
        yield _Event(at, starts[-1] - at, ())


def _exact(beat: float) -> Fraction:
    return Fraction(beat).limit_denominator(12)


def _elements(event: _Event, form: Form, name: str) -> Iterator[tuple[int, tuple[Fraction, Any]]]:
    """The written notes of an event: bar number, and place in the bar with the note."""
    from music21 import tie

    pieces = list(_cut(event, form))
    for k, (bar, offset, length) in enumerate(pieces):
        element = _element(event.notes, name)
        element.quarterLength = length
        if event.notes and len(pieces) > 1:
            element.tie = tie.Tie("start" if k == 0 else "stop" if k == len(pieces) - 1 else "continue")
        yield bar, (offset, element)


def _element(notes: tuple[Note, ...], name: str) -> Any:
    from music21 import chord, note, percussion

    if not notes:
        return note.Rest()
    if name == "drums":
        hits = [note.Unpitched(displayName=line) for line in sorted({_DRUM_LINES[n.pitch] for n in notes})]
        return hits[0] if len(hits) == 1 else percussion.PercussionChord(hits)
    pitches = sorted({n.pitch for n in notes})
    return note.Note(pitches[0]) if len(pitches) == 1 else chord.Chord(pitches)


def _cut(event: _Event, form: Form) -> Iterator[tuple[int, Fraction, Fraction]]:
    """An event as bar number, offset and length, cut at bar lines and into lengths that can be written."""
    starts = [_exact(bar.start) for bar in form.bars]
    at, left = event.start, event.length
    while left > 0:
        bar = bisect_right(starts, at) - 1
        offset = at - starts[bar]
        room = min(left, form.bars[bar].beats - offset)
        in_beat = offset % 1
        if (in_beat * 4).denominator != 1 or (room < 1 and (room * 4).denominator != 1):
            sizes = [s for s in _THIRDS if s <= min(room, 1 - in_beat)]
        elif in_beat:  # after an offbeat, first to the next beat: readers want to see it
            sizes = [s for s in _BINARY if s <= min(room, 1 - in_beat)]
        else:
            sizes = [s for s in _BINARY if s <= room]
        size = sizes[0] if sizes else Fraction(1, 12)
        yield bar, offset, size
        at, left = at + size, left - size
