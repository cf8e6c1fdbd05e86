from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.assets import asset
from studio.judges.frames import read_frames, spaced
from studio.judges.picture_features import FEATURES, colourfulness, legible, measure
from studio.judges.quadrants import QUADRANTS, quadrant_probabilities
from studio.judges.scoring.picture import PictureJudge, points_of, shares_of

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = PictureJudge()


def gradient(
    top: tuple[int, int, int], bottom: tuple[int, int, int], size: tuple[int, int] = (120, 160)
) -> np.ndarray:
    share = np.linspace(0, 1, size[0])[:, None, None]
    rows = (1 - share) * np.array(top) + share * np.array(bottom)
    return np.broadcast_to(rows, (*size, 3)).astype(np.uint8)


def feature(picture: np.ndarray, name: str) -> float:
    return float(measure(picture)[FEATURES.index(name)])


def test_a_reading_is_a_distribution_over_quadrants_with_a_point() -> None:
    reading = JUDGE.read(gradient((90, 140, 220), (60, 120, 40)))
    assert tuple(reading.probabilities) == QUADRANTS == JUDGE.card.labels
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading.vad is not None and reading.vad.dominance == 0
    assert reading.vad_sd is not None and 0 < reading.vad_sd[1] < reading.vad_sd[0]


def test_the_same_picture_is_read_the_same_and_its_mirror_image_nearly() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (90, 120, 3), np.uint8)
    picture[:, :60] //= 3
    first, again, mirrored = (JUDGE.read(p).vad for p in (picture, picture.copy(), picture[:, ::-1]))
    assert first == again
    assert first is not None and mirrored is not None
    assert first.distance(mirrored) < 0.02


def test_size_of_the_picture_matters_little() -> None:
    small = gradient((200, 60, 40), (20, 20, 30), (180, 240))
    large = np.repeat(np.repeat(small, 3, axis=0), 3, axis=1)
    one, other = JUDGE.read(small).vad, JUDGE.read(large).vad
    assert one is not None and other is not None
    assert one.distance(other) < 0.1


@pytest.mark.parametrize("size", [(8, 8), (1, 40), (720, 1280)])
def test_pictures_of_any_size_are_read(size: tuple[int, int]) -> None:
    assert JUDGE.read(gradient((10, 20, 30), (200, 210, 220), size)).vad is not None


def test_a_film_is_read_every_half_second_without_being_held() -> None:
    alive: list[int] = []

    def frames():  # type: ignore[no-untyped-def]
        for number in range(50):
            alive.append(number)
            yield number / 25, gradient((number, 100, 100), (0, 0, number))

    timed = JUDGE.read_over_time(frames())
    assert [t.start for t in timed] == pytest.approx([0.0, 0.52, 1.04, 1.56])
    assert [t.end for t in timed] == pytest.approx([0.52, 1.04, 1.56, 2.06])
    assert alive == list(range(50))


def test_a_film_without_frames_has_no_readings() -> None:
    assert read_frames([], 0.5, JUDGE.read) == []


@given(st.lists(st.floats(0, 0.4), min_size=1, max_size=40), st.floats(0.05, 1.0))
def test_spaced_frames_keep_their_distance(gaps: list[float], interval: float) -> None:
    times = np.cumsum(gaps).tolist()
    kept = [time for time, _ in spaced(((t, np.zeros((1, 1, 3), np.uint8)) for t in times), interval)]
    assert kept[0] == times[0]
    assert all(b - a >= interval - 1e-6 for a, b in itertools.pairwise(kept))


@settings(max_examples=30)
@given(st.floats(-1, 1), st.floats(-1, 1))
def test_quadrants_sum_to_one_and_lean_to_the_point(valence: float, arousal: float) -> None:
    q1, q2, q3, q4 = quadrant_probabilities(np.array([[valence, arousal]]), (0.3, 0.2, 0.6))[0]
    assert q1 + q2 + q3 + q4 == pytest.approx(1)
    assert (q1 + q4 >= 0.5) == (valence >= 0) or abs(valence) < 1e-9
    assert (q1 + q2 >= 0.5) == (arousal >= 0) or abs(arousal) < 1e-9


def test_a_picture_like_a_known_one_is_felt_alike_and_an_unlike_one_as_the_mean() -> None:
    weights = {
        "mean": np.array([1.0, 0.0]),
        "spread": np.array([2.0, 1.0]),
        "limit": np.array([3.0]),
        "known": np.array([[1.0, 0.0], [-1.0, 0.0]]),
        "narrowness": np.array([2.0]),
        "pull": np.array([[0.4, 0.0], [0.0, -0.6]]),
        "offset": np.array([0.0, -0.1]),
    }
    near, other, far = points_of(np.array([[3.0, 0.0], [-1.0, 0.0], [1e6, -1e6]]), weights)
    assert near == pytest.approx([0.4, -0.1], abs=0.02)
    assert other == pytest.approx([0.0, -0.7], abs=0.02)
    assert far == pytest.approx([0.0, -0.1], abs=0.01)


def test_shares_are_a_logistic_line() -> None:
    weights = {
        "mean": np.zeros(2),
        "spread": np.ones(2),
        "limit": np.array([4.0]),
        "shown_slope": np.array([1.0, -1.0]),
        "shown_offset": np.array([0.5]),
    }
    shares = shares_of(np.array([[0.0, 0.5], [9.0, 0.0]]), weights)
    assert shares == pytest.approx([0.5, 1 / (1 + np.exp(-4.5))])


