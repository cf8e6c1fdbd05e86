from __future__ import annotations

import json
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.assets import asset
from studio.judges.motion import is_cut, motion_between, thumbnail
from studio.judges.quadrants import QUADRANTS
from studio.judges.scoring.video import MotionEffect, VideoJudge
from studio.judges.scoring.video_colour import COLOUR_MEANS, colour_means, felt_colour

JUDGE = VideoJudge()
EFFECT = MotionEffect(neutral_speed=0.1, octaves=2.0, size=0.25, sd=0.15)


def marbled(width: int, palette: tuple[tuple[int, int, int], ...], seed: int = 0) -> np.ndarray:
    """Smooth bands of a few colours, 180 pixels high; no thing is shown."""
    draw = np.random.default_rng(seed)
    field = cv2.GaussianBlur(draw.normal(size=(180, width)), (0, 0), 9)
    share = np.argsort(np.argsort(field.ravel())).reshape(field.shape) / field.size
    steps = np.linspace(0, 1, len(palette))
    planes = [np.interp(share, steps, [colour[c] for colour in palette]) for c in range(3)]
    return np.stack(planes, axis=-1).astype(np.uint8)


FIERY = marbled(900, ((120, 5, 5), (220, 40, 20), (250, 140, 30)))
PALE = marbled(900, ((150, 180, 205), (190, 205, 220), (220, 232, 240)))
DULL = marbled(900, ((40, 40, 42), (70, 70, 72), (95, 95, 95)))
MERRY = marbled(900, ((245, 140, 190), (250, 215, 60), (255, 240, 150)))


def pan(
    picture: np.ndarray, speed: float, seconds: float = 1.0, fps: float = 25.0
) -> Iterator[tuple[float, np.ndarray]]:
    """A film that moves over a picture at a speed in picture heights a second."""
    for number in range(round(seconds * fps)):
        left = round(number / fps * speed * 180)
        yield number / fps, picture[:, left : left + 320]


def point(picture: np.ndarray, speed: float = 0.1) -> np.ndarray:
    vad = JUDGE.read(pan(picture, speed)).vad
    assert vad is not None
    return vad.array()[:2]


def test_flow_measures_the_speed_and_direction_of_a_pan() -> None:
    for speed in (0.25, 0.5, 1.0):
        frames = [picture for _, picture in pan(FIERY, speed, 0.4, fps=10)]
        motion = motion_between(thumbnail(frames[1]), thumbnail(frames[2]), 0.1)
        assert motion.speed == pytest.approx(speed, rel=0.25)
        assert motion.rightward == pytest.approx(-speed, rel=0.25)
        assert abs(motion.upward) < 0.2 * speed


def test_a_still_does_not_move_and_sizes_must_agree() -> None:
    still = thumbnail(FIERY[:, :320])
    assert motion_between(still, still, 0.04).speed < 0.01
    with pytest.raises(ValueError, match="shapes"):
        motion_between(still, thumbnail(FIERY[:90, :320]), 0.04)
    with pytest.raises(ValueError, match="0 seconds"):
        motion_between(still, still, 0.0)


def test_a_new_shot_is_a_cut_and_a_pan_is_none() -> None:
    assert is_cut(FIERY[:, :320], PALE[:, :320])
    assert not is_cut(FIERY[:, :320], FIERY[:, 10:330])


def test_colour_means_are_those_of_the_pixels() -> None:
    grey = colour_means(np.full((4, 5, 3), 128, np.uint8))
    assert grey.shape == (len(COLOUR_MEANS),)
    assert grey[0] == pytest.approx(0.6, abs=0.01) and np.abs(grey[1:7]).max() < 1e-3
    halves = np.array([[[200, 30, 30], [30, 30, 200]]], np.uint8)
    apart = [colour_means(halves[:, one : one + 1]) for one in range(2)]
    assert colour_means(halves) == pytest.approx(np.mean(apart, axis=0))


def test_the_average_photograph_feels_neutral() -> None:
    weights = {"colour_slope": np.ones((9, 2)), "colour_centre": np.arange(9.0)}
    assert felt_colour(np.arange(9.0)[None], weights)[0] == pytest.approx([0, 0])


def test_bare_colour_is_read_as_people_feel_it() -> None:
    fiery, pale, dull, merry = (point(picture) for picture in (FIERY, PALE, DULL, MERRY))
    assert fiery[1] > pale[1] + 0.15 and fiery[1] > dull[1] + 0.15
    assert merry[0] > dull[0] + 0.2
    assert JUDGE.read(pan(FIERY, 0.1)).top in ("Q1", "Q2")


def test_faster_is_more_arousing_and_as_pleasant() -> None:
    slow, middle, fast = (point(PALE, speed) for speed in (0.02, 0.2, 1.0))
    assert slow[1] < middle[1] - 0.05 < fast[1] - 0.1
    assert fast[0] == pytest.approx(slow[0], abs=0.06)


@given(st.floats(0, 50), st.floats(0, 50))
def test_the_effect_of_motion_rises_with_speed_and_is_bounded(one: float, other: float) -> None:
    slow, fast = sorted((one, other))
    assert -0.25 <= EFFECT.arousal(slow) <= EFFECT.arousal(fast) <= 0.25


