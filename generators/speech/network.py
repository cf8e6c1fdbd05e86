"""The network of hibari in three parts, so that prosody can be changed between them.

    ids ──encode──▶ text hidden, prosody hidden, durations in 25 ms frames before rounding
    prosody hidden repeated by duration ──prosody──▶ F0 in hertz, energy; two frames of 12.5 ms for each of 25 ms
    text hidden repeated, F0, energy ──decode──▶ five spectra of 601 bins, 20 Hz apart

Unchanged in between, the parts give the numbers of the whole network (tools/build_voice.py cuts it).
"""

from __future__ import annotations

import json
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import EngineError
from external.onnx import open_network

__all__ = ["FRAME", "HOP", "SAMPLE_RATE", "VOICED", "Network"]

SAMPLE_RATE = 24_000
FRAME = 0.0125  # seconds of a frame of F0, energy and spectra
HOP = 300  # samples of it
VOICED = 40.0  # hertz; the model marks unvoiced frames by an F0 below
_PARTS = ("encode", "prosody", "decode")


class Network:
    """The three parts, loaded at first use on one thread, which keeps the bytes of the output the same.

    Args:
        folder: with encode.onnx, prosody.onnx, decode.onnx.

    Raises:
        EngineError: a part is missing.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in _PARTS if not (folder / f"{name}.onnx").is_file()]
        if missing:
            raise EngineError(
                f"{folder} has no {missing[0]}.onnx.",
                "Give a folder made by tools/build_voice.py, or no model.",
            )
        self._folder = folder

    @property
    def natural_hz(self) -> float:
        """Mean F0 of the speaker by nature."""
        return float(asset_table("voices", "sounds.toml")["speaker_hz"])

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Number of each phoneme character."""
        text = (files("hibari") / "assets" / "vocab.json").read_text(encoding="utf-8")
        found: dict[str, int] = json.loads(text)
        return found

    def encode(self, symbols: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hidden features and durations of phonemes.

        Args:
            symbols: characters of the vocabulary; n of them.

        Returns:
            text hidden ``(1, 128, n + 2)``, prosody hidden ``(1, 192, n + 2)``, durations ``(n + 2,)`` in frames of
            25 ms; the first and last place are the sentence's edges.
        """
        ids = np.array([[0, *(self.vocabulary[symbol] for symbol in symbols), 0]], np.int64)
        text, prosody, duration = self._run("encode", ids)
        return text, prosody, duration

    def prosody(self, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """F0 ``(F,)`` in hertz and energy ``(F,)``.

        Args:
            hidden: prosody hidden repeated by duration, ``(1, 192, F / 2)``.
        """
        f0, energy = self._run("prosody", hidden)
        return f0[0], energy[0]

    def decode(self, hidden: np.ndarray, f0: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, ...]:
        """Five spectra ``(601, F)``.

        They are the log magnitude and phase of harmonics, the log magnitude of noise, and the log magnitude and phase
        of a free part that carries much of the voice too.

        Args:
            hidden: text hidden repeated by duration and then each frame twice, ``(1, 128, F)``.
            f0: hertz ``(F,)``.
            energy: ``(F,)``.
        """
        found = self._run("decode", hidden, f0.astype(np.float32)[None], energy.astype(np.float32)[None])
        return tuple(spectrum[0] for spectrum in found)

    @cached_property
    def _sessions(self) -> dict[str, Any]:
        return {name: open_network(self._folder / f"{name}.onnx") for name in _PARTS}

    def _run(self, part: str, *values: np.ndarray) -> list[np.ndarray]:
        session = self._sessions[part]
        names = [entry.name for entry in session.get_inputs()]
        found: list[np.ndarray] = session.run(None, dict(zip(names, values, strict=True)))
        return found
