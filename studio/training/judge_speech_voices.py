"""The measured voices that the judges of speech learn from and are tested on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.judges.eight_bit import pack
from studio.judges.media import mono
from studio.judges.voice import BESIDE, LONGEST, SAMPLE_RATE, network_inputs
from studio.training.corpora_speech import LABELS, Clip, Family, clips, family_of, load_clip
from studio.training.sound_changes import changed, no_speech

__all__ = ["Describe", "Voices", "gather", "scales"]

Describe = Callable[[np.ndarray], np.ndarray | None]
"""Measures ``(F,)`` of a sound, mono at 16 kHz, or None where there is too little of it."""
Progress = Callable[[float, float, str], None]


@dataclass(frozen=True)
class Voices:
    """Measured clips.

    Args:
        clips: those that carry one of the labels and enough speech.
        labels: class numbers ``(n,)``.
        measures: ``(variants, n, F)``: as recorded, then changed as other machines and rooms would.
        references: for each clip several drawings of the same person's neutral voice ``(drawings, n, F)``.
        others: measures of sounds that are no speech ``(m, F)``.
        kinds: of those sounds ``(m,)``.
        sources: rows of the clips that gave them their length ``(m,)``, which says in which fold they belong.
    """

    clips: list[Clip]
    labels: np.ndarray
    measures: np.ndarray
    references: np.ndarray
    others: np.ndarray
    kinds: np.ndarray
    sources: np.ndarray

    def of(self, family: Family) -> np.ndarray:
        """Row numbers of a family."""
        return np.flatnonzero([family_of(clip) == family for clip in self.clips])

    def said(self, what: str) -> np.ndarray:
        """An attribute of each clip ``(n,)``, such as ``"corpus"``."""
        return np.array([getattr(clip, what) for clip in self.clips])

    def inputs(
        self, weights: dict[str, np.ndarray], way: str, rows: np.ndarray, variant: int = 0
    ) -> np.ndarray:
        """What the network of that way is given of some rows in one variant of the voices or of their references."""
        if way == BESIDE:
            references = self.references[variant % len(self.references), rows]
            return network_inputs(weights, self.measures[0, rows], references)
        return network_inputs(weights, self.measures[variant % len(self.measures), rows])


def gather(
    folder: Path, family: Family, describe: Describe, recipe: dict[str, Any], progress: Progress
) -> Voices:
    """Measure the clips of a family and of the test, draw references, and make sounds that are no speech.

    Args:
        folder: that holds ``speech.csv``.
        family: ``"scoring"`` or ``"tuning"``.
        describe: measures a sound.
        recipe: with ``seed``, ``changes``, ``reference`` and ``no_speech``.
        progress: called as ``progress(done, total, what)``.
    """
    chosen = [
        (number, clip)
        for number, clip in enumerate(clips(folder))
        if clip.emotion in LABELS and family_of(clip) in (family, "test")
    ]
    variants = 1 + recipe["changes"]["variants"]
    kept: list[Clip] = []
    rows: list[list[np.ndarray]] = []
    others: list[tuple[np.ndarray, str, int]] = []
    for done, (number, clip) in enumerate(chosen):
        wave = mono(load_clip(clip), SAMPLE_RATE)[: round(LONGEST * SAMPLE_RATE)]
        taught = family_of(clip) == family
        own = [_measured(wave, number, v, describe, recipe) for v in range(variants if taught else 1)]
        if own[0] is None:
            continue
        own += [own[0]] * (variants - len(own))
        rows.append([own[0] if voice is None else voice for voice in own])
        others += _others(wave, number, len(kept), describe, recipe)
        kept.append(clip)
        if done % 20 == 0:
            progress(done, len(chosen), "measuring voices")
    measures = np.array(rows, np.float32).transpose(1, 0, 2)
    return Voices(
        clips=kept,
        labels=np.array([LABELS.index(clip.emotion) for clip in kept]),
        measures=measures,
        references=_references(kept, measures[0], recipe),
        others=np.array([voice for voice, _, _ in others], np.float32),
        kinds=np.array([kind for _, kind, _ in others]),
        sources=np.array([source for _, _, source in others]),
    )


def scales(
    voices: Voices,
    rows: np.ndarray,
    absolute: np.ndarray,
    components: int = 0,
    passed_over: tuple[slice, ...] = (),
) -> dict[str, np.ndarray]:
    """Means and spreads of the measures over the people of some rows, as ``studio.judges.voice`` wants them.

    Args:
        voices: measured clips.
        rows: of those that are taught.
        absolute: 0 for measures that count beside a reference only, else 1, ``(F,)``.
        components: principal components on which measures are projected, in eight bits; 0 for none.
        passed_over: measures that are left out of them; the network that knows speech then has components of its own.
    """
    own = voices.measures[0, rows]
    speakers = voices.said("speaker")[rows]
    within = np.mean([own[speakers == name].var(axis=0) for name in np.unique(speakers)], axis=0)
    found = {
        "mean": own.mean(axis=0, dtype=float).astype(np.float32),
        "sd": (own.std(axis=0, dtype=float) + 1e-6).astype(np.float32),
        "within": (np.sqrt(within) + 1e-6).astype(np.float32),
        "absolute": np.asarray(absolute, np.float32),
    }
    if not components:
        return found
    inputs = network_inputs(found, own)
    if passed_over:
        found |= pack("speech_basis", _basis(inputs, np.ones(len(absolute)), components), axis=0)
        for columns in passed_over:
            inputs[:, columns] = 0
    return found | pack("basis", _basis(inputs, found["absolute"], components), axis=0)


def _basis(inputs: np.ndarray, absolute: np.ndarray, components: int) -> np.ndarray:
    """The first principal components of inputs, scaled so that a projection has a spread of 1.

    Measures that count beside a reference only vary in no input, so each has a column of its own at the end,
    ``(F, components + number of those)``.
    """
    shared = inputs.T.astype(float) @ inputs / len(inputs)
    spread, directions = np.linalg.eigh(shared)
    strongest = directions[:, ::-1][:, :components]
    principal = strongest * np.sqrt(components / spread[::-1][:components].sum())
    return np.hstack([principal, np.eye(len(absolute))[:, absolute == 0]])


def _measured(
    wave: np.ndarray, number: int, variant: int, describe: Describe, recipe: dict[str, Any]
) -> np.ndarray | None:
    """The measures of a clip as recorded (variant 0) or changed."""
    if variant == 0:
        return describe(wave)
    draw = np.random.default_rng([recipe["seed"], number, variant])
    return describe(changed(wave, recipe["changes"]["shares"], draw))


def _others(
    wave: np.ndarray, number: int, row: int, describe: Describe, recipe: dict[str, Any]
) -> list[tuple[np.ndarray, str, int]]:
    """A sound that is no speech, its kind and the clip's row; nothing for clips that give none."""
    settings = recipe["no_speech"]
    if number % settings["every"]:
        return []
    draw = np.random.default_rng([recipe["seed"], number, 1000])
    kind = str(draw.choice(list(settings["shares"]), p=list(settings["shares"].values())))
    voice = describe(no_speech(wave, kind, draw))
    return [] if voice is None else [(voice, kind, row)]


def _references(kept: list[Clip], voices: np.ndarray, recipe: dict[str, Any]) -> np.ndarray:
    """Means of a few neutral clips of each clip's own speaker, never the clip itself, ``(drawings, n, F)``.

    The first drawing takes as many as the recipe's ``first`` says, 1 if it says nothing; evaluation uses that one.
    """
    draw = np.random.default_rng(recipe["seed"])
    speakers = np.array([clip.speaker for clip in kept])
    neutral = np.array([clip.emotion == "neutral" for clip in kept])
    settings = recipe["reference"]
    found = np.zeros((settings["drawings"], *voices.shape), np.float32)
    for row, speaker in enumerate(speakers):
        others = np.flatnonzero(neutral & (speakers == speaker) & (np.arange(len(kept)) != row))
        for drawing in range(len(found)):
            count = settings.get("first", 1) if drawing == 0 else draw.integers(1, settings["most"] + 1)
            picked = draw.choice(others, min(count, len(others)), replace=False)
            found[drawing, row] = voices[picked].mean(axis=0)
    return found
