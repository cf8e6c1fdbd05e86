"""Moves the voice's faders to where a cost of its sound is least, on a plane of what each of them does to the sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from prosody_faders import FADERS, HALF, Target
from scipy.optimize import minimize

__all__ = ["Ends", "Rendering", "descended"]

Ends = tuple[np.ndarray, np.ndarray]


class Rendering(Protocol):
    """Says sentences with faders at some values, and tells how far the sound is from an emotion."""

    @property
    def shape(self) -> tuple[int, int]:
        """Voices, and sentences of each."""
        ...

    def render(self, steps: np.ndarray) -> np.ndarray:
        """Numbers of all sentences by all voices ``(voices × sentences, N)``, at steps of the faders from neutral."""
        ...

    def cost(self, full: np.ndarray, half: np.ndarray, aim: Target) -> float:
        """How far numbers at full and at half intensity are from what is aimed at."""
        ...

    def told(self, full: np.ndarray, half: np.ndarray, emotion: str) -> str:
        """What is printed of them."""
        ...


@dataclass(frozen=True)
class _Place:
    """Where a round begins.

    Args:
        steps: of the faders ``(F,)``.
        full: numbers measured there.
        half: the same at half intensity.
        planes: change of the numbers by one step of each fader ``(F, n × N)``.
    """

    steps: np.ndarray
    full: np.ndarray
    half: np.ndarray
    planes: np.ndarray


def descended(
    rendering: Rendering, aim: Target, first: np.ndarray, ends: Ends, rounds: int, *, reach: float, own: float
) -> np.ndarray:
    """Steps of the faders that come nearest ``(F,)``; prints what was measured after each round.

    Args:
        rendering: of the sentences.
        aim: the emotion.
        first: steps to begin with ``(F,)``.
        ends: least and greatest steps.
        rounds: of responses taken.
        reach: steps that a round may move a fader; halved where the plane was trusted too far.
        own: of a sentence's own response in the plane, the rest is its voice's mean.
    """
    start = here = best = np.clip(first, *ends)
    least = np.inf
    for number in range(rounds + 1):
        full, half = rendering.render(here), rendering.render(HALF * here)
        value = rendering.cost(full, half, aim)
        print(
            f"{aim.emotion} round {number}: {value:.3f}; {rendering.told(full, half, aim.emotion)}",
            flush=True,
        )
        better = value < least
        if better:
            best, least = here, value
        else:
            reach /= 2
        if number < rounds:
            if better:
                place = _Place(here, full, half, _responses(rendering, here, full, ends, own))
            here = _moved(rendering, aim, place, start, ends, reach)
    return best


def _responses(
    rendering: Rendering, here: np.ndarray, full: np.ndarray, ends: Ends, own: float
) -> np.ndarray:
    """Change of every number by one step of each fader ``(F, n × N)``.

    Args:
        rendering: of the sentences.
        here: steps ``(F,)``.
        full: numbers there.
        ends: least and greatest steps.
        own: share of a sentence's own response, which is noisy; the rest is its voice's mean.
    """
    found = []
    for place in range(len(FADERS)):
        sign = 1.0 if here[place] + 1 <= ends[1][place] or here[place] - 1 < ends[0][place] else -1.0
        moved = here.copy()
        moved[place] += sign
        found.append((rendering.render(moved) - full) * sign)
    planes = np.array(found).reshape(len(FADERS), *rendering.shape, -1)
    planes = own * planes + (1 - own) * planes.mean(axis=2, keepdims=True)
    return planes.reshape(len(FADERS), -1)


def _moved(
    rendering: Rendering, aim: Target, place: _Place, start: np.ndarray, ends: Ends, reach: float
) -> np.ndarray:
    """Where the cost on the plane is least; a little counts every step from the start, and nearness to a bound."""
    low, high = ends

    def cost(steps: np.ndarray) -> float:
        move = ((steps - place.steps) @ place.planes).reshape(place.full.shape)
        near = np.abs(2 * (steps - low) / np.maximum(high - low, 1e-9) - 1) ** 4
        held = 0.004 * float(np.sum((steps - start) ** 2)) + 0.01 * float(near.sum())
        return rendering.cost(place.full + move, place.half + HALF * move, aim) + held

    limits = list(
        zip(np.maximum(low, place.steps - reach), np.minimum(high, place.steps + reach), strict=True)
    )
    settings = {"maxiter": 25, "eps": 1e-2}
    return np.asarray(minimize(cost, place.steps, method="L-BFGS-B", bounds=limits, options=settings).x)
