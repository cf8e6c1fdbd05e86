"""Train an adapter: from the emotion's embedding to a residual on the prompt's states, while model and encoder rest.

The loss is the model's own on the pictures, and two terms after EmotiCrafter (Dang et al. 2025): one strengthens emotion, in that what a
picture is felt as must serve it better than what another of the same step is felt as; one keeps content, in that the residual stays small
beside the states it is added to. Captions say what is seen and nothing of what is felt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from generators.base import Job
from generators.hub.adapter_network import AdapterNetwork
from generators.hub.adapters import AdapterFacts, embedding_of, encoder_fingerprint, write_adapter
from generators.hub.directions import Encoded, steered_states
from studio.training.on_top import (
    Learned,
    Lesson,
    TrainingRequest,
    joined,
    learn,
    open_lesson,
    training_table,
)
from studio.training.stepwise import Draws

if TYPE_CHECKING:
    import torch

__all__ = ["train_adapter"]


def train_adapter(request: TrainingRequest, job: Job) -> AdapterFacts:
    """Train and write an adapter; gives what it was made for, with its held-out loss before and after.

    A training that was cancelled goes on where it was when it is asked for again.

    Raises:
        RequestError: the engine cannot be trained.
        InputFileError: a picture or the table is missing or cannot be read.
        EngineError: the weights are not here.
        OutputError: the file cannot be written.
        Cancelled: the user stopped; the state lies beside ``out``.
    """
    lesson = open_lesson(request, job)
    own, encoder = training_table()["adapter"], encoder_fingerprint()
    course = _Course(lesson, own["hidden"])

    def written(learned: Learned) -> AdapterFacts:
        network = course.network
        facts = AdapterFacts(
            lesson.family.engine, lesson.model, encoder, network.width, network.pooled_width, network.hidden,
            course.scale, learned.steps, learned.before, learned.after,
        )  # fmt: skip
        write_adapter(request.out, network, facts)
        return facts

    return learn(request, lesson, course, {**own, "encoder": encoder}, job, written)


class _Course:
    """The losses of steps."""

    def __init__(self, lesson: Lesson, hidden: int) -> None:
        import torch

        self._lesson, self._own, self._batch = lesson, training_table()["adapter"], training_table()["batch"]
        self._prompts = lesson.prompts(words=False)
        states = self._prompts[0].states
        embeddings = np.stack([embedding_of(one.emotion) for one in lesson.pictures])
        self._embeddings = torch.from_numpy(embeddings).to(states.device)
        pooled = self._prompts[0].pooled
        width, pooled_width = states.shape[-1], 0 if pooled is None else pooled.shape[-1]
        self.network = AdapterNetwork(width, pooled_width, hidden, lesson.seed).to(states.device)
        self.weights = self.network.named_weights()
        self.scale = _root_mean_square([self._prompts[i] for i in lesson.train])

    def held_out(self, felt: bool) -> float:
        """The held-out loss, with the adapter's residual or without it."""
        return self._lesson.held_out_loss(self._felt if felt else self._bare)

    def _bare(self, rows: Sequence[int]) -> Encoded:
        return joined([self._prompts[row] for row in rows])

    def _felt(self, rows: Sequence[int]) -> Encoded:
        return self._moved(self._bare(rows), self._embeddings[list(rows)])[0]

    def loss(self, step: int) -> torch.Tensor:
        """The loss of a step."""
        import torch

        draws, lesson = Draws(self._lesson.seed, step), self._lesson
        rows = [lesson.train[int(i)] for i in draws.rows(self._batch, len(lesson.train))]
        latents, prompts, told = lesson.latents[rows], self._bare(rows), self._embeddings[rows]
        noise, times = draws.normal(latents), draws.times(len(rows)).to(latents)
        felt, size = self._moved(prompts, told)
        own = lesson.task.losses(latents, noise, times, felt)
        total = own.mean() + self._own["keep"] * size
        others = told.roll(1, 0)
        differ = (others - told).norm(dim=1) > 1e-6
        if self._own["strengthen"] and bool(differ.any()):
            other = lesson.task.losses(latents, noise, times, self._moved(prompts, others)[0])
            gap = (own - other) / own.detach().mean()
            total = total + self._own["strengthen"] * (torch.nn.functional.softplus(gap) * differ).mean()
        return total

    def _moved(self, prompts: Encoded, told: torch.Tensor) -> tuple[Encoded, torch.Tensor]:
        """Prompts with the residual of embeddings, and its mean square beside that of the states."""
        shift = self.network.shift(told, prompts, self.scale)
        states = steered_states(prompts.states.float(), prompts.mask, shift.rows)
        pooled = prompts.pooled
        if pooled is not None and shift.pooled is not None:
            pooled = pooled.float() + shift.pooled
        return Encoded(states, prompts.mask, pooled), (shift.rows / self.scale).pow(2).mean()


def _root_mean_square(prompts: Sequence[Encoded]) -> float:
    """Of the states that stand for words."""
    total, count = 0.0, 0.0
    for one in prompts:
        mask = one.mask[..., None].float()
        total += float((one.states.float().pow(2) * mask).sum())
        count += float(mask.sum()) * one.states.shape[-1]
    return (total / max(count, 1.0)) ** 0.5 or 1.0
