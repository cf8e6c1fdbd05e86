"""A tiny network with the tensors of Kokoro's export, and voices for it: it buzzes at the F0 that it plans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["build_kokoro", "build_voices"]

_SYMBOLS, _STYLE, _TEXT, _PROSODY = 178, 256, 512, 640
_RATE, _HOP = 24_000, 300


def build_kokoro(folder: Path) -> Path:
    """Write network and voices as kokoro-onnx names them; about 1 MB, Opset 17."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = helper.make_graph(
        _nodes(),
        "kokoro",
        [
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "n"]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, _STYLE]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"])],
        [numpy_helper.from_array(value, name) for name, value in _weights().items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / "kokoro-v1.0.int8.onnx"))
    build_voices(folder / "voices-v1.0.bin")
    return folder


def build_voices(file: Path) -> None:
    """Three voices: a high, a low and a man's."""
    styles = {"af_high": 1.0, "af_low": -1.0, "am_deep": -2.0}
    rows = np.linspace(0.9, 1.1, 510, dtype=np.float32)[:, None, None] * np.ones((1, 1, _STYLE), np.float32)
    with file.open("wb") as opened:
        np.savez(opened, **{name: value * rows for name, value in styles.items()})


def _weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    small = {
        "text_table": rng.standard_normal((_SYMBOLS, _TEXT)) / 8,
        "prosody_table": rng.standard_normal((_SYMBOLS, _PROSODY)) / 25,
        "style_to_prosody": np.full((_STYLE, _PROSODY), 1 / (_STYLE * _PROSODY)),
        "to_length": rng.standard_normal((_PROSODY, 1)),
        "to_f0": np.full((1, _PROSODY), 1.0),
        "to_energy": rng.standard_normal((1, _PROSODY)) / 8,
        "to_level": rng.standard_normal((1, _TEXT)) / 8,
        "length": np.array(5.0),
        "hertz": np.array(180.0),
        "swing": np.array(0.15),
        "loud": np.array(6.0),
        "per_sample": np.array(2 * np.pi / _RATE),
        "quiet": np.array(0.004),
        "wide": np.array(1.025),  # (1 + r * r) / (2 r): harmonics fall by r = 0.8 from one to the next
        "one": np.array(1.0),
        "steps": np.array(_HOP, np.int64),
    }
    found = {k: v if v.dtype == np.int64 else v.astype(np.float32) for k, v in small.items()}
    places = {"zero": 0, "i1": 1}
    found |= {name: np.array(value, np.int64) for name, value in places.items()}
    lists = {
        "axis0": [0],
        "axis1": [1],
        "axis2": [2],
        "twice": [1, 1, 2],
        "often": [1, 1, _HOP],
        "row": [1, -1],
        "flat": [-1],
    }
    return found | {name: np.array(value, np.int64) for name, value in lists.items()}


