"""The judge of faces with HSEmotion's ONNX networks: eight or seven expressions, with some also valence and arousal.

The face is found by the studio's landmark networks and cut out as a square. An ONNX file names none of its outputs; their order is
the one that its authors document (the vocabulary ``hsemotion``), or that of a ``config.json`` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from conditioning.assets import asset_table
from conditioning.vocabulary import vocabulary
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.face_finder import FaceFinder
from studio.judges.frames import read_frames
from studio.judges.hub.cards import hub_card
from studio.judges.hub.checkpoints import Checkpoint, find_folder, licence_of, read_json
from studio.judges.hub.families import family
from studio.judges.hub.labels import Axes, Classes, class_names, classes_of
from studio.judges.hub.onnx_models import OnnxNetwork, only_onnx

__all__ = ["FaceInput", "HsemotionJudge"]

_AXES = Axes(("valence", "arousal"), -1.0, 1.0)


@dataclass(frozen=True)
class FaceInput:
    """What a network wants of a face.

    Args:
        side: pixels of the square.
        mean: of red, green, blue, 0..1.
        std: of the same.
    """

    side: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def prepared(self, face: np.ndarray) -> np.ndarray:
        """A face, uint8 RGB ``(h, w, 3)``, as float32 ``(1, 3, side, side)``."""
        resized = cv2.resize(np.ascontiguousarray(face), (self.side, self.side))
        scaled = (resized.astype(np.float32) / 255.0 - np.asarray(self.mean, np.float32)) / np.asarray(
            self.std, np.float32
        )
        return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


class HsemotionJudge:
    """Reads the expression of the surest face of pictures and films.

    Args:
        card: of the network.
        network: from faces to logits, and valence and arousal where it has them.
        classes: meaning of its logits.
        wanted: how it wants a face.
    """

    def __init__(self, card: Card, network: OnnxNetwork, classes: Classes, wanted: FaceInput) -> None:
        self.card = card
        self._network = network
        self._classes = classes
        self._wanted = wanted
        self._settings: Mapping[str, float] = _table()["face"]

    @classmethod
    def from_pretrained(cls, model: str | Path, *, offline: bool = True) -> HsemotionJudge:
        """The judge of an ONNX file, of a folder with one, or of a hub id.

        Args:
            model: ``NAME.onnx``, folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.

        Raises:
            EngineError: it is not there, not of this format, or its outputs are not those that its name or config says.
        """
        kind = family("hsemotion")
        named = Path(model).expanduser()
        file = named.resolve() if named.is_file() else only_onnx(find_folder(model, kind, offline=offline))
        beside = file.parent / "config.json"
        config = read_json(beside) if beside.is_file() else {}
        known = kind.licences.get(file.name) or licence_of(model, file.parent, kind)
        found = Checkpoint(file.parent, str(model), kind, config, known)
        network = OnnxNetwork.open(file)
        classes = _classes(found, network)
        return cls(hub_card(found, classes.labels), network, classes, _face_input(found, network))

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``; "no reading" if no face is found."""
        marks = self._finder.find(media)
        if marks is None:
            return Reading({})
        return self.read_face(_square(media, marks.points[:, :2], self._settings["scale"]))

    def read_face(self, face: np.ndarray) -> Reading:
        """The reading of a face that is cut out already, uint8 RGB ``(h, w, 3)``."""
        outputs = self._network.run(self._wanted.prepared(face))[0].astype(float)
        count = len(self._classes.names)
        reading = self._classes.reading(softmax(outputs[:count]))
        if len(outputs) == count:
            return reading
        return replace(reading, vad=_AXES.reading(outputs[count:]).vad)

    def read_over_time(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        """Readings of frames a fifth of a second apart.

        Args:
            media: time in seconds, not falling, and picture.
        """
        return read_frames(media, self._settings["interval"], self.read)

    @cached_property
    def _finder(self) -> FaceFinder:
        # It finds small faces and tight crops as well; its own framing, for tiles of the studio's judge, is not used.
        return FaceFinder(np.zeros((3, 2)))


def _table() -> dict[str, Any]:
    return asset_table("judges", "hub", "hsemotion.toml")


def _classes(found: Checkpoint, network: OnnxNetwork) -> Classes:
    """The meaning of a network's logits."""
    outputs = network.output_shape[-1]
    counts = _table()["outputs"]
    if str(outputs) not in counts:
        raise found.fault(f"{network.file.name} has {outputs} outputs; known are {', '.join(counts)}")
    count: int = counts[str(outputs)]
    stem = f"{network.file.stem}_"
    for part, fits in (("_mtl_", outputs != count), ("_7_", count == 7), ("_8_", count == 8)):
        if part in stem and not fits:
            raise found.fault(f"{network.file.name} has {outputs} outputs, which is not what its name says")
    if "id2label" in found.config:
        names: Sequence[str] = class_names(found, count)
    else:
        names = [name for name in vocabulary("hsemotion").names if count == 8 or name != "contempt"]
    return classes_of(found, names)


def _face_input(found: Checkpoint, network: OnnxNetwork) -> FaceInput:
    """How a network wants a face: by its file name, and by ``config.json`` where it says more."""
    known: Mapping[str, Any] = next(
        (row for row in _table()["network"] if row["part"] in network.file.name), {}
    )
    stated = {key: found.config.get(key, known.get(key)) for key in ("side", "mean", "std")}
    lacking = [key for key, value in stated.items() if value is None]
    if lacking:
        raise found.fault(
            f"how {network.file.name} wants a face is unknown ({', '.join(lacking)})",
            "Keep its released name, or state side, mean and std in a config.json beside it.",
        )
    fixed = network.input_shape[-1]
    if isinstance(fixed, int) and fixed != stated["side"]:
        raise found.fault(f"{network.file.name} takes {fixed} pixels, not {stated['side']}")
    return FaceInput(int(stated["side"]), tuple(stated["mean"]), tuple(stated["std"]))


def _square(picture: np.ndarray, points: np.ndarray, scale: float) -> np.ndarray:
    """The square about points ``(n, 2)``, ``scale`` times their box's longer side; what lies outside repeats the border."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) * scale / 2
    left, top = (int(np.floor(x)) for x in (low + high) / 2 - half)
    side = max(1, round(2 * half))
    above, below = max(0, -top), max(0, top + side - picture.shape[0])
    before, after = max(0, -left), max(0, left + side - picture.shape[1])
    padded = cv2.copyMakeBorder(
        np.ascontiguousarray(picture), above, below, before, after, cv2.BORDER_REPLICATE
    )
    return np.asarray(padded)[top + above : top + above + side, left + before : left + before + side]
