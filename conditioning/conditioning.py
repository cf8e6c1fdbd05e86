"""The bundle that every generator receives: the timeline in each form an engine may want."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from conditioning.conversion import Conversion, convert
from conditioning.emotion import Emotion
from conditioning.encoder.quick import shipped_encoder
from conditioning.encoder.weights import EMBEDDING_SIZE
from conditioning.faders import Adjustment, fader_set
from conditioning.timeline import Timeline

__all__ = ["EMBEDDING_SIZE", "Conditioning"]


@dataclass(frozen=True)
class Conditioning:
    """An emotion over time, as faders, as an embedding, or as it is.

    Args:
        timeline: emotion over seconds.
        adjustments: the user's locks and shifts of faders.
    """

    timeline: Timeline
    adjustments: tuple[Adjustment, ...] = ()

    @classmethod
    def of(cls, emotion: Emotion, adjustments: tuple[Adjustment, ...] = ()) -> Conditioning:
        """The same emotion at all times."""
        return cls(Timeline.constant(emotion), adjustments)

    def faders(self, name: str, times: np.ndarray) -> dict[str, np.ndarray]:
        """A medium's faders at times.

        Args:
            name: fader set: ``"prosody"``, ``"face"``, ``"music"`` or ``"visual"``.
            times: seconds ``(T,)``.

        Returns:
            By fader name ``(T,)`` in the fader's unit.
        """
        return fader_set(name).evaluate(self.timeline.sample(times), self.adjustments)

    def embedding(self, times: np.ndarray) -> np.ndarray:
        """The trained embedding of names and felt point; linear in the intensity, and zero without emotion.

        Args:
            times: seconds ``(T,)``.

        Returns:
            ``(T, EMBEDDING_SIZE)`` float32.

        Raises:
            InputFileError: the encoder's weights are damaged.
        """
        encoder = shipped_encoder()
        return encoder.embedding(encoder.inputs.track(self.timeline.sample(times)))

    def tokens(self, times: np.ndarray) -> np.ndarray:
        """The same as sequences for cross-attention.

        Args:
            times: seconds ``(T,)``.

        Returns:
            ``(T, 8, EMBEDDING_SIZE)`` float32, tokens in the order of ``conditioning.encoder.weights.TOKEN_NAMES``.

        Raises:
            InputFileError: the encoder's weights are damaged.
        """
        encoder = shipped_encoder()
        return encoder.tokens(encoder.inputs.track(self.timeline.sample(times)))

    def vector(self, name: str, time: float = 0.0) -> Conversion:
        """The emotion at a time as an engine's own vector, with what it loses.

        Args:
            name: vocabulary, such as ``"indextts"``.
            time: seconds.
        """
        return convert(self.timeline.at(time), to=name)

    def null(self) -> Conditioning:
        """The same request without emotion: the unconditional twin for guidance."""
        return replace(self, timeline=Timeline.constant(Emotion.neutral()))
