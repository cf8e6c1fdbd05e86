"""Drums: the patterns of a kit, with fills before new phrases and a last stroke at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from conditioning.assets import asset_table
from generators.music.accompaniment import Note
from generators.music.form import Bar, Form, Phrase
from generators.music.orchestration import Orchestra

__all__ = ["write_drums"]

_STEP = 0.25  # beats between the steps of a pattern
_LEAST = 0.2  # value of the drums fader below which none play


@cache
def _kits() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = asset_table("music", "kits.toml")["kit"]
    return found


def write_drums(form: Form, orchestras: dict[str, Orchestra]) -> Iterator[Note]:
    """All strokes of the piece; none where the drums fader is below 0.2 or the orchestra has no kit."""
    for number, phrase in enumerate(form.phrases):
        kit = orchestras[phrase.palette].kit
        amount = phrase.moment["drums"] * (0.6 + 0.5 * phrase.level)
        if kit == "none" or amount < _LEAST or (phrase.kind == "coda" and amount < 0.5):
            continue
        for bar in phrase.bars:
            if bar is form.bars[-1]:
                yield from _last_bar(bar, number, _kits()[kit])
            else:
                yield from _bar(phrase, number, bar, _kits()[kit], amount)


def _bar(phrase: Phrase, number: int, bar: Bar, kit: Mapping[str, Any], amount: float) -> Iterator[Note]:
    fills = bool(kit["fill"]) and bar is phrase.bars[-1] and phrase.level > 0.5 and bar.beats > 2
    if bar is phrase.bars[0] and kit["crash"] and phrase.level > 0.7:
        yield _stroke(kit, bar.start, kit["crash"], -2, number)
    end = bar.beats - 1 if fills else bar.beats
    for line in kit["line"]:
        if amount < line["from"]:
            continue
        for step, mark in enumerate(line["steps"][: round(end / _STEP)]):
            if mark != ".":
                accent = line["hard"] if mark == "x" else line["soft"]
                yield _stroke(kit, bar.start + step * _STEP, line["key"], accent, number)
    if fills:
        for k, key in enumerate(kit["fill"]):
            yield _stroke(kit, bar.start + end + k * _STEP, key, -10 + 3 * k, number)


def _last_bar(bar: Bar, number: int, kit: Mapping[str, Any]) -> Iterator[Note]:
    yield _stroke(kit, bar.start, 36, -2, number)
    if kit["crash"]:
        yield _stroke(kit, bar.start, kit["crash"], 0, number)


def _stroke(kit: Mapping[str, Any], beat: float, key: int, accent: float, phrase: int) -> Note:
    return Note("drums", kit["program"], beat, _STEP, key, accent, phrase)
