"""What may be done with known weights, and the user's consent to licences that forbid commercial use.

Consent is asked once for a hub id and kept in the user's cache. A folder of the user's own weights is never asked about: the
studio does not know where they come from.
"""

from __future__ import annotations

from functools import cache

from conditioning.assets import asset_table
from conditioning.errors import EngineError
from external.cache import cache_folder
from external.hub import is_hub_id

__all__ = ["accept_licence", "licence_line", "require_consent"]

_FORBIDDEN = "not for commercial use"
_KEPT = "accepted-licences.txt"


def licence_line(model: str) -> str:
    """The licence of known weights, or who knows it."""
    hub_id = model.partition("@")[0]
    if hub_id in _licences():
        return _licences()[hub_id]
    if not is_hub_id(model):
        return f"not known to the studio; read what came with {model}"
    return f"not known to the studio; read the model page of {hub_id}"


def require_consent(model: str, engine: str) -> None:
    """Make sure that the user has accepted a licence that forbids commercial use.

    Args:
        model: hub id, perhaps with ``@revision``, or a folder.
        engine: full name of the engine, for the message.

    Raises:
        EngineError: the licence is of that kind and was not accepted yet.
    """
    hub_id = model.partition("@")[0]
    if not is_hub_id(model) or _FORBIDDEN not in licence_line(model) or hub_id in _accepted():
        return
    raise EngineError(
        f"The weights {hub_id} are {licence_line(model)}; you have not accepted that yet.",
        f"Accept it once: affect engines show {engine}:{model} --accept-licence.",
    )


def accept_licence(model: str) -> None:
    """Keep the user's consent to the licence of a hub id.

    Raises:
        EngineError: the cache cannot be written.
    """
    file = cache_folder() / _KEPT
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = sorted({*_accepted(), model.partition("@")[0]})
        file.write_text("\n".join([*kept, ""]), encoding="utf-8")
    except OSError as error:
        raise EngineError(
            f"Consent cannot be kept in {file}: {error}.", "Set AFFECT_CACHE to a folder."
        ) from error


def _accepted() -> set[str]:
    try:
        return set((cache_folder() / _KEPT).read_text(encoding="utf-8").split())
    except OSError:
        return set()


@cache
def _licences() -> dict[str, str]:
    known: dict[str, str] = asset_table("steering", "weights.toml")["licences"]
    return known
