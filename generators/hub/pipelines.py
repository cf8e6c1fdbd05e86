"""The one way in which a diffusers pipeline is loaded: precision, what leaves the device, tiles and step caching.

All is chosen by the memory that is free on the device; ``AFFECT_DEVICE``, ``AFFECT_DTYPE``, ``AFFECT_OFFLOAD``, ``AFFECT_TILING`` and
``AFFECT_STEP_CACHE`` overrule it. Step caching is never chosen unasked, since it changes what is made.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError
from generators.checkpoints import placement
from generators.hub.memory import told_out_of_memory
from generators.hub.whole_models import check_whole, whole_parts

__all__ = [
    "OFFLOAD",
    "STEP_CACHE",
    "TILING",
    "Economy",
    "economy",
    "open_pipeline",
    "step_cache",
    "told_of_memory",
]

OFFLOAD = "AFFECT_OFFLOAD"
"""The variable of the environment that sets what leaves the device between uses: ``none``, ``model`` or ``sequential``."""
TILING = "AFFECT_TILING"
"""The variable of the environment that sets whether pictures are decoded in tiles: ``1`` or ``0``."""
STEP_CACHE = "AFFECT_STEP_CACHE"
"""The variable of the environment that sets how little the first block may change for a step's other blocks to be reused."""

_WORKING = (
    4 << 30
)  # bytes that a call needs beside the weights; ours, from the sizes of the released models' latents
_ROOMY = 24 << 30  # bytes free from which the largest pictures are decoded whole


@dataclass(frozen=True)
class Economy:
    """How memory is spared.

    Args:
        offload: ``"none"``; ``"model"``: a component is on the device only while it works; ``"sequential"``: each layer.
        tiling: whether pictures are decoded in tiles.
    """

    offload: str
    tiling: bool


def economy(weights: int, free: int | None, asked: str = "", tiling: str = "") -> Economy:
    """What to spare on a device.

    Args:
        weights: bytes of the weights.
        free: bytes free on the device; None for the processor, where nothing is spared unasked.
        asked: what the user wants of offloading; "" lets the memory decide.
        tiling: ``"1"``, ``"0"``, or "" to let the memory decide.

    Raises:
        EngineError: the wish is not known.
    """
    if asked not in ("", "none", "model", "sequential"):
        raise EngineError(f"{OFFLOAD} is {asked!r}.", "Set it to none, model or sequential.")
    if tiling not in ("", "0", "1"):
        raise EngineError(f"{TILING} is {tiling!r}.", "Set it to 1 or 0.")
    offload = asked or "none"
    if free is not None and not asked:
        # The largest component is about half of these models: while it works alone, that much has to fit.
        offload = (
            "none"
            if weights + _WORKING <= free
            else "model"
            if weights // 2 + _WORKING <= free
            else "sequential"
        )
    tight = free is not None and free < _ROOMY
    return Economy(offload, tiling == "1" or (tiling == "" and (tight or offload != "none")))


def step_cache(asked: str) -> float:
    """The threshold of step caching, 0 for none.

    Raises:
        EngineError: it is no number from 0 to 1.
    """
    try:
        threshold = float(asked or 0)
    except ValueError:
        threshold = -1.0
    if not 0 <= threshold <= 1:
        raise EngineError(f"{STEP_CACHE} is {asked!r}.", "Set it to a number from 0 (off) to 1, such as 0.1.")
    return threshold


def open_pipeline(folder: Path, kind: str, half: str, full: Mapping[str, str] | None = None) -> Any:
    """The pipeline of a folder, ready to run where there is room for it.

    Args:
        folder: what ``save_pretrained`` wrote.
        kind: class of diffusers, such as ``"WanPipeline"``.
        half: the half precision that it was released for, as torch names it.
        full: components that stay in single precision, with their classes.

    Raises:
        EngineError: a wish of the environment is not known, the pipeline cannot follow it, or weights are missing.
    """
    import diffusers
    import torch

    place = placement(half)
    asked, tiles = os.environ.get(OFFLOAD, ""), os.environ.get(TILING, "")
    threshold = step_cache(os.environ.get(STEP_CACHE, ""))
    on_card = place.device.startswith("cuda")
    free = torch.cuda.mem_get_info(place.device)[0] if on_card else None
    weights = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    spare = economy(weights, free, asked, tiles)
    local: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    parts = {
        part: getattr(diffusers, name).from_pretrained(folder, subfolder=part, dtype=torch.float32, **local)
        for part, name in (full or {}).items()
    }
    dtype = getattr(torch, place.dtype)
    parts |= {part: model for part, model in whole_parts(folder, dtype).items() if part not in parts}
    pipeline = getattr(diffusers, kind).from_pretrained(folder, dtype=dtype, **parts, **local)
    check_whole(pipeline, folder)
    pipeline.set_progress_bar_config(disable=True)
    if spare.tiling and hasattr(pipeline.vae, "enable_tiling"):
        pipeline.vae.enable_tiling()
    if threshold:
        _cache_steps(pipeline, threshold)
    if spare.offload == "model" and on_card:
        pipeline.enable_model_cpu_offload(device=place.device)
    elif spare.offload == "sequential" and on_card:
        pipeline.enable_sequential_cpu_offload(device=place.device)
    else:
        pipeline = pipeline.to(place.device)
    return pipeline


def _cache_steps(pipeline: Any, threshold: float) -> None:
    """Reuse the later blocks of a step whose first block changed by less than a threshold (first block cache)."""
    from diffusers import FirstBlockCacheConfig

    denoiser: Any = getattr(pipeline, "transformer", None)
    try:
        if not hasattr(denoiser, "enable_cache"):
            raise ValueError("its denoiser has no blocks that could be reused")
        denoiser.enable_cache(FirstBlockCacheConfig(threshold=threshold))
    except ValueError as error:
        raise EngineError(
            f"{type(pipeline).__name__} cannot cache steps: {str(error).splitlines()[0]}.",
            f"Leave {STEP_CACHE} out.",
        ) from error


def told_of_memory(engine: str) -> AbstractContextManager[None]:
    """Running out of the device's memory becomes a sentence that says what helps with a pipeline.

    Raises:
        EngineError: in place of torch's error or Python's.
    """
    remedy = f"Set {OFFLOAD}=model, or sequential (slower, least memory), and {TILING}=1; or ask for less at a time."
    return told_out_of_memory(engine, remedy)
