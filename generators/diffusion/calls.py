"""One call of a pipeline of pictures, steered by an emotion, told step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from conditioning.emotion import Emotion
from generators.diffusion.loading import Loaded
from generators.hub.pipelines import told_of_memory

__all__ = ["pictures_of"]


def pictures_of(
    loaded: Loaded,
    prompt: str,
    emotion: Emotion,
    seed: int,
    options: Mapping[str, Any],
    tell: Callable[[float], None],
) -> np.ndarray:
    """The pictures of a call, ``(frames, height, width, 3)`` uint8; a still has one.

    Args:
        loaded: the pipeline; it makes one thing at a time.
        prompt: words.
        emotion: that moves them.
        seed: of what is drawn.
        options: all else that the pipeline is given.
        tell: told after each step how much is done, 0..1; may stop the work.

    Raises:
        Cancelled: ``tell`` has stopped the work.
        EngineError: memory does not suffice, or a schedule cannot be followed.
    """
    import torch

    pipeline, family = loaded.pipeline, loaded.family
    generator = torch.Generator().manual_seed(seed)
    with told_of_memory(family.engine), loaded.asked(prompt, emotion) as (arguments, at):

        def on_step(_: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
            at.step = step + 1
            loaded.check_schedule(at, arguments)
            tell(min((step + 1) / len(pipeline.scheduler.timesteps), 1.0))
            return values

        # A report needs none of the pipeline's tensors; to hand them over it would take and keep all its local names at each step.
        result = pipeline(
            **arguments, **options, generator=generator, output_type="np",
            callback_on_step_end=on_step, callback_on_step_end_tensor_inputs=[],
        )  # fmt: skip
    made = result.images if family.kind == "still" else result.frames[0]
    return np.round(np.asarray(made) * 255).astype(np.uint8)
