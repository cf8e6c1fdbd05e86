"""Accompaniment: struck or held chords, a figure that breaks them, and the bass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generators.music.form import ChordSpan, Form, Phrase
from generators.music.harmony import chord_third, voice_leading
from generators.music.orchestration import Orchestra, fit
from generators.music.theory import Chord, grammar, quality

__all__ = ["Note", "write_accompaniment"]

# The middle section breaks its chords another way.
_OTHER_FIGURE = {
    "up": "updown",
    "updown": "broken",
    "alberti": "up",
    "broken": "updown",
    "ostinato": "ostinato",
}
_HIGHEST_BASS = 43


@dataclass(frozen=True)
class Note:
    """A written note.

    Args:
        part: one of ``orchestration.PARTS``.
        program: General MIDI program from 0; for drums the kit.
        beat: from the piece's start.
        length: beats.
        pitch: MIDI.
        accent: velocity over the piece's dynamics.
        phrase: index of its phrase.
    """

    part: str
    program: int
    beat: float
    length: float
    pitch: int
    accent: float
    phrase: int


@dataclass(frozen=True)
class _Place:
    """A chord of a phrase with who plays it: all that the writers of one chord need."""

    phrase: Phrase
    number: int
    orchestra: Orchestra
    span: ChordSpan
    voicing: tuple[int, ...]
    ends: bool
    closes: bool

    def note(self, part: str, beat: float, length: float, pitch: int, accent: float) -> Note:
        program = self.orchestra.programs[part]
        length = min(length, self.span.start + self.span.length - beat)
        return Note(part, program, beat, length, fit(pitch, program), accent, self.number)


def write_accompaniment(form: Form, orchestras: dict[str, Orchestra], rng: np.random.Generator) -> list[Note]:
    """Chords, arpeggio and bass of the whole piece."""
    notes: list[Note] = []
    low: int | None = None
    for number, phrase in enumerate(form.phrases):
        orchestra = orchestras[phrase.palette]
        loud = phrase.moment["dynamics"] > 85 or phrase.level > 0.85
        centre = round(57 + 0.5 * phrase.moment["register"])
        voicings = voice_leading(phrase.chords, centre, 4 if loud else 3)
        mask = _mask(phrase, orchestra, rng)
        for k, (span, voicing) in enumerate(zip(phrase.chords, voicings, strict=True)):
            closes = k == len(phrase.chords) - 1
            ends = closes and phrase is form.phrases[-1]
            rubbed = voicing if ends else _rubbed(voicing, span.chord, phrase, rng)
            place = _Place(phrase, number, orchestra, span, rubbed, ends, closes)
            notes += _chords(place)
            notes += _figure(place, mask)
            root = _bass_root(place, low, rng)
            notes += _bass(place, root, rng)
            low = root
    return notes


def _rubbed(
    voicing: tuple[int, ...], chord: Chord, phrase: Phrase, rng: np.random.Generator
) -> tuple[int, ...]:
    """The voicing with a rubbing second or a tritone where little consonance is asked for."""
    consonance = phrase.moment["consonance"]
    chance, low = rng.random(2)
    if consonance >= 0.55 or chord.function == "T" or chance > 0.15 + 1.2 * (0.6 - consonance):
        return voicing
    return (*voicing, voicing[-1] + 1) if low < 0.5 else tuple(sorted((*voicing, voicing[0] + 6)))


def _chords(place: _Place) -> Iterator[Note]:
    span, style, moment = place.span, place.orchestra.style, place.phrase.moment
    intro = place.phrase.kind == "intro"
    if place.ends or style in ("pad", "tremolo") or (intro and style != "stab"):
        hits, size, accents, count = [0.0], span.length, (-12.0, -12.0), 5
    elif style == "block":
        gap = 2.0 if moment["density"] < 1.3 else 1.0
        hits, size, accents, count = list(np.arange(0, span.length, gap)), gap, (-10.0, -12.0), 5
    elif style == "offbeat":
        hits = list(np.arange(0, span.length) + 0.5)
        size, accents, count = 0.5, (-9.0, -11.0), 3 if place.phrase.level > 0.8 else 2
    else:
        pattern = (0.0, 1.5, 3.0) if moment["syncopation"] > 0.2 else (0.0, 2.0)
        hits, size = [h for h in pattern if h < span.length], 1.0 if moment["tempo_bpm"] < 110 else 0.5
        accents, count = (-4.0, -9.0), 5
    for k, hit in enumerate(hits):
        if hit < span.length:
            for pitch in place.voicing[-count:]:
                yield place.note("chords", span.start + hit, size, pitch, accents[k > 0])


def _mask(phrase: Phrase, orchestra: Orchestra, rng: np.random.Generator) -> tuple[str, float]:
    """Which places of a bar the figure plays, and the length of a place in beats."""
    masks = grammar()["figures"]["triplets" if orchestra.feel == "triplet" else "masks"]
    pulse = 1 / 3 if orchestra.feel == "triplet" else 0.25
    # Fast music needs fewer notes to a beat for the same bustle.
    bustle = phrase.moment["density"] * np.clip(100 / phrase.moment["tempo_bpm"], 0.7, 1.3)
    share = float(np.clip((bustle - 0.5) / 1.7, 0, 1)) * (len(masks) - 1) + rng.normal(0, 0.4)
    return masks[int(np.clip(round(share), 0, len(masks) - 1))], pulse


def _figure(place: _Place, mask: tuple[str, float]) -> Iterator[Note]:
    """The broken chord. It rests on a phrase's last chord, so that the phrase can end."""
    steps, pulse = mask
    phrase, span = place.phrase, place.span
    figure = place.orchestra.figure
    if phrase.kind[0] in "BC":
        figure = _OTHER_FIGURE[figure]
    wave = sorted(place.voicing)
    wave = wave if len(wave) >= 4 else [*wave, wave[0] + 12]
    orders = {
        "up": wave,
        "updown": wave + wave[-2:0:-1],
        "alberti": [wave[0], wave[2], wave[1], wave[2]],
        "broken": [wave[0], wave[-1], wave[1], wave[-2]],
        "ostinato": [wave[0] - 12, wave[0] - 12, wave[1] - 12, wave[0] - 12],
    }
    order = orders[figure]
    offset = round((span.start - phrase.start) / pulse)
    places = [k for k in range(round(span.length / pulse)) if steps[(offset + k) % len(steps)] == "x"]
    if place.closes:
        places = (
            [k for k in places if k * pulse < span.length / 2 and not place.ends]
            if span.length > 1
            else places[:1]
        )
    if place.ends:
        places = []
    for count, k in enumerate(places):
        after = places[count + 1] if count + 1 < len(places) else round(span.length / pulse)
        length = min((after - k) * pulse, 1.0 if not place.closes else span.length)
        accent = -9.0 if abs(k * pulse % 1) < 1e-6 else -13.0
        yield place.note("arp", span.start + k * pulse, length, order[count % len(order)], accent)


