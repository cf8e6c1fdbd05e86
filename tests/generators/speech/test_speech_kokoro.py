from __future__ import annotations

import itertools

import numpy as np
import onnxruntime
import pytest
from factories.kokoro import build_kokoro
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import Cancelled, EngineError, RequestError, UnknownNameError
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from external.world import world
from generators.base import Job, SpeechRequest
from generators.speech import kokoro_weights
from generators.speech.kokoro import Kokoro
from generators.speech.kokoro_network import HEADROOM
from generators.speech.kokoro_voices import blend_parts
from generators.speech.kokoro_weights import installed, kokoro_table

TEXT = "My sister kept the letter in a small wooden box."
RATE = 24_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_kokoro(tmp_path_factory.mktemp("kokoro"))


@pytest.fixture(scope="module")
def engine(folder):
    return Kokoro(str(folder))


def say(engine, text=TEXT, *, seed=1, faders=None, **more):
    adjustments = tuple(Adjustment(f"prosody.{name}", value=value) for name, value in (faders or {}).items())
    job = more.pop("job", Job(seed))
    return engine.generate(SpeechRequest(parse_script(text), adjustments=adjustments, job=job, **more))


def f0(track):
    sound = track.audio.samples.astype(float)
    found, times = world().dio(sound, RATE, f0_floor=60.0, f0_ceil=600.0)
    found = world().stonemask(sound, found, times, RATE)
    return float(np.median(found[found > 0]))


def level(track):
    return 10 * np.log10(np.mean(track.audio.samples.astype(float) ** 2))


