"""What holds of every speech engine with weights of the user's choice that is steered: coqui VITS, SpeechT5, Dia, CSM."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError, InputFileError, UnknownNameError
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.checkpoints import torch_seed
from generators.speech.coqui_vits import CoquiVits
from generators.speech.csm import Csm
from generators.speech.dia import Dia
from generators.speech.speecht5 import SpeechT5

TEXT = "The tide is turning."
UNIT = 1e-5


@dataclass(frozen=True)
class Kind:
    """One engine with what a test needs to know of it."""

    engine: type
    build: Callable[[Path], Path]
    bare: Callable[[Path], np.ndarray]


def _build_coqui(folder: Path) -> Path:
    from factories.coqui_vits import build_coqui_vits

    return build_coqui_vits(folder)


def _build_speecht5(folder: Path) -> Path:
    from factories.speecht5 import build_speecht5_with_voices

    return build_speecht5_with_voices(folder)


def _build_dia(folder: Path) -> Path:
    from factories.dia import build_dia

    return build_dia(folder)


def _build_csm(folder: Path) -> Path:
    from factories.csm import build_csm

    return build_csm(folder)


def _bare_coqui(folder: Path) -> np.ndarray:
    from TTS.tts.configs.vits_config import VitsConfig
    from TTS.tts.models.vits import Vits

    config = VitsConfig()
    config.load_json(str(folder / "config.json"))
    config.speakers_file = config.model_args.speakers_file = str(folder / "speakers.pth")
    model = Vits(config)
    model.load_checkpoint(config, str(folder / "model.pth"), eval=True)
    _seed()
    return np.asarray(model.synthesize(TEXT, speaker="Ana-neutral")["wav"])


def _bare_speecht5(folder: Path) -> np.ndarray:
    import torch
    import transformers

    from generators.speech.spm_characters import read_characters

    model = transformers.SpeechT5ForTextToSpeech.from_pretrained(folder, local_files_only=True)
    vocoder = transformers.SpeechT5HifiGan.from_pretrained(folder / "vocoder", local_files_only=True)
    voice = torch.from_numpy(np.load(folder / "speakers" / "ana.npy"))[None]
    ids = torch.tensor([read_characters(folder).ids(TEXT)])
    _seed()
    with torch.no_grad():
        return model.eval().generate_speech(ids, voice, vocoder=vocoder.eval()).numpy()


def _bare_dia(folder: Path) -> np.ndarray:
    import transformers

    model = transformers.DiaForConditionalGeneration.from_pretrained(folder, local_files_only=True).eval()
    codec = transformers.DacModel.from_pretrained(folder / "codec", local_files_only=True).eval()
    processor = transformers.DiaProcessor(
        transformers.DiaFeatureExtractor(sampling_rate=16000), transformers.DiaTokenizer.from_pretrained(folder), codec
    )  # fmt: skip
    marks: dict[str, Any] = {
        "delay_pattern": [0, 2, 3, 4],
        "eos_token_id": 64,
        "pad_token_id": 65,
        "bos_token_id": 66,
    }
    inputs = processor(text=[f"[S1] {TEXT}"], padding=True, **marks)
    _seed()
    return processor.batch_decode(model.generate(**inputs), **marks)[0].numpy()


def _bare_csm(folder: Path) -> np.ndarray:
    import transformers

    model = transformers.CsmForConditionalGeneration.from_pretrained(folder, local_files_only=True).eval()
    processor = transformers.CsmProcessor.from_pretrained(folder, local_files_only=True)
    text = f"<|begin_of_text|>[0]{TEXT}<|end_of_text|>"
    inputs = processor(text=[text], return_tensors="pt")
    _seed()
    return model.generate(**inputs, output_audio=True)[0].reshape(-1).numpy()


def _seed() -> None:
    import torch

    torch.manual_seed(torch_seed(Job(3)))


KINDS = {
    "coqui-vits": Kind(CoquiVits, _build_coqui, _bare_coqui),
    "speecht5": Kind(SpeechT5, _build_speecht5, _bare_speecht5),
    "dia": Kind(Dia, _build_dia, _bare_dia),
    "csm": Kind(Csm, _build_csm, _bare_csm),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory, one_thread):
    return {name: kind.build(tmp_path_factory.mktemp("hub") / name) for name, kind in KINDS.items()}


@pytest.fixture(scope="module")
def engines(folders):
    return {name: kind.engine(str(folders[name])) for name, kind in KINDS.items()}


@pytest.fixture(params=KINDS)
def name(request):
    return request.param


def say(engine, text=TEXT, *, job=None, faders=None, **more):
    adjustments = tuple(
        Adjustment(f"prosody.{fader}", value=value) for fader, value in (faders or {}).items()
    )
    return engine.generate(
        SpeechRequest(parse_script(text), adjustments=adjustments, job=job or Job(3), **more)
    )


def told(track):
    return {aspect.name: aspect for aspect in track.fulfilment}


def steered(engine, emotion):
    """What conditions the model, without and with an emotion, where the model reads it; and which rows are text."""
    say(engine)
    loaded = engine.weights.loaded
    if isinstance(engine, CoquiVits):
        return _watched(loaded.model.emb_g, engine, emotion), None
    if isinstance(engine, SpeechT5):
        prenet = loaded.model.speecht5.decoder.prenet
        return _watched(prenet, engine, emotion, lambda given, _: given[1]), None
    if isinstance(engine, Dia):
        text = f"[S1] {TEXT}"
        found = _watched(loaded.model.model.encoder, engine, emotion, lambda _, made: made.last_hidden_state)
        mask = np.zeros(found[0].shape[:2])
        mask[0, : len(text)] = 1
        return found, mask
    found = _watched(loaded.model.embed_text_tokens, engine, emotion)
    mask = np.ones(found[0].shape[:2])
    mask[0, [0, -1]] = 0  # the marks around the text
    return found, mask


def _watched(module, engine, emotion, part=lambda _, made: made):
    """What a module gives (or takes) said without and with an emotion, with the hooks of the engine at work."""
    found = []
    plain = module._call_impl  # hooks run inside

    for felt in (Emotion.neutral(), emotion):
        seen = []

        def watch(*given, seen=seen, **keywords):
            made = plain(*given, **keywords)
            seen.append(part(given, made).detach().numpy().copy())
            return made

        module._call_impl = watch
        try:
            from dataclasses import replace

            script = parse_script(TEXT)
            span = replace(script.spans[0], emotion=felt)
            engine.generate(SpeechRequest(replace(script, spans=(span,)), job=Job(3)))
        finally:
            del module._call_impl
        found.append(seen[-1])  # the first ones may be sentences that directions are learned from
    return found


def unit_of(engine, label):
    """Unit vector and length of a label's direction."""
    directions = engine.weights.loaded.directions
    found = directions.directions[label] if hasattr(directions, "directions") else directions.direction(label)
    return found.unit.numpy(), found.length


