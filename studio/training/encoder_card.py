"""The page ``CARD.md`` that people read beside the encoder's weights, made from its ``card.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["page", "write_page"]


def write_page(folder: Path) -> None:
    """Write ``CARD.md`` beside the ``card.json`` of a folder."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "CARD.md").write_text(page(card), encoding="utf-8")


def page(card: dict[str, Any]) -> str:
    """The page as Markdown.

    Args:
        card: the content of ``card.json``.
    """
    figures = card["figures"]
    rows = [
        (
            f"labels whose nearest place is their own or within 0.15, all {figures['labels']} labels",
            "≥ 0.95",
            f"{figures['labels_met']:.3f} (chance {figures['labels_met_by_chance']:.3f})",
        ),
        (
            f"the same, the {figures['labels_told_by_name']} labels that it is told by name and no point",
            "",
            f"{figures['labels_met_by_name']:.3f}",
        ),
        (
            "Spearman of embedding distance and VAD distance, held-out points and all labels",
            "≥ 0.9",
            f"{figures['order_kept']:.4f} (points alone {figures['order_kept_of_points']:.4f})",
        ),
        ("R² of an axis swept, others at rest", "≥ 0.98", _axes(figures["sweeps_r2"])),
        ("the same, lowest of 120 single sweeps", "≥ 0.98", f"{figures['sweeps_r2_lowest_line']:.4f}"),
        ("the same, with joy named beside the point", "", _axes(figures["sweeps_r2_beside_joy"])),
        ("blend of two names read back, mean VAD error", "", f"{figures['blends_error']:.3f}"),
    ]
    lines = [
        "# Encoder of emotions",
        "",
        f"- {card['parameters']:,} parameters, float32, safetensors; torch and numpy read the same file",
        f"- Trained on: the {len(card['vocabularies'])} vocabularies that ship; no recordings, texts or people",
        f"- Rebuilt by: `{card['command']}`",
        "",
        "| what | wanted | measured |",
        "| --- | --- | --- |",
        *(f"| {what} | {wanted} | {measured} |" for what, wanted, measured in rows),
        "",
        "## How evaluation differs from training",
        "",
        "- A fifth of the cells (edge 0.2) of the VAD cube is held out: training shows no point in them. The random points",
        "  of the correlation all lie there, and every sweep crosses two such cells.",
        "- The linear read-out is fitted on points in the other cells, drawn from another seed than training's; directions",
        "  with less than a hundredth of the greatest spread are left out of it.",
        "- Labels are few and all of them are learned: where a name lies is told to training as what it shall say. As a",
        "  point, a label's place is shown only with scatter, and never where it lies in a cell that is held out.",
        "",
        "## Limits",
        "",
        "- It knows what the vocabularies say: the places of labels are English norms of 1977 and estimates.",
        "- It is homogeneous: the embedding grows evenly with the intensity, so it cannot say that strong joy is another",
        "  kind of joy. An engine's head can.",
        "- A label added later enters as its place, without a name, until the encoder is trained again.",
    ]
    return "\n".join(lines) + "\n"


def _axes(values: dict[str, float]) -> str:
    return ", ".join(f"{axis} {value:.4f}" for axis, value in values.items())