def test_the_neutral_speed_moves_nothing() -> None:
    assert EFFECT.arousal(0.1) == pytest.approx(0)
    assert EFFECT.arousal(0.4) == pytest.approx(-EFFECT.arousal(0.025))


def test_a_film_is_measured_and_read_second_by_second() -> None:
    shots = [*pan(PALE, 0.1, 1.5), *((1.5 + time, picture) for time, picture in pan(FIERY, 0.8, 1.5))]
    moments = JUDGE.moments(iter(shots))
    assert [m.start for m in moments] == pytest.approx([0, 1, 2], abs=0.1)
    assert [m.cuts for m in moments] == [0, 1, 0] or [m.cuts for m in moments] == [0, 0, 1]
    calm, _, wild = moments
    assert calm.speed is not None and wild.speed is not None and wild.speed > 3 * calm.speed
    assert calm.lightness > wild.lightness and wild.chroma > calm.chroma
    assert wild.colourfulness > calm.colourfulness
    assert 20 < wild.hue < 70 and 180 < calm.hue < 300
    assert wild.reading.vad is not None and calm.reading.vad is not None
    assert wild.reading.vad.arousal > calm.reading.vad.arousal + 0.2


def test_readings_over_time_are_those_of_the_moments() -> None:
    timed = JUDGE.read_over_time(pan(PALE, 0.1, 2.0))
    assert [(t.start, t.end) for t in timed] == [
        (0.0, pytest.approx(1.0, abs=0.05)),
        (pytest.approx(1.0, abs=0.05), pytest.approx(2.0, abs=0.05)),
    ]
    assert sum(timed[0].reading.probabilities.values()) == pytest.approx(1)
    assert tuple(timed[0].reading.probabilities) == QUADRANTS == JUDGE.card.labels


def test_a_single_picture_is_a_film_without_motion() -> None:
    reading = JUDGE.read(MERRY[:, :320])
    moving = JUDGE.read(pan(MERRY, 0.1))
    assert reading.vad is not None and reading.vad_sd is not None and moving.vad_sd is not None
    assert reading.vad_sd[1] < moving.vad_sd[1]


def test_frames_half_a_second_apart_say_nothing_of_motion() -> None:
    assert all(moment.speed is None for moment in JUDGE.moments(pan(PALE, 0.3, 2.0, fps=2)))


@pytest.mark.parametrize("kind", ["black", "grey", "noise"])
def test_a_film_with_nothing_to_see_has_no_reading(kind: str) -> None:
    draw = np.random.default_rng(8)

    def frames() -> Iterator[tuple[float, np.ndarray]]:
        for number in range(10):
            level = {"black": 0, "grey": 128}.get(kind)
            yield (
                number / 10,
                draw.integers(0, 256, (180, 320, 3), np.uint8)
                if level is None
                else np.full((180, 320, 3), level, np.uint8),
            )

    reading = JUDGE.read(frames())
    assert reading.confidence < reading.floor
    assert reading.top == "no reading"
    assert all(timed.reading.top == "no reading" for timed in JUDGE.read_over_time(frames()))


def test_a_film_without_frames_has_no_reading() -> None:
    assert JUDGE.read_over_time([]) == []
    assert JUDGE.read([]).top == "no reading"


def test_no_more_than_two_frames_are_held() -> None:
    alive: list[int] = []

    def frames() -> Iterator[tuple[float, np.ndarray]]:
        for number, (time, picture) in enumerate(pan(PALE, 0.1, 1.2)):
            alive.append(number)
            yield time, picture.copy()

    assert len(JUDGE.read_over_time(frames())) == 2
    assert alive == list(range(30))


def test_clouds_of_colour_are_taken_for_no_photograph() -> None:
    assert all(moment.photographic < 0.3 for moment in JUDGE.moments(pan(MERRY, 0.1)))


def test_who_knows_that_a_picture_is_drawn_gets_its_colour_read_alone() -> None:
    drawn, photograph, told = (
        JUDGE.read(PALE[:, :320], photographic=share).vad for share in (0.0, 1.0, None)
    )
    assert drawn is not None and photograph is not None and told is not None
    glance = JUDGE.glance(0.0, PALE[:, :320])
    assert photograph.array()[:2] == pytest.approx(glance.sight.point, abs=1e-6)
    share = glance.photographic
    assert told.array() == pytest.approx(share * photograph.array() + (1 - share) * drawn.array(), abs=1e-6)


def test_photographs_and_paintings_are_told_apart_on_unseen_themes() -> None:
    told = json.loads((asset("judges", "video") / "card.json").read_text(encoding="utf-8"))[
        "photographs_told_apart"
    ]
    assert told["photographs"] > 0.9
    assert min(share for name, share in told.items() if name != "photographs") > 0.6


def test_the_card_says_what_is_measured_and_what_is_not() -> None:
    facts = json.loads((asset("judges", "video") / "card.json").read_text(encoding="utf-8"))
    assert facts["valence_r_interval"][0] > 0.4 and facts["arousal_r_interval"][0] > 0.4
    assert facts["photographs_by_colour_alone"]["over all"]["valence"] < 0.4
    assert "on films nothing could be measured" in facts["split"]
    assert any("unknown" in limit for limit in facts["limits"])
    assert any("set by us" in limit for limit in facts["limits"])
