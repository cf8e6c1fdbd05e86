"""Train a LoRA on a pipeline's denoiser through peft, to be taken as strongly as its emotion is felt.

Prompts are those that the engine itself makes: the caption with words for what is felt, steered by the direction. A step takes pictures of
one intensity, to a tenth, and the layers have that strength in it, so that strengths between mean what they meant in training. The file is in
diffusers' layout: ``pipeline.load_lora_weights`` opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from generators.base import Job
from generators.hub.directions import Encoded, steered_states
from generators.hub.loras import Lora, LoraFacts, lora_metadata
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
    from collections.abc import Iterator

    import torch

__all__ = ["train_lora"]

_NAME = "affect"


def train_lora(request: TrainingRequest, job: Job) -> LoraFacts:
    """Train and write a LoRA; gives what it was made for, with its held-out loss before and after.

    Raises:
        RequestError: the engine cannot be trained, or no picture has the emotion.
        InputFileError: a picture or the table is missing or cannot be read.
        EngineError: the weights are not here.
        OutputError: the file cannot be written.
        Cancelled: the user stopped; the state lies beside ``out``.
    """
    emotion = next(iter(Emotion.of(request.emotion).mixture)) if request.emotion else ""
    lesson = open_lesson(request, job, only=emotion)
    own = training_table()["lora"]
    facts = LoraFacts(lesson.family.engine, lesson.model, emotion, own["rank"])
    course = _Course(lesson, Lora(request.out, facts))

    def written(learned: Learned) -> LoraFacts:
        told = replace(
            facts, steps=learned.steps, held_out_before=learned.before, held_out_after=learned.after
        )
        _write(request.out, lesson, told)
        return told

    return learn(request, lesson, course, {**own, "emotion": emotion}, job, written)


class _Course:
    """The losses of steps."""

    def __init__(self, lesson: Lesson, lora: Lora) -> None:
        import torch
        from peft import LoraConfig

        table = training_table()
        self._lesson, self._batch = lesson, table["batch"]
        self._denoiser: Any = lesson.task.denoiser
        rank, modules = table["lora"]["rank"], list(table["lora"]["modules"])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(lesson.seed)
            config = LoraConfig(r=rank, lora_alpha=rank, init_lora_weights="gaussian", target_modules=modules)
            self._denoiser.add_adapter(config, adapter_name=_NAME)
        found = ((name, weight) for name, weight in self._denoiser.named_parameters() if weight.requires_grad)
        self.weights: dict[str, torch.nn.Parameter] = dict(found)
        for weight in self.weights.values():
            weight.data = weight.data.float()  # moments of half precision would lose small steps
        self._strengths = [round(lora.strength(one.emotion), 1) for one in lesson.pictures]
        self._felt = [row for row in lesson.train if self._strengths[row] > 0]
        if not self._felt:
            raise RequestError(
                "In no picture to train on anything is felt.", "Give pictures with an emotion."
            )
        self._prompts = [self._steered(index, told) for index, told in enumerate(lesson.prompts(words=True))]

    def _layers(self, strength: float) -> None:
        """Take the layers with a strength; none at 0."""
        if strength == 0:
            self._denoiser.disable_adapters()
            return
        self._denoiser.enable_adapters()
        self._denoiser.set_adapters([_NAME], [strength])

    def held_out(self, felt: bool) -> float:
        """The held-out loss, each picture with its own strength or all without the layers."""

        def told(rows: Sequence[int]) -> Encoded:
            self._layers(self._strengths[rows[0]] if felt else 0.0)
            return joined([self._prompts[row] for row in rows])

        return self._lesson.held_out_loss(told)

    def loss(self, step: int) -> torch.Tensor:
        """The loss of a step."""
        lesson, draws = self._lesson, Draws(self._lesson.seed, step)
        order = [self._felt[int(i)] for i in draws.rows(len(self._felt), len(self._felt))]
        level = self._strengths[order[0]]
        rows = [row for row in order if self._strengths[row] == level][: self._batch]
        latents = lesson.latents[rows]
        noise, times = draws.normal(latents), draws.times(len(rows)).to(latents)
        self._layers(level)
        losses = lesson.task.losses(latents, noise, times, joined([self._prompts[row] for row in rows]))
        return losses.mean()

    def _steered(self, index: int, told: Encoded) -> Encoded:
        """A prompt as the engine hands it over."""
        shift = self._lesson.loaded.directions.of(self._lesson.pictures[index].emotion)
        if shift is None:
            return told
        pooled = told.pooled
        if pooled is not None and shift.pooled is not None:
            pooled = pooled + shift.pooled.to(pooled)
        return Encoded(steered_states(told.states, told.mask, shift.rows), told.mask, pooled)


def _write(path: Path, lesson: Lesson, facts: LoraFacts) -> None:
    """Write the layers in diffusers' layout, with the facts in the metadata."""
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft.utils import get_peft_model_state_dict
    from safetensors import safe_open
    from safetensors.torch import save_file

    denoiser, kind = lesson.task.denoiser, type(lesson.loaded.pipeline)
    layers = get_peft_model_state_dict(denoiser, adapter_name=_NAME)
    layers = {name: weight.detach().float().cpu().contiguous() for name, weight in layers.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    is_unet = lesson.family.name in ("sd", "sdxl")
    told = (
        {"unet_lora_layers": convert_state_dict_to_diffusers(layers)}
        if is_unet
        else {"transformer_lora_layers": layers}
    )
    with _part_of(path) as part:
        kind.save_lora_weights(str(part.parent), weight_name=part.name, **told)
        with safe_open(part, framework="pt") as opened:
            metadata = {**(opened.metadata() or {}), **lora_metadata(facts)}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        save_file(tensors, part, metadata=metadata)
        part.replace(path)


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A file beside another that is gone afterwards, whatever happens."""
    part = path.with_name(f".{path.stem}.part.safetensors")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)
