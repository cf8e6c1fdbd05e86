"""Cut the face out of a picture in the framing of the tiles that the face judge learned from.

Three marks (the middle of each eye and of the mouth) are laid onto the places where they lie in those tiles, by shift, turn
and one scale, so that a face anywhere in a picture comes out upright and of the same size.
"""

from __future__ import annotations

import cv2
import numpy as np

from studio.judges.landmarks import FaceMarks, LandmarkFinder

__all__ = ["TILE", "FaceFinder", "anchor_marks", "similarity"]

TILE = 48

# Numbers of MediaPipe's points: the corners of the right eye, of the left eye and of the mouth.
_CORNERS = ((33, 133), (263, 362), (61, 291))
# Margins tried about a picture, as shares of its longer side, and their grey level. Of 77 tight crops in which the first
# shows no face, the second shows one in 19; neither finds faces in textures (of 122, the first in one).
_MARGINS = ((0.5, 128), (0.75, 0))
_MOST_SHRINK = 12  # a face more than so many times larger than a tile is sampled this finely


class FaceFinder:
    """Finds faces and frames them.

    Args:
        framing: where the three marks lie in a tile, ``(3, 2)`` x and y in 0..1 of its side; None where no tiles are
            wanted.
        marks: finds the marks; None loads the shipped networks.

    Raises:
        EngineError: the networks are missing.
    """

    def __init__(self, framing: np.ndarray | None = None, marks: LandmarkFinder | None = None) -> None:
        self._framing = np.full((3, 2), np.nan) if framing is None else np.asarray(framing, float) * TILE
        self._marks = marks or LandmarkFinder()

    def with_marks(self, marks: LandmarkFinder) -> FaceFinder:
        """The same framing of faces that another finder of marks finds."""
        return FaceFinder(self._framing / TILE, marks)

    def find(self, picture: np.ndarray) -> FaceMarks | None:
        """The marks of the surest face in pixels of the picture, or None.

        A tight crop is looked at again with a margin about it, a long picture in squares, because the detector wants
        a face of a fifth of the picture at least, with some room around.

        Args:
            picture: uint8 RGB ``(height, width, 3)``.
        """
        for view, corner in _views(picture):
            found = self._marks.find(view)
            if found is not None:
                shift = np.array([corner[0], corner[1], 0.0])
                return FaceMarks(found.points + shift, found.blendshapes, found.presence)
        return None

    def tile(self, picture: np.ndarray, marks: FaceMarks, zoom: float = 1.0) -> np.ndarray:
        """The face as a grey tile, uint8 ``(48, 48)``.

        Args:
            picture: uint8 RGB ``(height, width, 3)``.
            marks: of the face in it.
            zoom: how many times larger the face is shown, about the middle of the tile.
        """
        framing = TILE / 2 + zoom * (self._framing - TILE / 2)
        onto_picture = similarity(framing, anchor_marks(marks))
        shrink = int(np.clip(round(float(np.hypot(*onto_picture[:, 0]))), 1, _MOST_SHRINK))
        # Sampled finely and then averaged, so that a large face does not flicker; pixel centres lie at halves.
        fine = onto_picture.copy()
        fine[:, :2] /= shrink
        fine[:, 2] += fine[:, :2] @ np.full(2, 0.5) - 0.5
        grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
        large = cv2.warpAffine(
            grey,
            fine,
            (TILE * shrink, TILE * shrink),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(cv2.resize(large, (TILE, TILE), interpolation=cv2.INTER_AREA))


def anchor_marks(marks: FaceMarks) -> np.ndarray:
    """The middle of the right eye, of the left eye and of the mouth, ``(3, 2)`` in pixels of the picture."""
    return np.stack([marks.points[list(corners), :2].mean(axis=0) for corners in _CORNERS])


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The shift, turn and scale that bring points nearest to others in the least-squares sense, as affine ``(2, 3)``.

    Args:
        source: ``(n, 2)``, not all equal.
        target: ``(n, 2)``.
    """
    # A plane point as a complex number: turning and scaling are one multiplication.
    a = source @ np.array([1, 1j])
    b = target @ np.array([1, 1j])
    a_mean, b_mean = a.mean(), b.mean()
    turn = np.vdot(a - a_mean, b - b_mean) / np.vdot(a - a_mean, a - a_mean)
    shift = b_mean - turn * a_mean
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def _views(picture: np.ndarray) -> list[tuple[np.ndarray, tuple[int, int]]]:
    """The picture, then with margins, then its squares; each with the place of its corner in the picture."""
    height, width = picture.shape[:2]
    views = [(picture, (0, 0))]
    for share, level in _MARGINS:
        margin = round(share * max(height, width))
        framed = cv2.copyMakeBorder(
            picture, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(level, level, level)
        )
        views.append((np.asarray(framed), (-margin, -margin)))
    side, longer = min(height, width), max(height, width)
    if longer > 1.3 * side:
        for at in sorted({0, (longer - side) // 2, longer - side}):
            if width >= height:
                views.append((picture[:, at : at + side], (at, 0)))
            else:
                views.append((picture[at : at + side], (0, at)))
    return views
