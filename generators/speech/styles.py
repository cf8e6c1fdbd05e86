"""Styles of speaking, such as a whisper or a shout, laid upon what character and emotion ask of the faders."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from conditioning.faders import fader_set
from conditioning.script import Script
from conditioning.styles import parse_style, style_of
from generators.base import Aspect, Fulfilment
from generators.speech.characters import cast
from generators.speech.prosody import Controls

__all__ = ["style_aspect", "styled", "styles_approximated", "styles_left_out"]


def styled(controls: Controls, script: Script, style: str = "") -> Controls:
    """Faders of each span with its style.

    Args:
        controls: along the spans.
        script: of the same spans; a span's own style stands in the place of the request's.
        style: of the whole request, such as ``"shout:0.5+smile"``; "" for none.

    Raises:
        UnknownNameError: there is no such style.
        RequestError: a strength is out of its range.
    """
    asked = [parse_style(span.style or style) for span in script.spans]
    if not any(asked):
        return controls
    faders = fader_set("prosody").faders
    values = dict(controls.values)
    for name in sorted({fader for styles in asked for one in styles for fader in style_of(one).faders}):
        factor = faders[name].law == "factor"
        change = np.array([_change(name, styles, factor) for styles in asked])
        moved = change != (1.0 if factor else 0.0)
        low, high = cast().limits.get(name, (faders[name].low, faders[name].high))
        joined = values[name] * change if factor else values[name] + change
        low, high = np.minimum(low, values[name]), np.maximum(high, values[name])
        values[name] = np.where(moved, np.clip(joined, low, high), values[name])
    return Controls(values)


def _change(fader: str, styles: Mapping[str, float], factor: bool) -> float:
    """What styles at their strengths add to a fader, or multiply it by."""
    own = [(style_of(name).faders.get(fader), strength) for name, strength in styles.items()]
    found = [(value, strength) for value, strength in own if value is not None]
    if factor:
        return float(np.prod([value**strength for value, strength in found]))
    return float(sum(value * strength for value, strength in found))


def style_aspect(script: Script, style: str) -> Fulfilment:
    """The aspect of an engine that has all styles; nothing where none is asked for."""
    return (Aspect("style", "honoured"),) if style or script.styles else ()


def styles_approximated(script: Script, style: str, why: str) -> Fulfilment:
    """The aspect of an engine that comes near them; nothing where none is asked for."""
    return (Aspect("style", "approximated", why),) if style or script.styles else ()


def styles_left_out(script: Script, style: str) -> Fulfilment:
    """The aspect of an engine that has no styles; nothing where none is asked for."""
    asked = dict.fromkeys((*((style,) if style else ()), *script.styles))
    if not asked:
        return ()
    return (Aspect("style", "ignored", f"It cannot speak as {', '.join(asked)}."),)
