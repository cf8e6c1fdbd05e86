"""Directions of emotions in the space that conditions a model, and how a model's states are moved along them.

A direction is the mean difference between the model's states for emotional and for neutral sentences that are otherwise
alike (difference of means, as in activation addition: Turner et al. 2023, "Steering language models with activation
engineering"). It is kept as a vector of length 1 and the length that it had, which is its strength at intensity 1: a
strength *s* moves each state of the prompt by exactly *s* times the unit vector. Mixtures add. States of padding and the
unconditional half of classifier-free guidance are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from conditioning.emotion import Emotion
from generators.steering import NEUTRAL, Phrasing, adjective

if TYPE_CHECKING:
    import torch

__all__ = [
    "Direction",
    "Encoded",
    "Shift",
    "Store",
    "TextDirections",
    "direction_between",
    "steered_encoder",
    "steered_states",
]


class Encoded(NamedTuple):
    """What a model makes of sentences.

    Args:
        states: ``(B, n, d)``.
        mask: ``(B, n)``, 1 where a state stands for a word of the sentence and 0 at padding.
        pooled: ``(B, p)``, one vector for a sentence; None where the model has none.
    """

    states: torch.Tensor
    mask: torch.Tensor
    pooled: torch.Tensor | None = None


class Shift(NamedTuple):
    """How far an emotion moves a prompt.

    Args:
        rows: added to each state of the prompt, ``(d,)``.
        pooled: added to the pooled vector, ``(p,)``; None where the model has none.
    """

    rows: torch.Tensor
    pooled: torch.Tensor | None = None


@dataclass(frozen=True)
class Direction:
    """Where an emotion lies from neutral.

    Args:
        unit: ``(d,)`` of length 1, or zeros where the model does not tell the two apart.
        length: of the mean difference, in the unit of the states.
        pooled_unit: ``(p,)``, the same for the pooled vector; None where the model has none.
        pooled_length: of its mean difference.
    """

    unit: torch.Tensor
    length: float
    pooled_unit: torch.Tensor | None = None
    pooled_length: float = 0.0

    def times(self, strength: float) -> Shift:
        """The shift of that strength, in multiples of the mean difference."""
        pooled = self.pooled_unit
        return Shift(
            self.unit * (strength * self.length),
            None if pooled is None else pooled * (strength * self.pooled_length),
        )


class Store(Protocol):
    """Keeps directions beyond a run, for one model and phrasing, whose fingerprints it knows."""

    model: str
    phrasing: str

    def get(self, label: str) -> Direction | None:
        """The direction of a label; None if it was never learned."""

    def put(self, label: str, direction: Direction) -> None:
        """Keep a direction."""


class TextDirections:
    """Directions of emotions, learned from sentence pairs when first asked for.

    Args:
        encode: what the model makes of sentences.
        rule: sentences and strength.
        store: where directions are kept beyond this run; None for nowhere.
    """

    def __init__(
        self, encode: Callable[[list[str]], Encoded], rule: Phrasing, store: Store | None = None
    ) -> None:
        self._encode, self._rule, self._store = encode, rule, store
        self.model = store.model if store else ""
        self.phrasing = store.phrasing if store else ""
        self.strength = rule.strength
        self._known: dict[str, Direction] = {}
        self._neutral: Encoded | None = None

    def of(self, emotion: Emotion) -> Shift | None:
        """How far an emotion moves a prompt; None where nothing is felt."""
        parts = _parts(emotion)
        if not parts:
            return None
        shifts = [self.direction(label).times(self._rule.strength * share) for label, share in parts.items()]
        rows = sum((shift.rows for shift in shifts[1:]), shifts[0].rows)
        if shifts[0].pooled is None:
            return Shift(rows)
        return Shift(rows, sum((s.pooled for s in shifts[1:] if s.pooled is not None), shifts[0].pooled))

    def direction(self, label: str) -> Direction:
        """The direction of a lexicon emotion."""
        if label not in self._known:
            found = self._store.get(label) if self._store else None
            if found is None:
                found = self._learn(label)
                if self._store:
                    self._store.put(label, found)
            self._known[label] = found
        return self._known[label]

    def _learn(self, label: str) -> Direction:
        import torch

        with torch.no_grad():
            if self._neutral is None:
                self._neutral = self._encode(list(self._rule.neutral))
            word = adjective(label)
            felt = self._encode([sentence.format(word=word) for sentence in self._rule.felt])
            return direction_between(felt, self._neutral)


def direction_between(felt: Encoded, neutral: Encoded) -> Direction:
    """The direction from the mean of neutral inputs to the mean of emotional ones."""
    unit, length = _unit(_mean(felt) - _mean(neutral))
    if felt.pooled is None or neutral.pooled is None:
        return Direction(unit, length)
    pooled, pooled_length = _unit(felt.pooled.float().mean(0) - neutral.pooled.float().mean(0))
    return Direction(unit, length, pooled, pooled_length)


def steered_states(states: torch.Tensor, mask: torch.Tensor | None, rows: torch.Tensor) -> torch.Tensor:
    """The states ``(B, n, d)`` plus a shift ``(d,)`` where the mask ``(B, n)`` is 1; everywhere without a mask."""
    moved = rows.to(states)
    return states + (moved if mask is None else moved * mask[..., None].to(states))


@contextmanager
def steered_encoder(
    encoder: torch.nn.Module, shift: Shift | Callable[[Encoded], Shift | None] | None
) -> Iterator[None]:
    """While the context lasts, a text encoder's last states are moved by a shift; by None they are not.

    Only for models that run the encoder on the conditional prompt alone; elsewhere steer the embeddings.

    Args:
        encoder: gives an output with ``last_hidden_state``, is called with ``attention_mask``.
        shift: of its states, or what tells it of them, as an adapter does.
    """
    if shift is None:
        yield
        return

    def move(_: torch.nn.Module, __: Any, keywords: dict[str, Any], output: Any) -> Any:
        states, mask = output.last_hidden_state, keywords.get("attention_mask")
        seen = Encoded(states, states.new_ones(states.shape[:2]) if mask is None else mask)
        found = shift(seen) if callable(shift) else shift
        if found is not None:
            output.last_hidden_state = steered_states(states, mask, found.rows)
        return output

    with encoder.register_forward_hook(move, with_kwargs=True):
        yield


def _parts(emotion: Emotion) -> Mapping[str, float]:
    """Labels with their share times the intensity, sorted; none of neutral."""
    shares = {label: share * emotion.intensity for label, share in sorted(emotion.mixture.items())}
    return {label: share for label, share in shares.items() if label != NEUTRAL and share > 0}


def _mean(encoded: Encoded) -> torch.Tensor:
    """The mean over sentences of the mean state of each, ``(d,)`` in single precision."""
    states = encoded.states.float()
    weights = encoded.mask[..., None].to(states)
    return ((states * weights).sum(1) / weights.sum(1)).mean(0)


def _unit(difference: torch.Tensor) -> tuple[torch.Tensor, float]:
    length = float(difference.norm())
    return (difference / length if length > 0 else difference), length
