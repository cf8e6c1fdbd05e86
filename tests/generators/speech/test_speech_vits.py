from __future__ import annotations

import itertools

import numpy as np
import pytest

from conditioning.errors import Cancelled, EngineError, RequestError, UnknownNameError
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.checkpoints import torch_seed
from generators.speech.vits import Vits

TEXT = "the tide is turning slowly now"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, one_thread):
    from factories.vits import build_vits

    return build_vits(tmp_path_factory.mktemp("vits"))


@pytest.fixture(scope="module")
def engine(folder):
    return Vits(str(folder))


def say(engine, text=TEXT, *, seed=3, faders=None, **more):
    adjustments = tuple(Adjustment(f"prosody.{name}", value=value) for name, value in (faders or {}).items())
    job = more.pop("job", Job(seed))
    return engine.generate(SpeechRequest(parse_script(text), adjustments=adjustments, job=job, **more))


@pytest.mark.parametrize("voice", ["", "1"])
def test_without_emotion_it_is_the_bare_library(engine, folder, voice):
    import torch
    import transformers

    model = transformers.VitsModel.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = transformers.VitsTokenizer.from_pretrained(folder, local_files_only=True)
    torch.manual_seed(torch_seed(Job(3), 0))
    with torch.no_grad():
        bare = model(**tokenizer(TEXT, return_tensors="pt"), speaker_id=int(voice or 0)).waveform[0].numpy()
    assert np.array_equal(say(engine, voice=voice).audio.samples, bare)
    assert np.array_equal(say(engine, f"[joy:0] {TEXT}", voice=voice).audio.samples, bare)


def test_rate_is_set_inside_the_model(engine):
    plain, slow = say(engine), say(engine, faders={"rate": 0.6})
    assert slow.audio.duration == pytest.approx(plain.audio.duration / 0.6, rel=0.15)
    assert slow.audio.duration > 1.4 * plain.audio.duration


def test_only_the_span_that_is_slow_is_slow(engine):
    plain = say(engine)
    slow = say(engine, "the tide is [sadness] turning slowly now")
    lengths = [[w.end - w.start for w in track.words] for track in (plain, slow)]
    assert lengths[1][:2] == pytest.approx(lengths[0][:2], rel=0.15)
    assert sum(lengths[1][3:]) > 1.15 * sum(lengths[0][3:])


def test_words_and_phones_come_in_order_and_end_inside_the_sound(engine):
    track = say(engine, f"[fear] {TEXT}. [joy] it is here!")
    assert [w.text for w in track.words] == [*TEXT.split()[:-1], "now.", "it", "is", "here!"]
    for times in (track.words, track.phones):
        edges = [t for each in times for t in (each.start, each.end)]
        assert all(b >= a - 1e-6 for a, b in itertools.pairwise(edges))
        assert edges[-1] <= track.audio.duration + 0.05


def test_emotions_differ_and_the_same_seed_gives_the_same_bytes(engine, folder):
    sounds = [say(engine, f"[{name}] {TEXT}").audio.samples for name in ("joy", "sadness")]
    assert len(sounds[0]) != len(sounds[1])
    assert np.array_equal(say(Vits(str(folder)), f"[joy] {TEXT}").audio.samples, sounds[0])
    assert not np.array_equal(say(engine, f"[joy] {TEXT}", seed=4).audio.samples, sounds[0])


def test_other_words_are_said_in_the_place_of_those_written(engine):
    told = say(engine, 'the [say tide as "moon"] is turning')
    assert np.array_equal(told.audio.samples, say(engine, "the moon is turning").audio.samples)
    assert [word.text for word in told.words] == ["the", "tide", "is", "turning"]


def test_what_it_cannot_do_is_an_error_in_one_sentence(engine, tmp_path):
    with pytest.raises(RequestError, match="no letter"):
        say(engine, "Привет")
    with pytest.raises(UnknownNameError):
        say(engine, voice="7")
    with pytest.raises(EngineError, match="VITS"):
        say(Vits(str(tmp_path)))
    with pytest.raises(EngineError, match="no weights"):
        say(Vits())


def test_it_can_be_stopped(engine):
    def stop(done, total, what):
        if what == "speaking":
            raise Cancelled

    with pytest.raises(Cancelled):
        say(engine, job=Job(1, stop))
