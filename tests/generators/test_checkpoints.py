from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from conditioning.errors import EngineError
from generators.base import Job
from generators.checkpoints import (
    diffusers_layout,
    files_layout,
    find_checkpoint,
    placement,
    seeded,
    torch_seed,
    transformers_layout,
)
from generators.hub.licences import accept_licence, licence_line

MUSICGEN = transformers_layout("a MusicGen checkpoint", "musicgen")
WAN = diffusers_layout("a Wan pipeline", "WanPipeline")
EXAMPLE = "facebook/musicgen-small"


def find(model: str, layout: Any = MUSICGEN, **options: Any) -> Any:
    return find_checkpoint(model, layout, "music=musicgen", EXAMPLE, **options)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty cache, no leave to fetch, and any connection a failure."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("AFFECT_ALLOW_DOWNLOAD", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("AFFECT_CACHE", str(tmp_path / "kept"))
    accept_licence(EXAMPLE)


@pytest.fixture
def copy(tiny_musicgen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_musicgen, tmp_path / "model"))


def faults(folder: Path, layout: Any = MUSICGEN) -> str:
    with pytest.raises(EngineError) as caught:
        find(str(folder), layout)
    assert caught.value.exit_code == 3
    assert str(folder) in caught.value.message
    return caught.value.message


def test_a_complete_folder_is_found(tiny_musicgen: Path, tiny_wan: Path) -> None:
    assert find(str(tiny_musicgen)).folder == tiny_musicgen.resolve()
    assert find(str(tiny_wan), WAN).folder == tiny_wan.resolve()


def test_no_model_names_an_example_and_its_licence() -> None:
    with pytest.raises(EngineError) as caught:
        find("")
    assert f"music=musicgen:{EXAMPLE}" in caught.value.remedy
    assert "CC-BY-NC-4.0" in caught.value.remedy


@pytest.mark.parametrize("model", ["./nowhere", "/nowhere/at/all", "nowhere", "a/b/c", "~/nowhere"])
def test_a_folder_that_is_not_there_is_never_looked_for_on_the_hub(model: str) -> None:
    with pytest.raises(EngineError, match="no folder"):
        find(model, allow_download=True)


def test_a_hub_id_that_is_not_cached_is_not_fetched_unasked() -> None:
    with pytest.raises(EngineError, match="not in the local cache") as caught:
        find(EXAMPLE)
    assert "AFFECT_ALLOW_DOWNLOAD=1" in caught.value.remedy
    assert "CC-BY-NC-4.0" in caught.value.remedy


@pytest.mark.parametrize("how", ["environment", "option"])
def test_leave_to_fetch_states_the_licence_first_and_fails_clearly_offline(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    if how == "environment":
        monkeypatch.setenv("AFFECT_ALLOW_DOWNLOAD", "1")
    with pytest.raises(EngineError, match="cannot be fetched"):
        find(
            EXAMPLE,
            allow_download=True if how == "option" else None,
            job=Job(0, lambda *step: seen.append(step[2])),
        )
    assert len(seen) == 1
    assert "CC-BY-NC-4.0" in seen[0]


def test_the_option_overrules_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_ALLOW_DOWNLOAD", "1")
    with pytest.raises(EngineError, match="not in the local cache"):
        find(EXAMPLE, allow_download=False)


def test_a_cached_hub_id_is_found_without_a_connection(tiny_musicgen: Path, tmp_path: Path) -> None:
    commit = "0" * 40
    repository = tmp_path / "cache" / "models--facebook--musicgen-small"
    shutil.copytree(tiny_musicgen, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    for model in (EXAMPLE, f"{EXAMPLE}@main", f"{EXAMPLE}@{commit}"):
        assert find(model).folder == repository / "snapshots" / commit
    with pytest.raises(EngineError, match="not in the local cache"):
        find(f"{EXAMPLE}@{'1' * 40}")


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"")
    with pytest.raises(EngineError, match="no folder"):
        find(str(tmp_path / "weights.safetensors"))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert f"{name} is missing" in faults(copy)


def test_a_missing_shard_is_named(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "model-00001-of-00002.safetensors")
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (copy / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    message = faults(copy)
    assert "model-00002-of-00002.safetensors is missing" in message
    assert "model-00001" not in message


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model_type": "bark"}'])
def test_a_config_that_is_none_or_anothers_is_refused(copy: Path, content: str) -> None:
    (copy / "config.json").write_text(content)
    assert "config.json" in faults(copy)


def test_pickles_are_refused_in_every_part(tiny_wan: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_wan, tmp_path / "wan"))
    part = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    part.rename(part.with_name("diffusion_pytorch_model.bin"))
    message = faults(folder, WAN)
    assert "transformer" in message
    assert "pickles" in message


def test_a_missing_part_of_a_pipeline_is_named(tiny_wan: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_wan, tmp_path / "wan"))
    shutil.rmtree(folder / "vae")
    assert "folder vae is missing" in faults(folder, WAN)


def test_another_pipeline_is_refused(tiny_wan: Path) -> None:
    assert "'WanPipeline'" in faults(tiny_wan, diffusers_layout("a Flux pipeline", "FluxPipeline"))


def test_plain_files_may_be_wanted_without_being_needed(tmp_path: Path) -> None:
    layout = files_layout("a thing", ("needed.json",), ("wanted.json",))
    assert layout.patterns == ("needed.json", "wanted.json")
    assert layout.faults(tmp_path) == ["needed.json is missing"]


def test_an_unknown_licence_is_said_to_be_unknown(tmp_path: Path) -> None:
    assert "someone/something" in licence_line("someone/something@main")
    assert f"read what came with {tmp_path}" in licence_line(str(tmp_path))


def test_part_0_has_the_jobs_own_seed_and_others_their_own() -> None:
    seeds = [torch_seed(Job(7), part) for part in range(4)]
    assert seeds[0] == 7
    assert len(set(seeds)) == 4
    assert seeds == [torch_seed(Job(7), part) for part in range(4)]


def test_a_seeded_stretch_is_that_of_manual_seed_and_leaves_no_trace() -> None:
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(1)
    outside = torch.rand(3)
    torch.manual_seed(1)
    with seeded(5):
        assert torch.equal(torch.rand(3), expected)
    assert torch.equal(torch.rand(3), outside)


def test_seeding_the_processor_leaves_other_devices_and_their_queues_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    asked: list[int] = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", asked.append)
    with seeded(5, "cpu"):
        torch.rand(3)
    assert asked == []


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_DEVICE", "cpu")
    assert (placement().device, placement().dtype) == ("cpu", "float32")
    monkeypatch.setenv("AFFECT_DEVICE", "abacus")
    with pytest.raises(EngineError, match="abacus"):
        placement()


def test_a_licence_that_forbids_commercial_use_is_accepted_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFFECT_CACHE", str(tmp_path / "another"))
    with pytest.raises(EngineError, match="not for commercial use") as caught:
        find(EXAMPLE)
    assert f"show music=musicgen:{EXAMPLE} --accept-licence" in caught.value.remedy
    accept_licence(EXAMPLE)
    with pytest.raises(EngineError, match="not in the local cache"):
        find(f"{EXAMPLE}@main")  # the next question, for every revision


def test_a_users_own_folder_is_not_asked_about(
    tiny_musicgen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFFECT_CACHE", str(tmp_path / "another"))
    assert find(str(tiny_musicgen)).folder == tiny_musicgen.resolve()
