"""The judge of moving pictures: what is felt of a background or a film, second by second.

Two parts are mixed by how surely a photograph is seen rather than a painted or an abstract picture:

* what is shown, as the picture judge reads it, who learned from photographs;
* bare colour, as people feel it who rate scales of colour without a subject, reckoned from the average photograph.

Who knows where the pictures come from says so: a drawn background is no photograph, however like one it looks.

Motion moves arousal in both. That it does, and hardly valence, is published (Detenber, Simons & Bennett 1998; Simons et al.
1999, 2000; Toet et al. 2011 for speed of textures without a subject); how much is not, so its size is set and its error
unknown. Cuts are counted, but nothing is concluded from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditioning.vad import VAD
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.motion import is_cut, motion_between, thumbnail
from studio.judges.picture_features import colourfulness, shrunk
from studio.judges.quadrants import QUADRANTS, quadrant_probabilities
from studio.judges.scoring.picture import PictureJudge, Sight, shares_of
from studio.judges.scoring.video_colour import colour_means, felt_colour
from studio.judges.weights import load_trained

__all__ = ["Glance", "Moment", "MotionEffect", "VideoJudge"]

_APART = 0.5  # seconds between the pictures that are looked at
_LONGEST_STEP = 0.25  # seconds between two pictures above which flow says nothing


@dataclass(frozen=True)
class MotionEffect:
    """How motion moves arousal.

    Args:
        neutral_speed: that moves nothing, in picture heights a second.
        octaves: doublings of the speed over which most of the effect comes.
        size: of the effect at great speed; as much down when all stands still.
        sd: standard deviation taken for its error.
    """

    neutral_speed: float
    octaves: float
    size: float
    sd: float

    def arousal(self, speed: float) -> float:
        """What a speed in picture heights a second adds to arousal, between minus and plus ``size``."""
        doublings = np.log2(max(speed, 1e-6) / self.neutral_speed)
        return float(self.size * np.tanh(doublings / self.octaves))


@dataclass(frozen=True)
class Glance:
    """What is seen at one time of a film.

    Args:
        time: seconds.
        sight: what the picture judge makes of it.
        photographic: probability that it is a photograph, neither painted nor abstract, 0..1.
        colours: means over the picture ``(9,)``, see ``colour_means``.
        colourfulness: of Hasler & Süsstrunk, 0 for grey, about 109 extremely.
        speed: of its motion in picture heights a second; None where no next picture was near enough.
    """

    time: float
    sight: Sight
    photographic: float
    colours: np.ndarray
    colourfulness: float
    speed: float | None = None


@dataclass(frozen=True)
class Moment:
    """One second of a film, measured and read.

    Args:
        start: seconds.
        end: seconds.
        lightness: mean, OKLab 0..1.
        chroma: mean distance from grey, 0 to about .32.
        hue: of the mean colour, degrees 0..360 in OKLab.
        colourfulness: 0 for grey, about 109 extremely.
        speed: of motion in picture heights a second; None where it could not be seen.
        cuts: how many shots begin in it.
        photographic: probability that it is a photograph, neither painted nor abstract, 0..1.
        reading: what is felt.
    """

    start: float
    end: float
    lightness: float
    chroma: float
    hue: float
    colourfulness: float
    speed: float | None
    cuts: int
    photographic: float
    reading: Reading


class VideoJudge:
    """Reads films and backgrounds, or a still as a film without motion.

    Args:
        folder: of weights and card; None takes the shipped ones.
        pictures: reads what is shown; None takes the shipped one.

    Raises:
        EngineError: a folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None, pictures: PictureJudge | None = None) -> None:
        trained = load_trained("video", folder)
        facts = trained.facts
        self.card: Card = trained.card
        self._weights = trained.weights
        self._pictures = pictures or PictureJudge()
        self._floor = trained.floor
        self._second: float = facts["interval_seconds"]
        self._colour_sd = np.array(facts["colour_sd"], float)
        self._motion = MotionEffect(**facts["motion"])

    def read(
        self,
        media: np.ndarray | Iterable[tuple[float, np.ndarray]],
        *,
        photographic: float | None = None,
    ) -> Reading:
        """What a whole film is read as.

        Args:
            media: time in seconds, not falling, and picture; or one picture, uint8 RGB ``(height, width, 3)``.
            photographic: how far what is shown counts, 0 for a drawn background to 1 for a photograph; None lets the judge
                tell from the picture.
        """
        if isinstance(media, np.ndarray):
            return self.reading([self.glance(0.0, media)], photographic=photographic)
        return self.reading([glance for glance, _ in self._glances(media)], photographic=photographic)

    def read_over_time(
        self, media: Iterable[tuple[float, np.ndarray]], *, photographic: float | None = None
    ) -> list[TimedReading]:
        """Readings second by second.

        Args:
            media: time in seconds, not falling, and picture; all pictures of the film, or its motion is not seen.
            photographic: as of ``read``.
        """
        moments = self.moments(media, photographic=photographic)
        return [TimedReading(moment.start, moment.end, moment.reading) for moment in moments]

    def moments(
        self, media: Iterable[tuple[float, np.ndarray]], *, photographic: float | None = None
    ) -> list[Moment]:
        """Measures and readings second by second; no picture is kept longer than until the next.

        Args:
            media: as of ``read_over_time``.
            photographic: as of ``read``.
        """
        found: list[Moment] = []
        gathered: list[tuple[Glance, int]] = []
        for glance, cuts in self._glances(media):
            if gathered and glance.time >= gathered[0][0].time + self._second - 1e-6:
                found.append(self._moment(gathered, glance.time, photographic))
                gathered = []
            gathered.append((glance, cuts))
        if gathered:
            found.append(self._moment(gathered, gathered[0][0].time + self._second, photographic))
        return found

    def glance(
        self, time: float, picture: np.ndarray, following: np.ndarray | None = None, seconds: float = 0.0
    ) -> Glance:
        """What is seen at one time.

        Args:
            time: seconds.
            picture: uint8 RGB ``(height, width, 3)``.
            following: a later picture of the same size and shot, for the motion.
            seconds: between both, a quarter or less.
        """
        speed = None
        if following is not None and 0 < seconds <= _LONGEST_STEP:
            speed = motion_between(thumbnail(picture), thumbnail(following), seconds).speed
        small = shrunk(picture)
        sight = self._pictures.see(picture)
        photographic = float(shares_of(sight.seen[None], self._weights)[0])
        return Glance(time, sight, photographic, colour_means(small), colourfulness(small), speed)

    def reading(self, glances: Sequence[Glance], *, photographic: float | None = None) -> Reading:
        """What is felt of a stretch that was looked at.

        Args:
            glances: at it, in any order; none gives no reading.
            photographic: as of ``read``.
        """
        seen = [glance for glance in glances if glance.sight.legible]
        point, sd = self._felt(seen, photographic) if seen else (np.zeros(2), np.ones(2))
        probabilities = quadrant_probabilities(point[None], sd)[0]
        # Where half of the glances met nothing to see, there is no reading.
        trust = float(2 * len(seen) > len(glances))
        named = {name: float(p) for name, p in zip(QUADRANTS, probabilities, strict=True)}
        vad = VAD.clipped(float(point[0]), float(point[1]), 0.0)
        errors = (float(sd[0]), float(sd[1]), float(1 / np.sqrt(3)))
        return Reading(named, vad, errors, trust * float(probabilities.max()), self._floor)

    def _felt(self, glances: Sequence[Glance], photographic: float | None) -> tuple[np.ndarray, np.ndarray]:
        """Valence and arousal ``(2,)`` and their standard deviations ``(2,)``."""
        share = photographic
        if share is None:
            share = float(np.mean([glance.photographic for glance in glances]))
        thing = np.mean([glance.sight.point for glance in glances], axis=0)
        colour = felt_colour(np.mean([glance.colours for glance in glances], axis=0)[None], self._weights)[0]
        point = share * thing + (1 - share) * colour
        variance = share * np.square(self._pictures.vad_sd[:2]) + (1 - share) * self._colour_sd**2
        speeds = [glance.speed for glance in glances if glance.speed is not None]
        if speeds:
            point[1] += self._motion.arousal(float(np.mean(speeds)))
            variance[1] += self._motion.sd**2
        return point, np.sqrt(variance)

    def _moment(
        self, gathered: Sequence[tuple[Glance, int]], end: float, photographic: float | None
    ) -> Moment:
        glances = [glance for glance, _ in gathered]
        light, chroma, red, yellow = np.mean([glance.colours for glance in glances], axis=0)[:4]
        speeds = [glance.speed for glance in glances if glance.speed is not None]
        return Moment(
            start=glances[0].time,
            end=end,
            lightness=float(light),
            chroma=float(chroma),
            hue=float(np.degrees(np.arctan2(yellow, red)) % 360),
            colourfulness=float(np.mean([glance.colourfulness for glance in glances])),
            speed=float(np.mean(speeds)) if speeds else None,
            cuts=sum(cuts for _, cuts in gathered),
            photographic=float(np.mean([glance.photographic for glance in glances])),
            reading=self.reading(glances, photographic=photographic),
        )

    def _glances(self, media: Iterable[tuple[float, np.ndarray]]) -> Iterator[tuple[Glance, int]]:
        """A glance about every half a second with the picture after it, and how many cuts came since the last."""
        due, cuts = -np.inf, 0
        waiting: tuple[float, np.ndarray] | None = None
        last: np.ndarray | None = None
        for time, picture in media:
            cut = last is not None and is_cut(last, picture)
            if waiting is not None:
                follows = None if cut or waiting[1].shape != picture.shape else picture
                yield self.glance(*waiting, follows, time - waiting[0]), cuts
                waiting, cuts = None, 0
            cuts += cut
            if time >= due - 1e-6:
                due, waiting = time + _APART, (time, picture)
            last = picture
        if waiting is not None:
            yield self.glance(*waiting), cuts
