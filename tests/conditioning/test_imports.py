from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import conditioning

MODULES = sorted(module.name for module in pkgutil.iter_modules(conditioning.__path__, "conditioning."))


def test_importing_conditioning_loads_numpy_and_nothing_heavier():
    light = [name for name in MODULES if name != "conditioning.encoder"]
    code = (
        f"import sys, importlib\nfor name in {light!r}: importlib.import_module(name)\n"
        "roots = {name.partition('.')[0] for name in sys.modules}\n"
        "print(' '.join(sorted(roots & {'torch', 'scipy', 'numba', 'transformers', 'pydantic', 'gradio', 'generators', 'studio'})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", MODULES)
def test_every_module_names_what_is_public(name):
    module = importlib.import_module(name)
    own = {
        key
        for key, value in vars(module).items()
        if getattr(value, "__module__", None) == name and key[0] != "_"
    }
    assert own <= set(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)


def test_the_names_needed_first_can_be_taken_from_the_package_and_load_nothing_before():
    code = "import sys, conditioning; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    for name in conditioning.__all__:
        assert getattr(conditioning, name).__module__.startswith("conditioning.")
    with pytest.raises(AttributeError):
        conditioning.nothing  # noqa: B018
