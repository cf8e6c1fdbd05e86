"""What is set on the page beside script and emotion, as a request and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conditioning.styles import parse_style
from generators.registry import MEDIA
from generators.speech.maps import OWN, prosody_map, prosody_maps
from studio.layouts import LAYOUTS
from studio.page.engines import FIELDS
from studio.request import FORMATS, FilmRequest

__all__ = [
    "FORMATS",
    "QUALITIES",
    "FaceDetails",
    "Pick",
    "Settings",
    "VoiceDetails",
    "map_of",
    "style_text",
    "styles_in",
]

_RATE = "prosody.rate"

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
class VoiceDetails:
    """How the voice speaks besides the emotion.

    Args:
        style: as ``conditioning.styles`` reads it, "" for none.
        speed: on the rate that the emotion asks for; 1 leaves it.
        prosody: name of the map from emotion to prosody.
    """

    style: str = ""
    speed: float = 1.0
    prosody: str = OWN

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of a request.

        Raises:
            RequestError: the style cannot be read, or there is no such map.
        """
        parse_style(self.style)
        shift = round(self.speed - 1, 3)
        return {
            "style": self.style,
            "fader_shifts": {_RATE: shift} if shift else {},
            "fader_preset": prosody_map(self.prosody),
        }


@dataclass(frozen=True)
class FaceDetails:
    """How the face is shown and led besides the emotion.

    Args:
        camera: how much of the person is shown, "" for the engine's default.
        head_style: way of moving the head, "" as the emotion moves it.
        layout: how the head stands in the picture.
        both: whether both speakers of a dialogue are shown.
        plan: TOML of action units over time, "" for the emotion's own.
    """

    camera: str = ""
    head_style: str = ""
    layout: str = LAYOUTS[0]
    both: bool = True
    plan: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of a request."""
        return {
            "camera": self.camera,
            "head_style": self.head_style,
            "layout": self.layout,
            "faces": "auto" if self.both else "one",
            "plan": self.plan,
        }


@dataclass(frozen=True)
class Settings:
    """All settings beside script and emotion."""

    picks: Mapping[str, Pick]
    seed: int = 0
    format: str = "16:9"
    quality: str = "720p"
    captions: bool = True
    language: str = "en"
    voice: VoiceDetails = VoiceDetails()
    face: FaceDetails = FaceDetails()

    def request(self, script: str, emotion: str) -> FilmRequest:
        """The request of a film.

        Args:
            script: with marks.
            emotion: of everything before the first mark.

        Raises:
            RequestError: a value is out of its range.
            UnknownNameError: a style or a map does not exist.
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
                **(self.voice.fields if "speech" in on else {}),
                **(self.face.fields if "face" in on else {}),
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
        speed = round(1 + request.fader_shifts.get(_RATE, 0.0), 3)
        voice = VoiceDetails(request.style, speed, map_of(request))
        face = FaceDetails(
            request.camera, request.head_style, request.layout, request.faces == "auto", request.plan
        )
        return Settings(
            picks,
            request.seed,
            request.format,
            quality,
            request.captions,
            request.language,
            voice if "speech" in request.media else self.voice,
            face if "face" in request.media else self.face,
        )


def map_of(request: FilmRequest) -> str:
    """The name of the map from emotion to prosody that a request takes; the voice's own where it has another preset."""
    maps = {prosody_map(name): name for name in prosody_maps()}
    return maps.get(request.fader_preset, OWN)


def style_text(names: Sequence[str], strength: float) -> str:
    """Chosen styles as text.

    Args:
        names: of styles; one may carry its own strength, ``"shout:0.5"``.
        strength: of the others, above 0 to 1.
    """
    share = "" if strength >= 1 else f":{strength:.6g}"
    return "+".join(name if ":" in name or "=" in name else name + share for name in names)


def styles_in(text: str) -> tuple[list[str], float]:
    """The styles of a text as they are chosen: names, and the strength that they share.

    Raises:
        RequestError: the text cannot be read.
    """
    strengths = parse_style(text)
    if len(set(strengths.values())) <= 1:
        return list(strengths), next(iter(strengths.values()), 1.0)
    return [f"{name}:{strength:.6g}" for name, strength in strengths.items()], 1.0


def _engine(pick: Pick) -> str:
    return f"{pick.engine}:{pick.model.strip()}" if pick.model.strip() else pick.engine
