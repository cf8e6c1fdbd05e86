"""A run keeps what is finished, goes on where it was, and survives an item that fails."""

import csv
import json
import threading
from dataclasses import replace

import pytest
from benchmark_stand_ins import HonestEngine, bench

from conditioning.errors import Cancelled, RequestError
from studio.benchmark.comparison import compare
from studio.benchmark.items import items
from studio.benchmark.records import ITEMS, Outcome, append, read_outcomes
from studio.benchmark.report import comparison_page, report_page
from studio.benchmark.results import load_results, medium_result, write_results
from studio.benchmark.running import Task, run

ITEMS_OF = items("music", "quick")


def task(engine):
    return Task(bench(engine), ITEMS_OF)


def test_every_item_is_made_once_and_written_down(tmp_path):
    engine = HonestEngine()
    outcomes = run([task(engine)], tmp_path)
    assert [one.item.name for one in outcomes] == [item.name for item in ITEMS_OF]
    assert len(engine.made) == len(ITEMS_OF)
    back = read_outcomes(tmp_path / ITEMS)
    assert [one.item for one in back] == list(ITEMS_OF)
    assert back[0].reading.top == "joy"


def test_a_sample_of_each_emotion_is_kept(tmp_path):
    outcomes = run([task(HonestEngine())], tmp_path)
    files = [name for one in outcomes for name in one.samples]
    assert len(files) == 8
    assert all((tmp_path / name).is_file() for name in files)


def test_a_finished_run_is_not_overwritten_by_oversight(tmp_path):
    run([task(HonestEngine())], tmp_path)
    with pytest.raises(RequestError, match="--resume"):
        run([task(HonestEngine())], tmp_path)


def test_resume_makes_only_what_is_missing(tmp_path):
    stop, first = threading.Event(), HonestEngine()

    def watch(done, total, what):
        if done >= 10:
            stop.set()

    with pytest.raises(Cancelled):
        run([task(first)], tmp_path, progress=watch, cancel=stop)
    kept = len(read_outcomes(tmp_path / ITEMS))
    assert 10 <= kept < len(ITEMS_OF)
    second = HonestEngine()
    outcomes = run([task(second)], tmp_path, resume=True)
    assert len(second.made) == len(ITEMS_OF) - kept
    assert [one.item.name for one in outcomes] == [item.name for item in ITEMS_OF]


def test_resume_forgets_what_another_version_made(tmp_path):
    run([task(HonestEngine(version="1"))], tmp_path)
    newer = HonestEngine(version="2")
    run([task(newer)], tmp_path, resume=True)
    assert len(newer.made) == len(ITEMS_OF)
    assert len(read_outcomes(tmp_path / ITEMS)) == len(ITEMS_OF)


def test_a_line_cut_off_by_a_crash_is_made_again(tmp_path):
    run([task(HonestEngine())], tmp_path)
    path = tmp_path / ITEMS
    path.write_text(path.read_text()[:-40])
    again = HonestEngine()
    assert len(run([task(again)], tmp_path, resume=True)) == len(ITEMS_OF)
    assert len(again.made) == 1
    assert len(read_outcomes(path)) == len(ITEMS_OF)


def test_an_item_that_fails_is_recorded_counts_as_silence_and_stops_nothing(tmp_path):
    outcomes = run([task(HonestEngine(breaks_on=("fear",)))], tmp_path)
    assert len(outcomes) == len(ITEMS_OF)
    failed = [one for one in outcomes if one.error]
    assert failed and all("on purpose" in one.error for one in failed)
    assert {one.item.label for one in failed if one.item.is_plain} == {"fear"}
    result = medium_result(bench(), outcomes, permutations=20)
    assert result.figure("uar").value == pytest.approx(7 / 8)
    assert sum(result.failures.values()) == len(failed)


def test_what_failed_is_tried_again_on_resume(tmp_path):
    run([task(HonestEngine(breaks_on=("fear",)))], tmp_path)
    outcomes = run([task(HonestEngine())], tmp_path, resume=True)
    assert not any(one.error for one in outcomes)


def written(folder, engine):
    outcomes = run([task(engine)], folder)
    result = medium_result(bench(engine), outcomes, permutations=20)
    write_results(folder, [result], "quick")
    return result


def test_results_hold_every_row_and_the_table_every_item(tmp_path):
    written(tmp_path, HonestEngine())
    values = json.loads((tmp_path / "results.json").read_text())["media"]["music"]
    assert {"value", "low", "high", "people", "shuffled", "chance"} <= set(values["figures"]["uar"])
    assert values["confusion"]["read"][-1] == "no reading"
    with (tmp_path / "items.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(ITEMS_OF)
    assert rows[0]["read"] == rows[0]["counts_as"] == "joy"


def test_the_page_shows_all_rows_samples_and_confusions(tmp_path):
    text = report_page([written(tmp_path, HonestEngine(breaks_on=("fear",)))], "quick", "1.0")
    for words in (
        "requests shuffled",
        "on real data",
        "chance",
        "no reading",
        "on purpose",
        "intensity asked",
    ):
        assert words in text
    assert 'src="samples/music-joy-1.00-s1.wav"' in text


def test_the_same_run_twice_shows_no_difference_and_a_broken_engine_is_worse(tmp_path):
    for name, engine in (
        ("a", HonestEngine()),
        ("b", HonestEngine()),
        ("c", HonestEngine(breaks_on=("fear", "serenity"))),
    ):
        written(tmp_path / name, engine)
    a, b, c = (load_results(tmp_path / name) for name in "abc")
    same = compare(a, b)[0]
    assert all(change.difference.mean == 0.0 for change in same.changes)
    worse = {change.name: change for change in compare(a, c)[0].changes}
    assert worse["accuracy"].difference.mean == pytest.approx(-2 / 8)
    assert worse["share"].verdict == worse["vad_distance"].verdict == "worse"
    better = {change.name: change for change in compare(c, a)[0].changes}
    assert better["share"].verdict == "better"
    assert ">worse<" not in comparison_page([same], ("a", "b"))


def test_resuming_one_medium_keeps_what_the_folder_holds_of_others(tmp_path):
    run([task(HonestEngine())], tmp_path)
    face = items("face", "quick")[0]
    append(tmp_path / ITEMS, Outcome(face, "other", None))
    run([task(HonestEngine())], tmp_path, resume=True)
    assert {one.item.medium for one in read_outcomes(tmp_path / ITEMS)} == {"music", "face"}


def test_an_engine_that_always_fails_still_gets_its_page_and_scores_nothing(tmp_path):
    engine = HonestEngine()
    engine.generate = lambda request: 1 / 0
    result = medium_result(bench(), run([task(engine)], tmp_path), permutations=5)
    assert result.figure("uar").value == 0.0
    assert "ZeroDivisionError" in report_page([result], "quick", "1.0")


def test_the_page_links_scores_beside_their_sound(tmp_path):
    result = written(tmp_path, HonestEngine())
    joy = replace(result.outcomes[0], samples=("samples/a b.wav", "samples/a b.mid"))
    text = report_page([replace(result, outcomes=(joy,))], "quick", "1.0")
    assert 'src="samples/a%20b.wav"' in text
    assert 'href="samples/a%20b.mid"' in text
