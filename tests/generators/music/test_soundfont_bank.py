from __future__ import annotations

import numpy as np
import pretty_midi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_bank import tiny_bank

from conditioning.assets import asset
from conditioning.errors import InputFileError
from generators.music.soundfont.bank import Bank
from generators.music.soundfont.player import play

TINY = tiny_bank()


def sound_of(path) -> np.ndarray:
    part = pretty_midi.Instrument(0)
    part.notes = [pretty_midi.Note(100, 69, 0.0, 0.2), pretty_midi.Note(100, 20, 0.1, 0.2)]
    return play(part, Bank(path), 8000, 22050)


def test_a_bank_that_is_whole_plays(tmp_path):
    (tmp_path / "whole.sf2").write_bytes(TINY)
    assert np.abs(sound_of(tmp_path / "whole.sf2")).max() > 0.05


def test_a_missing_bank_is_named(tmp_path):
    with pytest.raises(InputFileError, match=r"nothing\.sf2"):
        Bank(tmp_path / "nothing.sf2")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"MThd" + bytes(200), b"RIFF\0\0\0\0WAVE" + bytes(64)])
def test_a_file_that_is_no_bank_is_refused(tmp_path, content):
    (tmp_path / "other.sf2").write_bytes(content)
    with pytest.raises(InputFileError, match="Give a whole SF2 or SF3 file"):
        Bank(tmp_path / "other.sf2")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, len(TINY) - 1))
def test_a_truncated_bank_is_refused(tmp_path, length):
    (tmp_path / "cut.sf2").write_bytes(TINY[:length])
    with pytest.raises(InputFileError):
        sound_of(tmp_path / "cut.sf2")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, len(TINY) - 1), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_a_corrupted_bank_is_refused_or_plays_finite_sound(tmp_path, changes):
    data = bytearray(TINY)
    for place, value in changes:
        data[place] = value
    (tmp_path / "bad.sf2").write_bytes(data)
    try:
        sound = sound_of(tmp_path / "bad.sf2")
    except InputFileError as error:
        assert "bad.sf2" in error.message
    else:
        assert np.isfinite(sound).all()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    op=st.integers(0, 70),
    value=st.integers(-32768, 32767),
    other=st.integers(0, 60),
    more=st.integers(-32768, 32767),
)
def test_wild_generators_give_finite_sound_or_a_clear_error(tmp_path, op, value, other, more):
    place = TINY.index(b"igen") + 8
    data = bytearray(TINY)
    data[place : place + 2] = op.to_bytes(2, "little")
    data[place + 2 : place + 4] = value.to_bytes(2, "little", signed=True)
    outer = TINY.index(b"pgen") + 8
    data[outer : outer + 4] = other.to_bytes(2, "little") + more.to_bytes(2, "little", signed=True)
    (tmp_path / "wild.sf2").write_bytes(data)
    try:
        assert np.isfinite(sound_of(tmp_path / "wild.sf2")).all()
    except InputFileError as error:
        assert "damaged" in error.message


def test_the_shipped_bank_cut_short_is_refused(tmp_path):
    whole = asset("music", "FluidR3Mono_GM.sf3").read_bytes()
    (tmp_path / "half.sf3").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputFileError, match="ends before"):
        Bank(tmp_path / "half.sf3")


def test_a_spoilt_vorbis_sample_is_named(tmp_path):
    data = bytearray(asset("music", "FluidR3Mono_GM.sf3").read_bytes())
    at = data.index(b"smpl")
    data[at + 8 : at + 8 + 4_000_000] = bytes(4_000_000)
    (tmp_path / "spoilt.sf3").write_bytes(data)
    bank = Bank(tmp_path / "spoilt.sf3")
    with pytest.raises(InputFileError, match="cannot be decoded"):
        bank.sample(0)


def test_every_general_midi_program_has_a_preset():
    presets = Bank(asset("music", "FluidR3Mono_GM.sf3")).presets
    assert {(0, program) for program in range(128)} <= set(presets)
    assert {(128, kit) for kit in (0, 8, 40, 48)} <= set(presets)
