"""Results as HTML: notes, the scorecard, the chart over time, what was honoured. Pure: data in, text out."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from studio.scorecard import Scorecard
from studio.sections import timeline_of

__all__ = ["chart", "honoured", "note", "scorecard"]

_COLOURS = {"speech": "#2563eb", "face": "#d97706", "music": "#059669", "video": "#9333ea"}


def note(text: str, remedy: str = "") -> str:
    """A line of news; with a remedy it is a fault."""
    kind = "color:#b91c1c;font-weight:600" if remedy else ""
    return f'<div role="status" style="{kind}">{escape(text)} <span>{escape(remedy)}</span></div>'


def scorecard(card: Scorecard | None) -> str:
    """Asked and read by section and medium, with people and chance below."""
    if card is None:
        return note("It was not judged.")
    media = [s.medium for s in card.summaries]
    head = "".join(f"<th>{escape(m)}</th>" for m in ("seconds", "asked", *media))
    rows = []
    for i, section in enumerate(card.sections):
        cells = [f"<td>{section.start:.1f}–{section.end:.1f}</td><td>{escape(str(section.emotion))}</td>"]
        for medium in media:
            row = next((r for r in card.rows if r.medium == medium and r.section == i), None)
            cells.append(f"<td>{'–' if row is None else escape(f'{row.read} (asked {row.asked})')}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    for name, field in (("read as asked", "right"), ("same judge on people", "people"), ("chance", "chance")):
        figures = "".join(f"<td><b>{getattr(s, field):.0%}</b></td>" for s in card.summaries)
        rows.append(f'<tr><td></td><th scope="row">{name}</th>{figures}</tr>')
    return f'<table class="score"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def chart(card: Scorecard | None) -> str:
    """Valence and arousal over time: asked as a line, read as dots."""
    if card is None or not card.sections:
        return ""
    end = card.sections[-1].end
    times = np.linspace(0, end, 200)
    asked = timeline_of(card.sections).sample(times).vad
    parts = []
    for axis, name in enumerate(("valence", "arousal")):
        middle = 45 + 100 * axis
        points = " ".join(
            f"{1000 * t / end:.0f},{middle - 40 * v:.1f}" for t, v in zip(times, asked[:, axis], strict=True)
        )
        parts.append(f'<text x="4" y="{middle - 30}" font-size="14" fill="currentColor">{name}</text>'
                     f'<line x1="0" x2="1000" y1="{middle}" y2="{middle}" stroke="currentColor" opacity=".25"/>'
                     f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="3"/>')  # fmt: skip
        for medium, readings in card.curves.items():
            for r in readings:
                if r.reading.vad is not None:
                    x = 500 * (r.start + min(r.end, end)) / end
                    y = middle - 40 * r.reading.vad.array()[axis]
                    parts.append(
                        f'<circle cx="{x:.0f}" cy="{y:.1f}" r="5" fill="{_COLOURS.get(medium, "gray")}"/>'
                    )
    legend = " ".join(
        f'<span style="color:{c}">● {m}</span>' for m, c in _COLOURS.items() if m in card.curves
    )
    return (f'<svg viewBox="0 0 1000 195" width="100%" role="img" aria-label="Asked and read valence and arousal">'
            f'{"".join(parts)}</svg><div>line asked; read by the judges: {legend}</div>')  # fmt: skip


def honoured(record: Mapping[str, Any]) -> str:
    """What became of each thing asked, by medium."""
    rows = [
        f"<tr><td>{escape(medium)}</td><td>{escape(a['name'])}</td><td>{escape(a['status'])}</td><td>{escape(a['why'])}</td></tr>"
        for medium, aspects in record["fulfilment"].items()
        for a in aspects
    ]
    return f'<table class="score"><tbody>{"".join(rows)}</tbody></table>'
