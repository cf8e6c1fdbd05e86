"""Finds what valence, arousal and dominance alone have to do to the voice's faders.

    python tools/fit_prosody_axes.py ../shared/data --ear FOLDER --diariser pytorch_model.bin --out axes.json
    python tools/set_prosody.py axes.json --axes

An axis swept by itself, with the others asked at 0, is to move what judges of the actors read along that axis and little along
the others. Start is the plane through the labels (conditioning/fader_planes.py). In each round every fader is moved a little
at both ends of the axis; on that response the slopes are sought at which the ears of tools/fit_prosody.py (with calm besides
their seven emotions) read what was asked, a share of it that voices reach, with the other axes as when neutral.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from fit_prosody import Ensemble, Listening, responses
from prosody_faders import FADERS, bounds, steps_of

from conditioning.emotion import Emotion
from conditioning.faders import FaderSet, fader_set
from conditioning.timeline import Timeline
from conditioning.vad import AXES, VAD
from studio.training.prosody_diariser import Diariser
from studio.training.prosody_ear import Ear
from studio.training.prosody_judge import CLASSES

ENDS = (-0.8, 0.8)
REACHED = {"valence": 0.3, "arousal": 0.45, "dominance": 0.3}  # of the step asked, to be read
REACH = 4.0  # steps at 1 on the axis that a round may move a fader; about half of them count at an end


class Reader:
    """Reads points of valence, arousal and dominance of rendered rows, against those read when neutral.

    Args:
        ensemble: that renders and hears, with calm besides its seven emotions.
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        self.neutral = ensemble.points(ensemble.plain).mean(axis=0)

    def read(self, rows: np.ndarray) -> np.ndarray:
        """Mean point ``(3,)``."""
        found: np.ndarray = self.ensemble.points(rows).mean(axis=0) - self.neutral
        return found


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


def started(axis: str) -> np.ndarray:
    """Steps of the faders at 1 on an axis by the shipped map ``(F,)``."""
    last = ends(axis)[-1]
    return (_steps_at(fader_set("prosody"), axis, last.place) - last.rest) / last.share


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


def fitted(reader: Reader, axis: str, rounds: int) -> np.ndarray:
    """Steps of each fader at 1 on the axis ``(F,)``."""
    slopes = start = started(axis)
    both = ends(axis)
    best, least = start, np.inf
    for number in range(rounds + 1):
        rows = [reader.ensemble.render(end.steps(slopes)) for end in both]
        value = cost(reader, rows, axis)
        told = " ".join(str(np.round(reader.read(row), 3)) for row in rows)
        print(f"{axis} round {number}: {value:.4f}; read {told}", flush=True)
        if value < least:
            best, least = slopes, value
        if number == rounds:
            break
        planes = [
            responses(reader.ensemble, end.steps(slopes), row, bounds())
            for end, row in zip(both, rows, strict=True)
        ]
        slopes = descended(reader, both, axis, slopes, rows, planes, start)
    return best


def cost(reader: Reader, rows: list[np.ndarray], axis: str) -> float:
    """Square distance of what is read from what was asked, both ends."""
    asked = np.zeros(3)
    asked[AXES.index(axis)] = REACHED[axis]
    away = [reader.read(row) - end * asked for end, row in zip(ENDS, rows, strict=True)]
    return float(np.sum(np.square(away)))


def descended(
    reader: Reader,
    both: list[End],
    axis: str,
    slopes: np.ndarray,
    rows: list[np.ndarray],
    planes: list[np.ndarray],
    start: np.ndarray,
) -> np.ndarray:
    """Slopes at which the cost on the planes is least."""
    from scipy.optimize import minimize

    def predicted(new: np.ndarray) -> float:
        moved = [
            row + ((end.steps(new) - end.steps(slopes)) @ plane).reshape(row.shape)
            for end, row, plane in zip(both, rows, planes, strict=True)
        ]
        return cost(reader, moved, axis) + 0.0004 * float(np.sum((new - start) ** 2))

    limits = [(value - REACH, value + REACH) for value in slopes]
    settings = {"maxiter": 40, "eps": 1e-2}
    return np.asarray(minimize(predicted, slopes, method="L-BFGS-B", bounds=limits, options=settings).x)


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
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    listening = Listening(Ear(args.ear), Diariser(args.diariser))
    reader = Reader(Ensemble(args.data / "speech", listening, 2, (*CLASSES, "calm")))
    found: dict[str, dict[str, float]] = {}
    for axis in args.axes.split(","):
        found[axis] = numbers(fitted(reader, axis, args.rounds))
        print(axis, {name: round(value, 3) for name, value in found[axis].items()}, flush=True)
        args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
