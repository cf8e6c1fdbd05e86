"""The speech judge: which of eight emotions a voice carries, from how it sounds and not from what it says.

It listens with the lower layers of a network that was taught to transcribe (``studio.judges.speech_encoder``); how it reads
and what it refuses is said in ``studio.judges.voice``.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from studio.judges.log_mel import active_seconds, loud_level
from studio.judges.speech_encoder import SpeechEncoder
from studio.judges.voice import VoiceJudge
from studio.judges.weights import judge_folder

__all__ = ["LEAST_SPEECH", "SpeechJudge"]

LEAST_SPEECH = 0.4  # seconds of sound below which nothing can be said of a voice


class SpeechJudge(VoiceJudge):
    """Reads the emotion of a voice.

    Args:
        folder: with card and weights; None for the shipped ones. Nothing is loaded before the first reading.

    Example:
        ``SpeechJudge().read(track.audio).top``
    """

    home = "speech"
    # The spreads of both layers: they tell a voice from its reversal, but in corpora that taught nothing the emotion is read
    # worse with them than without (assets/judges/speech/training.toml).
    passed_over = (slice(384, 768), slice(1152, 1536))

    def describe(self, wave: np.ndarray) -> np.ndarray | None:
        """What the encoder hears, and last the level in dB of full scale, ``(1537,)``."""
        if active_seconds(wave) < LEAST_SPEECH:
            return None
        return np.append(self._encoder.measure(wave), np.float32(loud_level(wave)))

    @cached_property
    def _encoder(self) -> SpeechEncoder:
        return SpeechEncoder(judge_folder("speech") / "encoder.onnx")
