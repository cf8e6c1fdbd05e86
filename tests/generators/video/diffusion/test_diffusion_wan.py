from __future__ import annotations

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
from generators.base import Job, VideoRequest, VideoTrack
from generators.video.diffusion.engines import Wan
from generators.video.diffusion.film import film
from generators.video.diffusion.shots import Shot

TEXT = "waves on a shore"
SIZE = (48, 32)  # the engine's own size below, so that nothing is scaled
FPS = 16.0


@pytest.fixture(scope="module")
def engine(tiny_wan: Path) -> Wan:
    return Wan(str(tiny_wan), steps=2, area=SIZE[0] * SIZE[1], longest=9)


def make(
    engine: Wan,
    emotion: Emotion | Timeline,
    *,
    seconds: float = 0.25,
    fps: float = FPS,
    size: tuple[int, int] = SIZE,
    sections: tuple[float, ...] = (0.0,),
    job: Job | None = None,
) -> VideoTrack:
    timeline = emotion if isinstance(emotion, Timeline) else Timeline.constant(emotion)
    request = VideoRequest(
        Conditioning(timeline), seconds, fps, size, text=TEXT, sections=sections, job=job or Job(3)
    )
    return engine.generate(request)


def pictures(track: VideoTrack) -> np.ndarray:
    return np.stack(list(track.frames()))


def status(track: VideoTrack, name: str) -> str:
    return next(aspect.status for aspect in track.fulfilment if aspect.name == name)


def test_intensity_zero_is_the_bare_library_call(engine: Wan, tiny_wan: Path) -> None:
    import torch
    from diffusers import WanPipeline

    pipeline = WanPipeline.from_pretrained(tiny_wan, local_files_only=True)
    bare = pipeline(
        prompt=TEXT, height=32, width=48, num_frames=5, num_inference_steps=2, generator=torch.Generator().manual_seed(3)
    ).frames[0]  # fmt: skip
    track = make(engine, Emotion.of("fear").scaled(0))
    assert np.array_equal(pictures(track), np.round(bare * 255).astype(np.uint8)[:4])
    assert {aspect.status for aspect in track.fulfilment} == {"honoured"}


def test_intensity_and_emotion_change_the_pictures(engine: Wan) -> None:
    films = [
        pictures(make(engine, emotion))
        for emotion in (Emotion.neutral(), Emotion.of("fear", 0.5), Emotion.of("fear"), Emotion.of("joy"))
    ]
    for i, one in enumerate(films):
        for other in films[:i]:
            assert not np.array_equal(one, other)


