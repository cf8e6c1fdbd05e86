"""What a pipeline's calls cost: options behind the ``?`` of its weights that trade quality for time and memory."""

from __future__ import annotations

import re

from conditioning.errors import RequestError
from generators.hub.choice import WeightsChoice

__all__ = ["area_option", "number_option"]

_SIDES = (16, 4096)  # pixels
_MOST = 1000  # steps or frames


def number_option(choice: WeightsChoice, name: str, engine: str) -> int | None:
    """An option that is a whole number from 1 to 1000, such as ``steps``; None if it is not given.

    Args:
        choice: weights and options.
        name: of the option.
        engine: its full name, for messages.

    Raises:
        RequestError: it is something else.
    """
    text = choice.option(name)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= _MOST:
        raise RequestError(
            f"The option {name} of {engine} is {text!r}.",
            f"Give a whole number from 1 to {_MOST}: {name}=20.",
        )
    return int(text)


def area_option(choice: WeightsChoice, engine: str) -> int | None:
    """Pixels of the pictures that the option ``size=WIDTHxHEIGHT`` asks for; None if it is not given.

    The shape is the film's: it is told by the request, and pictures of that shape get about as many pixels.

    Raises:
        RequestError: it is no size, or one that no pipeline makes.
    """
    text = choice.option("size")
    if not text:
        return None
    sides = [int(side) for side in text.split("x")] if re.fullmatch(r"[0-9]{1,5}x[0-9]{1,5}", text) else [0]
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in sides):
        raise RequestError(
            f"The option size of {engine} is {text!r}.",
            f"Give width and height from {_SIDES[0]} to {_SIDES[1]} pixels: size=512x288.",
        )
    return sides[0] * sides[1]
