"""The examples in the encoder's page and docstrings are run, so they stay true; and its modules name what is public."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import conditioning.encoder
from studio.training import RECIPES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "encoder.md"
MODULES = sorted(m.name for m in pkgutil.iter_modules(conditioning.encoder.__path__, "conditioning.encoder."))


def test_examples_in_the_page_are_true():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 10
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_modules_name_what_is_public_and_their_examples_are_true(name):
    module = importlib.import_module(name)
    own = {key for key, value in vars(module).items() if getattr(value, "__module__", None) == name}
    assert {key for key in own if key[0] != "_"} <= set(module.__all__)
    assert doctest.testmod(module).failed == 0


def test_the_recipe_is_there():
    module, _, function = RECIPES["encoder"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))
