"""What files that were trained on top of weights say of themselves: which engine and which weights they were made for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

from conditioning.errors import EngineError

__all__ = ["MadeFor"]


@dataclass(frozen=True)
class MadeFor:
    """What a file was made for; it stands in the metadata of its safetensors.

    Args:
        engine: such as ``"video=sd"``.
        model: fingerprint of the model's folder.
    """

    kind: ClassVar[str] = "file"
    """What the file is, as commands call it: ``affect train KIND``."""

    engine: str
    model: str

    def metadata(self) -> dict[str, str]:
        """What stands in the file's metadata."""
        return {f"affect.{self.kind}": json.dumps(asdict(self), sort_keys=True)}

    @classmethod
    def told(cls, metadata: Mapping[str, str] | None) -> Self | None:
        """What a file's metadata say; None where they say nothing of the kind.

        Raises:
            ValueError: they cannot be read.
            TypeError: they say something else.
        """
        text = (metadata or {}).get(f"affect.{cls.kind}")
        return None if text is None else cls(**json.loads(text))

    def check_model(self, path: Path, model: str, title: str) -> None:
        """Make sure that a file serves the weights that it is used with.

        Args:
            path: of the file.
            model: fingerprint of the weights; "" for any.
            title: what the file is, for people, such as ``"adapter"``.

        Raises:
            EngineError: it was made for others.
        """
        if not model or self.model == model:
            return
        raise EngineError(
            f"The {title} {path} was made for other weights ({self.engine}, {self.model[:12]}) than these ({model[:12]}).",
            f"Take it with its own weights, or train one for these: affect train {self.kind}.",
        )