def test_a_longer_direction_moves_the_pictures_further(engine: Wan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generators.video.diffusion.shots.prompt_words", lambda text, emotion, medium: text)
    neutral, weak, strong = (
        pictures(make(engine, emotion)).astype(float)
        for emotion in (Emotion.neutral(), Emotion.of("fear", 0.1), Emotion.of("fear", 1.0))
    )
    assert 0 < np.abs(weak - neutral).mean() < np.abs(strong - neutral).mean()


def test_only_the_prompt_is_steered_and_neither_padding_nor_the_negative_half(
    engine: Wan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.video.diffusion.shots.prompt_words", lambda text, emotion, medium: text)

    def seen(emotion: Emotion) -> tuple[np.ndarray, np.ndarray]:
        states: list[np.ndarray] = []

        def note(_: Any, __: Any, keywords: dict[str, Any]) -> None:
            states.append(keywords["encoder_hidden_states"].detach().numpy().copy())

        track = make(engine, emotion)
        handle = engine.weights.loaded.pipeline.transformer.register_forward_pre_hook(note, with_kwargs=True)
        next(track.frames())
        handle.remove()
        return states[0][0], states[1][0]

    (neutral, plain_negative), (steered, negative) = seen(Emotion.neutral()), seen(Emotion.of("fear"))
    assert np.array_equal(negative, plain_negative)
    spoken = np.abs(neutral).sum(axis=1) > 0
    assert 5 < spoken.sum() < 100
    assert not steered[~spoken].any()
    change = steered[spoken] - neutral[spoken]
    assert np.allclose(change, change[0], atol=1e-5)  # one direction for all tokens
    assert np.abs(change).max() > 0


def test_sections_too_short_for_a_crossfade_are_no_shots_of_their_own(engine: Wan) -> None:
    track = make(engine, Emotion.neutral(), seconds=1.0, sections=(0.0, 0.02, 0.5, 0.51, 0.99))
    starts = [start for start, _ in track.scenes]
    assert np.diff([*starts, 1.0]).min() > 0.2
    assert 0.5 in starts


def test_the_same_seed_gives_the_same_bytes_and_a_second_pass_too(engine: Wan) -> None:
    track = make(engine, Emotion.of("joy"))
    first = pictures(track).tobytes()
    assert pictures(track).tobytes() == first
    assert pictures(make(engine, Emotion.of("joy"))).tobytes() == first
    assert pictures(make(engine, Emotion.of("joy"), job=Job(4))).tobytes() != first


def test_pictures_have_the_size_count_and_form_asked_for(engine: Wan) -> None:
    track = make(engine, Emotion.of("joy"), seconds=0.4, fps=25, size=(100, 60))
    frames = list(track.frames())
    assert len(frames) == 10
    assert {(frame.shape, frame.dtype) for frame in frames} == {((60, 100, 3), np.dtype(np.uint8))}
    assert status(track, "size") == status(track, "frame rate") == "approximated"


def test_a_long_film_is_made_of_shots(engine: Wan) -> None:
    track = make(engine, Emotion.neutral(), seconds=1.0)
    assert [round(start, 2) for start, _ in track.scenes] == [0.0, 0.33, 0.67]
    assert len(pictures(track)) == 16
    assert status(track, "duration") == "approximated"


class GreyReel:
    """Two shots of one grey each; the first lasts 0.4 s into the second."""

    shots = (Shot(0.0, 1.4, "dark", Emotion.neutral()), Shot(1.0, 2.0, "bright", Emotion.neutral()))

    def at(self, index: int, seconds: float) -> np.ndarray:
        return np.full((8, 8, 3), (40, 200)[index], np.uint8)


def test_shots_give_way_to_each_other_evenly() -> None:
    request = VideoRequest(Conditioning.of(Emotion.neutral()), 2.0, 25.0, (8, 8))
    levels = np.array([int(frame[0, 0, 0]) for frame in film(GreyReel(), request, 0.4)])
    assert (levels[:26] == 40).all()
    assert (levels[35:] == 200).all()
    assert np.allclose(levels[25:36], np.linspace(40, 200, 11), atol=1)


def test_frames_between_the_models_are_blended(engine: Wan) -> None:
    own, twice = (pictures(make(engine, Emotion.of("joy"), fps=fps)) for fps in (FPS, 2 * FPS))
    assert np.array_equal(twice[::2], own)
    between = (own[:-1].astype(float) + own[1:]) / 2
    assert np.abs(twice[1:-1:2] - between).max() <= 1


def test_each_section_is_steered_by_its_own_emotion(engine: Wan) -> None:
    joy, fear, calm = Emotion.of("joy"), Emotion.of("fear"), Emotion.neutral()
    films = [
        pictures(make(engine, Timeline.of([(0, joy), (0.3, joy), (0.3, then), (0.6, then)]), seconds=0.6, sections=(0, 0.3)))
        for then in (fear, calm)
    ]  # fmt: skip
    border = int(0.3 * FPS)
    assert np.array_equal(films[0][:border], films[1][:border])
    assert not np.array_equal(films[0][border + 2 :], films[1][border + 2 :])


def test_scratch_files_go_with_the_track(
    engine: Wan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    track = make(engine, Emotion.neutral())
    next(track.frames())
    assert list(tmp_path.glob("affect-wan-*/*.npy"))
    del track
    assert not list(tmp_path.glob("affect-wan-*"))


def test_cancel_stops_between_denoising_steps(engine: Wan) -> None:
    cancel = threading.Event()
    seen: list[str] = []

    def progress(done: float, total: float, what: str) -> None:
        seen.append(what)
        if what.startswith("shot"):
            cancel.set()

    track = make(engine, Emotion.of("joy"), seconds=1.0, job=Job(0, progress, cancel))
    with pytest.raises(Cancelled):
        next(track.frames())
    assert len([what for what in seen if what.startswith("shot")]) == 1


def test_locked_faders_are_reported_as_ignored(engine: Wan) -> None:
    conditioning = Conditioning.of(Emotion.neutral(), (Adjustment("visual.chroma", 0.1),))
    track = engine.generate(VideoRequest(conditioning, 0.1, FPS, SIZE))
    assert status(track, "adjustments") == "ignored"


def test_without_weights_it_describes_itself_and_says_what_to_give() -> None:
    engine = Wan()
    assert "Apache-2.0" in engine.describe().needs[0]
    with pytest.raises(EngineError, match=r"video=wan:Wan-AI/Wan2\.1-T2V-1\.3B-Diffusers"):
        make(engine, Emotion.neutral())


def test_a_folder_of_another_model_is_refused(tiny_musicgen: Path) -> None:
    with pytest.raises(EngineError, match=r"model_index\.json is missing"):
        make(Wan(str(tiny_musicgen)), Emotion.neutral())
