from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError, InputFileError, UnknownNameError
from conditioning.faders import Adjustment
from conditioning.script import Script, Span, parse_script
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.speech.repitch import repitched
from generators.speech.xtts import Xtts, pieces

TEXT = "The tide is turning."
NEUTRAL = Emotion.neutral()


@pytest.fixture(scope="module")
def engine(tiny_xtts: Path) -> Xtts:
    return Xtts(str(tiny_xtts))


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stand-ins for emotional speech: sounds that differ in pitch and pace."""
    folder = tmp_path_factory.mktemp("references")
    for name, pitch, pace in (
        ("neutral", 120, 3),
        ("anger", 220, 6),
        ("sadness-1", 90, 1.5),
        ("sadness-2", 95, 1.2),
    ):
        soundfile.write(folder / f"{name}.wav", hum(pitch, 1.0, pace=pace), 22050)
    return folder


@pytest.fixture(scope="module")
def taught(tiny_xtts: Path, recordings: Path) -> Xtts:
    return Xtts(str(tiny_xtts), references=recordings)


def hum(
    pitch: float, seconds: float, *, sample_rate: int = 22050, pace: float = 3.0, sweep_st: float = 0.0
) -> np.ndarray:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    f0 = pitch * 2 ** (sweep_st / 12 * np.sin(2 * np.pi * time / seconds))
    phase = 2 * np.pi * np.cumsum(f0) / sample_rate
    tone = sum(np.sin(k * phase) / k for k in range(1, 12))
    return (0.2 * tone * (1 + 0.5 * np.sin(2 * np.pi * pace * time))).astype(np.float32)


def f0_of(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """F0 of each 50 ms in hertz, from the peak of the autocorrelation between 80 and 400 Hz."""
    window = sample_rate // 20
    found = []
    for start in range(0, len(samples) - 2 * window, window):
        frame = samples[start : start + 2 * window].astype(float)
        correlation = np.array(
            [frame[:window] @ frame[lag : lag + window] for lag in range(sample_rate // 80)]
        )
        least = sample_rate // 400
        rising = [
            k
            for k in range(least, len(correlation) - 1)
            if correlation[k - 1] < correlation[k] >= correlation[k + 1]
        ]
        highest = max(correlation[k] for k in rising)
        peak = next(
            k for k in rising if correlation[k] > 0.85 * highest
        )  # the first one is no multiple of the period
        low, middle, high = correlation[peak - 1 : peak + 2]
        found.append(sample_rate / (peak + 0.5 * (low - high) / (low - 2 * middle + high)))
    return np.array(found)


def say(
    engine: Xtts, *spans: tuple[str, Emotion], voice: str = "", language: str = "en", job: Job | None = None,
    adjustments: tuple[Adjustment, ...] = (),
) -> SpeechTrack:  # fmt: skip
    script = Script(tuple(Span(text, emotion) for text, emotion in spans))
    return engine.generate(SpeechRequest(script, voice, language, adjustments, job or Job(5)))


def aspect(track: SpeechTrack, name: str) -> Any:
    return next(a for a in track.fulfilment if a.name == name)


def bare(folder: Path, text: str, speaker: str, language: str, seed: int) -> np.ndarray:
    import torch
    from TTS.tts.configs.xtts_config import XttsConfig
    from TTS.tts.models.xtts import Xtts as Model

    config = XttsConfig()
    config.load_json(str(folder / "config.json"))
    model = Model(config)
    model.load_checkpoint(config, checkpoint_dir=str(folder), eval=True)
    torch.manual_seed(seed)
    return np.asarray(model.synthesize(text, speaker=speaker, language=language)["wav"])


@pytest.mark.parametrize("kind", ["engine", "taught"])
def test_intensity_zero_is_the_bare_library_call(
    kind: str, tiny_xtts: Path, request: pytest.FixtureRequest
) -> None:
    track = say(request.getfixturevalue(kind), (TEXT, Emotion.of("anger").scaled(0)), voice="Ben")
    expected = bare(tiny_xtts, TEXT, "Ben", "en", 5)
    assert np.array_equal(track.audio.samples, expected)
    assert np.abs(expected).max() > 0
    assert track.audio.sample_rate == 24000
    assert aspect(track, "emotion").status == aspect(track, "intensity").status == "honoured"


def test_recordings_change_the_voice_with_intensity_and_emotion(taught: Xtts) -> None:
    sounds = [
        say(taught, (TEXT, emotion)).audio.samples
        for emotion in (NEUTRAL, Emotion.of("anger", 0.5), Emotion.of("anger"), Emotion.of("sadness"))
    ]
    for i, one in enumerate(sounds):
        for other in sounds[:i]:
            assert not np.array_equal(one, other)


def test_full_intensity_moves_latents_by_the_whole_difference(taught: Xtts) -> None:
    """A voice whose neutral recording is the neutral reference gets the latents of the emotional one."""
    import torch

    say(taught, ("Hm.", NEUTRAL))
    loaded = taught.weights.loaded
    assert loaded is not None
    assert loaded.references is not None
    voice = loaded.voices["Ana"]
    change = loaded.references.directions["anger"].prosody
    half, whole = (loaded.references.steered(voice, Emotion.of("anger", i)) for i in (0.5, 1.0))
    torch.testing.assert_close(whole.prosody - voice.prosody, change, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(half.prosody - voice.prosody, change / 2, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(whole.colour.norm(dim=1), torch.ones(1, 1))


def test_an_emotion_without_recording_is_taken_from_its_neighbours(taught: Xtts) -> None:
    track = say(taught, (TEXT, Emotion.of("rage")))
    assert aspect(track, "labels").status == "approximated"
    assert "rage" in aspect(track, "labels").why
    assert not np.array_equal(track.audio.samples, say(taught, (TEXT, NEUTRAL)).audio.samples)


def test_without_recordings_sadness_is_slower_and_softer_than_anger(engine: Xtts) -> None:
    sad, angry = (say(engine, (TEXT, Emotion.of(name))).audio for name in ("sadness", "anger"))
    assert sad.duration > angry.duration
    assert np.sqrt(np.mean(sad.samples**2)) < np.sqrt(np.mean(angry.samples**2))


def test_a_locked_rate_is_heard_and_an_unknown_control_is_reported(engine: Xtts) -> None:
    slow, fast = (
        say(engine, (TEXT, NEUTRAL), adjustments=(Adjustment("prosody.rate", rate),)) for rate in (0.8, 1.25)
    )
    assert slow.audio.duration / fast.audio.duration == pytest.approx(1.25 / 0.8, rel=0.1)
    assert aspect(slow, "adjustments").status == "honoured"
    creaking = say(engine, (TEXT, NEUTRAL), adjustments=(Adjustment("prosody.creak", 0.5),))
    assert aspect(creaking, "adjustments").status == "ignored"


def test_each_span_has_its_own_emotion_seed_and_stretch(engine: Xtts) -> None:
    one, other = (
        say(engine, ("Come here.", Emotion.of("joy")), ("Go away.", emotion))
        for emotion in (Emotion.of("anger"), Emotion.of("sadness"))
    )
    first, second = one.stretches
    border = round(first.end * one.audio.sample_rate)
    assert np.array_equal(one.audio.samples[:border], other.audio.samples[:border])
    assert second.start == first.end
    assert second.end == pytest.approx(one.audio.duration)
    assert one.timeline.at(first.start).label == "joy"
    assert one.timeline.at(second.end).label == "anger"
    assert [word.text for word in one.words] == ["Come", "here.", "Go", "away."]
    assert all(a.end <= b.start + 1e-9 for a, b in zip(one.words, one.words[1:], strict=False))
    assert one.phones == ()


def test_a_pause_and_a_span_without_words_are_silence(engine: Xtts) -> None:
    script = Script((Span("Go.", NEUTRAL, pause=0.5), Span("", NEUTRAL, pause=0.25)))
    track = engine.generate(SpeechRequest(script))
    rate = track.audio.sample_rate
    assert not track.audio.samples[: rate // 2].any()
    assert not track.audio.samples[-rate // 4 :].any()
    assert track.stretches[0].start == pytest.approx(0.5)
    assert len(track.stretches) == 2


def test_a_stream_gives_the_same_sound_span_by_span(engine: Xtts) -> None:
    script = Script((Span("Come here.", Emotion.of("joy")), Span("Go.", NEUTRAL, pause=0.2)))
    request = SpeechRequest(script, job=Job(5))
    whole, parts = engine.generate(request), list(engine.stream(request))
    assert len(parts) == 2
    assert np.array_equal(np.concatenate([part.audio.samples for part in parts]), whole.audio.samples)
    assert tuple(word for part in parts for word in part.words) == whole.words
    assert engine.fulfilment(request) == whole.fulfilment


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(engine: Xtts) -> None:
    first, again = (say(engine, (TEXT, Emotion.of("joy"))).audio.samples.tobytes() for _ in range(2))
    assert first == again
    assert say(engine, (TEXT, Emotion.of("joy")), job=Job(6)).audio.samples.tobytes() != first


def test_cancel_stops_within_a_span(engine: Xtts) -> None:
    cancel = threading.Event()
    seen: list[float] = []

    def progress(done: float, total: float, what: str) -> None:
        seen.append(done)
        if len(seen) == 4:
            cancel.set()

    with pytest.raises(Cancelled):
        say(engine, (TEXT, NEUTRAL), job=Job(0, progress, cancel))
    assert len(seen) == 4
    assert max(seen) < 1


def test_a_text_too_long_for_one_call_is_said_in_parts(engine: Xtts) -> None:
    long = "The sea is wide and the boat is small. " * 6
    assert (
        say(engine, (long, NEUTRAL)).audio.duration > 1.5 * say(engine, (long[:39], NEUTRAL)).audio.duration
    )


def test_a_recording_can_be_the_voice(engine: Xtts, recordings: Path) -> None:
    cloned = say(engine, (TEXT, NEUTRAL), voice=str(recordings / "neutral.wav"))
    assert not np.array_equal(cloned.audio.samples, say(engine, (TEXT, NEUTRAL)).audio.samples)


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_a_recording_that_is_none_or_too_short_is_refused(
    engine: Xtts, tmp_path: Path, seconds: float
) -> None:
    path = tmp_path / "voice.wav"
    if seconds:
        soundfile.write(path, hum(200, seconds), 22050)
    else:
        path.write_text("not a sound")
    with pytest.raises(InputFileError, match=r"voice\.wav"):
        say(engine, (TEXT, NEUTRAL), voice=str(path))


def test_a_speaker_of_the_script_that_is_a_voice_is_that_voice(engine: Xtts) -> None:
    spans = (Span(TEXT, NEUTRAL, speaker="Ben"), Span(TEXT, NEUTRAL, speaker="Captain"))
    track = engine.generate(SpeechRequest(Script(spans), "Ana", job=Job(5)))
    border = round(track.stretches[0].end * 24000)
    assert np.array_equal(
        track.audio.samples[:border], say(engine, (TEXT, NEUTRAL), voice="Ben").audio.samples
    )
    assert "Captain" in aspect(track, "speaker").why


def test_unknown_voices_and_languages_are_named_with_what_is_near(engine: Xtts) -> None:
    with pytest.raises(UnknownNameError, match="Ana"):
        say(engine, (TEXT, NEUTRAL), voice="Anna")
    with pytest.raises(UnknownNameError, match="klingon"):
        say(engine, (TEXT, NEUTRAL), language="klingon")
    assert say(engine, ("Hola.", NEUTRAL), language="es-MX").audio.duration > 0


def test_an_original_checkpoint_is_read_and_left_as_it_was(tiny_xtts: Path, tmp_path: Path) -> None:
    """Original weights hold configuration objects under the classes' old module; coqui-tts would rewrite the file."""
    import torch
    from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig

    folder = tmp_path / "original"
    shutil.copytree(tiny_xtts, folder)
    weights = torch.load(folder / "model.pth", weights_only=True)["model"]
    with pytest.MonkeyPatch.context() as patch:
        for kind in (XttsArgs, XttsAudioConfig):
            patch.setattr(kind, "__module__", "TTS.tts.models.xtts")
        torch.save({"model": weights, "config": XttsConfig()}, folder / "model.pth")
    before = (folder / "model.pth").read_bytes()
    sound = say(Xtts(str(folder)), (TEXT, NEUTRAL)).audio.samples
    assert np.array_equal(sound, bare(tiny_xtts, TEXT, "Ana", "en", 5))
    assert (folder / "model.pth").read_bytes() == before


