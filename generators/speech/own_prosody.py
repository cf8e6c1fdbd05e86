"""The built-in voice as a model of prosody: it says the same text as an engine without a hold on emotion, and lends its melody.

The melody, the level and the timing of the built-in voice under the emotion are laid over the engine's sound by what lays one recording's
prosody over another (``generators.speech.recorded.transplant``). The voice, its register and its sounds stay the engine's.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import Script, Span
from generators.base import Aspect, Audio, Job, SpeechRequest
from generators.checkpoints import known_settings
from generators.speech.hibari import Hibari

__all__ = ["OwnProsody"]


class OwnProsody:
    """Lays the built-in voice's prosody over sounds of the same words."""

    @cached_property
    def _voice(self) -> Hibari:
        return Hibari()

    def laid_over(
        self, sound: np.ndarray, rate: int, text: str, emotion: Emotion, request: SpeechRequest
    ) -> np.ndarray | None:
        """The sound with the built-in voice's melody, level and timing; None where the two cannot be matched.

        Args:
            sound: what the engine made of the text, mono ``(n,)``.
            rate: hertz.
            text: what is said in it.
            emotion: that the built-in voice says it in.
            request: whose seed and locks and shifts of faders hold for it too.

        Raises:
            Cancelled: the user stopped the work.
        """
        from generators.speech.recorded.transplant import transplanted

        job = Job(request.job.seed, cancel=request.job.cancel)
        script = Script((Span(text, emotion),))
        try:
            own = self._voice.generate(SpeechRequest(script, adjustments=request.adjustments, job=job)).audio
            found = transplanted(Audio(sound, rate), own, keep_register=True, job=job)
        except RequestError:  # nothing that can be pronounced, or nothing voiced
            return None
        return found.audio.samples if found.likeness <= known_settings("xtts")["same_words"] else None

    @staticmethod
    def aspect(english: bool, unlaid: int, felt: int) -> Aspect:
        """What is said of it.

        Args:
            english: whether the text is; the built-in voice reads no other language.
            unlaid: spans whose sound could not be matched.
            felt: spans in which something is felt.
        """
        faders = "there rate, pitch, its range and loudness are set by the faders"
        if not english:
            return Aspect("prosody", "ignored", f"The built-in voice reads English alone; {faders}.")
        why = "Melody, level and timing are the built-in voice's, in this voice's register; its colour is the model's."
        if unlaid:
            why += f" In {unlaid} of {felt} spans the two could not be matched: {faders}."
        return Aspect("prosody", "approximated" if unlaid < felt or not felt else "ignored", why)
