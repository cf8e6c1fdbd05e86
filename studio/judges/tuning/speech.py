"""The speech judge that generators are tuned on: it hears 135 measures of pitch, level, rhythm and timbre.

It shares neither voices nor measures with the judge that scores, so that what pleases it need not please the other. It
refuses noise, hum and tones; speech turned round it takes for speech, since its measures hardly know the difference.
"""

from __future__ import annotations

import numpy as np

from studio.judges.acoustics import measure_tracks
from studio.judges.functionals import functionals, is_speech
from studio.judges.voice import VoiceJudge

__all__ = ["TuningSpeechJudge"]


class TuningSpeechJudge(VoiceJudge):
    """Reads the emotion of a voice.

    Args:
        folder: with card and weights; None for the shipped ones. Nothing is loaded before the first reading.
    """

    home = "tuning/speech"
    level_column = 13  # where ``functionals`` puts ``level_mean``

    def describe(self, wave: np.ndarray) -> np.ndarray | None:
        """The measures in the order of ``functionals``, ``(135,)``; None if there is too little voiced speech."""
        tracks = measure_tracks(wave)
        return np.array(list(functionals(tracks).values())) if is_speech(tracks) else None
