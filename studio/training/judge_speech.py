"""Trains the speech judge on acted speech and measures it on people it has never heard.

Three networks learn over the measures of voices: emotion of a voice alone, emotion beside a neutral recording, and speech
or no speech. Temperature and floors come from cross-validation over the speakers that teach, each judged by networks that
never heard him; the test speakers give the card's figures. Each corpus and each label in it counts by the root of its
size, so that the large Polish corpus does not drown the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges import calibration
from studio.judges.base import Card
from studio.judges.dense import ensemble_output
from studio.judges.eight_bit import pack, unpack
from studio.judges.scoring.speech import SpeechJudge
from studio.judges.voice import ALONE, BESIDE, SPEECH, VoiceJudge, network_inputs, speech_inputs, speech_share
from studio.judges.voting import said_over_true
from studio.judges.weights import save_judge
from studio.training.card_page import write_page
from studio.training.corpora_speech import LABELS, Family
from studio.training.judge_speech_figures import (
    axis_agreement,
    group_figures,
    point_error,
    speaker_figures,
)
from studio.training.judge_speech_voices import Voices, gather, scales
from studio.training.networks import NetworkRecipe, train_ensemble

__all__ = ["Outside", "Plan", "cross_validated", "evaluate", "networks", "train", "train_judge"]

Progress = Callable[[float, float, str], None]

_LICENCE = "RAVDESS and nEMO CC BY-NC-SA 4.0 (non-commercial), EMO-DB unstated; the weights are for non-commercial use"
_LIMITS = [
    "Acted emotion in a studio; people in life are subtler.",
    "Calm was heard in English only, disgust in English and German only, surprise in English and Polish only.",
    "Five test speakers: the intervals draw clips, not speakers, so they are too narrow for people at large; the spread "
    "over speakers in cross-validation says more.",
    "The sounds that are no speech were made by rule, not recorded; laughing, sobbing and singing were not among them.",
]
_ONE_CLIP = (
    "The reference of a reading beside one is a single neutral clip, in RAVDESS often of the same sentence."
)
_SEVERAL = "The reference of a reading beside one is the mean of up to {} neutral clips (RAVDESS has four a person); beside a single clip people are read right less often (beside_one_clip)."


@dataclass(frozen=True)
class Plan:
    """What sets one judge of voices apart from another.

    Args:
        name: on its card.
        family: whose voices teach it.
        judge: that measures sounds.
        recipe: settings of the training.
        command: that rebuilds it.
        network: what it rests on besides the corpora; "" if on nothing.
    """

    name: str
    family: Family
    judge: VoiceJudge
    recipe: dict[str, Any]
    command: str
    network: str = ""


@dataclass(frozen=True)
class Outside:
    """What networks say of speakers that they never heard.

    Args:
        logits: by way, ``(n, 8)``.
        speech: share of speech in clips ``(n,)``.
        others: the same in sounds that are no speech ``(m,)``.
    """

    logits: dict[str, np.ndarray]
    speech: np.ndarray
    others: np.ndarray


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train the judge that scores and write it.

    Args:
        data: folder of the corpora, which holds ``speech/speech.csv``.
        out: folder for card and weights.
        progress: called as ``progress(done, total, what)``.

    Returns:
        The card of readings without a reference.

    Raises:
        InputFileError: there is no index of clips.
    """
    plan = Plan(
        name="speech",
        family="scoring",
        judge=SpeechJudge(),
        recipe=asset_table("judges", "speech", "training.toml"),
        command="affect train judge-speech --data ../shared/data",
        network="; on the lower layers of Whisper tiny.en (MIT)",
    )
    return train_judge(plan, data, out, progress)


def train_judge(plan: Plan, data: Path, out: Path, progress: Progress) -> Card:
    """Train a judge of voices and write it; arguments, result and errors as of ``train``."""
    voices = gather(data / "speech", plan.family, plan.judge.describe, plan.recipe, progress)
    known = voices.of(plan.family)
    outside = cross_validated(voices, known, plan, progress)
    packed = networks(voices, known, plan, progress)
    weights = unpack(packed)
    cards = {}
    for way, folder in ((ALONE, out), (BESIDE, out / BESIDE)):
        card, facts = evaluate(voices, weights, way, outside, plan)
        save_judge(folder, card, packed if way == ALONE else {}, facts)
        write_page(folder)
        cards[way] = card
    return cards[ALONE]


def networks(voices: Voices, rows: np.ndarray, plan: Plan, progress: Progress) -> dict[str, np.ndarray]:
    """Scales and networks learned from some rows, with large arrays in eight bits."""
    absolute = np.ones(voices.measures.shape[2])
    absolute[plan.judge.level_column] = 0
    packed = scales(voices, rows, absolute, plan.recipe["components"], plan.judge.passed_over)
    if plan.recipe["reference"].get("difference_only", False):
        packed["difference"] = np.ones(1, np.float32)
    weights = unpack(packed)
    trained = _speech_network(voices, rows, weights, plan.recipe, progress)
    for way in (ALONE, BESIDE):
        trained |= train_ensemble(
            _cycled(voices, weights, way, rows),
            np.eye(len(LABELS))[voices.labels[rows]],
            _fair_counts(voices, rows),
            NetworkRecipe(**plan.recipe["network"]),
            "classes",
            way,
            plan.recipe["seed"],
            progress,
        )
    for name, array in trained.items():
        packed |= pack(name, array) if name.endswith(".0.weight") else {name: array}
    return packed


