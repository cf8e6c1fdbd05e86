"""The page ``CARD.md`` that people read beside a judge's weights, made from its ``card.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.judges.weights import load_facts

__all__ = ["page", "write_page"]

_TABLED = {"name", "labels", "data", "licence", "split", "accuracy", "chance", "recall", "calibration_error"}
_SKIPPED = {"command", "limits", "features", "interval"}


def write_page(folder: Path) -> None:
    """Write ``CARD.md`` beside the ``card.json`` of a folder.

    Raises:
        EngineError: there is no card.
    """
    (folder / "CARD.md").write_text(page(load_facts(folder)), encoding="utf-8")


def page(facts: dict[str, Any]) -> str:
    """The page as Markdown.

    Args:
        facts: the content of a ``card.json``.
    """
    interval = facts.get("interval")
    within = f" (95 % interval {interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    lines = [
        f"# Judge of {facts['name']}",
        "",
        f"- Labels: {', '.join(facts['labels'])}",
        f"- Trained on: {facts['data']}",
        f"- Licence of the data: {facts['licence']}",
        f"- Split: {facts['split']}",
        f"- Balanced accuracy on held-out people, songs or pictures: {facts['accuracy']:.3f}{within}; "
        f"chance {facts['chance']:.3f}",
        f"- Expected calibration error: {facts['calibration_error']:.3f}",
        f"- Rebuilt by: `{facts['command']}`",
        "",
        "| label | recall |",
        "| --- | --- |",
        *(f"| {name} | {value:.3f} |" for name, value in facts["recall"].items()),
        "",
        "## Further figures",
        "",
        *(
            f"- {key.replace('_', ' ')}: {_shown(value)}"
            for key, value in facts.items()
            if key not in _TABLED | _SKIPPED
        ),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in facts.get("limits", ())),
    ]
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
