"""Writing networks as ONNX files that are half or a quarter as large as their weights in memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from studio.judges.eight_bit import pack

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

__all__ = ["export"]

_SMALL = 256  # arrays of fewer numbers stay float32


def export(
    net: torch.nn.Module,
    example: torch.Tensor,
    path: Path,
    outputs: Sequence[str],
    *,
    in_eight_bits: bool = False,
) -> None:
    """Write a network whose input is named ``pictures`` and takes any number of rows.

    Args:
        net: in evaluation mode.
        example: an input.
        path: of the file.
        outputs: their names.
        in_eight_bits: store weights as int8 with a scale for each output, else as float16.
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
    _narrow(model, _in_eight_bits if in_eight_bits else _in_halves)
    onnx.checker.check_model(model)
    onnx.save(model, path)


Narrowed = tuple[list["TensorProto"], list["NodeProto"]]
"""What is stored of an array, and what the runtime does with it when it loads the file."""


def _narrow(model: ModelProto, narrowed: Callable[[str, np.ndarray], Narrowed]) -> None:
    """Store large arrays in fewer bits, each followed by what widens it again."""
    from onnx import numpy_helper

    graph = model.graph
    stored, widening = [], []
    for array in graph.initializer:
        values = numpy_helper.to_array(array)
        if values.dtype == np.float32 and values.size >= _SMALL:
            arrays, nodes = narrowed(array.name, values)
            stored += arrays
            widening += nodes
        else:
            stored.append(array)
    every = [*widening, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(stored)
    graph.node.extend(every)


def _in_halves(name: str, values: np.ndarray) -> Narrowed:
    from onnx import TensorProto, helper, numpy_helper

    half = numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
    return [half], [helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT)]


def _in_eight_bits(name: str, values: np.ndarray) -> Narrowed:
    from onnx import TensorProto, helper, numpy_helper

    packed = pack(name, values.reshape(len(values), -1))
    scale = packed[f"{name}.scale"].reshape(-1, *[1] * (values.ndim - 1))
    arrays = [
        numpy_helper.from_array(packed[name].reshape(values.shape), f"{name}.small"),
        numpy_helper.from_array(scale, f"{name}.scale"),
    ]
    nodes = [
        helper.make_node("Cast", [f"{name}.small"], [f"{name}.wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.wide", f"{name}.scale"], [name]),
    ]
    return arrays, nodes
