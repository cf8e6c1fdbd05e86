"""Steering whose strength changes over the steps of denoising.

The first steps settle what a picture is as a whole, its light and its layout; the later ones settle detail (Hertz et al. 2023; Choi
et al. 2022, "Perception prioritized training of diffusion models"). A schedule is a factor on the steering's strength as a function
of the share of steps done, 0..1, joined by straight lines. ``constant`` is 1 throughout and needs no hook at all. ``falling`` is global
first: 2 at the first step, 0 at the last; ``rising`` is the opposite; both are 1 on average, so that strengths compare.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.errors import RequestError

if TYPE_CHECKING:
    import torch

__all__ = ["CONSTANT", "Schedule", "Steps", "read_schedule", "scheduled"]

_NAMED = {"constant": "0:1", "falling": "0:2,1:0", "rising": "0:0,1:2"}
_MOST = 10.0


@dataclass(frozen=True)
class Schedule:
    """A factor on the steering's strength over the steps.

    Args:
        places: shares of the steps done, 0..1, rising.
        factors: at these places.
    """

    places: tuple[float, ...]
    factors: tuple[float, ...]

    @property
    def is_constant(self) -> bool:
        """Whether it is 1 at all steps."""
        return all(factor == 1 for factor in self.factors)

    def at(self, step: int, steps: int) -> float:
        """The factor of a step, counted from 0: that in the middle of its own share.

        Example:
            >>> [read_schedule("falling").at(step, 4) for step in range(4)]
            [1.75, 1.25, 0.75, 0.25]
        """
        return float(np.interp((step + 0.5) / steps, self.places, self.factors))


CONSTANT = Schedule((0.0,), (1.0,))


def read_schedule(text: str) -> Schedule:
    """The schedule that a text writes: a name, or places and factors such as ``"0:1.5,0.6:1,1:0"``.

    Raises:
        RequestError: it cannot be read, places do not rise within 0..1, or a factor is outside 0..10.
    """
    told = _NAMED.get(text or "constant", text)
    try:
        pairs = [tuple(map(float, part.split(":"))) for part in told.split(",")]
        places, factors = zip(*pairs, strict=True)
    except (ValueError, TypeError):
        places, factors = (), ()
    rises = all(a < b for a, b in itertools.pairwise(places))
    if (
        not places
        or not rises
        or not 0 <= min(places) <= max(places) <= 1
        or not 0 <= min(factors) <= max(factors) <= _MOST
    ):
        raise RequestError(
            f"The schedule {text!r} cannot be read.",
            f"Write {', '.join(_NAMED)}, or shares of the steps with factors, such as 0:1.5,0.6:1,1:0.",
        )
    return Schedule(places, factors)


@dataclass
class Steps:
    """Where a call stands, and whether its denoiser was seen to take what is steered.

    Args:
        schedule: of the strength.
        step: that is being made, from 0; the caller counts.
        met: whether a steered tensor has reached the denoiser.
    """

    schedule: Schedule
    step: int = 0
    met: bool = False

    def factor(self, steps: int) -> float:
        """Of the step that is being made, out of so many."""
        return self.schedule.at(min(self.step, steps - 1), steps)


@contextmanager
def scheduled(pipeline: Any, pairs: list[tuple[torch.Tensor, torch.Tensor]], at: Steps) -> Iterator[None]:
    """While the context lasts, what the denoiser is given of steered tensors is moved as far as the schedule says.

    Only rows that equal a steered tensor are touched, which those of the null half never do.

    Args:
        pipeline: with a ``transformer`` (two, in some) or a ``unet``.
        pairs: steered and plain tensors ``(1, …)`` that are handed to the pipeline.
        at: the step; the caller counts.
    """

    def move(_: torch.nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        factor = at.factor(len(pipeline.scheduler.timesteps))
        return arguments, {name: _moved(value, pairs, at, factor) for name, value in keywords.items()}

    parts = [getattr(pipeline, name, None) for name in ("transformer", "transformer_2", "unet")]
    handles = [part.register_forward_pre_hook(move, with_kwargs=True) for part in parts if part is not None]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _moved(value: Any, pairs: list[tuple[torch.Tensor, torch.Tensor]], at: Steps, factor: float) -> Any:
    """An argument of the denoiser with its steered rows moved; dictionaries are looked into."""
    import torch

    if isinstance(value, Mapping):
        return {name: _moved(inner, pairs, at, factor) for name, inner in value.items()}
    if not isinstance(value, torch.Tensor):
        return value
    for steered, plain in pairs:
        if value.shape[1:] != steered.shape[1:] or not value.is_floating_point():
            continue
        known = steered[0].to(value)
        rows = [index for index, row in enumerate(value) if torch.equal(row, known)]
        if rows:
            at.met = True
            aim = plain[0] + factor * (steered[0] - plain[0])
            value = value.clone()
            value[rows] = aim.to(value)
    return value
