from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.judges.calibration import softmax
from studio.judges.music_features import Notes
from studio.judges.music_forest import forest_shares
from studio.judges.music_measures import describe_music
from studio.judges.music_model import is_music, quadrant_logits, quadrant_reading, scaled
from studio.judges.transcription import SAMPLE_RATE
from studio.training.corpus_music_sound import heard_wave, kept_folder
from studio.training.judge_music_foreign import LEARNED, UNMET, foreign_performance, plain_tune
from studio.training.judge_music_model import Material, figures, fit, folded, heat_of
from studio.training.judge_music_noises import LEARNED_NOISES, UNMET_NOISES, noise

RECIPE: dict[str, Any] = {
    "seed": 1,
    "folds": 3,
    "limit": 3.5,
    "inverse_penalty": 0.1,
    "forest": {"trees": 12, "least_rows_in_leaf": 3, "share_of_measures": 0.5},
    "music": {"inverse_penalty": 0.1, "benefit_of_doubt": 0.0},
}


def material(clips: int = 120, features: int = 8) -> Material:
    """Two rows of each clip; the first two measures tell the quadrant, the third whether it is music."""
    rng = np.random.default_rng(0)
    quadrants = np.arange(clips) % 4
    owners = np.repeat(np.arange(clips), 2)
    rows = rng.normal(0, 1, (2 * clips, features))
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    rows[:, :2] += 1.5 * signs[quadrants[owners]]
    rows[:, 2] += 3
    return Material(
        rows, owners, quadrants, [f"song {n // 3}" for n in range(clips)], rng.normal(0, 1, (50, features))
    )


def test_the_arrays_of_a_forest_say_what_the_trained_trees_say() -> None:
    from sklearn.ensemble import ExtraTreesClassifier

    given = material()
    weights = fit(given, RECIPE)
    inputs = scaled(given.rows, weights)
    model = ExtraTreesClassifier(12, min_samples_leaf=3, max_features=0.5, random_state=1)
    model.fit(inputs, given.quadrants[given.owners], sample_weight=np.ones(len(inputs)))
    assert forest_shares(inputs, weights) == pytest.approx(model.predict_proba(inputs), abs=0.01)


def test_unknown_songs_are_read_and_what_is_foreign_is_kept_out() -> None:
    given = material()
    read = folded(given, RECIPE)
    found = figures(read, given, heat_of(read, given.quadrants))
    assert found["accuracy"] > 0.7
    low, high = found["interval_over_songs"]
    assert low < found["accuracy"] < high
    assert (read.music > 0).mean() > 0.85
    assert (read.foreign < 0).mean() > 0.85


def test_a_measure_far_out_counts_no_more_than_the_limit() -> None:
    given = material()
    weights = fit(given, RECIPE)
    far = given.rows[:1].copy()
    far[0, 0] = 1e3
    farther = far.copy()
    farther[0, 0] = 1e6
    assert quadrant_logits(far, weights) == pytest.approx(quadrant_logits(farther, weights))


def test_without_a_check_all_is_music() -> None:
    given = material()
    weights = {name: a for name, a in fit(given, RECIPE).items() if not name.startswith("music.")}
    assert np.all(is_music(given.foreign, weights) > 0)


def test_a_hotter_reading_is_less_sure() -> None:
    logits = np.log(softmax(np.array([2.0, 1.0, 0.0, -1.0])))
    facts = {"quadrant_centre": 0.5, "vad_sd": [0.3, 0.3, 0.5], "floor": 0.3}
    cold, hot = (quadrant_reading(logits, {**facts, "temperature": t}) for t in (0.7, 2.0))
    assert cold.top == hot.top == "Q1"
    assert cold.confidence > hot.confidence


@pytest.mark.parametrize("kind", [*LEARNED, *UNMET])
def test_made_up_notes_can_be_measured(kind: str) -> None:
    rng = np.random.default_rng(2)
    starts = np.sort(rng.uniform(0, 20, 80))
    like = Notes(starts, starts + 0.3, rng.integers(40, 80, 80).astype(float), np.full(80, 70.0))
    made = foreign_performance(kind, like, rng)
    assert np.all(np.diff(made.keys.starts) >= 0)
    assert made.keys.pitches.min() >= 21 and made.keys.pitches.max() <= 108
    assert np.isfinite(describe_music(made)).all()
    assert len(plain_tune(like, rng).keys) <= len(like)


@pytest.mark.parametrize("kind", [*LEARNED_NOISES, *UNMET_NOISES])
def test_noise_is_finite_and_of_one_loudness(kind: str) -> None:
    wave = noise(kind, np.random.default_rng(3))
    assert np.abs(wave).max() == pytest.approx(0.1)
    assert len(wave) == 15 * SAMPLE_RATE


def test_what_was_heard_once_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    recipe = {"seed": 1, "sound": {"a": 1}, "music": {"noises": 1, "speeches": 1}}
    file = kept_folder(recipe) / "clean" / "one.npz"
    assert file.is_relative_to(tmp_path)
    wave = np.sin(2 * np.pi * 440 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE)
    first = heard_wave(wave.astype(np.float32), file)
    again = heard_wave(np.zeros(0, np.float32), file)
    assert np.array_equal(first.tracks.rows, again.tracks.rows)
    assert 69 in first.performance.keys.pitches
    assert kept_folder({**recipe, "seed": 2}) != kept_folder(recipe)
