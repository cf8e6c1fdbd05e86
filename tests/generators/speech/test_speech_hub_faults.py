"""What is told of weights that are missing, wrong, broken or too large, by every speech engine that loads some."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from conditioning.errors import EngineError
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest

ENGINES = {
    "coqui-vits": "coqui_vits:CoquiVits",
    "csm": "csm:Csm",
    "dia": "dia:Dia",
    "fastspeech2": "fastspeech2:FastSpeech2",
    "speecht5": "speecht5:SpeechT5",
    "vits": "vits:Vits",
    "xtts": "xtts:Xtts",
}
PICKLED = ("coqui-vits", "xtts")
"""Those whose weights exist as pickles alone, which are read as numbers or not at all."""

SIZES = {
    "coqui-vits": ("model_args", "hidden_channels"),
    "csm": ("hidden_size",),
    "dia": ("encoder_config", "hidden_size"),
    "fastspeech2": ("model_config", "hidden_size"),
    "speecht5": ("hidden_size",),
    "vits": ("hidden_size",),
    "xtts": ("model_args", "gpt_n_model_channels"),
}
"""The place of a size in each one's configuration."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory, one_thread, tiny_xtts):
    """The tiny checkpoint of each engine."""
    built = {"xtts": tiny_xtts}
    for name in ENGINES:
        if name not in built:
            kind = name.replace("-", "_")
            build: Callable[[Path], Path] = getattr(import_module(f"factories.{kind}"), f"build_{kind}")
            built[name] = build(tmp_path_factory.mktemp("faults") / name)
    return built


@pytest.fixture(params=ENGINES)
def name(request):
    return request.param


@pytest.fixture
def copy(folders, name, tmp_path):
    """A copy of the engine's checkpoint that may be spoilt."""
    shutil.copytree(folders[name], tmp_path / "copy")
    return tmp_path / "copy"


def engine_of(name):
    module, _, kind = ENGINES[name].partition(":")
    return getattr(import_module(f"generators.speech.{module}"), kind)


def say(name, folder=None):
    engine = engine_of(name)(*([] if folder is None else [str(folder)]))
    return engine.generate(SpeechRequest(parse_script("The tide is turning."), job=Job(3)))


def test_a_folder_that_is_missing_or_empty_is_told_in_one_sentence(tmp_path, name):
    with pytest.raises(EngineError, match="no weights of its own"):
        say(name)
    with pytest.raises(EngineError, match="There is no folder"):
        say(name, tmp_path / "nowhere" / "deep" / "er")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EngineError, match=r"config\.json is missing"):
        say(name, tmp_path / "empty")


@pytest.mark.parametrize("other", ENGINES)
def test_weights_of_another_kind_are_told(folders, name, other):
    if other != name:
        with pytest.raises(EngineError, match=r"config\.json is of a|names no kind of model|is missing"):
            say(name, folders[other])


def test_weights_that_are_cut_off_are_told(copy, name):
    weights = copy / ("model.pth" if name in PICKLED else "model.safetensors")
    weights.write_bytes(weights.read_bytes()[:200])
    with pytest.raises(EngineError, match=r"cannot load|no whole safetensors|more than numbers"):
        say(name, copy)


def test_weights_that_can_carry_code_are_refused_and_not_run(copy, tmp_path, name):
    import torch

    if name in PICKLED:
        torch.save({"model": {}, "extra": Wicked(tmp_path / "ran")}, copy / "model.pth")
    else:
        (copy / "model.safetensors").unlink()
        torch.save({"extra": Wicked(tmp_path / "ran")}, copy / "pytorch_model.bin")
    with pytest.raises(EngineError, match=r"more than numbers|pickles"):
        say(name, copy)
    assert not (tmp_path / "ran").exists()


def test_weights_of_another_size_than_their_configuration_are_told(copy, name):
    config = json.loads((copy / "config.json").read_text())
    *path, last = SIZES[name]
    table = config
    for key in path:
        table = table[key]
    table[last] = 2 * table[last]
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineError, match="cannot load"):
        say(name, copy)


def test_weights_that_lack_some_are_told_and_none_are_made_up(copy, name):
    if name in PICKLED:
        import torch

        kept = torch.load(copy / "model.pth", weights_only=True)
        kept["model"].popitem()
        torch.save(kept, copy / "model.pth")
    else:
        from safetensors.torch import load_file, save_file

        kept = load_file(copy / "model.safetensors")
        lost = max((k for k in kept if k.endswith("weight")), key=lambda k: kept[k].numel())
        save_file({k: v for k, v in kept.items() if k != lost}, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(EngineError, match=r"lacks \d+ weights|cannot load"):
        say(name, copy)


def test_running_out_of_memory_is_one_sentence(folders, monkeypatch, name):
    import torch

    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB\nand more")

    monkeypatch.setattr(engine_of(name), "_load", full)
    with pytest.raises(EngineError, match=r"ran out of memory: CUDA out of memory") as error:
        say(name, folders[name])
    assert "AFFECT_DEVICE" in error.value.remedy
    assert "and more" not in error.value.message


class Wicked:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)
