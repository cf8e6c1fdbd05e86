"""``affect bench engines`` on a folder of tiny checkpoints, on one without weights, and on one that is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factories.stills import build_sd
from typer.testing import CliRunner

from conditioning.errors import InputFileError
from studio.benchmark.local_engines import find_engines
from studio.cli.main import app


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, tiny_musicgen: Path, one_thread: None) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_sd(folder / "pictures" / "sd")
    (folder / "musicgen").symlink_to(tiny_musicgen)
    (folder / "notes").mkdir()
    (folder / "notes" / "readme.txt").write_text("nothing")
    (folder / "broken").mkdir()
    (folder / "broken" / "model_index.json").write_text(
        '{"_class_name": "FluxPipeline", "vae": ["diffusers", "x"]}'
    )
    return folder


def run(*arguments: str) -> str:
    made = CliRunner().invoke(app, ["bench", "engines", *arguments])
    if made.exception and not isinstance(made.exception, SystemExit):
        raise made.exception
    assert made.exit_code == 0, made.output
    return made.stdout


def test_whole_models_are_found_and_told_apart(models: Path) -> None:
    assert [(one.engine, one.folder.name) for one in find_engines(models)] == [
        ("music=musicgen", "musicgen"),
        ("video=sd", "sd"),
    ]


def test_the_set_is_made_and_read_with_every_model(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generators.video.diffusion.engine import DiffusionEngine
    from studio.benchmark import making

    built = DiffusionEngine.__init__
    monkeypatch.setattr(
        DiffusionEngine, "__init__", lambda self, model="": built(self, model, steps=1, area=1024)
    )
    short = {
        "music": {"seconds": 1.0, "sample_rate": 16000},
        "video": {"seconds": 1.0, "fps": 4.0, "size": (64, 64)},
    }
    monkeypatch.setattr(making, "_settings", lambda medium: short[medium])
    rows = json.loads(run("--models", str(models), "--most", "4", "-o", str(tmp_path / "out"), "--json"))
    assert [row["engine"].partition(":")[0] for row in rows] == ["music=musicgen", "video=sd"]
    for row in rows:
        assert row["pieces"] == 4, row["fault"]
        assert 0 <= row["figures"]["uar"] <= 1
        assert row["seconds"] > 0
        assert row["megabytes"] is None or row["megabytes"] > 50
    assert len(list((tmp_path / "out").glob("*/results.json"))) == 2


def test_without_weights_it_says_so_and_that_is_no_failure(tmp_path: Path) -> None:
    assert "no weights" in run("--models", str(tmp_path))
    with pytest.raises(InputFileError, match="There is no folder"):
        run("--models", str(tmp_path / "none"))


def test_a_model_that_does_not_load_is_a_row_with_its_reason(tmp_path: Path) -> None:
    folder = build_sd(tmp_path / "models" / "sd")
    (folder / "scheduler" / "scheduler_config.json").write_text("{}")
    (folder / "unet" / "config.json").write_text(
        '{"_class_name": "UNet2DConditionModel", "block_out_channels": [3]}'
    )
    told = run("--models", str(tmp_path / "models"), "--most", "3", "-o", str(tmp_path / "out"))
    assert "video=sd sd:" in told
