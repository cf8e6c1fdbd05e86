"""The examples in docstrings and in the pages about emotion are run, so they stay true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import conditioning

DOCS = Path(__file__).resolve().parents[2] / "docs"
MODULES = sorted(module.name for module in pkgutil.iter_modules(conditioning.__path__, "conditioning."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("page", ["emotion.md", "faders.md", "scripts.md", "timelines.md"])
def test_examples_in_pages_are_true(page):
    result = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")
    assert result.attempted > 3
    assert result.failed == 0
