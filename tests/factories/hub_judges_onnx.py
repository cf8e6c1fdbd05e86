"""Tiny ONNX networks with the inputs and outputs of the released ones: HSEmotion's, and two exports of emotion2vec."""

from __future__ import annotations

from pathlib import Path

import numpy as np

__all__ = ["build_emotion2vec", "build_hsemotion"]

TOKENS = (
    "生气/angry",
    "厌恶/disgusted",
    "恐惧/fearful",
    "开心/happy",
    "中立/neutral",
    "其他/other",
    "难过/sad",
    "吃惊/surprised",
    "<unk>",
)


def build_hsemotion(file: Path, outputs: int, side: int, seed: int = 100) -> np.ndarray:
    """Write ``input`` (1, 3, side, side) → ``output`` (1, outputs): the mean colour times weights ``(3, outputs)``, which it gives back."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(seed).normal(size=(3, outputs)).astype(np.float32)
    nodes = [
        helper.make_node("GlobalAveragePool", ["input"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["colour"]),
        helper.make_node("MatMul", ["colour", "weights"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "hsemotion",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch_size", 3, side, side])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch_size", outputs])],
        [numpy_helper.from_array(weights, "weights")],
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(graph), file)
    return weights


def build_emotion2vec(
    folder: Path, tokens: tuple[str, ...] = TOKENS, *, output: str = "logits", seed: int = 101
) -> dict[str, np.ndarray]:
    """Write an export, ``tokens.txt`` and ``config.yaml``; returns ``frame`` weights (4, W) and, for frames, ``proj``.

    The network cuts a wave into frames of four samples and gives each W numbers. ``output`` is ``"logits"``,
    ``"probabilities"`` or ``"frames"``, the latter as funasr writes it, with the last layer beside it.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from safetensors.numpy import save_file

    draw = np.random.default_rng(seed)
    width = 6 if output == "frames" else len(tokens)
    weights = {"frame": draw.normal(size=(4, width)).astype(np.float32)}
    nodes = [
        helper.make_node("Slice", ["input", "zero", "whole", "axis"], ["even"]),
        helper.make_node("Reshape", ["even", "shape"], ["cut"]),
        helper.make_node("MatMul", ["cut", "frame"], ["frames"]),
        helper.make_node("Relu", ["frames"], ["bent"]),
    ]
    shape: list[object] = ["batch_size", "sequence_length", width]
    last = "bent"
    if output != "frames":
        nodes.append(helper.make_node("ReduceMean", ["bent", "axis"], ["mean"], keepdims=0))
        last, shape = "mean", ["batch_size", width]
    if output == "probabilities":
        nodes.append(helper.make_node("Softmax", ["mean"], ["shares"], axis=-1))
        last = "shares"
    nodes.append(helper.make_node("Identity", [last], ["output"]))
    fixed = {"zero": [0], "whole": [16000 // 4 * 4], "axis": [1], "shape": [1, -1, 4]}
    graph = helper.make_graph(
        nodes,
        "emotion2vec",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch_size", "sequence_length"])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in fixed.items()]
        + [numpy_helper.from_array(weights["frame"], "frame")],
    )
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(graph), folder / "emotion2vec.onnx")
    (folder / "tokens.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
    (folder / "config.yaml").write_text(
        "model: Emotion2vec\nmodel_conf:\n    embed_dim: 6\n    normalize: true\n"
    )
    if output == "frames":
        weights["proj.weight"] = draw.normal(size=(len(tokens), width)).astype(np.float32)
        weights["proj.bias"] = draw.normal(size=len(tokens)).astype(np.float32)
        save_file({k: weights[k] for k in ("proj.weight", "proj.bias")}, folder / "proj.safetensors")
    return weights


def _model(graph: object) -> object:
    from onnx import helper

    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10
    return model
