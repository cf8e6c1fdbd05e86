from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion, mix
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from conditioning.vocabulary import lexicon
from generators.base import ARKIT, Audio, FaceRequest, Job, Phone
from generators.face.animation import Motion, animate

LIPS_APART = ("jawOpen", "mouthLowerDownLeft", "mouthUpperUpLeft", "mouthFunnel")


def request(emotion: str | Emotion = "neutral", duration: float = 2.0, **rest: object) -> FaceRequest:
    felt = Emotion.of(emotion) if isinstance(emotion, str) else emotion
    return FaceRequest(Conditioning.of(felt), duration, **rest)  # type: ignore[arg-type]


def said(sounds: str, start: float = 0.3, length: float = 0.09, stressed: str = "") -> tuple[Phone, ...]:
    return tuple(
        Phone(symbol, start + i * length, start + (i + 1) * length, int(symbol in stressed))
        for i, symbol in enumerate(sounds)
    )


def shape(motion: Motion, name: str) -> np.ndarray:
    return motion.arkit[:, ARKIT.index(name)]


def frame_at(motion: Motion, time: float) -> int:
    return int(np.abs(motion.times - time).argmin())


@pytest.mark.parametrize("emotion", ["neutral", "joy", "surprise", "fear"])
@pytest.mark.parametrize("lips", ["p", "b", "m"])
@pytest.mark.parametrize("length", [0.04, 0.09])
def test_lips_meet_in_the_middle_of_p_b_m(emotion: str, lips: str, length: float) -> None:
    phones = said(f"ɑ{lips}ɑ{lips}ɔ", length=length)
    motion = animate(request(emotion, phones=phones))
    for phone in phones:
        if phone.symbol == lips:
            frame = frame_at(motion, (phone.start + phone.end) / 2)
            assert max(shape(motion, name)[frame] for name in LIPS_APART) < 0.06
            assert shape(motion, "mouthRollLower")[frame] > 0.2


@pytest.mark.parametrize("sound", ["f", "v"])
def test_the_lower_lip_reaches_the_teeth_in_f_and_v(sound: str) -> None:
    phones = said(f"ɑ{sound}ɑ")
    motion = animate(request(phones=phones))
    frame = frame_at(motion, (phones[1].start + phones[1].end) / 2)
    assert shape(motion, "mouthRollLower")[frame] > 0.6
    assert shape(motion, "jawOpen")[frame] < 0.08


def test_an_open_vowel_opens_the_jaw_more_than_a_close_one() -> None:
    jaw = {v: shape(animate(request(phones=said(v, length=0.2))), "jawOpen").max() for v in "ɑiu"}
    assert jaw["ɑ"] > jaw["i"] + 0.15
    assert jaw["ɑ"] > jaw["u"] + 0.15


def test_rounding_is_anticipated() -> None:
    before = {}
    for vowel in "ui":
        phones = said(f"s{vowel}", length=0.12)
        motion = animate(request(phones=phones, fps=50.0))
        before[vowel] = shape(motion, "mouthPucker")[frame_at(motion, phones[0].start + 0.06)]
    assert before["u"] > before["i"] + 0.03


def test_loud_speech_opens_the_jaw_more() -> None:
    rate, phones = 16000, said("tɑtɑtɑtɑtɑtɑ", length=0.12)
    time = np.arange(2 * rate) / rate
    rising = (np.sin(2 * np.pi * 150 * time) * 10 ** ((time - 2) * 0.9)).astype(np.float32)
    motion = animate(request(phones=phones, audio=Audio(rising, rate)))
    even = animate(request(phones=phones))
    ratio = [
        shape(motion, "jawOpen")[frame_at(motion, (p.start + p.end) / 2)]
        / shape(even, "jawOpen")[frame_at(even, (p.start + p.end) / 2)]
        for p in (phones[1], phones[-1])
    ]
    assert ratio[1] > ratio[0] * 1.15


def test_without_speech_the_mouth_stays_closed() -> None:
    motion = animate(request())
    assert max(shape(motion, name).max() for name in LIPS_APART) < 0.02


def test_joy_lifts_the_corners_and_sadness_lowers_them_and_lifts_the_inner_brow() -> None:
    joy, sadness = animate(request("joy")), animate(request("sadness"))
    assert shape(joy, "mouthSmileLeft").mean() > 0.6 > 0.1 > shape(sadness, "mouthSmileLeft").mean()
    assert shape(sadness, "mouthFrownLeft").mean() > 0.6 > 0.1 > shape(joy, "mouthFrownLeft").mean()
    assert shape(sadness, "browInnerUp").mean() > shape(joy, "browInnerUp").mean() + 0.4


def test_a_smile_stays_while_speaking_but_speech_owns_the_jaw() -> None:
    phones = said("tɛstɛtɛstɛt")
    joy, neutral = animate(request("amusement", phones=phones)), animate(request(phones=phones))
    middle = frame_at(joy, 0.7)
    assert shape(joy, "mouthSmileLeft")[middle] > 0.6
    assert abs(shape(joy, "jawOpen")[middle] - shape(neutral, "jawOpen")[middle]) < 0.12


def test_contempt_is_one_sided() -> None:
    motion = animate(request("contempt"))
    assert shape(motion, "mouthDimpleRight").mean() > 3 * shape(motion, "mouthDimpleLeft").mean()


