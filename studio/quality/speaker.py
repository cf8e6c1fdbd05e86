"""Is it still the same voice: likeness of two voices by the speaker network of Resemblyzer.

Aim: to tell whether an emotion turns a character into somebody else. The network (three LSTM layers of 256, Wan et al. 2018,
"Generalized end-to-end loss for speaker verification", ICASSP) was trained on thousands of people to place one person's voice in
one direction, whatever is said. Emotion moves people's own voices as well: the card beside the weights
(``assets/quality/speaker/card.json``) says how far, so that an engine can be set against people.

Conventions: a sound has ``samples`` ``(n,)`` or ``(n, channels)``, full scale -1..1, and ``sample_rate`` in hertz. Embeddings are
``(256,)``, of length 1 and not negative. Two seconds of speech are little: compare ten or more.

Metrics:
    * ``similarity``: cosine of two embeddings, 0 (nothing alike) to 1 (the same sound); NaN where one has no speech.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.errors import EngineError
from external.onnx import open_network
from studio.judges.media import Sound, mono
from studio.quality.speaker_input import RATE, levelled, parts, without_pauses

__all__ = ["People", "embedding", "people", "similarity"]

_BATCH = 16  # stretches at once: flat memory for a sound of any length


@dataclass(frozen=True)
class People:
    """How alike people's recordings are, from the card: medians over pairs, and where both errors are equal.

    Args:
        same: two recordings of one person, whatever the emotions.
        same_emotional: a neutral and an emotional one of one person.
        different: of two people of one sex in one corpus.
        threshold: above it two recordings are taken for one person.
        equal_error: share of wrong answers at that threshold, 0..1.
    """

    same: float
    same_emotional: float
    different: float
    threshold: float
    equal_error: float


def similarity(first: Sound, second: Sound) -> float:
    """How alike two voices are.

    Args:
        first: such as a neutral reading.
        second: such as the same character with an emotion.

    Returns:
        0 to 1, higher is more alike; NaN if one of them holds no speech.

    Raises:
        EngineError: the network is missing.
    """
    return float(embedding(first) @ embedding(second))


def embedding(sound: Sound) -> np.ndarray:
    """Where a voice lies ``(256,)``, of length 1; NaN without speech.

    Args:
        sound: of any length and rate; what is below 1.6 s is filled with silence and says little.

    Raises:
        EngineError: the network is missing.
    """
    network = _network()
    wave = without_pauses(levelled(np.nan_to_num(mono(sound, RATE))))
    if not len(wave):
        return np.full(256, np.nan, np.float32)
    mels = parts(wave)
    rows = [
        network.run(None, {"mels": mels[:, start : start + _BATCH]})[0]
        for start in range(0, mels.shape[1], _BATCH)
    ]
    mean = np.concatenate(rows).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


@cache
def people(long: bool = True) -> People:
    """What the card says of people.

    Args:
        long: of recordings of about twelve seconds (means of five clips); else of single clips of two to three.

    Raises:
        EngineError: there is no card.
    """
    try:
        text = asset("quality", "speaker", "card.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise EngineError("The card of the speaker network is missing.", _REMEDY) from error
    return People(**json.loads(text)["people"]["long" if long else "short"])


_REMEDY = "Install affect-studio again."


@cache
def _network() -> Any:
    try:
        path = asset("quality", "speaker", "speaker.onnx")
    except FileNotFoundError as error:
        raise EngineError("The speaker network is missing.", _REMEDY) from error
    return open_network(path, _REMEDY)
