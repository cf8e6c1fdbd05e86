"""Parts of an ONNX network, cut out between named tensors, without the package onnx.

An ONNX file is a protobuf message. A part keeps the nodes that lead from its inputs to its outputs and the weights they use, byte
by byte as they were; only the list of the graph's inputs and outputs is written anew. Field numbers:
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conditioning.errors import EngineError

__all__ = ["OnnxParts"]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # kinds of protobuf fields
_MODEL_GRAPH = 7
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13  # fields of a graph
_NODE_INPUT, _NODE_OUTPUT = 1, 2
_TENSOR_NAME, _VALUE_NAME, _VALUE_TYPE = 8, 1, 2
_TENSOR_TYPE, _ELEMENT_TYPE, _SHAPE, _DIMENSION, _DIMENSION_NAME = 1, 1, 2, 1, 2
_FLOAT = 1
_Fields = list[tuple[int, memoryview, memoryview]]  # number, whole field, content


@dataclass(frozen=True)
class _Node:
    whole: memoryview
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class OnnxParts:
    """A network that can be cut.

    Args:
        data: of the file.
        name: for errors.

    Raises:
        EngineError: it is no ONNX network.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        try:
            fields = list(_fields(memoryview(data)))
            self._around = [whole for number, whole, _ in fields if number != _MODEL_GRAPH]
            graph = next(content for number, _, content in fields if number == _MODEL_GRAPH)
            inside: _Fields = list(_fields(graph))
            self._nodes = [_node(whole, content) for number, whole, content in inside if number == _NODE]
            self._weights = {
                _text(_first(content, _TENSOR_NAME)): whole
                for number, whole, content in inside
                if number == _INITIALIZER
            }
            self._inputs = {
                _text(_first(content, _VALUE_NAME)): content
                for number, _, content in inside
                if number == _INPUT
            }
            named = (_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO)
            self._rest = [whole for number, whole, _ in inside if number not in named]
        except (IndexError, StopIteration, UnicodeDecodeError, ValueError) as error:
            raise EngineError(
                f"{name} is no ONNX network.", "Take the file from where it came again."
            ) from error
        self._makers = {output: place for place, node in enumerate(self._nodes) for output in node.outputs}

    def part(self, inputs: Mapping[str, int], outputs: Sequence[str]) -> bytes:
        """The part that makes ``outputs`` out of ``inputs``, as the content of an ONNX file.

        Args:
            inputs: names, and how many dimensions each has; those that are not inputs of the whole are taken for float32.
            outputs: names of float32 tensors.

        Raises:
            EngineError: a tensor is not there, or an output needs an input that is not given.
        """
        needed, weights = self._needed(inputs, outputs)
        values = [_field(_INPUT, self._inputs.get(name, _value(name, n))) for name, n in inputs.items()]
        results = [_field(_OUTPUT, _value(name, None)) for name in outputs]
        nodes = [self._nodes[place].whole for place in sorted(needed)]
        graph = b"".join([*nodes, *self._rest, *(self._weights[w] for w in weights), *values, *results])
        return b"".join([*self._around, _field(_MODEL_GRAPH, graph)])

    def _needed(self, inputs: Mapping[str, int], outputs: Sequence[str]) -> tuple[set[int], list[str]]:
        """Places of the nodes that are needed, and names of the weights in the file's order."""
        nodes: set[int] = set()
        weights: set[str] = set()
        wanted = list(outputs)
        seen = {*inputs, ""}  # an input that is left out has no name
        while wanted:
            name = wanted.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self._weights:
                weights.add(name)
                continue
            place = self._makers.get(name)
            if place is None:
                raise EngineError(
                    f"{self._name} has no tensor {name!r} that can be made of {', '.join(inputs)}.",
                    "Give the export of the model that the documentation names.",
                )
            if place not in nodes:
                nodes.add(place)
                wanted += self._nodes[place].inputs
        return nodes, [name for name in self._weights if name in weights]


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """The fields of a message: number, the field whole, its content."""
    at = 0
    while at < len(data):
        begin = at
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            _, end = _varint(data, at)
        elif kind == _BYTES:
            size, at = _varint(data, at)
            end = at + size
        elif kind in (_FIXED64, _FIXED32):
            end = at + (8 if kind == _FIXED64 else 4)
        else:
            raise ValueError(f"field of the unknown kind {kind}")
        if end > len(data):
            raise ValueError("field that is cut off")
        yield key >> 3, data[begin:end], data[at:end]
        at = end


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place after it."""
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _node(whole: memoryview, content: memoryview) -> _Node:
    fields = list(_fields(content))
    named = {
        wanted: tuple(_text(value) for number, _, value in fields if number == wanted)
        for wanted in (_NODE_INPUT, _NODE_OUTPUT)
    }
    return _Node(whole, named[_NODE_INPUT], named[_NODE_OUTPUT])


def _first(content: memoryview, wanted: int) -> memoryview:
    return next(value for number, _, value in _fields(content) if number == wanted)


def _text(value: memoryview) -> str:
    return bytes(value).decode("utf-8")


def _value(name: str, dimensions: int | None) -> bytes:
    """A ValueInfoProto of float32; None leaves its shape open."""
    tensor = _number(_ELEMENT_TYPE, _FLOAT)
    if dimensions is not None:
        free = [_field(_DIMENSION, _field(_DIMENSION_NAME, f"n{k}".encode())) for k in range(dimensions)]
        tensor += _field(_SHAPE, b"".join(free))
    return _field(_VALUE_NAME, name.encode()) + _field(_VALUE_TYPE, _field(_TENSOR_TYPE, tensor))


def _field(number: int, content: bytes | memoryview) -> bytes:
    return b"".join([_written(number << 3 | _BYTES), _written(len(content)), content])


def _number(number: int, value: int) -> bytes:
    return _written(number << 3 | _VARINT) + _written(value)


def _written(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