def faint(label, intensity):
    """An emotion under the threshold of Dia's sounds in the text, which would change the text itself."""
    return Emotion.of(label, intensity)


def test_intensity_zero_is_the_bare_library(engines, folders, name):
    bare = KINDS[name].bare(folders[name])
    assert np.array_equal(say(engines[name]).audio.samples, bare)
    assert np.array_equal(say(engines[name], f"[joy:0] {TEXT}").audio.samples, bare)
    assert np.abs(bare).max() > 0.01
    assert told(say(engines[name]))["emotion"].status == "honoured"


@pytest.mark.parametrize("intensity", [0.25, 0.5])
def test_a_strength_moves_the_text_by_so_many_unit_directions_and_nothing_else(engines, name, intensity):
    engine = engines[name]
    (plain, moved), mask = steered(engine, faint("joy", intensity))
    unit, length = unit_of(engine, "joy")
    assert np.linalg.norm(unit) == pytest.approx(1, abs=UNIT)
    assert length > 0.01
    wanted = intensity * length * unit
    change = moved - plain
    if mask is None:
        assert np.abs(change - wanted).max() < UNIT
    else:
        assert np.abs(change - mask[..., None] * wanted).max() < UNIT
        assert (change[mask == 0] == 0).all()


def test_mixtures_are_the_sum_of_their_parts(engines, name):
    engine = engines[name]
    mixed = parse_script("[joy:0.375 + sadness:0.125] x").spans[0].emotion
    (plain, moved), mask = steered(engine, mixed)
    parts = [
        share * mixed.intensity * unit_of(engine, label)[1] * unit_of(engine, label)[0]
        for label, share in mixed.mixture.items()
        if label != "neutral"
    ]
    assert len(parts) == 2
    rows = 1 if mask is None else mask[..., None]
    assert np.abs((moved - plain) - rows * sum(parts)).max() < UNIT


