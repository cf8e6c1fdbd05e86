"""The engine of docs/own-engine.md, installed as a package of its own beside the studio and found through its entry point."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile

PAGE = Path(__file__).parents[2] / "docs" / "own-engine.md"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like site-packages with the page's package as pip leaves it."""
    code, project = (
        block for _, block in re.findall(r"```(python|toml)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    )
    folder = tmp_path_factory.mktemp("site")
    (folder / "affect_hum.py").write_text(code)
    about = tomllib.loads(project)["project"]
    info = folder / f"affect_hum-{about['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: {about['version']}\n"
    )
    points = about["entry-points"]["affect.generators"]
    rows = [f"{name} = {target}" for name, target in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[affect.generators]", *rows, ""]))
    return folder


def affect(package: Path, *arguments: str) -> str:
    """The command line with the package installed."""
    path = os.pathsep.join([str(package), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", "from studio.cli.main import run; run()", *arguments],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_is_short() -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
    assert len(code.splitlines()) <= 40


def test_it_is_listed(package: Path) -> None:
    engines = json.loads(affect(package, "engines", "music", "--json"))
    assert {"music=hum"} <= {engine["name"] for engine in engines}
    assert "does not exist" not in affect(package, "engines", "show", "music=hum:220")


def test_a_held_fader_is_followed_and_told(package: Path, tmp_path: Path) -> None:
    def loudest(dynamics: int) -> float:
        file = tmp_path / f"{dynamics}.wav"
        told = affect(
            package, "compose", "--engine", "music=hum", "--emotion", "joy", "--seconds", "1", "--json",
            "--fader", f"music.dynamics={dynamics}", "--out", str(file),
        )  # fmt: skip
        assert json.loads(told)["fulfilment"]["adjustments"] == "honoured"
        return float(np.abs(soundfile.read(file)[0]).max())

    assert loudest(100) == pytest.approx(2 * loudest(50), rel=0.01)


def test_a_value_that_it_cannot_read_is_named(package: Path) -> None:
    with pytest.raises(AssertionError, match="Check what stands behind the colon, 'high'"):
        affect(package, "engines", "show", "music=hum:high")


def test_it_follows_what_is_felt(package: Path, tmp_path: Path) -> None:
    def hertz(emotion: str) -> float:
        file = tmp_path / f"{emotion}.wav"
        affect(
            package, "compose", "--engine", "music=hum:220", "--emotion", emotion, "--seconds", "2",
            "--out", str(file),
        )  # fmt: skip
        wave, rate = soundfile.read(file)
        spectrum = np.abs(np.fft.rfft(wave[:, 0]))
        return float(spectrum.argmax() * rate / len(wave))

    assert hertz("neutral") == pytest.approx(220, abs=2)
    assert hertz("joy") > 250
    assert hertz("sadness") < 200
