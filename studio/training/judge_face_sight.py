"""What the networks of the face judge see of pictures: marks, opinions and features, as ``FaceJudge.read`` has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.judges.face_finder import FaceFinder
from studio.judges.face_person import level
from studio.judges.scoring.face import TileReader
from studio.training.judge_face_figures import Progress

__all__ = ["Eye", "Seen"]


@dataclass(frozen=True)
class Seen:
    """What was seen of pictures; rows are not finite where no face was found.

    Args:
        opinions: logits ``(n, 2, labels)``.
        features: ``(n, features)``.
        shapes: levelled marks ``(n, 1434)``.
    """

    opinions: np.ndarray
    features: np.ndarray
    shapes: np.ndarray

    @property
    def found(self) -> np.ndarray:
        """Whether a face was found, of each picture ``(n,)``."""
        mask: np.ndarray = np.isfinite(self.shapes[:, 0])
        return mask

    def only(self, rows: np.ndarray) -> Seen:
        """Those of the given row numbers or mask ``(n,)``."""
        return Seen(self.opinions[rows], self.features[rows], self.shapes[rows])


@dataclass(frozen=True)
class Eye:
    """What looks at pictures.

    Args:
        finder: of faces.
        reader: of framed faces.
        zooms: sizes at which a face is read.
    """

    finder: FaceFinder
    reader: TileReader
    zooms: Sequence[float]

    def see(self, pictures: Sequence[np.ndarray], progress: Progress, what: str) -> Seen:
        """What is seen of pictures.

        Args:
            pictures: each uint8 RGB ``(height, width, 3)``.
            progress: called with done, total, what.
            what: is being done.
        """
        rows = []
        for number, picture in enumerate(pictures):
            if number % 50 == 0:
                progress(number, len(pictures), what)
            rows.append(self._look(picture))
        opinions, features = self.reader.read(np.zeros((1, 48, 48), np.uint8))
        blind = (np.full_like(opinions[0], np.nan), np.full_like(features[0], np.nan), np.full(1434, np.nan))
        parts = zip(*(row or blind for row in rows), strict=True)
        return Seen(*(np.stack(part) for part in parts))

    def _look(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        marks = self.finder.find(picture)
        if marks is None:
            return None
        tiles = np.stack([self.finder.tile(picture, marks, zoom) for zoom in self.zooms])
        opinions, features = (seen.mean(axis=0) for seen in self.reader.read(tiles))
        return opinions, features, level(marks.points)
