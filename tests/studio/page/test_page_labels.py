from __future__ import annotations

import re

import numpy as np
import pytest
from emotion_texts import emotions
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from conditioning.script import parse_script
from conditioning.vocabulary import lexicon, vocabulary_names
from studio.page.labels import emotion_of_shares, examples, label_lists, shares_of, widget_table
from studio.page.palette import css_colour, oklab_of

keys = st.sampled_from(sorted(label_lists()))


def numbers(colour):
    return [float(x) for x in re.findall(r"-?\d+\.\d+", colour)]


def test_the_short_list_comes_first_and_every_shipped_vocabulary_is_there():
    assert next(iter(label_lists())) == "shortlist"
    assert set(label_lists()) == {"shortlist", *vocabulary_names()}
    assert all(listed.labels and listed.title for listed in label_lists().values())


def test_every_example_is_a_script_of_several_emotions():
    for example in examples():
        assert len({span.emotion.label for span in parse_script(example.script).spans}) >= 2


@settings(deadline=None)
@given(st.data(), keys, st.floats(0.05, 1))
def test_one_label_alone_lies_at_its_own_place(data, key, intensity):
    label = data.draw(st.sampled_from(label_lists()[key].labels))
    emotion = emotion_of_shares({label.name: 1.0}, key, intensity)
    if label.emotion == "neutral":
        assert emotion.intensity == 0
    elif label.emotion:
        assert emotion.label == label.emotion
        assert emotion.intensity == pytest.approx(intensity)
    else:
        assert emotion.vad.distance(label.vad) < 1e-6


@settings(deadline=None)
@given(st.data(), keys)
def test_shares_of_named_labels_are_kept(data, key):
    named = {}
    for label in label_lists()[key].labels:
        if label.emotion and label.emotion != "neutral":
            named.setdefault(label.emotion, label.name)
    if not named:
        return
    chosen = data.draw(
        st.dictionaries(st.sampled_from(sorted(named.values())), st.floats(0.1, 1), min_size=1, max_size=3)
    )
    total = sum(chosen.values())
    again = shares_of(emotion_of_shares(chosen, key), key)
    assert set(again) == set(chosen)
    assert all(again[name] == pytest.approx(weight / total) for name, weight in chosen.items())


@settings(deadline=None)
@given(emotions, keys)
def test_shares_are_of_the_list_and_sum_to_one(emotion, key):
    shares = shares_of(emotion, key)
    assert set(shares) <= set(label_lists()[key].names)
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) >= 0


def test_a_label_that_the_list_lacks_is_refused():
    with pytest.raises(UnknownNameError):
        emotion_of_shares({"jooy": 1.0}, "shortlist")


def test_the_widgets_get_every_label_with_a_place_a_spread_and_a_colour():
    table = widget_table()
    for key, rows in table.items():
        assert [row["name"] for row in rows] == list(label_lists()[key].names)
        assert all(min(row["spread"]) > 0 and row["colour"].startswith("oklab(") for row in rows)


@settings(deadline=None)
@given(st.sampled_from(lexicon().names))
def test_every_emotion_has_a_colour_that_can_be_seen_on_white_and_on_black(name):
    lightness, a, b = oklab_of(name)
    assert 0.35 < lightness < 0.9
    assert np.hypot(a, b) < 0.25


def test_opposed_emotions_have_colours_apart():
    apart = np.linalg.norm(np.subtract(oklab_of("joy"), oklab_of("sadness")))
    near = np.linalg.norm(np.subtract(oklab_of("joy"), oklab_of("delight")))
    assert apart > 0.2 > near


@settings(deadline=None)
@given(st.floats(0.01, 0.99))
def test_a_mixture_lies_between_the_colours_of_its_parts(share):
    mixed = numbers(css_colour({"joy": share, "fear": 1 - share}))
    expected = share * np.array(oklab_of("joy")) + (1 - share) * np.array(oklab_of("fear"))
    assert np.allclose(mixed, expected, atol=6e-4)


def test_an_emotion_without_a_colour_of_its_own_has_one_near_its_neighbours():
    assert css_colour(Emotion.of("terror").mixture).startswith("oklab(")
    assert np.linalg.norm(np.subtract(oklab_of("terror"), oklab_of("fear"))) < 0.1
