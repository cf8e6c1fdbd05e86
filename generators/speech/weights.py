"""What the speech engines with weights of the user's choice have in common: what they are, and how their weights get into memory."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from external.torch_device import DEVICE
from generators.base import Description, Job
from generators.hub.engine import HubEngine
from generators.hub.memory import told_out_of_memory

__all__ = ["SpeechWeights", "Spoken", "WeightsWithReferences"]


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
        with self._roomy():
            return super()._ready(job)

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
