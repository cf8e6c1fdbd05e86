"""Trains the judge of music on EMOPIA's scores: ``affect train judge-music``.

The figures on the card are measured on the validation songs, which taught it nothing and chose nothing; the temperature and the
error of the point come from folds of the training songs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.music_measures import MUSIC_FEATURES, describe_music
from studio.judges.music_model import is_music
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_music import Clip, read_clips
from studio.training.judge_music_foreign import LEARNED, UNMET, foreign_performance, plain_tune
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

_DATA = "EMOPIA (Hung et al. 2021): {clips} piano clips of {songs} songs of the train split, and made-up notes that are no music"
_LIMITS = [
    "Trained on piano alone: a full score is read by its pitched notes, drums are left out, timbre is not heard.",
    "Listeners' quadrants are coarse: valence and arousal of the reading lie within ±0.5, dominance is always 0.",
    "Valence is much less sure than arousal.",
    "Clips of one song are alike: trust the intervals over songs. One of the 32 validation songs gives 33 of the 114 clips, in all "
    "four quadrants, and is read badly; counted by song the accuracy is nearer to that in five folds of the training songs.",
    "Music without a key may be taken for random notes and gets no reading.",
    "EMOPIA is non-commercial: so are these weights.",
]


def train(data: Path, out: Path, progress: Callable[[int, int, str], None]) -> Card:
    """Train, measure and write the judge.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "music", "training.toml")
    folder = data / "music" / "emopia"
    progress(0, 5, "reading EMOPIA")
    clips, held_out = read_clips(folder, "train", "scoring"), read_clips(folder, "val")
    progress(1, 5, "measuring the clips")
    known = _material(clips, LEARNED, recipe)
    unknown = _material(held_out, UNMET, recipe)
    progress(3, 5, "reading in folds of songs")
    outside = folded(known, recipe)
    progress(4, 5, "fitting and testing")
    weights = fit(known, recipe)
    read = read_material(unknown, np.arange(len(held_out)), weights)
    heat = heat_of(outside, known.quadrants)
    found = figures(read, unknown, heat)
    card = _card(found, clips, len(held_out))
    facts = {
        **{name: value for name, value in found.items() if name not in card.__dict__},
        "unmet_random_notes_taken_for_music": float((read.foreign >= 0).mean()),
        "plain_tunes_taken_for_no_music": float((is_music(unknown.plain, weights) < 0).mean()),
        **figures(outside, known, heat, "folds_"),
        "vad_sd": point_errors(outside, known.quadrants, heat, recipe["reading"]["quadrant_centre"]),
        "temperature": heat,
        **recipe["reading"],
        "features": list(MUSIC_FEATURES),
        "limits": _LIMITS,
    }
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(5, 5, "done")
    return card


def _material(clips: list[Clip], kinds: tuple[str, ...], recipe: dict[str, Any]) -> Material:
    """The clips, beside each as many made-up pieces that are no music as the recipe says, cut to a window or whole, and its tune."""
    reading = recipe["reading"]
    window = reading["window_seconds"], reading["hop_seconds"], reading["least_notes"]
    rows, owners, foreign, plain = [], [], [], []
    for number, clip in enumerate(clips):
        parts = [describe_music(part) for part in clip.performance.parts(*window)]
        rows += parts
        owners += [number] * len(parts)
        draw = np.random.default_rng([recipe["seed"], clip.number])
        for copy in range(recipe["music"]["foreign_per_clip"]):
            kind = kinds[(number + copy) % len(kinds)]
            made = list(foreign_performance(kind, clip.performance.keys, draw).parts(*window))
            foreign.append(describe_music(made[draw.integers(len(made))]))
        plain.append(describe_music(plain_tune(clip.performance.keys, draw)))
    quadrants = np.array([clip.quadrant for clip in clips])
    songs = [clip.song for clip in clips]
    return Material(np.stack(rows), np.array(owners), quadrants, songs, np.stack(foreign), np.stack(plain))


def _card(found: dict[str, Any], clips: list[Clip], held_out: int) -> Card:
    return music_card(
        "music",
        found,
        data=_DATA.format(clips=len(clips), songs=len({clip.song for clip in clips})),
        licence="CC BY-NC-SA 4.0 (non-commercial)",
        split=f"by song, EMOPIA's own: figures on the {held_out} clips of its validation split",
        command="affect train judge-music",
    )
