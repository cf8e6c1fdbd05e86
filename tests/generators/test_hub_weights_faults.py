"""What is wrong with weights of the user's choice is told in one sentence, whatever the library makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import dia, kokoro, sounds, speecht5, stills
from typer.testing import CliRunner

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError
from external.hub import local_folder
from generators.base import Job, MusicRequest
from generators.hub.memory import told_out_of_memory
from generators.hub.weights import read_by
from generators.music.diffusion import AceStep
from generators.music.musicgen import Musicgen
from generators.speech.dia import Dia
from generators.speech.kokoro_weights import KokoroWeights
from generators.speech.speecht5 import SpeechT5
from generators.speech.workers import Zonos
from generators.speech.xtts import Xtts
from generators.video.diffusion.engines import StableDiffusion, Wan
from studio.cli.main import app

OUT_OF_MEMORY = {
    "cuda": "CUDA out of memory. Tried to allocate 20.00 GiB.",
    "linux": "[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.",
    "windows": "[enforce fail] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.",
    "apple": "MPS backend out of memory (MPS allocated: 9 GB)",
    "cublas": "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
}
REQUEST = MusicRequest(Conditioning.of(Emotion.of("joy")), 0.5, "piano", 800, Job(3))


@pytest.fixture(scope="module")
def tiny(
    tmp_path_factory: pytest.TempPathFactory, one_thread: None
) -> Callable[[Callable[[Path], Path]], Path]:
    """Gives a copy of a tiny checkpoint that a test may spoil."""
    built: dict[str, Path] = {}

    def copy(build: Callable[[Path], Path]) -> Path:
        if build.__name__ not in built:
            built[build.__name__] = build(tmp_path_factory.mktemp("tiny") / "model")
        return Path(shutil.copytree(built[build.__name__], tmp_path_factory.mktemp("copy") / "model"))

    return copy


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def without_largest(file: Path) -> str:
    """Take the largest array out of a safetensors file; its name."""
    from safetensors.torch import load_file, save_file

    kept = load_file(file)
    lost = max(kept, key=lambda name: (kept[name].numel(), name))
    save_file({name: value for name, value in kept.items() if name != lost}, file, {"format": "pt"})
    return lost


@pytest.mark.parametrize(
    "error", [EOFError(), KeyError("hidden_size"), IndexError("x"), ImportError("no such"), AssertionError()]
)
def test_any_error_of_a_library_that_loads_is_one_sentence_with_a_remedy(error: Exception) -> None:
    with (
        pytest.raises(EngineError, match=r"transformers cannot load .*model") as caught,
        read_by("transformers", Path("model")),
    ):
        raise error
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("error", [Cancelled(), EngineError("Own."), MemoryError()])
def test_what_is_told_elsewhere_passes_while_weights_are_loaded(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, read_by("transformers", Path("model")):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("where", OUT_OF_MEMORY)
def test_every_device_running_out_of_memory_is_told(where: str) -> None:
    with (
        pytest.raises(EngineError, match="music=musicgen ran out of memory: "),
        told_out_of_memory("music=musicgen", "Help."),
    ):
        raise RuntimeError(OUT_OF_MEMORY[where] + "\nmore")
    with pytest.raises(RuntimeError, match="shapes"), told_out_of_memory("music=musicgen", "Help."):
        raise RuntimeError("shapes do not fit")


@pytest.mark.parametrize("build", [sounds.build_ace_step, None], ids=["ace-step", "musicgen"])
@pytest.mark.parametrize("when", ["loading", "working"])
def test_music_out_of_memory_is_told(
    tiny: Callable[..., Path],
    tiny_musicgen: Path,
    monkeypatch: pytest.MonkeyPatch,
    build: Callable[[Path], Path] | None,
    when: str,
) -> None:
    import torch

    engine = (
        Musicgen(str(tiny_musicgen), longest=1.0)
        if build is None
        else AceStep(str(tiny(build)), steps=1, longest=1.0)
    )

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError(OUT_OF_MEMORY["cuda"])

    if when == "loading":
        monkeypatch.setattr(type(engine), "_load", full)
    else:
        monkeypatch.setattr(torch.nn.Linear, "forward", full)
    with pytest.raises(EngineError, match="ran out of memory") as caught:
        engine.generate(REQUEST)
    assert "AFFECT_" in caught.value.remedy


def test_a_picture_pipeline_out_of_memory_while_it_loads_is_told(
    tiny_wan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError(OUT_OF_MEMORY["linux"])

    monkeypatch.setattr("generators.diffusion.pipeline_engine.load_pipeline", full)
    with pytest.raises(EngineError, match="ran out of memory") as caught:
        Wan(str(tiny_wan)).ready(Job())
    assert "AFFECT_OFFLOAD" in caught.value.remedy


def test_gaps_in_musicgen_are_told_and_not_filled(tiny_musicgen: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_musicgen, tmp_path / "model"))
    without_largest(copy / "model.safetensors")
    with pytest.raises(EngineError, match=r"lacks \d+ weights of MusicgenForConditionalGeneration, such as "):
        Musicgen(str(copy)).generate(REQUEST)


@pytest.mark.parametrize(
    ("part", "kind"), [("text_encoder", "CLIPTextModel"), ("unet", "UNet2DConditionModel")]
)
def test_gaps_in_a_part_of_a_pipeline_are_told_and_not_filled(
    tiny: Callable[..., Path], part: str, kind: str
) -> None:
    copy = tiny(stills.build_sd)
    (file,) = (copy / part).glob("*.safetensors")
    without_largest(file)
    with pytest.raises(EngineError, match=rf"{part} lacks \d+ weights of {kind}, such as "):
        StableDiffusion(str(copy)).ready(Job())


def test_shapes_that_the_configuration_does_not_tell_of_are_named(
    tiny_musicgen: Path, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    copy = Path(shutil.copytree(tiny_musicgen, tmp_path / "model"))
    weights = load_file(copy / "model.safetensors")
    name = max(weights, key=lambda one: (weights[one].numel(), one))
    weights[name] = torch.cat([weights[name]] * 2)
    save_file(weights, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(EngineError, match=r"have other shapes than config\.json says, such as ") as caught:
        Musicgen(str(copy)).generate(REQUEST)
    assert name.rpartition(".")[2] in str(caught.value)


@pytest.mark.parametrize(
    ("engine", "build", "part"),
    [(SpeechT5, speecht5.build_speecht5_with_voices, "vocoder"), (Dia, dia.build_dia, "codec")],
)
def test_a_second_file_of_weights_that_is_cut_off_is_told(
    tiny: Callable[..., Path], engine: type, build: Callable[[Path], Path], part: str
) -> None:
    copy = tiny(build)
    cut_off(copy / part / "model.safetensors")
    with pytest.raises(EngineError, match=r"cannot load|no whole safetensors"):
        engine(str(copy))._ready(Job())


def test_voices_of_kokoro_that_are_cut_off_or_empty_are_told(tiny: Callable[..., Path]) -> None:
    copy = tiny(kokoro.build_kokoro)
    (voices,) = copy.glob("voices*")
    for spoil in (cut_off, lambda file: file.write_bytes(b"")):
        spoil(voices)
        with pytest.raises(EngineError, match="no file of voices"):
            _ = KokoroWeights(str(copy)).styles


def test_an_empty_file_of_weights_ends_the_command_with_one_sentence_and_its_code(
    tiny_xtts: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tiny_xtts, tmp_path / "with spaces ü"))
    (copy / "model.pth").write_bytes(b"")
    out = tmp_path / "out" / "said.wav"
    told = CliRunner().invoke(
        app, ["speak", "--engine", f"speech=xtts:{copy}", "--text", "Hello.", "-o", str(out)]
    )
    assert isinstance(told.exception, EngineError)
    assert str(told.exception).startswith(f"coqui-tts cannot load {copy}: EOFError. ")
    assert not out.exists()


def test_a_file_in_a_folders_place_is_called_one(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    with pytest.raises(EngineError, match=r"There is no folder .*: it is a file"):
        local_folder(str(file))
    with pytest.raises(EngineError, match=r"There is no folder .*: it is a file"):
        Xtts(str(file))._ready(Job())


def test_a_worker_is_not_started_for_a_folder_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFFECT_WORKER_ZONOS", "python-that-must-not-be-started")
    with pytest.raises(EngineError, match="There is no folder"):
        Zonos(str(tmp_path / "nothing"))._ready(Job())


def test_a_closed_folder_and_a_closed_file_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as an administrator, to whom nothing is closed; so the system's answers are put in its place."""
    from external.safe_weights import read_header, read_object

    (tmp_path / "config.json").write_text("{}")

    def closed(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", closed)
        assert read_object(tmp_path / "config.json") == ({}, "cannot be read: Permission denied")
    with monkeypatch.context() as patch:
        patch.setattr("external.safe_weights.os.access", lambda *_: False)
        assert read_header(tmp_path / "config.json") == ({}, "may not be read")
    with monkeypatch.context() as patch, pytest.raises(EngineError, match="may not be read"):
        patch.setattr("external.hub.os.access", lambda *_: False)
        local_folder(str(tmp_path))
    with monkeypatch.context() as patch, pytest.raises(EngineError, match="may not be read"):
        patch.setattr(Path, "is_dir", closed)
        local_folder(str(tmp_path / "below"))


def test_a_part_whose_configuration_is_no_json_is_named(tiny: Callable[..., Path]) -> None:
    copy = tiny(stills.build_sd)
    (copy / "vae" / "config.json").write_text("[1]")
    with pytest.raises(EngineError, match=r"vae: config\.json holds no JSON object"):
        StableDiffusion(str(copy)).ready(Job())
