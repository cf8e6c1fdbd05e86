"""What adapters and LoRAs have in common, from an engine's weights at rest and a user's pictures to the trained file.

The pictures are kept as latents, some of them held out; what is trained is measured by the model's own loss on those.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.errors import EngineError, OutputError, RequestError
from generators.base import Job
from generators.diffusion.families import Family
from generators.diffusion.loading import Loaded
from generators.hub.directions import Encoded
from generators.steering import prompt_words
from studio.training.denoising import Denoising
from studio.training.emotion_pictures import (
    EmotionPicture,
    pictures_key,
    read_emotion_pictures,
    split_of,
    tensor_of,
)
from studio.training.stepwise import Draws, StateFile, train_steps

if TYPE_CHECKING:
    import torch

__all__ = [
    "Course",
    "Learned",
    "Lesson",
    "TrainingRequest",
    "joined",
    "learn",
    "open_lesson",
    "training_table",
]

_Facts = TypeVar("_Facts")
_HELD_OUT = -1  # the number that held-out noise is drawn with


@dataclass(frozen=True)
class TrainingRequest:
    """What a user wants trained.

    Args:
        engine: with its weights, such as ``"video=sd:FOLDER"``.
        data: folder of the pictures.
        labels: table of what they are felt as.
        out: the file that is made.
        steps: of training; 0 for the usual number.
        seed: of everything that is drawn.
        side: of the pictures in pixels; 0 for what the model was released for.
        emotion: the label that a LoRA stands for; "" for all.
    """

    engine: str
    data: Path
    labels: Path
    out: Path
    steps: int = 0
    seed: int = 0
    side: int = 0
    emotion: str = ""


@dataclass(frozen=True)
class Lesson:
    """An engine's weights at rest, and pictures to learn from.

    Args:
        family: of the pipeline.
        loaded: the pipeline with its directions.
        model: fingerprint of its folder.
        task: its own loss.
        pictures: with what they are felt as.
        latents: of each ``(N, …)``.
        train: indices of those to train on.
        held: indices of those held out.
        key: a hash over weights and pictures.
        side: of the pictures in pixels.
        seed: of what is drawn.
    """

    family: Family
    loaded: Loaded
    model: str
    task: Denoising
    pictures: Sequence[EmotionPicture]
    latents: torch.Tensor
    train: Sequence[int]
    held: Sequence[int]
    key: str
    side: int
    seed: int

    def prompts(self, words: bool) -> list[Encoded]:
        """The embedded caption of each picture, with or without words for what is felt."""
        known: dict[str, Encoded] = {}
        found = []
        for one in self.pictures:
            told = prompt_words(one.caption, one.emotion if words else Emotion.neutral(), "video")
            if told not in known:
                known[told] = self.loaded.embedded([told])
            found.append(known[told])
        return found

    def held_out_loss(self, told: Callable[[Sequence[int]], Encoded]) -> float:
        """The denoising loss on the pictures held out, with noise and times that are always the same.

        Args:
            told: the embedded prompts of pictures, by their indices.
        """
        import torch

        draws, points = Draws(self.seed, _HELD_OUT), training_table()["points"]
        rows, total = list(self.held), 0.0
        with torch.no_grad():
            for point in range(points):
                noise = draws.normal(self.latents[rows])
                for place, row in enumerate(rows):  # one at a time: memory is that of a single picture
                    latents = self.latents[[row]]
                    times = latents.new_full((1,), (point + 0.5) / points)
                    losses = self.task.losses(latents, noise[[place]], times, told([row]))
                    total += float(losses.mean())
        return total / (points * len(rows))

    def state_key(self, settings: Mapping[str, Any]) -> str:
        """A hash over everything that a training's result depends on but the number of steps."""
        told = {"lesson": self.key, "side": self.side, "seed": self.seed, **settings}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def open_lesson(request: TrainingRequest, job: Job, *, only: str = "") -> Lesson:
    """The engine and the pictures of a request.

    Args:
        request: what is wanted.
        job: progress and cancel.
        only: train on pictures of this label alone; "" for all.

    Raises:
        RequestError: the engine cannot be trained, or has options on top of its weights.
        InputFileError: a picture or the table is missing or cannot be read.
        EngineError: the weights are not here, or do not fit into memory whole.
    """
    import torch

    from generators.registry import load, parse_engine
    from generators.video.diffusion.engine import DiffusionEngine

    wanted = parse_engine(request.engine, "" if "=" in request.engine else "video")
    built = load(wanted)
    if not isinstance(built, DiffusionEngine) or built.weights.choice.options:
        raise RequestError(
            f"{wanted} cannot be trained on top of: adapters and LoRAs are learned from pictures, on weights without options.",
            "Name an engine of pictures with plain weights: video=sd:FOLDER.",
        )
    pictures = read_emotion_pictures(request.data, request.labels)
    if only:
        pictures = [one for one in pictures if one.emotion.mixture.get(only, 0.0) >= 0.5]
        if len(pictures) < 2:
            raise RequestError(
                f"{request.labels} has {len(pictures)} pictures of {only}.", "Give at least two."
            )
    family = built.family
    side = request.side or round(math.sqrt(family.area) / family.side) * family.side
    if side % family.side:
        raise RequestError(
            f"A side of {side} pixels does not suit {wanted}.", f"Give a multiple of {family.side}."
        )
    loaded = built.ready(job)
    if getattr(loaded.pipeline, "_offload_device", None) is not None:
        raise EngineError(
            f"{wanted} does not fit into the memory that is free, and training needs it whole.",
            "Close other programs, take a smaller model, or set AFFECT_DEVICE=cpu.",
        )
    task = Denoising(family, loaded.pipeline)
    for part in loaded.pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False)
    latents = []
    for number, one in enumerate(pictures):
        job.step(number, len(pictures), f"reading picture {number + 1} of {len(pictures)}")
        latents.append(task.latents(tensor_of(one, side)[None]))
    train, held = split_of(pictures, training_table()["held_out"])
    model, made = loaded.directions.model, torch.cat(latents)
    key = hashlib.sha256(
        f"{model} {pictures_key(pictures)} {asdict(request)['emotion']}".encode()
    ).hexdigest()
    return Lesson(family, loaded, model, task, pictures, made, train, held, key, side, request.seed)


