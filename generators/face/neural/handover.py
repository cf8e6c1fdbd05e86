"""Our performance as a neural renderer of the WanAnimate kind takes it: the face followed as it moves, and the body as sticks.

* The face alone, 512 by 512; its expression is what the motion encoder reads.
* The body's points as coloured sticks on black, as OpenPose draws them; of a talking head nose, eyes, ears, neck, shoulders.

Points come from MediaPipe's landmarker, so any face engine whose face it sees can be handed over. The neck and the shoulders are not
seen by it: they are put below the first face and stay there, as our bodies do.
Source: diffusers' ``WanAnimatePipeline`` (what it takes); OpenPose's COCO-18 drawing (colours and limbs).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from conditioning.errors import RequestError
from generators.base import FaceTrack, Job

__all__ = ["FACE_SIDE", "Follower", "Posed", "over_plain_grey", "performed", "pose_picture"]

FACE_SIDE = 512
"""Pixels of a side of the pictures of the face."""

Posed = tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]
"""A picture over grey ``(h, w, 3)``, its face ``(512, 512, 3)``, and the points of the body by name in pixels."""

_GROWTH = 1.45  # of the face's height to the crop's side
_GREY = 118
_LATEST = 10  # frames within which a face must be seen
_NOSE, _RIGHT_EYE, _LEFT_EYE, _RIGHT_EAR, _LEFT_EAR = (1,), (33, 133), (263, 362), (234,), (454,)
_TOP, _CHIN = 10, 152
# OpenPose's colours of the limbs that a talking head has: (from, to, colour).
_LIMBS = (
    ("neck", "right shoulder", (255, 0, 0)),
    ("neck", "left shoulder", (255, 85, 0)),
    ("neck", "nose", (0, 0, 255)),
    ("nose", "right eye", (85, 0, 255)),
    ("right eye", "right ear", (170, 0, 255)),
    ("nose", "left eye", (255, 0, 255)),
    ("left eye", "left ear", (255, 0, 170)),
)
_NECK_BELOW, _SHOULDER_BELOW, _SHOULDER_ASIDE = (
    0.42,
    0.62,
    1.05,
)  # heights of the face, below the chin and to the side


class Follower:
    """Follows the face in the pictures of a track, one after the other."""

    def __init__(self) -> None:
        from external.landmarker import LandmarkFinder

        self._finder = LandmarkFinder()
        self._side = 0.0
        self._body: dict[str, np.ndarray] = {}
        self._points: np.ndarray | None = None

    def see(self, picture: np.ndarray) -> bool:
        """Look at the next picture ``(h, w, 3)`` uint8; whether a face is, or was, seen.

        Where the face is lost for a while, its last place is kept.
        """
        marks = self._finder.find(picture)
        if marks is not None:
            self._points = marks.points[:, :2]
            if not self._side:
                self._start(self._points)
        return self._points is not None

    def face(self, picture: np.ndarray) -> np.ndarray:
        """The face of the picture that was looked at last, ``(512, 512, 3)`` uint8."""
        import cv2

        assert self._points is not None, "asked after a face was seen"
        middle = self._points[[*_RIGHT_EYE, *_LEFT_EYE, *_RIGHT_EAR, *_LEFT_EAR, _TOP, _CHIN]].mean(axis=0)
        scale = FACE_SIDE / self._side
        shift = FACE_SIDE / 2 - scale * middle
        onto = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
        return np.asarray(
            cv2.warpAffine(
                picture, onto, (FACE_SIDE, FACE_SIDE), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            )
        )  # fmt: skip

    def body(self) -> dict[str, np.ndarray]:
        """Points of the body by name, pixels ``(2,)``."""
        assert self._points is not None, "asked after a face was seen"
        places = {
            "nose": _NOSE,
            "right eye": _RIGHT_EYE,
            "left eye": _LEFT_EYE,
            "right ear": _RIGHT_EAR,
            "left ear": _LEFT_EAR,
        }
        return {name: self._points[list(rows)].mean(axis=0) for name, rows in places.items()} | self._body

    def _start(self, points: np.ndarray) -> None:
        """Size of the crop and place of the body, from the first face."""
        chin, tall = points[_CHIN], float(np.linalg.norm(points[_TOP] - points[_CHIN]))
        self._side = _GROWTH * tall
        self._body = {"neck": np.add(chin, (0, _NECK_BELOW * tall))}
        for name, side in (("right shoulder", -1), ("left shoulder", 1)):
            self._body[name] = np.add(chin, (side * _SHOULDER_ASIDE * tall, _SHOULDER_BELOW * tall))


def pose_picture(body: dict[str, np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """The body's points as sticks on black, ``(height, width, 3)`` uint8 RGB.

    Args:
        body: pixels by name, see ``Follower.body``.
        size: (width, height) of the picture in pixels.
    """
    import cv2

    picture = np.zeros((size[1], size[0], 3), np.uint8)
    thick = max(round(min(size) / 110), 2)
    for begin, end, colour in _LIMBS:
        a, b = ((body[name] * 16).round().astype(int).tolist() for name in (begin, end))
        cv2.line(picture, a, b, [round(0.6 * c) for c in colour], thick, cv2.LINE_AA, 4)
    for point in body.values():
        x, y = (point * 16).round().astype(int).tolist()
        cv2.circle(picture, (x, y), thick * 16, (255, 255, 255), -1, cv2.LINE_AA, 4)
    return picture


def performed(track: FaceTrack, job: Job) -> Iterator[Posed]:
    """The pictures of a track with their faces and bodies, one after the other.

    Raises:
        RequestError: no face is seen in its first pictures.
        Cancelled: the user stopped.
    """
    follower, waiting = Follower(), []
    for i, picture in enumerate(over_plain_grey(track)):
        job.step(i, len(track.times), f"following the face, frame {i + 1} of {len(track.times)}")
        waiting.append(picture)
        if not follower.see(picture):
            _check_seen(i, len(track.times))
            continue
        for held in waiting:
            yield held, follower.face(held), follower.body()
        waiting.clear()


def _check_seen(index: int, count: int) -> None:
    """Refuse a track in which no face has been seen for too long."""
    if index + 1 >= min(_LATEST, count):
        raise RequestError(
            "No face is seen in the drawn pictures.",
            "Give pictures with a larger face that looks to the viewer.",
        )


def over_plain_grey(track: FaceTrack) -> Iterator[np.ndarray]:
    """The track's pictures over plain grey, ``(h, w, 3)`` uint8."""
    for picture in track.frames():
        alpha = picture[..., 3:].astype(np.uint16)
        yield ((picture[..., :3] * alpha + _GREY * (255 - alpha) + 127) // 255).astype(np.uint8)
