"""What the speech engines have in common that read a text prompt and are steered by a direction in its states."""

from __future__ import annotations

from typing import Protocol, TypeVar

from generators.base import Job
from generators.hub.directions import TextDirections
from generators.speech.hub import HubSpeech
from generators.speech.weights import Spoken

__all__ = ["SteeredByText", "TextSteered"]


class SteeredByText(Spoken, Protocol):
    """Something that speaks, with the directions of emotions in the states of its text."""

    @property
    def directions(self) -> TextDirections:
        """Of emotions."""
        ...


L = TypeVar("L", bound=SteeredByText)


class TextSteered(HubSpeech[L]):
    """A speech engine that emotion steers by its text; a class for each model says one turn.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    def directions(self, job: Job) -> TextDirections:
        """The directions of emotions in its text's states.

        Raises:
            EngineError: as for ``generate``.
        """
        with self._busy:
            return self._ready(job).directions

    def _steers(self, loaded: L) -> bool:
        return True
