import json
import subprocess
import sys

import numpy as np
import pytest

from generators.base import ARKIT
from generators.face.exchange.live_link import live_link_text, read_live_link
from generators.face.exchange.track_json import read_track_json

AFFECT = [sys.executable, "-c", "from studio.cli.main import run; run()"]
SMILE = ARKIT.index("mouthSmileLeft")


def affect(*arguments):
    return subprocess.run(
        [*AFFECT, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def take(tmp_path):
    times = np.arange(40) / 25
    arkit, pose = np.zeros((40, 52)), np.zeros((40, 6))
    arkit[:, ARKIT.index("jawOpen")] = 0.15 + 0.15 * np.sin(times * 20)
    pose[:, 4] = 0.1 * np.sin(times)
    path = tmp_path / "take.csv"
    path.write_text(live_link_text(times, arkit, pose, 25.0))
    return path


def test_a_track_is_played_as_it_is_and_written_again(take, tmp_path):
    out = tmp_path / "again.json"
    run = affect("animate", "--track", take, "-o", out, "--json")
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["files"], told["frames"], told["seconds"]) == (1, 40, 1.6)
    before = read_live_link(take.read_text(), "take.csv")
    after = read_track_json(out.read_text(), "again.json")
    assert np.abs(after.arkit - before.arkit).max() < 1e-6
    assert np.abs(after.pose - before.pose).max() < 1e-6


def test_an_emotion_changes_a_tracks_expression(take, tmp_path):
    out = tmp_path / "joy.csv"
    run = affect("animate", "--track", take, "--emotion", "joy", "-o", out)
    assert run.returncode == 0, run.stderr
    assert read_live_link(out.read_text(), "joy.csv").arkit[10:, SMILE].mean() > 0.3
    kept = affect("animate", "--track", take, "--emotion", "joy", "--keep", "all", "-o", out)
    assert kept.returncode == 0, kept.stderr
    assert "ignored" in kept.stdout
    assert read_live_link(out.read_text(), "joy.csv").arkit[:, SMILE].max() == 0


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["animate", "--track", "none.csv", "-o", "x.csv"], 2, ["none.csv", "does not exist"]),
        (["animate", "--track", "a.csv", "--driving", "b.mp4", "-o", "x.csv"], 2, ["--track", "--driving"]),
        (["animate", "--text", "Hi.", "-o", "x.doc"], 2, ["x.doc", ".vrma"]),
        (["animate", "--track", "none.csv", "--keep", "lips", "-o", "x.csv"], 2, ["keeps", "lips"]),
        (["create", "--text", "Hi.", "--layout", "ring"], 2, ["layout", "ring"]),
    ],
)
def test_a_wrong_input_ends_with_one_sentence(tmp_path, monkeypatch, arguments, exit_code, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    run = affect(*arguments)
    assert run.returncode == exit_code, run.stderr
    told = [line for line in run.stderr.splitlines() if line.startswith("affect: ")]
    assert len(told) == 1
    assert all(word in told[0] for word in words), told


def test_a_broken_line_is_named(take, tmp_path):
    take.write_text(take.read_text().replace("00:00:00:05.000", "soon"))
    run = affect("animate", "--track", take, "-o", tmp_path / "x.csv")
    assert run.returncode == 2
    assert "Line 7 of take.csv: 'soon' is no timecode." in run.stderr
