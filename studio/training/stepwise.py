"""Training step by step, which can be stopped at any step and gone on with, to the same bytes.

What is drawn at a step comes from the seed and the step's number alone, and the optimiser's moments are kept with the weights, so a
training that was stopped ten times ends as one that never was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conditioning.errors import InputFileError, OutputError
from generators.base import Job

if TYPE_CHECKING:
    import torch

__all__ = ["Draws", "StateFile", "train_steps"]

_KEY = "affect.training"


class Draws:
    """What a step draws: always on the processor, so that every device sees the same.

    Args:
        seed: of the training.
        step: its number; others than steps take numbers below 0.
    """

    def __init__(self, seed: int, step: int) -> None:
        import torch

        state = np.random.SeedSequence([seed, step + 1000]).generate_state(1, np.uint64)[0]
        self.generator = torch.Generator().manual_seed(int(state) % 2**63)

    def rows(self, count: int, among: int) -> torch.Tensor:
        """So many different numbers below ``among``, all of them where there are fewer."""
        import torch

        return torch.randperm(among, generator=self.generator)[:count]

    def normal(self, like: torch.Tensor) -> torch.Tensor:
        """Normal noise of a tensor's shape, on its device."""
        import torch

        return torch.randn(like.shape, generator=self.generator).to(like)

    def times(self, count: int) -> torch.Tensor:
        """Uniform shares of the way, one from each of as many equal parts, ``(count,)``."""
        import torch

        parts = (torch.arange(count) + torch.rand(count, generator=self.generator)) / count
        return parts[torch.randperm(count, generator=self.generator)]


@dataclass(frozen=True)
class StateFile:
    """Where a training that is not finished is kept.

    Args:
        path: of the file, beside what is being made.
        key: a hash over everything that the result depends on but the number of steps.
    """

    path: Path
    key: str

    def read(self, weights: Mapping[str, torch.nn.Parameter], optimiser: torch.optim.Optimizer) -> int:
        """Take over weights and moments; gives the steps done, 0 where nothing is kept.

        Raises:
            InputFileError: the file belongs to another training, or is damaged.
        """
        import torch
        from safetensors import SafetensorError, safe_open

        if not self.path.is_file():
            return 0
        remedy = "Remove it to begin anew, or choose another file with --out."
        try:
            with safe_open(self.path, framework="pt") as opened:
                told = json.loads((opened.metadata() or {})[_KEY])
                if told["key"] != self.key:
                    raise InputFileError(
                        f"{self.path} was left by a training on other data or settings.", remedy
                    )
                with torch.no_grad():
                    for name, weight in weights.items():
                        weight.copy_(opened.get_tensor(f"weight/{name}"))
                        moments = {
                            m: opened.get_tensor(f"{m}/{name}").to(weight) for m in ("exp_avg", "exp_avg_sq")
                        }
                        optimiser.state[weight] = {"step": torch.tensor(float(told["step"])), **moments}
                return int(told["step"])
        except (SafetensorError, OSError, KeyError, ValueError, RuntimeError) as error:
            raise InputFileError(f"{self.path} cannot be gone on with: {error}.", remedy) from error

    def write(
        self, weights: Mapping[str, torch.nn.Parameter], optimiser: torch.optim.Optimizer, step: int
    ) -> None:
        """Keep weights and moments after so many steps.

        Raises:
            OutputError: the file cannot be written.
        """
        from safetensors.torch import save_file

        tensors = {f"weight/{name}": weight.detach().cpu().contiguous() for name, weight in weights.items()}
        for name, weight in weights.items():
            for moment in ("exp_avg", "exp_avg_sq"):
                tensors[f"{moment}/{name}"] = optimiser.state[weight][moment].detach().cpu().contiguous()
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_file(tensors, part, metadata={_KEY: json.dumps({"key": self.key, "step": step})})
            part.replace(self.path)
        except OSError as error:
            raise OutputError(
                f"{self.path} cannot be written: {error}.", "Choose another file with --out."
            ) from error
        finally:
            part.unlink(missing_ok=True)


def train_steps(
    weights: Mapping[str, torch.nn.Parameter],
    loss: Callable[[int], torch.Tensor],
    kept: StateFile,
    job: Job,
    *,
    steps: int,
    learning_rate: float,
    keep_every: int,
) -> None:
    """Train weights by Adam up to a step, going on from where an earlier run was stopped.

    Args:
        weights: by name.
        loss: of the step with that number, from 0.
        kept: where the state lies while it is not finished; it stays after a cancel.
        job: progress and cancel.
        steps: in all.
        learning_rate: constant, so that more steps can follow.
        keep_every: steps between two states.

    Raises:
        Cancelled: the user stopped; the next run goes on from there.
        InputFileError: a state is there and belongs to another training.
    """
    import torch

    optimiser = torch.optim.Adam(list(weights.values()), learning_rate)
    done = kept.read(weights, optimiser)
    for step in range(done, steps):
        if job.cancel.is_set() and step > done:
            kept.write(weights, optimiser, step)
        job.step(step, steps, f"training, step {step + 1} of {steps}")
        value = loss(step)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        optimiser.step()
        if (step + 1) % keep_every == 0 and step + 1 < steps:
            kept.write(weights, optimiser, step + 1)
    job.step(steps, steps, "training")
