"""What a run found, as plain values: ``results.json`` for machines, ``items.csv`` for tables, and back."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import InputFileError
from studio.benchmark.bench import Bench
from studio.benchmark.figures import TITLES, Figure, figures_of
from studio.benchmark.items import GRID, MEDIA, plan
from studio.benchmark.records import ITEMS, Outcome, by_medium, read_outcomes
from studio.benchmark.statistics import axes_of, dials_of, strengths_of, top_of
from studio.encode import written
from studio.fidelity.measures.asking import NO_READING, asked_label, point_read
from studio.judges.base import Card
from studio.judges.quadrants import QUADRANTS

__all__ = ["FORMAT", "MediumResult", "load_results", "medium_result", "write_results"]

FORMAT = 1  # of results.json; a reader refuses one it does not know
_RESULTS, _CSV = "results.json", "items.csv"


@dataclass(frozen=True)
class MediumResult:
    """One medium of one run.

    Args:
        medium: its name.
        engine: name, version and licence.
        judge: name, and hash of its files.
        card: of the judge.
        outcomes: of all items, in order.
        figures: in the order of ``TITLES``; none where nothing could be read.
    """

    medium: str
    engine: Mapping[str, str]
    judge: Mapping[str, str]
    card: Card
    outcomes: tuple[Outcome, ...]
    figures: tuple[Figure, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What the judge tells apart; the quadrants where it reads points alone."""
        return self.card.labels or QUADRANTS

    @property
    def failures(self) -> Counter[str]:
        """How many items failed for which reason."""
        return Counter(one.error for one in self.outcomes if one.error)

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, if there is one."""
        return next((figure for figure in self.figures if figure.name == name), None)

    def confusion(self) -> tuple[list[str], list[str], np.ndarray]:
        """Rows ``(R,)`` of emotions asked in full, columns ``(C,)`` of labels and silence, and counts ``(R, C)``."""
        rows = list(dict.fromkeys(one.item.label for one in self.outcomes if one.item.is_plain))
        columns = [*self.labels, NO_READING]
        table = np.zeros((len(rows), len(columns)), int)
        for one in self.outcomes:
            if one.item.is_plain:
                table[rows.index(one.item.label), columns.index(top_of(one.reading))] += 1
        return rows, columns, table

    def right_labels(self) -> dict[str, str | None]:
        """What each emotion is in the judge's own words; None where it has none."""
        return {
            one.item.label: asked_label(one.item.emotion, self.labels)
            for one in self.outcomes
            if one.item.is_plain
        }

    def curves(self) -> dict[str, list[tuple[float, float]]]:
        """For each emotion its intensities and the mean strength read at each."""
        axes = len(axes_of(self.labels))
        found: dict[str, dict[float, list[float]]] = {}
        for (label, _), places in dials_of(self.outcomes).items():
            strengths = strengths_of(self.outcomes, places, axes)
            for place, strength in zip(places, strengths, strict=True):
                level = round(self.outcomes[place].item.intensity, 3)
                found.setdefault(label, {}).setdefault(level, []).append(float(strength))
        return {
            label: [(level, float(np.mean(read))) for level, read in sorted(levels.items())]
            for label, levels in found.items()
        }

    def grid(self) -> dict[str, list[tuple[float, float]]]:
        """For each axis the places asked and the mean place read; silence is neutral."""
        found: dict[str, dict[float, list[float]]] = {}
        for one in self.outcomes:
            if one.item.kind == GRID:
                axis, point = one.item.axis, point_read(one.reading)
                asked = round(getattr(one.item.emotion.felt, axis), 3)
                read = getattr(point, axis) if point is not None else 0.0
                found.setdefault(axis, {}).setdefault(asked, []).append(read)
        return {
            axis: [(asked, float(np.mean(read))) for asked, read in sorted(places.items())]
            for axis, places in found.items()
        }

    def quality(self) -> dict[str, float]:
        """Means of what was measured beside the emotion."""
        found: dict[str, list[float]] = {}
        for one in self.outcomes:
            for name, value in one.quality.items():
                found.setdefault(name, []).append(value)
        return {name: float(np.mean(values)) for name, values in found.items()}


def medium_result(bench: Bench, outcomes: Sequence[Outcome], *, permutations: int = 0) -> MediumResult:
    """The figures of a medium's outcomes.

    Args:
        bench: that made and read them.
        outcomes: in order.
        permutations: of the requests; 0 for as many as the plan says.
    """
    engine = bench.description
    card = bench.card
    return MediumResult(
        bench.medium,
        {"name": engine.name, "version": engine.version, "licence": engine.licence},
        {"name": bench.judge_name, "hash": bench.judge_hash},
        card,
        tuple(outcomes),
        tuple(figures_of(outcomes, card, card.labels or QUADRANTS, permutations=permutations)),
    )


