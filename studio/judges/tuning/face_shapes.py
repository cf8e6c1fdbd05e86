"""What the tuning judge knows of a face: its blendshapes and where brows, eyes, nose and mouth stand. No pixels.

All functions are pure. The scoring judge of faces reads pixels and none of these numbers.
"""

from __future__ import annotations

import numpy as np

from studio.judges.landmarks import BLENDSHAPES, FaceMarks

__all__ = ["face_shape", "mirrored"]

# Numbers of MediaPipe's mesh points: of a pair the right side of the person comes first, so that a face can be mirrored.
_PAIRS = (
    # brows, lower and upper edge from the outer end inwards
    *(
        (46, 276),
        (53, 283),
        (52, 282),
        (65, 295),
        (55, 285),
        (70, 300),
        (63, 293),
        (105, 334),
        (66, 296),
        (107, 336),
    ),
    # lids from the outer corner over the upper lid to the inner corner, then the lower lid
    *((33, 263), (160, 387), (159, 386), (158, 385), (133, 362), (153, 380), (145, 374), (144, 373)),
    # wings of the nose, folds from nose to mouth, cheeks
    *((98, 327), (129, 358), (203, 423), (205, 425), (50, 280)),
    # lips: outer edge of the upper and lower lip, inner edge of both, corners
    *(
        (61, 291),
        (40, 270),
        (37, 267),
        (91, 321),
        (84, 314),
        (78, 308),
        (81, 311),
        (82, 312),
        (178, 402),
        (87, 317),
    ),
    # jaw
    *((172, 397), (149, 378)),
)
_MIDDLE = (9, 168, 1, 2, 0, 13, 14, 17, 152)  # between the brows, down the nose and the lips to the chin
_EYES = ((33, 133), (263, 362))


def face_shape(marks: FaceMarks) -> np.ndarray:
    """The numbers of a face, float32 ``(F,)``: places in distances between the eyes, then roots of the blendshapes.

    Size, place and roll of the head say nothing; turning and nodding do.

    Args:
        marks: of the face.
    """
    upright = _upright(marks.points[:, :2])
    right, left = (upright[list(side)] for side in zip(*_PAIRS, strict=True))
    places = np.concatenate([right.ravel(), left.ravel(), upright[list(_MIDDLE)].ravel()])
    # Most blendshapes are near 0 and skewed; their roots tell small ones apart.
    return np.concatenate([places, np.sqrt(np.clip(marks.blendshapes, 0, 1))]).astype(np.float32)


def mirrored(shapes: np.ndarray) -> np.ndarray:
    """The numbers of the mirror image.

    Args:
        shapes: of ``face_shape`` ``(…, F)``.
    """
    out: np.ndarray = shapes[..., _SOURCE] * _SIGN
    return out


def _upright(points: np.ndarray) -> np.ndarray:
    """Points ``(478, 2)`` about the middle between the eyes, y upwards, the eyes level and one apart."""
    flat = points * np.array([1.0, -1.0])
    right, left = (flat[list(corners)].mean(axis=0) for corners in _EYES)
    along = (left - right) / np.square(left - right).sum()
    centred = flat - (right + left) / 2
    return np.stack([centred @ along, centred @ np.array([-along[1], along[0]])], axis=1)


def _mirror_table() -> tuple[np.ndarray, np.ndarray]:
    """From which number each number of the mirror image is taken, and its sign."""
    pairs, middle = len(_PAIRS), len(_MIDDLE)
    points = np.concatenate(
        [np.arange(pairs, 2 * pairs), np.arange(pairs), np.arange(2 * pairs, 2 * pairs + middle)]
    )
    places = (2 * points[:, None] + [0, 1]).ravel()
    other = [BLENDSHAPES.index(_other_side(name)) for name in BLENDSHAPES]
    sign = np.tile([-1.0, 1.0], len(points))
    source = np.concatenate([places, len(places) + np.array(other)])
    return source, np.concatenate([sign, np.ones(len(other))]).astype(np.float32)


def _other_side(name: str) -> str:
    if name.endswith("Left"):
        return name.removesuffix("Left") + "Right"
    return name.removesuffix("Right") + "Left" if name.endswith("Right") else name


_SOURCE, _SIGN = _mirror_table()
