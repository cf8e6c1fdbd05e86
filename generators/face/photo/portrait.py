"""A portrait read from a file: one face, found, checked and framed, or a sentence why it cannot be moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from conditioning.errors import InputFileError
from generators.face.photo.fitting import HeadFit, fit_head
from generators.face.photo.points import CONTOURS, OVAL
from generators.face.photo.table import portrait_law

if TYPE_CHECKING:
    from external.landmarker import FaceMarks, LandmarkFinder

__all__ = ["Portrait", "find_portrait", "framed", "open_portrait"]

_LARGEST = 4096  # pixels of the longer side that are worked on


@dataclass(frozen=True)
class Portrait:
    """A picture with the marks of its one face.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        points: ``(478, 3)`` in pixels, x right, y down, z away.
        blendshapes: what the face does, ``(52,)`` in 0..1, in the order of ``external.landmarker.BLENDSHAPES``.
        fit: how the mean face lies in the picture.
    """

    picture: np.ndarray
    points: np.ndarray
    blendshapes: np.ndarray
    fit: HeadFit


def open_portrait(path: Path) -> Portrait:
    """The portrait in a file.

    Raises:
        InputFileError: there is no such file, it is no picture, or it does not show one whole face from the front.
        EngineError: the landmark model is missing.
    """
    return find_portrait(_read(path), str(path))


def find_portrait(picture: np.ndarray, name: str) -> Portrait:
    """The face of a picture.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        name: of the picture, for messages.

    Raises:
        InputFileError: it does not show one whole face from the front.
    """
    from external.landmarker import LandmarkFinder

    finder = LandmarkFinder()
    seen = _first_seen(finder, picture)
    if seen is None:
        raise InputFileError(
            f"There is no face to be seen in {name}.", "Give a portrait from the front, well lit."
        )
    marks, others = seen
    if others:
        raise InputFileError(
            f"There are {others + 1} faces in {name}.", "Give a portrait of one person, or crop it to one."
        )
    fit = fit_head(marks.points)
    _check(marks, fit, name)
    _check_whole(marks.points, picture.shape, name)
    return Portrait(picture, marks.points, marks.blendshapes, fit)


def framed(portrait: Portrait, size: tuple[int, int]) -> Portrait:
    """The portrait as it fills frames of a size: cut about the face where that is small or the shape differs.

    Args:
        portrait: as it was opened.
        size: (width, height) of the frames in pixels.
    """
    law = portrait_law("frame")
    width, height = size
    picture = portrait.picture
    across = portrait.fit.scale
    scale = max(width / picture.shape[1], height / picture.shape[0], law["least_eyes"] * min(size) / across)
    scale = float(scale)
    middle = portrait.points[:468, :2].mean(axis=0) * scale
    aim = np.array([width / 2, height * law["face_height"]])
    most = np.array([picture.shape[1] * scale - width, picture.shape[0] * scale - height])
    corner = np.clip(middle - aim, 0, np.maximum(most, 0))
    # Pixel centres lie at whole numbers; a picture that shrinks is blurred first.
    if scale < 0.75:
        sigma = 0.45 / scale
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    onto = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]])
    onto[:, 2] += (scale - 1) / 2
    cut = cv2.warpAffine(
        picture, onto, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    points = portrait.points * scale
    points[:, :2] = portrait.points[:, :2] @ onto[:, :2].T + onto[:, 2]
    return Portrait(cut, points, portrait.blendshapes, fit_head(points))


def _read(path: Path) -> np.ndarray:
    """The picture in a file, upright, uint8 RGB."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not path.is_file():
        raise InputFileError(
            f"The portrait {path} is missing.", "Give the path of a picture, such as me.jpg."
        )
    try:
        with Image.open(path) as opened:
            upright = ImageOps.exif_transpose(opened)
            if upright.mode in ("RGBA", "LA", "PA"):
                ground = Image.new("RGBA", upright.size, (160, 160, 160, 255))
                upright = Image.alpha_composite(ground, upright.convert("RGBA"))
            plain = upright.convert("RGB")
            plain.thumbnail((_LARGEST, _LARGEST))
            return np.asarray(plain)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise InputFileError(
            f"The portrait {path} cannot be read as a picture: {error}.", "Give a .jpg, .png or .webp."
        ) from None


