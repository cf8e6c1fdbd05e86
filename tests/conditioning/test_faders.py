from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import FEELINGS, emotions, names
from hypothesis import given
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import AffectError, RequestError, UnknownNameError
from conditioning.faders import (
    Adjustment,
    FaderSet,
    check_adjustments,
    fader_set,
    fader_set_names,
    read_fader_set,
)
from conditioning.timeline import Timeline
from conditioning.vad import VAD

ALL = [(name, fader) for name in fader_set_names() for fader in fader_set(name).faders]
SETS = st.sampled_from(fader_set_names())


def values(faders: FaderSet, emotion: Emotion, *adjustments: Adjustment) -> dict[str, float]:
    track = Timeline.constant(emotion).sample(np.zeros(1))
    return {name: float(row[0]) for name, row in faders.evaluate(track, adjustments).items()}


def away(fader, value):
    """How far a value is from the fader's neutral one; on a circle, degrees up to 180."""
    change = np.asarray(value) - fader.neutral
    return np.abs((change + 180) % 360 - 180) if fader.law == "circle" else np.abs(change)


def written(tmp_path, text) -> FaderSet:
    path = tmp_path / "own.toml"
    path.write_text(text)
    return read_fader_set(path)


@pytest.mark.parametrize("name", fader_set_names())
def test_without_emotion_every_fader_is_exactly_neutral(name):
    faders = fader_set(name)
    assert values(faders, Emotion.neutral()) == {key: fader.neutral for key, fader in faders.faders.items()}


@given(SETS, emotions)
def test_every_fader_keeps_to_its_range(name, emotion):
    faders = fader_set(name)
    for key, value in values(faders, emotion).items():
        assert faders.faders[key].low <= value <= faders.faders[key].high, key


@given(SETS, names)
def test_more_intensity_never_brings_a_fader_nearer_to_neutral(name, feeling):
    faders = fader_set(name)
    line = Timeline.of([(0, Emotion.neutral()), (1, Emotion.of(feeling))])
    track = faders.evaluate(line.sample(np.linspace(0, 1, 21)))
    for key, fader in faders.faders.items():
        # A hundredth of the range is let pass: a linear and a product term may work against each other.
        room = 0.01 * (fader.high - fader.low)
        assert (np.diff(away(fader, track[key])) >= -room).all(), key


@pytest.mark.parametrize("name", fader_set_names())
def test_every_fader_with_a_term_is_moved_by_some_emotion(name):
    faders = fader_set(name)
    all_values = [values(faders, Emotion.of(feeling)) for feeling in FEELINGS]
    for key, fader in faders.faders.items():
        if not fader.terms and not fader.labels:
            continue  # for the user alone
        reached = max(float(away(fader, row[key])) for row in all_values)
        assert reached > 0.05 * (fader.high - fader.low if fader.law != "circle" else 180), key


@pytest.mark.parametrize("name", fader_set_names())
def test_every_fader_says_what_it_means_and_where_it_comes_from(name):
    for key, fader in fader_set(name).faders.items():
        assert fader.meaning, key
        assert fader.source, key


@pytest.mark.parametrize(("name", "key"), ALL)
def test_a_lock_holds_and_a_shift_adds(name, key):
    faders, fader = fader_set(name), fader_set(name).faders[key]
    target = (fader.low + fader.high) / 2
    emotion = Emotion.of("fear", 0.7)
    assert values(faders, emotion, Adjustment(f"{name}.{key}", target))[key] == pytest.approx(
        target % 360 if fader.law == "circle" else target
    )
    step = 0.1 * (fader.high - fader.low)
    moved = values(faders, emotion, Adjustment(f"{name}.{key}", step, "shift"))[key]
    expected = values(faders, emotion)[key] + step
    assert moved == pytest.approx(expected % 360 if fader.law == "circle" else min(expected, fader.high))


