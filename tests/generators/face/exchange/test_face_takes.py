from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from generators.base import ARKIT, FaceRequest, FaceTrack, Phone, Take
from generators.face.exchange.separation import separate, speaking_shapes
from generators.face.head import Head
from generators.face.playback import resampled

JAW = ARKIT.index("jawOpen")
SMILE, FROWN = [[i for i, n in enumerate(ARKIT) if n.startswith(f"mouth{k}")] for k in ("Smile", "Frown")]
BROWS = [i for i, n in enumerate(ARKIT) if n.startswith("brow")]
PHONES = tuple(
    Phone(symbol, 0.5 + 0.12 * k, 0.62 + 0.12 * k, 1 if symbol == "ɑ" else 0)
    for k, symbol in enumerate("hɑmɑbɑwifɑmo" * 3)
)


@cache
def made(emotion: str, duration: float = 6.0) -> FaceTrack:
    return Head().generate(FaceRequest(Conditioning.of(Emotion.of(emotion)), duration, PHONES))


def played(take: Take, emotion: str, fps: float = 25.0) -> FaceTrack:
    request = FaceRequest(Conditioning.of(Emotion.of(emotion)), take.duration, fps=fps, take=take)
    return Head().generate(request)


def take_of(track: FaceTrack, keeps: str = "all") -> Take:
    return Take(track.times, track.arkit, track.pose, keeps)


def test_a_take_is_played_as_it_is():
    track = made("joy")
    again = played(take_of(track), "neutral")
    assert np.array_equal(again.arkit, track.arkit)
    assert np.array_equal(again.pose, track.pose)
    assert {a.name: a.status for a in again.fulfilment} == {
        "take": "honoured",
        "lip sync": "honoured",
        "character": "honoured",
    }
    asked = {a.name: a.status for a in played(take_of(track), "sadness").fulfilment}
    assert asked["emotion"] == "ignored"


def test_a_take_is_brought_to_another_rate():
    track = made("joy")
    again = played(take_of(track), "neutral", fps=50)
    assert len(again.times) == 2 * len(track.times)
    assert np.allclose(again.arkit[::2], track.arkit, atol=1e-9)
    assert np.allclose(again.arkit[1:-1:2], (track.arkit[:-1] + track.arkit[1:]) / 2, atol=1e-9)


def test_the_emotion_of_a_take_changes_and_its_speech_stays():
    sad = made("sadness")
    happy = played(take_of(sad, "speech"), "joy")
    said = (sad.times > 0.7) & (sad.times < PHONES[-1].end - 0.2)  # a happy mouth is ajar before and after
    assert np.corrcoef(happy.arkit[said, JAW], sad.arkit[said, JAW])[0, 1] > 0.95
    assert happy.arkit[:, SMILE].mean() > sad.arkit[:, SMILE].mean() + 0.2
    assert happy.arkit[:, FROWN].mean() < sad.arkit[:, FROWN].mean() - 0.1
    asked = made("joy").arkit
    away = np.abs(happy.arkit[:, BROWS].mean(axis=0) - asked[:, BROWS].mean(axis=0)).max()
    assert away < np.abs(sad.arkit[:, BROWS].mean(axis=0) - asked[:, BROWS].mean(axis=0)).max() / 2


def test_closed_lips_of_a_take_stay_closed_with_another_emotion():
    sad = made("sadness")
    happy = played(take_of(sad, "speech"), "joy")
    closed = [np.abs(sad.times - (p.start + p.end) / 2).argmin() for p in PHONES if p.symbol in "mb"]
    closed = [i for i in closed if 0.7 < sad.times[i] < PHONES[-1].end - 0.2]
    assert np.abs(happy.arkit[closed, JAW] - sad.arkit[closed, JAW]).max() < 0.02


def test_blinks_of_a_take_are_kept():
    sad = made("sadness", 12.0)
    happy = played(take_of(sad, "speech"), "joy")
    blink = ARKIT.index("eyeBlinkLeft")
    assert ((sad.arkit[:, blink] > 0.9) <= (happy.arkit[:, blink] > 0.6)).all()
    assert (sad.arkit[:, blink] > 0.9).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 120), st.sampled_from([25.0, 30.0, 60.0]))
def test_the_two_parts_add_up_and_speech_is_never_negative(seed, count, fps):
    arkit = np.random.default_rng(seed).uniform(0, 1, (count, 52))
    parts = separate(arkit, fps)
    assert np.allclose(parts.speech + parts.expression, arkit)
    assert parts.speech.min() >= -1e-12
    assert ((parts.talking >= 0) & (parts.talking <= 1)).all()


def test_a_held_face_is_all_expression():
    arkit = np.tile(np.random.default_rng(1).uniform(0, 1, 52), (80, 1))
    parts = separate(arkit, 25.0)
    still = [i for i, n in enumerate(ARKIT) if not n.startswith("eyeLook")]
    assert np.abs(parts.speech[:, still]).max() < 1e-9
    assert parts.talking.max() < 1e-9


def test_brows_never_speak_and_the_jaw_does():
    assert not speaking_shapes()[BROWS].any()
    assert speaking_shapes()[JAW]


def test_the_last_frame_is_held_beyond_the_takes_end():
    take = take_of(made("joy", 1.0))
    longer = resampled(take, np.arange(60) / 25)
    assert np.array_equal(longer.arkit[-1], take.arkit[-1])


@pytest.mark.parametrize(
    ("times", "rows", "keeps"),
    [
        (np.zeros(0), 0, "all"),
        (np.zeros(3), 3, "all"),
        (np.arange(3.0), 2, "all"),
        (np.arange(3.0), 3, "lips"),
    ],
)
def test_a_take_that_is_none_is_refused(times, rows, keeps):
    with pytest.raises(RequestError):
        Take(times, np.zeros((rows, 52)), np.zeros((rows, 6)), keeps)
