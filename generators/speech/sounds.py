"""Laughs, sighs and the like: what an engine says of those that it cannot make."""

from __future__ import annotations

from conditioning.script import Script
from generators.base import Aspect, Fulfilment

__all__ = ["sounds_left_out"]


def sounds_left_out(script: Script) -> Fulfilment:
    """The aspect of an engine that makes none of a script's sounds; nothing where the script has none."""
    if not script.sounds:
        return ()
    return (Aspect("sounds", "ignored", f"It has no {', '.join(script.sounds)}; the words go on without."),)
