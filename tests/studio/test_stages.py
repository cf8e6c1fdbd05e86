import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import Cancelled
from studio.stages import Stages, seed_for


def test_stages_fill_the_bar_one_after_the_other():
    seen = []
    stages = Stages({"a": 1, "b": 3}, lambda done, total, what: seen.append((round(done / total, 3), what)))
    stages.job("a").step(1, 2, "half of a")
    stages.job("b").step(2, 3, "two thirds of b")
    assert seen == [(0.125, "half of a"), (0.75, "two thirds of b")]


def test_cancelling_stops_the_next_step():
    cancel = threading.Event()
    job = Stages({"a": 1}, lambda *_: None, cancel).job("a")
    job.step(0, 1, "fine")
    cancel.set()
    with pytest.raises(Cancelled):
        job.step(1, 1, "too late")


@given(st.integers(0, 2**32 - 1))
def test_parts_of_a_film_have_seeds_of_their_own(seed):
    seeds = [seed_for(seed, part) for part in range(4)]
    assert len(set(seeds)) == 4
    assert seeds == [seed_for(seed, part) for part in range(4)]
