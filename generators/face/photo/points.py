"""Numbers of the face landmarker's 478 points along lids, lips and the oval of the face.

Right and left are the face's own. Rows of lids and lips run from one corner to the other, so that upper and lower rows pair up.
Source: MediaPipe, ``face_mesh_connections.py`` (Apache-2.0).
"""

from __future__ import annotations

import numpy as np

__all__ = ["CONTOURS", "IRISES", "IRIS_FIRST", "MOUTH", "OVAL"]

IRIS_FIRST = 468
"""The first of the ten points of the irises; those before it lie on the skin."""


def _row(text: str) -> np.ndarray:
    return np.array(text.split(), int)


CONTOURS = {
    "right_upper": _row("33 246 161 160 159 158 157 173 133"),
    "right_lower": _row("33 7 163 144 145 153 154 155 133"),
    "left_upper": _row("263 466 388 387 386 385 384 398 362"),
    "left_lower": _row("263 249 390 373 374 380 381 382 362"),
}
"""Rows of the lids, from the outer to the inner corner."""

MOUTH = {
    "inner_upper": _row("78 191 80 81 82 13 312 311 310 415 308"),
    "inner_lower": _row("78 95 88 178 87 14 317 402 318 324 308"),
    "outer_upper": _row("61 185 40 39 37 0 267 269 270 409 291"),
    "outer_lower": _row("61 146 91 181 84 17 314 405 321 375 291"),
}
"""Rows of the lips, from the face's right corner to its left."""

IRISES = {"right": _row("468 469 470 471 472"), "left": _row("473 474 475 476 477")}
"""Middle of each iris and four points on its border."""

OVAL = _row(
    "10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377 152 148 176 149 150 136 172 58 132 93 234 127 162 "
    "21 54 103 67 109"
)
"""The border of the face, from the middle of the forehead by the picture's right to the chin and back."""
