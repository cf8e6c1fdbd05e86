"""Training of the small networks that judges run with numpy (``studio.judges.dense``).

The same seed on the same kind of machine gives the same weights: one thread, every draw from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["NetworkRecipe", "train_ensemble"]


@dataclass(frozen=True)
class NetworkRecipe:
    """How a network is trained.

    Args:
        hidden: units of the hidden layer; 0 for a linear network.
        members: networks in the ensemble.
        epochs: passes over the rows.
        batch: rows a step.
        learning_rate: highest of the one cycle.
        weight_decay: of AdamW.
        dropout: share of hidden units left out, 0..1.
        input_dropout: share of inputs left out, 0..1.
        smoothing: share of each target spread over all outputs, 0..1.
        mixing: parameter of the beta distribution that mixes pairs of rows (Zhang et al. 2018); 0 for none.
    """

    hidden: int
    members: int
    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float
    dropout: float = 0.0
    input_dropout: float = 0.0
    smoothing: float = 0.0
    mixing: float = 0.0


Loss = Callable[[Any, Any], Any]


def train_ensemble(
    inputs: Callable[[int], np.ndarray],
    targets: np.ndarray,
    weights: np.ndarray,
    recipe: NetworkRecipe,
    loss: str,
    prefix: str,
    seed: int,
    progress: Callable[[float, float, str], None],
) -> dict[str, np.ndarray]:
    """Weights of an ensemble, named as ``studio.judges.dense`` wants them.

    Args:
        inputs: the rows as epoch number e shall see them, ``(n, in)`` float32.
        targets: ``(n, out)``.
        weights: how much each row counts ``(n,)``.
        recipe: of the training.
        loss: ``"classes"`` (softmax cross-entropy), ``"labels"`` (sigmoid cross-entropy) or ``"values"`` (squared
            error).
        prefix: of the arrays' names.
        seed: 0 or more.
        progress: called as ``progress(done, total, what)`` after each epoch.
    """
    arrays: dict[str, np.ndarray] = {}
    total = recipe.members * recipe.epochs
    for member in range(recipe.members):

        def step(epoch: int, member: int = member) -> None:
            progress(member * recipe.epochs + epoch, total, f"training {prefix}")

        network = _train(inputs, targets, weights, recipe, loss, seed + member, step)
        for layer, (weight, bias) in enumerate(network):
            arrays[f"{prefix}.{member}.{layer}.weight"] = weight.astype(np.float16)
            arrays[f"{prefix}.{member}.{layer}.bias"] = bias.astype(np.float16)
    return arrays


def _train(
    inputs: Callable[[int], np.ndarray],
    targets: np.ndarray,
    weights: np.ndarray,
    recipe: NetworkRecipe,
    loss: str,
    seed: int,
    step: Callable[[int], None],
) -> list[tuple[np.ndarray, np.ndarray]]:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    network = _network(inputs(0).shape[1], targets.shape[1], recipe)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    rounds = max(1, len(targets) // recipe.batch)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=rounds * recipe.epochs
    )
    wanted = torch.tensor(targets * (1 - recipe.smoothing) + recipe.smoothing / targets.shape[1]).float()
    counts = torch.tensor(weights).float()
    for epoch in range(recipe.epochs):
        rows = torch.tensor(inputs(epoch))
        order = draw.permutation(len(targets))
        for number in range(rounds):
            chosen = order[number * recipe.batch : (number + 1) * recipe.batch]
            batch = _mixed((rows[chosen], wanted[chosen], counts[chosen]), recipe.mixing, draw)
            optimiser.zero_grad()
            _loss(loss, network(batch[0]), batch[1], batch[2]).backward()
            optimiser.step()
            cycle.step()
        step(epoch + 1)
    linear = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
    return [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in linear]


def _network(inputs: int, outputs: int, recipe: NetworkRecipe) -> Any:
    from torch import nn

    layers: list[nn.Module] = [nn.Dropout(recipe.input_dropout)]
    if recipe.hidden:
        layers += [nn.Linear(inputs, recipe.hidden), nn.ReLU(), nn.Dropout(recipe.dropout)]
        inputs = recipe.hidden
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def _mixed(batch: tuple[Any, ...], mixing: float, draw: np.random.Generator) -> tuple[Any, ...]:
    """Each row with a share of another one, the same share in all parts of the batch."""
    if not mixing:
        return batch
    share = float(draw.beta(mixing, mixing))
    other = draw.permutation(len(batch[0]))
    return tuple(share * part + (1 - share) * part[other] for part in batch)


def _loss(kind: str, outputs: Any, wanted: Any, counts: Any) -> Any:
    from torch.nn import functional

    rows: Mapping[str, Callable[[], Any]] = {
        "classes": lambda: -(wanted * functional.log_softmax(outputs, dim=1)).sum(dim=1),
        "labels": lambda: functional.binary_cross_entropy_with_logits(outputs, wanted, reduction="none").mean(
            dim=1
        ),
        "values": lambda: ((outputs - wanted) ** 2).mean(dim=1),
    }
    return (rows[kind]() * counts).sum() / counts.sum()
