"""The benchmark as a page: figures beside people, shuffled requests and chance, confusions, curves, samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from studio.benchmark.comparison import Comparison
from studio.benchmark.figures import TITLES, Figure
from studio.benchmark.records import Outcome
from studio.benchmark.results import MediumResult
from studio.benchmark.statistics import top_of
from studio.encode import written
from studio.report.charts import bars, heatmap, lines
from studio.report.markup import Html, escaped, joined
from studio.report.page import audio, image, note, page, paragraph, section, table

__all__ = ["comparison_page", "overview_rows", "report_page", "write_page"]

_NAN = float("nan")
_STRONGEST = 1.2  # top of the charts of strength; 1 is the emotion in full


def report_page(results: Sequence[MediumResult], size: str, version: str) -> str:
    """The page of a run, in HTML; samples are linked beside it.

    Args:
        results: of the media, in order.
        size: of the set.
        version: of the studio.
    """
    subtitle = f"Affect Studio {version}, the {size} set: {sum(len(r.outcomes) for r in results)} pieces"
    parts = [_overview(results), *(_medium(result) for result in results), _how_to_read()]
    return page("How far what was asked is read", parts, subtitle=subtitle)


def comparison_page(comparisons: Sequence[Comparison], names: tuple[str, str]) -> str:
    """The page of two runs.

    Args:
        comparisons: of the media.
        names: of the runs.
    """
    parts: list[object] = [
        paragraph(
            "Both runs were asked for the same pieces. A difference is the second run less the first; its interval draws the same"
            " groups of pieces from both. Where 0 lies inside, no difference is shown (–), which is not the same as none."
        )
    ]
    parts += [section(f"{one.medium}: {one.first} → {one.second}", *_compared(one)) for one in comparisons]
    return page(f"{names[0]} → {names[1]}", parts, subtitle="Two runs of the fidelity benchmark")


def overview_rows(results: Sequence[MediumResult]) -> list[tuple[str, list[float | None]]]:
    """The mean recall of each medium: achieved, of people, of shuffled requests, of chance."""
    rows = {
        "read as asked": "value",
        "same judge on held-out real data": "people",
        "requests shuffled": "shuffled",
        "chance": "chance",
    }
    found = [result.figure("uar") for result in results]
    return [(name, [getattr(figure, field, None) for figure in found]) for name, field in rows.items()]


def write_page(path: Path, text: str) -> None:
    """Write a page.

    Raises:
        OutputError: it cannot be written.
    """
    with written(path) as part:
        part.write_text(text, encoding="utf-8")


def _overview(results: Sequence[MediumResult]) -> Html:
    media = [result.medium for result in results]
    rows = [[name, *(_percent(value) for value in values)] for name, values in overview_rows(results)]
    people = (
        "Real data are people, music and pictures that the judge never learned from. They are the ceiling to think of: where it"
        " reads people wrongly, it cannot read a machine rightly."
    )
    return section(
        "In short",
        table(
            ["mean recall, every label alike", *media],
            rows,
            "What the judges read in what was made, and what the same figure is elsewhere",
            marked=0,
        ),
        note(f"{people} Shuffled: the same readings held against requests that were dealt out anew."),
    )


def _medium(result: MediumResult) -> Html:
    engine, judge = result.engine, result.judge
    about = (
        f"Engine {engine['name']} {engine['version']} ({engine['licence']}). Judge {judge['name']} ({judge['hash']}): "
        f"{result.card.summary}. {len(result.outcomes)} pieces."
    )
    bodies: list[object] = [paragraph(about), *_failed(result), _headline(result), _figures(result)]
    bodies += [_confusion(result), _recalls(result), *_curves(result), *_quality(result), *_samples(result)]
    return section(result.medium, *bodies)


def _headline(result: MediumResult) -> Html:
    """Recall of each emotion as bars, with chance marked."""
    figure = result.figure("uar")
    if figure is None:
        return paragraph("The judge could read nothing that counts.")
    values = {"what was asked": (figure.value, figure.low, figure.high)}
    if figure.people is not None:
        values["the judge on real data"] = (figure.people, _NAN, _NAN)
    values["requests shuffled"] = (figure.shuffled, figure.shuffled_low, figure.shuffled_high)
    marks = {"chance": figure.chance} if figure.chance is not None else {}
    p = (
        ""
        if figure.p is None
        else f" Of permutations of the requests so many score as well: p = {figure.p:.3f}."
    )
    return bars(values, f"Mean recall, with 95 % intervals.{p}", marks=marks)


def _figures(result: MediumResult) -> Html:
    rows = [
        [
            TITLES[figure.name],
            _number(figure.value),
            f"{_number(figure.low)} to {_number(figure.high)}",
            _number(figure.people),
            f"{_number(figure.shuffled)} ({_number(figure.shuffled_low)} to {_number(figure.shuffled_high)})",
            _number(figure.chance),
            _direction(figure),
        ]
        for figure in result.figures
    ]
    head = ["figure", "achieved", "95 % interval", "on real data", "requests shuffled", "chance", "better"]
    return table(head, rows, "All figures")


def _confusion(result: MediumResult) -> Html:
    rows, columns, counts = result.confusion()
    right = result.right_labels()
    names = [name if right[name] in (name, None) else f"{name} (as {right[name]})" for name in rows]
    missing = [name for name in rows if right[name] is None]
    text = "Emotions asked in full, and what was read. In brackets the judge's own word for what was asked."
    if missing:
        text += f" The judge has no label for {', '.join(missing)}, which does not count."
    return heatmap(counts, names, columns, text, corner="asked ↓ read →")


def _recalls(result: MediumResult) -> Html:
    """Each emotion's own row: how often it was read, and how often people's are."""
    rows, columns, counts = result.confusion()
    right, card = result.right_labels(), result.card
    body = []
    for name, line in zip(rows, counts, strict=True):
        label = right[name]
        if label is None:
            continue
        people = card.recall.get(label) if card.is_measured else None
        share = line[columns.index(label)] / line.sum()
        body.append([name, label, f"{share:.0%}", _percent(people), f"{1 / len(result.labels):.0%}"])
    head = ["asked", "counts as", "read", "real data's is read", "chance"]
    return table(head, body, "Each emotion")


def _curves(result: MediumResult) -> list[Html]:
    found, curves, grid = [], result.curves(), result.grid()
    if curves:
        caption = (
            "Strength read along each emotion over the intensity asked: 0 is neutral, 1 the emotion in full."
        )
        found.append(
            lines(
                {**curves, "as asked": [(0.0, 0.0), (1.0, 1.0)]},
                "intensity asked",
                "strength read",
                -0.4,
                _STRONGEST,
                caption,
                dashed=("as asked",),
            )
        )
    if grid:
        reach = max(asked for places in grid.values() for asked, _ in places)
        found.append(
            lines(
                {**grid, "as asked": [(-reach, -reach), (reach, reach)]},
                "place asked on the axis",
                "place read",
                -1.0,
                1.0,
                "One axis asked at a time, the others at 0; the place read on the same axis.",
                dashed=("as asked",),
            )
        )
    return found


def _quality(result: MediumResult) -> list[Html]:
    found = result.quality()
    if not found:
        return []
    return [
        table(
            ["beside the emotion", "mean"],
            [[name, float(value)] for name, value in found.items()],
            "Quality of the pieces asked in full",
        )
    ]


def _samples(result: MediumResult) -> list[Html]:
    players = [_sample(one) for one in result.outcomes if one.samples]
    if not players:
        return []
    grid = "display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:0 1rem"
    return [Html(f'<h3>Samples</h3><div style="{grid}">{joined(players)}</div>')]


def _sample(one: Outcome) -> Html:
    """A player or picture, with what was asked and read, and links to what cannot be shown."""
    words = escaped(f"{one.item.label}, read as {top_of(one.reading)}")
    rest = [name for name in one.samples if not name.endswith((".png", ".wav"))]
    links = (Html(f', <a href="{quote(name)}">{escaped(Path(name).suffix[1:])}</a>') for name in rest)
    caption = joined([words, *links])
    name = next((name for name in one.samples if name not in rest), "")
    return image(name, caption, alt=words) if name.endswith(".png") else audio(name, caption)


def _failed(result: MediumResult) -> list[Html]:
    failures = result.failures
    if not failures:
        return []
    rows = [[why, float(count)] for why, count in failures.most_common()]
    return [table(["failed, and counted as silence", "pieces"], rows)]


def _compared(one: Comparison) -> list[Html]:
    found = []
    if not one.same_judge:
        found.append(
            paragraph(
                "Different judges read the two runs, so a difference may be the judges' and not the engines'."
            )
        )
    if one.alone:
        found.append(
            note(f"{one.shared} pieces are in both runs; {one.alone} are in one alone and left out.")
        )
    if not one.changes:
        return [*found, paragraph("The runs share no piece, or their judges have different labels.")]
    rows = [
        [
            TITLES[change.name],
            _number(change.first),
            _number(change.second),
            f"{change.difference.mean:+.3f}",
            f"{change.difference.low:+.3f} to {change.difference.high:+.3f}",
            f"{change.difference.p:.3f}",
            "–" if change.verdict == "no difference shown" else change.verdict,
        ]
        for change in one.changes
    ]
    head = ["figure", "first", "second", "difference", "95 % interval", "p", "second is"]
    return [*found, table(head, rows)]


def _how_to_read() -> Html:
    return section(
        "How to read this",
        paragraph(
            "Each piece was asked for with words that name no feeling and read by a judge that was trained on people and on which no"
            " generator was tuned. Figures of labels count pieces asked in full. Intensity follows one emotion with one sentence"
            " and seed from neutral to full. The grid moves one axis while the others stay at 0."
        ),
        paragraph(
            "An interval draws groups of pieces again: one emotion with one sentence and seed, at all its strengths. It covers the"
            " choice of words and seed, not of the judge. Below about ten groups, trust it little."
        ),
        paragraph(
            "Pieces that failed, and pieces of which the judge is not sure, count as silence: no hit, and the neutral point."
        ),
    )


def _direction(figure: Figure) -> str:
    from studio.benchmark.figures import is_better

    return {1: "high", -1: "low", 0: "neither"}[is_better(figure.name)]


def _number(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.0%}"
