"""Contact measured on the deformed meshes: lips that meet, lips on teeth, lids that close, and nothing that passes through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest, Job, Phone
from generators.face.animation import Motion, animate
from generators.face.characters import character_names
from generators.face.mesh_measures import Posed, mesh_measures
from generators.face.render.contacts import Contacts
from generators.face.tables import shape_vector

CHARACTERS = character_names()
EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt")
SOUNDS = "ɑpifumɛvɔbæfpθ"
TOUCH_MM = 1.0


def said(sounds: str = SOUNDS, length: float = 0.08) -> tuple[Phone, ...]:
    return tuple(Phone(s, 0.4 + i * length, 0.4 + (i + 1) * length) for i, s in enumerate(sounds))


def motion(
    emotion: str, character: str = "", phones: tuple[Phone, ...] = (), seconds: float = 2.0, seed: int = 0
) -> Motion:
    felt = Conditioning.of(Emotion.of(emotion))
    return animate(FaceRequest(felt, seconds, phones, character=character, job=Job(seed)))


def at_sounds(sounds: str, character: str) -> Iterator[Posed]:
    """The mesh in the middle of each of some sounds, with each emotion at full intensity."""
    for emotion in EMOTIONS:
        moving = motion(emotion, character, said())
        for phone in said():
            if phone.symbol in sounds:
                frame = int(np.abs(moving.times - (phone.start + phone.end) / 2).argmin())
                yield mesh_measures(character).pose(moving.arkit[frame])


@pytest.mark.parametrize("character", CHARACTERS)
def test_lips_shut_in_p_b_m_with_every_emotion(character: str) -> None:
    gaps = [mesh_measures(character).lip_gap(posed) for posed in at_sounds("pbm", character)]
    assert max(gaps) <= 0


@pytest.mark.parametrize("character", CHARACTERS)
def test_the_lower_lip_touches_the_teeth_in_f_and_v_with_every_emotion(character: str) -> None:
    distances = [mesh_measures(character).lip_to_teeth(posed) for posed in at_sounds("fv", character)]
    assert max(distances) <= TOUCH_MM


def test_an_open_vowel_parts_the_lips_and_leaves_the_teeth() -> None:
    measures = mesh_measures("mara")
    vowel = next(iter(at_sounds("ɑ", "mara")))
    shut = next(iter(at_sounds("p", "mara")))
    assert measures.lip_gap(vowel) > 1.5
    assert measures.lip_to_teeth(vowel) > 3
    assert measures.open_mouth(vowel) > 10 * measures.open_mouth(shut) + 30


@pytest.mark.parametrize("smile", [0.70, 0.80, 0.88])
@pytest.mark.parametrize("jaw", [0.20, 0.23, 0.30])
def test_the_upper_teeth_stay_behind_the_lower_lip_of_a_speaking_smile(smile: float, jaw: float) -> None:
    measures = mesh_measures("amina")
    shapes = {
        "jawOpen": jaw,
        "mouthSmile": smile,
        "mouthStretch": 0.15,
        "mouthLowerDown": 0.41,
        "mouthUpperUp": 0.35,
    }
    assert measures.teeth_through_lips(measures.pose(shape_vector(shapes))) == 0


@pytest.mark.parametrize(("character", "emotion"), [("edith", "sadness"), ("kenji", "disgust")])
def test_no_gap_is_seen_at_one_corner_of_a_mouth_alone(character: str, emotion: str) -> None:
    measures = mesh_measures(character)
    contacts = Contacts(measures.mesh)
    settled = measures.pose(motion(emotion, character, seconds=2.0).arkit[35])
    gaps = contacts.lip_gaps(settled.points[contacts.places.vertices])[2]
    assert abs(gaps[0] - gaps[-1]) < 0.012


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("emotion", ["neutral", "joy", "surprise", "sadness"])
def test_a_blink_closes_the_eyes_fully(character: str, emotion: str) -> None:
    moving = motion(emotion, character, seconds=6.0)
    measures = mesh_measures(character)
    blink = moving.arkit[:, ARKIT.index("eyeBlinkLeft")]
    begin = next(b for b in moving.blinks if b + 0.3 < moving.times[-1])
    during = np.flatnonzero((moving.times > begin) & (moving.times < begin + 0.25))
    deepest = int(during[blink[during].argmax()])
    assert measures.open_eyes(measures.pose(moving.arkit[deepest])).max() == 0
    assert measures.open_eyes(measures.pose(np.zeros(len(ARKIT)))).min() > 20


def test_eyes_lips_teeth_and_tongue_stay_apart_on_random_tracks() -> None:
    rng = np.random.default_rng(5)
    pierced = 0
    for number in range(24):
        name = CHARACTERS[number % len(CHARACTERS)]
        measures = mesh_measures(name)
        sounds = "".join(rng.choice(list("ɑiuɛɔpbmfvtsθðlwk"), 14))
        moving = motion(str(rng.choice(EMOTIONS)), name, said(sounds, 0.09), seed=number)
        for frame in rng.integers(0, len(moving.times), 3):
            posed = measures.pose(moving.arkit[frame])
            pierced += measures.teeth_through_lips(posed) > 0
            assert measures.tongue_through_teeth(posed) == 0
            assert measures.lids_into_eyes(posed) <= 0
    assert pierced <= 1  # of 72: a cheek may graze a canine's root in a broad smile


def test_without_correction_the_tongue_would_pass_through_the_teeth() -> None:
    measures = mesh_measures("mara")
    raw = measures.mesh.base.astype(np.float32)
    posed = Posed(raw, np.zeros((2, 2)))
    assert measures.tongue_through_teeth(posed) > 0
    assert measures.tongue_through_teeth(measures.pose(np.zeros(len(ARKIT)))) == 0


def test_tightened_lids_stay_outside_the_eyes_in_any_look() -> None:
    measures = mesh_measures("jonas")
    for look in ("eyeLookUp", "eyeLookDown", "eyeLookIn"):
        weights = shape_vector({look: 1.0, "eyeSquint": 1.0, "cheekSquint": 1.0, "mouthSmile": 1.0})
        assert measures.lids_into_eyes(measures.pose(weights)) <= 0


def test_the_correction_of_the_lips_is_continuous() -> None:
    measures = mesh_measures("mara")
    steps = [
        measures.lip_gap(measures.pose(shape_vector({"jawOpen": jaw}))) for jaw in np.linspace(0, 0.3, 61)
    ]
    assert np.abs(np.diff(steps)).max() < 0.8
    assert np.diff(steps).min() > -0.05


def test_coefficients_move_without_jumps() -> None:
    """A smooth movement looked at four times as often has second differences far smaller; a jump would keep its size."""
    greatest = {}
    for fps in (50.0, 200.0):
        request = FaceRequest(
            Conditioning.of(Emotion.of("excitement")), 4.0, said("ɑmɛlioʃuvɑbɪfɔ", 0.12), fps=fps
        )
        moving = animate(request)
        greatest[fps] = np.abs(np.diff(moving.arkit, 2, axis=0)).max()
    assert greatest[200.0] < 0.2
    assert greatest[200.0] < greatest[50.0] / 2
