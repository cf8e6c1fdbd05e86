"""The kinds of hub judges, as ``assets/judges/hub/families.toml`` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError

__all__ = ["Family", "families", "family"]


@dataclass(frozen=True)
class Family:
    """Checkpoints of one format, read by one class.

    Args:
        name: as a spec writes it.
        title: what it is.
        judge: ``module:class`` of its judge; "" if it judges no emotion.
        medium: ``speech``, ``face``, ``picture``, ``music`` or ``text``.
        reads: what it says.
        files: that a folder must hold.
        fetches: patterns of the files that are fetched of a hub id.
        example: hub id or folder of this kind.
        size: of the example, and where that was read.
        data: that the example was trained on.
        licences: of known weights, by hub id or file name.
    """

    name: str
    title: str
    judge: str
    medium: str
    reads: str
    files: tuple[str, ...]
    fetches: tuple[str, ...]
    example: str
    size: str
    data: str
    licences: Mapping[str, str]

    @property
    def example_licence(self) -> str:
        """The licence of the example, or of the only weights that are known."""
        return self.licences.get(self.example) or next(iter(self.licences.values()))


@cache
def families() -> Mapping[str, Family]:
    """All kinds by name, in the order of the file."""
    table = asset_table("judges", "hub", "families.toml")
    return {
        name: Family(name=name, **{**row, "files": tuple(row["files"]), "fetches": tuple(row["fetches"])})
        for name, row in table.items()
    }


def family(name: str) -> Family:
    """The kind of that name.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in families():
        raise UnknownNameError("kind of hub judge", name, families())
    return families()[name]
