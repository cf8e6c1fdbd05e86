from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from picture_measures import clip, colourfulness, flow, luminance, oklab

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from generators.base import Job, VideoRequest
from generators.video.plan import families
from generators.video.scenes import Scenes

# The grain dances from frame to frame and would be taken for motion.
STILL = (Adjustment("visual.grain", 0.0),)


@cache
def measured(scene: str, emotion: str, intensity: float = 1.0) -> dict[str, float]:
    frames = clip(Emotion.of(emotion, intensity), scene=scene, seconds=0.4, adjustments=STILL)
    lightness, chroma = np.mean([oklab(frame) for frame in frames[::3]], axis=0)
    speed, _down = flow(frames)
    return {
        "lightness": lightness,
        "chroma": chroma,
        "colourfulness": float(np.mean([colourfulness(frame) for frame in frames[::3]])),
        "speed": speed,
    }


def faders(emotion: str) -> dict[str, float]:
    values = Conditioning.of(Emotion.of(emotion)).faders("visual", np.zeros(1))
    return {name: float(value[0]) for name, value in values.items()}


@pytest.mark.parametrize("scene", families())
def test_joy_is_lighter_more_vivid_more_colourful_and_faster_than_sadness(scene: str) -> None:
    joy, sadness = measured(scene, "joy"), measured(scene, "sadness")
    assert joy["lightness"] > sadness["lightness"] + 0.1
    assert joy["chroma"] > sadness["chroma"] + 0.04
    assert joy["colourfulness"] > 1.5 * sadness["colourfulness"]
    assert joy["speed"] > 1.2 * sadness["speed"]


@pytest.mark.parametrize("scene", ["sea", "motes", "forms"])
def test_anger_is_darker_and_faster_than_serenity(scene: str) -> None:
    anger, serenity = measured(scene, "anger"), measured(scene, "serenity")
    assert anger["lightness"] < serenity["lightness"] - 0.1
    assert anger["speed"] > 1.3 * serenity["speed"]


@pytest.mark.parametrize("scene", families())
def test_more_joy_is_more_light_and_colour(scene: str) -> None:
    steps = [measured(scene, "joy", intensity) for intensity in (0.0, 0.5, 1.0)]
    for measure in ("lightness", "chroma"):
        values = [step[measure] for step in steps]
        assert values == sorted(values)
        assert values[2] > values[0] + 0.03


@pytest.mark.parametrize("scene", families())
def test_lightness_follows_its_fader_over_the_emotions(scene: str) -> None:
    emotions = ("joy", "serenity", "neutral", "sadness", "fear")
    seen = [measured(scene, emotion)["lightness"] for emotion in emotions]
    asked = [faders(emotion)["lightness"] for emotion in emotions]
    assert np.corrcoef(seen, asked)[0, 1] > 0.97


def test_a_mixture_lies_between_its_parts() -> None:
    both = clip(Emotion.of({"joy": 0.5, "sadness": 0.5}), scene="sky", seconds=0.2)
    lightness = oklab(both[-1])[0]
    assert measured("sky", "sadness")["lightness"] < lightness < measured("sky", "joy")["lightness"]


def test_the_picture_follows_the_timeline() -> None:
    line = Timeline.of([(0, Emotion.of("fear")), (2.4, Emotion.of("joy"))])
    frames = clip(line, scene="ridges", seconds=2.4, fps=10)
    lightness = [oklab(frame)[0] for frame in frames]
    assert lightness[-1] > lightness[0] + 0.15
    assert np.all(np.diff(lightness) > -0.01)


def test_motes_rise_in_joy_and_sink_in_sadness() -> None:
    assert flow(clip(Emotion.of("triumph"), scene="motes", adjustments=STILL))[1] < -0.02
    assert flow(clip(Emotion.of("grief"), scene="motes", adjustments=STILL))[1] > 0.01


def test_a_locked_fader_holds_against_the_emotion() -> None:
    lightness = []
    for emotion in ("joy", "fear"):
        asked = Conditioning.of(Emotion.of(emotion), (Adjustment("visual.lightness", 0.5),))
        track = Scenes().generate(
            VideoRequest(conditioning=asked, duration=0.2, size=(320, 180), scene="sky", job=Job(seed=2))
        )
        lightness.append(oklab(list(track.frames())[-1])[0])
    assert abs(lightness[0] - lightness[1]) < 0.06


@pytest.mark.parametrize("scene", families())
def test_wild_changes_of_emotion_do_not_flash(scene: str) -> None:
    keys = []
    for k in range(20):
        emotion = Emotion.of("ecstasy" if k % 2 else "terror")
        keys += [(k * 0.12, emotion), ((k + 1) * 0.12 - 0.001, emotion)]
    frames = clip(Timeline.of(keys), scene=scene, seconds=2.4, size=(160, 90))
    light = np.array([luminance(frame) for frame in frames])
    assert np.abs(np.diff(light)).max() < 0.03
    assert flashes(light) <= 3 * 2.4


@pytest.mark.parametrize("scene", families())
def test_the_most_jerking_picture_does_not_flash(scene: str) -> None:
    jerk = (Adjustment("visual.jerk", 1.0), Adjustment("visual.speed", 1.0))
    asked = Conditioning.of(Emotion.of("anger"), jerk)
    track = Scenes().generate(VideoRequest(conditioning=asked, duration=1.6, size=(160, 90), scene=scene))
    assert flashes(np.array([luminance(frame) for frame in track.frames()])) == 0


def flashes(light: np.ndarray) -> int:
    """General flashes of the whole picture: pairs of opposing changes of 0.1 or more (WCAG 2.2, 2.3.1)."""
    turns, last, way = 0, light[0], 0
    for value in light:
        if (way >= 0 and value < last - 0.1) or (way <= 0 and value > last + 0.1):
            way = 1 if value > last else -1
            turns += 1
            last = value
        elif (value - last) * way > 0:
            last = value
    return turns // 2
