from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from conditioning.assets import asset
from conditioning.errors import InputFileError
from studio.cli.bench import bench
from studio.training.corpora_languages import BRIGHTER_LANGUAGES
from studio.training.judge_text_figures import literature, majority_figures

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
WITH_CORPORA = pytest.mark.skipif(
    not (CORPORA / "text").exists(), reason="the text corpora are not in ../shared/data"
)


def test_missing_corpora_are_named_with_the_option_that_helps(tmp_path: Path) -> None:
    result = CliRunner().invoke(bench, ["text", "--data", str(tmp_path)])
    assert isinstance(result.exception, InputFileError)
    assert str(tmp_path) in str(result.exception)


def test_every_published_figure_has_a_source() -> None:
    rows = literature()
    assert rows
    assert all(row.source and 0 < row.macro_f1 < 1 for row in rows)


@pytest.mark.corpora
@WITH_CORPORA
def test_the_commonest_label_alone_scores_one_label_s_f1_in_28() -> None:
    row = majority_figures(CORPORA)
    assert "neutral" in row.name
    assert row.r == (0.0, 0.0, 0.0)
    assert 0 < row.macro_f1 <= 1 / 28


@pytest.mark.corpora
@WITH_CORPORA
def test_the_table_shows_the_shipped_judge_above_the_majority() -> None:
    result = CliRunner().invoke(bench, ["text", "--data", str(CORPORA), "--most", "300", "--json"])
    told = json.loads(result.stdout[result.stdout.index("{") :])
    shipped, majority = told["figures"][:2]
    facts = json.loads(asset("judges", "text", "card.json").read_text(encoding="utf-8"))
    assert shipped["micro_f1"] > majority["micro_f1"]
    assert np.array(shipped["r"]) == pytest.approx(facts["vad_correlation"], abs=0.15)  # of 300 sentences
    assert told["times"]["single_ms"] > 0


@pytest.mark.corpora
@WITH_CORPORA
def test_every_language_of_brighter_is_printed_above_its_commonest_label() -> None:
    result = CliRunner().invoke(bench, ["text", "--data", str(CORPORA), "--most", "60"])
    assert result.exit_code == 0
    for language in BRIGHTER_LANGUAGES:
        row = next(line for line in result.stdout.splitlines() if line.startswith(f"| {language} |"))
        shipped, _, majority, told = (float(cell) for cell in row.strip("| ").split(" | ")[2:])
        assert shipped > majority
        assert told > 0.8
