"""The face landmarker under the name that judges know it by; it lies in ``external.landmarker``, below engines and judges."""

from __future__ import annotations

from external.landmarker import BLENDSHAPES, FaceMarks, LandmarkFinder

__all__ = ["BLENDSHAPES", "FaceMarks", "LandmarkFinder"]
