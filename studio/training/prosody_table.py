"""The table of what emotions do to actors' voices, ``assets/voices/actors.toml``: its form, its card, its reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from studio.training.corpora_speech import Clip
from studio.training.prosody_measures import MEASURES

__all__ = [
    "CLEAR",
    "FEWEST",
    "Effect",
    "ProsodyCard",
    "actors_table",
    "expected",
    "table_text",
    "vad_rules",
    "write_card",
]

CLEAR = 0.5
"""Least size of Cohen's d of an effect that the voice must show too."""
FEWEST = 4
"""Fewest actors that such an effect must rest on."""

_NAMES = ("ravdess", "nemo", "emodb")


@dataclass(frozen=True)
class Effect:
    """What an emotion does to a measure, as the difference from the same actor's neutral voice, in the measure's unit.

    Args:
        mean: over actors, corpora joined by random effects.
        error: standard error of it.
        sd: of an actor of any corpus about it.
        n: actors.
        robust: median of the corpora's medians, which a corpus that overacts does not move.
        sex: how much more women do it than men of the same corpus.
        corpora: mean of each corpus.
        normal: mean of RAVDESS' actors at normal intensity; None where it has none.
    """

    mean: float
    error: float
    sd: float
    n: int
    robust: float
    sex: float = 0.0
    corpora: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    normal: float | None = None

    @property
    def d(self) -> float:
        """Cohen's d: the mean in units of the actors' spread."""
        return self.mean / max(self.sd, 1e-9)

    @property
    def clear(self) -> bool:
        """Whether actors do it so much alike that the voice must as well."""
        return abs(self.d) >= CLEAR and self.n >= FEWEST


@dataclass(frozen=True)
class ProsodyCard:
    """What the table rests on.

    Args:
        clips: heard.
        speakers: heard.
        effects: in the table.
        clear: those with a d of at least ``CLEAR``.
    """

    clips: int
    speakers: int
    effects: int
    clear: int

    @property
    def summary(self) -> str:
        """One line."""
        return (
            f"{self.effects} effects of {self.speakers} actors in {self.clips} clips, "
            f"{self.clear} of them with |d| ≥ {CLEAR} over {FEWEST} or more"
        )


@cache
def actors_table() -> Mapping[str, Mapping[str, Effect]]:
    """The shipped table by emotion and measure."""
    rows = asset_table("voices", "actors.toml")["effect"]
    return MappingProxyType(
        {
            emotion: MappingProxyType({measure: _read(cell) for measure, cell in row.items()})
            for emotion, row in rows.items()
        }
    )


def expected(
    emotion: Emotion, sex: str = "", table: Mapping[str, Mapping[str, Effect]] | None = None
) -> dict[str, float]:
    """What people's voices do in an emotion: difference from neutral by measure.

    Labels of the table count by their strengths, others by the rules over valence, arousal and dominance. Half the
    intensity is half the effect, which is what RAVDESS' actors do between normal and strong; the voice's own concave law
    is another matter and stands in its faders.

    Args:
        emotion: any.
        sex: ``"female"``, ``"male"`` or "" for people at large.
        table: by emotion and measure; the shipped one if not given.
    """
    from conditioning.vocabulary import lexicon

    known, found = table or actors_table(), dict.fromkeys(MEASURES, 0.0)
    side = {"female": 0.5, "male": -0.5}.get(sex, 0.0)
    rules = vad_rules(known)
    for label, weight in emotion.mixture.items():
        share = weight * emotion.intensity
        for measure, rule in rules.items():
            if label not in known:
                found[measure] += share * float(rule[:3] @ lexicon()[label].vad.array())
            elif measure in known[label]:
                effect = known[label][measure]
                found[measure] += share * (effect.mean + side * effect.sex)
    return found


def vad_rules(table: Mapping[str, Mapping[str, Effect]]) -> dict[str, np.ndarray]:
    """For each measure its change at 1 on valence, arousal and dominance, and the share of variance explained ``(4,)``.

    A least-squares plane through neutral over the table's labels at their places in the lexicon, each label by the
    inverse of its standard error, drawn a little to zero since there are few labels.
    """
    from conditioning.vocabulary import lexicon

    words = lexicon()
    rules = {}
    for measure in MEASURES:
        rows = [
            (words[label].vad.array(), cells[measure]) for label, cells in table.items() if measure in cells
        ]
        places = np.array([place for place, _ in rows])
        values = np.array([cell.mean for _, cell in rows])
        weight = 1 / np.array([max(cell.error, 0.2 * cell.sd, 1e-9) for _, cell in rows])
        weight = weight / weight.mean()
        left, right = places * weight[:, None], values * weight
        plane = np.linalg.solve(left.T @ left + 0.1 * np.eye(3), left.T @ right)
        explained = 1 - float(((left @ plane - right) ** 2).sum()) / max(float((right**2).sum()), 1e-12)
        rules[measure] = np.r_[plane, explained]
    return rules


