"""The judge of faces: which of seven expressions people would see in the face of a picture.

The face is found by MediaPipe's landmark networks, framed by its eyes and mouth, and read by a small residual network.
That network gives two opinions: one learned from the votes of FER+, one from the corpus's own labels, which people
contradict on every third face. The reading weighs both. A picture without a face gives no reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from external.onnx import open_network
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.face_finder import FaceFinder
from studio.judges.frames import read_frames
from studio.judges.weights import judge_folder, load_card, load_facts, load_weights, verdict

__all__ = ["FaceJudge", "TileReader", "blend"]


class FaceJudge:
    """Reads the expression of the surest face of pictures and films.

    Args:
        folder: of weights and card; None takes the shipped ones.

    Raises:
        EngineError: the folder or a file in it is missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or judge_folder("face")
        facts = load_facts(folder)
        self.card: Card = load_card(folder)
        weights = load_weights(folder)
        self._finder = FaceFinder(weights["framing"])
        self._offset = weights["offset"]
        self._reader = TileReader(folder / "face.onnx")
        self._zooms: list[float] = facts["zooms"]
        self._votes: float = facts["votes"]
        self._temperature: float = facts["temperature"]
        self._floor: float = facts["floor"]
        self._interval: float = facts["interval_seconds"]
        sd = facts["vad_sd"]
        self._vad_sd = (float(sd[0]), float(sd[1]), float(sd[2]))

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``; "no reading" if no face is found."""
        marks = self._finder.find(media)
        if marks is None:
            return Reading({}, confidence=0.0, floor=self._floor)
        tiles = np.stack([self._finder.tile(media, marks, zoom) for zoom in self._zooms])
        return self._verdict(self._reader.opinions(tiles).mean(axis=0))

    def read_tile(self, tile: np.ndarray) -> Reading:
        """The reading of a face that is framed already, without looking for one.

        Args:
            tile: grey uint8 ``(48, 48)``, filled by a face as in FER2013.
        """
        return self._verdict(self._reader.opinions(tile[None])[0])

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
    """The network that reads framed faces.

    Args:
        network: path of ``face.onnx``.

    Raises:
        EngineError: the network is missing.
    """

    def __init__(self, network: Path) -> None:
        self._session = open_network(network)

    def opinions(self, tiles: np.ndarray) -> np.ndarray:
        """Logits ``(n, 2, labels)`` of voters and of the corpus, the mean of each tile's and its mirror image's.

        Args:
            tiles: grey uint8 ``(n, 48, 48)``.
        """
        both = np.concatenate([tiles, tiles[:, :, ::-1]]).astype(np.float32)[:, None]
        out = self._session.run(["logits"], {"pictures": both})[0]
        mean: np.ndarray = (out[: len(tiles)] + out[len(tiles) :]) / 2
        return mean.reshape(len(tiles), 2, -1)


def blend(opinions: np.ndarray, votes: float) -> np.ndarray:
    """Logits ``(…, labels)`` that weigh two opinions.

    Args:
        opinions: logits of voters and of the corpus ``(…, 2, labels)``.
        votes: weight of the voters, 0..1.
    """
    mixed: np.ndarray = votes * opinions[..., 0, :] + (1 - votes) * opinions[..., 1, :]
    return mixed
