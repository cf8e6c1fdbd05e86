from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import stills, videos

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError
from generators.base import Job, VideoRequest, VideoTrack
from generators.video.diffusion import engines
from generators.video.diffusion.engine import DiffusionEngine

TEXT = "a harbour at noon"
BUILDERS: dict[type[DiffusionEngine], Callable[[Path], Path]] = {
    engines.StableDiffusion: stills.build_sd,
    engines.StableDiffusionXL: stills.build_sdxl,
    engines.StableDiffusion3: stills.build_sd3,
    engines.Flux: stills.build_flux,
    engines.Wan: videos.build_wan,
    engines.WanImage: videos.build_wan_image,
    engines.Ltx: videos.build_ltx,
    engines.Ltx2: videos.build_ltx2,
    engines.AnimateDiff: videos.build_animatediff,
    engines.Hunyuan: videos.build_hunyuan,
    engines.CogVideoX: videos.build_cogvideox,
}
# Flux and HunyuanVideo have learned guidance and no null half; LTX-2 makes two more calls with the prompt for each without.
NULL_SHARE = {"flux": 0.0, "hunyuan": 0.0, "ltx2": 0.25}


def side(engine: DiffusionEngine) -> int:
    """Pixels of a picture's side; the built-in scenes, which give a first picture, are never smaller than 64."""
    return 64 if engine.family.kind == "first_picture" else 32


def small(kind: type[DiffusionEngine], folder: Path | str) -> DiffusionEngine:
    """The engine, making few small pictures in two steps."""
    built = kind(str(folder), steps=2, longest=9)
    built._area = side(built) ** 2
    return built


@pytest.fixture(scope="module", params=BUILDERS, ids=lambda kind: kind.family_name)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, one_thread: None
) -> DiffusionEngine:
    kind = request.param
    folder = BUILDERS[kind](tmp_path_factory.mktemp("checkpoint") / kind.family_name)
    return small(kind, folder)


