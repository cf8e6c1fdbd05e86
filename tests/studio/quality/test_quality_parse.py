from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import pretty_midi
import pytest

from conditioning.errors import InputFileError
from studio.quality.parse import midi_faults, musicxml_faults, score_faults, scores_read, texts_read


def midi(path: Path, pitches: tuple[int, ...] = (60, 64, 67)) -> Path:
    score = pretty_midi.PrettyMIDI(initial_tempo=100)
    piano = pretty_midi.Instrument(0)
    piano.notes = [pretty_midi.Note(80, pitch, 0.6 * k, 0.6 * k + 0.5) for k, pitch in enumerate(pitches)]
    score.instruments.append(piano)
    score.write(str(path))
    return path


def note(duration: int, step: str = "C", octave: int = 4, extra: str = "") -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{extra}{pitch}<duration>{duration}</duration></note>"


HEAD = (
    "<attributes><divisions>2</divisions><time><beats>{}</beats><beat-type>{}</beat-type></time></attributes>"
)
FULL = 4 * note(2)


def musicxml(path: Path, bars: list[str], metre: tuple[int, int] = (4, 4)) -> Path:
    inner = "".join(
        f'<measure number="{k + 1}">{HEAD.format(*metre) if k == 0 else ""}{bar}</measure>'
        for k, bar in enumerate(bars)
    )
    path.write_text(
        '<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name/></score-part>'
        f'</part-list><part id="P1">{inner}</part></score-partwise>',
        encoding="utf-8",
    )
    return path


def test_a_whole_midi_file_has_no_fault(tmp_path: Path) -> None:
    assert midi_faults(midi(tmp_path / "a.mid")) == ()


def test_a_cut_midi_file_does_not_open(tmp_path: Path) -> None:
    whole = midi(tmp_path / "a.mid").read_bytes()
    (tmp_path / "b.mid").write_bytes(whole[: len(whole) // 2])
    assert "does not open" in midi_faults(tmp_path / "b.mid")[0]


def test_notes_out_of_range_and_files_without_notes_are_told(tmp_path: Path) -> None:
    assert "out of range" in midi_faults(midi(tmp_path / "a.mid", (60, 120)))[0]
    assert midi_faults(midi(tmp_path / "b.mid", ())) == ("It has no note.",)


def test_a_note_that_never_ends_is_told(tmp_path: Path) -> None:
    file = mido.MidiFile()
    file.tracks.append(
        mido.MidiTrack([mido.Message("note_on", note=n, velocity=70, time=0) for n in (60, 64)])
    )
    file.tracks[0].append(mido.Message("note_off", note=60, time=480))
    file.save(tmp_path / "a.mid")
    assert any("1 notes that do not end" in fault for fault in midi_faults(tmp_path / "a.mid"))


def test_a_metre_that_starts_inside_a_bar_is_told(tmp_path: Path) -> None:
    for beats, faulty in ((4, False), (3, True)):
        file = mido.MidiFile(ticks_per_beat=480)
        file.tracks.append(
            mido.MidiTrack(
                [
                    mido.MetaMessage("time_signature", numerator=4, denominator=4, time=0),
                    mido.Message("note_on", note=60, velocity=70, time=0),
                    mido.Message("note_off", note=60, time=480 * beats),
                    mido.MetaMessage("time_signature", numerator=3, denominator=4, time=0),
                ]
            )
        )
        file.save(tmp_path / "a.mid")
        assert any("inside a bar" in fault for fault in midi_faults(tmp_path / "a.mid")) is faulty


@pytest.mark.parametrize(
    ("metre", "bar"),
    [
        ((4, 4), FULL),
        ((3, 4), 3 * note(2)),
        ((6, 8), 6 * note(1)),
        ((4, 4), 2 * note(4, extra="") + note(4, "E", extra="<chord/>")),  # a chord takes no time of its own
        ((4, 4), FULL + "<backup><duration>8</duration></backup>" + 2 * note(4, "E", 3)),  # a second voice
        ((4, 4), "<note><grace/><pitch><step>D</step><octave>4</octave></pitch></note>" + FULL),
    ],
)
def test_bars_that_add_up_have_no_fault(tmp_path: Path, metre: tuple[int, int], bar: str) -> None:
    assert musicxml_faults(musicxml(tmp_path / "a.musicxml", [bar] * 3, metre)) == ()


def test_a_bar_that_is_too_full_or_too_short_is_told(tmp_path: Path) -> None:
    for bad in (FULL + note(2), 3 * note(2)):
        found = musicxml_faults(musicxml(tmp_path / "a.musicxml", [FULL, bad, FULL]))
        assert len(found) == 1
        assert "bar 2" in found[0]


def test_first_and_last_bar_may_be_short_but_not_too_full(tmp_path: Path) -> None:
    assert musicxml_faults(musicxml(tmp_path / "a.musicxml", [note(2), FULL, 2 * note(2)])) == ()
    assert musicxml_faults(musicxml(tmp_path / "b.musicxml", [FULL + note(1), FULL]))


def test_broken_foreign_and_hostile_xml_does_not_open(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]><score-partwise>&b;</score-partwise>'
    for content in ("<score-partwise><part>", "<html/>", "", bomb):
        (tmp_path / "a.musicxml").write_text(content, encoding="utf-8")
        assert musicxml_faults(tmp_path / "a.musicxml")


def test_parse_rate_counts_and_names_what_failed(tmp_path: Path) -> None:
    good, bad = midi(tmp_path / "a.mid"), tmp_path / "b.mid"
    bad.write_bytes(b"MThd")
    found = scores_read([good, bad, musicxml(tmp_path / "c.xml", [FULL])])
    assert found.rate == pytest.approx(2 / 3)
    assert [name for name, _ in found.faults] == [str(bad)]


def test_emotions_as_text_are_read_or_named() -> None:
    found = texts_read(["joy", "sadness 60%", "kdjfhg"])
    assert (found.read, found.total) == (2, 3)
    assert found.faults[0][0] == "kdjfhg"


def test_nothing_has_no_rate() -> None:
    assert np.isnan(scores_read([]).rate)


def test_other_files_are_no_scores(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no score"):
        score_faults(tmp_path / "a.wav")