def test_an_adjustment_changes_no_other_fader_and_no_other_set():
    faders = fader_set("prosody")
    plain, locked = (
        values(faders, Emotion.of("joy")),
        values(faders, Emotion.of("joy"), Adjustment("prosody.pitch", 0.0)),
    )
    assert {k: v for k, v in plain.items() if k != "pitch"} == {
        k: v for k, v in locked.items() if k != "pitch"
    }
    assert values(fader_set("music"), Emotion.of("joy"), Adjustment("prosody.pitch", 0.0)) == values(
        fader_set("music"), Emotion.of("joy")
    )


def test_a_wrong_adjustment_is_named_before_work_is_spent():
    for adjustment, error in [
        (("prosody.pich", 0.0), UnknownNameError),
        (("prosdy.pitch", 0.0), UnknownNameError),
        (("prosody.pitch", 99.0), RequestError),
    ]:
        with pytest.raises(error):
            check_adjustments([Adjustment(*adjustment)])
    with pytest.raises(RequestError, match="lock"):
        Adjustment("prosody.pitch", 0.0, "hold")
    with pytest.raises(RequestError):
        Adjustment("prosody.pitch", float("nan"))


FACTOR = """
[fader.rate]
law = "factor"
neutral = 2.0
low = 0.1
high = 40.0
valence = 4.0
"""


def test_a_factor_is_half_the_way_in_proportion_at_half_intensity(tmp_path):
    faders = written(tmp_path, FACTOR)
    from conditioning.vad import VAD

    full, half = (values(faders, Emotion.at(VAD(1, 0, 0), i))["rate"] for i in (1.0, 0.5))
    assert full == pytest.approx(8.0)
    assert half == pytest.approx(4.0)


def test_concavity_makes_weak_emotions_count_more_and_leaves_full_ones(tmp_path):
    text = "[fader.lift]\nneutral = 0.0\nhigh = 10.0\nlabels = { joy = 4.0 }\n"
    straight, bent = written(tmp_path, text), written(tmp_path, "concavity = 0.5\n" + text)
    assert values(straight, Emotion.of("joy"))["lift"] == values(bent, Emotion.of("joy"))["lift"] == 4.0
    assert values(straight, Emotion.of("joy", 0.25))["lift"] == pytest.approx(1.0)
    assert values(bent, Emotion.of("joy", 0.25))["lift"] == pytest.approx(2.0)


def test_a_lock_may_miss_its_bound_by_rounding_and_is_put_on_it():
    high = fader_set("music").faders["reverb"].high
    lock = Adjustment("music.reverb", float(np.nextafter(high, 2 * high)))
    assert values(fader_set("music"), Emotion.neutral(), lock)["reverb"] == high


def test_a_circle_turns_the_short_way(tmp_path):
    faders = written(
        tmp_path, '[fader.hue]\nlaw = "circle"\nneutral = 350.0\nlabels = { joy = [30.0, 1.0] }\n'
    )
    assert values(faders, Emotion.of("joy"))["hue"] == pytest.approx(10.0)
    assert values(faders, Emotion.of("joy", 0.001))["hue"] == pytest.approx(350.0, abs=0.1)


def test_large_changes_bend_softly_into_the_range(tmp_path):
    faders = written(
        tmp_path,
        "[fader.lift]\nneutral = 0.0\nlow = -1.0\nhigh = 10.0\nlabels = { joy = 30.0, fear = -30.0 }\n",
    )
    rising = [values(faders, Emotion.of("joy", i))["lift"] for i in (0.1, 0.2, 0.3, 0.4)]
    assert rising[:2] == pytest.approx([3.0, 6.0])
    assert rising == sorted(rising)
    assert 7.0 < rising[2] < 9.0 < rising[3] <= 10.0
    assert -1.0 <= values(faders, Emotion.of("fear"))["lift"] < -0.99


