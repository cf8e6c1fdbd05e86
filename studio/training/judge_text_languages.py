"""Trains the text judge's part for other languages on BRIGHTER and measures it on its test splits.

English is read by the judge of ``judge_text``; its 28 labels are brought to BRIGHTER's here only so that its row in the
table can be compared. What the points are worth is measured on EmoBank with a twin of the part, trained likewise on
BRIGHTER's English and not shipped: no other language here has ratings of valence, arousal and dominance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from studio.judges import calibration
from studio.judges.base import Card
from studio.judges.language_guess import ENGLISH
from studio.judges.text import TextJudge
from studio.judges.text_languages import NEUTRAL, expected_places, log_odds, scaled_shares, with_neutral
from studio.judges.weights import save_judge
from studio.training.corpora_languages import BRIGHTER_LABELS, BRIGHTER_LANGUAGES, Annotated, brighter
from studio.training.corpora_text import emobank
from studio.training.judge_text import steady_thresholds
from studio.training.judge_text_measures import binary_calibration_error, slope_and_offset, top_calibration
from studio.training.language_guess_training import train_guess
from studio.training.languages_page import write_languages_page
from studio.training.spelled_tables import (
    SpelledRecipe,
    count_grams,
    packed_table,
    spelled_table,
    table_logits,
)

__all__ = ["LABELS", "Read", "english_shares", "f1_by_label", "majority_f1", "train"]

Progress = Callable[[float, float, str], None]
Scales = tuple[tuple[float, float], tuple[float, float]]
"""Slope and offset of the labels' logits, and of the log odds of none."""

LABELS = (*BRIGHTER_LABELS, NEUTRAL)
_DATA = (
    "BRIGHTER (sentences of social media, news, speeches and literature with six emotions, 11 languages beside "
    "English); for telling languages apart also XED (film subtitles), GoEmotions and EmoBank"
)
_LICENCE = "BRIGHTER CC BY 4.0; XED CC BY 4.0; GoEmotions CC BY 4.0; EmoBank CC BY-SA 4.0 (share-alike)"
_SPLIT = "BRIGHTER's official splits (track A); training texts that stand verbatim in the same language's development or test split are dropped"
_LIMITS = [
    "It knows words and endings that BRIGHTER's 1,200 to 2,700 training sentences of a language hold, and no others; what a clause turns round it does not see.",
    "Nobody's ratings of valence, arousal and dominance in these languages were at hand. The point is the mean of the labels' places in the lexicon, and its error is that of an English twin on EmoBank.",
    "Afrikaans has no surprise. In some languages a label has fewer than a hundred sentences, and its F1 moves by chance.",
    "One or two words in Latin letters count as English. Dutch, Danish or Norwegian are taken for a neighbour, Marathi for Hindi, other Cyrillic languages for Russian or Ukrainian.",
    "A plain statement may be read as a feeling, since texts like BRIGHTER's (posts, comments, headlines) seldom state plainly; in Spanish it always may, for every training sentence there has an emotion.",
    "French, Italian, Polish and Finnish, and scripts that no language here is written in, are recognised and get no reading.",
    "BRIGHTER's texts differ by language in kind and label shares, so probabilities of two languages should not be compared closely.",
]


@dataclass(frozen=True)
class Read:
    """What a table says of the sentences of one language.

    Args:
        logits: ``(n, 6)`` of ``train`` (each by a table that never saw it), ``dev`` and ``test``.
        said: the sentences by split.
    """

    logits: dict[str, np.ndarray]
    said: dict[str, Annotated]


