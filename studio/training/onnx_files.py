"""Writing networks as ONNX files that are half as large as their weights in memory."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

__all__ = ["export"]

_SMALL = 256  # arrays of fewer numbers stay float32


def export(net: torch.nn.Module, example: torch.Tensor, path: Path, outputs: Sequence[str]) -> None:
    """Write a network whose input is named ``pictures`` and takes any number of rows; weights are stored as float16.

    Args:
        net: in evaluation mode.
        example: an input.
        path: of the file.
        outputs: their names.
    """
    import onnx

    path.parent.mkdir(parents=True, exist_ok=True)
    names = ["pictures", *outputs]
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            net,
            (example,),
            str(path),
            input_names=["pictures"],
            output_names=list(outputs),
            dynamic_axes={name: {0: "rows"} for name in names},
            opset_version=17,
            dynamo=False,
        )
    model = onnx.load(path)
    _halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _halve(model: object) -> None:
    """Store large arrays as float16, each followed by a cast that the runtime folds when it loads the file."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph  # type: ignore[attr-defined]
    casts = []
    for array in graph.initializer:
        values = numpy_helper.to_array(array)
        if values.dtype != np.float32 or values.size < _SMALL:
            continue
        name = array.name
        array.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
