"""Two speakers in one picture: each says its own lines, looks at the other, and reacts to what the other feels.

While one speaks, the other shows the same emotion weaker and a little later, nods where the speaker comes to a rest, and looks at the
speaker. An empathetic listener that mirrors the speaker's emotion follows AvaMERG (Zhang et al. 2025); the numbers stand with
their sources in ``assets/face_exchange/dialogue.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.script import Script
from conditioning.timeline import Timeline
from generators.base import ARKIT, Aspect, FaceRequest, FaceTrack, Generator, Phone, Stretch, Take
from studio.sections import BLEND

__all__ = ["Partner", "Turn", "facing", "feelings", "own_phones", "speaking", "turns_of", "two_speakers"]

_LEFT, _RIGHT = 0, 1  # numbers of the speakers: the first to speak stands on the picture's left


@dataclass(frozen=True)
class Turn:
    """A stretch of a dialogue.

    Args:
        who: number of the speaker, 0 or 1.
        start: seconds.
        end: seconds.
        emotion: that the speaker's face shows.
    """

    who: int
    start: float
    end: float
    emotion: Emotion


@dataclass(frozen=True)
class Partner:
    """The second head of a dialogue.

    Args:
        face: its track.
        speaking: tells who speaks at a time in seconds, 0 for the first head and 1 for this one.
    """

    face: FaceTrack
    speaking: Callable[[float], int]


def two_speakers(script: Script) -> tuple[str, str] | None:
    """The two who speak in a script, in the order in which they begin; None where it has fewer or more."""
    names = list(dict.fromkeys(span.speaker for span in script.spans if span.text.strip() or span.sounds))
    return (names[0], names[1]) if len(names) == 2 else None


def turns_of(script: Script, stretches: Sequence[Stretch], duration: float) -> tuple[Turn, ...]:
    """Who speaks when, with what emotion; together they cover the whole.

    Args:
        script: with two speakers.
        stretches: of its spans, in order.
        duration: seconds.
    """
    pair = two_speakers(script)
    assert pair is not None, "asked of dialogues alone"
    middles = [min((a.end + b.start) / 2, duration) for a, b in pairwise(stretches)]
    out: list[Turn] = []
    for stretch, start, end in zip(stretches, [0.0, *middles], [*middles, duration], strict=True):
        span = script.spans[stretch.span]
        who = pair.index(span.speaker) if span.speaker in pair else (out[-1].who if out else _LEFT)
        if end > start:
            out.append(Turn(who, start, end, span.overrides.get("face", span.emotion)))
    return tuple(out)


def feelings(turns: Sequence[Turn], who: int) -> Timeline:
    """What a speaker's face shows over time: its own emotion, and a weaker, later echo of the other's.

    Args:
        turns: of the dialogue.
        who: 0 or 1.
    """
    law = _numbers()
    rows: list[tuple[float, float, Emotion]] = []
    for turn in turns:
        own = turn.who == who
        start = turn.start if own or not rows else min(turn.start + law["reaction_delay"], turn.end)
        if rows:
            rows[-1] = (rows[-1][0], max(start, rows[-1][0]), rows[-1][2])
        rows.append(
            (start if rows else 0.0, turn.end, turn.emotion if own else turn.emotion.scaled(law["reaction"]))
        )
    return Timeline.of_sections(rows, BLEND)


def own_phones(phones: Sequence[Phone], turns: Sequence[Turn], who: int) -> tuple[Phone, ...]:
    """The speech sounds that a speaker says itself."""
    mine = [(t.start, t.end) for t in turns if t.who == who]
    return tuple(p for p in phones if any(start <= (p.start + p.end) / 2 < end for start, end in mine))


def speaking(turns: Sequence[Turn]) -> Callable[[float], int]:
    """Tells who speaks at a time in seconds."""
    starts = np.array([turn.start for turn in turns])

    def at(time: float) -> int:
        return turns[max(int(np.searchsorted(starts, time, side="right")) - 1, 0)].who

    return at


def facing(
    engine: Generator, request: FaceRequest, turns: Sequence[Turn], phones: Sequence[Phone], who: int
) -> FaceTrack:
    """The track of one of two who look at each other.

    Args:
        engine: that plays takes.
        request: of this speaker, with its own feelings; its speech sounds are set here.
        turns: of the dialogue.
        phones: of the whole dialogue.
        who: 0 stands on the left and looks to the right, 1 the other way.
    """
    own = replace(request, phones=own_phones(phones, turns, who))
    track = engine.generate(own)
    take = _towards(track, turns, own_phones(phones, turns, 1 - who), who)
    seen = engine.generate(replace(own, take=take))
    turned = np.allclose(seen.pose, take.pose, atol=1e-3)
    why = "Both look at each other; who listens shows the speaker's emotion weaker and later, and nods."
    told = Aspect("dialogue", "honoured", why)
    if not turned:
        told = Aspect(
            "dialogue", "approximated", "The engine plays no takes, so the heads do not turn to each other."
        )
    return replace(seen, fulfilment=(*track.fulfilment, told))


def _towards(track: FaceTrack, turns: Sequence[Turn], others: Sequence[Phone], who: int) -> Take:
    """The movement of a track turned towards the other, with nods as a listener."""
    law, times = _numbers(), track.times
    at = speaking(turns)
    share = np.array([law["speaker_share"] if at(time) == who else 1.0 for time in times])
    share = _eased(share, times, law["turn_time"])
    side = 1.0 if who == _LEFT else -1.0
    pose = track.pose.copy()
    pose[:, 4] += np.radians(side * law["head_turn"]) * share
    pose[:, 3] -= np.radians(law["nod_angle"]) * _nods(others, times)
    return Take(times, _looking(track.arkit, side * law["eye_turn"] * share), pose)


def _nods(others: Sequence[Phone], times: np.ndarray) -> np.ndarray:
    """A listener's nods, ``(T,)`` in 0..1: one after each rest of the other's speech."""
    law = _numbers()
    ends = [a.end for a, b in pairwise(others) if b.start - a.end >= law["rest"]]
    ends += [others[-1].end] if others else []
    nods = np.zeros(len(times))
    for end in ends:
        nods += np.exp(-(((times - end - law["nod_after"]) / law["nod_time"]) ** 2) / 2)
    return np.minimum(nods, 1.0)


def _looking(arkit: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Shapes with the eyes turned by so many degrees to the picture's right."""
    from generators.face.tables import motion

    out = arkit.copy()
    more = degrees / motion("gaze")["full_horizontal"]
    for outward, inward in (("OutLeft", "InLeft"), ("InRight", "OutRight")):
        right, left = ARKIT.index(f"eyeLook{outward}"), ARKIT.index(f"eyeLook{inward}")
        aim = arkit[:, right] - arkit[:, left] + more
        out[:, right], out[:, left] = np.clip(aim, 0, 1), np.clip(-aim, 0, 1)
    return out


def _eased(values: np.ndarray, times: np.ndarray, constant: float) -> np.ndarray:
    """Values followed with a lag, twice, so that turning neither jumps nor jerks."""
    out = values.copy()
    rate = 1 - np.exp(-2 * (times[1] - times[0]) / constant) if len(times) > 1 else 1.0
    first = second = values[0]
    for i, value in enumerate(values):
        first = first + rate * (value - first)
        second = second + rate * (first - second)
        out[i] = second
    return out


@cache
def _numbers() -> dict[str, Any]:
    return asset_table("face_exchange", "dialogue.toml")
