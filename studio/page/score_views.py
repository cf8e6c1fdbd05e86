"""The scorecard and the readings over time as HTML."""

from __future__ import annotations

from html import escape

import numpy as np

from conditioning.vad import AXES
from studio.judges.base import TimedReading
from studio.judges.quadrants import QUADRANTS
from studio.page.palette import css_colour
from studio.page.takes import Take
from studio.page.views import blank
from studio.scorecard import Row, Scorecard, Section, Summary
from studio.sections import timeline_of

__all__ = ["chart", "scorecard"]

_HEIGHT = 76  # pixels of an axis in the chart
_NAME = 14  # of them above its curve, for its name
_REACH = 27  # of them from its middle to 1
_STEPS = 40  # points of a section's asked curve
_QUADRANT_KEY = (
    "Q1 is pleasant and excited, Q2 unpleasant and excited, Q3 unpleasant and calm, Q4 pleasant and calm."
)


def scorecard(take: Take | None) -> str:
    """What was asked beside what the judges read, beside how well they read people and by chance."""
    if take is None:
        return blank(
            "No film yet. The scorecard compares what was asked with what judges read, and says how well the same "
            "judges read people."
        )
    card = take.scorecard
    if card is None or not card.rows:
        return blank("Nothing in this film can be read by the judges.")
    return _headline(card) + _media_table(card) + _section_table(card) + _explained(card)


def chart(take: Take | None) -> str:
    """Asked valence and arousal over the film, and the points that the judges read."""
    if take is None:
        return blank("Asked and read emotion over time will stand here, under the film.", 158)
    card = take.scorecard
    if card is None:
        return blank("This film was not judged.", 158)
    seconds = card.sections[-1].end
    points = "".join(
        _point(medium, timed, seconds) for medium, curve in card.curves.items() for timed in curve
    )
    key = "".join(
        f'<span><i class="{medium}"></i>{medium}</span>'
        for medium, curve in card.curves.items()
        if any(timed.reading.vad for timed in curve)
    )
    colours = ",".join(css_colour(section.emotion.mixture) for section in (*card.sections, card.sections[-1]))
    names = "".join(
        f'<span class="axis" style="top:{row * _HEIGHT}px">{axis}</span>' for row, axis in enumerate(AXES[:2])
    )
    return (
        f'<div class="plot" tabindex="0" role="group" aria-label="Asked and read valence and arousal over'
        f' {seconds:.0f} seconds; a click or the arrow keys seek in the film">'
        f'<svg viewBox="0 0 1000 {2 * _HEIGHT}" height="{2 * _HEIGHT}" preserveAspectRatio="none"'
        f' aria-hidden="true">{_asked(card.sections, seconds)}</svg>{names}{points}<span class="play"></span></div>'
        f'<div class="key"><span><i class="asked" style="background:linear-gradient(90deg,{colours})"></i>asked</span>'
        f"{key}<span>faint: below the judge’s least confidence</span></div>"
    )


def _asked(sections: tuple[Section, ...], seconds: float) -> str:
    """The asked curves, coloured by the emotion of the time."""
    timeline = timeline_of(sections)
    lines = [
        f'<path d="M0 {_middle(row)}H1000" stroke="var(--border-color-primary)" vector-effect="non-scaling-stroke"/>'
        for row in range(2)
    ]
    for section in sections:
        times = np.linspace(section.start, section.end, _STEPS)
        felt = timeline.sample(times).vad
        for row in range(2):
            path = "L".join(
                f"{1000 * time / seconds:.1f} {_middle(row) - _REACH * value:.1f}"
                for time, value in zip(times, felt[:, row], strict=True)
            )
            lines.append(
                f'<path d="M{path}" fill="none" stroke="{css_colour(section.emotion.mixture)}" stroke-width="4"'
                f' vector-effect="non-scaling-stroke"/>'
            )
    return "".join(lines)


def _middle(row: int) -> float:
    """Pixels from the top of the chart to the neutral line of an axis."""
    return row * _HEIGHT + (_HEIGHT + _NAME) / 2


def _point(medium: str, timed: TimedReading, seconds: float) -> str:
    reading = timed.reading
    if reading.vad is None:
        return ""
    left = 100 * min((timed.start + timed.end) / 2 / seconds, 1.0)
    unsure = "unsure" if reading.confidence < reading.floor else ""
    values = (reading.vad.valence, reading.vad.arousal)
    return "".join(
        f'<i class="point {medium} {unsure}" title="{medium}, {timed.start:.1f} to {timed.end:.1f} s: {axis}'
        f' {value:+.2f}" style="left:{left:.2f}%;top:{_middle(row) - _REACH * value:.1f}px"></i>'
        for row, (axis, value) in enumerate(zip(AXES, values, strict=False))
    )


