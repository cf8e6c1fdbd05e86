"""Who speaks and who is seen: a face that fits a voice."""

from __future__ import annotations

from functools import cache

from conditioning.assets import asset_table

__all__ = ["face_for"]


def face_for(voice: str) -> str:
    """The face that fits a voice by the cast list; "" (the engine's default) for voices it does not know.

    Args:
        voice: character of the built-in speech engine, "" for its default.
    """
    return _cast().get(voice.casefold(), "")


@cache
def _cast() -> dict[str, str]:
    table = asset_table("cast.toml")
    return {row["voice"].casefold(): row["face"] for row in table["cast"]}
