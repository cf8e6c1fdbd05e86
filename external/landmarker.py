"""Find the largest face of a picture and the 478 points and 52 blendshapes of it.

Runs the three networks inside MediaPipe's ``face_landmarker.task`` with ai-edge-litert, which needs no system library:

1. the picture, letterboxed to 128 × 128, gives a box and two eye points (BlazeFace, short range);
2. a square of 1.5 times that box, turned until the eyes are level, gives 478 points;
3. 146 of the points give 52 blendshapes.

Source: Google's published graph ``face_landmarker`` (Apache-2.0): anchor layout, box scale, thresholds, chosen points.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from conditioning.assets import asset
from conditioning.errors import EngineError

__all__ = ["BLENDSHAPES", "FaceMarks", "LandmarkFinder"]

_SHAPE_NAMES = """
    _neutral browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft
    cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight
    eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight
    jawForward jawLeft jawOpen jawRight mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight
    mouthFunnel mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight
    mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft
    mouthStretchRight mouthUpperUpLeft mouthUpperUpRight noseSneerLeft noseSneerRight
"""

BLENDSHAPES = tuple(_SHAPE_NAMES.split())
"""Names of the 52 blendshapes in the third network's order (MediaPipe's face_blendshapes_graph.cc); ARKit's names."""

_DETECTOR_SIDE, _MESH_SIDE = 128, 256
_BOX_GROWTH = 1.5
_LEAST_SCORE, _LEAST_OVERLAP = 0.5, 0.3
_LEAST_PRESENCE = 0.5

# Points from which the third network reads blendshapes: kLandmarksSubsetIdxs of MediaPipe's face_blendshapes_graph.cc.
_BLENDSHAPE_POINTS = """
    0 1 4 5 6 7 8 10 13 14 17 21 33 37 39 40 46 52 53 54 55 58 61 63 65 66 67 70 78 80 81 82 84 87 88 91 93
    95 103 105 107 109 127 132 133 136 144 145 146 148 149 150 152 153 154 155 157 158 159 160 161 162 163
    168 172 173 176 178 181 185 191 195 197 234 246 249 251 263 267 269 270 276 282 283 284 285 288 291 293
    295 296 297 300 308 310 311 312 314 317 318 321 323 324 332 334 336 338 356 361 362 365 373 374 375 377
    378 379 380 381 382 384 385 386 387 388 389 390 397 398 400 402 405 409 415 454 466 468 469 470 471 472
    473 474 475 476 477
"""


@dataclass(frozen=True)
class FaceMarks:
    """What was found of one face.

    Args:
        points: float64 ``(478, 3)``: x to the right and y down in pixels of the picture, depth in the same scale.
        blendshapes: float32 ``(52,)`` in 0..1, in the order of ``BLENDSHAPES``.
        presence: 0..1, how sure the second network is that it saw a face.
    """

    points: np.ndarray
    blendshapes: np.ndarray
    presence: float