def cross_validated(voices: Voices, rows: np.ndarray, plan: Plan, progress: Progress) -> Outside:
    """What networks say of rows whose speakers they never heard; each corpus' speakers are dealt to the folds in turn."""
    corpora, speakers = voices.said("corpus"), voices.said("speaker")
    fold = np.full(len(speakers), -1)
    for corpus in np.unique(corpora[rows]):
        for number, name in enumerate(np.unique(speakers[rows][corpora[rows] == corpus])):
            fold[speakers == name] = number % plan.recipe["folds"]
    logits = {way: np.zeros((len(speakers), len(LABELS))) for way in (ALONE, BESIDE)}
    speech, others = np.zeros(len(speakers)), np.zeros(len(voices.others))
    for number in range(plan.recipe["folds"]):
        asked = np.flatnonzero(fold == number)
        weights = unpack(networks(voices, rows[fold[rows] != number], plan, progress))
        for way in (ALONE, BESIDE):
            logits[way][asked] = ensemble_output(weights, way, voices.inputs(weights, way, asked))
        speech[asked] = speech_share(weights, voices.measures[0, asked])
        heard = fold[voices.sources] == number
        others[heard] = speech_share(weights, voices.others[heard])
    known = np.isin(voices.sources, rows)
    return Outside({way: values[rows] for way, values in logits.items()}, speech[rows], others[known])


def evaluate(
    voices: Voices, weights: dict[str, np.ndarray], way: str, outside: Outside, plan: Plan
) -> tuple[Card, dict[str, Any]]:
    """The judge's figures on people it has not heard.

    Args:
        voices: with test speakers.
        weights: of the networks.
        way: ``ALONE`` or ``BESIDE``.
        outside: what cross-validation gave; it sets temperature and floors.
        plan: of the judge.

    Returns:
        The card, and the facts that stand beside it.
    """
    rows, test = voices.of(plan.family), voices.of("test")
    known, true, logits = voices.labels[rows], voices.labels[test], outside.logits[way]
    heat = calibration.temperature(logits, known)
    crossed = calibration.softmax(logits, heat)
    shares = calibration.softmax(ensemble_output(weights, way, voices.inputs(weights, way, test)), heat)
    predicted = shares.argmax(axis=1)
    right = crossed.argmax(axis=1) == known
    least = plan.recipe["reading"]["least_accuracy"]

    def accuracy(chosen: np.ndarray) -> float:
        return calibration.balanced_accuracy(predicted[chosen], true[chosen], LABELS)

    card = _card(voices, rows, plan, way, shares, true)
    facts = {
        "interval": calibration.bootstrap_interval(accuracy, true),
        **group_figures(voices, test, predicted),
        "concordance": axis_agreement(shares, true),
        "confusion": [
            [float(np.mean(predicted[true == a] == b)) for b in range(len(LABELS))]
            for a in range(len(LABELS))
        ],
        "clips": {"taught": len(known), "test": len(test)},
        "cross_validation": {
            "accuracy": calibration.balanced_accuracy(crossed.argmax(axis=1), known, LABELS),
            "calibration_error": calibration.expected_calibration_error(crossed, known),
            "concordance": axis_agreement(crossed, known),
            "by_speaker": speaker_figures(voices, rows, crossed.argmax(axis=1)),
        },
        "said": _said(voices, rows, crossed),
        "temperature": heat,
        "floor": calibration.confidence_floor(crossed.max(axis=1), right, least),
        **_speech_facts(voices, weights, outside, plan),
        "vad_sd": point_error(crossed, known),
        "limits": [*_LIMITS, _about_references(plan)],
    }
    if way == BESIDE and plan.recipe["reference"].get("first", 1) > 1:
        facts["beside_one_clip"] = _beside_one_clip(voices, weights, test)
    return card, facts


def _about_references(plan: Plan) -> str:
    first = plan.recipe["reference"].get("first", 1)
    return _ONE_CLIP if first == 1 else _SEVERAL.format(first)


def _beside_one_clip(voices: Voices, weights: dict[str, np.ndarray], test: np.ndarray) -> float:
    """Balanced accuracy on the test speakers, each clip beside one neutral clip of its speaker that is another one."""
    speakers, neutral = voices.said("speaker"), voices.labels == LABELS.index("neutral")
    own = voices.measures[0]
    references = np.array(
        [own[(speakers == speakers[row]) & neutral & (np.arange(len(own)) != row)][0] for row in test]
    )
    outputs = ensemble_output(weights, BESIDE, network_inputs(weights, own[test], references))
    return calibration.balanced_accuracy(outputs.argmax(axis=1), voices.labels[test], LABELS)