def _first_seen(finder: LandmarkFinder, picture: np.ndarray) -> tuple[FaceMarks, int] | None:
    """Marks of the surest face in the first view that shows one, and how many other faces stand beside it."""
    from external.landmarker import FaceMarks

    law = portrait_law("portrait")
    for view, corner in _views(picture):
        marks = finder.find(view)
        if marks is None:
            continue
        boxes = finder.boxes(view)
        areas = boxes[:, 2] * boxes[:, 3]
        others = int((areas > law["other_face"] * areas.max()).sum()) - 1
        shift = np.array([corner[0], corner[1], 0.0])
        return FaceMarks(marks.points + shift, marks.blendshapes, marks.presence), others
    return None


def _views(picture: np.ndarray) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
    """The picture, then with a margin for tight crops, then its quarters for small faces; each with its corner."""
    yield picture, (0, 0)
    height, width = picture.shape[:2]
    margin = max(height, width) // 2
    framed_view = cv2.copyMakeBorder(
        picture, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(128, 128, 128)
    )
    yield np.asarray(framed_view), (-margin, -margin)
    side = int(0.6 * min(height, width))
    for top in sorted({0, (height - side) // 2, height - side}):
        for left in sorted({0, (width - side) // 2, width - side}):
            yield np.ascontiguousarray(picture[top : top + side, left : left + side]), (left, top)


def _check(marks: FaceMarks, fit: HeadFit, name: str) -> None:
    """Refuse a face that cannot be moved well."""
    law = portrait_law("portrait")
    if fit.misfit > law["misfit"]:
        raise InputFileError(
            f"The face in {name} does not look like a person's.", "Give a photograph of a person."
        )
    yaw, pitch, roll = np.degrees(fit.angles)
    if abs(yaw) > law["yaw"]:
        raise InputFileError(
            f"The face in {name} is turned {abs(yaw):.0f} degrees to the side.",
            f"Give a portrait from the front, {law['yaw']:.0f} degrees at most.",
        )
    if abs(pitch) > law["pitch"] or abs(roll) > law["roll"]:
        raise InputFileError(
            f"The head in {name} is tilted too far ({abs(pitch):.0f} degrees up or down, {abs(roll):.0f} to a shoulder).",
            "Give a portrait with the head upright.",
        )
    if fit.scale < law["least_eyes"]:
        raise InputFileError(
            f"The face in {name} is tiny: its eyes are {fit.scale:.0f} pixels apart.",
            f"Give a larger picture, with {law['least_eyes']:.0f} pixels or more between the eyes.",
        )
    if _openness(marks.points) < law["open_eyes"]:
        raise InputFileError(f"The eyes in {name} are closed.", "Give a portrait with open eyes.")


def _check_whole(points: np.ndarray, shape: tuple[int, ...], name: str) -> None:
    """Refuse a face that the picture's edge cuts through."""
    border = points[OVAL, :2]
    outside = ((border < 0) | (border > [shape[1] - 1, shape[0] - 1])).any(axis=1)
    if outside.sum() > portrait_law("portrait")["cut_off"]:
        raise InputFileError(
            f"The face in {name} is cut off by the picture's edge.", "Give one that shows the whole face."
        )


def _openness(points: np.ndarray) -> float:
    """Height of the eyes' opening as a share of their width; the wider eye counts."""
    shares = []
    for side in ("right", "left"):
        upper, lower = points[CONTOURS[f"{side}_upper"]], points[CONTOURS[f"{side}_lower"]]
        width = np.linalg.norm(upper[0, :2] - upper[-1, :2])
        shares.append(np.linalg.norm((upper - lower)[3:6, :2], axis=1).mean() / width)
    return float(max(shares))
