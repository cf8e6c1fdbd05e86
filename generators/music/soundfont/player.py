"""A score through a bank: its parts as stems of stereo sound."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from generators.music.soundfont.bank import Bank, loop_of
from generators.music.soundfont.layout import Gen
from generators.music.soundfont.parameters import voice_parameters
from generators.music.soundfont.voice import HOP, add_voice
from generators.music.soundfont.zones import Zone

if TYPE_CHECKING:
    from pretty_midi import Instrument, Note

__all__ = ["play"]

# (seconds, value) by controller number, in order of time; pitch bend in cents stands at -1.
Events = dict[int, list[tuple[float, float]]]
BEND = -1
SMOOTH = (
    8  # controller points over which a jump of a controller is spread; the jump is over at its written time
)
FAR = 1e6  # seconds, later than any event
REPORT_EVERY = 40  # voices between two reports


@dataclass(frozen=True)
class _Voice:
    """A zone sounding for one note; ``end`` is the note-off, ``kill`` the choke, in frames of the output."""

    note: Note
    zone: Zone
    start: int
    end: int
    kill: int


def play(
    part: Instrument,
    bank: Bank,
    frames: int,
    rate: int,
    softness: float = 0.0,
    report: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """One part of a score.

    Volume (CC7), expression (CC11), pan (CC10), modulation (CC1), pedal (CC64), bank (CC0) and pitch bend are heeded.
    Velocity and both volumes count as their square.

    Args:
        part: notes and controllers.
        bank: the sounds.
        frames: length of the output.
        rate: hertz of the output.
        softness: cents by which soft notes are darker than the bank makes them.
        report: called every few dozen voices; may raise to stop.

    Returns:
        float32 ``(frames, 2)``; nothing is clipped.

    Raises:
        InputFileError: the bank is damaged.
    """
    out = np.zeros((frames, 2), np.float32)
    events = _controllers(part)
    curves = _channel_curves(events, frames, rate)
    for count, voice in enumerate(_voices(part, bank, events, rate)):
        if count % REPORT_EVERY == 0:
            report()
        if voice.start >= frames:
            continue
        sample = bank.sample(int(voice.zone.generators[Gen.SAMPLE]) & 0xFFFF)
        past = ((number, bisect_right(points, (voice.note.start, FAR))) for number, points in events.items())
        now = {number: events[number][i - 1][1] for number, i in past if i}
        parameters = voice_parameters(
            voice.zone, sample, voice.note.pitch, voice.note.velocity, now, rate, softness
        )
        span = voice.start, min(voice.end, frames), voice.kill
        add_voice(
            out, sample.data, parameters, curves, span, loop_of(sample, voice.zone.generators), float(rate)
        )
    return out


def _controllers(part: Instrument) -> Events:
    found: Events = {}
    for change in sorted(part.control_changes, key=lambda c: c.time):
        found.setdefault(change.number, []).append((change.time, change.value))
    # Registered parameter 0 (its number in CC101 and CC100, its value in CC6) sets the bend range in semitones.
    sets_range = 6 in found and [found.get(n, [(0, 127)])[0][1] for n in (101, 100)] == [0, 0]
    cents = 100 * found[6][0][1] if sets_range else 200
    bends = sorted(part.pitch_bends, key=lambda b: b.time)
    found[BEND] = [(bend.time, bend.pitch * cents / 8192) for bend in bends]
    return found


def _channel_curves(events: Events, frames: int, rate: int) -> np.ndarray:
    """Float64 ``(4, k)``: gain, pan, bend and wheel every ``HOP`` frames."""
    defaults = ((7, 100), (11, 127), (10, 64), (1, 0), (BEND, 0))
    volume, expression, pan, wheel, bend = (_curve(events.get(n, []), d, frames, rate) for n, d in defaults)
    pan = np.clip((pan - 64) / 63, -1, 1) * 500
    return np.stack([(volume * expression / 127**2) ** 2, pan, bend, wheel / 127])


def _curve(points: list[tuple[float, float]], default: float, frames: int, rate: int) -> np.ndarray:
    """A controller's steps, each jump a short ramp that ends at its time."""
    grid = (np.arange(-(-frames // HOP) + SMOOTH) + 0.5) * HOP / rate
    values = np.array([default, *(value for _, value in points)], np.float64)
    steps = values[np.searchsorted([time for time, _ in points], grid, "right")]
    sums = np.concatenate([[0.0], np.cumsum(steps)])
    return (sums[SMOOTH:] - sums[:-SMOOTH]) / SMOOTH


def _voices(part: Instrument, bank: Bank, events: Events, rate: int) -> list[_Voice]:
    """Voices of a part in time order; a note of an exclusive class chokes the class's earlier ones."""
    zones = bank.zones(128 if part.is_drum else int(events.get(0, [(0, 0)])[0][1]), part.program)
    notes = sorted(part.notes, key=lambda note: (note.start, note.pitch))
    voices: list[_Voice] = []
    classes: dict[int, list[int]] = {}
    for note, off in zip(notes, _note_offs(notes, events.get(64, [])), strict=True):
        start = round(note.start * rate)
        for zone in zones:
            if not zone.sounds(note.pitch, note.velocity):
                continue
            voices.append(_Voice(note, zone, start, max(round(off * rate), start + 1), round(FAR * rate)))
            if group := int(zone.generators[Gen.EXCLUSIVE]):
                members = classes.get(group, [])
                for i in members:
                    if voices[i].start < start:
                        voices[i] = replace(voices[i], kill=start)
                classes[group] = [i for i in members if voices[i].start == start] + [len(voices) - 1]
    return voices


def _note_offs(notes: list[Note], pedal: list[tuple[float, float]]) -> list[float]:
    """Second at which each note is let go: its end, or later under the pedal, until the key is struck again."""
    times, downs = [time for time, _ in pedal], [value >= 64 for _, value in pedal]
    struck: dict[int, float] = {}
    offs: list[float] = []
    for note in reversed(notes):
        off, i = note.end, bisect_right(times, note.end)
        if i and downs[i - 1]:
            off = next((time for time, down in zip(times[i:], downs[i:], strict=True) if not down), FAR)
        offs.append(max(note.end, min(off, struck.get(note.pitch, FAR))))
        struck[note.pitch] = note.start
    return offs[::-1]
