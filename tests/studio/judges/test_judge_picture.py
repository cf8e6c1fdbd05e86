from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.assets import asset
from studio.judges.frames import read_frames, spaced
from studio.judges.picture_features import FEATURES, colourfulness, measure
from studio.judges.quadrants import QUADRANTS
from studio.judges.scoring.picture import PictureJudge, points_of, quadrant_probabilities

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


def test_points_follow_the_weights_and_stop_at_the_limit() -> None:
    weights = {
        "mean": np.array([1.0, 0.0]),
        "spread": np.array([2.0, 1.0]),
        "limit": np.array([3.0]),
        "slope": np.array([[0.1, 0.0], [0.0, 0.2]]),
        "offset": np.array([0.0, -0.1]),
    }
    assert points_of(np.array([[3.0, 1.0]]), weights)[0] == pytest.approx([0.1, 0.1])
    assert points_of(np.array([[1e6, -1e6]]), weights)[0] == pytest.approx([0.3, -0.7])


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


def test_the_card_says_how_weak_it_is() -> None:
    facts = json.loads((asset("judges", "picture") / "card.json").read_text(encoding="utf-8"))
    assert facts["valence_r_interval"][0] > 0 and facts["arousal_r_interval"][0] > 0
    assert facts["valence_mean_error"] < facts["valence_mean_error_of_the_mean"]
    assert facts["arousal_mean_error"] < facts["arousal_mean_error_of_the_mean"]
    assert any("weak" in limit for limit in facts["limits"])


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared/data")
def test_the_card_s_correlations_are_found_again_on_unseen_themes() -> None:
    import tomllib

    from studio.training.corpus_pictures import read_pictures
    from studio.training.judge_picture import parts

    folder = asset("judges", "picture")
    recipe = tomllib.loads((folder / "training.toml").read_text(encoding="utf-8"))
    facts = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    pictures = read_pictures(CORPORA / "pictures" / "oasis")
    masks = parts(np.array([picture.theme for picture in pictures]), recipe)
    assert np.all(sum(mask.astype(int) for mask in masks) == 1)
    chosen = [picture for picture, test in zip(pictures, masks[2], strict=True) if test]
    read = np.array([JUDGE.read(picture.pixels()).vad.array()[:2] for picture in chosen])  # type: ignore[union-attr]
    truth = np.array([picture.point for picture in chosen])
    for axis, name in enumerate(("valence", "arousal")):
        r = np.corrcoef(read[:, axis], truth[:, axis])[0, 1]
        assert r == pytest.approx(facts[f"{name}_r"], abs=0.03)
