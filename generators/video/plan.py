"""Which scene stands when: chosen by emotion and text, changed only where a section begins and the feeling turns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError
from conditioning.timeline import EmotionTrack
from conditioning.vocabulary import Vocabulary, lexicon
from generators.base import VideoRequest

__all__ = ["Scene", "families", "mentions", "plan"]

_SAMPLES = 9  # points in a section at which its emotion is read


@dataclass(frozen=True)
class Scene:
    """A scene of the film.

    Args:
        start: seconds at which it takes over.
        family: its name.
        fade: seconds that the dissolve from the scene before takes, half of it before ``start``; 0 for the first.
    """

    start: float
    family: str
    fade: float = 0.0


@cache
def _tables() -> tuple[dict[str, Any], dict[str, dict[str, list[str]]]]:
    choice = asset_table("scenes", "families.toml")
    words = asset_table("scenes", "words.toml")
    return choice, words


def families() -> dict[str, str]:
    """Title of every family of scenes by name."""
    return {name: row["title"] for name, row in _tables()[0]["family"].items()}


def mentions(text: str) -> dict[str, int]:
    """How often a text names what a family shows.

    Args:
        text: in any of the languages of ``assets/scenes/words.toml``.

    Returns:
        By family, only those that are mentioned.

    Example:
        >>> mentions("Das Meer lag still unter den Sternen")
        {'sea': 1, 'aurora': 1}
    """
    spoken = re.findall(r"\w+", text.casefold())
    counts = {}
    for family, languages in _tables()[1].items():
        known = {word for words in languages.values() for word in words}
        hits = sum(word in known for word in spoken)
        if hits:
            counts[family] = hits
    return counts


def plan(request: VideoRequest) -> tuple[Scene, ...]:
    """The scenes of a film in order of time; the first starts at 0.

    Raises:
        UnknownNameError: the request names a scene that does not exist.
    """
    known = families()
    if request.scene:
        if request.scene not in known:
            raise UnknownNameError("scene", request.scene, known)
        return (Scene(0.0, request.scene),)
    rules = _tables()[0]["choice"]
    borders = _borders(request, float(rules["shortest_seconds"]))
    taste = dict(zip(known, request.job.rng(0).uniform(0.0, rules["chance"], len(known)), strict=True))
    scenes: list[Scene] = []
    stood_for = np.zeros(3)
    for start, end in zip(borders, [*borders[1:], request.duration], strict=True):
        track = request.conditioning.timeline.sample(np.linspace(start, max(end, start), _SAMPLES + 2)[1:-1])
        felt = track.vad.mean(0)
        if scenes and np.linalg.norm(felt - stood_for) < rules["turn"]:
            continue
        best = _best(track, request.text, taste)
        stood_for = felt
        if not scenes or best != scenes[-1].family:
            scenes.append(Scene(start, best, float(rules["fade_seconds"]) if scenes else 0.0))
    return tuple(scenes)


def _borders(request: VideoRequest, shortest: float) -> list[float]:
    """Starts of the sections that are long enough to carry a scene of their own; the first is 0."""
    inside = [s for s in request.sections if 0.0 < s < request.duration]
    borders = [0.0]
    for start in inside:
        if start - borders[-1] >= shortest and request.duration - start >= shortest:
            borders.append(float(start))
    return borders


def _best(track: EmotionTrack, text: str, taste: Mapping[str, float]) -> str:
    """The family that suits an emotion and a text best."""
    table = _tables()[0]
    named = mentions(text)
    scores = {}
    for name, suits in _suitability(track).items():
        word = table["choice"]["word"] * min(named.get(name, 0), 2)
        scores[name] = suits + word + taste[name]
    return max(scores, key=lambda name: scores[name])


def _suitability(track: EmotionTrack) -> dict[str, float]:
    """How well each family suits what is felt, 0..1.

    An emotion that no family names is spread over those that are named, by its place in VAD space.
    """
    rows: Mapping[str, Any] = _tables()[0]["family"]
    named = tuple(dict.fromkeys(label for row in rows.values() for label in row["emotions"]))
    anchors = Vocabulary("anchors", "", tuple(lexicon()[label] for label in named))
    shares = anchors.memberships(np.array([lexicon()[label].vad.array() for label in track.labels]))
    for row, label in zip(shares, track.labels, strict=True):
        if label in named:
            row[:] = [float(label == name) for name in named]
    neutral = 1.0 - track.intensity.mean()
    felt = track.strengths.mean(0) @ shares
    felt[named.index("neutral")] += neutral
    return {
        name: float(sum(felt[named.index(label)] * value for label, value in row["emotions"].items()))
        for name, row in rows.items()
    }