def test_weights_that_carry_code_are_refused(tiny_xtts: Path, tmp_path: Path) -> None:
    import torch

    folder = tmp_path / "wicked"
    shutil.copytree(tiny_xtts, folder)
    torch.save({"model": {}, "extra": Wicked(tmp_path / "ran")}, folder / "model.pth")
    with pytest.raises(EngineError, match="more than numbers"):
        say(Xtts(str(folder)), (TEXT, NEUTRAL))
    assert not (tmp_path / "ran").exists()


class Wicked:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self.path,)


def test_recordings_without_neutral_or_with_a_strange_name_are_refused(
    tiny_xtts: Path, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "anger.wav", hum(200, 1.0), 22050)
    with pytest.raises(EngineError, match=r"neutral\.wav"):
        say(Xtts(str(tiny_xtts), references=tmp_path), (TEXT, NEUTRAL))
    soundfile.write(tmp_path / "angre.wav", hum(200, 1.0), 22050)
    with pytest.raises(UnknownNameError, match="anger"):
        say(Xtts(str(tiny_xtts), references=tmp_path), (TEXT, NEUTRAL))


def test_without_weights_it_describes_itself_and_says_what_to_give() -> None:
    engine = Xtts()
    assert "not for commercial use" in engine.describe().needs[0]
    with pytest.raises(EngineError, match="speech=xtts:coqui/XTTS-v2"):
        say(engine, (TEXT, NEUTRAL))


