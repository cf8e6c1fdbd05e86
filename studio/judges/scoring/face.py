"""The judge of faces: which of seven expressions people would see in the face of a picture.

The face is found by MediaPipe's landmark networks, framed by its eyes and mouth, and read by two small residual networks
together. They give two opinions: one learned from the votes of FER+, one from the corpus's own labels, which people
contradict on every third face. The reading weighs both. A picture without a person's face gives no reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from external.onnx import open_network
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.face_finder import FaceFinder
from studio.judges.face_person import PersonCheck
from studio.judges.frames import read_frames
from studio.judges.weights import load_trained, verdict

__all__ = ["FaceJudge", "TileReader", "blend"]


class FaceJudge:
    """Reads the expression of the surest face of pictures and films.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        trained = load_trained("face", folder)
        facts = trained.facts
        self.card: Card = trained.card
        weights = trained.weights
        self._finder = FaceFinder(weights["framing"])
        self._offset = weights["offset"]
        self._reader = TileReader(trained.folder / "face.onnx")
        self._person = PersonCheck.of(weights)
        self._zooms: list[float] = facts["zooms"]
        self._votes: float = facts["votes"]
        self._temperature: float = facts["temperature"]
        self._floor = trained.floor
        self._interval: float = facts["interval_seconds"]
        self._vad_sd = trained.vad_sd

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``; "no reading" if no person's face is found."""
        nothing = Reading({}, confidence=0.0, floor=self._floor)
        marks = self._finder.find(media)
        if marks is None:
            return nothing
        tiles = np.stack([self._finder.tile(media, marks, zoom) for zoom in self._zooms])
        opinions, features = (seen.mean(axis=0) for seen in self._reader.read(tiles))
        return self._verdict(opinions) if self._person.is_person(marks, features) else nothing

    def read_tile(self, tile: np.ndarray) -> Reading:
        """The reading of a face that is framed already, without looking for one.

        Args:
            tile: grey uint8 ``(48, 48)``, filled by a face as in FER2013.
        """
        return self._verdict(self._reader.read(tile[None])[0][0])

    def read_over_time(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        """Readings of frames a fifth of a second apart.

        Args:
            media: time in seconds, not falling, and picture.
        """
        return read_frames(media, self._interval, self.read)

    def _verdict(self, opinions: np.ndarray) -> Reading:
        probabilities = softmax(blend(opinions, self._votes) + self._offset, self._temperature)
        named = {label: float(p) for label, p in zip(self.card.labels, probabilities, strict=True)}
        return verdict(named, floor=self._floor, vad_sd=self._vad_sd)


class TileReader:
    """The networks that read framed faces.

    Args:
        network: path of ``face.onnx``.

    Raises:
        EngineError: it is missing.
    """

    def __init__(self, network: Path) -> None:
        self._session = open_network(network)

    def read(self, tiles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits ``(n, 2, labels)`` of voters and of the corpus, and what the networks saw, ``(n, features)``.

        Args:
            tiles: grey uint8 ``(n, 48, 48)``.
        """
        pictures = tiles.astype(np.float32)[:, None]
        logits, features = self._session.run(["logits", "features"], {"pictures": pictures})
        return logits.reshape(len(tiles), 2, -1), features


def blend(opinions: np.ndarray, votes: float) -> np.ndarray:
    """Logits ``(…, labels)`` that weigh two opinions.

    Args:
        opinions: logits of voters and of the corpus ``(…, 2, labels)``.
        votes: weight of the voters, 0..1.
    """
    mixed: np.ndarray = votes * opinions[..., 0, :] + (1 - votes) * opinions[..., 1, :]
    return mixed
