"""A trained judge as files: ``weights.safetensors``, and ``card.json`` which says how far to trust them.

The card's JSON holds the fields of ``Card`` and further facts beside them (interval, limits, temperature, floor …).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset
from conditioning.errors import EngineError
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon
from studio.judges.base import Card, Reading

__all__ = [
    "Trained",
    "has_shipped_card",
    "judge_folder",
    "load_card",
    "load_facts",
    "load_trained",
    "load_weights",
    "save_judge",
    "verdict",
]

WEIGHTS, CARD = "weights.safetensors", "card.json"


def judge_folder(name: str) -> Path:
    """Where the shipped judge of that name lies.

    Raises:
        EngineError: it is not there.
    """
    try:
        return asset("judges", name)
    except FileNotFoundError as error:
        raise EngineError(f"The {name} judge is missing.", f"Run 'affect train judge-{name}'.") from error


def has_shipped_card(name: str) -> bool:
    """Whether a judge of that name is shipped."""
    try:
        return (judge_folder(name) / CARD).is_file()
    except EngineError:
        return False


def load_facts(folder: Path) -> dict[str, Any]:
    """Everything that a judge's ``card.json`` says.

    Raises:
        EngineError: there is no card.
    """
    try:
        facts: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EngineError(f"{folder / CARD} is missing.", "Install affect-studio again.") from error
    return facts


def load_card(folder: Path) -> Card:
    """The card of the judge in a folder.

    Raises:
        EngineError: there is no card.
    """
    facts = load_facts(folder)
    fields = {field.name: facts[field.name] for field in dataclasses.fields(Card)}
    return Card(**{**fields, "labels": tuple(fields["labels"])})


def load_weights(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of the judge in a folder; those stored as float16 come back as float32.

    Raises:
        EngineError: there are no weights.
    """
    from safetensors.numpy import load_file

    if not (folder / WEIGHTS).exists():
        raise EngineError(f"{folder / WEIGHTS} is missing.", "Install affect-studio again.")
    arrays = load_file(folder / WEIGHTS)
    return {name: a.astype(np.float32) if a.dtype == np.float16 else a for name, a in arrays.items()}


@dataclass(frozen=True)
class Trained:
    """A judge's files, read.

    Args:
        folder: where they lie.
        card: how far the judge can be trusted.
        facts: all that its ``card.json`` says.
        weights: arrays by name.
    """

    folder: Path
    card: Card
    facts: dict[str, Any]
    weights: dict[str, np.ndarray]

    @property
    def floor(self) -> float:
        """Confidence below which there is no reading, 0..1."""
        return float(self.facts["floor"])

    @property
    def vad_sd(self) -> tuple[float, float, float]:
        """How far points were off on held-out people, in root mean square on each axis."""
        valence, arousal, dominance = self.facts["vad_sd"]
        return float(valence), float(arousal), float(dominance)


def load_trained(name: str, folder: Path | None = None) -> Trained:
    """A judge's files.

    Args:
        name: of the shipped judge.
        folder: of another one's files; None takes the shipped one's.

    Raises:
        EngineError: the folder or a file in it is missing.
    """
    folder = folder or judge_folder(name)
    return Trained(folder, load_card(folder), load_facts(folder), load_weights(folder))


def save_judge(
    folder: Path, card: Card, weights: Mapping[str, np.ndarray], facts: Mapping[str, Any] | None = None
) -> None:
    """Write a judge's card and weights.

    Args:
        folder: made if it is not there.
        card: its figures on held-out people.
        weights: arrays by name; none writes the card alone.
        facts: further entries of ``card.json``, such as ``temperature`` and ``limits``.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    if weights:
        save_file({name: np.ascontiguousarray(array) for name, array in weights.items()}, folder / WEIGHTS)
        (folder / WEIGHTS).chmod(0o644)  # the writer lets only its owner read them
    content = {**dataclasses.asdict(card), **(facts or {})}
    text = json.dumps(_rounded(content), indent=2, ensure_ascii=False)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def verdict(
    probabilities: Mapping[str, float],
    *,
    floor: float = 0.0,
    vad_sd: tuple[float, float, float] | None = None,
) -> Reading:
    """A reading of labels: its point is the mean of the labels' places in the lexicon, weighted by probability.

    Args:
        probabilities: of lexicon names, summing to 1.
        floor: confidence below which there is no reading.
        vad_sd: the point's error on held-out people; None gives a reading without a point.
    """
    point = None
    if vad_sd is not None:
        mean = sum((p * lexicon()[name].vad.array() for name, p in probabilities.items()), np.zeros(3))
        point = VAD.from_array(np.clip(mean, -1.0, 1.0))
    return Reading(dict(probabilities), point, vad_sd, max(probabilities.values()), floor)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
