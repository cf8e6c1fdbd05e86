"""Who speaks and who is seen: a face that fits a voice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from conditioning.assets import asset_table

__all__ = ["face_for", "faces_for"]


def face_for(voice: str) -> str:
    """The face that fits a voice by the cast list; "" (the engine's default) for voices it does not know.

    Args:
        voice: character of the built-in speech engine, "" for its default.
    """
    return _cast().get(voice.casefold(), "")


def faces_for(speakers: Sequence[str], own: str, known: Sequence[str]) -> tuple[str, ...]:
    """Different faces for the speakers of a dialogue.

    Args:
        speakers: names of the speakers, "" for the request's own voice.
        own: face of the request's own voice, "" for the engine's default.
        known: characters of the engine, its default first.
    """
    chosen: list[str] = []
    for name in speakers:
        face = own if not name else name if name in known else face_for(name)
        if face not in known or face in chosen:
            face = next((other for other in known if other not in chosen), known[0] if known else "")
        chosen.append(face)
    return tuple(chosen)


@cache
def _cast() -> dict[str, str]:
    table = asset_table("cast.toml")
    return {row["voice"].casefold(): row["face"] for row in table["cast"]}
