"""What is set on the page beside script and emotion, as a request and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generators.registry import MEDIA
from studio.page.engines import FIELDS
from studio.request import FORMATS, FilmRequest

__all__ = ["FORMATS", "QUALITIES", "Pick", "Settings"]

QUALITIES: Mapping[str, int] = {"draft 360p": 360, "720p": 720, "1080p": 1080}
"""Pixels of the picture's shorter side."""


@dataclass(frozen=True)
class Pick:
    """What makes a medium.

    Args:
        on: whether it is made.
        engine: short name.
        option: character, voice or scene; "" leaves it to the engine.
        model: folder or hub id of weights, "" for none.
    """

    on: bool
    engine: str
    option: str = ""
    model: str = ""


@dataclass(frozen=True)
class Settings:
    """All settings beside script and emotion."""

    picks: Mapping[str, Pick]
    seed: int = 0
    format: str = "16:9"
    quality: str = "720p"
    captions: bool = True
    language: str = "en"

    def request(self, script: str, emotion: str) -> FilmRequest:
        """The request of a film.

        Args:
            script: with marks.
            emotion: of everything before the first mark.

        Raises:
            RequestError: a value is out of its range.
        """
        on = {medium: pick for medium, pick in self.picks.items() if pick.on}
        return FilmRequest.read(
            {
                "script": script,
                "emotion": emotion,
                "media": tuple(medium for medium in MEDIA if medium in on),
                "engines": {medium: _engine(pick) for medium, pick in on.items()},
                **{FIELDS[medium]: pick.option for medium, pick in on.items() if medium in FIELDS},
                "seed": self.seed,
                "format": self.format,
                "height": QUALITIES[self.quality],
                "captions": self.captions,
                "language": self.language,
            }
        )

    def restored(self, request: FilmRequest) -> Settings:
        """The settings that a request was made with; media that it left out keep their engines, turned off."""
        picks = {}
        for medium, pick in self.picks.items():
            if medium not in request.media:
                picks[medium] = Pick(False, pick.engine, pick.option, pick.model)
                continue
            engine, _, model = request.engines.get(medium, pick.engine).partition(":")
            option = getattr(request, FIELDS[medium]) if medium in FIELDS else ""
            picks[medium] = Pick(True, engine, option, model)
        quality = next((name for name, height in QUALITIES.items() if height == request.height), self.quality)
        return Settings(picks, request.seed, request.format, quality, request.captions, request.language)


def _engine(pick: Pick) -> str:
    return f"{pick.engine}:{pick.model.strip()}" if pick.model.strip() else pick.engine
