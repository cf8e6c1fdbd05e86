"""Short sounds of voices and small pictures of faces, made when they are asked for and kept for the next time."""

from __future__ import annotations

import base64
import hashlib
import io
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

from conditioning.assets import asset_table
from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from external.cache import cache_folder
from generators.base import ARKIT, FaceRequest
from generators.registry import load
from studio.encode import written
from studio.request import FilmRequest
from studio.sound_files import write_sound
from studio.studio import Tracks

__all__ = ["Previews", "TrackMaker", "portrait_picture", "sample_text"]

_SIDE = 168  # pixels of a face's picture
_PATIENCE = 2.0  # seconds that a preview waits while a film is made
_FRAMES = 12  # of which the one with the widest eyes is the picture
_FEELING = Emotion.of("joy", 0.3)  # of the face in it


class TrackMaker(Protocol):
    """What makes tracks: ``studio.studio.Studio``."""

    def tracks(self, request: FilmRequest) -> Tracks:
        """Run the engines."""
        ...


class Previews:
    """Makes previews and keeps them on disk.

    Args:
        maker: speaks.
        turn: held while something is made, as by films.
        folder: where they are kept; None for the user's cache.
    """

    def __init__(self, maker: TrackMaker, turn: threading.Lock, folder: Path | None = None) -> None:
        self._maker, self._turn = maker, turn
        self._folder = folder or cache_folder() / "page"

    def voice(self, request: FilmRequest, keep: bool = False) -> str:
        """The sound of a request for speech alone, as a ``data:`` address.

        Args:
            request: of which speech counts.
            keep: whether it is kept for the next time; not what a user wrote or recorded.

        Raises:
            AffectError: it cannot be spoken.
            RequestError: a film is being made meanwhile.
        """
        request = request.model_copy(update={"media": ("speech",)})

        def make(part: Path) -> None:
            speech = self._maker.tracks(request).speech
            assert speech is not None, "speech was asked for"
            write_sound(part, speech.audio)

        return "data:audio/wav;base64," + self._kept(request.key, ".wav", make, keep)

    def face(self, engine: str, character: str) -> str:
        """A picture of a face without background, as a ``data:`` address.

        Args:
            engine: short name of a face engine that needs no model.
            character: of it, or the path of an own one.

        Raises:
            AffectError: it cannot be drawn.
            RequestError: a film is being made meanwhile.
        """
        own = Path(character).read_text(encoding="utf-8") if character.endswith(".toml") else character
        key = hashlib.sha256(repr((engine, own, _SIDE)).encode()).hexdigest()[:16]

        def make(part: Path) -> None:
            part.write_bytes(_webp(_face(engine, character)))

        return "data:image/webp;base64," + self._kept(key, ".webp", make, own == character)

    def plan(self, request: FilmRequest) -> str:
        """The plan that the face of a request follows, as TOML.

        Raises:
            AffectError: the request is wrong.
            RequestError: no face is asked for, its engine gives no plan, or a film is being made meanwhile.
        """
        if "face" not in request.media:
            raise RequestError("The film has no face.", "Choose the medium face.")
        media = tuple(medium for medium in request.media if medium in ("speech", "face"))
        asked = request.model_copy(update={"media": media, "plan": "", "faces": "one"})
        with self.at_work():
            face = self._maker.tracks(asked).face
        if face is None or face.plan is None:
            engine = request.engine("face").engine
            raise RequestError(f"The face engine {engine} gives no plan.", "Choose head or photo.")
        return face.plan()

    def _kept(self, key: str, ending: str, make: Callable[[Path], None], keep: bool) -> str:
        """What is made, in base64; not made again where it was kept.

        Args:
            key: of what it is made from.
            ending: of its file.
            make: writes it to a path.
            keep: whether it is kept.
        """
        if not keep:
            with tempfile.TemporaryDirectory() as folder, self.at_work():
                make(Path(folder) / f"preview{ending}")
                return base64.b64encode((Path(folder) / f"preview{ending}").read_bytes()).decode()
        path = self._folder / f"{key}-{version('affect-studio')}{ending}"
        if not path.exists():
            with self.at_work():
                path.parent.mkdir(parents=True, exist_ok=True)
                with written(path) as part:
                    make(part)
        return base64.b64encode(path.read_bytes()).decode()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Hold the turn, so that no film is made meanwhile.

        Raises:
            RequestError: a film is being made.
        """
        if not self._turn.acquire(timeout=_PATIENCE):
            raise RequestError("A film is being made just now.", "Try again when it is done.")
        try:
            yield
        finally:
            self._turn.release()


def sample_text(language: str) -> str:
    """What a voice says to be heard; the English words where no others are known."""
    samples: dict[str, str] = asset_table("examples", "page.toml")["samples"]
    return samples.get(language.partition("-")[0].casefold(), samples["en"])


def portrait_picture(path: Path) -> str:
    """A portrait as it will be cut, as a ``data:`` address.

    Raises:
        InputFileError: it is no picture, or does not show one whole face from the front.
        EngineError: the landmark model is missing.
    """
    from generators.face.photo.portrait import framed, open_portrait

    picture = framed(open_portrait(path), (_SIDE, _SIDE)).picture
    return "data:image/webp;base64," + base64.b64encode(_webp(np.asarray(picture)[..., :3])).decode()


def _face(engine: str, character: str) -> np.ndarray:
    """A picture ``(_SIDE, _SIDE, 4)`` of a face with open eyes."""
    duration = _FRAMES / 25
    asked = FaceRequest(Conditioning.of(_FEELING), duration, size=(_SIDE, _SIDE), character=character)
    track = load(f"face={engine}").generate(asked)
    lids = track.arkit[:_FRAMES, ARKIT.index("eyeBlinkLeft")]
    chosen = int(np.argmin(lids))
    pictures: Iterator[np.ndarray] = track.frames()
    return next(picture for i, picture in enumerate(pictures) if i == chosen)


def _webp(picture: np.ndarray) -> bytes:
    from PIL import Image

    stored = io.BytesIO()
    Image.fromarray(picture).resize((_SIDE, _SIDE)).save(stored, "WEBP", quality=84, method=4)
    return stored.getvalue()
