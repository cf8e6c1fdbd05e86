"""Speech sounds recognised in a recording by pocketsphinx' phone loop, an optional package (BSD) with its own English model.

It knows the sounds of English alone; of another language it hears the nearest English ones, which serves a mouth well enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from conditioning.errors import EngineError
from generators.base import Audio, Job, Phone
from generators.speech.recorded.phrases import phrases

__all__ = ["can_recognise", "recognised_sounds"]

_RATE, _FRAME = 16_000, 0.01  # hertz; seconds of a frame of the recogniser
_PEAK = 0.7  # of full scale, to which a recording is brought
# Weight of the phone model, cost of a new phone, and how far the search reaches: those of the package's documentation of its
# phoneme recognition (CMU Sphinx wiki, "Phoneme recognition").
_SEARCH = {"lw": 2.0, "pip": 0.3, "beam": 1e-20, "pbeam": 1e-20}

# ARPABET as the CMU Pronouncing Dictionary writes it, in IPA; diphthongs by the capitals of misaki.
_IPA: Mapping[str, str] = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɚ", "EY": "A", "IH": "ɪ", "IY": "i",
    "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u", "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h",
    "JH": "ʤ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ",
    "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip


def can_recognise() -> bool:
    """Whether the package is there."""
    return find_spec("pocketsphinx") is not None


def recognised_sounds(audio: Audio, job: Job | None = None) -> tuple[Phone, ...]:
    """The sounds of a recording, in order; silence and noise are left out.

    Args:
        audio: mono speech.
        job: progress, cancel; seen between phrases.

    Raises:
        EngineError: the package is missing.
    """
    if not can_recognise():
        raise EngineError(
            "The package pocketsphinx is missing.", "Install it with: pip install pocketsphinx."
        )
    import pocketsphinx

    folder = Path(pocketsphinx.get_model_path()) / "en-us"
    decoder = pocketsphinx.Decoder(
        hmm=str(folder / "en-us"), allphone=str(folder / "en-us-phone.lm.bin"), lm=None, dict=None, loglevel="FATAL", **_SEARCH
    )  # fmt: skip
    job = job or Job()
    wave = _whole_numbers(audio)
    parts = phrases(wave.astype(float) / 32768, _RATE)
    found: list[Phone] = []
    for number, (begin, end) in enumerate(parts):
        job.step(number, len(parts), "recognising the sounds")
        decoder.start_utt()
        decoder.process_raw(wave[begin:end].tobytes(), full_utt=True)
        decoder.end_utt()
        start = begin / _RATE
        found += [
            Phone(_IPA[segment.word], start + segment.start_frame * _FRAME, start + (segment.end_frame + 1) * _FRAME)
            for segment in decoder.seg() or ()
            if segment.word in _IPA
        ]  # fmt: skip
    return tuple(found)


def _whole_numbers(audio: Audio) -> np.ndarray:
    """Mono samples ``(n,)`` int16 at 16 kHz."""
    mono = np.asarray(audio.samples if audio.samples.ndim == 1 else audio.samples.mean(axis=1), float)
    if audio.sample_rate != _RATE:
        import soxr

        mono = soxr.resample(mono, audio.sample_rate, _RATE)
    scale = _PEAK / max(float(np.abs(mono).max()), 1e-6)
    return (np.clip(mono * scale, -1, 1) * 32767).astype(np.int16)
