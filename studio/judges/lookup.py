"""Any judge by what a user writes: a name such as ``speech``, or a spec such as ``hub:audeering:FOLDER``."""

from __future__ import annotations

from importlib.metadata import entry_points

from conditioning.errors import UnknownNameError
from studio.judges.base import GROUP, Judge, load

__all__ = ["is_registered", "judge_named"]


def judge_named(name_or_spec: str) -> Judge:
    """The judge of that name or spec, or several that vote.

    Args:
        name_or_spec: an entry point of ``affect.judges``, or ``KIND:FOLDER_OR_ID`` of the hub judges, with ``hub:`` before
            it or without. A plugin's name goes before a kind of the same name. Several with ``+`` between them vote.

    Raises:
        UnknownNameError: there is neither.
        RequestError: the spec names something that judges no emotion.
        EngineError: the files of the judge are missing or broken.

    Example:
        >>> judge_named("text").card.name
        'text'
    """
    if is_registered(name_or_spec):
        return load(name_or_spec)
    from studio.judges.hub.families import families
    from studio.judges.hub.specs import is_hub_spec, judge_from_spec

    parts = [part.strip() for part in name_or_spec.split("+")]
    if len(parts) > 1 and all(is_registered(part) or is_hub_spec(part) for part in parts):
        from studio.judges.ensemble import load_ensemble

        return load_ensemble(parts)
    if is_hub_spec(name_or_spec):
        return judge_from_spec(name_or_spec)
    names = [point.name for point in entry_points(group=GROUP)]
    known = [*names, *(f"hub:{kind}:FOLDER" for kind, family in families().items() if family.judge)]
    raise UnknownNameError("judge", name_or_spec, known)


def is_registered(name: str) -> bool:
    """Whether a judge of that name is installed."""
    return any(point.name == name for point in entry_points(group=GROUP))
