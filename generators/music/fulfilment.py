"""What became of each thing asked of the composer, measured on the piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generators.base import Aspect, Fulfilment, MusicRequest

if TYPE_CHECKING:
    from generators.music.composer import Piece

__all__ = ["fulfilment"]

_TEMPO_TOLERANCE = 0.08  # share by which the tempo may miss before it is called approximated
_SHORT = 4  # bars below which a piece has no room for a form


def fulfilment(piece: Piece, request: MusicRequest) -> Fulfilment:
    """An aspect for each thing that was asked.

    Args:
        piece: what was composed.
        request: what was asked.
    """
    bars = piece.form.bars
    few = len(bars) < _SHORT
    room = "Only {} fit the asked seconds at this tempo; there is no room for a form.".format(
        f"{len(bars)} bars" if len(bars) > 1 else "one bar"
    )
    rows = [
        Aspect("emotion", "approximated" if few else "honoured", room if few else ""),
        Aspect("intensity", "honoured"),
        Aspect("duration", "honoured"),
        _mixture(request),
        _tempo(piece),
        _mode(piece),
        Aspect("faders", "honoured"),
    ]
    if len(request.conditioning.timeline.keyframes) > 1:
        rows.insert(2, _timeline(piece))
    if request.text:
        rows.append(Aspect("text", "ignored", "The composer reads the emotion only, not words on style."))
    return tuple(rows)


def _mixture(request: MusicRequest) -> Aspect:
    mixed = any(len(key.emotion.mixture) > 1 for key in request.conditioning.timeline.keyframes)
    why = "Music has one tempo and one key at a time: the parts meet in the mean, their conflict in borrowed chords."
    return Aspect("mixture", "approximated", why) if mixed else Aspect("mixture", "honoured")


def _tempo(piece: Piece) -> Aspect:
    asked = np.array([bar.moment["tempo_bpm"] for bar in piece.form.bars])
    planned = np.array([bar.bpm for bar in piece.form.bars])
    ratio = float(np.exp(np.mean(np.log(planned / asked))))
    if abs(ratio - 1) <= _TEMPO_TOLERANCE:
        return Aspect("tempo", "honoured")
    why = f"Whole bars had to fill the exact length, which moved the tempo by {100 * (ratio - 1):+.0f} %."
    return Aspect("tempo", "approximated", why)


def _mode(piece: Piece) -> Aspect:
    from generators.music.theory import mode_of

    kept = [p.mode == mode_of(p.moment["mode"]) for p in piece.form.phrases]
    if all(kept):
        return Aspect("mode", "honoured")
    return Aspect("mode", "approximated", "Small changes of the emotion keep the key of the phrase before.")


def _timeline(piece: Piece) -> Aspect:
    jumps = piece.guide.jumps
    starts = [piece.clock.at(phrase.start) for phrase in piece.form.phrases]
    worst = max((min(abs(jump - start) for start in starts) for jump in jumps), default=0.0)
    if worst <= 0.3:
        return Aspect("timeline", "honoured")
    return Aspect(
        "timeline", "approximated", f"A change of the emotion is followed {worst:.1f} s away from its time."
    )
