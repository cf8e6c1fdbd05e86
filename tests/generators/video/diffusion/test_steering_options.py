"""What stands behind the ``?`` of an engine's weights: schedules, the encoder's head, and how they are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from factories import stills, videos

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError, UnknownNameError
from generators.base import Job, VideoRequest
from generators.diffusion.schedules import read_schedule
from generators.hub.choice import WeightsChoice, read_choice
from generators.video.diffusion.engine import DiffusionEngine
from generators.video.diffusion.engines import Ltx2, StableDiffusionXL, Wan

STEPS = 4


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    return stills.build_sdxl(tmp_path_factory.mktemp("checkpoint") / "sdxl")


def frame(engine: DiffusionEngine, emotion: Emotion) -> np.ndarray:
    fps = engine.family.fps if engine.family.kind != "still" else 4.0
    request = VideoRequest(Conditioning.of(emotion), 2 / fps, fps, (32, 32), text="a harbour", job=Job(3))
    return next(engine.generate(request).frames())


def given(engine: DiffusionEngine, emotion: Emotion) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """The states and pooled vectors that reach the denoiser at each call."""
    pipeline = engine.ready(Job()).pipeline
    denoiser = getattr(pipeline, "unet", None) or pipeline.transformer
    seen: list[tuple[np.ndarray, np.ndarray | None]] = []
    inner = denoiser.forward

    def note(*arguments: object, **told: object) -> object:
        pooled = (told.get("added_cond_kwargs") or {}).get("text_embeds")
        seen.append(
            (told["encoder_hidden_states"].numpy().copy(), None if pooled is None else pooled.numpy().copy())
        )
        return inner(*arguments, **told)

    denoiser.forward = note
    try:
        frame(engine, emotion)
    finally:
        del denoiser.forward
    return seen


@pytest.mark.parametrize("kind", [StableDiffusionXL, Wan])
def test_a_schedule_scales_the_conditional_rows_at_each_step_and_no_others(
    kind: type[DiffusionEngine], sdxl: Path, tiny_wan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.video.diffusion.shots.prompt_words", lambda text, emotion, medium: text)
    folder = sdxl if kind is StableDiffusionXL else tiny_wan

    def built(options: str) -> DiffusionEngine:
        return kind(f"{folder}{options}", steps=STEPS, area=32 * 32, longest=5)

    plain = given(built(""), Emotion.neutral())
    steady, falling = (given(built(told), Emotion.of("joy")) for told in ("", "?schedule=0:2,1:0"))
    per_step = len(plain) // STEPS
    moved = 0
    for call, ((bare, _), (once, _), (twice, _)) in enumerate(zip(plain, steady, falling, strict=True)):
        factor = read_schedule("falling").at(call // per_step, STEPS)
        assert np.abs(twice - bare - factor * (once - bare)).max() < 1e-5
        moved += int(np.abs(once - bare).max() > 0)
    assert moved == STEPS  # Wan's null half has calls of its own, and stays as it is
    if kind is StableDiffusionXL:
        (_, bare), (_, once), (_, twice) = plain[0], steady[0], falling[0]
        assert np.abs(twice - bare - 1.75 * (once - bare)).max() < 1e-5
        assert np.abs(once - bare).max() > 0


def test_a_constant_schedule_changes_nothing_and_a_falling_one_does(sdxl: Path) -> None:
    plain, steady, falling = (
        frame(StableDiffusionXL(f"{sdxl}{told}", steps=STEPS, area=32 * 32), Emotion.of("joy"))
        for told in ("", "?schedule=constant", "?schedule=falling")
    )
    assert np.array_equal(plain, steady)
    assert not np.array_equal(plain, falling)


def test_without_emotion_a_schedule_and_the_head_are_not_there(sdxl: Path) -> None:
    plain, told = (
        frame(StableDiffusionXL(f"{sdxl}{told}", steps=STEPS, area=32 * 32), Emotion.of("joy").scaled(0))
        for told in ("", "?schedule=rising&steer=encoder")
    )
    assert np.array_equal(plain, told)


def test_a_model_that_hides_its_prompt_from_the_denoiser_takes_no_schedule(tmp_path: Path) -> None:
    engine = Ltx2(
        f"{videos.build_ltx2(tmp_path / 'ltx2')}?schedule=falling", steps=2, area=32 * 32, longest=9
    )
    with pytest.raises(EngineError, match="no schedule"):
        frame(engine, Emotion.of("joy"))


@pytest.mark.parametrize("name", ["constant", "falling", "rising", "0:1.5,0.5:1,1:0.5"])
def test_schedules_are_1_on_average(name: str) -> None:
    schedule = read_schedule(name)
    assert np.mean([schedule.at(step, 20) for step in range(20)]) == pytest.approx(1)


@pytest.mark.parametrize("text", ["fallling", "0:1,0:2", "0:1,2:1", "0:-1", "1:0,0:1", "0:99"])
def test_a_schedule_that_cannot_be_read_is_refused_before_anything_is_loaded(text: str) -> None:
    with pytest.raises(RequestError, match="schedule"):
        Wan(f"nowhere?schedule={text}")


def test_the_encoders_head_moves_words_by_its_direction_times_the_intensity(sdxl: Path) -> None:
    loaded = StableDiffusionXL(f"{sdxl}?steer=encoder").ready(Job())
    assert loaded.head is not None
    whole, half = (loaded.head.of(Emotion.of("joy", strength)) for strength in (1.0, 0.5))
    assert whole is not None
    assert half is not None
    assert float((whole.rows - 2 * half.rows).abs().max()) < 1e-5
    assert float((whole.pooled - 2 * half.pooled).abs().max()) < 1e-5
    assert loaded.head.of(Emotion.neutral()) is None
    own = loaded.directions.of(Emotion.of("joy"))
    other = loaded.directions.of(Emotion.of("sadness"))
    near, far = (float(whole.rows @ shift.rows / shift.rows.norm()) for shift in (own, other))
    assert near > far  # it points rather to joy's own direction than to that of sadness
    with loaded.asked("a harbour", Emotion.of("joy")) as (told, _):
        moved = told["prompt_embeds"]
    with loaded.asked("a harbour", Emotion.of("joy", 0.5)) as (told, _):
        halfway = told["prompt_embeds"]
    difference = (moved - halfway)[0]
    assert float((difference[0] - half.rows).abs().max()) < 1e-5
    assert not difference[-1].any()  # padding


def test_options_are_written_as_they_are_read(tmp_path: Path) -> None:
    choice = WeightsChoice("a/b", {"adapter": "x & y?.safetensors", "schedule": "0:1,1:0"})
    assert read_choice(choice.written(), ("adapter", "schedule"), "video=sd") == choice
    odd = tmp_path / "what?now=1"
    odd.mkdir()
    assert read_choice(str(odd), (), "video=sd").model == str(odd)
    with pytest.raises(UnknownNameError, match="adaptor"):
        read_choice("a?adaptor=x", ("adapter",), "video=sd")
    with pytest.raises(RequestError, match="has no value"):
        read_choice("a?adapter=", ("adapter",), "video=sd")
    with pytest.raises(RequestError, match="give one of them"):
        Wan("a?adapter=x&steer=encoder")


def test_precision_and_step_caching_follow_the_environment(
    sdxl: Path, tiny_wan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    assert not Wan(str(tiny_wan)).ready(Job()).pipeline.transformer.is_cache_enabled
    monkeypatch.setenv("AFFECT_STEP_CACHE", "0.2")
    cached = Wan(str(tiny_wan), steps=3, area=32 * 32, longest=5)
    assert frame(cached, Emotion.of("joy")).any()
    assert cached.ready(Job()).pipeline.transformer.is_cache_enabled
    with pytest.raises(EngineError, match="cannot cache steps"):
        frame(StableDiffusionXL(str(sdxl)), Emotion.neutral())
    monkeypatch.setenv("AFFECT_STEP_CACHE", "much")
    with pytest.raises(EngineError, match="much"):
        frame(StableDiffusionXL(str(sdxl)), Emotion.neutral())
    monkeypatch.delenv("AFFECT_STEP_CACHE")
    monkeypatch.setenv("AFFECT_DTYPE", "bfloat16")
    assert StableDiffusionXL(str(sdxl)).ready(Job()).pipeline.unet.dtype == torch.bfloat16
    monkeypatch.setenv("AFFECT_DTYPE", "int3")
    with pytest.raises(EngineError, match="int3"):
        StableDiffusionXL(str(sdxl)).ready(Job())
