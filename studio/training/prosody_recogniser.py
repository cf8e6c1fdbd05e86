"""An ear to fit the built-in voice with: a network that was taught to write down speech, of another family than the judge's.

It is the encoder of Moonshine tiny (Jeffries et al. 2024, arXiv:2410.15608; MIT), as the wheel ``moonshine-voice`` 0.1.0 carries
it in ``moonshine_voice/assets/tiny-en/encoder_model.ort``: learned filters on the wave, then six layers of attention, trained on
other recordings than the judge's network and without its mel bands. How words are said is plainer in its middle layers than at
its end, which is all that the file gives out; so its graph is read and its inner layers are named as outputs. Nothing of it is
shipped: the wheel is unpacked by whoever fits.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.log_mel import levelled

__all__ = ["Recogniser"]

_SILENT = 35.0  # dB below the loud frames
_LAYERS = tuple(f"/layers.{place}/Add_1_output_0" for place in range(3))


class Recogniser:
    """Turns a sound into what the first three layers of attention hear of it, each ``(288,)``.

    Args:
        path: of ``encoder_model.ort``.
    """

    groups, told = 3, 0.85

    def __init__(self, path: Path) -> None:
        self._path = path

    def hear(self, wave: np.ndarray) -> list[np.ndarray]:
        """Means of the layers over the frames with sound; their spreads read people worse.

        Args:
            wave: mono ``(n,)`` at 16 kHz, at least half a second of speech.
        """
        wave = levelled(np.asarray(wave, np.float32))
        inputs = {"input_values": wave[None], "attention_mask": np.ones((1, len(wave)), np.int64)}
        layers = self._session.run(list(_LAYERS), inputs)
        heard = _sounding(wave, layers[0].shape[1])
        return [layer[0, heard].mean(axis=0) for layer in layers]

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.log_severity_level = 3
        model = _opened(self._path, _LAYERS).SerializeToString()
        return onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


def _sounding(wave: np.ndarray, count: int) -> np.ndarray:
    """Which of the frames that share a wave are not silent ``(count,)``."""
    ends = np.linspace(0, len(wave), count + 1).astype(int)
    power = np.add.reduceat(wave**2, ends[:-1]) / np.diff(ends)
    level = 10 * np.log10(power + 1e-10)
    return np.asarray(level > np.percentile(level, 95) - _SILENT)


def _opened(path: Path, layers: tuple[str, ...]) -> Any:
    """The graph of a file of onnxruntime's own format, as an ONNX model that gives out some layers."""
    import onnx
    from onnxruntime.tools.ort_format_model.ort_flatbuffers_py.fbs.InferenceSession import InferenceSession

    stored = InferenceSession.GetRootAsInferenceSession(path.read_bytes(), 0).Model()
    graph = stored.Graph()
    helper, any_type = onnx.helper, onnx.TensorProto.FLOAT
    nodes = [_node(graph.Nodes(place)) for place in range(graph.NodesLength())]
    weights = [_tensor(graph.Initializers(place)) for place in range(graph.InitializersLength())]
    inputs = [
        helper.make_tensor_value_info("input_values", any_type, ["batch", "samples"]),
        helper.make_tensor_value_info("attention_mask", onnx.TensorProto.INT64, ["batch", "samples"]),
    ]
    outputs = [helper.make_tensor_value_info(name, any_type, None) for name in layers]
    versions = [stored.OpsetImport(place) for place in range(stored.OpsetImportLength())]
    kept = [v for v in versions if v.Domain() in (b"", b"com.microsoft")]
    return helper.make_model(
        helper.make_graph(nodes, "encoder", inputs, outputs, weights),
        opset_imports=[helper.make_opsetid(v.Domain().decode(), v.Version()) for v in kept],
        ir_version=stored.IrVersion(),
    )


def _node(node: Any) -> Any:
    """One operation."""
    import onnx

    def names(count: int, name: Any) -> list[str]:
        return [name(place).decode() for place in range(count)]

    made = onnx.helper.make_node(
        node.OpType().decode(),
        names(node.InputsLength(), node.Inputs),
        names(node.OutputsLength(), node.Outputs),
        name=node.Name().decode(),
        domain=node.Domain().decode(),
    )
    made.attribute.extend(_attribute(node.Attributes(place)) for place in range(node.AttributesLength()))
    return made


def _attribute(stored: Any) -> Any:
    """One setting of an operation."""
    import onnx

    kinds = onnx.AttributeProto
    made = kinds(name=stored.Name().decode(), type=stored.Type())
    if made.type == kinds.FLOAT:
        made.f = stored.F()
    elif made.type == kinds.INT:
        made.i = stored.I()
    elif made.type == kinds.STRING:
        made.s = stored.S()
    elif made.type == kinds.TENSOR:
        made.t.CopyFrom(_tensor(stored.T()))
    elif made.type == kinds.FLOATS:
        made.floats.extend(stored.Floats(place) for place in range(stored.FloatsLength()))
    elif made.type == kinds.INTS:
        made.ints.extend(stored.Ints(place) for place in range(stored.IntsLength()))
    elif made.type == kinds.STRINGS:
        made.strings.extend(stored.Strings(place) for place in range(stored.StringsLength()))
    return made


def _tensor(stored: Any) -> Any:
    """Numbers that the file holds."""
    import onnx

    return onnx.TensorProto(
        name=(stored.Name() or b"").decode(),
        dims=[stored.Dims(place) for place in range(stored.DimsLength())],
        data_type=stored.DataType(),
        raw_data=stored.RawDataAsNumpy().tobytes() if stored.RawDataLength() else b"",
    )