def _bass_root(place: _Place, before: int | None, rng: np.random.Generator) -> int:
    """The bass note: the root, or the third where that makes the bass go by step."""
    chord, phrase, span = place.span.chord, place.phrase, place.span
    root = 36 + (phrase.tonic if place.ends else chord.tonic + chord.root) % 12
    root = root - 12 if root > _HIGHEST_BASS and phrase.moment["register"] < 2 else root
    third = root + chord_third(chord)
    third -= 12 if third > _HIGHEST_BASS else 0
    inner = span.start > phrase.bars[0].start and span.start < phrase.bars[-1].start
    chance = rng.random()
    if (
        before is not None
        and inner
        and not place.ends
        and abs(third - before) <= 2 < abs(root - before)
        and chance < 0.6
    ):
        return third
    return root


def _bass(place: _Place, low: int, rng: np.random.Generator) -> Iterator[Note]:
    span, chord, moment = place.span, place.span.chord, place.phrase.moment
    thin = place.phrase.kind == "intro" and moment["drums"] <= 0.6
    walk = "hold" if place.ends or thin else place.orchestra.walk
    tones = [(chord.tonic + chord.root + k) % 12 for k in quality(chord.quality)]
    above = [p for p in range(low + 1, low + 13) if p % 12 in tones]
    if walk == "pedal" and chord.function != "D":
        tonic = 36 + place.phrase.tonic - (12 if place.phrase.tonic > 7 else 0)
        yield place.note("bass", span.start, span.length, tonic, -6)
    elif walk in ("hold", "pedal") or span.length <= 1:
        yield place.note("bass", span.start, span.length, low, -6)
    elif walk == "fifth":
        half = span.length / 2 if span.length > 2 else span.length
        fifth = next((p for p in above if 5 <= p - low <= 9), low)
        yield place.note("bass", span.start, half, low, -4)
        if span.length > 2:
            yield place.note("bass", span.start + half, half, fifth - 12 if fifth > 46 else fifth, -8)
    elif walk == "pulse":
        for k in np.arange(0, span.length, 0.5):
            lifted = 12 if k == span.length - 0.5 and rng.random() < 0.3 else 0
            yield place.note("bass", span.start + k, 0.5, low + lifted, -3 if k % 2 == 0 else -9)
    else:
        order = [low, *(above[int(i)] for i in rng.permutation(min(len(above), 3)))]
        for k in range(int(np.ceil(span.length))):
            yield place.note("bass", span.start + k, 1.0, order[k % len(order)], -4 if k == 0 else -8)