def _headline(card: Scorecard) -> str:
    right = sum(row.read == row.asked for row in card.rows)
    measured = [row.people for row in card.rows if row.people is not None]
    people = f"{np.mean(measured):.0%}" if measured else "–"
    chance = np.mean([row.chance for row in card.rows])
    return (
        f'<div class="sum"><span><b class="first">{right} of {len(card.rows)}</b> <small>readings as asked</small>'
        f"</span><span><b>{people}</b> <small>with recorded people</small></span>"
        f"<span><b>{chance:.0%}</b> <small>by guessing</small></span></div>"
    )


def _media_table(card: Scorecard) -> str:
    rows = "".join(_media_row(summary) for summary in card.summaries)
    return (
        '<table class="score"><thead><tr><th>medium</th><th></th><th class="n">as asked</th>'
        '<th class="n"><b class="people">┃</b> people</th><th class="n">┊ chance</th>'
        f'<th class="n">distance</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _media_row(summary: Summary) -> str:
    distance = f"{summary.distance:.2f}" if summary.distance is not None else "–"
    people = "not measured" if summary.people is None else f"{summary.people:.0%}"
    said = (
        f"{summary.medium}: {summary.right:.0%} read as asked, people {people}, chance {summary.chance:.0%}"
    )
    mark = ""
    if summary.people is not None:
        mark = (
            f'<path d="M{100 * summary.people:.1f} 1V17" stroke="var(--focus)" stroke-width="2.5"'
            ' vector-effect="non-scaling-stroke"/>'
        )
    bar = (
        f'<svg viewBox="0 0 100 18" preserveAspectRatio="none" width="100%" height="18" role="img"'
        f' aria-label="{said}"><rect y="6" width="100" height="6" fill="var(--border-color-primary)"/>'
        f'<rect y="6" width="{100 * summary.right:.1f}" height="6" fill="var(--body-text-color)"/>'
        f'{mark}<path d="M{100 * summary.chance:.1f} 2V16" stroke="var(--body-text-'
        f'color-subdued)" stroke-dasharray="2 2" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
    )
    return (
        f'<tr><th scope="row">{summary.medium}</th><td class="bar">{bar}</td><td class="n">{summary.right:.0%}</td>'
        f'<td class="n">{people}</td><td class="n">{summary.chance:.0%}</td>'
        f'<td class="n">{distance}</td></tr>'
    )


def _section_table(card: Scorecard) -> str:
    media = [summary.medium for summary in card.summaries]
    head = "".join(f"<th>{medium}</th>" for medium in media)
    lines = []
    for index, section in enumerate(card.sections):
        cells = {row.medium: _reading_cell(row) for row in card.rows if row.section == index}
        colour = css_colour(section.emotion.mixture)
        lines.append(
            f'<tr><th scope="row"><small>{section.start:.1f}–{section.end:.1f} s</small><br>'
            f'<i class="dotc" style="--c:{colour}"></i>{escape(str(section.emotion))}</th>'
            + "".join(f"<td>{cells.get(medium, '–')}</td>" for medium in media)
            + "</tr>"
        )
    return (
        f'<div class="scroll"><table class="score sections"><thead><tr><th>asked</th>{head}'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _reading_cell(row: Row) -> str:
    """What was read, with the probability of what was asked."""
    right = row.read == row.asked
    asked = "" if right else f", asked {escape(row.asked)}"
    share = f"{row.share:.0%}" if row.share is not None else ""
    small = (
        f"<br><small>{share}{asked}</small>" if share else f"<br><small>{asked.removeprefix(', ')}</small>"
    )
    return (
        f'<span class="{"" if right else "missed"}">{"✓" if right else "✗"} {escape(row.read)}</span>{small}'
    )


def _explained(card: Scorecard) -> str:
    text = (
        "Judges were trained on people only. A cell says what was read and the probability that the judge gives to "
        "what was asked. Distance is between asked and read valence and arousal, 0 to 2.83."
    )
    if any(row.asked in QUADRANTS for row in card.rows):
        text += " " + _QUADRANT_KEY
    return f'<p class="explained">{text}</p>'
