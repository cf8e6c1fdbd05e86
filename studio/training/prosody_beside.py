"""Voices beside the same speaker's neutral voice, in the units that speakers vary by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["Beside", "own_neutral"]

_FARTHEST = 5.0  # spreads at which a difference is cut off


class Beside:
    """Differences from a neutral voice in spreads within a speaker.

    Args:
        groups: what an ear hears of people's clips, groups of ``(n, F)``.
        speakers: of the clips ``(n,)``.
    """

    def __init__(self, groups: Sequence[np.ndarray], speakers: np.ndarray) -> None:
        names = np.unique(speakers)
        self._within = [
            np.sqrt(np.mean([g[speakers == s].var(axis=0) for s in names], axis=0)) + 1e-6 for g in groups
        ]

    def __call__(self, voices: Sequence[np.ndarray], neutral: Sequence[np.ndarray]) -> np.ndarray:
        """Differences ``(n, all F)``; groups count alike, whatever their size.

        Args:
            voices: groups of ``(n, F)``.
            neutral: the same of what each is compared with.
        """
        parts = [
            np.clip((voice - own) / within, -_FARTHEST, _FARTHEST) / np.sqrt(voice.shape[1])
            for voice, own, within in zip(voices, neutral, self._within, strict=True)
        ]
        return np.hstack(parts)


def own_neutral(group: np.ndarray, labels: np.ndarray, speakers: np.ndarray) -> np.ndarray:
    """Mean of each clip's speaker's other neutral clips ``(n, F)``."""
    found = np.zeros_like(group)
    for place, speaker in enumerate(speakers):
        others = (speakers == speaker) & (labels == "neutral")
        others[place] = False
        found[place] = group[others].mean(axis=0)
    return found
