"""What the speech engines have in common that speak as whoever a vector says: steered between such vectors, else bent."""

from __future__ import annotations

from typing import ClassVar, Protocol, TypeVar

from conditioning.errors import EngineError
from external.safe_weights import fingerprint
from generators.base import Aspect, Fulfilment, Job, SpeechRequest
from generators.hub.direction_store import DirectionFile
from generators.speech.hub import HubSpeech, bent_aspects, steered_aspects
from generators.speech.told_words import words_aspects
from generators.speech.voice_vectors import VoiceDirections
from generators.speech.weights import Spoken

__all__ = ["SteeredByVoice", "VoiceSteered"]


class SteeredByVoice(Spoken, Protocol):
    """Something that speaks, with directions of emotions between its voices; None where it knows none."""

    @property
    def directions(self) -> VoiceDirections | None:
        """Of emotions."""
        ...


L = TypeVar("L", bound=SteeredByVoice)


class VoiceSteered(HubSpeech[L]):
    """A speech engine that emotion steers by its voice's vector; a class for each model says one turn.

    Args:
        model: folder or hub id.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
    """

    how: ClassVar[str]
    """How emotion gets in where there are directions, a clause."""
    bent: ClassVar[str]
    """How the sound is bent where there are none, a sentence."""

    without: ClassVar[str]
    """What gives it directions, for people who have none, an order."""

    def directions(self, job: Job) -> DirectionFile:
        """The directions between its voices.

        Raises:
            EngineError: as for ``generate``; or its voices are not told apart by emotion.
        """
        with self._busy:
            found = self._ready(job).directions
        if found is None:
            raise EngineError(f"{self.weights.name} knows no voices that differ in emotion.", self.without)
        assert self.weights.folder is not None, "what is ready was loaded from a folder"
        return DirectionFile(fingerprint(self.weights.folder), found.fingerprint(), found.directions)

    def _steers(self, loaded: L) -> bool:
        return loaded.directions is not None

    def _voiced(self, request: SpeechRequest, loaded: L, rows: Fulfilment) -> Fulfilment:
        """What was honoured, with the engine's own rows."""
        if loaded.directions is None:
            phones = Aspect("phones", "approximated", "Phones are estimated from the letters of each word.")
            return (*bent_aspects(request, self.bent), *rows, phones, *words_aspects(request.script))
        emotions = [span.emotion for span in request.script.spans]
        return (*steered_aspects(request, self.how), *loaded.directions.aspects(emotions), *rows)
