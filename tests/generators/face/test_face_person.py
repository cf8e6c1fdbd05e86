"""What a seed, a mixture and a way of moving the head do to a face."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion, mix
from conditioning.errors import UnknownNameError
from conditioning.faders import Adjustment
from generators.base import ARKIT, FaceRequest, Job, Phone
from generators.face.animation import Motion, animate
from generators.face.compounds import compounds
from generators.face.head_style import head_style, head_style_names
from generators.face.performance import performance
from generators.face.tables import action_units

UNITS = [unit.name for unit in action_units()]
BASIC = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
STILL = np.zeros(1)


def units(emotion: Emotion, seed: int = 0) -> dict[str, float]:
    shown = performance(FaceRequest(Conditioning.of(emotion), 1.0, job=Job(seed)), STILL)
    return {name: float(shown[name][0]) for name in UNITS}


def both(one: str, other: str, share: float = 0.5) -> Emotion:
    return mix(((Emotion.of(one), 1 - share), (Emotion.of(other), share)))


def vector(emotion: Emotion, seed: int = 0) -> np.ndarray:
    return np.array(list(units(emotion, seed).values()))


@pytest.mark.parametrize(
    ("emotion", "unit", "share"), [("sadness", "au17", 0.67), ("sadness", "au6", 0.50), ("fear", "au2", 0.57)]
)
def test_a_unit_is_shown_whole_by_as_many_seeds_as_people_show_it(
    emotion: str, unit: str, share: float
) -> None:
    asked = float(Conditioning.of(Emotion.of(emotion)).faders("face", STILL)[unit][0])
    shown = np.array([units(Emotion.of(emotion), seed)[unit] for seed in range(150)]) / asked
    assert abs((shown > 0.78).mean() - share) < 0.12
    assert shown.min() > 0.4


def test_one_angry_face_in_four_shows_its_teeth() -> None:
    parted = np.array([units(Emotion.of("anger"), seed)["au25"] for seed in range(150)])
    assert 0.14 < (parted > 0.2).mean() < 0.38


@pytest.mark.parametrize("emotion", BASIC)
def test_seeds_differ_and_each_stays_nearer_to_its_emotion_than_to_the_others(emotion: str) -> None:
    own = [vector(Emotion.of(emotion), seed) for seed in range(12)]
    assert max(np.abs(a - b).max() for a, b in pairwise(own)) > 0.05
    centres = {
        label: np.mean([vector(Emotion.of(label), seed) for seed in range(12)], axis=0) for label in BASIC
    }
    for face in own:
        assert min(centres, key=lambda label: float(np.linalg.norm(face - centres[label]))) == emotion


def test_the_same_seed_is_the_same_person_in_every_emotion() -> None:
    ratios = [
        units(Emotion.of("anger"), seed)["au7"] / units(Emotion.of("frustration"), seed)["au7"]
        for seed in (1, 2, 3)
    ]
    assert np.ptp(ratios) < 0.02
    assert len({round(units(Emotion.of("anger"), seed)["au7"], 4) for seed in (1, 2, 3)}) == 3


def test_without_emotion_no_seed_shows_a_unit() -> None:
    for seed in range(5):
        assert max(units(Emotion.neutral(), seed).values()) == 0


@pytest.mark.parametrize("emotion", BASIC)
@pytest.mark.parametrize("seed", [0, 1])
def test_intensity_raises_every_unit_of_an_emotion(emotion: str, seed: int) -> None:
    steps = np.stack([vector(Emotion.of(emotion, i), seed) for i in (0.0, 0.25, 0.5, 0.75, 1.0)])
    rising = steps[:, steps[-1] > 0.1]
    assert (np.diff(rising, axis=0) > 0).all()


@pytest.mark.parametrize("compound", compounds(), ids=lambda compound: "+".join(compound.of))
def test_two_emotions_at_once_show_the_units_of_their_compound(compound) -> None:
    shown = units(both(*compound.of))
    certain = [unit for unit, share in compound.share.items() if share == 1.0]
    assert min(shown[unit] for unit in certain) > 0.25
    assert max(shown[unit] for unit in UNITS if unit not in compound.units) < 0.1


def test_a_happy_surprise_keeps_the_whole_smile_and_the_whole_brow() -> None:
    happily, joy, surprise = (
        units(e) for e in (both("joy", "surprise"), Emotion.of("joy"), Emotion.of("surprise"))
    )
    assert happily["au12"] > 0.85 * joy["au12"]
    assert happily["au1"] > 0.85 * surprise["au1"]


def test_a_mixture_goes_to_its_compound_without_a_jump() -> None:
    way = np.stack([vector(both("joy", "surprise", share)) for share in np.linspace(0.01, 0.99, 60)])
    assert np.abs(np.diff(way, axis=0)).max() < 0.08


def test_a_unit_that_the_user_holds_is_not_varied() -> None:
    for seed in range(4):
        asked = FaceRequest(
            Conditioning.of(Emotion.of("joy"), (Adjustment("face.au6", 0.5),)), 1.0, job=Job(seed)
        )
        assert performance(asked, STILL)["au6"][0] == 0.5


def said(emotion: str, style: str, seed: int = 2) -> Motion:
    phones = tuple(
        Phone(symbol, 0.4 + 0.11 * i, 0.51 + 0.11 * i, int(symbol == "ɑ"))
        for i, symbol in enumerate("tɑknɪs" * 5)
    )
    asked = FaceRequest(Conditioning.of(Emotion.of(emotion)), 4.5, phones, job=Job(seed), head_style=style)
    return animate(asked)


FACE = [
    i
    for i, name in enumerate(ARKIT)
    if not name.startswith(("eyeLook", "eyeBlink", "eyeWide", "eyeSquint", "brow"))
]


@pytest.mark.parametrize("style", ["still", "lively", "nodding", "anger"])
def test_the_way_of_moving_the_head_leaves_the_expression_alone(style: str) -> None:
    plain, styled = said("joy", ""), said("joy", style)
    assert np.array_equal(plain.arkit[:, FACE], styled.arkit[:, FACE])
    assert np.abs(plain.pose - styled.pose).max() > 0.005


def test_styles_order_how_much_the_head_moves() -> None:
    moved = {
        style: float(np.abs(np.diff(said("neutral", style).pose[:, 3:], axis=0)).sum())
        for style in head_style_names()
    }
    assert moved["still"] < moved["calm"] < moved["natural"] < moved["lively"]
    assert moved["newsreader"] < moved["lively"]
    assert moved["restless"] > moved["natural"]


def test_the_head_of_another_emotion_can_be_taken() -> None:
    proud, plain = (said("joy", style).pose[60:, 3].mean() for style in ("shame", ""))
    assert proud < plain - 0.1


def test_an_unknown_style_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="livly") as caught:
        head_style("livly")
    assert "lively" in caught.value.remedy
