from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from generators.base import Job, VideoRequest, VideoTrack
from generators.video.wan import Wan

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
    monkeypatch.setattr("generators.video.wan.prompt_words", lambda text, emotion, medium: text)
    neutral, weak, strong = (
        pictures(make(engine, emotion)).astype(float)
        for emotion in (Emotion.neutral(), Emotion.of("fear", 0.1), Emotion.of("fear", 1.0))
    )
    assert 0 < np.abs(weak - neutral).mean() < np.abs(strong - neutral).mean()


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


def test_a_long_film_is_shots_that_are_crossfaded(engine: Wan) -> None:
    """A cut would change as much from frame to frame as two shots differ; a crossfade never does."""
    track = make(engine, Emotion.neutral(), seconds=1.0)
    assert len(track.scenes) == 3  # half a second a shot, less the crossfade
    film = pictures(track).astype(float)
    assert len(film) == 16
    steps = np.abs(np.diff(film, axis=0)).mean(axis=(1, 2, 3))
    apart = np.abs(film[2] - film[9]).mean()
    assert apart > 0
    assert steps.max() < 2 * apart
    assert status(track, "duration") == "approximated"


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
