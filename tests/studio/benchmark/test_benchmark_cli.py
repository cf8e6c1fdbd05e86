"""The command refuses what is wrong before any work, and compares two folders."""

import json

import pytest
from benchmark_stand_ins import HonestEngine, bench
from typer.testing import CliRunner

from conditioning.errors import InputFileError, RequestError, UnknownNameError
from studio.benchmark.items import items
from studio.benchmark.results import medium_result, write_results
from studio.benchmark.running import Task, run
from studio.cli.bench import bench as command


def invoke(*words):
    return CliRunner().invoke(command, ["fidelity", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--media", "smell"), UnknownNameError),
        (("--media", ","), RequestError),
        (("--size", "huge"), UnknownNameError),
        (("--media", "music", "--engine", "music=nobody"), UnknownNameError),
        (("--media", "music", "--judge", "music"), RequestError),
        (("--media", "music", "--judge", "music=nobody"), UnknownNameError),
    ],
)
def test_what_is_wrong_is_refused_before_any_work(tmp_path, words, error):
    found = invoke(*words, "--out", tmp_path / "out")
    assert isinstance(found.exception, error)
    assert not (tmp_path / "out").exists()


def test_folders_without_results_cannot_be_compared(tmp_path):
    found = invoke("--compare", tmp_path, tmp_path, "--out", tmp_path)
    assert isinstance(found.exception, InputFileError)


def test_two_folders_are_compared_in_print_json_and_html(tmp_path):
    for name, engine in (("a", HonestEngine()), ("b", HonestEngine(breaks_on=("fear", "anger")))):
        outcomes = run([Task(bench(engine), items("music", "quick"))], tmp_path / name)
        write_results(tmp_path / name, [medium_result(bench(engine), outcomes, permutations=20)], "quick")
    folders = (tmp_path / "a", tmp_path / "b" / "results.json")
    shown = invoke("--compare", *folders, "--out", tmp_path)
    assert shown.exit_code == 0 and "worse" in shown.output
    assert "worse" in (tmp_path / "compare.html").read_text()
    values = json.loads(invoke("--compare", *folders, "--out", tmp_path, "--json").output)
    gains = {change["name"]: change["difference"]["mean"] for change in values[0]["changes"]}
    assert gains["accuracy"] == pytest.approx(-2 / 8)
