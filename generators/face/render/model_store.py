"""What takes seconds to make of a shipped character, kept in the user's cache: painted maps, hair that is ever seen, light from the sky.

A file's name is a digest of all that its content depends on: the character, the head's data and the code that paints. So what is
read is to the bit what would be made, and a new version of the studio makes its own. Files that cannot be read or written are
let be, for everything can be made again.
"""

from __future__ import annotations

import hashlib
import os
import platform
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset
from external.cache import cache_folder
from generators.face.characters import Character

__all__ = ["MOST_KEPT", "keep", "kept"]

MOST_KEPT = 16
"""Characters whose files are kept, of about 5 MB each; the one not used for longest goes first."""

_MAPS = ("skin", "creases", "eye")  # pictures, which pack better by channel
_FIELDS = {
    "model": (*_MAPS, "triangles", "material", "sides", "shadow_triangles"),
    "sky": ("openness",),
}
_SWIFT = 1  # zlib's quickest level: reading takes a twentieth of a second


def kept(who: Character, part: str) -> dict[str, Any] | None:
    """What was kept of a character; None where nothing was.

    Args:
        who: the character.
        part: ``model``, fields of its ``HeadModel``, or ``sky``, the share of the sky that each vertex sees.
    """
    path = _place(who, part)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            found = {name: archive[name] for name in _FIELDS[part]}
        os.utime(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    for name in found.keys() & set(_MAPS):
        found[name] = np.ascontiguousarray(np.moveaxis(found[name], 0, -1))
    return found


def keep(who: Character, part: str, fields: dict[str, Any]) -> None:
    """Keep a part of what was made of a character for the next start.

    Args:
        who: the character.
        part: as for ``kept``.
        fields: of ``HeadModel`` ``skin``, ``creases``, ``eye``, ``triangles``, ``material``, ``sides``, ``shadow_triangles``;
            of the sky ``openness``.
    """
    path = _place(who, part)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=_SWIFT) as archive:
                for name in _FIELDS[part]:
                    values = np.moveaxis(fields[name], -1, 0) if name in _MAPS else fields[name]
                    with archive.open(f"{name}.npy", "w") as entry:
                        np.lib.format.write_array(entry, np.ascontiguousarray(values), allow_pickle=False)
            unfinished.replace(path)
            _drop_oldest(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def _drop_oldest(folder: Path) -> None:
    """Leave the files of the characters that were used last."""
    used: dict[str, float] = {}
    files = list(folder.glob("*.npz"))
    for file in files:
        digest = file.name.partition(".")[0]
        used[digest] = max(used.get(digest, 0.0), file.stat().st_mtime)
    stay = sorted(used, key=used.__getitem__, reverse=True)[:MOST_KEPT]
    for file in files:
        if file.name.partition(".")[0] not in stay:
            file.unlink(missing_ok=True)


def _place(who: Character, part: str) -> Path:
    """Where a file of a character lies, or would."""
    looks = {name: value for name, value in vars(who).items() if name not in ("name", "title", "person")}
    plain = {name: _plain(value) for name, value in (looks | vars(who.person)).items()}
    digest = hashlib.sha256(repr((plain, _makers())).encode()).hexdigest()
    return cache_folder() / "heads" / f"{digest[:32]}.{part}.npz"


def _plain(value: Any) -> Any:
    """A value whose ``repr`` holds all of it."""
    if isinstance(value, Mapping):
        return sorted(value.items())
    return value.tolist() if isinstance(value, np.ndarray) else value


@cache
def _makers() -> str:
    """A digest of what makes the fields, beside the character: code, data, and libraries that round."""
    import cv2

    total = hashlib.sha256(f"{np.__version__} {cv2.__version__} {platform.machine()}".encode())
    faces = Path(__file__).parent.parent
    data = asset("heads", "head.npz")
    for file in (
        *sorted(faces.glob("*.py")),
        *sorted(faces.glob("render/*.py")),
        data,
        *sorted(data.parent.glob("*.toml")),
    ):
        total.update(file.name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()
