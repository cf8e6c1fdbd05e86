"""What a film depends on, in one record: the same for the command line, a line of a batch, the page and a replay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioning.errors import RequestError, UnknownNameError
from conditioning.fader_presets import fader_preset
from conditioning.faders import Adjustment
from generators.registry import DEFAULTS, MEDIA, EngineName, parse_engine
from studio.shape import Shape

__all__ = ["FORMATS", "FilmRequest"]

FORMATS: Mapping[str, tuple[int, int]] = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}


class FilmRequest(BaseModel):
    """Everything that decides how a film comes out.

    Args:
        script: text with emotion marks; ``[joy] Here she is! [sadness:0.8] And gone.``
        emotion: of everything before the first mark; ``auto`` reads it from the words, ``joy -> sadness`` and
            ``arc: cinderella`` lead the sentences along a way or a story.
        media: which of speech, face, music, video are made; at least one.
        engines: engine by medium, ``"hibari"`` or ``"musicgen:FOLDER"``; absent media use the built-in one.
        seed: 0 or more; the same seed gives the same film.
        voice: character of the speech engine, "" for its default.
        style: way of speaking of all that has none of its own in the script, such as ``"whisper"`` or ``"shout:0.5+smile"``.
        character: of the face engine, "" for the one that fits the voice.
        plan: TOML text of the face's action units over time, in place of the emotion's (docs/face-expression.md), "" for none.
        head_style: way of moving the head, or an emotion whose way it is; "" as the emotion moves it.
        camera: how much of the person is shown: "bust", "medium" or "close"; "" for the face engine's default.
        scene: of the video engine, "" lets emotion and text choose.
        language: BCP 47 code of the script.
        faders: value held by a fader, by full name, such as ``{"prosody.rate": 1.2}``.
        fader_shifts: what is added to the value that the emotion asks of a fader, by full name.
        fader_preset: TOML text of a preset of locks, shifts and own maps (docs/faders.md), "" for none; ``faders`` and
            ``fader_shifts`` win over it.
        lexicon: text of a dictionary of pronunciations (docs/scripts.md), "" for none.
        shape: strength, contrast, preferred emotion, count, attack, release and smoothing of all emotions.
        take: path of a face track (Live Link CSV, JSON) or of a driving film that the face follows, "" for its own movement.
        keeps: what of the take is played: ``"all"``, or ``"speech"`` under the request's emotion; "" plays all where the
            emotion is neutral, else the speech.
        layout: how the head stands in the picture: portrait, circle, lower third or full.
        faces: ``"auto"`` shows both speakers of a script that has two, ``"one"`` a single head.
        captions: whether the words are written into the picture.
        format: shape of the picture.
        height: of the picture's shorter side in pixels, even.
        fps: frames a second.
        seconds: length where nothing is said; 0 lets the text decide.
        judge: whether judges read the result.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    script: str
    emotion: str = "neutral"
    media: tuple[Literal["speech", "face", "music", "video"], ...] = MEDIA  # type: ignore[assignment]
    engines: dict[str, str] = Field(default_factory=dict)
    seed: int = Field(0, ge=0, le=2**32 - 1)
    voice: str = ""
    style: str = ""
    character: str = ""
    plan: str = ""
    head_style: str = ""
    camera: str = ""
    scene: str = ""
    language: str = "en"
    faders: dict[str, float] = Field(default_factory=dict)
    fader_shifts: dict[str, float] = Field(default_factory=dict)
    fader_preset: str = ""
    lexicon: str = ""
    shape: Shape = Shape()
    take: str = ""
    keeps: Literal["", "all", "speech"] = ""
    layout: Literal["portrait", "circle", "lower third", "full"] = "portrait"
    faces: Literal["auto", "one"] = "auto"
    captions: bool = True
    format: Literal["16:9", "9:16", "1:1"] = "16:9"
    height: int = Field(720, ge=144, le=2160, multiple_of=2)
    fps: float = Field(25.0, ge=5, le=60)
    seconds: float = Field(0.0, ge=0, le=3600)
    judge: bool = True

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> FilmRequest:
        """The request of plain values, such as a line of a batch.

        Raises:
            UnknownNameError: a field does not exist.
            RequestError: a value has a wrong type or is out of its range.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise _sentence(error) from None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, both even."""
        across, down = FORMATS[self.format]
        unit = self.height / min(across, down)
        return round(across * unit / 2) * 2, round(down * unit / 2) * 2

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """The user's own word on faders: those of the preset, then locks, then shifts, each by name.

        Raises:
            InputFileError: the preset has faults.
        """
        own = [Adjustment(name, value) for name, value in sorted(self.faders.items())]
        own += [Adjustment(name, value, "shift") for name, value in sorted(self.fader_shifts.items())]
        if not self.fader_preset:
            return tuple(own)
        named = {*self.faders, *self.fader_shifts}
        preset = fader_preset(self.fader_preset, "The fader preset").adjustments
        return (*(a for a in preset if a.kind == "replace" or a.fader not in named), *own)

    def engine(self, medium: str) -> EngineName:
        """The engine that is to make a medium.

        Raises:
            UnknownNameError: there is no such engine.
        """
        return parse_engine(self.engines.get(medium, DEFAULTS[medium]), medium)

    @property
    def key(self) -> str:
        """16 hexadecimal digits that differ where any value differs."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def _sentence(error: ValidationError) -> RequestError:
    """The first fault of a validation as a sentence; a field that does not exist may be why another one is missing."""
    faults = error.errors()
    fault = next((each for each in faults if each["type"] == "extra_forbidden"), faults[0])
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        if place.startswith("shape."):
            return UnknownNameError("field", place.removeprefix("shape."), Shape.model_fields)
        remedy = "What is said is the field 'script'; docs/batch.md has them all."
        return UnknownNameError("field", place, FilmRequest.model_fields, remedy)
    if fault["type"] == "missing":
        return RequestError(f"The field {place!r} is missing.", "Give it a value.")
    return RequestError(f"The field {place!r} is {fault['input']!r}.", f"{fault['msg']}.")
