"""What is put on top of the weights of music, as of those of pictures: an adapter, the encoder's head; and what cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from factories import musicgen, sounds

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError
from external.safe_weights import fingerprint
from generators.base import Job, MusicRequest
from generators.hub.adapter_network import AdapterNetwork
from generators.hub.adapters import AdapterFacts, encoder_fingerprint, write_adapter
from generators.music.diffusion import AceStep, StableAudio
from generators.music.hub import HubMusic
from generators.music.musicgen import Musicgen
from generators.music.musicgen_melody import MusicgenMelody

BUILDERS = {Musicgen: musicgen.build_musicgen, AceStep: sounds.build_ace_step}
JOY, NOTHING = Emotion.of("joy"), Emotion.of("joy").scaled(0)


@pytest.fixture(scope="module", params=BUILDERS, ids=lambda kind: kind.name)
def plain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, one_thread: None
) -> HubMusic:
    return made(request.param, str(BUILDERS[request.param](tmp_path_factory.mktemp("music") / "model")))


@pytest.fixture(scope="module")
def adapter(plain: HubMusic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that moves a lot, for the weights of ``plain``."""
    folder = Path(plain.weights.choice.model)
    width = len(plain.directions(Job()).direction("joy").unit)
    network = AdapterNetwork(width, hidden=16)
    chance = torch.Generator().manual_seed(1)
    for weights in network.state_dict().values():
        weights.copy_(torch.randn(weights.shape, generator=chance))
    facts = AdapterFacts(plain.name, fingerprint(folder), encoder_fingerprint(), width, 0, 16, 1.0)
    path = tmp_path_factory.mktemp("adapter") / "mine.safetensors"
    write_adapter(path, network, facts)
    return path


def made(kind: type[HubMusic], model: str) -> HubMusic:
    more = {"steps": 2} if kind is AceStep else {}
    return kind(model, longest=1.5, **more)  # type: ignore[arg-type]


def on_top(plain: HubMusic, options: str) -> HubMusic:
    return made(type(plain), f"{plain.weights.choice.model}?{options}")


def sound(engine: HubMusic, emotion: Emotion) -> np.ndarray:
    request = MusicRequest(Conditioning.of(emotion), 1.0, "solo piano", 16000, Job(3))
    return engine.generate(request).audio.samples


def test_an_adapter_moves_the_sound_and_at_intensity_0_leaves_every_bit(
    plain: HubMusic, adapter: Path
) -> None:
    engine = on_top(plain, f"adapter={adapter}")
    assert np.array_equal(sound(engine, NOTHING), sound(plain, NOTHING))
    assert not np.array_equal(sound(engine, JOY), sound(plain, JOY))
    assert "a trained adapter in the states of its text encoder" in engine.how
    assert "words" not in engine.how


def test_an_adapter_moves_each_row_of_the_prompt_by_its_own_residual(plain: HubMusic, adapter: Path) -> None:
    engine = on_top(plain, f"adapter={adapter}")
    engine.directions(Job())
    loaded = engine.weights.loaded
    assert loaded is not None
    assert loaded.adapter is not None
    inputs = loaded.tokenizer(["solo piano"], return_tensors="pt")
    with torch.no_grad():
        before = loaded.model.text_encoder(**inputs).last_hidden_state.clone()
        with loaded.steered(JOY.scaled(0.5)):
            after = loaded.model.text_encoder(**inputs).last_hidden_state
    from generators.hub.directions import Encoded

    shift = loaded.adapter.shift(JOY.scaled(0.5), Encoded(before, inputs["attention_mask"]))
    assert shift is not None
    assert float((after - before - shift.rows).abs().max()) < 1e-5


def test_the_encoders_head_gives_directions_in_place_of_the_labels_own(plain: HubMusic) -> None:
    engine = on_top(plain, "steer=encoder")
    assert np.array_equal(sound(engine, NOTHING), sound(plain, NOTHING))
    assert not np.array_equal(sound(engine, JOY), sound(engine, Emotion.of("sadness")))
    assert "the encoder's direction in the states" in engine.how


def test_an_adapter_for_other_weights_is_refused(adapter: Path, tmp_path: Path, plain: HubMusic) -> None:
    other = Musicgen(f"{musicgen.build_musicgen_melody(tmp_path / 'other')}?adapter={adapter}")
    with pytest.raises(EngineError):
        sound(other, JOY)
    stable = StableAudio(f"{sounds.build_stable_audio(tmp_path / 'stable')}?adapter={adapter}")
    with pytest.raises(EngineError, match="was made for other weights"):
        sound(stable, JOY)


@pytest.mark.parametrize("kind", [Musicgen, MusicgenMelody, StableAudio, AceStep])
def test_what_cannot_be_followed_is_refused_before_anything_is_loaded(kind: type[HubMusic]) -> None:
    with pytest.raises(RequestError, match=f"{kind.name} takes no schedule=: it"):
        kind("./none?schedule=falling")
    kind("./none?schedule=constant&steer=words")
    if kind is not AceStep:
        with pytest.raises(RequestError, match=f"{kind.name} takes no lora=: "):
            kind("./none?lora=mine.safetensors")
    with pytest.raises(RequestError, match="adapter and steer"):
        kind("./none?adapter=a&steer=encoder")


@pytest.fixture(scope="module")
def ace(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> AceStep:
    engine = made(AceStep, str(sounds.build_ace_step(tmp_path_factory.mktemp("ace") / "model")))
    assert isinstance(engine, AceStep)
    return engine


@pytest.fixture(scope="module")
def lora(ace: AceStep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA that moves a lot, written by the library's own writer for its own pipeline."""
    from diffusers import AceStepPipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    pipeline = AceStepPipeline.from_pretrained(ace.weights.choice.model, local_files_only=True)
    modules = ["to_q", "to_k", "to_v", "to_out.0"]
    pipeline.transformer.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=modules))
    chance = torch.Generator().manual_seed(1)
    layers = {
        name: 0.5 * torch.randn(value.shape, generator=chance)
        for name, value in get_peft_model_state_dict(pipeline.transformer).items()
    }
    folder = tmp_path_factory.mktemp("lora")
    AceStepPipeline.save_lora_weights(folder, transformer_lora_layers=layers)
    (path,) = folder.glob("*.safetensors")
    return path


def test_a_lora_moves_ace_step_as_strongly_as_is_felt_and_at_intensity_0_leaves_every_bit(
    ace: AceStep, lora: Path
) -> None:
    engine = on_top(ace, f"lora={lora}")
    assert np.array_equal(sound(engine, NOTHING), sound(ace, NOTHING))
    half = JOY.scaled(0.5)
    assert not np.array_equal(sound(engine, half), sound(ace, half))
    loaded = engine.weights.loaded
    assert loaded is not None
    scales = {
        scale
        for module in loaded.model.transformer.modules()
        if hasattr(module, "lora_A")
        for scale in module.scaling.values()
    }
    assert scales == {half.intensity}
    assert not np.array_equal(sound(engine, JOY), sound(engine, half))
    assert np.array_equal(sound(engine, NOTHING), sound(ace, NOTHING))
    assert "a LoRA on the denoiser" in engine.how


def test_a_lora_of_another_width_is_told(lora: Path, ace: AceStep, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    wide = {
        name: torch.cat([value, value], -1) if ".lora_A." in name else value
        for name, value in load_file(lora).items()
    }
    save_file(wide, tmp_path / "wide.safetensors", {"format": "pt"})
    with pytest.raises(EngineError, match="does not fit music=ace-step"):
        sound(on_top(ace, f"lora={tmp_path / 'wide.safetensors'}"), JOY)
