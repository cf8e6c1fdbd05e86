"""Trains the judge of recorded music: ``affect train judge-music-audio``.

EMOPIA's scores are played by the studio's sampler on drawn instruments in drawn rooms, then written down again by the
transcription network. The card's figures are on the validation songs played on a clean piano; beside them stand those of the same
songs on drawn instruments.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges.base import Card
from studio.judges.music_heard import HEARD_FEATURES, Heard, describe_heard
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpus_music import Clip, read_clips
from studio.training.corpus_music_sound import heard_wave, kept_folder, play_clean, play_drawn
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
from studio.training.judge_music_noises import LEARNED_NOISES, UNMET_NOISES, noise, speech

__all__ = ["train"]

Progress = Callable[[float, float, str], None]

_DATA = (
    "EMOPIA (Hung et al. 2021): {clips} piano clips of {songs} songs of the train split, played by the studio's sampler on drawn "
    "instruments; noise made by rule and speech of RAVDESS, nEMO and EMO-DB as what is no music"
)
_LIMITS = [
    "It learned from scores played by one sampler, not from recordings of people; a band, a voice and drums it never met.",
    "Beeps of one pitch, such as an alarm's, are often taken for music: most of the unmet noise that gets a reading is of this kind.",
    "The colour of the sound counts for what it meant on the drawn instruments; loudness as such counts for nothing.",
    "Listeners' quadrants are coarse: valence and arousal of the reading lie within ±0.5, dominance is always 0.",
    "Valence is much less sure than arousal.",
    "Clips of one song are alike: trust the intervals over songs. One of the 32 validation songs gives 33 of the 114 clips.",
    "EMOPIA is non-commercial: so are these weights.",
]


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train, measure and write the judge.

    What was played and heard is kept in the user's cache, so that a second training is done in minutes.

    Args:
        data: folder of corpora, such as ``../shared/data``.
        out: gets ``weights.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called with done, total, what.
    """
    recipe = asset_table("judges", "music_audio", "training.toml")
    folder = data / "music" / "emopia"
    clips, held_out = read_clips(folder, "train", "scoring"), read_clips(folder, "val")
    known = _material(clips, "drawn", _foreign(data, "train", recipe, progress), recipe, progress)
    unmet = _foreign(data, "test", recipe, progress)
    clean = _material(held_out, "clean", unmet, recipe, progress)
    drawn = _material(held_out, "drawn", unmet, recipe, progress)
    progress(0, 2, "reading in folds of songs")
    outside = folded(known, recipe)
    progress(1, 2, "fitting and testing")
    weights = fit(known, recipe)
    heat, everything = heat_of(outside, known.quadrants), np.arange(len(held_out))
    read = read_material(clean, everything, weights)
    found = figures(read, clean, heat)
    card = _card(found, clips, len(held_out))
    facts = {
        **{name: value for name, value in found.items() if name not in card.__dict__},
        "unmet_noise_and_speech_taken_for_music": float((read.foreign >= 0).sum() / _asked(recipe)),
        **figures(read_material(drawn, everything, weights), drawn, heat, "drawn_sound_"),
        **figures(outside, known, heat, "folds_"),
        "vad_sd": point_errors(outside, known.quadrants, heat, recipe["reading"]["quadrant_centre"]),
        "temperature": heat,
        **recipe["reading"],
        "features": list(HEARD_FEATURES),
        "limits": _LIMITS,
    }
    save_judge(out, card, weights, facts)
    write_page(out)
    progress(2, 2, "done")
    return card


def _material(
    clips: list[Clip], sound: str, foreign: np.ndarray, recipe: dict[str, Any], progress: Progress
) -> Material:
    """The clips as heard, ``"clean"`` on a piano or on ``"drawn"`` instruments."""
    reading = recipe["reading"]
    window = reading["window_seconds"], reading["hop_seconds"], reading["least_notes"]
    rows: list[np.ndarray] = []
    owners: list[int] = []
    kept: list[Clip] = []
    for number, clip in enumerate(clips):
        progress(number, len(clips), f"hearing clips, {sound}")
        parts = [describe_heard(part) for part in _heard(clip, sound, recipe).parts(*window)]
        if parts:
            rows += parts
            owners += [len(kept)] * len(parts)
            kept.append(clip)
    quadrants = np.array([clip.quadrant for clip in kept])
    return Material(np.stack(rows), np.array(owners), quadrants, [clip.song for clip in kept], foreign)


def _heard(clip: Clip, sound: str, recipe: dict[str, Any]) -> Heard:
    import pretty_midi

    from generators.music.rendering import shipped_bank

    file = kept_folder(recipe) / sound / f"{clip.path.stem}.npz"
    if file.exists():
        return heard_wave(np.zeros(0, np.float32), file)
    score = pretty_midi.PrettyMIDI(str(clip.path))
    if sound == "clean":
        return heard_wave(play_clean(score, shipped_bank(), recipe["sound"]["longest_seconds"]), file)
    draw = np.random.default_rng([recipe["sound"]["seed"], clip.number])
    return heard_wave(play_drawn(score, shipped_bank(), draw, recipe["sound"]), file)


def _asked(recipe: dict[str, Any]) -> int:
    """How many sounds of each side are made that are no music."""
    return int(recipe["music"]["noises"] + recipe["music"]["speeches"])


def _foreign(data: Path, split: str, recipe: dict[str, Any], progress: Progress) -> np.ndarray:
    """Measures of noise and speech; those in which too few notes are heard to be read at all are left out."""
    reading, kinds = recipe["reading"], LEARNED_NOISES if split == "train" else UNMET_NOISES
    draw = np.random.default_rng([recipe["seed"], split == "train"])
    waves = [noise(kinds[n % len(kinds)], draw) for n in range(recipe["music"]["noises"])]
    waves += speech(data / "speech", split, recipe["music"]["speeches"], draw)
    rows = []
    for number, wave in enumerate(waves):
        progress(number, len(waves), "hearing noise and speech")
        heard = heard_wave(wave, kept_folder(recipe) / f"foreign-{split}" / f"{number}.npz")
        parts = heard.parts(reading["window_seconds"], reading["hop_seconds"], reading["least_notes"])
        rows += [describe_heard(part) for part in list(parts)[:1]]
    return np.stack(rows)


def _card(found: dict[str, Any], clips: list[Clip], held_out: int) -> Card:
    return music_card(
        "music_audio",
        found,
        data=_DATA.format(clips=len(clips), songs=len({clip.song for clip in clips})),
        licence="CC BY-NC-SA 4.0 (non-commercial); EMO-DB unstated",
        split=f"by song, EMOPIA's own: figures on the {held_out} clips of its validation split, played on a clean piano",
        command="affect train judge-music-audio",
    )
