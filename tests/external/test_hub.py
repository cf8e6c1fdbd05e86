from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from conditioning.errors import EngineError
from external.hub import is_hub_id, local_folder, may_fetch, snapshot

HUB_ID = "owner/name"


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty cache, no leave to fetch, and any connection a failure."""

    def refuse(*_: Any) -> None:
        raise OSError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("AFFECT_ALLOW_DOWNLOAD", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def cached(tmp_path: Path, *names: str) -> Path:
    """A snapshot of the hub id in the cache, with these files."""
    folder = tmp_path / "cache" / "models--owner--name"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc")
    files = folder / "snapshots" / "abc"
    files.mkdir(parents=True)
    for name in names:
        (files / name).touch()
    return files


def find(*, fetch: bool = False, told: list[str] | None = None) -> Path:
    return snapshot(
        HUB_ID,
        ["*.json"],
        fetch=fetch,
        is_whole=lambda folder: (folder / "config.json").is_file(),
        about="licence: MIT",
        wanted="config.json",
        before_fetching=None if told is None else told.append,
    )


@pytest.mark.parametrize("name", [HUB_ID, "owner/name@main", "owner/name@refs/pr/1", "a-b/c.d_e"])
def test_owner_and_name_are_a_hub_id(name: str) -> None:
    assert is_hub_id(name)


@pytest.mark.parametrize(
    "name", ["name", "./owner/name", "/owner/name", "a/b/c", "owner/", "", "~/name", "../name"]
)
def test_what_looks_like_a_path_is_none(name: str) -> None:
    assert not is_hub_id(name)


def test_a_folder_wins_over_a_hub_id_of_its_name(tmp_path: Path) -> None:
    (tmp_path / HUB_ID).mkdir(parents=True)
    assert not is_hub_id(HUB_ID)
    assert local_folder(HUB_ID) == (tmp_path / HUB_ID).resolve()


def test_a_hub_id_has_no_folder() -> None:
    assert local_folder(HUB_ID) is None


@pytest.mark.parametrize("model", ["nowhere", Path(HUB_ID), "./owner/name"])
def test_a_folder_that_is_missing_is_told_with_an_example(model: str | Path) -> None:
    with pytest.raises(EngineError, match="There is no folder") as caught:
        local_folder(model, "facebook/musicgen-small")
    assert "facebook/musicgen-small" in caught.value.remedy


@pytest.mark.parametrize(("variable", "allowed"), [("", False), ("0", False), ("yes", False), ("1", True)])
def test_the_environment_allows_fetching_by_a_one(
    monkeypatch: pytest.MonkeyPatch, variable: str, allowed: bool
) -> None:
    monkeypatch.setenv("AFFECT_ALLOW_DOWNLOAD", variable)
    assert may_fetch() is allowed
    assert may_fetch(asked=True)
    assert not may_fetch(asked=False)


def test_what_is_not_cached_is_not_fetched_unasked() -> None:
    with pytest.raises(EngineError, match=r"not in the local cache.*wanted are config\.json") as caught:
        find()
    assert "AFFECT_ALLOW_DOWNLOAD=1" in caught.value.remedy
    assert "licence: MIT" in caught.value.remedy


def test_a_whole_snapshot_is_taken_without_a_connection(tmp_path: Path) -> None:
    files = cached(tmp_path, "config.json")
    told: list[str] = []
    assert find() == files
    assert find(fetch=True, told=told) == files
    assert told == []


def test_what_cannot_be_fetched_is_told() -> None:
    with pytest.raises(EngineError, match="owner/name cannot be fetched") as caught:
        find(fetch=True)
    assert "give a folder" in caught.value.remedy


def test_an_unfinished_snapshot_is_fetched_where_that_is_allowed(tmp_path: Path) -> None:
    files = cached(tmp_path)
    assert find() == files
    told: list[str] = []
    assert find(fetch=True, told=told) == files  # without a connection the hub's library gives what is there
    assert told == ["fetching owner/name (licence: MIT)"]
