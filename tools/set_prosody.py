"""Writes faders found by tools/fit_prosody.py into assets/faders/prosody.toml.

    python tools/set_prosody.py fitted.json
    python tools/set_prosody.py axes.json --axes          slopes found by tools/fit_prosody_axes.py
    python tools/set_prosody.py ben.json --voice ben      what a character does otherwise, into assets/voices/ways.toml

A label's number is the one that the bend towards the end of the fader's range brings to the value found. Emotions that nobody
acted move with the one that they are a shade of, by the share in ``SHADES``: rage keeps its distance from anger.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from prosody_faders import shared

from conditioning.assets import asset, asset_table
from conditioning.emotion import Emotion
from conditioning.faders import Fader, fader_set, read_fader_set
from conditioning.timeline import Timeline
from generators.speech.characters import cast

SHADES: dict[str, tuple[str, float]] = {
    shade: (parent, share) for shade, (parent, share) in asset_table("voices", "ways.toml")["shades"].items()
}


def label_number(fader: Fader, value: float) -> float:
    """The label's number that gives a fader a value, in the fader's law."""
    factor = fader.law == "factor"
    change = np.log(value / fader.neutral) if factor else value - fader.neutral
    end = fader.high if change >= 0 else fader.low
    limit = abs(np.log(end / fader.neutral) if factor else end - fader.neutral)
    knee = 0.7 * limit
    room = max(limit - knee, 1e-12)
    size = abs(change)
    if size > knee:
        size = knee + room * np.arctanh(min((size - knee) / room, 0.95))
    return float(np.exp(np.sign(change) * size) if factor else np.sign(change) * size)


def moved(fader: Fader, found: Mapping[str, float]) -> dict[str, float]:
    """The fader's labels with those found in place of their own, and their shades moved with them."""
    rest = 1.0 if fader.law == "factor" else 0.0
    labels = {name: float(number) for name, number in fader.labels.items()}
    new = {name: label_number(fader, value) for name, value in found.items()}
    for shade, (parent, share) in SHADES.items():
        if parent not in new:
            continue
        before, after, own = labels.get(parent, rest), new[parent], labels.get(shade, rest)
        number = own * (after / before) ** share if fader.law == "factor" else own + share * (after - before)
        # A number beyond the range would only be bent back.
        labels[shade] = float(np.clip(number, fader.low, fader.high))
    return {**labels, **new}


def rewritten(text: str, name: str, fader: Fader, labels: Mapping[str, float]) -> str:
    """The file's text with the labels of one fader replaced; numbers that ask for nothing are left out."""
    rest = 1.0 if fader.law == "factor" else 0.0
    rows = [f"{label} = {number:.3g}" for label, number in labels.items() if abs(number - rest) >= 0.004]
    rows = [row if "." in row else f"{row}.0" for row in rows]
    pattern = re.compile(rf"(\[fader\.{name}\.labels\]\n).*?(?=\n\[|\Z)", re.DOTALL)
    return pattern.sub(lambda match: match[1] + "\n".join(rows) + "\n", text, count=1)


def sloped(text: str, name: str, slopes: Mapping[str, float]) -> str:
    """The file's text with the plane of one fader replaced, before its labels."""
    rows = "".join(f"{axis} = {value:.4g}\n" for axis, value in slopes.items())
    without = re.sub(rf"\[fader\.{name}\.plane\]\n(?:\w+ = .*\n)*", "", text)
    heading = f"[fader.{name}.labels]\n"
    return without.replace(heading, f"[fader.{name}.plane]\n{rows}{heading}", 1)


def way_of(
    fitted: Mapping[str, Mapping[str, float]], counted: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """What values found add to those that the map asks for, by emotion: differences, or quotients where the law is "factor".

    Args:
        fitted: values of faders by emotion.
        counted: how much of what the map asks of a fader counts in the voice; all where a fader is not named.
    """
    faders = fader_set("prosody").faders
    found: dict[str, dict[str, float]] = {}
    for emotion, values in fitted.items():
        asked = fader_set("prosody").evaluate(Timeline.constant(Emotion.of(emotion)).sample(np.zeros(1)))
        found[emotion] = {}
        for name, value in values.items():
            before = shared(name, float(asked[name][0]), counted.get(name, 1.0))
            factor = faders[name].law == "factor"
            change = value / before if factor else value - before
            if abs(np.log(change) if factor else change) >= 0.004:
                found[emotion][name] = float(f"{change:.3g}")
    return found


def with_way(text: str, voice: str, numbers: Mapping[str, Mapping[str, float]]) -> str:
    """The text of ways.toml with the tables of a character replaced, emotion by emotion."""
    for emotion, changes in numbers.items():
        heading = f"[way.{voice}.{emotion}]\n"
        table = heading + "".join(f"{name} = {value}\n" for name, value in changes.items())
        known = re.compile(rf"{re.escape(heading)}(?:\w+ = .*\n)*")
        text = known.sub(table, text) if known.search(text) else f"{text.rstrip()}\n\n{table}"
    return text


def main() -> None:
    """Rewrite the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("fitted", type=Path)
    parser.add_argument("--axes", action="store_true", help="the file holds slopes by axis, not emotions")
    parser.add_argument("--voice", help="the values are those of this character alone")
    args = parser.parse_args()
    fitted = json.loads(args.fitted.read_text(encoding="utf-8"))
    if args.voice:
        path = asset("voices", "ways.toml")
        numbers = way_of(fitted, cast()[args.voice].shares)
        path.write_text(with_way(path.read_text(encoding="utf-8"), args.voice, numbers), encoding="utf-8")
        return
    path = asset("faders", "prosody.toml")
    text = path.read_text(encoding="utf-8")
    if args.axes:
        for name in next(iter(fitted.values())):
            own = read_fader_set(path).faders[name].plane
            text = sloped(text, name, {**own, **{axis: values[name] for axis, values in fitted.items()}})
        path.write_text(text, encoding="utf-8")
        return
    for name, fader in read_fader_set(path).faders.items():
        found = {emotion: values[name] for emotion, values in fitted.items() if name in values}
        if found:
            text = rewritten(text, name, fader, moved(fader, found))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
