"""What a user wrote behind ``engine:``: a folder or hub id, and after a ``?`` what is put on top of these weights.

``video=sd:FOLDER?adapter=joyful.safetensors&schedule=falling`` names a model and two options. As they are a part of the engine's name,
they reach every place that takes an engine: command line, page, manifest, Python, and the record of how a film was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from conditioning.errors import RequestError, UnknownNameError

__all__ = ["WeightsChoice", "read_choice"]


@dataclass(frozen=True)
class WeightsChoice:
    """Weights and what is put on top of them.

    Args:
        model: folder or hub id; "" for none.
        options: by name, as written.
    """

    model: str
    options: Mapping[str, str] = field(default_factory=dict)

    def option(self, name: str) -> str:
        """An option's value, "" if it is not given."""
        return self.options.get(name, "")

    def file(self, name: str) -> Path | None:
        """An option that names a file; None if it is not given."""
        value = self.option(name)
        return Path(value).expanduser() if value else None

    def written(self) -> str:
        """As users write it: what ``read_choice`` reads.

        Example:
            >>> WeightsChoice("./sd", {"adapter": "a&b.safetensors"}).written()
            './sd?adapter=a%26b.safetensors'
        """
        told = "&".join(f"{name}={quote(value, safe='/:,.~ ')}" for name, value in self.options.items())
        return self.model + (f"?{told}" if told else "")


def read_choice(text: str, known: Iterable[str], engine: str) -> WeightsChoice:
    """The choice that a text writes.

    Args:
        text: folder or hub id, and options; a folder whose own name holds a ``?`` is taken as it is.
        known: options that the engine has.
        engine: its full name, for messages.

    Raises:
        UnknownNameError: the engine has no such option.
        RequestError: an option has no value, or stands there twice.

    Example:
        >>> read_choice("./sd?schedule=falling", ("schedule",), "video=sd").options
        {'schedule': 'falling'}
    """
    model, mark, told = text.partition("?")
    if not mark or Path(text).expanduser().is_dir():
        return WeightsChoice(text)
    names = tuple(known)
    options: dict[str, str] = {}
    for part in told.split("&"):
        name, _, value = part.partition("=")
        if name not in names:
            raise UnknownNameError(
                f"option of {engine}", name, names, f"Write {engine}:{model}?option=value."
            )
        if not value or name in options:
            fault = "stands there twice" if name in options else "has no value"
            raise RequestError(
                f"The option {name} of {engine} {fault}.", f"Write {engine}:{model}?{name}=VALUE."
            )
        options[name] = unquote(value)
    return WeightsChoice(model, options)