@settings(max_examples=20, deadline=None)
@given(
    weights=st.dictionaries(st.sampled_from(lexicon().names), st.floats(0.1, 1), min_size=1, max_size=4),
    intensity=st.floats(0, 1),
    seed=st.integers(0, 5),
)
def test_all_weights_stay_within_0_and_1(weights: dict[str, float], intensity: float, seed: int) -> None:
    emotion = Emotion.of(weights, intensity)
    motion = animate(request(emotion, 1.0, phones=said("mɑfu"), job=Job(seed)))
    assert motion.arkit.min() >= 0
    assert motion.arkit.max() <= 1
    assert np.isfinite(motion.pose).all()


@pytest.mark.parametrize("emotion", ["joy", "sadness", "anger", "fear", "disgust", "surprise"])
def test_a_stronger_emotion_moves_the_face_farther(emotion: str) -> None:
    still = animate(request()).arkit[30]
    moved = [
        np.abs(animate(request(Emotion.of(emotion, i))).arkit[30] - still).sum() for i in (0.3, 0.6, 1.0)
    ]
    assert moved[0] < moved[1] < moved[2]


def test_a_mixture_shows_both_parts() -> None:
    both = animate(request(mix([(Emotion.of("joy"), 1), (Emotion.of("sadness"), 1)])))
    assert shape(both, "mouthSmileLeft").mean() > 0.25
    assert shape(both, "browInnerUp").mean() > 0.25


def test_the_expression_follows_the_timeline_without_a_jump() -> None:
    line = Timeline.of([(0, Emotion.of("sadness")), (2, Emotion.of("sadness")), (2, Emotion.of("joy"))])
    motion = animate(FaceRequest(Conditioning(line), 4.0))
    smile = shape(motion, "mouthSmileLeft")
    assert smile[:40].max() < 0.1
    assert smile[-1] > 0.6
    assert np.abs(np.diff(smile)).max() < 0.25


def test_blinks_come_at_about_the_asked_rate_and_never_too_close() -> None:
    counts = {}
    for rate in (8.0, 30.0):
        conditioning = Conditioning.of(Emotion.neutral(), (Adjustment("face.blink_rate", rate),))
        motion = animate(FaceRequest(conditioning, 240.0, fps=5.0))
        counts[rate] = len(motion.blinks) / 4
        assert np.diff(motion.blinks).min() > 0.4
    assert 4 < counts[8.0] < 13
    assert 20 < counts[30.0] < 40


def test_a_blink_closes_both_eyes() -> None:
    motion = animate(request(duration=20.0))
    for begin in motion.blinks:
        frames = slice(frame_at(motion, begin), frame_at(motion, begin) + 6)
        assert shape(motion, "eyeBlinkLeft")[frames].max() > 0.6
        assert shape(motion, "eyeBlinkRight")[frames].max() > 0.6


def test_a_face_that_shuns_the_viewer_looks_away_longer() -> None:
    def looking_away(share: float) -> float:
        conditioning = Conditioning.of(Emotion.neutral(), (Adjustment("face.gaze_aversion", share),))
        motion = animate(FaceRequest(conditioning, 90.0, fps=10.0))
        across = shape(motion, "eyeLookOutLeft") + shape(motion, "eyeLookInLeft") + np.abs(motion.pose[:, 4])
        return float((across > 0.12).mean())

    assert looking_away(0.6) > looking_away(0.05) + 0.2


def test_the_chin_drops_on_stressed_vowels() -> None:
    phones = said("tatatatatatatata", length=0.1, stressed="")
    stressed = tuple(replace(p, stress=int(i in (5, 11))) for i, p in enumerate(phones))
    plain, nodding = (
        animate(request("excitement", 2.4, phones=phones)),
        animate(request("excitement", 2.4, phones=stressed)),
    )
    lowest = (nodding.pose[:, 3] - plain.pose[:, 3])[frame_at(plain, 0.75) : frame_at(plain, 1.0)].min()
    assert lowest < np.radians(-0.5)


def test_arousal_moves_the_head_more() -> None:
    spread = {e: animate(request(e, 30.0)).pose[:, 5].std() for e in ("excitement", "calm")}
    assert spread["excitement"] > 1.5 * spread["calm"]


def test_a_head_fader_turns_the_head() -> None:
    conditioning = Conditioning.of(Emotion.neutral(), (Adjustment("face.head_yaw", 15.0),))
    motion = animate(FaceRequest(conditioning, 4.0))
    assert np.degrees(motion.pose[:, 4].mean()) > 7


def test_the_seed_decides_and_another_seed_differs() -> None:
    one, same, other = (animate(request("joy", job=Job(seed))) for seed in (3, 3, 4))
    assert np.array_equal(one.arkit, same.arkit)
    assert np.array_equal(one.pose, same.pose)
    assert not np.array_equal(one.pose, other.pose)


def test_breath_comes_faster_in_fear_than_in_calm() -> None:
    turns = {
        e: (np.diff(np.sign(np.diff(animate(request(e, 60.0)).breath))) < 0).sum() for e in ("fear", "calm")
    }
    assert turns["fear"] > 1.4 * turns["calm"]


@pytest.mark.parametrize("fps", [10.0, 24.0, 25.0, 60.0])
def test_frames_start_at_0_and_end_one_frame_before_the_end(fps: float) -> None:
    motion = animate(request(duration=2.0, fps=fps))
    assert len(motion.times) == round(2.0 * fps)
    assert motion.times[0] == 0
    assert motion.times[-1] == pytest.approx(2.0 - 1 / fps)


def test_a_very_short_face_is_one_frame() -> None:
    motion = animate(request(duration=0.01, phones=(Phone("a", 0.0, 0.01),)))
    assert motion.arkit.shape == (1, 52)
