"""Adapters and LoRAs: what they learn, that they can be gone on with, and that without emotion they are not there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from factories import stills, taught, videos
from typer.testing import CliRunner

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import AffectError, Cancelled, EngineError, InputFileError, RequestError
from generators.base import Job, VideoRequest
from generators.hub.adapters import AdapterFacts, read_adapter
from generators.hub.loras import read_lora
from generators.video.diffusion.engines import StableDiffusion
from studio.training.adapter import train_adapter
from studio.training.denoising import Denoising
from studio.training.emotion_pictures import read_emotion_pictures, tensor_of
from studio.training.lora import train_lora
from studio.training.on_top import TrainingRequest

SIDE = taught.SIDE


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    """A folder with the taught weights ``sd`` and the pictures ``felt``."""
    folder = tmp_path_factory.mktemp("school")
    taught.build_taught_sd(folder / "sd", folder / "scratch")
    taught.write_felt_pictures(folder / "felt")
    return folder


def asked(school: Path, out: Path, steps: int, **more: object) -> TrainingRequest:
    felt = school / "felt"
    request = TrainingRequest(f"video=sd:{school / 'sd'}", felt, felt / "labels.csv", out, steps, 3, SIDE)
    return replace(request, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def adapter(school: Path) -> AdapterFacts:
    """The facts of an adapter trained for 200 steps; it lies in ``school / "adapter.safetensors"``."""
    return train_adapter(asked(school, school / "adapter.safetensors", 200), Job())


@pytest.fixture(scope="module")
def lora(school: Path) -> Path:
    train_lora(asked(school, school / "lora.safetensors", 30), Job())
    return school / "lora.safetensors"


def picture(model: str, emotion: Emotion, steps: int = 3) -> np.ndarray:
    engine = StableDiffusion(model, steps=steps, area=SIDE * SIDE)
    request = VideoRequest(Conditioning.of(emotion), 0.25, 4.0, (SIDE, SIDE), text="a picture", job=Job(5))
    return next(engine.generate(request).frames())


def test_an_adapter_lowers_its_held_out_loss_by_a_third(adapter: AdapterFacts) -> None:
    assert 0 < adapter.held_out_after <= 0.7 * adapter.held_out_before
    assert adapter.steps == 200


def test_without_emotion_an_adapter_is_not_there(school: Path, adapter: AdapterFacts) -> None:
    model = str(school / "sd")
    with_it = f"{model}?adapter={school / 'adapter.safetensors'}"
    assert np.array_equal(picture(with_it, Emotion.of("anger").scaled(0)), picture(model, Emotion.neutral()))


def test_pictures_come_nearer_to_what_the_emotion_was_shown_as(school: Path, adapter: AdapterFacts) -> None:
    """Measured beside the autoencoder's own rendering of the pictures, for it is random and keeps no colour."""
    import torch

    model = f"{school / 'sd'}?adapter={school / 'adapter.safetensors'}"
    task = Denoising(StableDiffusion().family, StableDiffusion(str(school / "sd")).ready(Job()).pipeline)
    vae = task._pipeline.vae
    pictures = read_emotion_pictures(school / "felt", school / "felt" / "labels.csv")

    def shown(name: str) -> np.ndarray:
        own = torch.stack([tensor_of(one, SIDE) for one in pictures if name in one.emotion.mixture])
        with torch.no_grad():
            made = vae.decode(task.latents(own) / vae.config.scaling_factor).sample
        return ((made.mean(0) / 2 + 0.5).clamp(0, 1) * 255).permute(1, 2, 0).numpy()

    names = ("joy", "fear")
    made = {name: picture(model, Emotion.of(name), steps=12).astype(float) for name in names}
    far = {(a, b): float(np.abs(made[a] - shown(b)).mean()) for a in names for b in names}
    assert far["joy", "joy"] + far["fear", "fear"] < far["joy", "fear"] + far["fear", "joy"]


def test_a_residual_grows_with_the_intensity_and_leaves_padding_and_captions_alone(
    school: Path, adapter: AdapterFacts
) -> None:
    engine = StableDiffusion(f"{school / 'sd'}?adapter={school / 'adapter.safetensors'}")
    loaded = engine.ready(Job())
    with (
        loaded.asked("a picture", Emotion.of("joy", 0.8)) as (whole, _),
        loaded.asked("a picture", Emotion.of("joy", 0.4)) as (half, _),
        loaded.asked("a picture", Emotion.neutral()) as (none, _),
    ):
        pass
    from generators.diffusion.prompts import embed

    plain = embed(engine.family, loaded.pipeline, ["a picture"])
    far, near = whole["prompt_embeds"] - plain.states, half["prompt_embeds"] - plain.states
    assert none == {"prompt": "a picture"}
    assert float((far - 2 * near).abs().max()) < 1e-5
    assert float(far.abs().max()) > 0.01
    assert not far[0][~plain.mask[0].bool()].any()


@pytest.mark.parametrize("train", [train_adapter, train_lora])
def test_a_training_that_was_stopped_ends_as_one_that_was_not(
    school: Path, tmp_path: Path, train: Callable[[TrainingRequest, Job], object]
) -> None:
    from safetensors.numpy import load_file

    whole, parted = (
        asked(school, tmp_path / "whole.safetensors", 6),
        asked(school, tmp_path / "p.safetensors", 6),
    )
    facts = train(whole, Job())
    cancel = threading.Event()

    def stop(done: float, total: float, what: str) -> None:
        if what.startswith("training, step 4"):
            cancel.set()

    with pytest.raises(Cancelled):
        train(parted, Job(0, stop, cancel))
    assert not parted.out.exists()
    assert (tmp_path / "p.safetensors.state").exists()
    steps: list[str] = []
    assert train(parted, Job(0, lambda done, total, what: steps.append(what))) == facts
    assert not any(what.startswith("training, step 4") for what in steps)
    one, other = load_file(whole.out), load_file(parted.out)
    assert {name: array.tobytes() for name, array in one.items()} == {
        n: a.tobytes() for n, a in other.items()
    }
    assert not (tmp_path / "p.safetensors.state").exists()


