"""What the speech engines with weights of the user's choice have in common: what they are, and how their weights get into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from conditioning.errors import AffectError, EngineError
from external.torch_device import DEVICE
from generators.base import Description, Job
from generators.checkpoints import Checkpoint
from generators.hub.engine import HubEngine
from generators.hub.memory import told_out_of_memory

__all__ = ["SpeechWeights", "Spoken", "WeightsWithReferences", "whole_model"]


class Spoken(Protocol):
    """Something that speaks."""

    @property
    def rate(self) -> int:
        """Hertz."""
        ...


L = TypeVar("L", bound=Spoken)


class SpeechWeights(HubEngine[L]):
    """A speech engine with weights from a folder or the hub; loaded once, used by one job at a time.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    languages: ClassVar[tuple[str, ...]] = ()
    honours: ClassVar[tuple[str, ...]]
    approximates: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> Description:
        """What the engine is; loads nothing. Its sample rate is that of the released weights until its own are loaded."""
        loaded = self.weights.loaded
        return Description(
            title=self.title,
            languages=self.languages,
            sample_rate=loaded.rate if loaded else self.released_rate,
            honours=self.honours,
            approximates=self.approximates,
            **self.weights.told(),
        )

    def _ready(self, job: Job) -> L:
        """The model, loaded at its first use; hold ``_busy`` around it."""

        def load(found: Checkpoint) -> L:
            with self._roomy(), _read_by(self.library, found.folder):
                return self._load(found, job)

        return self.weights.ready(job, load)

    def _roomy(self) -> AbstractContextManager[None]:
        """While the context lasts, running out of memory becomes a sentence."""
        return told_out_of_memory(self.name, f"Set {DEVICE}=cpu, close other programs, or say shorter texts.")


class WeightsWithReferences(SpeechWeights[L]):
    """Such an engine that learns directions, or a manner, from emotional recordings.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        references: folder of the recordings (``generators.speech.references``); None looks where the environment says and for a
            folder ``references`` beside the weights.
    """

    def __init__(
        self, model: str = "", *, allow_download: bool | None = None, references: Path | None = None
    ) -> None:
        super().__init__(model, allow_download=allow_download)
        self._references = references


def whole_model(kind: Any, folder: Path, **options: Any) -> Any:
    """A model of transformers out of a folder, of which no weight is missing; transformers itself would make those up.

    Args:
        kind: class of transformers.
        folder: that ``save_pretrained`` wrote.
        options: of ``from_pretrained``.

    Raises:
        EngineError: weights are missing.
    """
    model, told = kind.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, output_loading_info=True, **options
    )
    missing = sorted(told["missing_keys"])
    if missing:
        raise EngineError(
            f"{folder} lacks {len(missing)} weights of {kind.__name__}, such as {missing[0]}.",
            "Give the folder as its makers published it, or as the library saved it.",
        )
    return model


@contextmanager
def _read_by(library: str, folder: Path) -> Iterator[None]:
    """What a library says of weights that do not fit their configuration becomes one sentence.

    Raises:
        EngineError: in place of the library's error.
    """
    try:
        yield
    except AffectError:
        raise
    except (RuntimeError, ValueError, KeyError, TypeError, OSError, AttributeError) as error:
        if type(error).__name__ == "OutOfMemoryError":
            raise
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise EngineError(
            f"{library} cannot load {folder}: {lines[0] if lines else type(error).__name__}",
            "Give the folder as its makers published it, or as the library saved it.",
        ) from error
