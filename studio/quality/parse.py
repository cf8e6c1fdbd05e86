"""Can others read what was written: parse rate of scores and of texts.

Aim: a score that no program opens, or whose bars do not add up, is no score, and an emotion that the parser refuses was not said.

Conventions: a fault is a sentence. A score without a fault is read; the parse rate is the share of what is read, 0..1, NaN of an empty
list.

Metrics:
    * ``midi_faults``: it opens, it has notes, each ends and lasts, pitches lie within a piano's range (drums: any), velocities within
      1..127, changes of metre fall on bar lines.
    * ``musicxml_faults``: it opens, it has parts of equally many bars and notes within a piano's range, and each bar's notes and
      rests fill its time signature (first and last bar may be shorter, as may bars marked ``implicit``).
    * ``scores_read``, ``texts_read``: parse rates.

Source: Standard MIDI Files 1.0; MusicXML 4.0 (W3C), elements ``attributes``, ``note``, ``backup``, ``forward``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioning.errors import InputFileError, RequestError
from conditioning.parsing import parse_emotion

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = [
    "MIDI",
    "MUSICXML",
    "ParseRate",
    "midi_faults",
    "musicxml_faults",
    "score_faults",
    "scores_read",
    "texts_read",
]

MIDI, MUSICXML = (".mid", ".midi"), (".musicxml", ".xml")
_LOWEST, _HIGHEST = 21, 108  # a piano's A0 and C8
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MOST_FAULTS = 20  # told of one file


@dataclass(frozen=True)
class ParseRate:
    """How much of a list could be read.

    Args:
        read: without a fault.
        total: all.
        faults: name or text of each that was not read, and its first fault.
    """

    read: int
    total: int
    faults: tuple[tuple[str, str], ...]

    @property
    def rate(self) -> float:
        """Share that was read, 0..1, higher is better; NaN of nothing."""
        return self.read / self.total if self.total else float("nan")


def scores_read(paths: Sequence[Path]) -> ParseRate:
    """Parse rate of MIDI and MusicXML files."""
    return _rate((str(path), score_faults(path)) for path in paths)


def texts_read(texts: Iterable[str]) -> ParseRate:
    """Parse rate of emotions as text, such as ``"bittersweet joy 60%"``, by the parser of the command line."""
    return _rate((text, _text_faults(text)) for text in texts)


def score_faults(path: Path) -> tuple[str, ...]:
    """What is wrong with a score; nothing if it is whole.

    Raises:
        InputFileError: the file's ending is neither MIDI's nor MusicXML's.
    """
    if path.suffix.lower() in MIDI:
        return midi_faults(path)
    if path.suffix.lower() in MUSICXML:
        return musicxml_faults(path)
    raise InputFileError(f"The file {path} is no score.", f"Give one of {', '.join((*MIDI, *MUSICXML))}.")


def midi_faults(path: Path) -> tuple[str, ...]:
    """What is wrong with a MIDI file."""
    import mido
    import pretty_midi

    try:
        raw = mido.MidiFile(str(path))
        score = pretty_midi.PrettyMIDI(str(path))
    except (OSError, ValueError, EOFError, KeyError, IndexError) as error:
        return (f"It does not open: {error or type(error).__name__}.",)
    notes = [(note, part.is_drum) for part in score.instruments for note in part.notes]
    faults = [] if notes else ["It has no note."]
    faults += [f"Track {number} starts {count} notes that do not end." for number, count in _hanging(raw)]
    for note, drum in notes:
        if note.end <= note.start:
            faults.append(f"The note {note.pitch} at {note.start:.2f} s has no length.")
        if not drum and not _LOWEST <= note.pitch <= _HIGHEST:
            faults.append(f"The note {note.pitch} at {note.start:.2f} s is out of range.")
    faults += _metre_faults(raw)
    return tuple(faults[:_MOST_FAULTS])


def musicxml_faults(path: Path) -> tuple[str, ...]:
    """What is wrong with an uncompressed, partwise MusicXML file."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, parse

    try:
        root = parse(path).getroot()
    except (OSError, ParseError, DefusedXmlException, ValueError) as error:
        return (f"It does not open: {error}.",)
    if root.tag != "score-partwise":
        return (f"It is <{root.tag}>, not <score-partwise>.",)
    parts = root.findall("part")
    counts = {len(part.findall("measure")) for part in parts}
    faults = [] if any(True for _ in root.iter("pitch")) else ["It has no note."]
    if len(counts) > 1:
        faults.append(f"Its parts have different numbers of bars: {', '.join(map(str, sorted(counts)))}.")
    for part in parts:
        faults += _part_faults(part)
    return tuple(faults[:_MOST_FAULTS])


