"""What every generator takes and gives: requests, tracks, fulfilment.

A generator is a class with ``describe() -> Description`` and ``generate(request) -> Track``. It knows no other
generator, only the types of this module, which is the one door to them: what a sound, a phone or a job is stands in
``heard``, ``job`` and ``arkit`` and is imported from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.errors import RequestError
from conditioning.faders import Adjustment
from conditioning.script import Script
from conditioning.timeline import Timeline
from generators.arkit import ARKIT
from generators.heard import Audio, Phone, Stretch, Touch, Word
from generators.job import Job, Progress

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = [
    "ARKIT",
    "Aspect",
    "Audio",
    "Description",
    "FaceRequest",
    "FaceTrack",
    "Fulfilment",
    "Generator",
    "Job",
    "MusicRequest",
    "MusicTrack",
    "Phone",
    "Progress",
    "SpeechRequest",
    "SpeechTrack",
    "Stretch",
    "Take",
    "Touch",
    "VideoRequest",
    "VideoTrack",
    "Word",
]


@dataclass(frozen=True)
class Aspect:
    """What became of one thing that was asked.

    Args:
        name: such as ``"intensity"`` or ``"pitch"``.
        status: ``"honoured"``, ``"approximated"`` or ``"ignored"``.
        why: a sentence; "" only where it was honoured.
    """

    name: str
    status: str
    why: str = ""


Fulfilment = tuple[Aspect, ...]


@dataclass(frozen=True)
class Description:
    """What an engine is and can do.

    Args:
        name: full name, such as ``"speech=hibari"``.
        title: one line for people.
        version: of the engine or of the package that carries it.
        licence: of code and weights, one line.
        languages: BCP 47 codes; empty where language plays no part.
        sample_rate: of its sound in hertz, or 0.
        honours: the aspects it can honour.
        approximates: the aspects that it follows after its own fashion; each fulfilment says how.
        needs: what is fetched or must be given, in words; empty for built-in engines.
        options: characters, voices or families that can be asked for.
    """

    name: str
    title: str
    version: str
    licence: str
    languages: tuple[str, ...] = ()
    sample_rate: int = 0
    honours: tuple[str, ...] = ()
    approximates: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


class Generator(Protocol):
    """An engine. Built with its model (hub id or folder, "" for the default); loads weights at first use."""

    def __init__(self, model: str = "") -> None: ...

    def describe(self) -> Description:
        """What the engine is; cheap, loads nothing."""
        ...

    def generate(self, request: Any) -> Any:
        """The track of a request of this engine's medium."""
        ...


@dataclass(frozen=True)
class SpeechRequest:
    """Speech asked for.

    Args:
        script: at least one span with text.
        voice: character of the engine, "" for its default.
        language: BCP 47 code.
        adjustments: locks and shifts of prosody faders.
        job: seed, progress, cancel.
        touches: emotions and faders along phones; only the built-in voice follows them.
        style: way of speaking of all spans that have none of their own, such as ``"whisper"``; "" for none.
    """

    script: Script
    voice: str = ""
    language: str = "en"
    adjustments: tuple[Adjustment, ...] = ()
    job: Job = field(default_factory=Job)
    touches: tuple[Touch, ...] = ()
    style: str = ""


@dataclass(frozen=True)
class SpeechTrack:
    """Speech made.

    Args:
        audio: mono.
        words: in order, of the whole script.
        phones: in order; silence is left out.
        stretches: of each span, in order, covering its sound: one, and more where a sound that is no word parts it.
        timeline: the emotions of the spans over seconds.
        fulfilment: what was honoured.
    """

    audio: Audio
    words: tuple[Word, ...]
    phones: tuple[Phone, ...]
    stretches: tuple[Stretch, ...]
    timeline: Timeline
    fulfilment: Fulfilment


@dataclass(frozen=True)
class Take:
    """A face's movement from elsewhere: a recorded track, or one read off a driving film.

    Args:
        times: seconds of its frames ``(T,)``, rising, from 0.
        arkit: weights of the shapes in the order of ``ARKIT``, ``(T, 52)``, 0..1.
        pose: as in ``FaceTrack``, ``(T, 6)``.
        keeps: ``"all"`` plays it as it is; ``"speech"`` keeps what is said, blinks, looks and the head, and takes the
            expression from the request's emotion.

    Raises:
        RequestError: it has no frame, its arrays do not fit, its times do not rise, or ``keeps`` is neither.
    """

    times: np.ndarray
    arkit: np.ndarray
    pose: np.ndarray
    keeps: str = "all"

    def __post_init__(self) -> None:
        count = len(self.times)
        if not count:
            raise RequestError("The take has no frame.", "Give one with at least one.")
        if self.arkit.shape != (count, len(ARKIT)) or self.pose.shape != (count, 6):
            raise RequestError(
                f"The take has {count} times, shapes {self.arkit.shape} and poses {self.pose.shape}.",
                f"Give a row of {len(ARKIT)} shapes and of 6 numbers of pose for each time.",
            )
        if not (np.diff(self.times) > 0).all():
            raise RequestError("The take's times do not rise.", "Sort its frames by time.")
        if self.keeps not in ("all", "speech"):
            raise RequestError(f"A take cannot keep {self.keeps!r}.", "Keep 'all' or 'speech'.")

    @property
    def duration(self) -> float:
        """Seconds, with the last frame's own."""
        step = (self.times[-1] - self.times[0]) / (len(self.times) - 1) if len(self.times) > 1 else 0.04
        return float(self.times[-1] + step)


