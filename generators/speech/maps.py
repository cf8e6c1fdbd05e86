"""The maps from emotion to prosody that can be chosen: the voice's own, learned from actors, and published ones.

A published map is a preset of faders (docs/faders.md) in assets/prosody that replaces every fader of prosody, so that
nothing of the own map is left where it says nothing.
"""

from __future__ import annotations

from conditioning.assets import asset
from conditioning.errors import UnknownNameError

__all__ = ["OWN", "prosody_map", "prosody_maps"]

OWN = "actors"
"""The voice's own map, assets/faders/prosody.toml."""


def prosody_maps() -> list[str]:
    """Names of all maps, the voice's own first."""
    return [OWN, *sorted(path.stem for path in asset("prosody").glob("*.toml"))]


def prosody_map(name: str) -> str:
    """The map as the text of a preset of faders; "" for the voice's own.

    Raises:
        UnknownNameError: there is no such map.
    """
    if name not in prosody_maps():
        raise UnknownNameError("map of prosody", name, prosody_maps())
    return "" if name == OWN else asset("prosody", f"{name}.toml").read_text(encoding="utf-8")
