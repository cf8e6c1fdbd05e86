"""Tunes the sentence encoder's two upper layers to GoEmotions.

The lower four layers stay as they are, so their states are computed once and kept; an epoch then costs about as much as
encoding the sentences once. The linear network on top starts from one that was trained on the untouched encoder (Kumar
et al. 2022, "Fine-Tuning can Distort Pretrained Features and Underperform Out-of-Distribution", ICLR).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.judges.minilm import LAYERS, LOWER, STATE_WIDTH
from studio.training.minilm_torch import encoder_network, token_mean, token_states_of

__all__ = [
    "StartRecipe",
    "TokenStates",
    "TuningRecipe",
    "linear_start",
    "token_states",
    "tune",
    "tuned_vectors",
]

Progress = Callable[[float, float, str], None]
_NOT_A_TOKEN = -1e9  # added to the attention that padding would get


@dataclass(frozen=True)
class TokenStates:
    """What the lower layers make of sentences.

    Args:
        states: of all tokens of all sentences, one sentence after the other, ``(tokens, 384)`` float16.
        starts: first token of each sentence, and the end of the last ``(n + 1,)``.
        lower: means over tokens of those of ``LAYERS`` that lie below, ``(n, L * 384)``.
        upper: the same of those above, by the untouched encoder.
    """

    states: np.ndarray
    starts: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each sentence ``(n,)``."""
        return np.diff(self.starts)

    @property
    def vectors(self) -> np.ndarray:
        """Vectors of the untouched encoder, as ``SentenceEncoder.vectors`` gives them."""
        return np.concatenate([self.lower, self.upper], axis=1)

    def batch(self, rows: np.ndarray) -> tuple[Any, Any, Any]:
        """Tensors of some sentences: states ``(b, tokens, 384)``, kept ``(b, tokens)`` and lower ``(b, L * 384)``."""
        import torch

        longest = int(self.lengths[rows].max())
        states = np.zeros((len(rows), longest, STATE_WIDTH), np.float32)
        kept = np.zeros((len(rows), longest), np.float32)
        for place, row in enumerate(rows):
            own = self.states[self.starts[row] : self.starts[row + 1]]
            states[place, : len(own)], kept[place, : len(own)] = own, 1.0
        return torch.from_numpy(states), torch.from_numpy(kept), torch.from_numpy(self.lower[rows])


@dataclass(frozen=True)
class StartRecipe:
    """How the linear network is trained before the layers are tuned: epochs, rows a step, highest rate, decay."""

    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float


@dataclass(frozen=True)
class TuningRecipe:
    """How the layers are tuned.

    Args:
        epochs: passes over the sentences.
        batch: sentences a step.
        learning_rate: highest, of the layers.
        head_learning_rate: highest, of the linear network above them.
        warm_up: share of the steps until the highest rate, 0..1; from there it falls to 0 in a line.
        weight_decay: of AdamW.
        dropout: share of the vector's entries left out, 0..1.
    """

    epochs: int
    batch: int
    learning_rate: float
    head_learning_rate: float
    warm_up: float
    weight_decay: float
    dropout: float


def token_states(texts: Sequence[str], progress: Progress) -> TokenStates:
    """What the lower layers make of sentences; about 15 KB a sentence.

    Raises:
        EngineError: the sentence encoder is missing.
    """
    found: list[np.ndarray] = [np.zeros(0)] * len(texts)
    means = np.zeros((len(texts), len(LAYERS) * STATE_WIDTH), np.float32)

    def tell(done: int, total: int) -> None:
        progress(done, total, "encoding sentences")

    for rows, layers, kept in token_states_of(texts, tell):
        means[rows] = np.concatenate([token_mean(layers[n], kept).numpy() for n in LAYERS], axis=1)
        lengths = kept.sum(1).int().tolist()
        for row, own, length in zip(rows, layers[LOWER].numpy(), lengths, strict=True):
            found[row] = own[:length].astype(np.float16)
    starts = np.concatenate([[0], np.cumsum([len(own) for own in found])])
    below = STATE_WIDTH * sum(number <= LOWER for number in LAYERS)
    return TokenStates(np.concatenate(found), starts, means[:, :below], means[:, below:])