def test_a_folder_that_lacks_files_is_refused_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EngineError, match=r"model\.pth is missing; vocab\.json is missing"):
        say(Xtts(str(tmp_path)), (TEXT, NEUTRAL))


def test_pitch_moves_by_the_semitones_asked_for() -> None:
    sound = hum(140, 1.0, sample_rate=24000)
    higher = repitched(sound, 24000, 4.0, 1.0)
    change = 12 * np.log2(np.median(f0_of(higher, 24000)) / np.median(f0_of(sound, 24000)))
    assert change == pytest.approx(4.0, abs=0.3)


def test_pitch_range_widens_by_the_factor_asked_for() -> None:
    sound = hum(160, 1.5, sample_rate=24000, sweep_st=3.0)
    wider = repitched(sound, 24000, 0.0, 1.6)
    spread = [np.std(12 * np.log2(f0_of(s, 24000))) for s in (sound, wider)]
    assert spread[1] / spread[0] == pytest.approx(1.6, rel=0.1)


def test_nothing_asked_of_the_pitch_returns_the_same_samples() -> None:
    sound = hum(140, 0.3)
    assert repitched(sound, 22050, 0.0, 1.0) is sound


def test_pieces_keep_all_words_and_all_fit() -> None:
    text = "One two three. Four, five six; seven eight nine ten eleven! Twelve."
    parts = pieces(text, lambda part: len(part) <= 20)
    assert all(len(part) <= 20 for part in parts)
    assert " ".join(parts).split() == text.split()
    assert pieces("  one   ", lambda part: False)[0] == "o"
    assert pieces(" ... ", lambda part: len(part) < 2) == [".", ".", "."]
    assert pieces("   ", lambda part: False) == []
    assert pieces("海很宽。船很小，风很大。", lambda part: len(part) <= 7) == [
        "海很宽。",
        "船很小，",
        "风很大。",
    ]
    assert pieces("It is 3,5 or 4.5 m", lambda part: len(part) <= 12) == ["It is 3,5", "or 4.5 m"]
    assert len(pieces("x" * 50, lambda part: len(part) <= 20)) >= 3


