"""Form: bars that fill the time exactly, gathered into intro, phrases and coda.

Time and beats are joined by the tempo fader: beats are its integral over seconds. A jump of the emotion cuts the time
into sections that begin on a bar line at that very second; each section is stretched a little to hold a whole number
of beats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from generators.music.guide import Guide, Moment
from generators.music.theory import Chord, grammar

__all__ = ["Bar", "ChordSpan", "Form", "Phrase", "plan_form"]

_LOOSE = (0.88, 1.14)  # stretch of a section within which whole bars are kept
_MOVING = 0.35  # distance in VAD space between a phrase's ends from which it is halved
_SAME = 0.25  # sections as near as this share their theme
_THEMES = "ADEFG"


@dataclass(frozen=True)
class Bar:
    """A bar.

    Args:
        start: beats from the piece's start.
        beats: 1 to 5.
        time: seconds at which it is planned to start.
        seconds: planned length.
        moment: the emotion and faders in it.
        section: which stretch between jumps it lies in.
    """

    start: float
    beats: int
    time: float
    seconds: float
    moment: Moment
    section: int

    @property
    def bpm(self) -> float:
        """Planned quarter notes a minute."""
        return 60.0 * self.beats / self.seconds

    @property
    def end(self) -> float:
        """Beats from the piece's start to its end."""
        return self.start + self.beats


@dataclass(frozen=True)
class ChordSpan:
    """A chord from ``start`` beats on, for ``length`` beats."""

    start: float
    length: float
    chord: Chord


@dataclass(frozen=True)
class Phrase:
    """A phrase; later stages fill in key, orchestra and harmony.

    Args:
        kind: ``"intro"``, ``"coda"``, or a theme's letter, with ``'`` where it returns.
        bars: at least one.
        moment: the emotion and faders of the phrase.
        mode: name of its scale.
        tonic: pitch class.
        cadence: ``"HC"`` half, ``"PAC"`` perfect, ``"PC"`` plagal, ``"DC"`` deceptive.
        palette: name of its orchestra.
        level: fullness of the orchestra, 0..1.
        changes_key: whether the key differs from the phrase before.
        chords: in order, without gaps.
    """

    kind: str
    bars: tuple[Bar, ...]
    moment: Moment
    mode: str = "ionian"
    tonic: int = 0
    cadence: str = "PAC"
    palette: str = ""
    level: float = 0.5
    changes_key: bool = False
    chords: tuple[ChordSpan, ...] = ()

    @property
    def start(self) -> float:
        """Beats from the piece's start."""
        return self.bars[0].start

    @property
    def end(self) -> float:
        """Beats from the piece's start."""
        return self.bars[-1].end

    @property
    def theme(self) -> str:
        """The letter of its theme; a coda recalls A."""
        return "A" if self.kind == "coda" else self.kind[0]

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at a beat of the piece."""
        return next((s.chord for s in reversed(self.chords) if s.start <= beat + 1e-6), self.chords[0].chord)

    def place(self, beat: float) -> float:
        """Share of the phrase gone by at a beat, 0..1."""
        return (beat - self.start) / (self.end - self.start)


@dataclass(frozen=True)
class Form:
    """The plan of a piece: all bars, and the phrases that hold them."""

    bars: tuple[Bar, ...]
    phrases: tuple[Phrase, ...]
    meter: int

    @property
    def beats(self) -> float:
        """Length in beats."""
        return self.bars[-1].end

    def bar_at(self, beat: float) -> Bar:
        """The bar that a beat lies in; the last one from the end on."""
        starts = [bar.start for bar in self.bars]
        return self.bars[max(int(np.searchsorted(starts, beat + 1e-6, side="right")) - 1, 0)]


def plan_form(guide: Guide, seconds: float, rng: np.random.Generator) -> Form:
    """Bars and phrases over the sounding time of a piece.

    Args:
        guide: the faders.
        seconds: from the first bar line to the last chord's end.
        rng: the piece's chance for its form.
    """
    cuts = [0.0, *(t for t in guide.jumps if t < seconds - 1.0), seconds]
    pulses = _pulses(guide, seconds)
    total = float(np.interp(seconds, *pulses))
    meter = _choose_meter(guide, total, rng)
    bars: list[Bar] = []
    for section, (start, end) in enumerate(pairwise(cuts)):
        last = section == len(cuts) - 2
        bars += _section_bars(guide, pulses, (start, end), meter, section, len(bars) and bars[-1].end, last)
    return Form(tuple(bars), tuple(_phrases(bars)), meter)


def _pulses(guide: Guide, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Seconds and the beats gone by at them."""
    times = np.append(guide.times[guide.times < seconds], seconds)
    rate = np.interp(times, guide.times, guide.faders["tempo_bpm"]) / 60
    beats = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(times))])
    return times, beats


