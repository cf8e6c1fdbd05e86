"""Learns from actors how far an emotion moves a voice, and writes the table that the built-in voice's faders follow.

Every clip is compared with the same actor's neutral readings of the same text (of any text where that one is missing), so
that the actor, the text and the microphone fall out; an actor's effect is the mean of such differences. Within a corpus
actors are averaged; over corpora means are joined by random effects (DerSimonian & Laird 1986), since actors of different
corpora do not do the same: RAVDESS' shout in anger and weep in sadness. Only voices that teach no judge that scores are
heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditioning.errors import InputFileError
from studio.judges.media import mono
from studio.judges.voice import LONGEST, SAMPLE_RATE
from studio.training.corpora_speech import Clip, clips, family_of, load_clip
from studio.training.prosody_measures import MEASURES, described, difference
from studio.training.prosody_table import Effect, ProsodyCard, table_text, write_card

__all__ = ["EMOTIONS", "Heard", "effects", "hear", "pooled", "train"]

EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "calm", "boredom")
# RAVDESS and nEMO were recorded at their own gains, and nEMO and EMO-DB brought to one level afterwards.
_UNSAID: Mapping[str, frozenset[str]] = {
    "ravdess": frozenset(),
    "nemo": frozenset({"level"}),
    "emodb": frozenset(
        {"level", "rate", "f0_final", "f0_last", "f0_slope", "level_slope"}
    ),  # cut at two seconds
}
_Rows = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Heard:
    """A measured clip.

    Args:
        clip: of the corpora.
        numbers: as ``described`` gives them.
    """

    clip: Clip
    numbers: Mapping[str, float]


def train(data: Path, out: Path, progress: Callable[[float, float, str], None]) -> ProsodyCard:
    """Measure the actors and write ``actors.toml`` and its card.

    Args:
        data: folder of the corpora, which holds ``speech/speech.csv``.
        out: folder for table and card.
        progress: called as ``progress(done, total, what)``.

    Raises:
        InputFileError: there is no index of clips, or none of its clips may be heard.
    """
    heard = hear(data / "speech", progress)
    if not heard:
        raise InputFileError(
            f"{data} has no clip of a speaker who may be heard.",
            "Give the folder of the corpora with --data.",
        )
    table = effects(heard)
    out.mkdir(parents=True, exist_ok=True)
    (out / "actors.toml").write_text(table_text(table), encoding="utf-8")
    return write_card(out, table, [item.clip for item in heard])


def hear(folder: Path, progress: Callable[[float, float, str], None]) -> list[Heard]:
    """Every clip of the family that tunes, measured; those with too little voice are left out.

    Args:
        folder: that holds ``speech.csv``.
        progress: called as ``progress(done, total, what)``.
    """
    chosen = [clip for clip in clips(folder) if family_of(clip) == "tuning"]
    found = []
    for done, clip in enumerate(chosen):
        if done % 20 == 0:
            progress(done, len(chosen), "measuring voices")
        numbers = described(mono(load_clip(clip), SAMPLE_RATE)[: round(LONGEST * SAMPLE_RATE)])
        if numbers is not None:
            found.append(Heard(clip, numbers))
    return found


def effects(heard: Sequence[Heard]) -> dict[str, dict[str, Effect]]:
    """What each emotion does to each measure.

    Args:
        heard: clips of several speakers, neutral ones among them.

    Returns:
        By emotion and measure; what nobody could be measured for is left out.
    """
    full = _by_actor(heard, lambda clip: clip.corpus != "ravdess" or clip.strong or clip.emotion == "calm")
    normal = _by_actor(heard, lambda clip: clip.corpus == "ravdess" and not clip.strong)
    sexes = {item.clip.speaker: item.clip.sex for item in heard}
    table: dict[str, dict[str, Effect]] = {}
    for emotion in EMOTIONS:
        row = {}
        for measure in MEASURES:
            actors = {s: v[measure] for (s, e), v in full.items() if e == emotion and _said(s, measure)}
            if len(actors) > 1:
                milder = [v[measure] for (_, e), v in normal.items() if e == emotion]
                row[measure] = _effect(actors, sexes, milder)
        if row:
            table[emotion] = row
    return table


def pooled(groups: _Rows) -> tuple[float, float, float]:
    """Mean over groups by random effects, its standard error, and the spread that one of any group has.

    Args:
        groups: values of the members of each group; at least two members in all.

    Returns:
        Mean, standard error, and the standard deviation of a member about the mean, which holds the spread within groups,
        taken as the same in all, and that between groups.

    Source: DerSimonian & Laird 1986, Controlled Clinical Trials 7.
    """
    means = np.array([np.mean(values) for values in groups.values()])
    counts = np.array([len(values) for values in groups.values()])
    freedom = max(int((counts - 1).sum()), 1)
    within = sum(float(np.sum((np.array(v) - np.mean(v)) ** 2)) for v in groups.values()) / freedom
    error = max(within, 1e-12) / counts
    weight = 1 / error
    fixed = weight @ means / weight.sum()
    between = 0.0
    if len(means) > 1:
        excess = float(weight @ (means - fixed) ** 2) - (len(means) - 1)
        between = max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1 / (error + between)
    return (
        float(weight @ means / weight.sum()),
        float(1 / np.sqrt(weight.sum())),
        float(np.sqrt(within + between)),
    )


def _effect(actors: Mapping[str, float], sexes: Mapping[str, str], milder: Sequence[float]) -> Effect:
    groups: dict[str, list[float]] = defaultdict(list)
    for speaker, value in actors.items():
        groups[_corpus(speaker)].append(value)
    mean, error, spread = pooled(groups)
    # A woman's and a man's part of the same corpus are compared, so that corpora with one of them say nothing of it.
    centred = {s: value - np.mean(groups[_corpus(s)]) for s, value in actors.items()}
    apart = [[centred[s] for s in actors if sexes[s] == sex] for sex in ("female", "male")]
    return Effect(
        mean=mean,
        error=error,
        sd=spread,
        n=len(actors),
        robust=float(np.median([np.median(values) for values in groups.values()])),
        sex=float(np.mean(apart[0]) - np.mean(apart[1])) if all(apart) else 0.0,
        corpora={corpus: float(np.mean(values)) for corpus, values in groups.items()},
        normal=float(np.mean(milder)) if milder else None,
    )


def _by_actor(
    heard: Iterable[Heard], wanted: Callable[[Clip], bool]
) -> dict[tuple[str, str], dict[str, float]]:
    """An actor's mean differences from neutral by actor and emotion, of the clips that are wanted."""
    neutral: dict[tuple[str, str], list[Mapping[str, float]]] = defaultdict(list)
    said: dict[tuple[str, str], list[tuple[str, Mapping[str, float]]]] = defaultdict(list)
    for item in heard:
        clip = item.clip
        if clip.emotion == "neutral":
            neutral[clip.speaker, clip.text].append(item.numbers)
        elif wanted(clip):
            said[clip.speaker, clip.emotion].append((clip.text, item.numbers))
    found = {}
    for (speaker, emotion), takes in said.items():
        anything = [row for (s, _), rows in neutral.items() if s == speaker for row in rows]
        if anything:
            rows = [
                difference(numbers, _mean(neutral.get((speaker, text), anything))) for text, numbers in takes
            ]
            found[speaker, emotion] = _mean(rows)
    return found


def _mean(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _corpus(speaker: str) -> str:
    return speaker.partition("_")[0]


def _said(speaker: str, measure: str) -> bool:
    return measure not in _UNSAID.get(_corpus(speaker), frozenset())
