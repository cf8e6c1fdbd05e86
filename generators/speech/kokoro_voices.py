"""Who speaks with Kokoro: its voices, and blends of them such as ``"jf_alpha:0.6+jm_kumo:0.4"``."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from conditioning.errors import RequestError, UnknownNameError
from generators.speech.characters import Character
from generators.speech.kokoro_weights import kokoro_table

__all__ = ["KokoroPeople", "blend_parts", "blended"]

_HOW = "Join voices with '+', each with its share after ':', such as jf_alpha:0.6+jm_kumo:0.4."


def blend_parts(name: str) -> dict[str, float]:
    """The voices of a blend and their shares, which add up to 1.

    Args:
        name: of one voice, or voices with ``+`` between; each may have its share after a colon.

    Raises:
        RequestError: a share is no number above 0, or one voice has one and another has none.

    Example:
        >>> blend_parts("jf_alpha:3+jm_kumo:1")
        {'jf_alpha': 0.75, 'jm_kumo': 0.25}
    """
    found: dict[str, float] = {}
    given = []
    for part in name.split("+"):
        voice, colon, share = part.partition(":")
        given.append(bool(colon))
        found[voice.strip()] = found.get(voice.strip(), 0.0) + (_share(share, name) if colon else 1.0)
    if any(given) and not all(given):
        raise RequestError(f"Some voices of {name!r} have a share and some have none.", _HOW)
    total = sum(found.values())
    return {voice: share / total for voice, share in found.items()}


def _share(text: str, name: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 < share < math.inf:
        raise RequestError(f"{text.strip()!r} in {name!r} is no share above 0.", _HOW)
    return share


def blended(styles: Mapping[str, np.ndarray], parts: Mapping[str, float]) -> np.ndarray:
    """The styles ``(510, 256)`` of a blend; those of a single voice are that voice's own, bit by bit.

    Args:
        styles: of each voice.
        parts: voices and their shares.
    """
    if len(parts) == 1:
        return styles[next(iter(parts))]
    return np.asarray(sum(share * styles[name] for name, share in parts.items()), np.float32)


class KokoroPeople:
    """The voices as characters; a blend is one too.

    Args:
        names: of the voices.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        wanted = [name for name in kokoro_table("default")["voices"] if name in names]
        self.default = wanted[0] if wanted else names[0]
        self._described = {row["name"]: row["description"] for row in kokoro_table("voice")}

    @property
    def characters(self) -> tuple[Character, ...]:
        """Each voice by itself."""
        return tuple(self[name] for name in self.names)

    def __getitem__(self, name: str) -> Character:
        parts = blend_parts(name.casefold().strip() or self.default)
        for voice in parts:
            if voice not in self.names:
                raise UnknownNameError("voice", voice, self.names)
        if len(parts) == 1:
            voice = next(iter(parts))
            return Character(voice, _sex({voice: 1.0}), "adult", self._described.get(voice, ""))
        written = "+".join(f"{voice}:{share:.6g}" for voice, share in parts.items())
        return Character(written, _sex(parts), "adult", "A blend of voices.")

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            self[name]
        except RequestError:
            return False
        return True


def _sex(parts: Mapping[str, float]) -> str:
    """That of most of a blend; the second letter of a voice's name tells it."""
    male = sum(share for voice, share in parts.items() if voice[1:3] == "m_")
    return "male" if male > 0.5 else "female"
