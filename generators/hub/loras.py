"""LoRA files on a pipeline's denoiser, as strong as the emotion is felt.

A file that ``affect train lora`` wrote is in diffusers' own layout and opens with ``load_lora_weights`` anywhere; its metadata say
for which weights and which emotion it was made. A file from elsewhere says nothing of the kind: it is taken for every emotion. Where its
emotion is not felt, the layers are switched off and the model does exactly what it does without them.

Source: Hu et al. 2021, "LoRA: low-rank adaptation of large language models"; the ``peft`` library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, InputFileError
from generators.hub.made_for import MadeFor

__all__ = ["Lora", "LoraFacts", "attach_lora", "lora_metadata", "read_lora"]

_NAME = "affect"
_MAKE = "Make one with 'affect train lora'."


@dataclass(frozen=True)
class LoraFacts(MadeFor):
    """What a LoRA was made for and from.

    Args:
        emotion: the label it stands for; "" for all that its pictures had.
        rank: of its matrices.
        steps: of training.
        held_out_before: denoising loss on pictures held out, without it.
        held_out_after: the same with it.
    """

    kind = "lora"

    emotion: str = ""
    rank: int = 0
    steps: int = 0
    held_out_before: float = 0.0
    held_out_after: float = 0.0


@dataclass(frozen=True)
class Lora:
    """A LoRA file.

    Args:
        path: where it is.
        facts: what it was made for; None for one from elsewhere.
    """

    path: Path
    facts: LoraFacts | None

    def strength(self, emotion: Emotion) -> float:
        """How strongly it is taken: the share of its emotion times the intensity, 0..1."""
        if self.facts is None or not self.facts.emotion:
            return float(emotion.intensity)
        return float(emotion.mixture.get(self.facts.emotion, 0.0) * emotion.intensity)

    def set_on(self, pipeline: Any, emotion: Emotion) -> None:
        """Make a pipeline that has it follow an emotion."""
        strength = self.strength(emotion)
        if strength == 0:
            pipeline.disable_lora()
            return
        pipeline.enable_lora()
        pipeline.set_adapters(_NAME, strength)


def lora_metadata(facts: LoraFacts) -> Mapping[str, str]:
    """What stands in the file's metadata beside diffusers' own."""
    return facts.metadata()


def read_lora(path: Path, model: str = "") -> Lora:
    """The LoRA of a file; nothing but its names and metadata is read.

    Args:
        path: safetensors in diffusers' or peft's layout.
        model: fingerprint of the weights that it is to serve; "" for any.

    Raises:
        InputFileError: there is no such file, or it holds no LoRA.
        EngineError: it was made for other weights.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputFileError(f"There is no LoRA '{path}'.", _MAKE)
    try:
        with safe_open(path, framework="np") as opened:
            facts, names = LoraFacts.told(opened.metadata()), list(opened.keys())
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise InputFileError(f"'{path}' is no LoRA: {str(error).splitlines()[0]}.", _MAKE) from error
    if not any("lora" in name.casefold() for name in names):
        raise InputFileError(f"'{path}' is no LoRA: no name of its tensors says so.", _MAKE)
    if facts is not None:
        facts.check_model(path, model, "LoRA")
    return Lora(path, facts)


def attach_lora(pipeline: Any, lora: Lora, engine: str) -> None:
    """Put a LoRA on a pipeline, switched off.

    Raises:
        EngineError: the pipeline takes none, or its layers do not fit.
    """
    if not hasattr(pipeline, "load_lora_weights"):
        raise EngineError(f"{engine} takes no LoRA.", "Leave lora= out.")
    path = lora.path.resolve()
    try:
        pipeline.load_lora_weights(
            str(path.parent), weight_name=path.name, adapter_name=_NAME, local_files_only=True
        )
        pipeline.disable_lora()
    except (ValueError, RuntimeError, KeyError) as error:
        raise EngineError(
            f"The LoRA {path} does not fit {engine}: {str(error).splitlines()[0]}.",
            "Give one that was made for this kind of model.",
        ) from error
