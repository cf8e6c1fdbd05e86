"""From what a user wrote, a folder or a hub id, to a folder on this machine. Nothing is fetched unasked."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError

__all__ = ["ALLOW_DOWNLOAD", "hub_size", "is_hub_id", "local_folder", "may_fetch", "snapshot"]

ALLOW_DOWNLOAD = "AFFECT_ALLOW_DOWNLOAD"
"""The variable of the environment that allows fetching, by ``1``."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def may_fetch(asked: bool | None = None) -> bool:
    """Whether a hub id may be fetched: as the caller says, else as the environment does."""
    return os.environ.get(ALLOW_DOWNLOAD, "") == "1" if asked is None else asked


def is_hub_id(model: str) -> bool:
    """Whether a model is named by ``owner/name`` or ``owner/name@revision``, and is no folder on this machine."""
    written = bool(_HUB_ID.fullmatch(model.partition("@")[0]))
    return written and not Path(model).expanduser().is_dir()


def local_folder(model: str | Path, example: str = "owner/name") -> Path | None:
    """The folder of that name; None for a hub id.

    Args:
        model: as written; a path is never a hub id.
        example: a hub id that would do, for messages.

    Raises:
        EngineError: it is neither, or may not be read.
    """
    folder = Path(model).expanduser()
    try:
        there = folder.is_dir()
        readable = not there or os.access(folder, os.R_OK | os.X_OK)
    except PermissionError:  # a folder above it is closed
        there, readable = False, False
    if not readable:
        raise EngineError(
            f"The folder '{model}' may not be read.", "Change its permissions, or give another folder."
        )
    if there:
        return folder.resolve()
    if isinstance(model, Path) or not is_hub_id(model):
        fault = f"There is no folder '{model}'{': it is a file' if folder.is_file() else ''}."
        raise EngineError(fault, f"Give an existing folder or a hub id such as {example}.")
    return None


def snapshot(
    model: str,
    patterns: Sequence[str],
    *,
    fetch: bool,
    is_whole: Callable[[Path], bool],
    about: str,
    wanted: str = "",
    instead: str = "give a folder",
    before_fetching: Callable[[str], None] | None = None,
) -> Path:
    """The files of a hub id in the local cache, fetched first where that is allowed.

    Args:
        model: hub id, or hub id with ``@revision``.
        patterns: of the files.
        fetch: whether they may be fetched.
        is_whole: whether what lies in the cache is enough, so that nothing needs to be fetched.
        about: size and licence, to be told before anything is fetched.
        wanted: the files that are needed, for the message where they are not there.
        instead: what the user can do without a connection.
        before_fetching: told what is about to be fetched.

    Raises:
        EngineError: they are not there and may not or cannot be fetched.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    hub_id, _, revision = model.partition("@")
    asked: dict[str, Any] = {"revision": revision or None, "allow_patterns": list(patterns)}
    try:
        cached = Path(snapshot_download(hub_id, local_files_only=True, **asked))
        if not fetch or is_whole(cached):
            return cached
    except LocalEntryNotFoundError as error:
        if not fetch:
            raise EngineError(
                f"{model} is not in the local cache, and nothing is fetched unasked"
                f"{f'; wanted are {wanted}' if wanted else ''}.",
                f"Set {ALLOW_DOWNLOAD}=1 to fetch it ({about}), or {instead}.",
            ) from error
    if before_fetching is not None:
        size = hub_size(model, patterns)
        amount = f"{size / 1e9:.2f} GB, " if size is not None else ""
        before_fetching(f"fetching {model} ({amount}{about})")
    try:
        return Path(snapshot_download(hub_id, **asked))
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        raise EngineError(
            f"{model} cannot be fetched: {str(error).splitlines()[0]}",
            f"Check the name and the connection, or {instead}.",
        ) from error


def hub_size(model: str, patterns: Sequence[str]) -> int | None:
    """Bytes of a hub id's files, as the hub tells; None if it cannot be asked.

    Args:
        model: hub id, or hub id with ``@revision``.
        patterns: of the files that count.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    hub_id, _, revision = model.partition("@")
    try:
        told = HfApi().model_info(hub_id, revision=revision or None, files_metadata=True, timeout=10)
    except (HfHubHTTPError, OfflineModeIsEnabled, OSError):
        return None
    files = told.siblings or []
    return sum(
        file.size or 0
        for file in files
        if any(fnmatch.fnmatch(file.rfilename, pattern) for pattern in patterns)
    )
