"""A fourth ear to fit the built-in voice with: a network that was taught to tell people apart.

It is the network that tells whether a character stays himself (``studio.quality.speaker``), listened to below its last layer, where
what it hears has not yet been brought down to who speaks. It was trained on thousands of people's read and spontaneous speech and
shares nothing with the judge that scores.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from conditioning.assets import asset
from studio.quality.speaker_input import levelled, parts, without_pauses

__all__ = ["SpeakerEar"]


class SpeakerEar:
    """Turns a sound into what the first two layers of LSTM hear of it, each ``(256,)``, and the voice's embedding ``(256,)``."""

    groups, told = 2, 0.39

    def hear(self, wave: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Means of the layers over time, and the embedding, of length 1.

        Args:
            wave: mono ``(n,)`` at 16 kHz, at least half a second of speech.
        """
        network, names = self._session
        mels = parts(without_pauses(levelled(np.nan_to_num(np.asarray(wave, np.float32)))))
        *layers, rows = network.run(names, {"mels": mels})
        mean = rows.mean(axis=0)
        return [layer.reshape(-1, 256).mean(axis=0) for layer in layers], mean / np.linalg.norm(mean)

    @cached_property
    def _session(self) -> tuple[Any, list[str]]:
        import onnx
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        model = onnx.load(asset("quality", "speaker", "speaker.onnx"))
        last = model.graph.output[0].name
        layers = [node.output[0] for node in model.graph.node if node.op_type == "LSTM"][:2]
        for name in layers:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        source = model.SerializeToString()
        session = onnxruntime.InferenceSession(source, settings, providers=["CPUExecutionProvider"])
        return session, [*layers, last]
