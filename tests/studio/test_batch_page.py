"""The page on manifests tells what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conditioning.errors import UnknownNameError
from studio.batch import read_manifest
from studio.request import FilmRequest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "batch.md"


def test_its_examples_are_requests(tmp_path):
    lines = re.findall(r"^\{.*\}$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines), encoding="utf-8")
    read = read_manifest(tmp_path / "manifest.jsonl")
    assert len(read) >= 4
    assert [line.error for line in read] == [None] * len(read)


def test_it_names_every_field_and_no_other():
    rows = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {*FilmRequest.model_fields, "id", "script_file"}


def test_a_field_that_does_not_exist_leads_to_it():
    with pytest.raises(UnknownNameError, match=r"'script'.*docs/batch\.md"):
        FilmRequest.read({"text": "[joy] Hello!"})