def whole(content, engine, text, voice):
    """The sound of the network in one piece, as its own package runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    network = engine._network_of(engine._people[voice])
    sentence = next(engine._reader.sentences(parse_script(text)))
    ids = [network.vocabulary[symbol] for symbol in sentence.phonemes if symbol in network.vocabulary]
    style = engine._weights.styles[voice][len(ids) - 1][None]
    given = {"tokens": np.array([[0, *ids, 0]]), "style": style, "speed": np.ones(1, np.float32)}
    return session.run(None, given)[0]


class TestNeutral:
    def test_neutral_speech_is_bit_by_bit_the_bare_network_at_half_its_level(self, engine, folder):
        bare = whole(str(folder / "kokoro-v1.0.int8.onnx"), engine, TEXT, "af_low")
        assert np.array_equal(say(engine, voice="af_low").audio.samples, bare * np.float32(0.5))
        assert HEADROOM == 0.5

    def test_intensity_zero_is_neutral(self, engine):
        assert np.array_equal(say(engine, f"[joy:0] {TEXT}").audio.samples, say(engine).audio.samples)

    def test_the_same_seed_gives_the_same_bytes_and_another_one_others(self, engine, folder):
        text = f"[fear] {TEXT}"
        again = say(Kokoro(str(folder)), text).audio.samples
        assert np.array_equal(say(engine, text).audio.samples, again)
        assert not np.array_equal(say(engine, text, seed=2).audio.samples, again)


class TestControls:
    def test_pitch_moves_f0_by_what_was_asked(self, engine):
        for semitones in (-4.0, 4.0):
            moved = 12 * np.log2(f0(say(engine, faders={"pitch": semitones})) / f0(say(engine)))
            assert moved == pytest.approx(semitones, abs=0.3)

    def test_rate_sets_how_long_it_lasts(self, engine):
        plain = say(engine).audio.duration
        for rate in (0.7, 1.25):
            assert say(engine, faders={"rate": rate}).audio.duration == pytest.approx(plain / rate, rel=0.06)

    def test_a_unit_of_effort_is_three_decibels(self, engine):
        plain = level(say(engine))
        for effort in (-1.0, 1.0):
            assert level(say(engine, faders={"effort": effort})) - plain == pytest.approx(3 * effort, abs=1.0)

    def test_formants_move_without_f0_and_without_length(self, engine):
        track, plain = say(engine, faders={"formant": 0.9}), say(engine)
        assert f0(track) == pytest.approx(f0(plain), rel=0.02)
        assert track.audio.duration == pytest.approx(plain.audio.duration, rel=0.05)

    def test_a_whisper_has_no_tone(self, engine):
        def periodicity(track):
            """Median over stretches of 40 ms of the highest likeness to what sounds 2.5 to 12.5 ms later."""
            found = []
            sound = track.audio.samples.astype(float)
            for begin in range(0, len(sound) - 1300, 1920):
                piece = sound[begin : begin + 960]
                later = [sound[begin + lag : begin + lag + 960] for lag in range(60, 300, 2)]
                found.append(max(np.corrcoef(piece, other)[0, 1] for other in later))
            return np.median(found)

        assert periodicity(say(engine)) > 0.8
        assert periodicity(say(engine, faders={"whisper": 1.0})) < 0.5

    @pytest.mark.parametrize("fader", ["creak", "jitter", "breathiness", "tension"])
    def test_each_quality_is_heard_and_told_as_approximated(self, engine, fader):
        value = {"jitter": 0.3}.get(fader, 0.8)
        track = say(engine, faders={fader: value})
        assert not np.array_equal(track.audio.samples, say(engine).audio.samples)
        assert np.isfinite(track.audio.samples).all()
        assert [a.status for a in track.fulfilment if a.name == fader] == ["approximated"]

    def test_emotions_move_pitch_and_pace_as_they_do_in_people(self, engine):
        joy, sadness = say(engine, f"[joy] {TEXT}"), say(engine, f"[sadness] {TEXT}")
        assert f0(joy) > 1.2 * f0(sadness)
        assert joy.words[-1].end < sadness.words[-1].end

    def test_an_emotion_on_one_word_leaves_words_two_away(self, engine):
        plain = say(engine)
        moved = say(engine, TEXT.replace("small", "[anger]small[/]"))
        lengths = [[w.end - w.start for w in track.words] for track in (plain, moved)]
        assert lengths[1][:5] == pytest.approx(lengths[0][:5], rel=0.05, abs=0.01)
        own = [int(w.start * RATE) for w in plain.words]
        assert np.allclose(plain.audio.samples[: own[5]], moved.audio.samples[: own[5]], atol=0.02)


class TestTimes:
    def test_words_and_phones_come_in_order_and_end_inside_the_sound(self, engine):
        track = say(engine, f"[joy] {TEXT} [sadness] Nobody knows.")
        assert [w.text for w in track.words] == [*TEXT.split(), "Nobody", "knows."]
        for times in (track.words, track.phones):
            edges = [t for each in times for t in (each.start, each.end)]
            assert all(b >= a - 1e-6 for a, b in itertools.pairwise(edges))
            assert edges[-1] <= track.audio.duration

    def test_the_parts_of_a_stream_are_the_track(self, engine):
        request = SpeechRequest(parse_script(f"[joy] {TEXT} Really? [laugh] No."), job=Job(3))
        parts = np.concatenate([part.audio.samples for part in engine.stream(request)])
        assert np.array_equal(parts, engine.generate(request).audio.samples)

    def test_a_pitch_in_hertz_is_that_of_the_voice_that_speaks(self, engine):
        from conditioning.ssml import parse_ssml

        script = parse_ssml(f'<speak><prosody pitch="150Hz">{TEXT}</prosody></speak>')
        for voice in ("af_high", "am_deep"):
            track = engine.generate(SpeechRequest(script, voice=voice))
            assert f0(track) == pytest.approx(150, rel=0.08)

    def test_it_can_be_stopped(self, engine):
        def stop(done, total, what):
            raise Cancelled

        with pytest.raises(Cancelled):
            say(engine, job=Job(1, stop))


class TestVoices:
    def test_a_blend_lies_between_its_voices(self, engine):
        high, low = f0(say(engine, voice="af_high")), f0(say(engine, voice="af_low"))
        half = f0(say(engine, voice="af_high+af_low"))
        assert low < f0(say(engine, voice="af_high:0.2+af_low:0.8")) < half < high

    def test_a_blend_of_one_voice_is_that_voice(self, engine):
        one = say(engine, voice="AF_low:0.3").audio.samples
        assert np.array_equal(one, say(engine, voice="af_low").audio.samples)

    def test_speakers_of_a_script_have_voices_of_their_own(self, engine):
        track = say(engine, f"{TEXT} [voice am_deep] {TEXT} [voice Ada] {TEXT}")
        told = [aspect.why for aspect in track.fulfilment if aspect.name == "speaker"]
        assert told == ["Ada is spoken by af_low."]
        first, second = track.stretches[:2]
        halves = [say(engine, voice=voice).audio.samples[3000:9000] for voice in ("af_high", "am_deep")]
        assert np.allclose(track.audio.samples[3000:9000], halves[0])
        assert not np.allclose(halves[0], halves[1])
        assert second.start > first.end

    def test_who_speaks_is_told(self, engine):
        assert [(c.name, c.sex) for c in engine.characters] == [
            ("af_high", "female"), ("af_low", "female"), ("am_deep", "male"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "name", ["af_high:0+af_low:1", "af_high:x", "af_high:-1", "af_high:nan", "af_high+af_low:2"]
    )
    def test_a_share_that_is_none_is_an_error(self, engine, name):
        with pytest.raises(RequestError, match="share"):
            say(engine, voice=name)

    def test_an_unknown_voice_names_the_nearest(self, engine):
        with pytest.raises(UnknownNameError, match="af_hihg") as caught:
            say(engine, voice="af_hihg+af_low")
        assert "af_high" in caught.value.suggestions

    @given(st.dictionaries(st.sampled_from("abcd"), st.floats(1e-3, 1e3), min_size=1))
    def test_shares_add_up_to_one(self, shares):
        parts = blend_parts("+".join(f"{name}:{share!r}" for name, share in shares.items()))
        assert sum(parts.values()) == pytest.approx(1)
        assert list(parts) == list(shares)


class TestWeights:
    def test_without_the_packages_the_engine_is_listed_and_says_what_it_needs(self, monkeypatch):
        table = dict(kokoro_table("package"), name="no_such_package")
        monkeypatch.setattr(kokoro_weights, "kokoro_table", lambda name: table)
        described = Kokoro().describe()
        assert "affect-studio[kokoro]" in described.needs[0] and "66 MB" in described.needs[0]
        assert "Apache-2.0" in described.licence and "jm_kumo" in described.options
        with pytest.raises(EngineError, match="no_such_package") as caught:
            say(Kokoro())
        assert "pip install 'affect-studio[kokoro]'" in caught.value.remedy

    def test_what_is_no_folder_of_kokoro_is_an_error(self, tmp_path, folder):
        with pytest.raises(EngineError, match="is not a folder"):
            Kokoro(str(tmp_path / "none"))
        with pytest.raises(EngineError, match=r"0 \.onnx files"):
            Kokoro(str(tmp_path))

    @pytest.mark.parametrize("content", [b"", b"nonsense that is no network", b"\x08\x07\x3a\x05\x0a\xff"])
    def test_a_broken_network_is_an_error(self, tmp_path, folder, content):
        (tmp_path / "a.onnx").write_bytes(content)
        (tmp_path / "v.bin").write_bytes((folder / "voices-v1.0.bin").read_bytes())
        with pytest.raises(EngineError):
            say(Kokoro(str(tmp_path)))

    def test_voices_of_another_shape_or_none_are_an_error(self, tmp_path, folder):
        (tmp_path / "a.onnx").write_bytes((folder / "kokoro-v1.0.int8.onnx").read_bytes())
        np.savez(tmp_path / "v.npz", af_x=np.zeros((3, 4), np.float32))
        with pytest.raises(EngineError, match="af_x"):
            say(Kokoro(str(tmp_path)))
        (tmp_path / "v.npz").write_bytes(b"no archive")
        with pytest.raises(EngineError, match="no file of voices"):
            say(Kokoro(str(tmp_path)))


@pytest.mark.skipif(not installed(), reason="the packages of the extra kokoro are not installed")
class TestReleasedWeights:
    @pytest.fixture(scope="class")
    def released(self):
        return Kokoro()

    def test_the_cut_network_speaks_bit_by_bit_as_in_one_piece(self, released):
        content, _ = released._weights._network()
        for voice in ("jm_kumo", "jf_nezumi"):
            bare = whole(content, released, "A small wooden box.", voice)
            spoken = say(released, "A small wooden box.", voice=voice).audio.samples
            assert np.array_equal(spoken, bare * HEADROOM)

    def test_a_man_and_a_woman_speak_at_their_own_pitch(self, released):
        assert 75 < f0(say(released, voice="jm_kumo")) < 110
        assert 190 < f0(say(released, voice="jf_nezumi")) < 260

    def test_emotion_moves_it(self, released):
        joy, sadness = (say(released, f"[{name}] {TEXT}") for name in ("joy", "sadness"))
        assert f0(joy) > 1.2 * f0(sadness)
        assert level(joy) > level(sadness) + 3
