"""What became of the items, as lines of JSON that are added one by one, so that nothing finished is ever lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError, OutputError
from conditioning.vad import VAD
from studio.benchmark.items import Item
from studio.judges.base import Reading

__all__ = ["ITEMS", "Outcome", "append", "by_medium", "key_of", "read_outcomes"]

ITEMS = "items.jsonl"


@dataclass(frozen=True)
class Outcome:
    """One item, made and read, or failed.

    Args:
        item: what was asked.
        key: says with which engine, judge and settings (``key_of``).
        reading: of the judge; None where making or reading failed, which counts as silence.
        error: why it failed; "" where it did not.
        seconds: that making and reading took.
        quality: measures beside the emotion, by name.
        samples: files kept, relative to the folder of the results.
    """

    item: Item
    key: str
    reading: Reading | None
    error: str = ""
    seconds: float = 0.0
    quality: Mapping[str, float] = field(default_factory=dict)
    samples: tuple[str, ...] = ()


def key_of(item: Item, *facts: str) -> str:
    """A hash that changes with the item, or with anything else that decides its outcome.

    Args:
        item: what is asked.
        facts: such as name and version of the engine and the hash of the judge's weights.
    """
    words = json.dumps([_item_values(item), *facts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def append(path: Path, outcome: Outcome) -> None:
    """Add an outcome to a file of lines; the folder is made if it is missing.

    Raises:
        OutputError: the file cannot be written.
    """
    read = outcome.reading
    values = {
        **_item_values(outcome.item),
        "key": outcome.key,
        "reading": _reading_values(read) if read else None,
        "error": outcome.error,
        "seconds": round(outcome.seconds, 3),
        "quality": dict(outcome.quality),
        "samples": list(outcome.samples),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}.", "Choose another folder with --out."
        ) from None


def read_outcomes(path: Path) -> list[Outcome]:
    """The outcomes of a file, the last of each item; a last line that was cut off in the middle is left out.

    Raises:
        InputFileError: the file is missing or is no such file.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputFileError(
            f"{path} cannot be read: {error.strerror}.", "Give a folder of results."
        ) from None
    found: dict[tuple[str, str], Outcome] = {}
    for number, line in enumerate(lines, 1):
        try:
            outcome = _outcome(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            raise InputFileError(
                f"Line {number} of {path} is no outcome: {error}.", "Remove the file and run again."
            ) from None
        found[outcome.item.medium, outcome.item.name] = outcome
    return list(found.values())


def _item_values(item: Item) -> dict[str, Any]:
    emotion = item.emotion
    return {
        "medium": item.medium,
        "name": item.name,
        "kind": item.kind,
        "axis": item.axis,
        "text": item.text,
        "seed": item.seed,
        "intensity": item.intensity,
        "mixture": dict(emotion.mixture),
        "vad": [float(x) for x in emotion.vad.array()],
    }


def _reading_values(read: Reading) -> dict[str, Any]:
    return {
        "probabilities": {name: round(float(p), 6) for name, p in read.probabilities.items()},
        "vad": None if read.vad is None else [round(float(x), 6) for x in read.vad.array()],
        "confidence": round(float(read.confidence), 6),
        "floor": float(read.floor),
    }


def _outcome(values: Mapping[str, Any]) -> Outcome:
    emotion = Emotion(values["mixture"], VAD(*values["vad"]), values["intensity"])
    item = Item(
        values["name"], values["medium"], values["text"], emotion, values["kind"], values["intensity"],
        values["seed"], values["axis"],
    )  # fmt: skip
    read = values["reading"]
    reading = None
    if read is not None:
        point = None if read["vad"] is None else VAD(*read["vad"])
        reading = Reading(read["probabilities"], point, None, read["confidence"], read["floor"])
    return Outcome(
        item, values["key"], reading, values["error"], values["seconds"], values["quality"], tuple(values["samples"])
    )  # fmt: skip


def by_medium(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes of each medium, in their order."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.item.medium, []).append(outcome)
    return found
