"""Trains the judge of scores that generators are tuned on: ``affect train tuning-judge-music``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.tuning.music import CUES, cues
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_music import Clip, read_clips
from studio.training.judge_music_model import (
    Material,
    figures,
    fit,
    folded,
    heat_of,
    music_card,
    point_errors,
    read_material,
)

__all__ = ["train"]

_LIMITS = [
    "For tuning generators alone; it scores nothing.",
    "Twelve cues: what they do not tell apart it does not hear.",
    "Any notes get a reading, random ones too.",
    "EMOPIA is non-commercial: so are these weights.",
]


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "tuning", "music", "training.toml")
    folder = data / "music" / "emopia"
    progress(0, 3, "reading EMOPIA")
    clips, held_out = read_clips(folder, "train", "tuning"), read_clips(folder, "val")
    progress(1, 3, "measuring the clips")
    known, unknown = _material(clips), _material(held_out)
    progress(2, 3, "fitting and testing")
    outside = folded(known, recipe)
    weights = fit(known, recipe)
    heat = heat_of(outside, known.quadrants)
    found = figures(read_material(unknown, np.arange(len(held_out)), weights), unknown, heat)
    card = _card(found, clips, len(held_out))
    facts: dict[str, Any] = {
        **{name: value for name, value in found.items() if name not in card.__dict__},
        **figures(outside, known, heat, "folds_"),
        "vad_sd": point_errors(outside, known.quadrants, heat, recipe["reading"]["quadrant_centre"]),
        "temperature": heat,
        **recipe["reading"],
        "features": list(CUES),
        "limits": _LIMITS,
    }
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(3, 3, "done")
    return card


def _material(clips: list[Clip]) -> Material:
    """Wholes alone; nothing foreign, since this judge reads any notes."""
    rows = np.stack([cues(clip.performance.keys) for clip in clips])
    quadrants = np.array([clip.quadrant for clip in clips])
    songs = [clip.song for clip in clips]
    return Material(rows, np.arange(len(clips)), quadrants, songs, np.empty((0, len(CUES))))


def _card(found: dict[str, Any], clips: list[Clip], held_out: int) -> Card:
    songs = len({clip.song for clip in clips})
    return music_card(
        "tuning/music",
        found,
        data=f"EMOPIA (Hung et al. 2021): {len(clips)} piano clips of {songs} songs of the train split, set apart for this",
        licence="CC BY-NC-SA 4.0 (non-commercial)",
        split=f"by song: figures on the {held_out} clips of EMOPIA's validation split",
        command="affect train tuning-judge-music",
    )
