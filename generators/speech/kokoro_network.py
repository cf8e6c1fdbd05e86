"""The network of Kokoro under the same controls as hibari's, which was distilled from it.

    ids, style ──encode──▶ text hidden, prosody hidden, durations in 25 ms frames before rounding
    prosody hidden repeated by duration, style ──prosody──▶ F0 in hertz, energy; two frames of 12.5 ms for each of 25 ms
    text hidden repeated, F0, energy, style ──decode──▶ sound

Frames, F0 and energy mean the same as in hibari's network, but it ends in sound: unchanged in between, that is bit by bit the
sound of the whole network, at half its level. What acts on hibari's spectra acts here on the sound's own.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from generators.speech.kokoro_sound import coloured, spectra_of
from generators.speech.kokoro_weights import STYLE, KokoroWeights, kokoro_table
from generators.speech.network import HOP, VOICED, Network
from generators.speech.prosody import Controls

__all__ = ["HEADROOM", "KokoroNetwork"]

HEADROOM = np.float32(0.5)
"""Kokoro speaks at -19 dB of full scale; this leaves room for anger and is the level of the other voices. A half, so that no
bit is lost."""


class KokoroNetwork(Network):
    """The three parts in the style of one voice.

    The style goes along with the hidden features, as further channels, so that a sentence keeps the row of its length.

    Args:
        weights: of which the parts are taken.
        styles: of the voice ``(510, 256)``, a row for each count of phonemes.
    """

    def __init__(self, weights: KokoroWeights, styles: np.ndarray) -> None:
        self._weights = weights
        self._styles = styles

    @cached_property
    def natural_hz(self) -> float:
        """F0 of the voice by nature: the median over a phrase."""
        _, hidden, durations = self.encode(kokoro_table("natural")["phrase"])
        frames = np.maximum(np.rint(durations), 1).astype(int)
        f0, _ = self.prosody(np.repeat(hidden, frames, axis=2))
        voiced = f0[f0 > VOICED]
        return float(np.median(voiced)) if len(voiced) else super().natural_hz

    def encode(self, symbols: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hidden features and durations of phonemes.

        Args:
            symbols: characters of the vocabulary; n of them.

        Returns:
            text hidden ``(1, 512 + 256, n + 2)``, prosody hidden ``(1, 640 + 256, n + 2)``, durations ``(n + 2,)`` in
            frames of 25 ms; the first and last place are the sentence's edges.
        """
        ids = np.array([[0, *(self.vocabulary[symbol] for symbol in symbols), 0]], np.int64)
        style = self._styles[min(max(len(symbols), 1), len(self._styles)) - 1][None]
        text, prosody, durations = self._weights.cuts.encode.run(None, {"tokens": ids, "style": style})
        along = np.repeat(style[:, :, None], ids.shape[1], axis=2)
        prosody = prosody.transpose(0, 2, 1)
        return np.concatenate([text, along], 1), np.concatenate([prosody, along], 1), durations[0]

    def prosody(self, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """F0 ``(F,)`` in hertz and energy ``(F,)``.

        Args:
            hidden: prosody hidden repeated by duration, ``(1, 640 + 256, F / 2)``.
        """
        cut = kokoro_table("cut")
        features, style = _parted(hidden)
        f0, energy = self._weights.cuts.prosody.run(None, {cut["spread_prosody"]: features, "style": style})
        return f0[0], energy[0]

    def audio(self, hidden: np.ndarray, f0: np.ndarray, energy: np.ndarray) -> np.ndarray:
        """Sound ``(F * HOP,)`` float32, ``HEADROOM`` times the network's.

        Args:
            hidden: text hidden repeated by duration and then each frame twice, ``(1, 512 + 256, F)``.
            f0: hertz ``(F,)``.
            energy: ``(F,)``.
        """
        cut = kokoro_table("cut")
        features, style = _parted(hidden[:, :, ::2])
        given = {
            cut["spread_text"]: features,
            cut["f0"]: f0.astype(np.float32)[None],
            cut["energy"]: energy.astype(np.float32)[None],
            "style": style,
        }
        sound: np.ndarray = self._weights.cuts.decode.run(None, given)[0]
        return sound.reshape(-1)[: len(f0) * HOP] * HEADROOM

    def decode(self, hidden: np.ndarray, f0: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, ...]:
        """The spectra of the sound in the form of hibari's, of which only the free part sounds; ``(601, F)`` each."""
        return spectra_of(self.audio(hidden, f0, energy))

    def sound(
        self,
        hidden: np.ndarray,
        f0: np.ndarray,
        energy: np.ndarray,
        controls: Controls,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Sound ``(F * HOP,)`` with the voice's quality; bit by bit the network's own where nothing is asked of that."""
        return coloured(self.audio(hidden, f0, energy), f0, controls, rng)


def _parted(hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features and the style ``(1, 256)`` that goes along with them."""
    return np.ascontiguousarray(hidden[:, :-STYLE]), np.ascontiguousarray(hidden[:, -STYLE:, 0])