NOTHING = {
    "black": np.zeros((120, 160, 3), np.uint8),
    "white": np.full((120, 160, 3), 255, np.uint8),
    "grey": np.full((120, 160, 3), 128, np.uint8),
    "one colour": np.full((120, 160, 3), (200, 40, 30), np.uint8),
    "noise": np.random.default_rng(4).integers(0, 256, (120, 160, 3), np.uint8),
    "noise of 720 lines": np.random.default_rng(5).integers(0, 256, (720, 1280, 3), np.uint8),
    "grey noise": np.repeat(np.random.default_rng(6).integers(0, 256, (120, 160, 1), np.uint8), 3, axis=2),
    "faint noise": np.clip(np.random.default_rng(7).normal(90, 12, (256, 320, 3)), 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_picture_with_nothing_to_see_has_no_reading(name: str) -> None:
    reading = JUDGE.read(NOTHING[name])
    assert not legible(NOTHING[name])
    assert reading.top == "no reading"
    assert reading.confidence < reading.floor


def clouds(seed: int) -> np.ndarray:
    """Coloured noise with a falling spectrum: no thing is shown."""
    draw = np.random.default_rng(seed)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(320), np.fft.fftfreq(240)))
    frequency[0, 0] = 1.0
    planes = np.fft.ifft2(np.fft.fft2(draw.normal(size=(3, 240, 320))) / frequency**1.6).real
    low, high = planes.min(axis=(1, 2), keepdims=True), planes.max(axis=(1, 2), keepdims=True)
    return np.ascontiguousarray((255 * (planes - low) / (high - low)).astype(np.uint8).transpose(1, 2, 0))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coloured_clouds_show_nothing_and_have_no_reading(seed: int) -> None:
    picture = clouds(seed)
    assert legible(picture)
    assert JUDGE.see(picture).shown < 0.2
    assert JUDGE.read(picture).top == "no reading"


@pytest.mark.parametrize("size", [(8, 8), (1, 40), (1, 1)])
def test_tiny_pictures_are_judged_legible_without_a_fault(size: tuple[int, int]) -> None:
    assert legible(np.zeros((*size, 3), np.uint8)) is False


def test_measures_know_light_colour_and_direction() -> None:
    dark, bright = gradient((10, 10, 10), (20, 20, 20)), gradient((240, 240, 240), (250, 250, 250))
    assert feature(dark, "share of dark") == 1 and feature(bright, "share of bright") == 1
    assert feature(gradient((255, 0, 0), (255, 0, 0)), "hue 45 degrees") == pytest.approx(0.2577, abs=1e-3)
    falling = gradient((250, 250, 250), (0, 0, 0))
    assert feature(falling, "lightness, top minus bottom") > 0.3
    assert feature(falling, "edges level") > 0.95
    assert feature(np.ascontiguousarray(falling.transpose(1, 0, 2)), "edges upright") > 0.95
    assert feature(falling, "asymmetry") == pytest.approx(0, abs=1e-9)


def test_colourfulness_orders_grey_pale_and_vivid() -> None:
    def spots(strength: int) -> np.ndarray:
        signs = np.random.default_rng(1).choice([-1, 1], (40, 40, 3))
        return (128 + strength * signs).astype(np.uint8)

    values = [colourfulness(spots(strength)) for strength in (0, 20, 60, 120)]
    assert values[0] == 0
    assert values == sorted(values)


def facts() -> dict[str, Any]:
    return json.loads((asset("judges", "picture") / "card.json").read_text(encoding="utf-8"))


def test_the_card_says_how_well_and_how_weakly_it_reads() -> None:
    card = facts()
    assert card["valence_r"] >= 0.40 and card["arousal_r"] >= 0.45
    assert card["valence_r_interval"][0] > 0.40 and card["arousal_r_interval"][0] > 0.45
    assert card["calibration_error"] <= 0.06
    assert card["valence_mean_error"] < card["valence_mean_error_of_the_mean"]
    assert card["arousal_mean_error"] < card["arousal_mean_error_of_the_mean"]
    assert set(card["by_category"]) == {"Animal", "Object", "Person", "Scenery"}
    assert card["colour_light_texture_alone"]["valence"] < card["valence_r"]
    assert any("drawn towards the mean" in limit for limit in card["limits"])


def test_the_two_families_share_no_theme() -> None:
    table = tomllib.loads((asset("judges", "picture") / "partition.toml").read_text(encoding="utf-8"))[
        "tuning"
    ]
    for names in table.values():
        assert len(set(names)) == len(names)
        assert all(name == name.casefold() for name in names)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared/data")
def test_the_card_s_correlations_are_found_again_on_unseen_themes() -> None:
    from studio.training.corpus_pictures import is_for_tuning, read_pictures

    card = facts()
    pictures = read_pictures(CORPORA / "pictures" / "oasis")
    chosen = [picture for picture, tuning in zip(pictures, is_for_tuning(pictures), strict=True) if tuning]
    assert 150 < len(chosen) == card["held_out"]["pictures"] < 200
    readings = [JUDGE.read(picture.pixels()) for picture in chosen]
    read = np.array([reading.vad.array()[:2] for reading in readings if reading.vad is not None])
    truth = np.array([picture.point for picture in chosen])
    for axis, name in enumerate(("valence", "arousal")):
        r = np.corrcoef(read[:, axis], truth[:, axis])[0, 1]
        assert r == pytest.approx(card["held_out"][name], abs=0.03)
    assert np.mean([reading.top != "no reading" for reading in readings]) > 0.6


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared/data")
def test_every_rated_picture_is_legible() -> None:
    from studio.training.corpus_pictures import read_pictures, read_silhouettes

    pictures = read_pictures(CORPORA / "pictures" / "oasis") + read_silhouettes(CORPORA / "pictures" / "bass")
    assert len(pictures) == 668 + 583
    assert all(legible(picture.pixels()) for picture in pictures)
