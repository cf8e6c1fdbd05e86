from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from conditioning.errors import EngineError
from external.onnx import opened
from external.onnx_parts import OnnxParts


@pytest.fixture(scope="module")
def data():
    """Two layers: y = (x a) b, z = y + c, with a branch that nothing in between needs."""
    rng = np.random.default_rng(0)
    weights = {name: rng.standard_normal((3, 3)).astype(np.float32) for name in "abc"}
    nodes = [
        helper.make_node("MatMul", ["x", "a"], ["h"]),
        helper.make_node("Neg", ["x"], ["unused"]),
        helper.make_node("MatMul", ["h", "b"], ["y"]),
        helper.make_node("Add", ["y", "c"], ["z"]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "two", [value("x", TensorProto.FLOAT, ["n", 3])],
        [value("z", TensorProto.FLOAT, ["n", 3]), value("unused", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()],
    )  # fmt: skip
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    ).SerializeToString()


def run(content, given):
    return opened(content, "part", "again").run(None, given)


def test_parts_one_after_another_give_what_the_whole_gives(data):
    parts = OnnxParts(data, "two")
    x = np.arange(9, dtype=np.float32).reshape(3, 3)
    (hidden,) = run(parts.part({"x": 2}, ["h"]), {"x": x})
    (z,) = run(parts.part({"h": 2}, ["z"]), {"h": hidden})
    assert np.array_equal(z, run(data, {"x": x})[0])


def test_a_part_is_a_network_that_holds_only_what_it_needs(data):
    part = onnx.load_from_string(OnnxParts(data, "two").part({"h": 2}, ["y", "z"]))
    assert [node.op_type for node in part.graph.node] == ["MatMul", "Add"]
    assert [weight.name for weight in part.graph.initializer] == ["b", "c"]
    assert [entry.name for entry in part.graph.input] == ["h"]


def test_an_output_that_needs_more_than_is_given_is_an_error(data):
    with pytest.raises(EngineError, match="'x'"):
        OnnxParts(data, "two").part({"h": 2}, ["unused"])
    with pytest.raises(EngineError, match="'nothing'"):
        OnnxParts(data, "two").part({"x": 2}, ["nothing"])


def test_every_beginning_of_a_network_is_an_error_or_a_network(data):
    for length in range(0, len(data), 7):
        try:
            OnnxParts(data[:length], "two").part({"x": 2}, ["z"])
        except EngineError as error:
            assert "two" in error.message