def test_opposite_emotions_differ_and_the_same_seed_gives_the_same_bytes(engines, folders, name):
    joy, sadness = (say(engines[name], f"[{label}] {TEXT}").audio.samples for label in ("joy", "sadness"))
    assert not np.array_equal(joy, sadness)
    assert not np.array_equal(joy, say(engines[name]).audio.samples)
    fresh = KINDS[name].engine(str(folders[name]))
    assert np.array_equal(say(fresh, f"[joy] {TEXT}").audio.samples, joy)
    assert not np.array_equal(say(engines[name], f"[joy] {TEXT}", job=Job(4)).audio.samples, joy)


def test_words_come_in_order_and_an_emotion_is_told_as_approximated(engines, name):
    track = say(engines[name], "The tide [joy] is turning. [sadness] Go home.")
    assert [word.text for word in track.words] == ["The", "tide", "is", "turning.", "Go", "home."]
    edges = [edge for word in track.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[-1] <= track.audio.duration + 0.05
    assert len(track.stretches) == 3
    assert told(track)["emotion"].status == "approximated" and told(track)["emotion"].why
    assert told(track)["phones"].status == "approximated"


def test_a_stream_gives_the_same_sound_turn_by_turn(engines, name):
    request = SpeechRequest(parse_script(f"{TEXT} [pause 0.2] [joy] It is here. [sadness] Go."), job=Job(3))
    whole, parts = engines[name].generate(request), list(engines[name].stream(request))
    assert len(parts) == 3
    assert np.array_equal(np.concatenate([part.audio.samples for part in parts]), whole.audio.samples)
    assert tuple(word for part in parts for word in part.words) == whole.words
    assert [stretch.span for part in parts for stretch in part.stretches] == [0, 1, 2]
    assert parts[1].start == pytest.approx(parts[0].end)
    assert engines[name].fulfilment(request) == whole.fulfilment
    assert engines[name].describe().sample_rate == whole.audio.sample_rate


def test_a_lock_is_set_on_the_sound_and_told(engines, name):
    plain, slow = say(engines[name]), say(engines[name], faders={"rate": 0.7})
    assert slow.audio.duration == pytest.approx(plain.audio.duration / 0.7, rel=0.12)
    assert told(slow)["adjustments"].status == "approximated"


def test_a_cancel_ends_within_a_step(engines, name):
    seen = []

    def stop(done, total, what):
        if what == "speaking":
            seen.append(done)
            if len(seen) == (1 if name == "coqui-vits" else 3):
                raise Cancelled

    with pytest.raises(Cancelled):
        say(engines[name], job=Job(1, stop))
    assert seen == sorted(seen)
    bare = say(engines[name]).audio.samples  # nothing is left hooked
    assert np.array_equal(bare, say(engines[name]).audio.samples)


def test_it_describes_its_weights_by_a_fingerprint_and_a_licence(engines, folders, name):
    described = engines[name].describe()
    assert "; weights " in described.version
    assert "weights: that of the given folder" in described.licence
    assert KINDS[name].engine().describe().needs
    other = KINDS[name].engine(str(folders[next(n for n in KINDS if n != name)])).describe()
    assert other.version != described.version


@pytest.mark.parametrize("module", ["voice_vectors", "letter_times"])
def test_the_examples_are_true(module):
    result = doctest.testmod(import_module(f"generators.speech.{module}"))
    assert result.attempted and not result.failed


class TestCoquiVits:
    def test_speakers_that_are_no_emotions_leave_the_sound_to_be_bent(self, tmp_path):
        from factories.coqui_vits import build_coqui_vits

        engine = CoquiVits(str(build_coqui_vits(tmp_path / "plain", ("p225", "Joy"))))
        sad = say(engine, f"[sadness] {TEXT}")
        assert sad.audio.duration > 1.03 * say(engine).audio.duration
        assert engine.weights.loaded.directions is None
        assert "WORLD" in told(sad)["emotion"].why

    def test_a_voice_is_chosen_by_name_and_an_emotion_without_speaker_is_told(self, engines):
        engine = engines["coqui-vits"]
        ben = say(engine, voice="Ben").audio.samples
        assert not np.array_equal(ben, say(engine).audio.samples)
        with pytest.raises(UnknownNameError, match="Ben"):
            say(engine, voice="Bem")
        assert "fear" in told(say(engine, f"[fear] {TEXT}"))["labels"].why


class TestSpeechT5:
    def test_without_emotional_voices_the_sound_is_bent(self, folders, tmp_path):
        folder = tmp_path / "plain"
        shutil.copytree(folders["speecht5"], folder)
        shutil.rmtree(folder / "references")
        engine = SpeechT5(str(folder))
        sad, plain = say(engine, f"[sadness] {TEXT}"), say(engine)
        assert sad.audio.duration > 1.03 * plain.audio.duration
        assert "WORLD" in told(sad)["emotion"].why

    def test_recordings_are_listened_to_by_the_speaker_encoder_beside_the_weights(self, folders, tmp_path):
        import soundfile

        times = np.arange(16000) / 16000
        for label, hertz in (("neutral", 120), ("anger", 240), ("sadness", 90)):
            soundfile.write(tmp_path / f"{label}.wav", 0.3 * np.sin(2 * np.pi * hertz * times) ** 3, 16000)
        engine = SpeechT5(str(folders["speecht5"]), references=tmp_path)
        angry, sad = (say(engine, f"[{label}] {TEXT}").audio.samples for label in ("anger", "sadness"))
        assert not np.array_equal(angry, sad)
        assert engine.weights.loaded.directions.directions["anger"].length > 0
        cloned = say(engine, voice=str(tmp_path / "anger.wav")).audio.samples
        assert not np.array_equal(cloned, say(engine).audio.samples)

    def test_a_voice_of_another_width_or_none_is_told(self, engines, tmp_path):
        np.save(tmp_path / "wide.npy", np.zeros(9, np.float32))
        with pytest.raises(InputFileError, match="9 numbers"):
            say(engines["speecht5"], voice=str(tmp_path / "wide.npy"))
        (tmp_path / "text.npy").write_text("no array")
        with pytest.raises(InputFileError, match="no array of numbers"):
            say(engines["speecht5"], voice=str(tmp_path / "text.npy"))
        with pytest.raises(UnknownNameError, match="ana"):
            say(engines["speecht5"], voice="anna")

    def test_a_folder_without_vocoder_names_what_is_missing(self, folders, tmp_path):
        folder = tmp_path / "copy"
        shutil.copytree(folders["speecht5"], folder)
        shutil.rmtree(folder / "vocoder")
        with pytest.raises(EngineError, match="folder vocoder is missing"):
            say(SpeechT5(str(folder)))

    def test_characters_are_read_out_of_a_sentencepiece_model(self, folders, tmp_path):
        from generators.speech.spm_characters import read_characters

        table = read_characters(folders["speecht5"])
        assert table.ids("tea e") == [4, 6, 5, 7, 4, 5, 2]
        assert table.ids("t€") == [4, 6, 3, 2]
        (tmp_path / "spm_char.model").write_bytes((folders["speecht5"] / "spm_char.model").read_bytes()[:41])
        with pytest.raises(EngineError):
            read_characters(tmp_path)


class TestDia:
    def spoken(self, engine, text, monkeypatch, **more):
        """The texts that Dia is given."""
        engine._ready(Job())
        processor, seen = engine.weights.loaded.processor, []
        plain = type(processor).__call__

        def watch(self, text=None, **keywords):
            seen.extend(text)
            return plain(self, text=text, **keywords)

        monkeypatch.setattr(type(processor), "__call__", watch)
        track = say(engine, text, **more)
        return seen, track

    def test_sounds_of_the_script_are_asked_for_in_their_place(self, engines, monkeypatch):
        seen, track = self.spoken(engines["dia"], "Oh [sigh] dear me. [laugh] Yes.", monkeypatch)
        assert seen[0] == "[S1] Oh (sighs) dear me."
        assert "(laughs) Yes." in seen[1]
        assert told(track)["sounds"].status == "approximated"

    def test_a_strong_emotion_begins_with_its_sound_and_a_faint_one_does_not(self, engines, monkeypatch):
        seen, _ = self.spoken(
            engines["dia"], f"[sadness:0.9] {TEXT} It rains. [sadness:0.3] Go.", monkeypatch
        )
        assert seen == [f"[S1] (sighs) {TEXT}", "[S1] It rains.", "[S1] Go."]

    def test_two_speakers_are_told_apart(self, engines, monkeypatch):
        seen, _ = self.spoken(engines["dia"], "[voice Ana] Hello. [voice Ben] Yes.", monkeypatch)
        assert seen == ["[S1] Hello.", "[S2] Yes."]
        seen, _ = self.spoken(engines["dia"], "Hello.", monkeypatch, voice="S2")
        assert seen == ["[S2] Hello."]


class TestCsm:
    def test_what_was_heard_in_the_same_feeling_goes_before_and_is_not_steered(
        self, folders, engines, tmp_path
    ):
        import soundfile

        times = np.arange(24000) / 24000
        for label, hertz in (("neutral", 120), ("anger", 240), ("sadness", 90)):
            soundfile.write(tmp_path / f"{label}.wav", 0.3 * np.sin(2 * np.pi * hertz * times), 24000)
            (tmp_path / f"{label}.txt").write_text(f"I said {label}.")
        engine = Csm(str(folders["csm"]), references=tmp_path)
        plain = say(engine)
        assert np.array_equal(plain.audio.samples, say(engines["csm"]).audio.samples)
        angry, without = say(engine, f"[anger] {TEXT}"), say(engines["csm"], f"[anger] {TEXT}")
        assert not np.array_equal(angry.audio.samples, without.audio.samples)
        assert "heard before" in told(angry)["emotion"].why
        _, moved = _watched(engine.weights.loaded.model.embed_text_tokens, engine, Emotion.of("anger"))
        ids = engine.weights.loaded.processor.tokenizer(
            "<|begin_of_text|>[0]I said anger.<|end_of_text|>", add_special_tokens=False
        )["input_ids"]
        embedded = engine.weights.loaded.model.embed_text_tokens.weight.detach().numpy()[ids]
        assert np.array_equal(moved[0, : len(ids)], embedded)

    def test_a_recording_without_its_words_is_told(self, folders, tmp_path):
        import soundfile

        for label in ("neutral", "anger"):
            soundfile.write(tmp_path / f"{label}.wav", np.zeros(24000), 24000)
        with pytest.raises(InputFileError, match=r"neutral\.txt|anger\.txt|words"):
            say(Csm(str(folders["csm"]), references=tmp_path))