def linear_start(
    inputs: np.ndarray, targets: np.ndarray, recipe: StartRecipe, seed: int, progress: Progress
) -> dict[str, np.ndarray]:
    """A linear network on standardised vectors, as ``linear.0.0.weight`` and ``linear.0.0.bias``.

    It starts at no weight and at each label's share as its bias: from a random start the rare labels' biases take longer
    to fall than the training lasts, and no probability means what it says.

    Args:
        inputs: standardised vectors of the untouched encoder ``(n, W)``.
        targets: labels ``(n, L)`` of 0 and 1; each occurs.
        recipe: of the training.
        seed: 0 or more.
        progress: called as ``progress(done, total, what)`` after each epoch.
    """
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rows, wanted = torch.tensor(inputs), torch.tensor(targets).float()
    share = wanted.mean(dim=0)
    head = torch.nn.Linear(rows.shape[1], wanted.shape[1])
    head.load_state_dict({"weight": torch.zeros_like(head.weight), "bias": torch.log(share / (1 - share))})
    optimiser = torch.optim.AdamW(
        head.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    rounds = max(1, len(rows) // recipe.batch)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=rounds * recipe.epochs
    )
    for epoch in range(recipe.epochs):
        for chosen in torch.randperm(len(rows))[: rounds * recipe.batch].view(rounds, -1):
            logits = head(rows[chosen])
            loss = functional.binary_cross_entropy_with_logits(logits, wanted[chosen], reduction="sum")
            optimiser.zero_grad()
            (loss / recipe.batch).backward()
            optimiser.step()
            cycle.step()
        progress(epoch + 1, recipe.epochs, "training linear")
    return {
        "linear.0.0.weight": head.weight.detach().numpy(),
        "linear.0.0.bias": head.bias.detach().numpy(),
    }


def tune(
    said: TokenStates,
    targets: np.ndarray,
    start: Mapping[str, np.ndarray],
    recipe: TuningRecipe,
    seed: int,
    progress: Progress,
) -> dict[str, np.ndarray]:
    """The tuned layers and the linear network above them.

    Args:
        said: the training sentences.
        targets: their labels ``(n, 28)`` of 0 and 1.
        start: ``mean`` and ``sd`` that the vectors are standardised with, and the linear network to start from as
            ``linear.0.0.weight`` ``(28, W)`` and ``linear.0.0.bias``.
        recipe: of the tuning.
        seed: 0 or more.
        progress: called as ``progress(done, total, what)`` every few steps.

    Returns:
        ``tuned.{layer}.{parameter}`` as ``SentenceEncoder`` wants them behind the prefix, and the linear network under
        its names, all float16.
    """
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    layers, head = _upper_layers(), _head(start)
    optimiser, schedule, batches = _steps(layers, head, said, recipe, seed)
    wanted = torch.tensor(targets).float()
    mean, sd = torch.tensor(start["mean"]).float(), torch.tensor(start["sd"]).float()
    layers.train()
    smooth = 0.0
    for number, rows in enumerate(batches):
        vectors = (_pooled(layers, *said.batch(rows)) - mean) / sd
        logits = head(functional.dropout(vectors, recipe.dropout))
        loss = functional.binary_cross_entropy_with_logits(logits, wanted[rows], reduction="sum") / len(rows)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*layers.parameters(), *head.parameters()], 1.0)
        optimiser.step()
        schedule.step()
        smooth = 0.98 * smooth + 0.02 * loss.item() if number else loss.item()
        if number % 10 == 0:
            progress(number, len(batches), f"tuning layers, loss {smooth:.2f}")
    arrays = {f"tuned.{LOWER + int(k[0])}{k[1:]}": v for k, v in layers.state_dict().items()}
    arrays |= {"linear.0.0.weight": head.weight, "linear.0.0.bias": head.bias}
    return {name: array.detach().numpy().astype(np.float16) for name, array in arrays.items()}


def tuned_vectors(
    texts: TokenStates, weights: Mapping[str, np.ndarray], progress: Progress, batch: int = 64
) -> np.ndarray:
    """Vectors of sentences whose lower states are known, float32 ``(n, W)``.

    Args:
        texts: the sentences.
        weights: with ``tuned.…`` from ``tune``.
        progress: called as ``progress(done, total, what)`` after each batch.
        batch: sentences at once.
    """
    import torch

    layers = _upper_layers(weights)
    order = np.argsort(texts.lengths, kind="stable")
    vectors = np.zeros((len(order), len(LAYERS) * STATE_WIDTH), np.float32)
    for first in range(0, len(order), batch):
        rows = order[first : first + batch]
        with torch.inference_mode():
            vectors[rows] = _pooled(layers, *texts.batch(rows)).numpy()
        progress(first + len(rows), len(order), "encoding sentences anew")
    return vectors


def _upper_layers(weights: Mapping[str, np.ndarray] | None = None) -> Any:
    """The encoder's layers above ``LOWER``, or those of weights."""
    own = {
        k.removeprefix("tuned."): v.astype(np.float32) for k, v in (weights or {}).items() if "tuned." in k
    }
    return copy.deepcopy(encoder_network(own).encoder.layer[LOWER:]).eval()


def _head(start: Mapping[str, np.ndarray]) -> Any:
    import torch

    weight, bias = start["linear.0.0.weight"], start["linear.0.0.bias"]
    head = torch.nn.Linear(weight.shape[1], weight.shape[0])
    head.load_state_dict({"weight": torch.tensor(weight).float(), "bias": torch.tensor(bias).float()})
    return head


def _pooled(layers: Any, states: Any, kept: Any, lower: Any) -> Any:
    """Vectors ``(b, W)``: the lower layers' means and those of the given layers."""
    import torch

    parts, mask = [lower], ((1 - kept) * _NOT_A_TOKEN)[:, None, None, :]
    for number, layer in enumerate(layers, start=LOWER + 1):
        states = layer(states, mask)
        if number in LAYERS:
            parts.append(token_mean(states, kept))
    return torch.cat(parts, dim=1)


def _steps(
    layers: Any, head: Any, said: TokenStates, recipe: TuningRecipe, seed: int
) -> tuple[Any, Any, list[np.ndarray]]:
    """Optimiser, its schedule and the rows of every step."""
    import torch

    draw = np.random.default_rng(seed)
    batches = [rows for _ in range(recipe.epochs) for rows in _batches(said.lengths, recipe.batch, draw)]
    groups = [
        {"params": layers.parameters(), "lr": recipe.learning_rate},
        {"params": head.parameters(), "lr": recipe.head_learning_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)
    climb = max(1.0, recipe.warm_up * len(batches))

    def share(step: int) -> float:
        return min(step / climb, (len(batches) - step) / (len(batches) - climb))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share), batches


def _batches(lengths: np.ndarray, batch: int, draw: np.random.Generator) -> list[np.ndarray]:
    """All rows in batches of like length, drawn anew at every call: padding would cost half of the time."""
    jitter = lengths + draw.uniform(-1.5, 1.5, len(lengths))
    order = np.argsort(jitter, kind="stable")
    parts = np.array_split(order, -(-len(order) // batch))
    return [parts[number] for number in draw.permutation(len(parts))]
