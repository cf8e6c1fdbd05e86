"""What is each one's own: coqui VITS, SpeechT5, Dia, CSM."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from factories.steered_speech import TEXT, say, told, watched

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, InputFileError, UnknownNameError
from generators.base import Job
from generators.speech.coqui_vits import CoquiVits
from generators.speech.csm import Csm
from generators.speech.speecht5 import SpeechT5


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
        _, moved = watched(engine.weights.loaded.model.embed_text_tokens, engine, Emotion.of("anger"))
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
