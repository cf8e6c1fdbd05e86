"""From a spec such as ``hub:audeering:FOLDER_OR_ID`` to a judge."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from conditioning.errors import RequestError
from external.hub import may_fetch
from studio.judges.base import Judge
from studio.judges.hub.families import Family, families, family

__all__ = ["is_hub_spec", "judge_from_spec", "parse_spec"]

_HUB = "hub:"


def is_hub_spec(spec: str) -> bool:
    """Whether a judge's name is such a spec, and not the name of one of the studio's own or a plugin's."""
    return spec.startswith(_HUB) or spec.partition(":")[0] in families()


def parse_spec(spec: str) -> tuple[Family, str]:
    """The kind of a spec, and its folder or hub id ("" if it has none).

    Args:
        spec: ``KIND:FOLDER_OR_ID``, with ``hub:`` before it or without.

    Raises:
        UnknownNameError: there is no such kind.

    Example:
        >>> kind, model = parse_spec("hub:clip:openai/clip-vit-base-patch32")
        >>> kind.medium, model
        ('picture', 'openai/clip-vit-base-patch32')
    """
    name, _, model = spec.removeprefix(_HUB).partition(":")
    return family(name), model


def judge_from_spec(spec: str, *, offline: bool | None = None, **options: Any) -> Judge:
    """The judge that a spec names.

    Args:
        spec: ``KIND:FOLDER_OR_ID``, with ``hub:`` before it or without.
        offline: never fetch; None fetches where the environment has ``AFFECT_ALLOW_DOWNLOAD=1``.
        options: of the kind's ``from_pretrained``, such as ``labels`` or ``allow_pickle``.

    Raises:
        UnknownNameError: there is no such kind.
        RequestError: the kind judges no emotion.
        EngineError: the checkpoint is not there, or not of this kind, or broken.
    """
    kind, model = parse_spec(spec)
    if not kind.judge:
        raise RequestError(
            f"{kind.title} reads {kind.reads}, not emotion.",
            "Use studio.judges.hub.whisper.WhisperReader for word errors.",
        )
    module, _, name = kind.judge.partition(":")
    judge_class = getattr(import_module(module), name)
    if offline is None:
        offline = not may_fetch()
    judge: Judge = judge_class.from_pretrained(model, offline=offline, **options)
    return judge