def train(data: Path, out: Path, progress: Progress) -> Card:
    """Train the part and write it; about five minutes of one core and 1 GB of memory.

    Args:
        data: folder of the corpora, which holds ``text/brighter``, ``text/xed``, ``text/goemotions`` and ``text/emobank``.
        out: folder for card and weights.
        progress: called as ``progress(done, total, what)``.

    Raises:
        InputFileError: a corpus is missing.
        EngineError: the judge of English or its sentence encoder is missing.
    """
    recipe = asset_table("judges", "text_languages", "training.toml")
    folder, labels = data / "text", SpelledRecipe(**recipe["labels"])
    packed, guess = train_guess(folder, recipe["guess"], progress)
    reads: dict[str, Read] = {}
    twin: dict[str, np.ndarray] = {}
    for number, language in enumerate(BRIGHTER_LANGUAGES):
        progress(number, len(BRIGHTER_LANGUAGES), f"learning {language}")
        said = _splits(folder, language)
        table, reads[language] = _learn(said, labels, recipe["folds"], recipe["seed"])
        if language == ENGLISH:
            twin = table
        else:
            packed |= packed_table(table, language)
    languages = {name: _language_facts(read) for name, read in reads.items()}
    told = languages.pop(ENGLISH)
    vad = _axis_facts(folder, twin, (told["label_scale"], told["neutral_scale"]), labels.longest)
    progress(0, 1, "reading English")
    english = _english_facts(reads.pop(ENGLISH).said) | {"baseline_f1": told["baseline_f1"]}
    card, facts = _pooled(reads, languages)
    facts |= {"longest": labels.longest, "languages": languages, ENGLISH: english, "guess": guess, **vad}
    save_judge(out, card, packed, facts | {"limits": _LIMITS})
    write_languages_page(out)
    return card


