"""The examples in the page about what a face shows, and in its modules, are run, so they stay true."""

from __future__ import annotations

import doctest
import importlib
import tomllib
from pathlib import Path

import pytest

from generators.face.plan import face_plan

PAGE = Path(__file__).resolve().parents[3] / "docs" / "face-expression.md"


def test_examples_in_the_page_are_true():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 3
    assert result.failed == 0


@pytest.mark.parametrize("name", ["words", "head_style", "tables"])
def test_examples_in_docstrings_are_true(name):
    result = doctest.testmod(importlib.import_module(f"generators.face.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_the_plan_in_the_page_is_one():
    text = PAGE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert len(face_plan(text).moments) == len(tomllib.loads(text)["moment"]) == 2
