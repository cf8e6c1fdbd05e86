"""What engines with weights of the user's choice have in common: what was written, what is told of it, loading once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TypeVar

from conditioning.errors import AffectError, EngineError
from external.safe_weights import fingerprint
from generators.base import Job
from generators.checkpoints import Checkpoint, Layout, find_checkpoint, needs_line, quiet_libraries
from generators.hub.choice import WeightsChoice
from generators.hub.licences import licence_line
from generators.hub.memory import is_out_of_memory

__all__ = ["HubWeights", "read_by"]

Model = TypeVar("Model")


@dataclass
class HubWeights(Generic[Model]):
    """The weights of an engine: told of before they are loaded, loaded at their first use, one thing at a time.

    Args:
        engine: full name, such as ``"video=wan"``.
        choice: what the user wrote.
        layout: what the library expects in a folder.
        example: a hub id that would do; "" where none is known.
        library: distribution that runs them.
        allow_download: whether a hub id may be fetched; None asks the environment.
        code_licence: of the library.
        busy: held while the weights are loaded or used.
        loaded: the model, once it is.
        folder: from which it was loaded.
    """

    engine: str
    choice: WeightsChoice
    layout: Layout
    example: str
    library: str
    allow_download: bool | None = None
    code_licence: str = "Apache-2.0"
    busy: threading.Lock = field(default_factory=threading.Lock)
    loaded: Model | None = None
    folder: Path | None = None

    @property
    def name(self) -> str:
        """Of the engine with its weights and options."""
        return self.engine + (f":{self.choice.written()}" if self.choice.model else "")

    def told(self) -> dict[str, Any]:
        """Fields of a description: name, version, licence, needs; loads nothing."""
        model = self.choice.model
        folder = Path(model).expanduser()
        here = bool(model) and folder.is_dir()
        known = f"; weights {fingerprint(folder)[:12]}" if here else ""
        faults = self.layout.faults(folder) if here else []
        needs = (
            (f"another folder: {model} is not {self.layout.title}: {'; '.join(faults)}",) if faults else ()
        )
        files = ((name, self.choice.file(name)) for name in self.choice.options)
        known += "".join(f"; {name} {_hash(path)}" for name, path in files if path and path.is_file())
        licence = licence_line(model) if model else "their own"
        return {
            "name": self.name,
            "version": f"{self.library} {version(self.library)}{known}",
            "licence": f"{self.code_licence} (code); weights: {licence}",
            "needs": needs_line(model, self.engine, self.example) + needs,
        }

    def ready(self, job: Job, load: Callable[[Checkpoint], Model]) -> Model:
        """The model, loaded where it is not yet; hold ``busy`` around it.

        Raises:
            EngineError: no weights are given, they are not here, they are of another kind, or the library cannot load them.
        """
        if self.loaded is None:
            checkpoint = find_checkpoint(
                self.choice.model,
                self.layout,
                self.engine,
                self.example,
                allow_download=self.allow_download,
                job=job,
            )
            job.step(0, 1, f"loading {checkpoint.name}")
            quiet_libraries(self.library)
            with read_by(self.library, checkpoint.folder):
                self.loaded, self.folder = load(checkpoint), checkpoint.folder
        return self.loaded


@contextmanager
def read_by(library: str, folder: Path) -> Iterator[None]:
    """Whatever a library says of weights that it cannot load becomes one sentence; running out of memory stays what it is.

    Args:
        library: distribution that loads them.
        folder: of the weights.

    Raises:
        EngineError: in place of the library's error.
    """
    try:
        yield
    except AffectError:
        raise
    except Exception as error:  # libraries read configurations unchecked: any error may come of a wrong one
        if is_out_of_memory(error):
            raise
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        told = f"{type(error).__name__}: {lines[0].split('. ')[0]}" if lines else type(error).__name__
        raise EngineError(
            f"{library} cannot load {folder}: {told.rstrip('.')}.",
            "Give the folder as its makers published it, or as the library saved it.",
        ) from error


def _hash(path: Path) -> str:
    """The beginning of a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
