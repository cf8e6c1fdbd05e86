"""What every generator takes and gives: requests, tracks, fulfilment.

A generator is a class with ``describe() -> Description`` and ``generate(request) -> Track``. It knows no other
generator, only the track types of this module.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, RequestError
from conditioning.faders import Adjustment
from conditioning.script import Script
from conditioning.timeline import Timeline

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
    "SpeechRequest",
    "SpeechTrack",
    "Stretch",
    "Touch",
    "VideoRequest",
    "VideoTrack",
    "Word",
]

# Apple's order (ARFaceAnchor.BlendShapeLocation), which every face track uses.
_EYE = ["Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide"]
_SIDES = ("Left", "Right")
ARKIT: tuple[str, ...] = (
    *(f"eye{shape}{side}" for side in _SIDES for shape in _EYE),
    *[
        "jawForward",
        "jawLeft",
        "jawRight",
        "jawOpen",
        "mouthClose",
        "mouthFunnel",
        "mouthPucker",
        "mouthLeft",
        "mouthRight",
    ],
    *(f"mouth{shape}{side}" for shape in ["Smile", "Frown", "Dimple", "Stretch"] for side in _SIDES),
    *["mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"],
    *(f"mouth{shape}{side}" for shape in ["Press", "LowerDown", "UpperUp"] for side in _SIDES),
    *["browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff"],
    *["cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"],
)

Progress = Callable[[float, float, str], None]


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Job:
    """How a piece of work is run: its seed, who watches it, who may stop it.

    Args:
        seed: the generator's own, 0 or more.
        progress: called as ``progress(done, total, what)``.
        cancel: set by the user to stop; seen at the next ``step``.
    """

    seed: int = 0
    progress: Progress = _silent
    cancel: threading.Event = field(default_factory=threading.Event)

    def step(self, done: float, total: float, what: str) -> None:
        """Report progress at a chunk's border.

        Raises:
            Cancelled: the user has stopped the work.
        """
        if self.cancel.is_set():
            raise Cancelled
        self.progress(done, total, what)

    def rng(self, *key: int) -> np.random.Generator:
        """A random generator of this job; other keys give independent ones."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))


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
class Audio:
    """Sound.

    Args:
        samples: float32 ``(n,)`` or ``(n, channels)``, full scale -1..1.
        sample_rate: hertz.
    """

    samples: np.ndarray
    sample_rate: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True)
class Phone:
    """A speech sound: IPA symbol (with length mark, without stress), start and end in seconds, stress 0, 1 or 2."""

    symbol: str
    start: float
    end: float
    stress: int = 0


@dataclass(frozen=True)
class Word:
    """A word as written, start and end in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Stretch:
    """Where a span of the script sounds: its index, start and end in seconds.

    A laugh or another sound that is no word stands by itself, under its name in ``sound``, and parts its span.
    """

    span: int
    start: float
    end: float
    sound: str = ""


@dataclass(frozen=True)
class Touch:
    """An emotion or faders on some phones, within what the script's marks ask.

    Args:
        first: number of the first phone, counted along the track's phones from 0.
        last: number after the last.
        emotion: in place of the script's there; None leaves it.
        adjustments: of prosody faders, after those of the request.

    Raises:
        RequestError: it begins below 0, or ends where it begins or before.
    """

    first: int
    last: int
    emotion: Emotion | None = None
    adjustments: tuple[Adjustment, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.last:
            raise RequestError(
                f"A touch cannot be on the phones {self.first} to {self.last}.",
                "Count from 0, and name the phone after the last.",
            )


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
