from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from generators.base import Job, MusicRequest, MusicTrack
from generators.music.musicgen import Musicgen
from generators.music.stretches import continued, fit_stereo

TEXT = "solo piano"
RATE = 16000  # of the tiny checkpoint


def make(
    engine: Musicgen, emotion: Emotion | Timeline, *, seconds: float = 0.3, seed: int = 3, rate: int = RATE
) -> MusicTrack:
    timeline = emotion if isinstance(emotion, Timeline) else Timeline.constant(emotion)
    return engine.generate(MusicRequest(Conditioning(timeline), seconds, TEXT, rate, Job(seed)))


@pytest.fixture(scope="module")
def engine(tiny_musicgen: Path) -> Musicgen:
    return Musicgen(str(tiny_musicgen))


def status(track: MusicTrack, name: str) -> str:
    return next(aspect.status for aspect in track.fulfilment if aspect.name == name)


def test_intensity_zero_is_the_bare_library_call(engine: Musicgen, tiny_musicgen: Path) -> None:
    import torch
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    model = MusicgenForConditionalGeneration.from_pretrained(tiny_musicgen, local_files_only=True)
    inputs = AutoTokenizer.from_pretrained(tiny_musicgen)([TEXT], return_tensors="pt")
    torch.manual_seed(3)
    bare = (
        model.generate(**inputs, max_new_tokens=18)[0].numpy().T
    )  # 15 frames, 3 more for the codebooks' delay
    track = make(engine, Emotion.of("anger").scaled(0))
    assert np.array_equal(track.audio.samples, fit_stereo(bare, RATE, RATE, round(0.3 * RATE)))
    assert np.abs(track.audio.samples).max() > 0
    assert {aspect.status for aspect in track.fulfilment} == {"honoured"}


