"""What engines of speech and music with weights of the user's choice begin with: the weights as written, loaded once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from generators.base import Job
from generators.checkpoints import Checkpoint, Layout
from generators.hub.choice import WeightsChoice, read_choice
from generators.hub.weights import HubWeights

__all__ = ["HubEngine"]

L = TypeVar("L")


class HubEngine(ABC, Generic[L]):
    """An engine with weights from a folder or the hub; loaded once, used by one job at a time.

    Args:
        model: folder or hub id, and behind a ``?`` the options that it has.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    library: ClassVar[str]
    code_licence: ClassVar[str] = "Apache-2.0"
    example: ClassVar[str]
    layout: ClassVar[Layout]
    released_rate: ClassVar[int]
    options: ClassVar[tuple[str, ...]] = ()
    """What may stand behind the ``?``."""

    def __init__(self, model: str = "", *, allow_download: bool | None = None) -> None:
        choice = read_choice(model, self.options, self.name)
        self._check_choice(choice)
        self.weights: HubWeights[L] = HubWeights(
            self.name, choice, self.layout, self.example, self.library, allow_download, self.code_licence
        )
        self._busy = self.weights.busy

    def _check_choice(self, choice: WeightsChoice) -> None:
        """Refuse options that cannot be followed, before anything is loaded.

        Raises:
            RequestError: one of them.
        """

    def _ready(self, job: Job) -> L:
        """The model, loaded at its first use; hold ``_busy`` around it."""
        return self.weights.ready(job, lambda checkpoint: self._load(checkpoint, job))

    @abstractmethod
    def _load(self, checkpoint: Checkpoint, job: Job) -> L:
        """The model of a checked folder."""
