from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest
from generators.face.animation import animate
from generators.face.characters import character_names
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from studio.judges.action_units import LENGTHS, action_units, read_action_units
from studio.judges.landmarks import BLENDSHAPES, FaceMarks, LandmarkFinder

FINDER = LandmarkFinder()
CHARACTERS = character_names()[:2]


@cache
def renderer(character: str) -> Renderer:
    return Renderer(build_model(character), (256, 256))


def seen(character: str, weights: np.ndarray) -> FaceMarks:
    """Marks of the built-in head over grey, looking at the camera."""
    drawn = renderer(character).draw(weights, np.zeros(6), 0.5).astype(float)
    alpha = drawn[..., 3:] / 255
    marks = FINDER.find((drawn[..., :3] * alpha + 150 * (1 - alpha)).astype(np.uint8))
    assert marks is not None
    return marks


@cache
def posed(character: str, *shapes: str) -> FaceMarks:
    """The head with some of ARKit's shapes at full strength, both sides."""
    weights = np.array([float(name.removesuffix("Left").removesuffix("Right") in shapes) for name in ARKIT])
    return seen(character, weights)


@cache
def holding(character: str, emotion: str) -> FaceMarks:
    """The head holding an emotion, without gaze and between blinks."""
    motion = animate(FaceRequest(Conditioning.of(Emotion.of(emotion)), 2.0))
    blink = motion.arkit[:, ARKIT.index("eyeBlinkLeft")]
    weights = motion.arkit[20 + int(blink[20:].argmin())].copy()
    weights[[name.startswith("eyeLook") for name in ARKIT]] = 0
    return seen(character, weights)


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize(
    ("unit", "shape"),
    [
        ("au1", "browInnerUp"),
        ("au4", "browDown"),
        ("au5", "eyeWide"),
        ("au7", "eyeSquint"),
        ("au12", "mouthSmile"),
        ("au15", "mouthFrown"),
        ("au20", "mouthStretch"),
        ("au26", "jawOpen"),
        ("au43", "eyeBlink"),
    ],
)
def test_a_unit_is_read_where_its_muscle_pulls(character: str, unit: str, shape: str) -> None:
    calm, pulled = (read_action_units(face) for face in (posed(character), posed(character, shape)))
    assert pulled[unit] > calm[unit] + 0.2


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize(
    ("emotion", "stronger", "not_stronger"),
    [
        # Units of EMFACS' core, and units that pull the other way.
        ("joy", ("au12", "au25"), ("au5", "au15")),
        ("sadness", ("au1", "au15"), ("au5", "au12", "au26")),
        ("anger", ("au4",), ("au1", "au12", "au26")),
        ("fear", ("au1", "au5", "au20", "au25"), ("au4", "au12", "au43")),
        ("disgust", ("au4", "au7", "au9"), ("au5", "au12")),
        ("surprise", ("au1", "au5", "au25", "au26"), ("au4", "au7", "au15", "au20")),
    ],
)
def test_an_emotion_is_read_as_its_units(
    character: str, emotion: str, stronger: tuple[str, ...], not_stronger: tuple[str, ...]
) -> None:
    calm, shown = (read_action_units(holding(character, name)) for name in ("neutral", emotion))
    for unit in stronger:
        assert shown[unit] > calm[unit] + 0.1, unit
    for unit in not_stronger:
        assert shown[unit] < calm[unit] + 0.1, unit


@pytest.mark.parametrize("character", CHARACTERS)
def test_against_the_persons_own_rest_raised_brows_are_seen(character: str) -> None:
    calm = holding(character, "neutral")
    assert set(read_action_units(calm, calm).values()) == {0.0}
    assert read_action_units(holding(character, "surprise"), calm)["au2"] > 0.2
    assert read_action_units(holding(character, "anger"), calm)["au2"] == 0.0


@pytest.mark.parametrize("character", CHARACTERS)
def test_against_the_persons_own_rest_a_smile_raises_the_cheeks(character: str) -> None:
    calm = holding(character, "neutral")
    assert read_action_units(holding(character, "joy"), calm)["au6"] > 0.2
    assert read_action_units(holding(character, "surprise"), calm)["au6"] == 0.0


@settings(max_examples=30)
@given(st.integers(0, 1000), st.floats(-0.5, 0.5), st.floats(0.2, 8), st.floats(-500, 500))
def test_place_size_and_roll_of_the_head_say_nothing(
    seed: int, roll: float, size: float, shift: float
) -> None:
    face = posed(CHARACTERS[0], "mouthSmile")
    jittered = face.points + np.random.default_rng(seed).normal(size=face.points.shape)
    turn = size * np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    moved = FaceMarks(jittered @ turn.T + shift, face.blendshapes, 1.0)
    here = read_action_units(FaceMarks(jittered, face.blendshapes, 1.0))
    assert read_action_units(moved) == pytest.approx(here, abs=1e-6)


def test_every_strength_lies_between_rest_and_full() -> None:
    for unit in action_units():
        assert bool(unit.shapes) != (unit.length in LENGTHS)
        assert set(unit.shapes) <= set(BLENDSHAPES)
    extremes = [np.zeros(52, np.float32), np.ones(52, np.float32)]
    for shapes in extremes:
        strengths = read_action_units(FaceMarks(posed(CHARACTERS[0]).points, shapes, 1.0))
        assert all(0 <= strength <= 1 for strength in strengths.values())
        assert strengths["au12"] == shapes[0]
