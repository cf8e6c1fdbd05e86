"""Directions kept beyond a run: one safetensors file for a model and a phrasing, in the user's cache or where told.

A model is known by the fingerprint of its folder, so that other weights in the same place never meet old directions. A cache
that cannot be read or written is none: the directions are learned anew.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conditioning.errors import InputFileError
from external.cache import cache_folder
from external.safe_weights import write_tensors
from generators.hub.directions import Direction, Encoded, TextDirections
from generators.steering import Phrasing, phrasing

if TYPE_CHECKING:
    import torch

__all__ = [
    "DirectionFile",
    "DirectionFiles",
    "phrasing_fingerprint",
    "read_directions",
    "text_directions",
    "write_directions",
]

_MAKE = "Make one with 'affect steer export ENGINE -o FILE.safetensors'."
_WRITING = threading.Lock()


@dataclass(frozen=True)
class DirectionFile:
    """Directions of one model.

    Args:
        model: fingerprint of its folder.
        phrasing: what they were learned from, as a fingerprint.
        directions: by lexicon label.
    """

    model: str
    phrasing: str
    directions: Mapping[str, Direction]


class DirectionFiles:
    """The kept directions of a model under a phrasing; see ``generators.hub.directions.Store``.

    Args:
        model: fingerprint of the model's folder.
        rule: what directions are learned from.
        folder: where the file lies; None for the cache.
    """

    def __init__(self, model: str, rule: Phrasing, folder: Path | None = None) -> None:
        self.model, self.phrasing = model, phrasing_fingerprint(rule)
        self.path = (
            folder or cache_folder() / "directions"
        ) / f"{model[:16]}-{self.phrasing[:16]}.safetensors"

    def get(self, label: str) -> Direction | None:
        """The direction of a label; None if it was never learned."""
        return self._read().get(label)

    def put(self, label: str, direction: Direction) -> None:
        """Keep a direction, if the place can be written."""
        with _WRITING:
            known = {**self._read(), label: direction}
            try:
                write_directions(self.path, DirectionFile(self.model, self.phrasing, known))
            except OSError:
                return  # learned again next time

    def _read(self) -> Mapping[str, Direction]:
        try:
            kept = read_directions(self.path)
        except InputFileError:
            return {}
        whole = (kept.model, kept.phrasing) == (self.model, self.phrasing)
        return kept.directions if whole else {}


def text_directions(encode: Callable[[list[str]], Encoded], medium: str, model: str) -> TextDirections:
    """The directions in what a model makes of sentences, kept by its fingerprint.

    Args:
        encode: what the model makes of sentences.
        medium: whose sentences they are learned from, such as ``"music"``.
        model: fingerprint of its folder.
    """
    rule = phrasing(medium)
    return TextDirections(encode, rule, DirectionFiles(model, rule))


def phrasing_fingerprint(rule: Phrasing) -> str:
    """A hash of the sentences that directions are learned from."""
    told = asdict(rule)
    kept = {name: told[name] for name in ("felt", "neutral")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def write_directions(path: Path, kept: DirectionFile) -> None:
    """Write directions as safetensors: ``label/rows`` and, where there is one, ``label/pooled``, each of length 1.

    The lengths stand in the file's metadata, with the model's and the phrasing's fingerprint.

    Raises:
        OSError: the file cannot be written.
    """
    tensors: dict[str, torch.Tensor] = {}
    lengths: dict[str, list[float]] = {}
    for label, direction in sorted(kept.directions.items()):
        tensors[f"{label}/rows"] = direction.unit.float()
        if direction.pooled_unit is not None:
            tensors[f"{label}/pooled"] = direction.pooled_unit.float()
        lengths[label] = [direction.length, direction.pooled_length]
    metadata = {"model": kept.model, "phrasing": kept.phrasing, "lengths": json.dumps(lengths)}
    write_tensors(path, tensors, metadata)


def read_directions(path: Path) -> DirectionFile:
    """The directions in a file that ``write_directions`` wrote.

    Raises:
        InputFileError: there is no such file, or it is not one of directions.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputFileError(f"There is no file of directions '{path}'.", _MAKE)
    try:
        with safe_open(path, framework="pt") as opened:
            metadata = opened.metadata() or {}
            lengths = json.loads(metadata["lengths"])
            names = set(opened.keys())
            directions = {
                label: Direction(
                    opened.get_tensor(f"{label}/rows"),
                    float(rows),
                    opened.get_tensor(f"{label}/pooled") if f"{label}/pooled" in names else None,
                    float(pooled),
                )
                for label, (rows, pooled) in lengths.items()
            }
            return DirectionFile(metadata["model"], metadata["phrasing"], directions)
    except (SafetensorError, OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputFileError(f"'{path}' is no file of directions: {error}.", _MAKE) from error
