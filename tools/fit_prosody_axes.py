"""Finds what valence, arousal and dominance alone have to do to the voice's faders.

    python tools/fit_prosody_axes.py ../shared/data --ear FOLDER --diariser pytorch_model.bin --out axes.json
    python tools/set_prosody.py axes.json --axes

An axis swept by itself, with the others asked at 0, is to move what judges of the actors read along that axis and not along
the others. No axis has actors of its own, so it is put together of the emotions: its slopes are shares of the emotions' own
faders, such as much of surprise and fear and little of sadness for arousal. Start is the shipped map. In each round every
share is moved a little at both ends of the axis; on that response the shares are sought at which the ears of
tools/prosody_hearing.py (with calm besides their seven emotions) read a share of what was asked that voices reach, with the other
axes as when neutral. Seven shares generalise better than a slope of each fader by itself: fitted to two ears, the third was
expected to read an arousal of .13 and -.20 at the ends of dominance with such slopes, of -.03 and .02 with shares.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from prosody_faders import FADERS, bounds, steps_of
from prosody_hearing import Ensemble, Listening
from scipy.optimize import minimize

from conditioning.emotion import Emotion
from conditioning.faders import FaderSet, fader_set
from conditioning.timeline import Timeline
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import lexicon
from studio.training.prosody_beside import own_neutral
from studio.training.prosody_diariser import Diariser
from studio.training.prosody_ear import Ear
from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES

PARTS = (*CLASSES[1:], "calm")  # emotions that an axis is put together of
ENDS = (-0.8, 0.8)
REACHED = {"valence": 0.6, "arousal": 0.8, "dominance": 0.4}  # of the step asked, to be read
ASIDE = 3.0  # how much more than on the axis asked a square of way counts on the others
NUDGE = 0.3  # of a share, by which responses are measured
STIFFNESS = 0.005  # of the shares' square against the cost


@dataclass(frozen=True)
class End:
    """A point on an axis. Named emotions near it keep their numbers, so slopes act by a share alone.

    Args:
        place: on the axis.
        rest: steps of the faders without any slope ``(F,)``.
        share: by which steps at 1 on the axis count here.
    """

    place: float
    rest: np.ndarray
    share: float

    def steps(self, slopes: np.ndarray) -> np.ndarray:
        """Steps of the faders within their bounds ``(F,)``."""
        return np.clip(self.rest + self.share * slopes, *bounds())


def ends(axis: str) -> list[End]:
    """Both ends of an axis."""
    found = []
    for place in ENDS:
        level, up = (_sloped(axis, place, slope) for slope in (0.0, 1.0))
        found.append(End(place, level, float(np.median(up - level))))
    return found


def _sloped(axis: str, place: float, slope: float) -> np.ndarray:
    """Steps of the faders at a point if every fader moved by so many steps at 1 on the axis ``(F,)``."""
    shipped = fader_set("prosody")
    faders = dict(shipped.faders)
    for name, row in FADERS.items():
        factor = faders[name].law == "factor"
        given = (1 + row[0]) ** slope if factor else row[0] * slope
        faders[name] = replace(faders[name], plane={**faders[name].plane, axis: given})
    return _steps_at(replace(shipped, faders=faders), axis, place)


def _steps_at(faders: FaderSet, axis: str, place: float) -> np.ndarray:
    track = Timeline.constant(Emotion.at(VAD(**{axis: place}))).sample(np.zeros(1))
    values = faders.evaluate(track)
    return steps_of({name: float(values[name][0]) for name in FADERS})


def parts() -> np.ndarray:
    """The numbers of each emotion that axes are put together of, in steps ``(P, F)``."""
    faders = fader_set("prosody").faders
    rest = {name: faders[name].neutral for name in FADERS}
    own = {
        part: {
            n: rest[n] * faders[n].labels[part] if faders[n].law == "factor" else faders[n].labels[part]
            for n in FADERS
            if part in faders[n].labels
        }
        for part in PARTS
    }
    return np.array([steps_of({**rest, **own[part]}) for part in PARTS])


def started(axis: str) -> np.ndarray:
    """The shares that come nearest to the shipped slopes ``(P,)``."""
    last = ends(axis)[-1]
    slopes = (_steps_at(fader_set("prosody"), axis, last.place) - last.rest) / last.share
    return np.asarray(np.linalg.lstsq(parts().T, slopes, rcond=None)[0])


class Reader:
    """Reads points of valence, arousal and dominance, made as large as they are in people.

    Ears that are unsure read all points nearer to neutral, valence most of all: of people who were left out they read about a
    tenth of valence, two fifths of arousal and a quarter of dominance, and some of each on the others. What they read is put
    right by the inverse of that, or a little valence would pass for none.

    Args:
        ensemble: that renders and hears, with calm besides its seven emotions.
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        self._right = np.linalg.inv(sensitivity(ensemble))
        self._neutral = ensemble.points(ensemble.plain).mean(axis=0)

    def read(self, rows: np.ndarray) -> np.ndarray:
        """Mean point against that of the neutral voice ``(3,)``."""
        found: np.ndarray = (self.ensemble.points(rows).mean(axis=0) - self._neutral) @ self._right
        return found