def write_results(folder: Path, results: Sequence[MediumResult], size: str) -> list[Path]:
    """Write ``results.json`` and ``items.csv`` beside ``items.jsonl``.

    Raises:
        OutputError: a file cannot be written.
    """
    values = {
        "format": FORMAT,
        "studio": version("affect-studio"),
        "benchmark": plan()["version"],
        "size": size,
        "media": {result.medium: _values(result) for result in results},
    }
    paths = [folder / _RESULTS, folder / _CSV]
    with written(paths[0]) as part:
        part.write_text(json.dumps(_plain(values), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    with written(paths[1]) as part, part.open("w", newline="", encoding="utf-8") as file:
        _write_rows(file, results)
    return paths


def load_results(path: Path) -> dict[str, MediumResult]:
    """What a run wrote, by medium; figures are left out.

    Args:
        path: of the folder, or of its ``results.json``.

    Raises:
        InputFileError: there are no results, or of another format.
    """
    folder = path.parent if path.name == _RESULTS else path
    try:
        values = json.loads((folder / _RESULTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputFileError(
            f"{folder} holds no results: {error}.", "Give a folder that 'affect bench fidelity' wrote."
        ) from None
    if not isinstance(values, Mapping) or values.get("format") != FORMAT:
        raise InputFileError(f"{folder / _RESULTS} has another format.", "Run the benchmark again.")
    outcomes = by_medium(read_outcomes(folder / ITEMS))
    return {
        medium: MediumResult(
            medium, one["engine"], one["judge"], _card(one["card"]), tuple(outcomes.get(medium, ())), ()
        )
        for medium, one in values["media"].items()
        if medium in MEDIA
    }


def _values(result: MediumResult) -> dict[str, Any]:
    rows, columns, counts = result.confusion()
    return {
        "engine": result.engine,
        "judge": result.judge,
        "card": asdict(result.card),
        "items": len(result.outcomes),
        "failed": dict(result.failures),
        "seconds": round(sum(one.seconds for one in result.outcomes), 1),
        "figures": {
            figure.name: {"title": TITLES[figure.name], **asdict(figure)} for figure in result.figures
        },
        "confusion": {
            "asked": rows,
            "counts_as": [result.right_labels()[name] for name in rows],
            "read": columns,
            "counts": counts.tolist(),
        },
        "intensity_curves": result.curves(),
        "grid_curves": result.grid(),
        "quality": result.quality(),
    }


def _write_rows(file: Any, results: Sequence[MediumResult]) -> None:
    head = (
        "medium", "item", "kind", "asked", "intensity", "seed", "asked_valence", "asked_arousal", "asked_dominance",
        "counts_as", "read", "share_of_asked", "confidence", "read_valence", "read_arousal", "read_dominance",
        "quality", "seconds", "error", "samples",
    )  # fmt: skip
    rows = csv.writer(file)
    rows.writerow(head)
    for result in results:
        rows.writerows(_row(one, result.labels) for one in result.outcomes)


def _row(one: Outcome, labels: Sequence[str]) -> list[object]:
    item, read = one.item, one.reading
    asked = asked_label(item.emotion, labels)
    point = None if read is None else read.vad
    share = "" if read is None or asked is None else f"{read.probabilities.get(asked, 0.0):.4f}"
    return [
        item.medium, item.name, item.kind, item.label, f"{item.intensity:.3f}", item.seed,
        *(f"{x:.4f}" for x in item.emotion.felt.array()),
        asked or "", top_of(read), share, "" if read is None else f"{read.confidence:.4f}",
        *(("", "", "") if point is None else (f"{x:.4f}" for x in point.array())),
        "; ".join(f"{name} {value:.3g}" for name, value in one.quality.items()),
        f"{one.seconds:.2f}", one.error, " ".join(one.samples),
    ]  # fmt: skip


def _card(values: Mapping[str, Any]) -> Card:
    fields = dict(values)
    for name in ("accuracy", "calibration_error"):
        fields[name] = math.nan if fields[name] is None else fields[name]
    return Card(**{**fields, "labels": tuple(fields["labels"])})


def _plain(value: Any) -> Any:
    """The same with NaN as None, which JSON has no word for, and floats rounded to six digits."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
