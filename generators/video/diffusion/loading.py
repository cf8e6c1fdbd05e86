"""From a folder of weights to a pipeline that runs here, with its directions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError
from external.safe_weights import fingerprint
from generators.checkpoints import no_bars_of_libraries, placement
from generators.direction_store import DirectionFiles
from generators.directions import TextDirections
from generators.steering import phrasing
from generators.video.diffusion.families import Family
from generators.video.diffusion.prompts import embed

__all__ = ["OFFLOAD", "TILING", "Economy", "Loaded", "economy", "load_pipeline", "told_of_memory"]

OFFLOAD = "AFFECT_OFFLOAD"
"""The variable of the environment that sets what leaves the device between uses: ``none``, ``model`` or ``sequential``."""
TILING = "AFFECT_TILING"
"""The variable of the environment that sets whether pictures are decoded in tiles: ``1`` or ``0``."""

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


@dataclass(frozen=True)
class Loaded:
    """A pipeline with its directions."""

    pipeline: Any
    directions: TextDirections


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


def load_pipeline(family: Family, folder: Path) -> Loaded:
    """The pipeline of a folder, ready to run."""
    import diffusers
    import torch

    no_bars_of_libraries()
    place = placement(family.half)
    local: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    parts = {
        part: getattr(diffusers, kind).from_pretrained(folder, subfolder=part, dtype=torch.float32, **local)
        for part, kind in family.full.items()
    }
    kind = getattr(diffusers, family.pipeline)
    pipeline = kind.from_pretrained(folder, dtype=getattr(torch, place.dtype), **parts, **local)
    pipeline.set_progress_bar_config(disable=True)
    on_card = place.device.startswith("cuda")
    free = torch.cuda.mem_get_info(place.device)[0] if on_card else None
    weights = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    spare = economy(weights, free, os.environ.get(OFFLOAD, ""), os.environ.get(TILING, ""))
    if spare.tiling and hasattr(pipeline.vae, "enable_tiling"):
        pipeline.vae.enable_tiling()
    if spare.offload == "model" and on_card:
        pipeline.enable_model_cpu_offload(device=place.device)
    elif spare.offload == "sequential" and on_card:
        pipeline.enable_sequential_cpu_offload(device=place.device)
    else:
        pipeline = pipeline.to(place.device)
    rule = phrasing("video")
    store = DirectionFiles(fingerprint(folder), rule)
    return Loaded(pipeline, TextDirections(lambda sentences: embed(family, pipeline, sentences), rule, store))


@contextmanager
def told_of_memory(engine: str) -> Iterator[None]:
    """Running out of the device's memory becomes a sentence that says what helps.

    Raises:
        EngineError: in place of torch's error.
    """
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise EngineError(
            f"{engine} ran out of memory: {str(error).splitlines()[0]}",
            f"Set {OFFLOAD}=model, or sequential (slower, least memory), and {TILING}=1; or ask for a smaller picture.",
        ) from error
