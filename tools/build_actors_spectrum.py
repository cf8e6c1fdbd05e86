"""Writes assets/voices/actors_spectrum.npz: how actors change the spectrum of each sound, and the voice's own mean spectrum.

    python tools/build_actors_spectrum.py ../shared/data

The maps come from studio/training/prosody_spectrum.py; the mean shape and the level of the built-in speaker from the spectra that the
decoder gives of twelve neutral sentences of the set "tune" of tools/voice_quality.py.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from voice_quality import SENTENCES, say

from conditioning.assets import asset
from conditioning.emotion import Emotion
from generators.speech import rendering, speaking
from generators.speech.actors_spectrum import mel_weights
from generators.speech.network import VOICED
from studio.training.prosody_spectrum import BANDS, loud, spectral_maps

_STEP = 20.0  # hertz between the decoder's bins


def own_spectrum() -> tuple[np.ndarray, float]:
    """Mean shape of the speaker's loud frames ``(48,)``, and the level that a tenth of them exceed; log powers."""
    shapes, levels = [], []
    original = rendering.render

    def listening(spectra: Any, f0: np.ndarray, *rest: Any, **named: Any) -> np.ndarray:
        harmonic, _, noise, free, _ = spectra
        heard = rendering.sounding(harmonic, noise, free, f0 > VOICED)
        bands = np.log(mel_weights(_STEP, len(heard), BANDS) @ np.exp(2 * heard) + 1e-14).T
        loudness = np.log(np.exp(bands).mean(axis=1))
        shapes.append((bands - bands.mean(axis=1, keepdims=True))[loud(loudness)])
        levels.append(np.percentile(loudness, 90))
        return original(spectra, f0, *rest, **named)

    with mock.patch.object(speaking, "render", listening):
        for number, text in enumerate(SENTENCES["tune"][:12]):
            say(text, Emotion.neutral(), seed=number)
    return np.concatenate(shapes).mean(axis=0), float(np.mean(levels))


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech/speech.csv")
    args = parser.parse_args()
    mean, level = own_spectrum()
    maps = {f"spectrum_{name}": found for name, found in spectral_maps(args.data / "speech").items()}
    values: dict[str, Any] = {"mean": mean, "level": np.array(level), **maps}
    path = asset("voices", "actors_spectrum.npz")
    np.savez(path, **{name: np.asarray(value, np.float32) for name, value in values.items()})  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
