from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from external.safe_weights import expected_weights, pickles_in, read_header, read_object


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "model.safetensors"
    save_file({"layer.weight": np.zeros((3, 4), np.float32), "layer.bias": np.zeros(3, np.float32)}, file)
    return file


def test_the_header_gives_names_and_shapes(weights: Path) -> None:
    assert read_header(weights) == ({"layer.weight": (3, 4), "layer.bias": (3,)}, "")


@pytest.mark.parametrize("left", [0, 4, 20, -1])
def test_a_file_cut_short_is_a_fault(weights: Path, left: int) -> None:
    weights.write_bytes(weights.read_bytes()[:left])
    shapes, fault = read_header(weights)
    assert shapes == {}
    assert fault.startswith("is no whole safetensors file")


def test_a_pickle_by_the_name_of_safetensors_is_a_fault(tmp_path: Path) -> None:
    import pickle

    file = tmp_path / "model.safetensors"
    file.write_bytes(pickle.dumps({"layer.weight": [1.0]}))
    assert read_header(file)[1].startswith("is no whole safetensors file")


def test_missing_files_are_a_fault(tmp_path: Path) -> None:
    assert read_header(tmp_path / "none") == ({}, "is missing")
    assert read_object(tmp_path / "none") == ({}, "is missing")


@pytest.mark.parametrize(("text", "fault"), [("[1]", "holds no JSON object"), ("{", "is not JSON")])
def test_only_an_object_is_read(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "config.json"
    file.write_text(text)
    assert read_object(file)[1].startswith(fault)


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(b"\xff\xfe{}\x00")
    assert read_object(file)[1].startswith("is not JSON")


def test_weights_are_one_file_or_the_shards_of_the_index(tmp_path: Path) -> None:
    assert expected_weights(tmp_path) == ([tmp_path / "model.safetensors"], "")
    shards = {"a": "part-2.safetensors", "b": "part-1.safetensors", "c": "part-2.safetensors"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    assert expected_weights(tmp_path) == (
        [tmp_path / "part-1.safetensors", tmp_path / "part-2.safetensors"],
        "",
    )


def test_an_index_cannot_point_outside_the_folder(tmp_path: Path) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../../elsewhere.safetensors"}}))
    assert expected_weights(tmp_path)[0] == [tmp_path / "elsewhere.safetensors"]


def test_a_broken_index_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors.index.json").write_text("{")
    assert expected_weights(tmp_path)[1].startswith("model.safetensors.index.json is not JSON")


def test_pickles_are_found_but_for_the_one_without_weights(tmp_path: Path) -> None:
    for name in ("training_args.bin", "pytorch_model.bin", "model.pt", "model.safetensors"):
        (tmp_path / name).touch()
    assert [file.name for file in pickles_in(tmp_path)] == ["model.pt", "pytorch_model.bin"]