class Course(Protocol):
    """What is trained in a lesson, and its losses."""

    @property
    def weights(self) -> Mapping[str, torch.nn.Parameter]:
        """That are trained, by name."""
        ...

    def loss(self, step: int) -> torch.Tensor:
        """The loss of a step, ``()``."""
        ...

    def held_out(self, felt: bool) -> float:
        """The loss on the pictures held out, with what is trained or without it."""
        ...


@dataclass(frozen=True)
class Learned:
    """How a training went.

    Args:
        steps: done.
        before: held-out loss without what was trained.
        after: held-out loss with it.
    """

    steps: int
    before: float
    after: float


def learn(
    request: TrainingRequest, lesson: Lesson, course: Course, settings: Mapping[str, Any], job: Job,
    write: Callable[[Learned], _Facts],
) -> _Facts:  # fmt: skip
    """Train a course to its end and write what it made; a training that was cancelled goes on where it was.

    Args:
        request: what is wanted.
        lesson: that the course is taught in.
        course: what is trained.
        settings: of the course; with another setting an unfinished training does not go on.
        job: progress and cancel.
        write: writes ``request.out`` and gives the facts.

    Returns:
        The facts.

    Raises:
        InputFileError: an unfinished training of other settings lies beside ``out``.
        OutputError: the file cannot be written.
        Cancelled: the user stopped; the state lies beside ``out``.
    """
    table = training_table()
    before = course.held_out(felt=False)
    state = request.out.with_name(request.out.name + ".state")
    kept = StateFile(state, lesson.state_key({**settings, "batch": table["batch"]}))
    steps = request.steps or table["steps"]
    train_steps(
        course.weights, course.loss, kept, job,
        steps=steps, learning_rate=settings["learning_rate"], keep_every=table["keep_every"],
    )  # fmt: skip
    learned = Learned(steps, round(before, 6), round(course.held_out(felt=True), 6))
    try:
        facts = write(learned)
        state.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{request.out} cannot be written: {error}.", "Choose another file with --out."
        ) from error
    return facts


def joined(prompts: Sequence[Encoded]) -> Encoded:
    """Embedded prompts as one batch."""
    import torch

    pooled = [one.pooled for one in prompts if one.pooled is not None]
    return Encoded(
        torch.cat([one.states for one in prompts]),
        torch.cat([one.mask for one in prompts]),
        torch.cat(pooled) if pooled else None,
    )


@cache
def training_table() -> dict[str, Any]:
    """The table of ``assets/steering/training.toml``."""
    return asset_table("steering", "training.toml")
