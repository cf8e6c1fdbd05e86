from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_samples import StubMaker

from conditioning.errors import EngineError
from studio.page.running import Failed, Made, Pace, Run, Stopped, Update
from studio.page.sessions import Sessions
from studio.request import FilmRequest

REQUEST = FilmRequest(script="[joy] Here.")


def run_of(maker, folder, turn=None):
    return Run(maker, REQUEST, folder, turn or threading.Lock())


def test_a_run_tells_how_far_it_is_and_ends_with_the_film(tmp_path):
    *updates, outcome = run_of(StubMaker(6, 0.02), tmp_path / "take").updates(pause=0.01)
    assert isinstance(outcome, Made) and outcome.film.path.read_bytes() == b"film"
    assert outcome.elapsed > 0.1
    shares = [update.done for update in updates]
    assert all(isinstance(update, Update) for update in updates)
    assert shares == sorted(shares) and shares[-1] > 0.5


def test_a_cancelled_run_leaves_nothing(tmp_path):
    run = run_of(StubMaker(1000, 0.01), tmp_path / "take")
    news = []
    for each in run.updates(pause=0.01):
        news.append(each)
        if len(news) == 3:
            run.cancel()
    assert isinstance(news[-1], Stopped)
    assert list(tmp_path.iterdir()) == []


def test_a_run_cancelled_after_its_last_step_leaves_nothing(tmp_path):
    maker = StubMaker(1)
    run = run_of(maker, tmp_path / "take")
    create = maker.create

    def late(*args, **settings):
        film = create(*args, **settings)
        run.cancel()
        return film

    maker.create = late
    assert isinstance(list(run.updates(pause=0.01))[-1], Stopped)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_nobody_listens_to_stops(tmp_path):
    updates = run_of(StubMaker(1000, 0.01), tmp_path / "take").updates(pause=0.01)
    next(updates)
    updates.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [EngineError("No weights.", "Name them."), ZeroDivisionError("none")])
def test_a_fault_ends_as_a_sentence_and_leaves_nothing(tmp_path, error):
    outcome = list(run_of(StubMaker(2, error=error), tmp_path / "take").updates(pause=0.01))[-1]
    assert isinstance(outcome, Failed)
    assert outcome.error.remedy and "Traceback" not in str(outcome.error)
    assert str(error).removesuffix(" Name them.") in str(outcome.error)
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_waits_for_its_turn_and_says_so(tmp_path):
    turn = threading.Lock()
    first = run_of(StubMaker(1000, 0.01), tmp_path / "one", turn)
    second = run_of(StubMaker(2), tmp_path / "two", turn)
    one, two = first.updates(pause=0.01), second.updates(pause=0.01)
    next(one), next(one)
    assert any("waiting" in next(two).what for _ in range(3))
    assert not (tmp_path / "two").exists()
    first.cancel()
    assert isinstance(list(one)[-1], Stopped)
    assert isinstance(list(two)[-1], Made)


def test_a_waiting_run_can_be_cancelled(tmp_path):
    turn = threading.Lock()
    with turn:
        run = run_of(StubMaker(), tmp_path / "take", turn)
        updates = run.updates(pause=0.01)
        next(updates)
        run.cancel()
        assert isinstance(list(updates)[-1], Stopped)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["drawing", "speaking"])), max_size=30))
def test_the_bar_never_goes_back(reports):
    pace = Pace()
    told = [pace.update(done, what) for done, what in reports]
    shares = [update.done for update in told if update]
    assert shares == sorted(shares)
    if reports:
        assert shares[-1] == max(done for done, _ in reports)


def test_what_an_earlier_stage_reports_meanwhile_is_passed_over():
    pace = Pace()
    assert pace.update(0.5, "frame 1").what == "frame 1"
    assert pace.update(0.1, "drawing sky") is None
    assert pace.update(0.6, "frame 2").done == 0.6


def test_closing_a_page_stops_its_work():
    sessions = Sessions(grace=0.0)
    run = run_of(StubMaker(1000, 0.01), sessions.folder("a") / "take_1")
    sessions.begin("a", run)
    updates = run.updates(pause=0.01)
    next(updates)
    sessions.close("a")
    assert isinstance(list(updates)[-1], Stopped)
    sessions.stop("a")  # nothing is left to stop
    sessions.end()