def test_an_emotion_that_the_file_does_not_name_takes_after_its_neighbours(tmp_path):
    faders = written(
        tmp_path,
        "[fader.lift]\nneutral = 0.0\nhigh = 10.0\nlow = -10.0\nlabels = { joy = 4.0, sadness = -4.0 }\n",
    )
    assert values(faders, Emotion.of("delight"))["lift"] > 2.0
    assert values(faders, Emotion.of("grief"))["lift"] < -2.0


def test_every_fault_of_a_file_is_reported_at_once(tmp_path):
    with pytest.raises(AffectError) as caught:
        written(
            tmp_path,
            """
            concavity = 0
            [sources]
            A = "A 1990"
            [fader.a]
            neutral = 2.0
            colour = 1
            source = "A B"
            labels = { joi = 1.0, fear = "much" }
            [fader.b]
            law = "power"
            [fader.c]
            law = "factor"
            neutral = 1.0
            high = 2.0
            arousal = -1.0
            [fader.d]
            law = "circle"
            neutral = 0.0
            valence = 3.0
            """,
        )
    for word in (
        "concavity",
        "a.neutral",
        "colour",
        "'B'",
        "joi",
        "much",
        "power",
        "b.neutral",
        "c.low",
        "c.arousal",
        "d.valence",
    ):
        assert word in caught.value.message, word


def test_an_unknown_set_is_named():
    with pytest.raises(UnknownNameError, match="prosodie"):
        fader_set("prosodie")


def test_the_conditioning_carries_faders_an_embedding_and_its_null():
    conditioning = Conditioning.of(Emotion.of("joy", 0.5), (Adjustment("prosody.pitch", 1.0),))
    times = np.linspace(0, 1, 4)
    assert (conditioning.faders("prosody", times)["pitch"] == 1.0).all()
    embedding = conditioning.embedding(times)
    assert embedding.shape == (4, 256)
    assert embedding.dtype == np.float32
    assert np.allclose(2 * embedding, Conditioning.of(Emotion.of("joy")).embedding(times))
    assert not conditioning.null().embedding(times).any()
    assert conditioning.null().adjustments == conditioning.adjustments


PLANE = """
between = "plane"
[fader.lift]
neutral = 0.0
low = -10.0
high = 10.0
labels = { joy = 4.0, sadness = -2.0, anger = 3.0, calm = -1.0 }
[fader.speed]
law = "factor"
neutral = 1.0
low = 0.25
high = 4.0
labels = { joy = 1.4, sadness = 0.7 }
"""


def test_on_a_plane_each_named_emotion_keeps_its_own_number(tmp_path):
    faders = written(tmp_path, PLANE)
    for name, lift in {"joy": 4.0, "sadness": -2.0, "anger": 3.0, "calm": -1.0}.items():
        assert values(faders, Emotion.of(name))["lift"] == pytest.approx(lift)
    assert values(faders, Emotion.of("sadness"))["speed"] == pytest.approx(0.7)
    assert values(faders, Emotion.of("anger"))["speed"] == pytest.approx(
        1.0
    )  # has a number elsewhere, none here
    assert values(faders, Emotion.neutral())["lift"] == 0.0


@pytest.mark.parametrize("axis", ["valence", "arousal", "dominance"])
def test_on_a_plane_an_axis_alone_moves_a_fader_one_way(axis):
    # Farther out, named emotions that lie near take their part.
    steps = [Emotion.at(VAD(**{axis: float(x)})) for x in np.linspace(-0.6, 0.6, 7)]
    track = Timeline.of(enumerate(steps)).sample(np.arange(7.0))
    swept = fader_set("prosody").evaluate(track)
    telling = {"valence": "tilt", "arousal": "loudness", "dominance": "tension"}[axis]
    steps = np.diff(swept[telling])
    assert np.all(steps > 0) or np.all(steps < 0)


def test_a_file_says_what_acts_between_labels_in_one_of_two_words(tmp_path):
    with pytest.raises(AffectError, match="between is 'spline'"):
        written(tmp_path, PLANE.replace('"plane"', '"spline"'))
