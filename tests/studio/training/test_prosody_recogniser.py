"""Reading onnxruntime's own files, so that an ear can listen to the inner layers of a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.training import prosody_recogniser
from studio.training.prosody_recogniser import Recogniser

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

_INNER, _LAST = "/layers.0/Add_1_output_0", "last_hidden_state"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A network of two layers over frames of 100 samples, as onnxruntime stores it."""
    helper, generator = onnx.helper, np.random.default_rng(3)
    first = generator.normal(size=(4, 1, 100)).astype(np.float32) / 10
    second = generator.normal(size=(4, 4)).astype(np.float32)
    nodes = [
        helper.make_node("Unsqueeze", ["input_values", "one"], ["wave"]),
        helper.make_node("Conv", ["wave", "first"], ["bands"], strides=[100]),
        helper.make_node("Transpose", ["bands"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("LeakyRelu", ["frames"], [_INNER], alpha=0.3),
        helper.make_node("MatMul", [_INNER, "second"], ["mixed"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=1),
        helper.make_node("ReduceMax", ["mask"], ["heard"], keepdims=0),
        helper.make_node("Mul", ["mixed", "heard"], [_LAST]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "encoder",
        [value("input_values", 1, ["b", "n"]), value("attention_mask", 7, ["b", "n"])],
        [value(_LAST, 1, None)],
        [
            onnx.numpy_helper.from_array(first, "first"),
            onnx.numpy_helper.from_array(second, "second"),
            onnx.numpy_helper.from_array(np.array([1], np.int64), "one"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    settings = onnxruntime.SessionOptions()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    settings.optimized_model_filepath = str(tmp_path / "encoder.ort")
    settings.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])
    return tmp_path / "encoder.ort"


def _run(source: object, names: list[str], wave: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(source, providers=["CPUExecutionProvider"])
    inputs = {"input_values": wave[None], "attention_mask": np.ones((1, len(wave)), np.int64)}
    return [np.asarray(found) for found in session.run(names, inputs)]


def test_the_graph_that_is_read_gives_what_the_file_gives(stored: Path) -> None:
    wave = np.random.default_rng(1).normal(size=8000).astype(np.float32)
    model = prosody_recogniser._opened(stored, (_INNER, _LAST))
    inner, last = _run(model.SerializeToString(), [_INNER, _LAST], wave)
    assert np.array_equal(last, _run(str(stored), [_LAST], wave)[0])
    assert inner.shape == (1, 80, 4)
    assert inner.min() < 0 < inner.max()


def test_an_ear_passes_over_silence(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prosody_recogniser, "_LAYERS", (_INNER,))
    wave = np.random.default_rng(2).normal(size=16000).astype(np.float32) / 10
    (alone,) = Recogniser(stored).hear(wave)
    (padded,) = Recogniser(stored).hear(np.concatenate([np.zeros(8000, np.float32), wave]))
    (other,) = Recogniser(stored).hear(np.cumsum(wave) / 10)
    # The level that a sound is brought to is that of its loud frames, so a pause leaves it nearly as it is.
    assert np.abs(alone - padded).max() < 0.1 * np.abs(alone - other).max()
