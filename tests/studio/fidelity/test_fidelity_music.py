from __future__ import annotations

import numpy as np
import pytest
from pretty_midi import Instrument, Note, PrettyMIDI

from studio.fidelity.music import measure, tempo_bpm

C_MAJOR = (60, 62, 64, 65, 67, 69, 71, 72)
C_MINOR = (60, 62, 63, 65, 67, 68, 71, 72)


def scale(pitches: tuple[int, ...], step: float = 0.5, length: float = 0.5, velocity: int = 80) -> PrettyMIDI:
    score = PrettyMIDI(initial_tempo=96.0)
    part = Instrument(0)
    part.notes = [
        Note(velocity, pitch, number * step, number * step + length) for number, pitch in enumerate(pitches)
    ]
    score.instruments.append(part)
    return score


def test_a_scale_is_measured_exactly() -> None:
    found = measure(scale(C_MAJOR))
    assert found.tempo_bpm == pytest.approx(96.0)
    assert found.seconds == pytest.approx(4.0)
    assert found.notes_per_second == pytest.approx(2.0)
    assert (found.velocity, found.velocity_spread) == (80, 0)
    assert (found.lowest, found.highest) == (60, 72)
    assert found.register == pytest.approx(np.mean(C_MAJOR))
    assert found.legato == pytest.approx(1.0)


def test_major_and_minor_are_told_apart_in_every_key() -> None:
    for up in range(12):
        major = measure(scale(tuple(p + up for p in (*C_MAJOR, 60, 64, 67, 60))))
        minor = measure(scale(tuple(p + up for p in (*C_MINOR, 60, 63, 67, 60))))
        assert major.mode > 0 > minor.mode


def test_staccato_is_a_small_share_of_the_step() -> None:
    assert measure(scale(C_MAJOR, length=0.1)).legato == pytest.approx(0.2)


def test_drums_count_for_nothing() -> None:
    score, alone = scale(C_MAJOR), measure(scale(C_MAJOR))
    drums = Instrument(0, is_drum=True)
    drums.notes = [Note(127, 36, 0.1 * n, 0.1 * n + 0.05) for n in range(40)]
    score.instruments.append(drums)
    assert measure(score) == alone


def test_parts_that_alternate_are_each_measured_for_legato() -> None:
    score = scale(C_MAJOR)
    other = Instrument(40)
    other.notes = [Note(80, 48, 0.25 + n * 0.5, 0.75 + n * 0.5) for n in range(7)]
    score.instruments.append(other)
    assert measure(score).legato == pytest.approx(1.0)


def test_tempo_is_weighted_by_how_long_it_lasts(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import mido

    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60), time=0))
    track.append(mido.Message("note_on", note=60, velocity=80, time=0))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(120), time=480 * 3))  # 3 s at 60
    track.append(mido.Message("note_off", note=60, velocity=0, time=480 * 2))  # 1 s at 120
    file.save(tmp_path / "two.mid")
    assert tempo_bpm(PrettyMIDI(str(tmp_path / "two.mid"))) == pytest.approx(75.0, rel=1e-3)


def test_an_empty_score_has_no_measures() -> None:
    found = measure(PrettyMIDI())
    assert found.notes_per_second == 0
    assert np.isnan([found.major, found.velocity, found.register, found.legato]).all()
    assert np.isnan(tempo_bpm(PrettyMIDI()))