def test_the_state_of_another_training_is_refused(school: Path, tmp_path: Path) -> None:
    request = asked(school, tmp_path / "a.safetensors", 4)
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        train_adapter(
            request, Job(0, lambda done, total, what: cancel.set() if "step 2" in what else None, cancel)
        )
    with pytest.raises(InputFileError, match="other data or settings"):
        train_adapter(replace(request, seed=4), Job())


def test_what_was_made_for_other_weights_is_refused(
    school: Path, adapter: AdapterFacts, lora: Path, tmp_path: Path
) -> None:
    other = stills.build_sd(tmp_path / "other")
    for option in (f"adapter={school / 'adapter.safetensors'}", f"lora={lora}"):
        with pytest.raises(EngineError, match="made for other weights"):
            picture(f"{other}?{option}", Emotion.of("joy"))


def test_what_is_no_adapter_is_refused(school: Path, lora: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.safetensors"
    text.write_text("no")
    for path in (text, lora, tmp_path / "none"):
        with pytest.raises(InputFileError, match=r"no adapter"):
            read_adapter(path)
    weights = school / "sd" / "unet" / "diffusion_pytorch_model.safetensors"
    for path in (text, weights, tmp_path / "none"):
        with pytest.raises(InputFileError, match=r"no LoRA"):
            read_lora(path)


def test_diffusers_own_loader_opens_a_lora_and_strength_0_is_the_bare_model(school: Path, lora: Path) -> None:
    import diffusers

    bare = diffusers.StableDiffusionPipeline.from_pretrained(school / "sd", safety_checker=None)
    bare.load_lora_weights(str(lora.parent), weight_name=lora.name, adapter_name="joyful")
    assert bare.get_active_adapters() == ["joyful"]
    model = str(school / "sd")
    with_it = f"{model}?lora={lora}"
    assert np.array_equal(picture(with_it, Emotion.of("joy").scaled(0)), picture(model, Emotion.neutral()))
    assert not np.array_equal(picture(with_it, Emotion.of("joy")), picture(model, Emotion.of("joy")))


def test_a_lora_of_one_emotion_is_as_strong_as_that_is_felt(school: Path, tmp_path: Path) -> None:
    facts = train_lora(asked(school, tmp_path / "joy.safetensors", 2, emotion="joy"), Job())
    kept = read_lora(tmp_path / "joy.safetensors", facts.model)
    assert kept.facts == facts
    assert kept.strength(Emotion.of({"joy": 0.25, "fear": 0.75}, 0.8)) == pytest.approx(0.2)
    assert kept.strength(Emotion.of("fear")) == 0
    assert facts.held_out_before > 0


@pytest.mark.parametrize("name", ["sdxl", "sd3", "flux", "wan"])
def test_every_loss_is_finite_and_its_gradient_reaches_the_adapter(
    school: Path, tmp_path: Path, name: str
) -> None:
    builders = {
        "sdxl": stills.build_sdxl,
        "sd3": stills.build_sd3,
        "flux": stills.build_flux,
        "wan": videos.build_wan,
    }
    model = builders[name](tmp_path / name)
    request = asked(school, tmp_path / "a.safetensors", 2, engine=f"{name}:{model}", side=32)
    facts = train_adapter(request, Job())
    assert np.isfinite([facts.held_out_before, facts.held_out_after]).all()
    assert facts.held_out_before != facts.held_out_after
    assert (facts.pooled_width > 0) == (name != "wan")


def test_what_cannot_be_trained_is_told(school: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.safetensors"
    with pytest.raises(RequestError, match="trained on pictures"):
        train_adapter(
            asked(school, out, 1, engine=f"ltx:{videos.build_ltx(tmp_path / 'ltx')}", side=32), Job()
        )
    with pytest.raises(RequestError, match="on top of"):
        train_adapter(asked(school, out, 1, engine="video=scenes"), Job())
    with pytest.raises(RequestError, match="multiple of 8"):
        train_adapter(asked(school, out, 1, side=20), Job())


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("none.png,joy", "there is no"),
        ("000.png,jooy", "joy"),
        ("000.png,", "nothing says"),
        (",joy", "names no picture"),
        ("000.png,joy", "1 pictures"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_its_line(
    school: Path, tmp_path: Path, row: str, fault: str
) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(f"path,emotion\n{row}\n")
    with pytest.raises(AffectError, match=fault):
        train_adapter(asked(school, tmp_path / "a.safetensors", 1, labels=table), Job())


def test_the_command_line_trains_and_says_what_it_brought(school: Path, tmp_path: Path) -> None:
    from studio.cli.main import app

    out = tmp_path / "a.safetensors"
    made = CliRunner().invoke(
        app,
        ["train", "adapter", "--data", str(school / "felt"), "--model", f"video=sd:{school / 'sd'}", "--steps", "2",
         "--side", str(SIDE), "-o", str(out)],
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "held-out loss" in made.output
    assert read_adapter(out).facts.steps == 2
    refused = CliRunner().invoke(app, ["train", "adapter", "--data", str(school / "felt")])
    assert isinstance(refused.exception, RequestError)
