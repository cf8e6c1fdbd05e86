"""Tiny checkpoints in the formats that the hub engines load, built once a session; and a network that is shut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Read when the library is imported, so it is set before any test runs.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What engines keep beyond a run lies in the tests' own folder."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("AFFECT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def fresh_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty cache for one test."""
    monkeypatch.setenv("AFFECT_CACHE", str(tmp_path / "kept"))


@pytest.fixture(scope="session")
def one_thread() -> None:
    """Torch on one thread: models this small only lose by sharing their work."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_musicgen(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    """A folder with a MusicGen checkpoint."""
    from factories.musicgen import build_musicgen

    return build_musicgen(tmp_path_factory.mktemp("checkpoint") / "musicgen")


@pytest.fixture(scope="session")
def tiny_wan(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    """A folder with a Wan text-to-video checkpoint."""
    from factories.videos import build_wan

    return build_wan(tmp_path_factory.mktemp("checkpoint") / "wan")


@pytest.fixture(scope="session")
def tiny_xtts(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Iterator[Path]:
    """A folder with an XTTS checkpoint; while it is in use the vocoder is narrowed to the checkpoint's width."""
    from factories.xtts import build_xtts, narrow_decoder

    with pytest.MonkeyPatch.context() as monkeypatch:
        narrow_decoder(monkeypatch)
        yield build_xtts(tmp_path_factory.mktemp("checkpoint") / "xtts")
