"""What a character does otherwise than the voice's map says when he feels something.

The same faders do other things to a man's voice than to the woman's that was trained: its formants lie lower, so that a band that is
lifted lies elsewhere, its F0 has more room above, and what actors do to each sound was learned from voices nearer to hers. So
a character may have a way of his own in each emotion (assets/voices/ways.toml): what comes on top of what the map asks, at full intensity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from conditioning.assets import asset_table
from conditioning.faders import Adjustment, fader_set
from conditioning.timeline import EmotionTrack
from generators.speech.characters import Character

__all__ = ["ways"]


def ways(
    track: EmotionTrack, characters: Sequence[Character], adjustments: tuple[Adjustment, ...] = ()
) -> dict[str, np.ndarray]:
    """What characters' ways change of faders ``(T,)`` by name: added to an offset, multiplied with a factor.

    Args:
        track: T samples.
        characters: who speaks at each of them.
        adjustments: of the user; a fader that he locks or replaces is left as it is.
    """
    speakers = {character.name for character in characters if _emotions(character.name)}
    if not speakers:
        return {}
    faders = fader_set("prosody")
    held = {a.fader.removeprefix("prosody.") for a in adjustments if a.kind in ("lock", "replace")}
    # As the map's own labels: weak emotions count more than in proportion.
    gain = np.maximum(track.intensity, 1e-9) ** (faders.concavity - 1.0)
    felt = dict(zip(track.labels, (track.strengths * gain[:, None]).T, strict=True))
    found: dict[str, np.ndarray] = {}
    for speaker in speakers:
        own = np.array([character.name == speaker for character in characters])
        for emotion, numbers in _emotions(speaker).items():
            if emotion not in felt:
                continue
            for name, number in numbers.items():
                if name in held:
                    continue
                factor = faders.faders[name].law == "factor"
                before = found.get(name, 1.0 if factor else 0.0)
                strength = own * felt[emotion]
                found[name] = before * number**strength if factor else before + number * strength
    return found


@cache
def _emotions(speaker: str) -> Mapping[str, Mapping[str, float]]:
    """What a character adds to faders in each emotion, maybe nothing; a shade of an emotion takes its share of it."""
    table = asset_table("voices", "ways.toml")
    numbers: dict[str, Mapping[str, float]] = dict(table["way"].get(speaker, {}))
    faders = fader_set("prosody").faders
    for shade, (parent, share) in table["shades"].items():
        if parent not in numbers:
            continue
        numbers[shade] = {
            name: value**share if faders[name].law == "factor" else value * share
            for name, value in numbers[parent].items()
        }
    return numbers
