from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from conditioning.errors import AffectError
from studio.cli.main import app


def refused(tmp_path: Path, *arguments: str) -> AffectError:
    """The error with which a head is refused, before anything is spoken."""
    result = CliRunner().invoke(
        app, ["animate", "--text", "Hello.", "-o", str(tmp_path / "a.mp4"), *arguments]
    )
    assert isinstance(result.exception, AffectError)
    assert not (tmp_path / "a.mp4").exists()
    return result.exception


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[moment]]\nat = 0\nwords = 'ears wiggling'\n", "ears wiggling"),
        ("[[moment]]\nat = 0\nau12 = 3\n", "not within 0 to 1"),
        ("moment =", "is not TOML"),
    ],
)
def test_a_plan_with_faults_is_refused_by_its_name(tmp_path: Path, text: str, words: str) -> None:
    plan = tmp_path / "own.toml"
    plan.write_text(text)
    error = refused(tmp_path, "--plan", str(plan))
    assert error.exit_code == 2
    assert "own.toml" in error.message
    assert words in error.message


def test_a_plan_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path, "--plan", str(tmp_path / "none.toml")).message


def test_an_unknown_head_style_is_refused_with_the_nearest(tmp_path: Path) -> None:
    assert "'still'" in refused(tmp_path, "--head-style", "stil").remedy


def test_an_unknown_camera_is_refused_with_the_nearest(tmp_path: Path) -> None:
    assert "'close'" in refused(tmp_path, "--camera", "closer").remedy