def _nodes() -> list[onnx.NodeProto]:
    """Encoder, alignment, F0 and energy, and a buzz as loud as energy and text have it."""
    text, prosody = (
        "/encoder/text_encoder/Transpose_2_output_0",
        "/encoder/predictor/text_encoder/Concat_4_output_0",
    )
    f0, energy = "/encoder/Squeeze_output_0", "/encoder/Squeeze_1_output_0"
    spread, spread_text = "/encoder/MatMul_output_0", "/encoder/MatMul_1_output_0"
    steps: list[tuple[str, list[str], str, dict[str, object]]] = [
        ("Gather", ["text_table", "tokens"], "text_rows", {}),
        ("Transpose", ["text_rows"], text, {"perm": [0, 2, 1]}),
        ("Gather", ["prosody_table", "tokens"], "prosody_rows", {}),
        ("MatMul", ["style", "style_to_prosody"], "own", {}),
        ("Add", ["prosody_rows", "own"], prosody, {}),
        ("MatMul", [prosody, "to_length"], "lengths", {}),
        ("Tanh", ["lengths"], "even", {}),
        ("Add", ["even", "length"], "long", {}),
        ("ReduceSum", ["long", "axis2"], "/encoder/predictor/ReduceSum_output_0", {"keepdims": 0}),
        ("Div", ["/encoder/predictor/ReduceSum_output_0", "speed"], "spoken", {}),
        ("Round", ["spoken"], "rounded", {}),
        ("Clip", ["rounded", "one"], "clipped", {}),
        ("Squeeze", ["clipped", "axis0"], "counts", {}),
        ("CumSum", ["counts", "zero"], "ends", {}),
        ("Sub", ["ends", "counts"], "begins", {}),
        ("ReduceSum", ["counts", "axis0"], "total", {"keepdims": 0}),
        ("Cast", ["total"], "frames", {"to": TensorProto.INT64}),
        ("Range", ["zero", "frames", "i1"], "times", {}),
        ("Cast", ["times"], "at", {"to": TensorProto.FLOAT}),
        ("Unsqueeze", ["at", "axis0"], "across", {}),
        ("Unsqueeze", ["begins", "axis1"], "first", {}),
        ("Unsqueeze", ["ends", "axis1"], "last", {}),
        ("GreaterOrEqual", ["across", "first"], "after", {}),
        ("Less", ["across", "last"], "before", {}),
        ("And", ["after", "before"], "inside", {}),
        ("Cast", ["inside"], "alignment", {"to": TensorProto.FLOAT}),
        ("Transpose", [prosody], "turned", {"perm": [0, 2, 1]}),
        ("MatMul", ["turned", "alignment"], spread, {}),
        ("MatMul", [text, "alignment"], spread_text, {}),
    ]  # fmt: skip
    steps += _contour("to_f0", spread, "raised")
    steps += [
        ("Mul", ["raised", "swing"], "octaves", {}),
        ("Exp", ["octaves"], "factor", {}),
        ("Mul", ["factor", "hertz"], f0, {}),
    ]
    steps += _contour("to_energy", spread, "moved")
    steps += [("Tanh", ["moved"], "loudness", {}), ("Add", ["loudness", "loud"], energy, {})]
    steps += _contour("to_level", spread_text, "said")
    steps += [
        ("Tanh", ["said"], "kept", {}),
        ("Add", ["kept", "loud"], "levels", {}),
        ("Mul", ["levels", "quiet"], "level", {}),
        ("Mul", ["level", energy], "power", {}),
        ("Unsqueeze", [f0, "axis2"], "f0_column", {}),
        ("Tile", ["f0_column", "often"], "f0_rows", {}),
        ("Reshape", ["f0_rows", "row"], "f0_samples", {}),
        ("Mul", ["f0_samples", "per_sample"], "advance", {}),
        ("CumSum", ["advance", "i1"], "phase", {}),
        ("Sin", ["phase"], "sine", {}),
        ("Cos", ["phase"], "cosine", {}),
        ("Sub", ["wide", "cosine"], "divisor", {}),
        ("Div", ["sine", "divisor"], "wave", {}),
        ("Unsqueeze", ["power", "axis2"], "power_column", {}),
        ("Tile", ["power_column", "often"], "power_rows", {}),
        ("Reshape", ["power_rows", "row"], "power_samples", {}),
        ("Mul", ["wave", "power_samples"], "sound", {}),
        ("Reshape", ["sound", "flat"], "audio", {}),
    ]  # fmt: skip
    return [helper.make_node(kind, inputs, [output], **more) for kind, inputs, output, more in steps]


def _contour(weights: str, hidden: str, output: str) -> list[tuple[str, list[str], str, dict[str, object]]]:
    """Features ``(1, channels, T)`` to a contour ``(1, 2 T)``, each frame twice."""
    return [
        ("MatMul", [weights, hidden], f"{output}_rows", {}),
        ("Transpose", [f"{output}_rows"], f"{output}_column", {"perm": [0, 2, 1]}),
        ("Tile", [f"{output}_column", "twice"], f"{output}_doubled", {}),
        ("Reshape", [f"{output}_doubled", "row"], output, {}),
    ]