def _choose_meter(guide: Guide, total: float, rng: np.random.Generator) -> int:
    """Beats in a bar: a waltz now and then for the pleasant and calm, shorter bars for short pieces."""
    valence, arousal = guide.vad[: max(len(guide.vad) // 2, 1), :2].mean(axis=0)
    waltz = 0.45 if arousal < -0.2 and valence > 0.1 else 0.20 if arousal < 0.3 else 0.06
    wanted = 3 if rng.random() < waltz else 4
    if total >= 4 * wanted - 1:
        return wanted
    if total >= 11:
        return 3
    if total >= 3:
        return 2
    return max(1, round(total))


def _section_bars(
    guide: Guide,
    pulses: tuple[np.ndarray, np.ndarray],
    span: tuple[float, float],
    meter: int,
    section: int,
    first_beat: float,
    last: bool,
) -> list[Bar]:
    start, end = span
    times, beats = pulses
    begin = float(np.interp(start, times, beats))
    wanted = float(np.interp(end, times, beats)) - begin
    lengths = _bar_lengths(wanted, meter, last)
    stretch = wanted / sum(lengths)
    bars, beat, at = [], 0.0, start
    for count in lengths:
        beat += count
        until = end if beat == sum(lengths) else float(np.interp(begin + beat * stretch, beats, times))
        bars.append(Bar(first_beat + beat - count, count, at, until - at, guide.between(at, until), section))
        at = until
    return bars


def _bar_lengths(wanted: float, meter: int, last: bool) -> list[int]:
    """Beats of a section's bars: whole bars where the stretch is small, else a shorter or longer one to end with."""
    full = max(1, round(wanted / meter))
    if last or _LOOSE[0] <= full * meter / wanted <= _LOOSE[1]:
        return [full * meter] if full * meter < meter else [meter] * full
    beats = max(1, round(wanted))
    full, rest = divmod(beats, meter)
    if rest == 0:
        return [meter] * full
    if rest == 1 and full:  # a bar of one beat would limp
        both = meter + 1
        return [meter] * (full - 1) + ([both // 2 + both % 2, both // 2] if both > 3 else [both])
    return [meter] * full + [rest]


def _phrases(bars: list[Bar]) -> list[Phrase]:
    sections = [[bar for bar in bars if bar.section == s] for s in range(bars[-1].section + 1)]
    found: list[Phrase] = []
    heard: list[tuple[str, np.ndarray]] = []
    for number, part in enumerate(sections):
        mean = np.mean([bar.moment.vad for bar in part], axis=0)
        letter = next((known for known, vad in heard if np.linalg.norm(vad - mean) < _SAME), "")
        letter = letter or _THEMES[min(len(heard), len(_THEMES) - 1)]
        heard.append((letter, mean))
        first, last = number == 0, number == len(sections) - 1
        at = 0
        for kind, count in _lay_out(len(part), first, last):
            chunk = part[at : at + count]
            at += count
            name = kind.replace("A", letter) if kind not in ("intro", "coda") else kind
            far = count > 2 and chunk[0].moment.distance(chunk[-1].moment) > _MOVING
            halves = (chunk[: count // 2], chunk[count // 2 :]) if far else (chunk,)
            found += [Phrase(name, tuple(half), _middle(half)) for half in halves]
    return _with_levels(found)


def _middle(bars: list[Bar]) -> Moment:
    middle = bars[len(bars) // 2].moment
    return replace(middle, vad=np.mean([bar.moment.vad for bar in bars], axis=0))


def _lay_out(count: int, first: bool, last: bool) -> list[tuple[str, int]]:
    """Kinds and bars of a section's phrases: four-bar phrases, what is left over as intro and coda."""
    if count < 6:
        return [("A", count)]
    framed = first + last
    phrases = max(1, (count - (2 if framed and count >= 14 else 1 if framed else 0)) // 4)
    rest = count - 4 * phrases
    coda = min((rest + 1) // 2 if first else rest, 3) if last else 0
    intro = min(rest - coda, 3) if first else 0
    spare = rest - coda - intro
    lengths = [4] * phrases
    if spare >= 3:
        lengths.append(spare)
    else:
        lengths[-1] += spare
    laid = [("intro", intro)] if intro else []
    laid += list(zip(_names(len(lengths)), lengths, strict=True))
    return laid + ([("coda", coda)] if coda else [])


def _names(count: int) -> list[str]:
    """Order of the phrases; long pieces walk on through B and C and come home to A."""
    order: list[list[str]] = grammar()["forms"]["order"]
    if count <= len(order):
        return order[count - 1]
    middle = (["B", "B'", "A", "C", "C'", "A'"] * (count // 6 + 1))[: count - 4]
    return ["A", "A'", *middle, "A", "A'"]


def _with_levels(phrases: list[Phrase]) -> list[Phrase]:
    """The orchestra grows through the piece; intro and coda are thin."""
    body = [i for i, phrase in enumerate(phrases) if phrase.kind not in ("intro", "coda")]
    full = {i: 0.45 + 0.55 * (k + 1) / len(body) for k, i in enumerate(body)}
    levels = {"intro": 0.3, "coda": 0.65}
    return [replace(p, level=levels.get(p.kind, full.get(i, 0.5))) for i, p in enumerate(phrases)]
