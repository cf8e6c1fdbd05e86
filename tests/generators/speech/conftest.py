"""Tiny weights of the steered speech engines, built once for a file of tests."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def folders(tmp_path_factory, one_thread):
    from factories.steered_speech import KINDS

    return {name: kind.build(tmp_path_factory.mktemp("hub") / name) for name, kind in KINDS.items()}


@pytest.fixture(scope="module")
def engines(folders):
    from factories.steered_speech import KINDS

    return {name: kind.engine(str(folders[name])) for name, kind in KINDS.items()}