@pytest.mark.parametrize("rate", [RATE, 22050])
def test_one_channel_sounds_alike_on_both_sides_and_missing_time_is_silence(rate: int) -> None:
    tone = np.sin(np.arange(1600, dtype=np.float32) / 10)[:, None]
    both = fit_stereo(tone, RATE, rate, rate // 5)
    assert both.shape == (rate // 5, 2)
    assert np.array_equal(both, fit_stereo(np.repeat(tone, 2, axis=1), RATE, rate, rate // 5))
    assert np.array_equal(both[:, 0], both[:, 1])
    assert both[: rate // 10].any() and not both[rate // 10 + 1 :].any()


def test_intensity_and_emotion_change_the_sound(engine: Musicgen) -> None:
    sounds = [
        make(engine, emotion).audio.samples
        for emotion in (
            Emotion.neutral(),
            Emotion.of("anger", 0.5),
            Emotion.of("anger"),
            Emotion.of("sadness"),
        )
    ]
    for i, one in enumerate(sounds):
        for other in sounds[:i]:
            assert not np.array_equal(one, other)


def test_the_direction_alone_changes_the_sound(engine: Musicgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generators.music.hub.prompt_words", lambda text, emotion, medium: text)
    angry, neutral = (
        make(engine, emotion).audio.samples for emotion in (Emotion.of("anger"), Emotion.neutral())
    )
    assert not np.array_equal(angry, neutral)


def test_only_the_conditional_half_of_the_guidance_is_steered(engine: Musicgen) -> None:
    def seen(emotion: Emotion) -> np.ndarray:
        states: list[np.ndarray] = []

        def note(_: Any, __: Any, keywords: dict[str, Any]) -> None:
            states.append(keywords["encoder_hidden_states"].detach().numpy().copy())

        make(engine, Emotion.neutral(), seconds=0.05)  # so that it is loaded
        handle = engine.weights.loaded.model.decoder.register_forward_pre_hook(note, with_kwargs=True)
        make(engine, emotion, seconds=0.05)
        handle.remove()
        return states[0]

    neutral, angry = seen(Emotion.neutral()), seen(Emotion.of("anger"))
    assert len(neutral) == len(angry) == 2  # with and without the prompt
    assert np.abs(angry[0]).max() > 0
    assert not neutral[1].any()
    assert not angry[1].any()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(engine: Musicgen) -> None:
    first, again = (make(engine, Emotion.of("joy")).audio.samples for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert make(engine, Emotion.of("joy"), seed=4).audio.samples.tobytes() != first.tobytes()


def test_the_callers_random_state_is_left_alone(engine: Musicgen) -> None:
    import torch

    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    make(engine, Emotion.of("joy"), seconds=0.2)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(("seconds", "rate"), [(0.31, 44100), (1.003, 48000)])
def test_the_sound_is_stereo_of_the_exact_length_and_rate(
    engine: Musicgen, seconds: float, rate: int
) -> None:
    track = make(engine, Emotion.of("joy"), seconds=seconds, rate=rate)
    assert track.audio.samples.shape == (round(seconds * rate), 2)
    assert (track.audio.samples.dtype, track.audio.sample_rate) == (np.float32, rate)
    assert track.score is None


def test_a_timeline_is_played_in_stretches_of_their_own_emotion(tiny_musicgen: Path) -> None:
    engine = Musicgen(str(tiny_musicgen), longest=1.0, stride=0.3)
    joy, anger = Emotion.of("joy"), Emotion.of("anger")
    turning = Timeline.of([(0, joy), (0.3, joy), (0.3, anger), (0.6, anger)])
    other = Timeline.of([(0, joy), (0.3, joy), (0.3, Emotion.neutral()), (0.6, Emotion.neutral())])
    track, control = make(engine, turning, seconds=0.6), make(engine, other, seconds=0.6)
    border, join = round(0.3 * RATE), round(0.05 * RATE)
    assert np.array_equal(track.audio.samples[: border - join], control.audio.samples[: border - join])
    assert not np.array_equal(track.audio.samples[border:], control.audio.samples[border:])
    assert status(track, "timeline") == "approximated"


def test_a_piece_longer_than_the_model_has_no_hole(tiny_musicgen: Path) -> None:
    track = make(Musicgen(str(tiny_musicgen), longest=0.5), Emotion.of("joy"), seconds=1.2)
    frames = track.audio.samples[: RATE * 6 // 5, 0].reshape(-1, 1600)
    assert (frames.std(axis=1) > 1e-4).all()


def test_stereo_weights_give_two_channels_and_can_be_continued(tmp_path: Path) -> None:
    from factories.musicgen import build_musicgen

    engine = Musicgen(str(build_musicgen(tmp_path, stereo=True)), longest=0.5)
    samples = make(engine, Emotion.of("joy"), seconds=0.8).audio.samples
    assert samples.shape == (round(0.8 * RATE), 2)
    assert not np.array_equal(samples[:, 0], samples[:, 1])
    assert (samples.reshape(-1, 1600, 2).std(axis=1) > 1e-4).all()


def test_a_continuation_is_faded_in_where_it_repeats_what_was() -> None:
    """The loudest step is that of the fade, wherever the two differ."""
    before, after = np.full((1000, 2), -0.5, np.float32), np.full((1500, 2), 0.5, np.float32)
    wave = continued(before, after, known=500, fade=100)
    assert wave.shape == (2000, 2)
    assert (wave[:900] == -0.5).all()
    assert (wave[1000:] == 0.5).all()
    assert np.abs(np.diff(wave, axis=0)).max() < 1.01 / 99
    assert len(continued(before, after, known=0, fade=100)) == 2500


def test_cancel_stops_within_the_call(engine: Musicgen) -> None:
    cancel = threading.Event()
    seen: list[float] = []

    def progress(done: float, total: float, what: str) -> None:
        seen.append(done / total)
        if len(seen) == 5:
            cancel.set()

    request = MusicRequest(Conditioning.of(Emotion.of("joy")), 10.0, TEXT, RATE, Job(0, progress, cancel))
    with pytest.raises(Cancelled):
        engine.generate(request)
    assert len(seen) == 5
    assert seen == sorted(seen)
    assert make(engine, Emotion.neutral(), seconds=0.1).audio.samples.any()  # the engine goes on working


def test_locked_faders_are_reported_as_ignored(engine: Musicgen) -> None:
    conditioning = Conditioning.of(Emotion.neutral(), (Adjustment("music.tempo_bpm", 90.0),))
    track = engine.generate(MusicRequest(conditioning, 0.1, TEXT, RATE))
    aspect = next(a for a in track.fulfilment if a.name == "adjustments")
    assert aspect.status == "ignored"
    assert "music.tempo_bpm" in aspect.why


def test_without_weights_it_describes_itself_and_says_what_to_give() -> None:
    engine = Musicgen()
    assert engine.describe().name == "music=musicgen"
    assert "facebook/musicgen-small" in engine.describe().needs[0]
    with pytest.raises(EngineError, match=r"music=musicgen:facebook/musicgen-small") as caught:
        make(engine, Emotion.neutral())
    assert caught.value.exit_code == 3


def test_a_folder_of_another_model_is_refused(tiny_wan: Path) -> None:
    with pytest.raises(EngineError, match=r"config\.json is missing"):
        make(Musicgen(str(tiny_wan)), Emotion.neutral())


def test_pickled_weights_are_refused(tiny_musicgen: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_musicgen, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(EngineError, match="pickles"):
        make(Musicgen(str(folder)), Emotion.neutral())
