from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest, FaceTrack, Phone
from generators.face.exchange.glb import glb_parts
from generators.face.exchange.vrm import expression_curves, vrm_animation
from generators.face.head import Head

FPS = 25.0


@cache
def track(emotion: str = "joy", said: str = "") -> FaceTrack:
    phones = tuple(Phone(symbol, 0.4 + 0.2 * k, 0.6 + 0.2 * k, 1) for k, symbol in enumerate(said))
    return Head().generate(FaceRequest(Conditioning.of(Emotion.of(emotion)), 3.0, phones))


def curves(emotion: str, said: str = "") -> dict[str, np.ndarray]:
    return expression_curves(track(emotion, said).arkit, FPS)


@pytest.mark.parametrize(
    ("emotion", "preset"),
    [
        ("joy", "happy"),
        ("anger", "angry"),
        ("sadness", "sad"),
        ("surprise", "surprised"),
        ("contentment", "relaxed"),
    ],
)
def test_an_emotion_is_its_preset_above_all(emotion, preset):
    shares = {
        name: curves(emotion)[name][-25:].mean() for name in ("happy", "angry", "sad", "surprised", "relaxed")
    }
    assert max(shares, key=shares.__getitem__) == preset
    assert shares[preset] > 0.5


@pytest.mark.parametrize(("sound", "preset"), [("ɑ", "aa"), ("u", "ou"), ("i", "ih")])
def test_a_vowel_opens_its_own_mouth(sound, preset):
    found = curves("neutral", sound)
    peak = int(np.argmax([0.4 <= t <= 0.6 for t in track("neutral", sound).times])) + 3
    shares = {name: found[name][peak - 2 : peak + 3].max() for name in ("aa", "ih", "ou", "ee", "oh")}
    assert max(shares, key=shares.__getitem__) == preset


def test_a_blink_is_of_both_eyes_and_weights_stay_within_0_and_1():
    found = curves("joy")
    assert all(((c >= 0) & (c <= 1)).all() and len(c) == 75 for c in found.values())
    left = track("joy").arkit[:, ARKIT.index("eyeBlinkLeft")]
    assert np.allclose(found["blink"] + found["blinkLeft"], left)


def test_a_silent_mouth_says_no_vowel():
    assert max(curves("neutral")[name].max() for name in ("aa", "ih", "ou", "ee", "oh")) < 0.05


def test_the_file_names_bones_presets_and_look():
    tree, data = glb_parts(vrm_animation(track("joy", "ɑmu"), FPS).glb())
    told = tree["extensions"]["VRMC_vrm_animation"]
    needed = {"hips", "spine", "head", "leftUpperArm", "rightHand", "leftFoot", "rightUpperLeg"}
    assert needed <= set(told["humanoid"]["humanBones"])
    assert {"aa", "ih", "ou", "ee", "oh", "blink", "happy", "angry", "sad", "relaxed", "surprised"} <= set(
        told["expressions"]["preset"]
    )
    assert not any(name.startswith("look") for name in told["expressions"]["preset"])
    animation = tree["animations"][0]
    moved = {c["target"]["node"]: c for c in animation["channels"]}
    node = told["expressions"]["custom"]["jawOpen"]["node"]
    sampler = animation["samplers"][moved[node]["sampler"]]
    accessor = tree["accessors"][sampler["output"]]
    at = tree["bufferViews"][accessor["bufferView"]]["byteOffset"]
    values = np.frombuffer(data, np.float32, accessor["count"] * 3, at).reshape(-1, 3)
    assert np.abs(values[:, 0] - track("joy", "ɑmu").arkit[:, ARKIT.index("jawOpen")]).max() < 1e-6
    assert told["lookAt"]["node"] in moved
    bones = {b["node"] for b in told["humanoid"]["humanBones"].values()}
    assert {c["target"]["path"] for c in animation["channels"] if c["target"]["node"] in bones} == {
        "rotation"
    }
