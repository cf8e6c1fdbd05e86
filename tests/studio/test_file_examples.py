import doctest
from importlib import import_module

import pytest

MODULES = (
    "studio.file_judges",
    "studio.file_score",
    "studio.judges.lookup",
    "studio.report.markup",
    "studio.report.page",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_true(name):
    result = doctest.testmod(import_module(name))
    assert result.attempted and not result.failed
