"""Measures the speaker network on people and writes assets/quality/speaker/card.json and CARD.md.

    python tools/measure_speaker.py ../shared/data/speech

Every pair of clips of one corpus is compared, so that no microphone tells two people apart. The network was not trained on any of
these corpora, so all their speakers are new to it; the settings of its input were chosen on the speakers of the train split.
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from studio.judges.media import Waveform
from studio.quality.speaker import embedding

TARGET = Path(__file__).resolve().parent.parent / "assets" / "quality" / "speaker"
SET_SIZE = 5  # clips whose mean stands for a longer recording


@dataclass(frozen=True)
class Clips:
    """Embeddings ``(n, 256)`` and who speaks how, each ``(n,)``."""

    embeddings: np.ndarray
    corpus: np.ndarray
    speaker: np.ndarray
    sex: np.ndarray
    emotion: np.ndarray
    split: np.ndarray

    def where(self, chosen: np.ndarray) -> Clips:
        """Those that are chosen."""
        return Clips(**{name: values[chosen] for name, values in vars(self).items()})


def read(folder: Path) -> Clips:
    """Embed every clip of the index."""
    with (folder / "speech.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for number, row in enumerate(rows):
        samples, rate = soundfile.read(folder / row["path"], dtype="float32")
        found.append(embedding(Waveform(samples, rate)))
        if number % 500 == 0:
            print(f"{number} of {len(rows)}", flush=True)
    columns = {name: np.array([row[name] for row in rows]) for name in ("corpus", "speaker", "sex", "emotion", "split")}  # fmt: skip
    clips = Clips(np.array(found), **columns)
    return clips.where(np.isfinite(clips.embeddings[:, 0]))


def in_sets(clips: Clips) -> Clips:
    """Means of five clips of one speaker and emotion."""
    keys = np.char.add(np.char.add(clips.speaker, "|"), clips.emotion)
    places, means = [], []
    for key in np.unique(keys):
        own = np.flatnonzero(keys == key)
        for start in range(0, len(own) - SET_SIZE + 1, SET_SIZE):
            mean = clips.embeddings[own[start : start + SET_SIZE]].mean(axis=0)
            places.append(own[start])
            means.append(mean / np.linalg.norm(mean))
    first = clips.where(np.array(places))
    return Clips(**{**vars(first), "embeddings": np.array(means)})


def figures(clips: Clips) -> dict[str, Any]:
    """Similarities of pairs within each corpus, and the error where both kinds of error are equal."""
    kinds: dict[str, list[np.ndarray]] = {name: [] for name in ("same", "same_emotional", "same_emotion", "other", "other_sex")}  # fmt: skip
    for corpus in np.unique(clips.corpus):
        part = clips.where(clips.corpus == corpus)
        first, second = np.triu_indices(len(part.speaker), 1)
        alike = (part.embeddings @ part.embeddings.T)[first, second]
        same = part.speaker[first] == part.speaker[second]
        one_emotion = part.emotion[first] == part.emotion[second]
        neutral = (part.emotion[first] == "neutral") != (part.emotion[second] == "neutral")
        one_sex = part.sex[first] == part.sex[second]
        kinds["same"].append(alike[same])
        kinds["same_emotional"].append(alike[same & neutral])
        kinds["same_emotion"].append(alike[same & one_emotion])
        kinds["other"].append(alike[~same & one_sex])
        kinds["other_sex"].append(alike[~same & ~one_sex])
    pairs = {name: np.concatenate(values) for name, values in kinds.items()}
    everyone = np.concatenate([pairs["other"], pairs["other_sex"]])
    error, threshold = equal_error(pairs["same"], everyone)
    out: dict[str, Any] = {
        "speakers": len(np.unique(clips.speaker)),
        "clips": len(clips.speaker),
        "equal_error": error,
        "threshold": threshold,
        "equal_error_one_sex": equal_error(pairs["same"], pairs["other"])[0],
        "equal_error_one_emotion": equal_error(pairs["same_emotion"], everyone)[0],
    }
    for name, values in pairs.items():
        if len(values):
            out[name] = dict(
                zip(("p10", "p50", "p90"), np.percentile(values, [10, 50, 90]).tolist(), strict=True)
            )
    return out


def equal_error(same: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """The error and the threshold at which as many pairs of one speaker are refused as of two are taken for one."""
    if not len(same) or not len(other):
        return float("nan"), float("nan")
    same, other = np.sort(same), np.sort(other)
    thresholds = np.linspace(0, 1, 2001)
    refused = np.searchsorted(same, thresholds) / len(same)
    taken = 1 - np.searchsorted(other, thresholds) / len(other)
    best = int(np.abs(refused - taken).argmin())
    return float((refused[best] + taken[best]) / 2), float(thresholds[best])


def card(clips: Clips) -> dict[str, Any]:
    """Figures of all and of the test split, by clips and by sets of five; and those that the product shows."""
    test = clips.where(clips.split == "test")
    groups = {
        "all speakers": figures(clips),
        **{
            f"{name}, all speakers": figures(clips.where(clips.corpus == name))
            for name in np.unique(clips.corpus)
        },
        "test speakers": figures(test),
        "all speakers, five clips": figures(in_sets(clips)),
        "test speakers, five clips": figures(in_sets(test)),
    }
    return {
        "people": {
            "short": _shown(groups["all speakers"]),
            "long": _shown(groups["all speakers, five clips"]),
        },
        "groups": groups,
        "command": "python tools/measure_speaker.py ../shared/data/speech",
    }


def _shown(row: dict[str, Any]) -> dict[str, float]:
    return {
        "same": row["same"]["p50"],
        "same_emotional": row["same_emotional"]["p50"],
        "different": row["other"]["p50"],
        "threshold": row["threshold"],
        "equal_error": row["equal_error"],
    }


def page(content: dict[str, Any]) -> str:
    """The card for people."""
    lines = [
        "# Speaker network: how far to trust it",
        "",
        "Three LSTM layers of 256 and a linear layer, 1.4 million weights in float16, out of Resemblyzer 0.1.4 (see NOTICE.md).",
        "Cosine of embeddings, 0 to 1. Figures are of pairs of clips within one corpus (acted emotions, two to three seconds a",
        "clip; RAVDESS English, nEMO Polish, EMO-DB German). EER: error where as many pairs of one speaker are refused as",
        "pairs of two are taken for one. \"Five clips\": means of five clips of one speaker and emotion. Medians in the middle,",
        "10th to 90th per cent in brackets. It was trained on others (NOTICE.md).",
        "",
        "| group | speakers | clips | same speaker | same speaker, one emotion | same speaker, neutral and emotional | two of one sex | man and woman | EER % | EER, one sex % | EER, one emotion % | threshold |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, row in content["groups"].items():
        spans = [
            _span(row.get(key)) for key in ("same", "same_emotion", "same_emotional", "other", "other_sex")
        ]
        errors = [
            f"{100 * row[key]:.1f}" if np.isfinite(row[key]) else "–"
            for key in ("equal_error", "equal_error_one_sex", "equal_error_one_emotion")
        ]
        cells = [name, str(row["speakers"]), str(row["clips"]), *spans, *errors, f"{row['threshold']:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Read it so: the network tells people apart far better than chance and far from surely; with one emotion and longer",
        'recordings it errs less. A person who acts an emotion moves about as far as the column "neutral and emotional" says,',
        "so a synthetic voice that stays above its median changes no more than people do.",
        "",
        f"Made by `{content['command']}`.",
        "",
    ]
    return "\n".join(lines)


def _span(row: dict[str, float] | None) -> str:
    return f"{row['p50']:.2f} ({row['p10']:.2f}–{row['p90']:.2f})" if row else "–"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4) if np.isfinite(value) else None
    return {key: _rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


def main() -> None:
    """Write the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech.csv")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    content = card(read(args.data))
    (args.out / "CARD.md").write_text(page(content), encoding="utf-8")
    text = json.dumps(_rounded(content), indent=1, ensure_ascii=False)
    (args.out / "card.json").write_text(text + "\n", encoding="utf-8")
    print(page(content))


if __name__ == "__main__":
    main()