def _rate(items: Iterable[tuple[str, tuple[str, ...]]]) -> ParseRate:
    found = list(items)
    bad = tuple((name, faults[0]) for name, faults in found if faults)
    return ParseRate(len(found) - len(bad), len(found), bad)


def _text_faults(text: str) -> tuple[str, ...]:
    try:
        parse_emotion(text)
    except RequestError as error:
        return (error.message,)
    return ()


def _hanging(raw: Any) -> list[tuple[int, int]]:
    """Tracks with notes that never end, and how many."""
    found = []
    for number, track in enumerate(raw.tracks):
        sounding: dict[tuple[int, int], int] = {}
        for message in track:
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            starts = message.type == "note_on" and message.velocity > 0
            sounding[key] = max(0, sounding.get(key, 0) + (1 if starts else -1))
        count = sum(sounding.values())
        if count:
            found.append((number, count))
    return found


def _metre_faults(raw: Any) -> list[str]:
    """Changes of metre that do not fall on a bar line."""
    changes = []
    for track in raw.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "time_signature":
                changes.append((tick, message.numerator, message.denominator))
    faults, bar, since = [], Fraction(4 * raw.ticks_per_beat), 0
    for tick, beats, unit in sorted(changes):
        if (tick - since) % bar:
            faults.append(f"The metre {beats}/{unit} at tick {tick} starts inside a bar.")
        bar, since = Fraction(4 * raw.ticks_per_beat * beats, unit), tick
    return faults


def _part_faults(part: Element) -> list[str]:
    faults = []
    divisions, full = Fraction(1), None
    measures = part.findall("measure")
    for index, measure in enumerate(measures):
        where = f"Part {part.get('id')}, bar {measure.get('number')}"
        divisions, full = _attributes(measure, divisions, full)
        try:
            faults += [f"{where}: {fault}" for fault in _note_faults(measure)]
            filled = _filled(measure) / divisions
        except (ValueError, ZeroDivisionError, KeyError, AttributeError, TypeError) as error:
            faults.append(f"{where} cannot be read: {error!r}.")
            continue
        may_be_short = index in (0, len(measures) - 1) or measure.get("implicit") == "yes"
        if full is not None and (filled > full or (filled < full and not may_be_short)):
            faults.append(f"{where} holds {filled} of {full} quarter notes.")
    return faults


def _attributes(
    measure: Element, divisions: Fraction, full: Fraction | None
) -> tuple[Fraction, Fraction | None]:
    """Divisions of a quarter note, and quarter notes of a bar; None where there is no metre."""
    for attributes in measure.findall("attributes"):
        divisions = Fraction(attributes.findtext("divisions") or divisions)
        time = attributes.find("time")
        if time is not None:
            pairs = zip(time.findall("beats"), time.findall("beat-type"), strict=False)
            spans = [
                Fraction(4 * sum(int(n) for n in (b.text or "0").split("+")), int(t.text or 4))
                for b, t in pairs
            ]
            full = sum(spans, Fraction(0)) or None
    return divisions, full


def _filled(measure: Element) -> Fraction:
    """Divisions from the start of a bar to the furthest end of a note or rest in it."""
    place = furthest = Fraction(0)
    for item in measure:
        if item.tag not in ("note", "backup", "forward"):
            continue
        if item.find("chord") is not None or item.find("grace") is not None:
            continue
        duration = Fraction(item.findtext("duration") or 0)
        place += -duration if item.tag == "backup" else duration
        furthest = max(furthest, place)
    return furthest


def _note_faults(measure: Element) -> list[str]:
    faults = []
    for pitch in measure.iter("pitch"):
        name, octave = pitch.findtext("step") or "", int(pitch.findtext("octave") or 4)
        number = 12 * (octave + 1) + _STEPS[name] + round(float(pitch.findtext("alter") or 0))
        if not _LOWEST <= number <= _HIGHEST:
            faults.append(f"the note {name}{octave} is out of range.")
    return faults
