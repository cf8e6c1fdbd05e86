"""Networks, devices and packages that are there, missing or broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from conditioning.errors import EngineError
from external.onnx import open_network
from external.packages import folder_of, needed
from external.torch_device import torch_device


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A network that gives its input back."""
    row = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "same", row[:1], row[1:])
    file = tmp_path / "same.onnx"
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]), file)
    return file


def test_a_network_opens_and_runs(network: Path) -> None:
    x = np.arange(3, dtype=np.float32)
    assert np.array_equal(open_network(network).run(["y"], {"x": x})[0], x)


def test_a_network_runs_on_one_thread(network: Path) -> None:
    assert open_network(network).get_session_options().intra_op_num_threads == 1


def test_a_missing_network_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"none\.onnx is missing") as caught:
        open_network(tmp_path / "none.onnx", "Fetch it.")
    assert caught.value.remedy == "Fetch it."


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x00" * 200])
def test_a_file_that_is_no_network_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.onnx"
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"broken\.onnx is no ONNX network"):
        open_network(file)


def test_the_environment_names_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_DEVICE", "cpu")
    assert torch_device() == "cpu"


@pytest.mark.parametrize("device", ["cuda:99", "nonsense"])
def test_a_device_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setenv("AFFECT_DEVICE", device)
    with pytest.raises(EngineError, match="which torch cannot use here"):
        torch_device()


def test_a_package_is_found_and_imported() -> None:
    assert (folder_of("numpy", "Adding", "numpy") / "__init__.py").is_file()
    assert needed("numpy", "Adding", "numpy") is np


@pytest.mark.parametrize("find", [folder_of, needed])
def test_a_missing_package_is_told_with_what_installs_it(find: object) -> None:
    with pytest.raises(EngineError, match="Lip reading needs the package no_such_package") as caught:
        find("no_such_package", "Lip reading", "no-such-package")  # type: ignore[operator]
    assert caught.value.remedy == "Run 'pip install no-such-package'."
