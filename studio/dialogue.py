"""Speakers in one picture: each says its own lines, looks at another, and reacts to what the others feel.

While one speaks, the others show the same emotion weaker and a little later, nod where the speaker comes to a rest, and look at the
speaker, who looks at the one who spoke before. An empathetic listener that mirrors the speaker's emotion follows AvaMERG (Zhang et al. 2025); the numbers stand with
their sources in ``assets/face_exchange/dialogue.toml``.
"""

from __future__ import annotations

from bisect import bisect_right
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

__all__ = [
    "MOST",
    "Others",
    "Turn",
    "facing",
    "feelings",
    "own_phones",
    "speakers_of",
    "speaking",
    "turns_of",
]

MOST = 6
"""So many speakers are shown together; with more, heads would be too small, and the film shows the first alone."""


@dataclass(frozen=True)
class Turn:
    """A stretch of a dialogue.

    Args:
        who: number of the speaker, in the order in which they begin; the first stands on the picture's left.
        start: seconds.
        end: seconds.
        emotion: that the speaker's face shows.
        to: number of the one who is spoken to: who spoke before, at the beginning who speaks next.
    """

    who: int
    start: float
    end: float
    emotion: Emotion
    to: int


@dataclass(frozen=True)
class Others:
    """The heads of a dialogue but the first.

    Args:
        faces: their tracks, from the left.
        speaking: tells who speaks at a time in seconds, 0 for the first head.
    """

    faces: tuple[FaceTrack, ...]
    speaking: Callable[[float], int]


def speakers_of(script: Script) -> tuple[str, ...] | None:
    """Those who speak in a script, in the order in which they begin; None for fewer than two or more than ``MOST``."""
    names = list(dict.fromkeys(span.speaker for span in script.spans if span.text.strip() or span.sounds))
    return tuple(names) if 2 <= len(names) <= MOST else None


def turns_of(script: Script, stretches: Sequence[Stretch], duration: float) -> tuple[Turn, ...]:
    """Who speaks when, with what emotion; together they cover the whole.

    Args:
        script: with at least two speakers.
        stretches: of its spans, in order.
        duration: seconds.
    """
    names = speakers_of(script)
    assert names is not None, "asked of dialogues alone"
    middles = [min((a.end + b.start) / 2, duration) for a, b in pairwise(stretches)]
    rows: list[tuple[int, float, float, Emotion]] = []
    for stretch, start, end in zip(stretches, [0.0, *middles], [*middles, duration], strict=True):
        span = script.spans[stretch.span]
        who = names.index(span.speaker) if span.speaker in names else (rows[-1][0] if rows else 0)
        if end > start:
            rows.append((who, start, end, span.overrides.get("face", span.emotion)))
    return tuple(Turn(*row, to=_spoken_to([r[0] for r in rows], k)) for k, row in enumerate(rows))


def _spoken_to(order: Sequence[int], turn: int) -> int:
    """Whom the speaker of a turn speaks to: the last other speaker before, else the next; itself if it is alone."""
    who = order[turn]
    others = [other for other in (*order[:turn][::-1], *order[turn:]) if other != who]
    return others[0] if others else who


def feelings(turns: Sequence[Turn], who: int) -> Timeline:
    """What a speaker's face shows over time: its own emotion, and a weaker, later echo of the others'.

    Args:
        turns: of the dialogue.
        who: number of the speaker.
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

    def at(time: float) -> int:
        return _turn_at(turns, time).who

    return at


def _turn_at(turns: Sequence[Turn], time: float) -> Turn:
    """The turn of a time in seconds."""
    return turns[max(bisect_right(turns, time, key=lambda turn: turn.start) - 1, 0)]


def facing(
    engine: Generator, request: FaceRequest, turns: Sequence[Turn], phones: Sequence[Phone], who: int
) -> FaceTrack:
    """The track of one of those who look at each other.

    Args:
        engine: that plays takes.
        request: of this speaker, with its own feelings; its speech sounds are set here.
        turns: of the dialogue.
        phones: of the whole dialogue.
        who: number of the speaker; who has a higher one stands farther to the picture's right.
    """
    own = replace(request, phones=own_phones(phones, turns, who))
    track = engine.generate(own)
    said = set(own.phones)
    take = _towards(track, turns, [phone for phone in phones if phone not in said], who)
    seen = engine.generate(replace(own, take=take))
    turned = np.allclose(seen.pose, take.pose, atol=1e-3)
    why = "They look at each other; who listens shows the speaker's emotion weaker and later, and nods."
    told = Aspect("dialogue", "honoured", why)
    if not turned:
        told = Aspect(
            "dialogue", "approximated", "The engine plays no takes, so the heads do not turn to each other."
        )
    return replace(seen, fulfilment=(*track.fulfilment, told))


def _towards(track: FaceTrack, turns: Sequence[Turn], others: Sequence[Phone], who: int) -> Take:
    """The movement of a track turned towards whom it attends to, with nods as a listener."""
    law, times = _numbers(), track.times
    turned = _eased(np.array([_attention(turns, who, time) for time in times]), times, law["turn_time"])
    pose = track.pose.copy()
    pose[:, 4] += np.radians(law["head_turn"]) * turned
    pose[:, 3] -= np.radians(law["nod_angle"]) * _nods(others, times)
    return Take(times, _looking(track.arkit, law["eye_turn"] * turned), pose)


def _attention(turns: Sequence[Turn], who: int, time: float) -> float:
    """How far somebody turns to the picture's right at a time, -1..1: less as a speaker, and less to a neighbour among many."""
    law, turn = _numbers(), _turn_at(turns, time)
    towards = turn.to if turn.who == who else turn.who
    farthest = max(max(t.who, t.to) for t in turns)
    if towards == who or not farthest:
        return 0.0
    share = law["speaker_share"] if turn.who == who else 1.0
    reach = law["neighbour_share"] + (1 - law["neighbour_share"]) * (
        (abs(towards - who) - 1) / max(farthest - 1, 1)
    )
    return float(np.sign(towards - who) * share * (reach if farthest > 1 else 1.0))


def _nods(others: Sequence[Phone], times: np.ndarray) -> np.ndarray:
    """A listener's nods, ``(T,)`` in 0..1: one after each rest of the others' speech."""
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
