from __future__ import annotations

import numpy as np
import pytest

from conditioning.errors import Cancelled
from generators.base import ARKIT, Audio, Job


def test_the_52_shapes_are_apples() -> None:
    """Counts by part of the face as in ARFaceAnchor.BlendShapeLocation."""
    assert len(ARKIT) == len(set(ARKIT)) == 52
    counts = {
        part: sum(name.startswith(part) for name in ARKIT)
        for part in ("eye", "jaw", "mouth", "brow", "cheek", "nose")
    }
    assert counts == {"eye": 14, "jaw": 4, "mouth": 23, "brow": 5, "cheek": 3, "nose": 2}
    left = {name.removesuffix("Left") for name in ARKIT if name.endswith("Left")} - {"jaw", "mouth"}
    assert all(f"{name}Right" in ARKIT for name in left)


def test_a_step_reports_until_the_user_cancels() -> None:
    seen: list[tuple[float, float, str]] = []
    job = Job(progress=lambda *step: seen.append(step))
    job.step(1, 4, "work")
    job.cancel.set()
    with pytest.raises(Cancelled) as caught:
        job.step(2, 4, "work")
    assert seen == [(1, 4, "work")]
    assert caught.value.exit_code == 130


def test_two_jobs_do_not_share_a_cancel_button() -> None:
    one, other = Job(), Job()
    one.cancel.set()
    other.step(0, 1, "work")


def test_random_numbers_follow_seed_and_key_alone() -> None:
    drawn = Job(3).rng(1, 2).random(4)
    assert np.array_equal(Job(3).rng(1, 2).random(4), drawn)
    assert not np.array_equal(Job(4).rng(1, 2).random(4), drawn)
    assert not np.array_equal(Job(3).rng(2, 1).random(4), drawn)


@pytest.mark.parametrize("shape", [(8000,), (8000, 2)])
def test_duration_counts_frames_not_channels(shape: tuple[int, ...]) -> None:
    assert Audio(np.zeros(shape, np.float32), 16000).duration == 0.5