class TestDirections:
    def spoken(self, engine: Xtts, text: str) -> SpeechTrack:
        return engine.generate(SpeechRequest(parse_script(text), job=Job(3)))

    def test_other_words_are_said_in_the_place_of_those_written(self, engine: Xtts) -> None:
        told = self.spoken(engine, 'The [say tide as "moon"] is turning.')
        assert np.array_equal(told.audio.samples, self.spoken(engine, "The moon is turning.").audio.samples)
        assert [word.text for word in told.words] == ["The", "tide", "is", "turning."]
        assert [a.status for a in told.fulfilment if a.name == "pronunciation"] == ["honoured"]

    def test_signs_of_emphasis_are_not_read_and_the_sound_is_bent(self, engine: Xtts) -> None:
        plain, told = self.spoken(engine, TEXT), self.spoken(engine, "The *tide* is turning.")
        assert [word.text for word in told.words] == TEXT.split()
        assert not np.array_equal(told.audio.samples, plain.audio.samples)
        assert [a.status for a in told.fulfilment if a.name == "emphasis"] == ["approximated"]

    def test_ipa_is_told_as_left_to_its_own_rules(self, engine: Xtts) -> None:
        told = self.spoken(engine, "The [say tide as /taɪd/] is turning.")
        assert np.array_equal(told.audio.samples, self.spoken(engine, TEXT).audio.samples)
        (aspect,) = [a for a in told.fulfilment if a.name == "pronunciation"]
        assert aspect.status == "ignored" and "taɪd" in aspect.why
