"""From a folder of weights to a pipeline that runs here, with what moves its prompts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from external.safe_weights import fingerprint
from generators.diffusion.families import Family
from generators.diffusion.prompts import embed
from generators.direction_store import DirectionFiles
from generators.directions import TextDirections
from generators.pipelines import open_pipeline
from generators.steering import phrasing

__all__ = ["Loaded", "load_pipeline"]


@dataclass(frozen=True)
class Loaded:
    """A pipeline with its directions."""

    pipeline: Any
    directions: TextDirections


def load_pipeline(family: Family, folder: Path) -> Loaded:
    """The pipeline of a folder, ready to run.

    Raises:
        EngineError: a wish of the environment is not known, or the pipeline cannot follow it.
    """
    pipeline = open_pipeline(folder, family.pipeline, family.half, family.full)
    rule = phrasing("video")
    store = DirectionFiles(fingerprint(folder), rule)
    return Loaded(pipeline, TextDirections(lambda sentences: embed(family, pipeline, sentences), rule, store))
