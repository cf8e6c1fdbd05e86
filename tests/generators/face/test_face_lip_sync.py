from __future__ import annotations

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import ARKIT, Audio, FaceRequest, Job, Phone, SpeechRequest
from generators.face.animation import animate
from generators.face.articulation import loudness
from generators.face.mesh_measures import mesh_measures
from generators.speech.hibari import Hibari
from studio.quality.lip_sync import lip_sync

TEXT = "We walked home slowly because the road was covered in ice, and nobody said a word."
OPENING = ("surprise", "joy", "fear")


def gaps(request: FaceRequest) -> np.ndarray:
    """Millimetres between the lips in each frame, 0 where they touch."""
    measures = mesh_measures(request.character)
    return np.array([max(measures.lip_gap(measures.pose(w)), 0.0) for w in animate(request).arkit])


@pytest.mark.parametrize("emotion", ["neutral", "surprise", "disgust"])
def test_the_mouth_keeps_step_with_the_voice_in_an_emotion_that_opens_it(emotion: str) -> None:
    feeling = Emotion.of(emotion)
    spoken = Hibari().generate(SpeechRequest(Script((Span(TEXT, feeling),)), "heart", job=Job(1)))
    request = FaceRequest(Conditioning.of(feeling), spoken.audio.duration, spoken.phones, spoken.audio)
    found = lip_sync(gaps(request), request.fps, spoken.audio)
    assert abs(found.offset) <= 0.04
    assert found.confidence > 0.95


@pytest.mark.parametrize("emotion", OPENING)
def test_an_emotion_parts_the_lips_in_vowels_more_than_in_narrow_sounds(emotion: str) -> None:
    phones = tuple(Phone(s, 0.3 + 0.12 * i, 0.42 + 0.12 * i, s == "ɑ") for i, s in enumerate("tɑtɑtɑtɑtɑt"))
    opened = gaps(FaceRequest(Conditioning.of(Emotion.of(emotion)), 2.0, phones))[8:40]
    plain = gaps(FaceRequest(Conditioning.of(Emotion.of("neutral")), 2.0, phones))[8:40]
    assert np.ptp(opened) > 0.8 * np.ptp(plain)


def test_a_mouth_that_surprise_opened_stays_nearly_shut_in_a_short_pause_and_opens_in_silence() -> None:
    phones = tuple(Phone("ɑ", start, start + 0.2, 1) for start in (0.5, 1.2))
    mouth = gaps(FaceRequest(Conditioning.of(Emotion.of("surprise")), 4.0, phones))
    pause, vowel, after = mouth[23:27].min(), mouth[31:34].max(), mouth[-10:].min()
    assert pause < 0.5 * vowel
    assert after > vowel


def test_hiss_is_not_heard_as_an_open_mouth() -> None:
    rate = 24_000
    times = np.arange(rate) / rate
    vowel, hiss = np.sin(2 * np.pi * 500 * times), np.sin(2 * np.pi * 7000 * times)
    level = loudness(
        Audio(np.where(times < 0.5, vowel, hiss).astype(np.float32), rate), np.array([0.25, 0.75])
    )
    assert level[0] > 0.9
    assert level[1] < 0.5


def test_the_jaw_rises_for_a_hiss_between_open_vowels() -> None:
    phones = tuple(Phone(s, 0.3 + 0.1 * i, 0.4 + 0.1 * i, s == "ɑ") for i, s in enumerate("ɑsɑsɑ"))
    jaw = animate(FaceRequest(Conditioning.of(Emotion.of("neutral")), 1.2, phones, fps=100.0)).arkit
    opened = jaw[:, ARKIT.index("jawOpen")]
    assert opened[[45, 65]].max() < 0.65 * opened[55]


@pytest.mark.parametrize("emotion", ["neutral", "anger"])
def test_a_vowel_between_shut_lips_parts_them(emotion: str) -> None:
    phones = tuple(Phone(s, 0.3 + 0.08 * i, 0.38 + 0.08 * i, s == "i") for i, s in enumerate("pipip"))
    request = FaceRequest(Conditioning.of(Emotion.of(emotion)), 1.2, phones, fps=100.0)
    assert gaps(request)[[42, 58]].min() > 0.5