@pytest.fixture
def same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The prompt is the text alone, so that only directions tell emotions apart."""
    monkeypatch.setattr("generators.video.diffusion.shots.prompt_words", lambda text, emotion, medium: text)


def make(engine: DiffusionEngine, emotion: Emotion, job: Job | None = None) -> VideoTrack:
    fps = engine.family.fps if engine.family.kind != "still" else 4.0
    return engine.generate(
        VideoRequest(
            Conditioning.of(emotion), 8 / fps, fps, (side(engine),) * 2, text=TEXT, job=job or Job(3)
        )
    )


def first(engine: DiffusionEngine, emotion: Emotion) -> np.ndarray:
    """The pictures of the first call, as the pipeline made them."""
    track = make(engine, emotion)
    reel = track.frames.__closure__
    assert reel is not None
    made = next(cell.cell_contents for cell in reel if hasattr(cell.cell_contents, "pictures"))
    return np.array(made.pictures(0))


def bare(engine: DiffusionEngine) -> np.ndarray:
    """What the library alone makes of the same words and seed."""
    import diffusers
    import torch

    family = engine.family
    pipeline = getattr(diffusers, family.pipeline).from_pretrained(
        engine.weights.choice.model, local_files_only=True
    )
    options: dict[str, Any] = {} if family.kind == "still" else {"num_frames": 9}
    if family.rate:
        options[family.rate] = family.fps
    if family.kind == "first_picture":
        from generators.video.diffusion.reels import _first_picture
        from generators.video.diffusion.shots import Shot

        request = VideoRequest(
            Conditioning.of(Emotion.neutral()), 0.5, family.fps, (64, 64), text=TEXT, job=Job(3)
        )
        options["image"] = _first_picture(request, Shot(0, 0.5, TEXT, Emotion.neutral()), (64, 64))
    made = pipeline(
        prompt=TEXT, height=side(engine), width=side(engine), num_inference_steps=2, output_type="np",
        generator=torch.Generator().manual_seed(3), **options,
    )  # fmt: skip
    return np.round((made.images if family.kind == "still" else made.frames[0]) * 255).astype(np.uint8)


class Seen:
    """What reaches a pipeline's denoiser as the prompt's states: the conditional half and, with guidance, the null half."""

    def __init__(self, engine: DiffusionEngine) -> None:
        pipeline = engine.ready(Job()).pipeline
        self.calls: list[np.ndarray] = []
        denoiser = getattr(pipeline, "transformer", None) or pipeline.unet
        denoiser.register_forward_pre_hook(self._note, with_kwargs=True)

    def _note(self, _: Any, __: Any, keywords: dict[str, Any]) -> None:
        self.calls.append(keywords["encoder_hidden_states"].detach().float().numpy().copy())


def test_without_emotion_it_is_the_bare_library_call(engine: DiffusionEngine) -> None:
    assert np.array_equal(first(engine, Emotion.of("fear").scaled(0)), bare(engine))
    assert {aspect.status for aspect in make(engine, Emotion.neutral()).fulfilment} <= {
        "honoured",
        "approximated",
    }


def test_opposite_emotions_give_different_pictures(engine: DiffusionEngine, same_words: None) -> None:
    neutral, joy, sadness = (
        first(engine, emotion) for emotion in (Emotion.neutral(), Emotion.of("joy"), Emotion.of("sadness"))
    )
    assert not np.array_equal(joy, sadness)
    assert not np.array_equal(joy, neutral)


def test_a_strength_moves_each_word_by_that_many_unit_directions_and_nothing_else(
    engine: DiffusionEngine,
) -> None:
    from generators.diffusion.prompts import embed, prompt_arguments

    loaded = engine.ready(Job())
    plain = embed(engine.family, loaded.pipeline, [TEXT])
    prompt = partial(prompt_arguments, engine.family, TEXT, plain)
    direction = loaded.directions.direction("joy")
    assert float(direction.unit.norm()) == pytest.approx(1, abs=1e-5)
    words = plain.mask[0].bool()
    assert 5 < int(words.sum()) <= len(words)
    for intensity in (0.25, 1.0):
        moved = prompt(loaded.directions.of(Emotion.of("joy", intensity)))["prompt_embeds"]
        change = (moved - plain.states)[0].float()
        expected = intensity * direction.length * direction.unit
        assert float((change[words] - expected).abs().max()) < 1e-5
        assert not change[~words].any()


def test_mixtures_are_sums_of_directions(engine: DiffusionEngine) -> None:
    directions = engine.ready(Job()).directions
    mixed = directions.of(Emotion.of({"joy": 0.25, "fear": 0.75}, 0.8))
    joy, fear = (directions.of(Emotion.of(name)) for name in ("joy", "fear"))
    assert mixed is not None
    assert joy is not None
    assert fear is not None
    assert float((mixed.rows - 0.8 * (0.25 * joy.rows + 0.75 * fear.rows)).abs().max()) < 1e-5


def test_the_null_half_of_guidance_is_not_steered(engine: DiffusionEngine, same_words: None) -> None:
    seen = Seen(engine)
    first(engine, Emotion.neutral())
    plain, seen.calls = seen.calls, []
    first(engine, Emotion.of("fear"))
    steered = seen.calls
    assert len(plain) == len(steered)
    # One call with both halves in a batch, or one call for each; some have no guidance in this form at all.
    halves = [rows for call in plain for rows in call]
    others = [rows for call in steered for rows in call]
    same = [np.array_equal(one, other) for one, other in zip(halves, others, strict=True)]
    assert sum(same) == len(same) * NULL_SHARE.get(engine.family_name, 0.5)


def test_directions_are_kept_for_the_next_run(
    engine: DiffusionEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = first(engine, Emotion.of("awe"))
    again = small(type(engine), engine.weights.choice.model)
    monkeypatch.setattr(
        "generators.hub.directions.TextDirections._learn", None
    )  # nothing is learned a second time
    assert np.array_equal(first(again, Emotion.of("awe")), learned)


def test_a_cancel_ends_the_work_within_a_step(engine: DiffusionEngine) -> None:
    cancel, steps = threading.Event(), []

    def progress(done: float, total: float, what: str) -> None:
        if what.startswith("shot"):
            steps.append(done)
            if len(steps) == 2:  # the call has begun and made its first step
                cancel.set()

    track = make(engine, Emotion.of("joy"), Job(0, progress, cancel))
    with pytest.raises(Cancelled):
        next(track.frames())
    assert len(steps) == 2


def test_running_out_of_memory_is_a_sentence(
    engine: DiffusionEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def fail(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nlong advice")

    loaded = engine.ready(Job())
    monkeypatch.setattr(type(loaded.pipeline), "__call__", fail)
    with pytest.raises(EngineError, match="ran out of memory: CUDA out of memory"):
        next(make(engine, Emotion.of("joy")).frames())


def test_a_folder_of_another_pipeline_is_refused(engine: DiffusionEngine, tiny_musicgen: Path) -> None:
    with pytest.raises(EngineError, match=r"model_index\.json is missing"):
        make(type(engine)(str(tiny_musicgen)), Emotion.neutral())
    other = engines.Flux if not isinstance(engine, engines.Flux) else engines.Wan
    with pytest.raises(EngineError, match=f"not '{other('').family.pipeline}'"):
        make(other(engine.weights.choice.model), Emotion.neutral())
