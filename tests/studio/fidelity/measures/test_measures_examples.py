"""Every module of measures has the same shape, its examples are true, and its public names are all listed."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from studio.fidelity import measures

MODULES = sorted(module.name for module in pkgutil.iter_modules(measures.__path__, f"{measures.__name__}."))
TASKS = [name for name in MODULES if not name.endswith(".asking")]


@pytest.mark.parametrize("name", [*MODULES, "studio.judges.joining", "studio.judges.voting"])
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_an_essay_a_check_and_an_evaluation(name):
    module = importlib.import_module(name)
    assert {"validate", "evaluate"} <= set(module.__all__)
    for part in ("Aim:", "Conventions:", "Metrics:"):
        assert part in module.__doc__


@pytest.mark.parametrize("name", TASKS)
def test_every_metric_states_range_chance_and_silence(name):
    module = importlib.import_module(name)
    listed = module.__doc__.split("Metrics:")[1]
    metrics = [word for word in module.__all__ if f"``{word}``" in listed]
    assert metrics
    for metric in metrics:
        if inspect.signature(getattr(module, metric)).return_annotation != "float":
            continue
        text = " ".join(inspect.getdoc(getattr(module, metric)).lower().split())
        assert any(word in text for word in ("range", "0..1", "in units")), metric
        assert any(word in text for word in ("chance", "evenly", "even ", "random")), metric
        assert any(word in text for word in ("silen", "silence", "nan", "no words", "no answers")), metric


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_listed(name):
    module = importlib.import_module(name)
    own = [
        n for n, x in vars(module).items() if inspect.isfunction(x) and x.__module__ == name and n[0] != "_"
    ]
    assert set(own) <= set(module.__all__)
    assert list(module.__all__) == sorted(module.__all__)


def test_measures_load_nothing_heavy():
    code = "import sys\n" + "\n".join(f"import {name}" for name in [*MODULES, "studio.judges.ensemble"])
    heavy = "{'torch', 'sklearn', 'cv2', 'numba', 'onnxruntime', 'transformers'}"
    found = subprocess.run(
        [sys.executable, "-c", f"{code}\nassert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


def test_examples_on_the_page_are_true():
    page = Path(__file__).resolve().parents[4] / "docs" / "fidelity.md"
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 3
    assert result.failed == 0


def test_the_page_names_every_metric():
    page = (Path(__file__).resolve().parents[4] / "docs" / "fidelity.md").read_text(encoding="utf-8")
    for name in TASKS:
        module = importlib.import_module(name)
        listed = module.__doc__.split("Metrics:")[1]
        missing = [word for word in module.__all__ if f"``{word}``" in listed and f"`{word}" not in page]
        assert not missing, (name, missing)