def table_text(table: Mapping[str, Mapping[str, Effect]]) -> str:
    """The table as TOML."""
    lines = [
        "# What emotions do to actors' voices: differences from the same actor's neutral reading of the same text, at full",
        "# intensity. mean: over actors, corpora joined by random effects (error: its standard error); sd: of an actor of any",
        "# corpus; d = mean / sd; robust: median of the corpora's medians; sex: women more than men; ravdess, nemo, emodb:",
        "# the corpora's means; normal: RAVDESS at normal intensity. Made by: affect train prosody --data ../shared/data",
        "",
        "[unit]",
        *(f'{measure} = "{unit}"' for measure, (_, unit) in MEASURES.items()),
        "",
        "# Change at 1 on an axis, a plane through the labels below (share: of variance explained).",
        "[vad]",
    ]
    for measure, (valence, arousal, dominance, share) in vad_rules(table).items():
        lines.append(
            f"{measure} = {{ valence = {valence:.3g}, arousal = {arousal:.3g}, dominance = {dominance:.3g}, "
            f"share = {share:.2f} }}"
        )
    for emotion, row in table.items():
        lines += ["", f"[effect.{emotion}]", *(f"{measure} = {_cell(cell)}" for measure, cell in row.items())]
    return "\n".join(lines) + "\n"


def write_card(folder: Path, table: Mapping[str, Mapping[str, Effect]], heard: Sequence[Clip]) -> ProsodyCard:
    """Write ``ACTORS.md`` beside the table.

    Args:
        folder: that gets it.
        table: by emotion and measure.
        heard: the clips that were measured.
    """
    cells = [cell for row in table.values() for cell in row.values()]
    speakers = sorted({clip.speaker for clip in heard})
    card = ProsodyCard(len(heard), len(speakers), len(cells), sum(cell.clear for cell in cells))
    counts = Counter((clip.corpus, clip.emotion) for clip in heard)
    emotions = ("neutral", *table)
    lines = [
        "# What emotions do to actors' voices",
        "",
        f"`actors.toml`: {card.summary}. Rebuilt by `affect train prosody --data ../shared/data`.",
        "",
        f"- Speakers: {', '.join(speakers)}; they teach no judge that scores, and none of them is a test speaker",
        "- Clips of each corpus: "
        + "; ".join(
            f"{corpus} "
            + ", ".join(
                f"{emotion} {counts[corpus, emotion]}" for emotion in emotions if counts[corpus, emotion]
            )
            for corpus in _NAMES
        ),
        "- Licence of the recordings: RAVDESS and nEMO CC BY-NC-SA 4.0, EMO-DB unstated; the table holds averages of "
        "measures alone",
        "",
        "| emotion | " + " | ".join(f"{m} {unit}" for m, (_, unit) in MEASURES.items()) + " |",
        "| --- " * (len(MEASURES) + 1) + "|",
        *(
            f"| {emotion} | "
            + " | ".join(f"{row[m].mean:+.2g} ({row[m].d:+.1f})" if m in row else "-" for m in MEASURES)
            + " |"
            for emotion, row in table.items()
        ),
        "",
        "Mean (Cohen's d over actors of any corpus).",
        "",
        "## Limits",
        "",
        "- Eight actors in a studio: four of RAVDESS, two of nEMO, two of EMO-DB. The sexes' difference is that of four and four.",
        "- Level is RAVDESS' alone, since nEMO and EMO-DB were brought to one level after recording.",
        "- EMO-DB's clips are cut at two seconds, so that it says nothing of rate, slope and ending.",
        "- Disgust was not said in nEMO, surprise not in EMO-DB, calm in RAVDESS and boredom in EMO-DB alone.",
    ]
    (folder / "ACTORS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return card


def _cell(cell: Effect) -> str:
    parts = {
        "mean": cell.mean,
        "error": cell.error,
        "sd": cell.sd,
        "d": cell.d,
        "robust": cell.robust,
        "sex": cell.sex,
        **{name: cell.corpora[name] for name in _NAMES if name in cell.corpora},
        **({} if cell.normal is None else {"normal": cell.normal}),
    }
    return "{ n = " + f"{cell.n}, " + ", ".join(f"{key} = {value:.3g}" for key, value in parts.items()) + " }"


def _read(cell: Mapping[str, float]) -> Effect:
    return Effect(
        mean=cell["mean"],
        error=cell["error"],
        sd=cell["sd"],
        n=int(cell["n"]),
        robust=cell["robust"],
        sex=cell["sex"],
        corpora={name: cell[name] for name in _NAMES if name in cell},
        normal=cell.get("normal"),
    )
