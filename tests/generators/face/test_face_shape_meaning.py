"""The head's shapes do what ARKit means by them, and no more; brows drawn together crease whether they rise or fall."""

from __future__ import annotations

import numpy as np
import pytest

from generators.face.mesh_measures import mesh_measures
from generators.face.render.wrinkles import REGIONS, crease_strengths
from generators.face.tables import shape_vector


def glabella(**shapes: float) -> float:
    """How deep the skin between the brows creases."""
    return float(crease_strengths(shape_vector(shapes))[REGIONS.index("glabella"), 1])


@pytest.mark.parametrize("name", ["mara", "kenji"])
def test_a_lowered_lip_parts_the_mouth_far_enough_to_bare_the_lower_teeth(name: str) -> None:
    measures = mesh_measures(name)
    gap = measures.lip_gap(measures.pose(shape_vector({"mouthLowerDown": 1.0})))
    assert gap > 6.0  # millimetres; the lower teeth end some two below the closed lips


@pytest.mark.parametrize("name", ["mara", "kenji"])
def test_stretched_lips_grow_wider_more_than_their_corners_fall(name: str) -> None:
    mesh = mesh_measures(name).mesh
    lips = np.flatnonzero(mesh.lips > 0.6)
    corners = lips[np.argsort(mesh.base[lips, 0])][[0, -1]]
    moved = mesh_measures(name).pose(shape_vector({"mouthStretch": 1.0})).points[corners] - mesh.base[corners]
    apart, fall = float(moved[1, 0] - moved[0, 0]) / 2, -float(moved[:, 1].mean())
    assert apart > 2 * fall > 0


def test_brows_that_are_drawn_together_crease_though_they_rise() -> None:
    assert glabella(browInnerUp=0.9) == 0
    assert glabella(browInnerUp=0.8, browDown=0.2) > 2 * glabella(browDown=0.2) > 0
