"""Finds what the halves of valence, arousal and dominance alone have to do to the voice's faders.

    pip download --no-deps moonshine-voice==0.1.0 && unzip moonshine_voice/assets/tiny-en/encoder_model.ort
    python tools/fit_prosody_axes.py ../shared/data --recogniser encoder_model.ort --out axes.json
    python tools/set_prosody.py axes.json --axes

A half of an axis, swept by itself with the others asked at 0, is to move what is read along that axis and not along the
others. No half has actors of its own, so its end is put together of shares of the shipped slopes and of the emotions' own
faders, such as calm and a little valence for low arousal. A random search finds shares at which an ear reads what was asked, as
far as voices reach, with the other axes as when neutral; a plane of responses misled it, since readings bend. Halves joined by
``+`` are searched together, so that the way from one end to the other leads along the axis: people who are dominant or weak
and nothing else are in no corpus, and what there is of either end (anger, fear) is aside of the axis on the same side. The ear is the
recogniser's of studio/training/prosody_recogniser.py, since no other tells pleasant from unpleasant voices: of people who were
left out it reads .3 of their valence, others a tenth.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from prosody_faders import FADERS, bounds, shared, shipped, steps_of, values_of
from prosody_hearing import VOICES, people, said, wave_of
from voice_quality import SENTENCES

from conditioning.emotion import Emotion
from conditioning.faders import FaderSet, fader_set
from conditioning.timeline import Timeline
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import lexicon
from generators.speech.characters import cast
from studio.training.prosody_beside import own_neutral
from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES
from studio.training.prosody_recogniser import Recogniser

HEARD = (*CLASSES, "calm")  # what the ear tells apart
PARTS = (*HEARD[1:], "boredom")  # emotions that a half is put together of
END = 0.8
ANSWERED = {"valence": 0.6, "arousal": 0.8, "dominance": 0.4}  # of the step asked, to be read
LEAST = 0.1  # read on the axis, below which a share of it is no measure
FALL = 3.0  # how much the square of what is missing on the axis counts against that of the share aside
SPREAD = 0.25  # of the voices' variance; 1 when low arousal was found
STIFFNESS = 0.01  # of the shares' square against the cost
BOTH = 1.0  # of the square of what both ends have aside alike, against that of what differs
WIDTH, FEW = 0.2, 4  # of a try's move of a share; how many shares it moves
# Calm with a little of valence, since the voice's calm alone is no pleasure; the shipped slopes, and who is dominant or weak.
START: dict[str, dict[str, float]] = {
    "arousal_low": {"calm": 1.3, "valence": 0.35},
    "dominance": {"dominance": 0.6, "joy": 0.2, "anger": 0.3},
    "dominance_low": {"dominance_low": 1.0, "fear": 0.5},
}
PACE = (0.78, 1.0)  # of neutral: what is faster is misheard
_NEUTRAL = 8  # sentences of each voice that give its neutral reference


@dataclass(frozen=True)
class Half:
    """The end of half an axis. Named emotions near it keep their numbers, so slopes act by a share alone.

    Args:
        key: of ``HALVES``.
        rest: steps of the faders without any slope ``(F,)``.
        share: by which steps at 1 on the axis count here; below 0 in the lower half.
    """

    key: str
    rest: np.ndarray
    share: float

    @property
    def place(self) -> np.ndarray:
        """Valence, arousal and dominance asked ``(3,)``."""
        return np.array(_place(self.key).array())

    @property
    def axis(self) -> str:
        """The axis."""
        return self.key.partition("_")[0]

    def steps(self, moves: np.ndarray) -> np.ndarray:
        """Steps of the faders after moves from rest, within their bounds ``(F,)``."""
        low, high = bounds()
        rate = list(FADERS).index("rate")
        low[rate], high[rate] = (np.log(pace) / np.log1p(FADERS["rate"][0]) for pace in PACE)
        return np.clip(self.rest + moves, low, high)


def half(key: str) -> Half:
    """The end of half an axis."""
    level, up = (_sloped(key, slope) for slope in (0.0, 0.1))
    return Half(key, level, float(np.median(up - level)) / 0.1)


def _place(key: str) -> VAD:
    axis, _, low = key.partition("_")
    return VAD(**{axis: -END if low else END})


def _sloped(key: str, slope: float) -> np.ndarray:
    """Steps of the faders at the end of a half if every fader moved by so many steps at 1 on the axis ``(F,)``."""
    shipped = fader_set("prosody")
    faders = dict(shipped.faders)
    for name, number in numbers(np.full(len(FADERS), slope)).items():
        faders[name] = replace(faders[name], plane={**faders[name].plane, key: number})
    return _steps_at(replace(shipped, faders=faders), key)


def _steps_at(faders: FaderSet, key: str) -> np.ndarray:
    track = Timeline.constant(Emotion.at(_place(key))).sample(np.zeros(1))
    values = faders.evaluate(track)
    return steps_of({name: float(values[name][0]) for name in FADERS})


def parts(found: Half) -> np.ndarray:
    """What ends are put together of, in steps ``(P, F)``: the shipped moves of the half and of the other axes, and emotions."""
    ends = [found, *(half(axis) for axis in AXES if axis != found.axis)]
    moves = [_steps_at(fader_set("prosody"), end.key) - end.rest for end in ends]
    return np.array(moves + [shipped(part) for part in PARTS])


def names(found: Half) -> list[str]:
    """Of ``parts``."""
    return [found.key, *(axis for axis in AXES if axis != found.axis), *PARTS]


class Reader:
    """Says sentences, and reads points of valence, arousal and dominance, made as large as they are in people.

    The ear is unsure, so it reads all points nearer to neutral, valence most of all, and some of each on the others. What it
    reads is put right by the inverse of what it makes of people whom it does not know.

    Args:
        folder: of the corpora's clips.
        ear: that hears.
        count: sentences of each voice.

    Attributes:
        right: what is read on each axis (columns) for 1 on each axis (rows) ``(3, 3)``.
    """

    def __init__(self, folder: Path, ear: Recogniser, count: int) -> None:
        self._ear, self._count = ear, count
        clips = people(folder, HEARD)
        waves = (wave_of(clip) for clip in clips)
        groups = [np.array(group) for group in zip(*(ear.hear(wave) for wave in waves), strict=True)]
        labels, speakers = (np.array([getattr(c, key) for c in clips]) for key in ("emotion", "speaker"))
        kinds = np.array([f"{clip.corpus} {clip.emotion}" for clip in clips])
        self._space = EffectSpace(labels, speakers, kinds, groups, HEARD)
        self.right = sensitivity(labels, speakers, kinds, groups)
        texts = SENTENCES["tune"]
        self._said = [
            (voice, text) for n, voice in enumerate(VOICES) for text in texts[n :: len(VOICES)][:count]
        ]
        own = {voice: self._hear([(voice, text) for text in texts[:_NEUTRAL]]) for voice in VOICES}
        self._reference = [
            np.array([own[voice][place].mean(axis=0) for voice, _ in self._said])
            for place in range(ear.groups)
        ]
        self._neutral = self._points(self.heard(np.zeros(len(FADERS))))

    def heard(self, steps: np.ndarray) -> np.ndarray:
        """Where sentences at steps of the faders lie among people ``(n, components)``."""
        groups = self._hear(self._said, values_of(steps))
        return self._space.placed(self._space.beside(groups, self._reference))

    def read(self, places: np.ndarray) -> np.ndarray:
        """Points of the voices against those of their neutral sentences ``(V, 3)``."""
        return np.asarray((self._points(places) - self._neutral) @ np.linalg.inv(self.right))

    def _points(self, places: np.ndarray) -> np.ndarray:
        return self._space.points_at(places).reshape(len(VOICES), self._count, 3).mean(axis=1)

    def _hear(
        self, pairs: Sequence[tuple[str, str]], values: dict[str, float] | None = None
    ) -> list[np.ndarray]:
        heard = [self._ear.hear(said(_own(values or {}, voice), voice, text)) for voice, text in pairs]
        return [np.array(group) for group in zip(*heard, strict=True)]


def _own(values: dict[str, float], voice: str) -> dict[str, float]:
    """Values of which a voice takes its share."""
    shares = next(c for c in cast().characters if c.name == voice).shares
    return {name: shared(name, value, shares.get(name, 1.0)) for name, value in values.items()}


def sensitivity(
    labels: np.ndarray, speakers: np.ndarray, kinds: np.ndarray, groups: Sequence[np.ndarray]
) -> np.ndarray:
    """What is read on each axis (columns) for 1 on each axis (rows), of speakers who were left out ``(3, 3)``.

    Arguments are those of ``EffectSpace``.
    """
    own = [own_neutral(group, labels, speakers) for group in groups]
    read = np.zeros((len(labels), 3))
    for speaker in np.unique(speakers):
        out = speakers == speaker
        space = EffectSpace(labels[~out], speakers[~out], kinds[~out], [g[~out] for g in groups], HEARD)
        read[out] = space.points_at(
            space.placed(space.beside([g[out] for g in groups], [n[out] for n in own]))
        )
    _, kind, sizes = np.unique(kinds, return_inverse=True, return_counts=True)
    weight = (
        sizes[kind, None] ** -0.25
    )  # on both sides, so that corpus and label count by the root of their sizes
    felt = np.array([[*lexicon()[label].vad.array(), 1.0] for label in labels])
    found, *_ = np.linalg.lstsq(felt * weight, read * weight, rcond=None)
    return np.asarray(found[:3])


def cost(halves: Sequence[Half], read: np.ndarray) -> float:
    """How far aside of the axis voices are read as a share of the way along it, and how far from what was asked on it.

    Args:
        halves: of one axis, one or two. Of two, the way from one end to the other counts, and a little what both have aside.
        read: in each voice at each end ``(H, V, 3)``.
    """
    own = AXES.index(halves[0].axis)
    ways = read * np.array([np.sign(half.place[own]) for half in halves])[:, None, None]
    way = ways.mean(axis=0)
    mean = way.mean(axis=0)
    along = max(mean[own] / END, 0.0)
    aside = np.square(np.delete(mean, own)).sum() + SPREAD * np.delete(way.var(axis=0), own).sum()
    if len(halves) > 1:
        aside += BOTH * np.square(np.delete(read.mean(axis=(0, 1)), own)).sum()
    return float(aside / ((END * along) ** 2 + LEAST**2) + FALL * (along - ANSWERED[halves[0].axis]) ** 2)


def searched(
    halves: Sequence[Half], reader: Reader, tries: int, draw: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray]:
    """Steps of the faders at the end of each half of an axis ``(F,)``, and the shares of ``names`` in them ``(H, P)``.

    A random search: each try moves a few shares, and is kept if it costs less; moves grow with luck and shrink without.

    Args:
        halves: of one axis, one or two.
        reader: of sentences.
        tries: how often the ends are said and read.
        draw: chance.
    """
    made = [parts(half) for half in halves]
    best = np.array([[START[half.key].get(name, 0.0) for name in names(half)] for half in halves])
    least, width = np.inf, WIDTH
    for number in range(tries):
        shares = best.copy()
        if number:
            few = draw.permutation(best.size)[: FEW * len(halves)]
            shares.flat[few] += width * draw.standard_normal(len(few))
        ends = [half.steps(own @ part) for half, own, part in zip(halves, shares, made, strict=True)]
        read = np.array([reader.read(reader.heard(end)) for end in ends])
        value = cost(halves, read) + STIFFNESS * float(np.square(shares).sum())
        better = value < least
        if number:
            width *= 1.3 if better else 0.93
        if better:
            best, least, found = shares, value, ends
            told = f"{read.mean(axis=1).round(2).tolist()}, spread {read.std(axis=1).round(2).tolist()}"
            print(f"{halves[0].axis} try {number}: {value:.4f}; read {told}", flush=True)
    return found, best


def numbers(steps: np.ndarray) -> dict[str, float]:
    """Each fader's change at 1 on the axis: offsets in its unit, factors as the multiple."""
    faders = fader_set("prosody").faders
    return {
        name: float((1 + row[0]) ** count if faders[name].law == "factor" else row[0] * count)
        for (name, row), count in zip(FADERS.items(), steps, strict=True)
    }


def main() -> None:
    """Fit, print, and write the slopes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with speech/speech.csv")
    parser.add_argument("--recogniser", type=Path, required=True, help="encoder_model.ort")
    parser.add_argument(
        "--halves", default="arousal_low,dominance+dominance_low", help="joined by + to be searched together"
    )
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--sentences", type=int, default=3, help="of each voice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    reader = Reader(args.data / "speech", Recogniser(args.recogniser), args.sentences)
    print(reader.right.round(3).tolist(), flush=True)
    slopes: dict[str, dict[str, float]] = {}
    for keys in args.halves.split(","):
        halves = [half(key) for key in keys.split("+")]
        found = searched(halves, reader, args.tries, np.random.default_rng(args.seed))
        for one, steps, shares in zip(halves, *found, strict=True):
            slopes[one.key] = numbers((steps - one.rest) / one.share)
            print(one.key, dict(zip(names(one), shares.round(3).tolist(), strict=True)), flush=True)
        args.out.write_text(json.dumps(slopes, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
