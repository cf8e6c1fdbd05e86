"""From a folder of weights to a pipeline that runs here, with what moves its prompts by emotion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError
from external.safe_weights import fingerprint
from generators.diffusion.families import Family
from generators.diffusion.prompts import embed, prompt_arguments
from generators.diffusion.schedules import CONSTANT, Schedule, Steps, read_schedule, scheduled
from generators.hub.adapters import Adapter, read_adapter
from generators.hub.choice import WeightsChoice
from generators.hub.direction_store import text_directions
from generators.hub.directions import Shift, TextDirections
from generators.hub.encoder_directions import EncoderDirections
from generators.hub.loras import Lora, attach_lora, read_lora
from generators.hub.pipelines import open_pipeline

if TYPE_CHECKING:
    import torch

    from generators.hub.directions import Encoded

__all__ = ["OPTIONS", "Loaded", "check_options", "load_pipeline", "told_how"]

OPTIONS = ("adapter", "lora", "schedule", "steer")
"""What may stand behind the ``?`` of the weights of pictures and films."""
_STEERS = ("words", "encoder")


@dataclass(frozen=True)
class Loaded:
    """A pipeline with what moves its prompts.

    Args:
        family: of the pipeline.
        pipeline: of diffusers.
        directions: of emotions in its prompts' states.
        adapter: in their place, None without.
        lora: on its denoiser, None without.
        schedule: of the steering's strength over the steps.
        head: directions out of the trained encoder's embedding, in place of the labels' own; None without.
        device: where it runs; None asks the pipeline at each prompt.
    """

    family: Family
    pipeline: Any
    directions: TextDirections
    adapter: Adapter | None = None
    lora: Lora | None = None
    schedule: Schedule = CONSTANT
    head: EncoderDirections | None = None
    device: torch.device | None = None

    def embedded(self, sentences: list[str]) -> Encoded:
        """What the pipeline makes of sentences."""
        return embed(self.family, self.pipeline, sentences, self.device)

    def shift(self, emotion: Emotion, encoded: Encoded) -> Shift | None:
        """How far an emotion moves an embedded prompt; None where nothing is felt."""
        if self.adapter is not None:
            return self.adapter.shift(emotion, encoded)
        return self.head.of(emotion) if self.head is not None else self.directions.of(emotion)

    @contextmanager
    def asked(self, prompt: str, emotion: Emotion) -> Iterator[tuple[dict[str, Any], Steps]]:
        """The arguments of a call that hold a prompt in an emotion, and the steps that the caller counts.

        Where nothing is felt, these are the bare library's: the prompt's text alone.
        """
        if self.lora is not None:
            self.lora.set_on(self.pipeline, emotion)
        at = Steps(self.schedule)
        encoded = self.embedded([prompt]) if emotion.intensity > 0 else None
        shift = None if encoded is None else self.shift(emotion, encoded)
        arguments = prompt_arguments(self.family, prompt, encoded, shift)
        if encoded is None or shift is None or self.schedule.is_constant:
            yield arguments, at
            return
        pairs = [(arguments["prompt_embeds"], encoded.states)]
        if encoded.pooled is not None and "pooled_prompt_embeds" in arguments:
            pairs.append((arguments["pooled_prompt_embeds"], encoded.pooled))
        with scheduled(self.pipeline, pairs, at):
            yield arguments, at

    def check_schedule(self, at: Steps, arguments: dict[str, Any]) -> None:
        """Make sure that a schedule holds.

        Raises:
            EngineError: the denoiser is not given the prompt's states as they are.
        """
        if not self.schedule.is_constant and "prompt_embeds" in arguments and not at.met:
            raise EngineError(
                f"{self.family.engine} hands its denoiser something else than the prompt's states, so its steering can follow "
                "no schedule.",
                "Leave schedule= out.",
            )


def check_options(choice: WeightsChoice, engine: str) -> None:
    """Make sure that options can be read, before anything is loaded.

    Raises:
        RequestError: a schedule or a way of steering is not known, or an adapter is to be steered besides.
    """
    read_schedule(choice.option("schedule"))
    steer = choice.option("steer") or "words"
    if steer not in _STEERS:
        raise RequestError(
            f"The steering {steer!r} of {engine} is not known.", f"Write {' or '.join(_STEERS)}."
        )
    if choice.option("adapter") and choice.option("steer"):
        raise RequestError(
            f"{engine} is given an adapter and steer={steer}.",
            "An adapter takes the place of directions: give one of them.",
        )


def told_how(choice: WeightsChoice) -> str:
    """How emotion gets in under these options, as a clause for the fulfilment."""
    if choice.option("adapter"):
        how = "a trained adapter in the prompt's states"
    elif choice.option("steer") == "encoder":
        how = "words in the prompt and the encoder's direction in the prompt's states"
    else:
        how = "words in the prompt and a direction in the prompt's states"
    if not read_schedule(choice.option("schedule")).is_constant:
        how += f", over the steps by the schedule {choice.option('schedule')}"
    return how + (", and a LoRA on the denoiser" if choice.option("lora") else "")


def load_pipeline(family: Family, folder: Path, choice: WeightsChoice | None = None) -> Loaded:
    """The pipeline of a folder, ready to run.

    Args:
        family: what it is.
        folder: its weights.
        choice: with the options on top of the weights.

    Raises:
        InputFileError: a file of the options is missing or is not what it should be.
        EngineError: it was made for other weights, a wish of the environment is not known, or cannot be followed.
    """
    choice, model = choice or WeightsChoice(str(folder)), fingerprint(folder)
    adapter_file, lora_file = choice.file("adapter"), choice.file("lora")
    adapter = read_adapter(adapter_file, model) if adapter_file else None
    lora = read_lora(lora_file, model) if lora_file else None
    pipeline = open_pipeline(folder, family.pipeline, family.half, family.full)
    if lora is not None:
        attach_lora(pipeline, lora, family.engine)
    device = pipeline._execution_device  # asked once: it looks through all layers of all parts
    directions = text_directions(lambda told: embed(family, pipeline, told, device), "video", model)
    head = EncoderDirections(directions) if choice.option("steer") == "encoder" else None
    schedule = read_schedule(choice.option("schedule"))
    return Loaded(family, pipeline, directions, adapter, lora, schedule, head, device)
