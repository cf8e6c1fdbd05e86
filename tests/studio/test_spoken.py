from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pytest
import soundfile

from conditioning.errors import OutputError, RequestError
from studio.request import FilmRequest
from studio.spoken import FORMS, Spoken, pcm, spoken, stream_to, write_wav_as_it_comes
from studio.stages import Stages

TEXT = "[joy] She is here! [sadness] And gone again. Nobody saw her leave."


def speech(**more) -> Spoken:
    request = FilmRequest.read({"script": TEXT, "media": ("speech",), "seed": 3, **more})
    return spoken(request, Stages({"speech": 1.0}, lambda *step: None))


def test_a_file_and_a_stream_hold_the_same_samples(tmp_path):
    write_wav_as_it_comes(tmp_path / "a.wav", speech())
    out = io.BytesIO()
    seconds = stream_to(out, speech(), "raw")
    filed, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert np.array_equal(filed, np.frombuffer(out.getvalue(), "<i2"))
    assert seconds == pytest.approx(len(filed) / rate)


def test_a_stream_with_a_header_is_the_bare_one_after_it():
    heard = {}
    for form in FORMS:
        out = io.BytesIO()
        stream_to(out, speech(), form)
        heard[form] = out.getvalue()
    assert heard["wav"][:4] == b"RIFF"
    assert heard["wav"][44:] == heard["raw"]


def test_an_engine_that_cannot_stream_gives_one_piece():
    pieces = list(speech(engines={"speech": "pico"}).pieces)
    assert len(pieces) == 1
    assert np.abs(pieces[0]).max() > 0.05


def test_another_form_is_refused():
    with pytest.raises(RequestError, match="wav or raw"):
        stream_to(io.BytesIO(), speech(), "mp3")


def test_a_closed_pipe_is_told():
    class Closed(io.BytesIO):
        def write(self, data):
            raise BrokenPipeError

    with pytest.raises(OutputError, match="listens"):
        stream_to(Closed(), speech(), "raw")


def test_what_is_too_loud_is_held_at_full_scale():
    assert np.frombuffer(pcm(np.array([2.0, -2.0, 0.5])), "<i2").tolist() == [32767, -32768, 16384]


def test_memory_does_not_grow_with_the_text(tmp_path):
    def peak(times: int) -> int:
        sound = speech(script="We should leave before the evening train comes in. " * times)
        tracemalloc.start()
        write_wav_as_it_comes(tmp_path / "a.wav", sound)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1)  # loads
    assert peak(60) < 1.3 * peak(6)