def sensitivity(ensemble: Ensemble) -> np.ndarray:
    """What the ears read on each axis (columns) for 1 on each axis (rows), of speakers who were left out ``(3, 3)``."""
    labels, speakers, kinds, groups = ensemble.people
    _, kind, sizes = np.unique(kinds, return_inverse=True, return_counts=True)
    weight = (
        sizes[kind] ** -0.25
    )  # on both sides of the regression, so that corpus and label count by the root of their sizes
    own = [own_neutral(group, labels, speakers) for group in groups]
    read = np.zeros((len(labels), 3))
    for speaker in np.unique(speakers):
        out = speakers == speaker
        for part in ensemble.parts:
            heard = [groups[p] for p in part]
            space = EffectSpace(
                labels[~out],
                speakers[~out],
                kinds[~out],
                [g[~out] for g in heard],
                ensemble.spaces[0].classes,
            )
            inputs = space.beside([g[out] for g in heard], [own[p][out] for p in part])
            read[out] += space.points(inputs) / len(ensemble.parts)
    felt = np.array([[*lexicon()[label].vad.array(), 1.0] for label in labels])
    found, *_ = np.linalg.lstsq(felt * weight[:, None], read * weight[:, None], rcond=None)
    return np.asarray(found[:3])


class Axis:
    """An axis at both its ends, and what is read there.

    Args:
        name: of the axis.
        reader: of points.
    """

    def __init__(self, name: str, reader: Reader) -> None:
        self.name, self.reader = name, reader
        self.ends, self.parts = ends(name), parts()

    def render(self, shares: np.ndarray) -> list[np.ndarray]:
        """Rows of both ends."""
        return [self.reader.ensemble.render(end.steps(shares @ self.parts)) for end in self.ends]

    def cost(self, rows: list[np.ndarray]) -> float:
        """Square distance of what is read from what was asked, both ends."""
        own = AXES.index(self.name)
        asked, weight = np.zeros(3), np.full(3, ASIDE)
        asked[own], weight[own] = REACHED[self.name], 1.0
        away = [self.reader.read(row) - end.place * asked for end, row in zip(self.ends, rows, strict=True)]
        slope = (away[1] - away[0]) / np.ptp(ENDS)
        return float((np.mean(np.square(away), axis=0) + 2 * np.square(slope)) @ weight)


def fitted(axis: Axis, rounds: int) -> np.ndarray:
    """Shares of the emotions in an axis ``(P,)``."""
    here = best = started(axis.name)
    least, reach = np.inf, 0.8
    for number in range(rounds + 1):
        rows = axis.render(here)
        value = axis.cost(rows)
        told = " ".join(str(np.round(axis.reader.read(row), 2).tolist()) for row in rows)
        print(f"{axis.name} round {number}: {value:.4f}; read {told}", flush=True)
        if value < least:
            best, least, kept = here, value, rows
            planes = responses(axis, here, rows) if number < rounds else []
        else:
            reach /= 2
        if number < rounds:
            here = descended(axis, best, kept, planes, reach)
    return best


def responses(axis: Axis, shares: np.ndarray, rows: list[np.ndarray]) -> list[np.ndarray]:
    """Change of every number at both ends by a whole share of each emotion ``(P, n, N)``."""
    found = []
    for part in range(len(PARTS)):
        moved = shares.copy()
        moved[part] += NUDGE
        found.append([(new - old) / NUDGE for new, old in zip(axis.render(moved), rows, strict=True)])
    return [np.array(both) for both in zip(*found, strict=True)]


def descended(
    axis: Axis, shares: np.ndarray, rows: list[np.ndarray], planes: list[np.ndarray], reach: float
) -> np.ndarray:
    """Shares at which the cost on the planes is least."""

    def predicted(new: np.ndarray) -> float:
        moved = [
            row + np.tensordot(new - shares, plane, axes=1) for row, plane in zip(rows, planes, strict=True)
        ]
        return axis.cost(moved) + STIFFNESS * float(new @ new)

    limits = [(value - reach, value + reach) for value in shares]
    settings = {"maxiter": 40, "eps": 1e-2}
    return np.asarray(minimize(predicted, shares, method="L-BFGS-B", bounds=limits, options=settings).x)


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
    parser.add_argument("--ear", type=Path, required=True, help="folder of the network that spots words")
    parser.add_argument("--diariser", type=Path, required=True, help="weights of the one that tells speakers")
    parser.add_argument("--axes", default=",".join(AXES))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sentences", type=int, default=2, help="of each voice")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    listening = Listening(Ear(args.ear), Diariser(args.diariser))
    reader = Reader(Ensemble(args.data / "speech", listening, args.sentences, (*CLASSES, "calm")))
    print(sensitivity(reader.ensemble).round(3).tolist(), flush=True)
    found: dict[str, dict[str, float]] = {}
    for name in args.axes.split(","):
        axis = Axis(name, reader)
        shares = fitted(axis, args.rounds)
        found[name] = numbers(shares @ axis.parts)
        print(name, dict(zip(PARTS, shares.round(3).tolist(), strict=True)), flush=True)
        args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
