"""What a network that was trained to transcribe hears in a voice, summed up in one row of numbers.

The network is the lower part of Whisper tiny.en (see ``assets/judges/speech/NOTICE.md``). It was taught words by hundreds of
thousands of hours of all kinds of voices and rooms; how a voice says them is still plain in its middle layers, which is
why the speech judge listens there.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from external.onnx import open_network
from studio.judges.log_mel import active_frames, levelled, log_mel

__all__ = ["SpeechEncoder"]


class SpeechEncoder:
    """Turns sound into measures.

    Args:
        path: of ``encoder.onnx``; read when the first sound is measured.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def measure(self, wave: np.ndarray) -> np.ndarray:
        """Means and spreads of two layers over the frames that are not silent, ``(1536,)`` float32.

        Args:
            wave: mono ``(n,)`` at 16 kHz, 0.02 to 6 seconds.

        Raises:
            EngineError: the network is missing.
        """
        mel = log_mel(levelled(wave))
        kept = active_frames(mel)
        parts = [
            part
            for layer in self._session.run(None, {"mel": mel[None]})
            for part in (layer[0, kept].mean(axis=0), layer[0, kept].std(axis=0))
        ]
        return np.concatenate(parts)

    @cached_property
    def _session(self) -> Any:
        return open_network(self._path, "Install affect-studio again or run tools/build_speech_encoder.py.")
