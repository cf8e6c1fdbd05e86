"""What a script asks of the voice beside emotions: rate, pitch, range and volume of its spans; and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from conditioning.assets import asset_table
from conditioning.delivery import Change
from conditioning.faders import fader_set
from conditioning.script import Script
from generators.base import Aspect, Fulfilment
from generators.speech.characters import Character, cast
from generators.speech.prosody import Controls

__all__ = ["delivered", "prosody_left_out", "readings_told"]

_SILENT = -110.0  # dB


def delivered(
    controls: Controls,
    script: Script,
    characters: Sequence[Character],
    natural_hz: Callable[[Character], float] | None = None,
) -> tuple[Controls, Fulfilment]:
    """The controls of the spans with the prosody that the script asks for itself, and what became of that.

    Args:
        controls: along the spans.
        script: its spans.
        characters: who says each of them.
        natural_hz: a character's mean F0 by nature; None for that of the built-in voice's characters.
    """
    asked = [span.prosody for span in script.spans]
    if all(prosody.plain for prosody in asked):
        return controls, ()
    base = asset_table("voices", "delivery.toml")["natural"]
    nature = [
        natural_hz(character) if natural_hz else base["f0"] * 2 ** (character.faders.get("pitch", 0.0) / 12)
        for character in characters
    ]
    rate = np.array([prosody.rate for prosody in asked])
    moves = {
        "rate": ("rate", rate),
        "pause": ("", 1 / rate),
        "pitch": ("pitch", np.array([_semitones(p.pitch, hz) for p, hz in zip(asked, nature, strict=True)])),
        "pitch_range": ("range", np.array([_share(p.range, base["width"] * hz / base["f0"])
                                           for p, hz in zip(asked, nature, strict=True)])),
        "loudness": ("volume", np.array([prosody.volume for prosody in asked])),
    }  # fmt: skip
    values, held = dict(controls.values), []
    for name, (title, move) in moves.items():
        values[name], kept = _moved(name, values[name], move)
        if title and not kept:
            held.append(title)
    if not held:
        return Controls(values), (Aspect("prosody", "honoured"),)
    why = f"The {' and '.join(held)} asked for goes beyond what the voice can do and is held at its bound."
    return Controls(values), (Aspect("prosody", "approximated", why),)


def readings_told(script: Script) -> Fulfilment:
    """What became of pronunciations and readings, by an engine that follows them all."""
    told = any(reading.emphasis is None for span in script.spans for reading in span.readings)
    return (Aspect("pronunciation", "honoured"),) if told else ()


def prosody_left_out(script: Script) -> Fulfilment:
    """The aspect of an engine that does not follow the prosody of spans; nothing where none is asked for."""
    if all(span.prosody.plain for span in script.spans):
        return ()
    return (Aspect("prosody", "ignored", "Rate, pitch and volume of a script's parts are not followed."),)


def _moved(name: str, values: np.ndarray, move: np.ndarray) -> tuple[np.ndarray, bool]:
    """Values of a fader after a move, inside its bounds, and whether they did not stop it."""
    fader = fader_set("prosody").faders[name]
    low, high = cast().limits.get(name, (fader.low, fader.high))
    if name == "loudness":
        low = _SILENT
    wanted = values * move if fader.law == "factor" else values + move
    rest = 1.0 if fader.law == "factor" else 0.0
    still = move == rest
    found = np.where(still, values, np.clip(wanted, low, high))
    return found, bool(np.allclose(found, wanted, rtol=0.02, atol=0.05))


def _semitones(change: Change, natural: float) -> float:
    return 12 * float(np.log2(max(change.of(natural), 1.0) / natural)) if change != Change() else 0.0


def _share(change: Change, natural: float) -> float:
    return max(change.of(natural), 0.0) / natural if change != Change() else 1.0