def f1_by_label(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """F1 of each label that was annotated ``(k,)``, 0..1; 0 for one that is neither found nor wanted.

    Args:
        found: ``(n, 6)`` bool.
        wanted: ``(n, 6)`` of 0 and 1, nan in the columns nobody annotated.
    """
    asked = ~np.isnan(wanted).any(axis=0)
    hits = (found[:, asked] & (wanted[:, asked] > 0)).sum(axis=0)
    both = found[:, asked].sum(axis=0) + wanted[:, asked].sum(axis=0)
    scores: np.ndarray = 2 * hits / np.maximum(both, 1)
    return scores


def majority_f1(train: np.ndarray, test: np.ndarray) -> float:
    """Macro-F1 of always naming the label that is commonest in training.

    Args:
        train: ``(n, 6)`` of 0 and 1, nan in columns nobody annotated.
        test: likewise.
    """
    found = np.zeros(test.shape, bool)
    found[:, int(np.nan_to_num(train).sum(axis=0).argmax())] = True
    return float(f1_by_label(found, test).mean())


def _splits(folder: Path, language: str) -> dict[str, Annotated]:
    said = {split: brighter(folder, language, split) for split in ("train", "dev", "test")}
    seen = set(said["dev"].texts) | set(said["test"].texts)
    fresh = [number for number, text in enumerate(said["train"].texts) if text not in seen]
    whole = said["train"]
    said["train"] = Annotated([whole.texts[n] for n in fresh], whole.targets[fresh], whole.intensity[fresh])
    return said


def _learn(
    said: dict[str, Annotated], recipe: SpelledRecipe, folds: int, seed: int
) -> tuple[dict[str, np.ndarray], Read]:
    """A table of all training sentences, and what tables say of sentences that they were not trained on."""
    counted = {split: count_grams(part.texts, recipe.longest) for split, part in said.items()}
    targets = said["train"].targets
    fold = np.random.default_rng(seed).permutation(len(targets)) % folds
    unseen = np.zeros(targets.shape)
    for own in range(folds):
        rest = np.flatnonzero(fold != own)
        table = spelled_table([counted["train"][n] for n in rest], targets[rest], recipe)
        left = np.flatnonzero(fold == own)
        unseen[left] = table_logits(table, [counted["train"][n] for n in left])
    table = spelled_table(counted["train"], targets, recipe)
    logits = {"train": unseen} | {split: table_logits(table, counted[split]) for split in ("dev", "test")}
    return table, Read(logits, said)


def _language_facts(read: Read) -> dict[str, Any]:
    """What one language's readings need, and its figures on the test split."""
    test = read.said["test"]
    asked = test.asked
    wanted = {split: _with_none(part.targets) for split, part in read.said.items()}
    unseen = np.concatenate([read.logits["train"], read.logits["dev"]])
    true = np.concatenate([wanted["train"], wanted["dev"]])
    scales = _scales(unseen, true, asked)
    known, shares = (_shares(logits, asked, scales) for logits in (unseen, read.logits["test"]))
    thresholds = steady_thresholds(known, true)
    found = (shares >= thresholds)[:, :-1]
    scores = f1_by_label(found, test.targets)
    named = [name for name, is_asked in zip(LABELS, [*asked, True], strict=True) if is_asked]
    return {
        "macro_f1": float(scores.mean()),
        "macro_f1_interval": calibration.bootstrap_interval(
            lambda rows: float(f1_by_label(found[rows], test.targets[rows]).mean()),
            np.zeros(len(found)),
            repeats=300,
        ),
        "f1": dict(zip(named, scores.tolist(), strict=False)),
        "majority_f1": majority_f1(read.said["train"].targets, test.targets),
        "baseline_f1": _baseline_f1(read.said),
        "calibration_error": top_calibration(shares, wanted["test"])[0],
        "calibration_error_of_labels": binary_calibration_error(
            shares[:, :-1][:, asked], test.targets[:, asked]
        ),
        "intensity_r": _intensity_r(shares[:, :-1], test.intensity),
        "thresholds": {n: t for n, t in zip(LABELS, thresholds.tolist(), strict=True) if n in named},
        "label_scale": scales[0],
        "neutral_scale": scales[1],
        "floor": _floor(known, true),
        "sentences": {split: len(part.texts) for split, part in read.said.items()},
    }


def _scales(logits: np.ndarray, wanted: np.ndarray, asked: np.ndarray) -> Scales:
    """Slope and offset of the labels' logits and of none's log odds, on sentences not trained on.

    Args:
        logits: ``(n, 6)``.
        wanted: ``(n, 7)`` of 0 and 1, the last for none.
        asked: labels that were annotated ``(6,)``.
    """
    labels = slope_and_offset(logits[:, asked], wanted[:, :-1][:, asked])
    none = _shares(logits, asked, (labels, (1.0, 0.0)))[:, -1]
    return labels, slope_and_offset(log_odds(none), wanted[:, -1])


def _shares(logits: np.ndarray, asked: np.ndarray, scales: Scales) -> np.ndarray:
    """Probabilities of the labels and of none ``(n, 7)``, 0 for labels that nobody annotated."""
    return with_neutral(np.where(asked, scaled_shares(logits, scales[0]), 0.0), scales[1])


def _baseline_f1(said: dict[str, Annotated]) -> float:
    """Macro-F1 of what one would try first: TF-IDF of groups of 1 to 5 letters, regression with even classes."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), min_df=2, sublinear_tf=True)
    inputs, test = letters.fit_transform(said["train"].texts), letters.transform(said["test"].texts)
    found = np.zeros(said["test"].targets.shape, bool)
    for label in np.flatnonzero(said["train"].asked):
        model = LogisticRegression(C=4.0, solver="liblinear", class_weight="balanced", random_state=0)
        found[:, label] = model.fit(inputs, said["train"].targets[:, label]).predict(test) > 0
    return float(f1_by_label(found, said["test"].targets).mean())


def _with_none(targets: np.ndarray) -> np.ndarray:
    """Labels ``(n, 7)`` of 0 and 1, the last for sentences that have none."""
    known = np.nan_to_num(targets)
    return np.concatenate([known, known.sum(axis=1, keepdims=True) == 0], axis=1)


def _intensity_r(shares: np.ndarray, intensity: np.ndarray) -> float | None:
    """Mean over labels of the correlation of probability and rated intensity (track B's measure); None unrated."""
    found = []
    for label in range(shares.shape[1]):
        rated = ~np.isnan(intensity[:, label])
        own, true = shares[rated, label], intensity[rated, label]
        if len(own) > 1 and own.std() and true.std():
            found.append(float(np.corrcoef(own, true)[0, 1]))
    return float(np.mean(found)) if found else None


def _floor(shares: np.ndarray, wanted: np.ndarray) -> float:
    """The confidence below which the likeliest label is right less often than always saying the commonest one."""
    right = wanted[np.arange(len(shares)), shares.argmax(axis=1)] > 0
    return calibration.confidence_floor(shares.max(axis=1), right, float(wanted.mean(axis=0).max()))


def _axis_facts(folder: Path, twin: dict[str, np.ndarray], scales: Scales, longest: int) -> dict[str, Any]:
    """Error and correlation of the expected place, measured on EmoBank with the English twin."""
    placed = emobank(folder, "test")
    logits = table_logits(twin, count_grams(placed.texts, longest))
    asked = np.array([name != "disgust" for name in BRIGHTER_LABELS])
    points = expected_places(_shares(logits, asked, scales), LABELS)
    return {
        "vad_sd": np.sqrt(((points - placed.targets) ** 2).mean(axis=0)).tolist(),
        "vad_correlation": [float(np.corrcoef(points[:, a], placed.targets[:, a])[0, 1]) for a in range(3)],
        "vad_measured_on": "EmoBank's test (English), read by an English twin of the part",
    }


def _english_facts(said: dict[str, Annotated]) -> dict[str, Any]:
    """How BRIGHTER's English is read by the judge of English, its 28 labels weighed for BRIGHTER's five."""
    from sklearn.linear_model import LogisticRegression

    judge = TextJudge()
    measured = {split: judge.measure(part.texts)[0] for split, part in said.items()}
    named = [name for name, known in zip(BRIGHTER_LABELS, said["train"].asked, strict=True) if known]
    weights = {}
    for name in named:
        targets = said["train"].targets[:, BRIGHTER_LABELS.index(name)]
        model = LogisticRegression(C=1.0, max_iter=1000).fit(log_odds(measured["train"]), targets)
        weights[name] = [round(value, 4) for value in (*model.coef_[0].tolist(), float(model.intercept_[0]))]
    shares = {split: english_shares(measured[split], weights) for split in measured}
    known = np.concatenate([shares["train"], shares["dev"]])
    true = np.nan_to_num(np.concatenate([said[split].targets for split in ("train", "dev")]))
    thresholds = dict(zip(BRIGHTER_LABELS, steady_thresholds(known, true).tolist(), strict=True))
    thresholds = {name: round(thresholds[name], 4) for name in named}
    least = np.array([thresholds.get(name, 2.0) for name in BRIGHTER_LABELS])
    scores = f1_by_label(shares["test"] >= least, said["test"].targets)
    return {
        "macro_f1": float(scores.mean()),
        "f1": dict(zip(named, scores.tolist(), strict=True)),
        "majority_f1": majority_f1(said["train"].targets, said["test"].targets),
        "weights": weights,
        "thresholds": thresholds,
        "sentences": {split: len(part.texts) for split, part in said.items()},
    }


def english_shares(measured: np.ndarray, weights: Mapping[str, Sequence[float]]) -> np.ndarray:
    """BRIGHTER's labels from the 28 of the judge of English, each with its own probability ``(n, 6)``.

    Args:
        measured: probabilities from ``TextJudge.measure`` ``(n, 28)``.
        weights: 28 weights and a bias for each label that English has; the others get 0.
    """
    inputs = log_odds(measured)
    shares = np.zeros((len(inputs), len(BRIGHTER_LABELS)))
    for name, (*weight, bias) in weights.items():
        own = 1 / (1 + np.exp(-(inputs @ np.array(weight) + bias)))
        shares[:, BRIGHTER_LABELS.index(name)] = own
    return shares


def _pooled(reads: dict[str, Read], languages: dict[str, Any]) -> tuple[Card, dict[str, Any]]:
    """The card, of all languages' test sentences together, and facts beside it."""
    shares, wanted = [], []
    for language, read in reads.items():
        test = read.said["test"]
        scales = languages[language]["label_scale"], languages[language]["neutral_scale"]
        shares.append(_shares(read.logits["test"], test.asked, scales))
        wanted.append(_with_none(test.targets))
    every, true = np.concatenate(shares), np.concatenate(wanted)
    single = true.sum(axis=1) == 1
    predicted, labels = every[single].argmax(axis=1), true[single].argmax(axis=1)
    card = Card(
        name="text_languages",
        labels=LABELS,
        data=_DATA,
        licence=_LICENCE,
        split=_SPLIT,
        accuracy=calibration.balanced_accuracy(predicted, labels, LABELS),
        chance=1 / len(LABELS),
        recall=calibration.recalls(predicted, labels, LABELS),
        calibration_error=top_calibration(every, true)[0],
        command="affect train judge-text-languages --data ../shared/data",
    )
    return card, {
        "accuracy_of": "likeliest of six labels and neutral on test sentences that carry exactly one label or none",
        "interval": calibration.bootstrap_interval(
            lambda rows: calibration.balanced_accuracy(predicted[rows], labels[rows], LABELS), labels
        ),
        "macro_f1": float(np.mean([facts["macro_f1"] for facts in languages.values()])),
        "majority_f1": float(np.mean([facts["majority_f1"] for facts in languages.values()])),
        "baseline_f1": float(np.mean([facts["baseline_f1"] for facts in languages.values()])),
        "calibration_error_of_labels": binary_calibration_error(every[:, :-1], true[:, :-1]),
        "calibration_error_of_single": top_calibration(every[single], true[single])[0],
    }
