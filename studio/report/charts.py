"""Charts as markup: a heat map with its numbers, curves, bars with intervals.

Lines are drawn as SVG that stretches with the page, while all words stay HTML in their own size, so a chart can be read on a
phone and copied as text. Colours come from the style sheet, in one set for light and one for dark, and curves differ by their
dashes as well.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.report.markup import Html, escaped, joined
from studio.report.page import figure

__all__ = ["Band", "bars", "heatmap", "lines"]

_DEEP, _MIDDLING = (
    0.72,
    0.5,
)  # shares from which a cell needs letters in the colour of the paper, in light and in dark
_DARKEST = 90  # per cent of the heat's colour in the fullest cell
_COLOURS = 8  # in the style sheet
_DASHES = ("", "8 3", "2 3", "10 3 2 3")
_DASHED = "6 5"
_INTERVAL = (
    ("var(--paper)", 4.0),
    ("var(--ink)", 1.5),
)  # colours and widths of an interval, one over the other
_WIDTH, _HEIGHT = 1000, 200  # of the stretched picture; its strokes are not stretched


@dataclass(frozen=True)
class Band:
    """A stretch of the horizontal axis that is shaded.

    Args:
        start: where it begins.
        end: where it ends.
        label: a word at its top, or "".
        colour: any of CSS; grey if not given.
    """

    start: float
    end: float
    label: str = ""
    colour: str = ""


def heatmap(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    caption: str = "",
    *,
    corner: str = "",
    by_row: bool = True,
) -> Html:
    """Numbers in shaded cells, such as a confusion.

    Args:
        values: ``(R, C)``; whole numbers are shown as they are, others with two digits, NaN as a dash.
        rows: R names.
        columns: C names.
        caption: what is shown.
        corner: a word over the rows' names, such as ``"asked ↓ read →"``.
        by_row: whether a cell is shaded by its share of the row, as for counts; else by its size beside the greatest.

    Raises:
        ValueError: names and values do not fit.
    """
    values = np.asarray(values, float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"The values have shape {values.shape}, the names {(len(rows), len(columns))}; give one each."
        )
    shown = np.nan_to_num(np.maximum(values, 0.0))
    full = shown.sum(axis=1, keepdims=True) if by_row else np.full((len(rows), 1), shown.max(initial=0.0))
    shades = shown / np.where(full > 0, full, 1.0)
    whole = bool(np.all(np.isnan(values) | (values == np.round(values))))
    head = joined(Html(f'<th scope="col">{escaped(name)}</th>') for name in columns)
    body = joined(
        _heat_row(name, line, shade, whole) for name, line, shade in zip(rows, values, shades, strict=True)
    )
    return figure(
        Html(
            f'<div class="wide" tabindex="0"><table><thead><tr><th class="corner">{escaped(corner)}</th>{head}'
            f"</tr></thead><tbody>{body}</tbody></table></div>"
        ),
        caption,
        kind="heat",
    )


def lines(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    x_label: str = "",
    y_label: str = "",
    low: float = -1.0,
    high: float = 1.0,
    caption: str = "",
    bands: Sequence[Band] = (),
    *,
    dashed: Collection[str] = (),
    colours: Mapping[str, str] | None = None,
    reach: tuple[float, float] | None = None,
) -> Html:
    """Curves over a common axis, such as readings over time.

    Args:
        curves: points ``(x, y)`` by name, in order of x; a y of NaN interrupts the curve.
        x_label: what runs along, with its unit.
        y_label: what goes up, with its unit.
        low: bottom of the chart; curves are cut there.
        high: top of the chart, above ``low``.
        caption: what is shown.
        bands: shaded stretches.
        dashed: names of curves that are no measurement, such as what was asked; drawn thin and dashed.
        colours: of CSS by name; those of the style sheet in turn for others.
        reach: left and right end; by default those of curves and bands.

    Raises:
        ValueError: ``high`` is not above ``low``.
    """
    if not high > low:
        raise ValueError(f"The chart would reach from {low:g} to {high:g}; give a high above the low.")
    left, right = reach or _ends(curves, bands)
    place = _Place(left, right, low, high)
    looks = {name: _look(i, name, colours or {}, dashed) for i, name in enumerate(curves)}
    steps = _ticks(low, high)
    drawn = [
        *(_shade(band, place) for band in bands),
        *(f'<path d="M0 {place.y(step):.1f}H{_WIDTH}" {_stroke("var(--line)", 1)}/>' for step in steps),
        *(_path(points, place, looks[name]) for name, points in curves.items()),
    ]
    said = f"{y_label} over {x_label}: {', '.join(curves)}. {caption}".strip()
    plot = (
        f'<div class="plot"><div class="y">{_y_names(steps, place)}</div>'
        f'<div class="field"><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escaped(said)}">{"".join(drawn)}</svg>{_band_names(bands, place)}</div>'
        f'<div class="x">{_x_names(_ticks(left, right), place)}</div>'
        f'<div class="names"><span>{escaped(y_label and "↑ " + y_label)}</span>'
        f"<span>{escaped(x_label and x_label + ' →')}</span></div></div>"
    )
    return figure(Html(plot + _key(looks)), caption, kind="lines")


def bars(
    values: Mapping[str, tuple[float, float, float]],
    caption: str = "",
    *,
    low: float = 0.0,
    high: float = 1.0,
    form: str = "{:.0%}",
    marks: Mapping[str, float] | None = None,
) -> Html:
    """Bars with their intervals, one below the other.

    Args:
        values: value, and low and high end of its interval, by name; NaN ends where there is none, a NaN value where
            nothing was measured.
        caption: what is shown.
        low: where the bars begin.
        high: where they end, above ``low``.
        form: how a number is written.
        marks: levels to compare with, such as chance, by name; drawn as dashed lines through all bars.

    Raises:
        ValueError: ``high`` is not above ``low``.
    """
    if not high > low:
        raise ValueError(f"The bars would reach from {low:g} to {high:g}; give a high above the low.")
    place = _Place(low, high, 0.0, 1.0)
    levels = list((marks or {}).items())
    rows = [
        _bar_row(name, triple, place, [level for _, level in levels], form) for name, triple in values.items()
    ]
    looks = {
        f"{name} {form.format(level)}": _Look("var(--grey)", _DASHES[1 + i % 3], 2.0)
        for i, (name, level) in enumerate(levels)
    }
    return figure(Html(f'<div class="bars">{"".join(rows)}</div>' + _key(looks)), caption, kind="")


@dataclass(frozen=True)
class _Look:
    colour: str
    dash: str
    width: float


@dataclass(frozen=True)
class _Place:
    """Where values lie in the stretched picture."""

    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        return _WIDTH * min(max((value - self.left) / (self.right - self.left), 0.0), 1.0)

    def y(self, value: float) -> float:
        return _HEIGHT * (1.0 - min(max((value - self.low) / (self.high - self.low), 0.0), 1.0))

    def left_percent(self, value: float) -> float:
        return 100.0 * self.x(value) / _WIDTH


def _heat_row(name: str, values: np.ndarray, shades: np.ndarray, whole: bool) -> Html:
    cells = "".join(_heat_cell(value, shade, whole) for value, shade in zip(values, shades, strict=True))
    return Html(f'<tr><th scope="row">{escaped(name)}</th>{cells}</tr>')


def _heat_cell(value: float, shade: float, whole: bool) -> str:
    if math.isnan(value):
        return '<td style="--s:0">–</td>'
    deep = ' class="deep"' if shade > _DEEP else ' class="middling"' if shade > _MIDDLING else ""
    return f'<td{deep} style="--s:{_DARKEST * shade:.0f}">{f"{value:.0f}" if whole else f"{value:.2f}"}</td>'


def _ends(curves: Mapping[str, Sequence[tuple[float, float]]], bands: Sequence[Band]) -> tuple[float, float]:
    places = [x for points in curves.values() for x, _ in points]
    places += [end for band in bands for end in (band.start, band.end)]
    if not places:
        return 0.0, 1.0
    left, right = min(places), max(places)
    return (left, right) if right > left else (left - 0.5, left + 0.5)


def _ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from ``low`` to ``high``, about so many."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 10) + 0.0 for number in range(first, last + 1)]


def _look(index: int, name: str, colours: Mapping[str, str], dashed: Collection[str]) -> _Look:
    colour = escaped(colours.get(name, f"var(--c{index % _COLOURS})"))
    if name in dashed:
        return _Look(colour, _DASHED, 1.5)
    return _Look(colour, _DASHES[index // 2 % len(_DASHES)], 2.2)


def _stroke(colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes} stroke-linejoin="round"'
        ' vector-effect="non-scaling-stroke"'
    )


def _path(points: Sequence[tuple[float, float]], place: _Place, look: _Look) -> str:
    """The curve; a point without neighbours is a dot."""
    runs: list[list[str]] = [[]]
    for x, y in points:
        if math.isnan(y):
            runs.append([])
        else:
            runs[-1].append(f"{place.x(x):.1f} {place.y(y):.1f}")
    out = []
    for run in runs:
        if len(run) == 1:
            out.append(f'<path d="M{run[0]}h0" {_stroke(look.colour, 7)} stroke-linecap="round"/>')
        elif run:
            out.append(f'<path d="M{"L".join(run)}" {_stroke(look.colour, look.width, look.dash)}/>')
    return "".join(out)


def _shade(band: Band, place: _Place) -> str:
    start, end = place.x(band.start), place.x(band.end)
    colour = escaped(band.colour or "var(--grey)")
    return (
        f'<rect x="{start:.1f}" width="{end - start:.1f}" height="{_HEIGHT}" fill="{colour}" opacity="0.12"/>'
    )


def _band_names(bands: Sequence[Band], place: _Place) -> str:
    out = []
    for band in bands:
        left, right = place.left_percent(band.start), place.left_percent(band.end)
        if band.label:
            style = f"left:{left:.2f}%;max-width:{right - left:.2f}%"
            out.append(f'<span class="band" style="{style}">{escaped(band.label)}</span>')
    return "".join(out)


def _y_names(steps: Sequence[float], place: _Place) -> str:
    longest = max((f"{step:g}" for step in steps), key=len, default="")
    hold = f"<b>{escaped(longest.replace('-', '−'))}</b>"  # gives the column its width
    return hold + "".join(
        f'<span style="top:{100 * place.y(step) / _HEIGHT:.2f}%">{f"{step:g}".replace("-", "−")}</span>'
        for step in steps
    )


def _x_names(steps: Sequence[float], place: _Place) -> str:
    out = []
    for step in steps:
        percent = place.left_percent(step)
        kind = ' class="last"' if percent > 97 else ' class="first"' if percent < 3 else ""
        out.append(f'<span{kind} style="left:{percent:.2f}%">{f"{step:g}".replace("-", "−")}</span>')
    return "".join(out)


def _key(looks: Mapping[str, _Look]) -> str:
    if not looks:
        return ""
    entries = [
        f'<span><svg viewBox="0 0 22 8" aria-hidden="true"><path d="M0 4H22" {_stroke(look.colour, look.width, look.dash)}/>'
        f"</svg>{escaped(name)}</span>"
        for name, look in looks.items()
    ]
    return f'<div class="key">{"".join(entries)}</div>'


def _bar_row(
    name: str, triple: tuple[float, float, float], place: _Place, levels: Sequence[float], form: str
) -> str:
    value, bottom, top = triple
    if math.isnan(value):
        return f'<span>{escaped(name)}</span><span></span><span class="n">–</span>'
    text, drawn = form.format(value), [f'<rect y="5" width="{_WIDTH}" height="8" fill="var(--line)"/>']
    drawn.append(f'<rect y="5" width="{place.x(value):.1f}" height="8" fill="var(--c0)"/>')
    if not (math.isnan(bottom) or math.isnan(top)):
        text += f" <small>({form.format(bottom)} to {form.format(top)})</small>"
        ends = (
            f"M{place.x(bottom):.1f} 9H{place.x(top):.1f}M{place.x(bottom):.1f} 4V14M{place.x(top):.1f} 4V14"
        )
        # A rim in the colour of the paper keeps the interval apart from the bar.
        drawn += [f'<path d="{ends}" {_stroke(colour, width)}/>' for colour, width in _INTERVAL]
    for number, level in enumerate(levels):
        drawn.append(
            f'<path d="M{place.x(level):.1f} 0V18" {_stroke("var(--grey)", 2, _DASHES[1 + number % 3])}/>'
        )
    return (
        f'<span>{escaped(name)}</span><svg viewBox="0 0 {_WIDTH} 18" preserveAspectRatio="none" aria-hidden="true">'
        f'{"".join(drawn)}</svg><span class="n">{text}</span>'
    )