def _card(
    voices: Voices, rows: np.ndarray, plan: Plan, way: str, shares: np.ndarray, true: np.ndarray
) -> Card:
    """The card of one way of reading.

    Args:
        voices: measured clips.
        rows: of those that taught.
        plan: of the judge.
        way: ``ALONE`` or ``BESIDE``.
        shares: what was read of the test clips ``(n, 8)``.
        true: their class numbers ``(n,)``.
    """
    predicted = shares.argmax(axis=1)
    return Card(
        name=plan.name if way == ALONE else f"{plan.name} beside a neutral reference",
        labels=LABELS,
        data=_taught(voices, rows) + plan.network,
        licence=_LICENCE,
        split="by speaker: RAVDESS 21-22, nEMO EB0, EMO-DB 15-16 are for the test alone; the other speakers fall in two "
        f"families (assets/judges/speech/families.toml), of which this is the one for {plan.family}",
        accuracy=calibration.balanced_accuracy(predicted, true, LABELS),
        chance=1 / len(LABELS),
        recall=calibration.recalls(predicted, true, LABELS),
        calibration_error=calibration.expected_calibration_error(shares, true),
        command=plan.command,
    )


def _said(voices: Voices, rows: np.ndarray, crossed: np.ndarray) -> dict[str, float]:
    """How much each label is said over how much it is true, by people the networks had not heard; votes are evened by it."""
    people = [str(name) for name in voices.said("speaker")[rows]]
    return {
        name: float(value)
        for name, value in zip(LABELS, said_over_true(crossed, voices.labels[rows], people), strict=True)
    }


def _cycled(
    voices: Voices, weights: dict[str, np.ndarray], way: str, rows: np.ndarray
) -> Callable[[int], np.ndarray]:
    """What the epochs see in turn: each variant of the voices, or of their references."""
    count = len(voices.references if way == BESIDE else voices.measures)
    inputs = [voices.inputs(weights, way, rows, variant) for variant in range(count)]
    return lambda epoch: inputs[epoch % count]


def _speech_network(
    voices: Voices,
    rows: np.ndarray,
    weights: dict[str, np.ndarray],
    recipe: dict[str, Any],
    progress: Progress,
) -> dict[str, np.ndarray]:
    """A network that tells the clips of some rows, changed ones too, from the sounds that are no speech."""
    others = voices.others[np.isin(voices.sources, rows)]
    targets = np.repeat(np.eye(2)[[1, 0]], [len(rows), len(others)], axis=0)
    counts = np.repeat([1 / len(rows), 1 / len(others)], [len(rows), len(others)])
    inputs = [speech_inputs(weights, np.concatenate([heard[rows], others])) for heard in voices.measures]
    settings = NetworkRecipe(**{**recipe["network"], **recipe["speech"]})
    return train_ensemble(
        lambda epoch: inputs[epoch % len(inputs)],
        targets,
        counts / counts.mean(),
        settings,
        "classes",
        SPEECH,
        recipe["seed"],
        progress,
    )


def _fair_counts(voices: Voices, rows: np.ndarray) -> np.ndarray:
    """How much each row counts: one over the root of how many share its corpus and label, with mean 1."""
    kinds = [f"{voices.clips[row].corpus} {voices.labels[row]}" for row in rows]
    _, kind, sizes = np.unique(kinds, return_inverse=True, return_counts=True)
    counts = 1 / np.sqrt(sizes[kind])
    return counts / counts.mean()


def _speech_facts(
    voices: Voices, weights: dict[str, np.ndarray], outside: Outside, plan: Plan
) -> dict[str, Any]:
    """From where on a sound is taken for speech, and how often that errs with speakers who taught nothing."""
    floor = float(np.quantile(outside.speech, plan.recipe["reading"]["refused"]))
    tested = np.isin(voices.sources, voices.of("test"))
    shares, kinds = speech_share(weights, voices.others[tested]), voices.kinds[tested]
    kept = speech_share(weights, voices.measures[0, voices.of("test")]) >= floor
    return {
        "speech_floor": floor,
        "speech_kept": float(kept.mean()),
        "refused": {str(kind): float((shares[kinds == kind] < floor).mean()) for kind in np.unique(kinds)},
        "refused_in_cross_validation": float((outside.others < floor).mean()),
    }


def _taught(voices: Voices, rows: np.ndarray) -> str:
    """Which people taught the judge, for the card."""
    corpora, speakers = voices.said("corpus")[rows], voices.said("speaker")[rows]
    count = {name: len(np.unique(speakers[corpora == name])) for name in np.unique(corpora)}
    return (
        f"acted speech of RAVDESS (English, {count['ravdess']} actors), nEMO (Polish, {count['nemo']} speakers) and "
        f"EMO-DB (German, {count['emodb']} speakers, cut to 2 s)"
    )