@dataclass(frozen=True)
class FaceRequest:
    """A talking face asked for.

    Args:
        conditioning: emotion over time.
        duration: seconds.
        phones: what is said when; empty for a silent face.
        audio: the sound, for the energy of the mouth; None if there is none.
        fps: frames a second.
        size: (width, height) in pixels.
        character: of the engine, "" for its default.
        job: seed, progress, cancel.
        plan: TOML text of action units over time in place of the emotion's (docs/face-expression.md), "" for none.
        head_style: way of moving the head, or an emotion whose way it is; "" as the emotion moves it.
        camera: how much is shown: "bust", "medium" or "close"; "" for the engine's default.
        take: a movement from elsewhere to play in place of the engine's own; None for that.
    """

    conditioning: Conditioning
    duration: float
    phones: tuple[Phone, ...] = ()
    audio: Audio | None = None
    fps: float = 25.0
    size: tuple[int, int] = (512, 512)
    character: str = ""
    job: Job = field(default_factory=Job)
    plan: str = ""
    head_style: str = ""
    camera: str = ""
    take: Take | None = None


@dataclass(frozen=True)
class FaceTrack:
    """A talking face made.

    Args:
        times: seconds of the frames ``(T,)``.
        arkit: weights of the shapes in the order of ``ARKIT``, ``(T, 52)``, 0..1.
        pose: head translation x, y, z in metres and rotation pitch, yaw, roll in radians, ``(T, 6)``.
        size: (width, height) in pixels.
        frames: call it for a fresh iterator of T pictures ``(height, width, 4)`` uint8 RGBA, straight alpha.
        fulfilment: what was honoured.
        plan: call it for the action units over time as TOML, to be edited and given back; None from engines without.
    """

    times: np.ndarray
    arkit: np.ndarray
    pose: np.ndarray
    size: tuple[int, int]
    frames: Callable[[], Iterator[np.ndarray]]
    fulfilment: Fulfilment
    plan: Callable[[], str] | None = None


@dataclass(frozen=True)
class MusicRequest:
    """Music asked for.

    Args:
        conditioning: emotion over time.
        duration: seconds, exact.
        text: words on style for engines that read them; "" for none.
        sample_rate: wanted, in hertz.
        job: seed, progress, cancel.
    """

    conditioning: Conditioning
    duration: float
    text: str = ""
    sample_rate: int = 44100
    job: Job = field(default_factory=Job)


@dataclass(frozen=True)
class MusicTrack:
    """Music made.

    Args:
        audio: stereo ``(n, 2)``, n = duration times sample rate.
        score: the notes; None from engines that make sound only.
        beats: seconds ``(B,)``; empty where there is no score.
        chords: ``(start, end, symbol)`` in seconds.
        fulfilment: what was honoured.
        musicxml: call it to write the engraved score to a path; None where there is none.
    """

    audio: Audio
    score: PrettyMIDI | None
    beats: np.ndarray
    chords: tuple[tuple[float, float, str], ...]
    fulfilment: Fulfilment
    musicxml: Callable[[Path], None] | None = None


@dataclass(frozen=True)
class VideoRequest:
    """Moving pictures asked for.

    Args:
        conditioning: emotion over time.
        duration: seconds.
        fps: frames a second.
        size: (width, height) in pixels.
        scene: of the engine, "" lets the emotion and the text choose.
        text: what is said or wanted, for the choice of scene or as prompt.
        sections: seconds at which the scene may change, rising, starting at 0.
        job: seed, progress, cancel.
    """

    conditioning: Conditioning
    duration: float
    fps: float = 25.0
    size: tuple[int, int] = (1280, 720)
    scene: str = ""
    text: str = ""
    sections: tuple[float, ...] = (0.0,)
    job: Job = field(default_factory=Job)


@dataclass(frozen=True)
class VideoTrack:
    """Moving pictures made.

    Args:
        size: (width, height) in pixels.
        fps: frames a second.
        duration: seconds.
        frames: call it for a fresh iterator of pictures ``(height, width, 3)`` uint8 RGB.
        scenes: ``(start, name)`` of the scenes in seconds.
        fulfilment: what was honoured.
        drawn: the pictures are drawn, however like a photograph they look; judges of photographs take note.
    """

    size: tuple[int, int]
    fps: float
    duration: float
    frames: Callable[[], Iterator[np.ndarray]]
    scenes: tuple[tuple[float, str], ...]
    fulfilment: Fulfilment
    drawn: bool = False
