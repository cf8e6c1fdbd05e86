from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from factories.installed import lead_to_stand_ins, write_voice, write_weights

from conditioning.conversion import convert
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError, InputFileError, RequestError
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.speech.workers import Chatterbox, CosyVoice, IndexTTS2, Zonos

TEXT = "The tide is turning."
ENGINES = {engine.name: engine for engine in (IndexTTS2, Zonos, Chatterbox, CosyVoice)}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that the stand-ins write into; the command of each engine leads to them."""
    file = tmp_path / "log.jsonl"
    lead_to_stand_ins(monkeypatch, file)
    return file


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return write_weights(tmp_path / "weights")


@pytest.fixture
def voice(tmp_path: Path) -> str:
    return str(write_voice(tmp_path / "me.wav"))


@pytest.fixture
def built(log, weights):
    """Builds engines and ends their workers."""
    made = []

    def build(name: str, **more):
        made.append(ENGINES[name](str(weights), **more))
        return made[-1]

    yield build
    for engine in made:
        engine.close()


def say(engine, text=TEXT, *, voice, job=None, faders=None, **more):
    adjustments = tuple(Adjustment(f"prosody.{name}", value=value) for name, value in (faders or {}).items())
    return engine.generate(
        SpeechRequest(parse_script(text), voice, adjustments=adjustments, job=job or Job(3), **more)
    )


def lines(log: Path, what: str) -> list[dict]:
    found = [json.loads(line) for line in log.read_text().splitlines()]
    return [line for line in found if line["what"] == what]


@pytest.mark.parametrize("name", ENGINES)
def test_it_speaks_with_one_worker_that_loads_once(built, log, voice, name):
    engine = built(name)
    track = say(engine, f"{TEXT} [joy] It is here! [sadness] And gone.", voice=voice)
    say(engine, "Again.", voice=voice)
    assert [word.text for word in track.words] == [*TEXT.split(), "It", "is", "here!", "And", "gone."]
    assert np.abs(track.audio.samples).max() > 0.05
    assert track.audio.sample_rate == engine.describe().sample_rate
    assert len(lines(log, "load")) == 1
    assert [line["text"] for line in lines(log, "say")] == [TEXT, "It is here!", "And gone.", "Again."]
    assert len({line["process"] for line in lines(log, "say")}) == 1


@pytest.mark.parametrize("name", ENGINES)
def test_the_first_sentence_of_a_stream_is_heard_before_the_second_is_asked_for(built, log, voice, name):
    request = SpeechRequest(parse_script(f"{TEXT} Go home."), voice, job=Job(3))
    stream = built(name).stream(request)
    first = next(stream)
    assert [word.text for word in first.words] == TEXT.split()
    assert len(lines(log, "say")) == 1
    rest = [first.audio.samples, *(part.audio.samples for part in stream)]
    assert np.array_equal(np.concatenate(rest), built(name).generate(request).audio.samples)


@pytest.mark.parametrize("name", ENGINES)
def test_opposite_emotions_differ_and_the_same_seed_gives_the_same_bytes(built, voice, name):
    engine = built(name)
    happy, sad, again = (say(engine, f"[{label}] {TEXT}", voice=voice) for label in ("joy", "sadness", "joy"))
    assert not np.array_equal(happy.audio.samples, sad.audio.samples)
    assert np.array_equal(happy.audio.samples, again.audio.samples)
    assert not np.array_equal(
        happy.audio.samples, say(engine, f"[joy] {TEXT}", voice=voice, job=Job(4)).audio.samples
    )
    assert {a.name: a.status for a in happy.fulfilment}["emotion"] == "approximated"


def test_each_is_asked_in_its_own_order_and_range(built, log, voice):
    for name in ENGINES:
        say(built(name), f"[anger:0.5 + joy:0.5] {TEXT}", voice=voice)
    index, zonos, chatterbox, cosy = lines(log, "say")
    felt = parse_script(f"[anger:0.5 + joy:0.5] {TEXT}").spans[0].emotion
    assert index["emo_vector"] == pytest.approx(list(convert(felt, to="indextts").values))
    assert sum(index["emo_vector"]) <= 0.8 + 1e-9
    assert index["emo_vector"][0] > 0 < index["emo_vector"][1]
    assert zonos["emotion"] == pytest.approx(list(convert(felt, to="zonos").values))
    assert 0.5 < chatterbox["exaggeration"] <= 1 and chatterbox["cfg_weight"] < 0.5
    assert "joyful" in cosy["instruct"] and "angry" in cosy["instruct"]


def test_intensity_zero_is_the_bare_call_of_each_library(built, log, voice):
    for name in ENGINES:
        plain = say(built(name), TEXT, voice=voice)
        none = say(built(name), f"[anger:0] {TEXT}", voice=voice)
        assert np.array_equal(plain.audio.samples, none.audio.samples)
        assert {a.name: a.status for a in none.fulfilment}["emotion"] == "honoured"
    for index, zonos, chatterbox, cosy in [lines(log, "say")[::2], lines(log, "say")[1::2]]:
        assert index["emo_vector"] is None
        assert zonos["emotion"][0] == 0.3077
        assert (zonos["speaking_rate"], zonos["pitch_std"]) == (15.0, 20.0)
        assert (chatterbox["exaggeration"], chatterbox["cfg_weight"]) == (0.5, 0.5)
        assert cosy["instruct"] is None and cosy["speed"] == 1.0


def test_the_sound_of_the_bare_call_is_left_as_it_is(built, voice):
    from generators.checkpoints import torch_seed

    track = say(built("speech=chatterbox"), TEXT, voice=voice)
    np.random.seed(torch_seed(Job(3)) % 2**32)  # noqa: NPY002
    times = np.arange(len(TEXT) * 1200) / 24000
    noise = np.random.standard_normal(len(times))  # noqa: NPY002
    expected = 0.3 * np.sin(2 * np.pi * 300 * times) + 0.01 * noise
    assert np.array_equal(track.audio.samples, expected.astype(np.float32))


def test_what_a_vocabulary_has_no_label_for_is_told(built, voice):
    track = say(built("speech=zonos"), f"[jealousy] {TEXT}", voice=voice)
    assert "jealousy is" in {a.name: a.why for a in track.fulfilment}["labels"]
    plain = say(built("speech=zonos"), f"[joy] {TEXT}", voice=voice)
    assert "labels" not in {a.name for a in plain.fulfilment}


def test_intensity_is_told_in_order(built, log, voice):
    for amount in (0.25, 0.5, 1.0):
        for name in ("speech=indextts2", "speech=zonos", "speech=chatterbox"):
            say(built(name), f"[joy:{amount}] {TEXT}", voice=voice)
    said = lines(log, "say")
    happy = [line["emo_vector"][0] for line in said[::3]]
    assert happy == sorted(happy) and happy[0] < happy[2]
    assert [line["emotion"][0] for line in said[1::3]] == pytest.approx([0.25, 0.5, 1.0])
    louder = [line["exaggeration"] for line in said[2::3]]
    assert louder == sorted(louder) and louder[0] < louder[2]


def test_rate_is_followed_inside_where_the_library_has_it(built, log, voice):
    for name in ("speech=zonos", "speech=cosyvoice"):
        slow = say(built(name), f"[fear] {TEXT}", voice=voice, faders={"rate": 0.8})
        assert slow.audio.duration == pytest.approx(len(TEXT) / 20, rel=0.02)
    zonos, cosy = lines(log, "say")
    assert zonos["speaking_rate"] == pytest.approx(12.0)
    assert cosy["speed"] == pytest.approx(0.8)


def test_cosyvoice_three_is_told_in_its_own_manner(built, log, voice, weights):
    (weights / "cosyvoice3.yaml").write_text("")
    say(built("speech=cosyvoice"), f"{TEXT} [sadness] Go.", voice=voice)
    plain, sad = lines(log, "say")
    assert plain["text"] == f"You are a helpful assistant.<|endofprompt|>{TEXT}"
    assert sad["text"] == "Go."
    assert sad["instruct"].startswith("You are a helpful assistant. Speak in this manner: very sad")
    assert sad["instruct"].endswith("<|endofprompt|>")
    assert sad["voice"] == voice


@pytest.mark.parametrize(
    ("code", "written"), [("en", "en-us"), ("en-GB", "en-gb"), ("de", "de"), ("fr", "fr-fr")]
)
def test_zonos_is_told_languages_as_it_writes_them(built, log, voice, code, written):
    say(built("speech=zonos"), TEXT, voice=voice, language=code)
    assert lines(log, "say")[0]["language"] == written


def test_progress_is_told_and_a_cancel_kills_the_worker(built, log, voice, tmp_path):
    engine = built("speech=indextts2")
    cancel = threading.Event()
    seen = []

    def progress(done, total, what):
        seen.append(what)
        if log.exists() and lines(log, "say"):
            cancel.set()

    with pytest.raises(Cancelled):
        say(engine, "SLOW, it sleeps.", voice=voice, job=Job(0, progress, cancel))
    assert "speaking" in seen
    assert engine._worker is not None and engine._worker._process is None
    process = lines(log, "say")[0]["process"]
    assert not Path(f"/proc/{process}").exists()
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".npy"]
    assert say(engine, TEXT, voice=voice).audio.duration > 0  # another is started
    assert len(lines(log, "load")) == 2


def test_a_share_that_is_done_is_shown(built, voice):
    seen = []
    job = Job(0, lambda done, total, what: seen.append(done / total) if what == "speaking" else None)
    say(built("speech=zonos"), TEXT, voice=voice, job=job)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_crash_is_told_with_the_last_words_of_the_worker(built, voice):
    engine = built("speech=indextts2")
    with pytest.raises(
        EngineError, match=r"ended with code 3: RuntimeError: the card has fallen off the bus"
    ):
        say(engine, "CRASH", voice=voice)
    assert say(engine, TEXT, voice=voice).audio.duration > 0


def test_an_error_of_the_library_is_one_sentence_and_the_worker_goes_on(built, log, voice):
    engine = built("speech=indextts2")
    with pytest.raises(EngineError, match=r"ValueError: no such phoneme\.") as told:
        say(engine, "FAIL", voice=voice)
    assert "more lines" not in str(told.value)
    say(engine, TEXT, voice=voice)
    assert len(lines(log, "load")) == 1


def test_weights_that_are_not_there_are_told(built, voice, weights):
    (weights / "config.yaml").unlink()
    with pytest.raises(EngineError, match="No config at"):
        say(built("speech=indextts2"), TEXT, voice=voice)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("print('hello, I am no worker')", "what is no answer: 'hello, I am no worker'"),
        ("print('[1, 2]')", "what is no answer"),
        ("print('{}')", "did not say its sample rate"),
        (
            "import sys; sys.exit('ModuleNotFoundError: no indextts')",
            "code 1: ModuleNotFoundError: no indextts",
        ),
        ("", "ended with code 0: it wrote no error"),
        ("import time; time.sleep(60)", "said nothing for 1 seconds"),
        (
            'print(\'{"ready": true, "rate": 100}\', flush=True); input(); print(\'{"id": 9, "done": true}\')',
            "answered what was not asked",
        ),
        (
            'print(\'{"ready": true, "rate": 100}\', flush=True); input(); print(\'{"id": 1, "done": true}\')',
            "left no sound",
        ),
    ],
)
def test_what_is_no_worker_is_told_in_one_sentence(monkeypatch, built, voice, tmp_path, program, told):
    script = tmp_path / "program.py"
    script.write_text(program)
    monkeypatch.setenv("AFFECT_WORKER_INDEXTTS2", f"{sys.executable} {script}")
    patience = 1.0 if "sleep" in program else None
    with pytest.raises(EngineError, match=told):
        say(built("speech=indextts2", patience=patience), TEXT, voice=voice)


def test_what_is_missing_is_named(monkeypatch, built, voice, tmp_path):
    engine = built("speech=indextts2")
    with pytest.raises(RequestError, match="no voice of its own"):
        say(engine, TEXT, voice="")
    with pytest.raises(InputFileError, match=r"nobody\.wav"):
        say(engine, TEXT, voice=str(tmp_path / "nobody.wav"))
    with pytest.raises(RequestError, match="does not speak 'fi'"):
        say(engine, TEXT, voice=voice, language="fi")
    with pytest.raises(EngineError, match="needs the folder"):
        say(IndexTTS2(), TEXT, voice=voice)
    monkeypatch.setenv("AFFECT_WORKER_INDEXTTS2", "/nowhere/python")
    with pytest.raises(EngineError, match="cannot be started by '/nowhere/python'"):
        say(built("speech=indextts2"), TEXT, voice=voice)
    monkeypatch.delenv("AFFECT_WORKER_INDEXTTS2")
    with pytest.raises(EngineError, match="AFFECT_WORKER_INDEXTTS2 does not say"):
        say(built("speech=indextts2"), TEXT, voice=voice)
    assert "AFFECT_WORKER_INDEXTTS2" in engine.describe().needs[0]


def test_the_studios_own_packages_are_kept_from_the_worker(monkeypatch, built, log, voice):
    """A path of the studio's Python must not reach another environment; what the command itself sets does."""
    monkeypatch.setenv("PYTHONPATH", "/of/the/studio")
    say(built("speech=indextts2"), TEXT, voice=voice)
    assert lines(log, "load")


def test_a_neutral_voice_is_not_steered_by_a_vector_of_zeros(built, log, voice):
    say(built("speech=indextts2"), f"[neutral] {TEXT}", voice=voice)
    assert Emotion.neutral().intensity == 0
    assert lines(log, "say")[0]["emo_vector"] is None