class LandmarkFinder:
    """The three networks, loaded once.

    Args:
        task: path of ``face_landmarker.task``; None takes the shipped one.
        least_score: of the first network, 0..1, below which a box is no face.
        least_presence: of the second network, 0..1, below which there is none in the box.

    Raises:
        EngineError: the file is missing.
    """

    def __init__(
        self,
        task: Path | None = None,
        least_score: float = _LEAST_SCORE,
        least_presence: float = _LEAST_PRESENCE,
    ) -> None:
        self._least_score, self._least_presence = least_score, least_presence
        try:
            path = task or asset("judges", "face", "face_landmarker.task")
            archive = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise EngineError(
                "The face landmark model is missing.", "Install affect-studio again."
            ) from error
        with archive:
            self._detector = _Network(archive.read("face_detector.tflite"))
            self._mesh = _Network(archive.read("face_landmarks_detector.tflite"))
            self._shapes = _Network(archive.read("face_blendshapes.tflite"))
        self._anchors = _anchors()
        self._shape_points = np.array(_BLENDSHAPE_POINTS.split(), int)

    def find(self, picture: np.ndarray) -> FaceMarks | None:
        """The marks of the surest face, or None without a face.

        Args:
            picture: uint8 RGB ``(height, width, 3)``.
        """
        box = self._box(picture)
        if box is None:
            return None
        onto_picture = _crop_to_picture(box)
        crop = cv2.warpAffine(
            picture, onto_picture, (_MESH_SIDE, _MESH_SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        out = self._mesh.run(crop[None] / np.float32(255))
        presence = float(_sigmoid(out["Identity_1"].ravel()[0]))
        if presence < self._least_presence:
            return None
        mesh = out["Identity"].reshape(478, 3).astype(float)
        flat = mesh[:, :2] @ onto_picture[:, :2].T + onto_picture[:, 2]
        depth = mesh[:, 2:] * np.linalg.norm(onto_picture[:, 0])
        shapes = self._shapes.run(flat[None, self._shape_points].astype(np.float32))
        return FaceMarks(np.hstack([flat, depth]), next(iter(shapes.values())).ravel(), presence)

    def boxes(self, picture: np.ndarray) -> np.ndarray:
        """Centre and size of every face that the first network sees, ``(n, 4)`` in pixels, the surest first.

        Args:
            picture: uint8 RGB ``(height, width, 3)``.
        """
        found = self._detect(picture)
        if found is None:
            return np.zeros((0, 4))
        boxes, scores, corner = found
        kept: list[np.ndarray] = []
        while scores.max() >= self._least_score:
            merged, taken = _merged(boxes, scores, self._least_score)
            merged[:2] -= corner
            kept.append(merged[:4])
            scores = np.where(taken, 0, scores)
        return np.array(kept)

    def _box(self, picture: np.ndarray) -> np.ndarray | None:
        """Centre, size and six key points of the surest face: 16 numbers in pixels of the picture."""
        found = self._detect(picture)
        if found is None:
            return None
        boxes, scores, corner = found
        merged, _ = _merged(boxes, scores, self._least_score)
        merged[:2] -= corner
        merged[4:] -= np.tile(corner, 6)
        return merged

    def _detect(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """All boxes ``(896, 16)`` in pixels of the letterbox, their scores, and the picture's corner in it; None without a face."""
        height, width = picture.shape[:2]
        side = max(height, width)
        corner = np.array([(side - width) / 2, (side - height) / 2])
        onto_picture = np.array(
            [[side / _DETECTOR_SIDE, 0, -corner[0]], [0, side / _DETECTOR_SIDE, -corner[1]]]
        )
        small = _shrunk(picture, onto_picture, _DETECTOR_SIDE)
        out = self._detector.run(small[None] / np.float32(127.5) - 1)
        scores = _sigmoid(out["classificators"][0, :, 0])
        if scores.max() < self._least_score:
            return None
        boxes = out["regressors"][0] / _DETECTOR_SIDE
        boxes[:, :2] += self._anchors
        boxes[:, 4:] += np.tile(self._anchors, (1, 6))
        return boxes * side, scores, corner


class _Network:
    """One tflite network: an array in, arrays by name out."""

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]

    def run(self, array: np.ndarray) -> dict[str, np.ndarray]:
        self._interpreter.set_tensor(self._input, np.ascontiguousarray(array, np.float32))
        self._interpreter.invoke()
        return {
            detail["name"]: self._interpreter.get_tensor(detail["index"])
            for detail in self._interpreter.get_output_details()
        }


def _anchors() -> np.ndarray:
    """Centres of the detector's 896 anchors in 0..1, ``(896, 2)``: two on each of 16 × 16, six on each of 8 × 8."""
    centres = [
        ((column + 0.5) / grid, (row + 0.5) / grid)
        for grid, anchors in ((16, 2), (8, 6))
        for row in range(grid)
        for column in range(grid)
        for _ in range(anchors)
    ]
    return np.array(centres, np.float32)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    out: np.ndarray = 1 / (1 + np.exp(-np.clip(x, -60, 60)))
    return out


def _shrunk(picture: np.ndarray, onto_picture: np.ndarray, side: int) -> np.ndarray:
    """Letterbox a picture into a square, blurred first when it shrinks by much, so that edges do not flicker."""
    step = float(onto_picture[0, 0])
    if step > 2:
        picture = cv2.blur(picture, (int(step), int(step)))
    return np.asarray(
        cv2.warpAffine(picture, onto_picture, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    )


def _merged(boxes: np.ndarray, scores: np.ndarray, least_score: float) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the boxes that overlap the surest one, weighted by score ``(16,)``, and which overlap it."""
    best = int(scores.argmax())
    low, high = boxes[:, :2] - boxes[:, 2:4] / 2, boxes[:, :2] + boxes[:, 2:4] / 2
    shared = np.clip(np.minimum(high, high[best]) - np.maximum(low, low[best]), 0, None).prod(axis=1)
    area = boxes[:, 2:4].prod(axis=1)
    overlap = shared / (area + area[best] - shared)
    weights = np.where((overlap > _LEAST_OVERLAP) & (scores >= least_score), scores, 0.0)
    mean: np.ndarray = (boxes * weights[:, None]).sum(axis=0) / weights.sum()
    return mean, overlap > _LEAST_OVERLAP


def _crop_to_picture(box: np.ndarray) -> np.ndarray:
    """The affine map ``(2, 3)`` from pixels of the upright crop to pixels of the picture."""
    (right_x, right_y), (left_x, left_y) = box[4:6], box[6:8]
    angle = math.atan2(left_y - right_y, left_x - right_x)
    scale = box[2:4] * _BOX_GROWTH / _MESH_SIDE
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) * scale
    corner = box[:2] - turn @ np.full(2, _MESH_SIDE / 2)
    return np.hstack([turn, corner[:, None]])
