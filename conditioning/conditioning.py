"""The bundle that every generator receives: the timeline in each form an engine may want."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from conditioning.conversion import EngineVector, engine_vector
from conditioning.emotion import Emotion
from conditioning.faders import Adjustment, fader_set
from conditioning.timeline import Timeline
from conditioning.vocabulary import lexicon

__all__ = ["EMBEDDING_SIZE", "Conditioning"]

EMBEDDING_SIZE = 256


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
        """A fixed embedding: strengths of all lexicon emotions, felt VAD, intensity, then zeros.

        It is laid down by hand and not learned; it is linear in what is felt, and zero without emotion.

        Args:
            times: seconds ``(T,)``.

        Returns:
            ``(T, EMBEDDING_SIZE)`` float32.
        """
        track = self.timeline.sample(times)
        strengths = track.strengths.copy()
        strengths[:, lexicon().names.index("neutral")] = 0.0
        values = np.concatenate([strengths, track.vad, track.intensity[:, None]], axis=1)
        out = np.zeros((len(times), EMBEDDING_SIZE), np.float32)
        out[:, : values.shape[1]] = values
        return out

    def vector(self, name: str, time: float = 0.0) -> EngineVector:
        """The emotion at a time as the vector of an engine's own labels.

        Args:
            name: vocabulary, such as ``"indextts"``.
            time: seconds.
        """
        return engine_vector(self.timeline.at(time), name)

    def null(self) -> Conditioning:
        """The same request without emotion: the unconditional twin for guidance."""
        return replace(self, timeline=Timeline.constant(Emotion.neutral()))
