"""The score as MIDI: notes, tempo map, bars, keys, and the controllers of breath and vibrato."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from generators.music.form import Form
from generators.music.orchestration import PARTS, instruments, programs
from generators.music.performance import Clock, Played
from generators.music.theory import is_major

if TYPE_CHECKING:
    from pretty_midi import ControlChange, Instrument, PrettyMIDI

__all__ = ["build_score"]

RESOLUTION = 480  # ticks a quarter note
_EVERY = 0.12  # seconds between the points of a swell
_SWELL = 0.022  # share of full expression for each velocity step of the dynamics range
_LEVEL = 104  # resting value of expression, so that there is room to swell
_LONG = 0.55  # seconds from which a note is played with vibrato
_KEYS = {
    0: "C",
    1: "Db",
    2: "D",
    3: "Eb",
    4: "E",
    5: "F",
    6: "F#",
    7: "G",
    8: "Ab",
    9: "A",
    10: "Bb",
    11: "B",
}
_MINOR_KEYS = {**_KEYS, 1: "C#", 6: "F#", 8: "G#", 3: "Eb"}


def build_score(form: Form, played: list[Played], clock: Clock) -> PrettyMIDI:
    """The piece as a ``PrettyMIDI`` whose beats and bar lines are the piece's own.

    Args:
        form: bars and phrases.
        played: the notes.
        clock: the tempo map.

    Returns:
        One instrument for each part and program, named by its part.
    """
    import pretty_midi

    score = _empty(form, clock)
    tracks: dict[tuple[str, int], Instrument] = {}
    for note in sorted(played, key=lambda p: (PARTS.index(p.written.part), p.written.program, p.start)):
        key = note.written.part, note.written.program
        if key not in tracks:
            part, program = key
            tracks[key] = pretty_midi.Instrument(program, part == "drums", part)
        tracks[key].notes.append(pretty_midi.Note(note.velocity, note.written.pitch, note.start, note.end))
    for (part, program), track in tracks.items():
        place = instruments()["part"][part]["pan"]
        track.control_changes.append(pretty_midi.ControlChange(10, int(64 + 63 * place), 0.0))
        if part != "drums" and program in programs("sustained"):
            track.control_changes += _swells(form, clock)
        if part == "melody" and program in programs("vibrato"):
            track.control_changes += _vibrato(form, track, clock)
    score.instruments = list(tracks.values())
    return score


def _empty(form: Form, clock: Clock) -> PrettyMIDI:
    """A score without notes. Going through a file is the one public way to give PrettyMIDI a tempo map."""
    import mido
    import pretty_midi

    events: list[tuple[int, int, mido.MetaMessage]] = []
    ticks = [round(beat * RESOLUTION) for beat in clock.beats]
    for i, (first, last) in enumerate(pairwise(ticks)):
        seconds = clock.seconds[i + 1] - clock.seconds[i]
        tempo = min(max(round(seconds * 1e6 * RESOLUTION / (last - first)), 1), 0xFFFFFF)
        events.append((first, 2, mido.MetaMessage("set_tempo", tempo=tempo)))
    beats = 0
    for bar in form.bars:
        if bar.beats != beats:
            beats = bar.beats
            signature = mido.MetaMessage("time_signature", numerator=beats, denominator=4)
            events.append((round(bar.start * RESOLUTION), 0, signature))
    for phrase in form.phrases:
        if phrase.changes_key:
            major = is_major(phrase.mode)
            name = _KEYS[phrase.tonic] if major else f"{_MINOR_KEYS[phrase.tonic]}m"
            events.append((round(phrase.start * RESOLUTION), 1, mido.MetaMessage("key_signature", key=name)))
    track = mido.MidiTrack()
    at = 0
    for tick, _, message in sorted(events, key=lambda e: e[:2]):
        track.append(message.copy(time=tick - at))
        at = tick
    track.append(mido.MetaMessage("end_of_track", time=ticks[-1] + 16 * RESOLUTION - at))
    file = mido.MidiFile(ticks_per_beat=RESOLUTION, tracks=[track])
    data = io.BytesIO()
    file.save(file=data)
    data.seek(0)
    return pretty_midi.PrettyMIDI(data, resolution=RESOLUTION)


def _swells(form: Form, clock: Clock) -> list[ControlChange]:
    """Expression (CC11) of held notes: up to the middle of each phrase, down at the end."""
    import pretty_midi

    changes: list[ControlChange] = []
    value = -1
    for time in np.arange(0.0, clock.seconds[-1], _EVERY):
        beat = clock.beat_at(time)
        phrase = next(p for p in reversed(form.phrases) if p.start <= beat + 1e-6)
        moment = form.bar_at(beat).moment
        rise = np.sin(np.pi * phrase.place(beat)) - 0.6
        closing = max(beat / form.beats - 0.9, 0.0) / 0.1
        share = 1 + _SWELL * moment["dynamics_range"] * rise - 0.3 * moment["ritard"] * closing
        now = int(np.clip(round(_LEVEL * share), 20, 127))
        if now != value:
            value = now
            changes.append(pretty_midi.ControlChange(11, value, float(time)))
    return changes


def _vibrato(form: Form, track: Instrument, clock: Clock) -> list[ControlChange]:
    """Modulation (CC1) that sets in on long notes, wider with tension."""
    import pretty_midi

    changes: list[ControlChange] = [pretty_midi.ControlChange(1, 0, 0.0)]
    for note in track.notes:
        length = note.end - note.start
        if length < _LONG:
            continue
        moment = form.bar_at(clock.beat_at(note.start)).moment
        depth = 18 + 34 * moment["tension"]
        for share, part in ((0.0, 0.0), (0.35, 0.4), (0.5, 0.8), (0.65, 1.0)):
            time = note.start + share * length
            changes.append(pretty_midi.ControlChange(1, int(depth * part), float(time)))
    return changes
