from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from studio.fidelity.face import FaceShape, change, shape


def points() -> np.ndarray:
    """Landmarks of a plain face: eyes 2 apart about (0, 0), y downwards."""
    face = np.zeros((478, 3))
    for (inner, outer), side in (((133, 33), -1), ((362, 263), 1)):
        face[inner, 0], face[outer, 0] = side * 0.6, side * 1.4
    for upper, lower in ((159, 145), (386, 374)):
        face[upper, 1], face[lower, 1] = -0.2, 0.2
    for brow, side in (((55, 107), -1), ((285, 336), 1)):
        face[list(brow), :2] = side * 0.4, -0.5
    for brow, side in (((46, 70), -1), ((276, 300), 1)):
        face[list(brow), :2] = side * 1.6, -0.6
    face[[61, 291], :2] = [[-0.8, 2.0], [0.8, 2.0]]
    face[[13, 14], :2] = [[0.0, 1.9], [0.0, 2.1]]
    return face


def moved(face: np.ndarray, numbers: list[int], x: float, y: float) -> np.ndarray:
    out = face.copy()
    out[numbers, :2] += x, y
    return out


def test_lengths_are_in_distances_between_the_eyes() -> None:
    found = shape(points())
    expected = FaceShape(0.0, 0.8, 0.1, 0.25, 0.3, 0.4, 0.2, 0.0)
    for field in dataclasses.fields(FaceShape):
        assert getattr(found, field.name) == pytest.approx(getattr(expected, field.name), abs=1e-9)


def test_place_size_and_roll_of_the_head_say_nothing() -> None:
    face = points()
    turn = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    other = face.copy()
    other[:, :2] = face[:, :2] @ turn.T * 37.0 + [640.0, 300.0]
    for value in dataclasses.astuple(change(shape(other), shape(face))):
        assert value == pytest.approx(0.0, abs=1e-9)


def test_raised_corners_of_the_mouth_are_measured_upwards() -> None:
    smile = moved(points(), [61, 291], 0.0, -0.3)
    assert change(shape(smile), shape(points())).lip_corners == pytest.approx(0.15)


def test_one_raised_corner_is_asymmetry_of_its_side() -> None:
    assert shape(moved(points(), [61], 0.0, -0.2)).asymmetry == pytest.approx(0.1)
    assert shape(moved(points(), [291], 0.0, -0.2)).asymmetry == pytest.approx(-0.1)


def test_a_frown_lowers_the_inner_brows_and_nears_them() -> None:
    frown = moved(moved(points(), [55, 107], 0.1, 0.2), [285, 336], -0.1, 0.2)
    step = change(shape(frown), shape(points()))
    assert step.inner_brows == pytest.approx(-0.1)
    assert step.brow_gap == pytest.approx(-0.1)
    assert step.outer_brows == pytest.approx(0.0)


def test_an_open_mouth_and_wide_lids_are_lengths() -> None:
    awake = moved(moved(points(), [14], 0.0, 0.6), [159, 386], 0.0, -0.1)
    step = change(shape(awake), shape(points()))
    assert step.mouth_opening == pytest.approx(0.3)
    assert step.lid_opening == pytest.approx(0.05)


@pytest.mark.parametrize("wrong", [np.zeros((468, 3)), np.zeros(478), np.zeros((478, 3))])
def test_what_is_no_face_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="give"):
        shape(wrong)
