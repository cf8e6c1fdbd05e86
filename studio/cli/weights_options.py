"""``--adapter``, ``--lora`` and ``--steer-schedule``: a shorter way to write what stands behind the ``?`` of an engine's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from conditioning.errors import RequestError

__all__ = ["Adapter", "LoraFile", "Schedule", "with_weights_options"]

Adapter = Annotated[
    str,
    typer.Option(
        "--adapter", help="An adapter made by 'affect train adapter', for the engine's own weights."
    ),
]
LoraFile = Annotated[
    str, typer.Option("--lora", help="A LoRA (.safetensors) on the engine's weights, as strong as is felt.")
]
Schedule = Annotated[
    str,
    typer.Option(
        "--steer-schedule",
        help="Strength of the steering over the steps: constant, falling (global first), rising, or 0:1.5,0.6:1,1:0.",
    ),
]


def with_weights_options(engine: Sequence[str], medium: str, **options: str) -> list[str]:
    """The engines as written, the one of a medium with options on top of its weights.

    Args:
        engine: as given by ``--engine``.
        medium: whose engine gets the options.
        options: by name, "" for what is not given.

    Raises:
        RequestError: options are given and no engine with weights is.

    Example:
        >>> with_weights_options(["video=sd:./sd"], "video", schedule="falling", lora="")
        ['video=sd:./sd?schedule=falling']
    """
    from generators.hub.choice import WeightsChoice

    given = {name: value for name, value in options.items() if value}
    if not given:
        return list(engine)
    found = [text for text in engine if text.partition("=")[0].strip() == medium and ":" in text]
    if not found:
        raise RequestError(
            f"{', '.join(given)} stand on top of an engine's weights, and none is named.",
            f"Name one: --engine {medium}=sd:FOLDER.",
        )
    written = WeightsChoice("", given).written().removeprefix("?")
    return [f"{text}{'&' if '?' in text else '?'}{written}" if text in found else text for text in engine]
