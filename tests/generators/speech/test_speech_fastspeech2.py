from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from conditioning.errors import Cancelled, EngineError, RequestError
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.speech.arpabet import arpabet, arpabet_units
from generators.speech.fastspeech2 import FastSpeech2

TEXT = "My sister kept the letter in a small wooden box."


@pytest.fixture(scope="module")
def folder(tmp_path_factory, one_thread):
    from factories.fastspeech2 import build_fastspeech2

    return build_fastspeech2(tmp_path_factory.mktemp("fastspeech2"))


@pytest.fixture(scope="module")
def engine(folder):
    return FastSpeech2(str(folder))


def say(engine, text=TEXT, *, faders=None, **more):
    adjustments = tuple(Adjustment(f"prosody.{name}", value=value) for name, value in (faders or {}).items())
    return engine.generate(
        SpeechRequest(parse_script(text), adjustments=adjustments, job=more.pop("job", Job(3)), **more)
    )


def watched(engine, text=TEXT, **more):
    """What the three predictors give in a call, as the decoder hears it."""
    say(engine)
    inner, found = engine.weights.loaded.model.model, {}
    handles = []
    engine_hooks = ("duration_predictor", "pitch_predictor", "energy_predictor")
    for name in engine_hooks:
        module = getattr(inner, name)
        plain = module.forward
        found[name] = []

        def forward(*args, plain=plain, own=found[name], **keywords):
            own.append(plain(*args, **keywords))
            return own[-1]

        handles.append((module, plain))
        module.forward = forward
    embedded = {}

    def keep(name):
        return lambda _, given: embedded.__setitem__(name, given[0].detach().numpy().reshape(-1).copy())

    hooks = [
        inner.pitch_embed.register_forward_pre_hook(keep("pitch")),
        inner.energy_embed.register_forward_pre_hook(keep("energy")),
    ]
    try:
        track = say(engine, text, **more)
    finally:
        for hook in hooks:
            hook.remove()
        for module, plain in handles:
            module.forward = plain
    predicted = {name: values[-1].detach().numpy().reshape(-1) for name, values in found.items()}
    return track, embedded, predicted


def test_without_emotion_it_is_the_bare_library(engine, folder):
    import torch
    import transformers

    model = transformers.FastSpeech2ConformerWithHifiGan.from_pretrained(folder, local_files_only=True).eval()
    tokens = json.loads((folder / "vocab.json").read_text())
    sentence = next(engine._reader.sentences(parse_script(TEXT)))
    ids = [tokens[phone.token] for phone in arpabet(sentence, tokens)]
    with torch.no_grad():
        bare = model(torch.tensor([[*ids, tokens["<sos/eos>"]]])).waveform.reshape(-1).numpy()
    assert np.array_equal(say(engine).audio.samples, bare)
    assert np.array_equal(say(engine, f"[joy:0] {TEXT}").audio.samples, bare)


def test_sentences_are_read_as_arpabet(engine):
    sentence = next(engine._reader.sentences(parse_script("The bird sings early, no?")))
    table = {f"{v}{s}" for v in ("AH", "ER", "IH", "IY", "OW") for s in (0, 1, 2)} | {
        "DH",
        "B",
        "D",
        "S",
        "NG",
        "Z",
        "L",
        "N",
        ",",
        "?",
    }
    tokens = [phone.token for phone in arpabet(sentence, table)]
    assert tokens == [
        "DH",
        "AH0",
        "B",
        "ER1",
        "D",
        "S",
        "IH1",
        "NG",
        "Z",
        "ER1",
        "L",
        "IY0",
        ",",
        "N",
        "OW1",
        "?",
    ]


@pytest.mark.parametrize("semitones", [-4.0, 2.0])
def test_pitch_moves_the_contour_of_every_phone_by_what_was_asked(engine, semitones):
    _, embedded, predicted = watched(engine, faders={"pitch": semitones})
    moved = (embedded["pitch"] - predicted["pitch_predictor"])[:-1] * arpabet_units()["semitones"]
    assert np.allclose(moved, semitones, atol=1e-4)


def test_effort_moves_energy_and_range_widens_f0(engine):
    _, embedded, predicted = watched(engine, faders={"effort": 1.0, "pitch_range": 1.5})
    moved = (embedded["energy"] - predicted["energy_predictor"])[:-2]  # the last two are the mark and the end
    assert np.allclose(moved, arpabet_units()["effort"], atol=1e-5)
    assert np.std(embedded["pitch"][:-2]) == pytest.approx(
        1.5 * np.std(predicted["pitch_predictor"][:-2]), rel=0.02
    )


def test_rate_sets_the_length_and_times_follow_it(engine):
    plain, slow = say(engine), say(engine, faders={"rate": 0.6})
    assert slow.audio.duration == pytest.approx(plain.audio.duration / 0.6, rel=0.05)
    assert slow.words[3].start == pytest.approx(plain.words[3].start / 0.6, rel=0.1)
    assert slow.phones[-1].end <= slow.audio.duration


def test_words_and_phones_come_in_order(engine):
    track = say(engine, f"[fear] {TEXT} [joy] It is here!")
    assert [w.text for w in track.words] == [*TEXT.split(), "It", "is", "here!"]
    for times in (track.words, track.phones):
        edges = [t for each in times for t in (each.start, each.end)]
        assert all(b >= a - 1e-6 for a, b in itertools.pairwise(edges))
        assert edges[-1] <= track.audio.duration + 0.02


def test_an_emotion_on_one_word_moves_its_phones_and_leaves_the_others(engine):
    _, plain, _ = watched(engine)
    track, moved, _ = watched(engine, TEXT.replace("small", "[anger]small[/]"))
    changed = np.flatnonzero(~np.isclose(plain["pitch"], moved["pitch"], atol=1e-5))
    sentence = next(engine._reader.sentences(parse_script(TEXT)))
    phones = arpabet(sentence, engine.weights.loaded.tokens)
    own = [k for k, phone in enumerate(phones) if sentence.word_of_group(phone.group).text == "small"]
    assert changed.tolist() == own
    assert [w.text for w in track.words] == TEXT.split()


def test_opposite_emotions_differ_and_bytes_are_the_same_again(engine, folder):
    sounds = [say(engine, f"[{name}] {TEXT}").audio.samples for name in ("joy", "sadness")]
    assert len(sounds[0]) < len(sounds[1])
    assert np.array_equal(say(FastSpeech2(str(folder)), f"[joy] {TEXT}").audio.samples, sounds[0])


def test_what_it_cannot_do_is_an_error_in_one_sentence(engine, folder, tmp_path):
    with pytest.raises(RequestError, match="English"):
        say(engine, language="de")
    with pytest.raises(RequestError, match="one voice"):
        say(engine, voice="ada")
    with pytest.raises(EngineError, match="FastSpeech2Conformer"):
        say(FastSpeech2(str(tmp_path)))
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "vocab.json").write_text('{"a": 0}')
    with pytest.raises(EngineError, match="ARPAbet"):
        say(FastSpeech2(str(tmp_path)))


def test_it_can_be_stopped(engine):
    def stop(done, total, what):
        if what == "speaking":
            raise Cancelled

    with pytest.raises(Cancelled):
        say(engine, job=Job(1, stop))
