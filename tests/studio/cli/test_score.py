import csv
import json
import os
import signal
import subprocess
import sys

import pytest
from factories.scored_media import broken_files, write_midi, write_picture, write_small_film

AFFECT = [sys.executable, "-c", "from studio.cli.main import run; run()"]


def affect(*arguments):
    words = [str(each) for each in arguments]
    return subprocess.run([*AFFECT, *words], capture_output=True, text=True, timeout=300, check=False)


def rows_of(out):
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_film_is_scored_with_record_report_and_quality(tmp_path):
    film, report = write_small_film(tmp_path / "f.mp4", [0.3, 0.7, 0.5]), tmp_path / "r.html"
    result = affect("score", film, "--asked", "joy", "--html", report, "--no-quality", "--json")
    assert result.returncode == 0, result.stderr
    record = json.loads(result.stdout)
    assert {"face", "video", "speech"} <= set(record["readings"]) and record["quality"] is None
    assert record["asked"]["emotion"] == "joy"
    assert report.read_text().startswith("<!doctype html>") and "f.mp4" in report.read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.mp4", "r.html"]


def test_a_score_is_shown_as_tables(tmp_path):
    result = affect("score", write_midi(tmp_path / "a.mid"), "--asked", "serenity", "--quality")
    assert result.returncode == 0, result.stderr
    assert "music" in result.stdout and "faults of the score" in result.stdout


def test_another_judge_reads_a_medium(tmp_path):
    picture = write_picture(tmp_path / "a.png")
    record = json.loads(affect("score", picture, "--judge", "video=face", "--json").stdout)
    assert {name: one["judge"] for name, one in record["readings"].items()} == {
        "face": "face",
        "video": "face",
    }


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["score", "none.wav"], 2, ["none.wav"]),
        (["score", "a.png", "--asked", "jooy"], 2, ["jooy", "joy"]),
        (["score", "a.png", "--html", "r.pdf"], 2, ["r.pdf", ".html"]),
        (["score", "a.png", "--html", "/proc/none/r.html"], 4, ["/proc/none"]),
        (["score", "a.png", "--judge", "face"], 2, ["face", "FOLDER"]),
        (["score", "a.png", "--judge", "fase=face"], 2, ["fase", "face"]),
        (["score", "a.png", "--judge", "face=fase"], 2, ["fase", "face"]),
        (["score", "a.png", "--judge", "face=hub:hsemotion:none"], 3, ["none"]),
        (["score", "bad.png"], 2, ["bad.png", "whole"]),
        (["label", "none"], 2, ["none", "does not exist"]),
        (["label", "."], 2, []),
        (["label", "media", "-o", "x.txt"], 2, ["x.txt", ".csv"]),
        (["label", "media", "-o", "/proc/none/x.csv"], 4, ["/proc/none"]),
        (["label", "media", "--judge", "face=fase"], 2, ["fase"]),
    ],
)
def test_a_wrong_input_ends_with_one_sentence_and_leaves_nothing(
    tmp_path, monkeypatch, arguments, exit_code, words
):
    monkeypatch.chdir(tmp_path)
    if arguments[-1] != ".":
        write_picture(tmp_path / "a.png")
        (tmp_path / "bad.png").write_text("no picture")
        (tmp_path / "media").mkdir()
        write_picture(tmp_path / "media" / "a.png")
    before = sorted(tmp_path.rglob("*"))
    result = affect(*arguments)
    assert result.returncode == exit_code, result.stderr
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("affect: ") and "Traceback" not in result.stderr
    assert all(word in last for word in words)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_collection_is_labelled_and_broken_files_end_with_5(tmp_path):
    folder, out = tmp_path / "media", tmp_path / "l.csv"
    folder.mkdir()
    broken = broken_files(folder)
    write_picture(folder / "a.png")
    result = affect("label", folder, "-o", out, "--json")
    assert result.returncode == 5 and "column 'error'" in result.stderr
    counts = json.loads(result.stdout.splitlines()[0])
    assert counts["done"] + counts["failed"] == len(broken) + 1 and counts["failed"] >= 9
    for path in broken:
        path.unlink()
    again = affect("label", folder, "-o", out, "--resume")
    assert again.returncode == 0 and "1 kept" in again.stdout
    assert {row["path"] for row in rows_of(out)} == {"a.png"}


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_ctrl_c_keeps_the_labels_that_are_done(tmp_path):
    folder, out = tmp_path / "media", tmp_path / "l.csv"
    folder.mkdir()
    for number in range(300):
        write_picture(folder / f"{number:03d}.png")
    command = [*AFFECT, "label", str(folder), "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "10 %" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(60) == 130, rest
    assert "Cancelled" in rest and "--resume" in rest
    rows = rows_of(out)
    assert 20 <= len({row["path"] for row in rows}) < 300 and len(rows) % 2 == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["l.csv", "media"]
