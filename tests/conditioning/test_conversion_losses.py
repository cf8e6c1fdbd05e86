from __future__ import annotations

from itertools import pairwise

import pytest
from emotion_strategies import emotions, names, of_names
from hypothesis import given
from hypothesis import strategies as st

from conditioning.conversion import convert, read_vector, round_trip_losses
from conditioning.emotion import Emotion
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon, vocabulary, vocabulary_names


@pytest.mark.parametrize("name", vocabulary_names())
def test_every_label_of_a_list_comes_back_as_itself(name):
    words = vocabulary(name)
    spoken = set()
    for label in words.labels:
        if label.has_feeling:
            made = convert(Emotion.of_label(label), to=name).named()
            assert max(made, key=made.__getitem__) == label.name
            spoken.add(label.name)
    assert len(spoken) >= len(words.names) - 2


@given(of_names, st.sampled_from(vocabulary_names()))
def test_nothing_is_lost_in_silence(emotion, name):
    made = convert(emotion, to=name)
    own = {label.emotion for label in vocabulary(name).labels}
    if made.loss.vad > 1e-6 and made.scaled == 1:
        assert made.merged or made.dropped
    assert not (set(made.merged) | set(made.dropped)) & own
    assert not set(made.merged) & set(made.dropped)
    if not made.merged and not made.dropped:
        assert made.loss.kl == pytest.approx(0, abs=1e-6) or made.scaled < 1


@given(emotions, st.sampled_from(vocabulary_names()))
def test_losses_are_never_negative(emotion, name):
    loss = convert(emotion, to=name).loss
    assert loss.vad >= 0
    assert loss.kl >= 0


def test_a_point_too_faint_for_a_list_is_dropped_by_name():
    faint = Emotion.at(VAD(0.0, 0.0, 0.125))
    assert convert(faint, to="ekman").dropped == ("realization",)


@given(names, st.sampled_from([n for n in vocabulary_names() if n != "lexicon"]))
def test_what_is_dropped_lies_nearer_to_neutral_than_to_any_label(name, words):
    if name in convert(Emotion.of(name), to=words).dropped:
        place = lexicon()[name].vad
        felt = [
            label for label in vocabulary(words).labels if label.has_feeling and label.emotion != "neutral"
        ]
        assert (
            min(place.distance(label.vad) for label in felt) >= place.distance(Emotion.neutral().vad) - 1e-9
        )


def test_dropped_feelings_become_neutral_where_the_list_has_it():
    assert convert(Emotion.of("calm"), to="ekman").values == (0.0,) * 6
    made = convert(Emotion.of({"calm": 1, "joy": 1}), to="dailydialog")
    assert made.dropped == ("calm",)
    assert made.named()["no emotion"] == pytest.approx(0.5)
    assert made.named()["happiness"] == pytest.approx(0.5)


def test_neighbours_take_what_has_no_label():
    made = convert(Emotion.of("rage"), to="ekman")
    assert made.merged == {"rage": "anger"}
    assert made.loss.vad > 0.1
    assert made.loss.kl > 0.1


def test_a_compound_is_said_by_its_own_label():
    made = convert(Emotion.of({"joy": 3, "surprise": 2}), to="compound").named()
    assert made["happily surprised"] == pytest.approx(0.8)
    assert made["happy"] == pytest.approx(0.2)
    assert made["surprised"] == pytest.approx(0)


def test_a_point_is_told_by_the_labels_near_it():
    made = convert(Emotion.at(vocabulary("russell")["Q2"].vad, 0.5), to="russell")
    assert made.named() == pytest.approx({"Q1": 0, "Q2": 0.5, "Q3": 0, "Q4": 0})


@given(st.sampled_from(vocabulary_names()), st.sampled_from(vocabulary_names()), st.data())
def test_any_list_is_said_in_any_other(one, other, data):
    labels = [label for label in vocabulary(one).labels if label.has_feeling]
    sent = Emotion.of_label(data.draw(st.sampled_from(labels)))
    back = read_vector(convert(sent, to=other).values, of=other)
    assert 0 <= back.intensity <= 1
    # Whatever a list makes of a feeling, it does not turn it into the opposite.
    assert sent.felt.array() @ back.felt.array() >= -1e-9 or sent.felt.distance(
        back.felt
    ) < sent.felt.distance(Emotion.neutral().felt)


def test_the_table_of_losses_has_a_row_for_each_ordered_pair():
    lists = ["ekman", "zonos", "goemotions", "russell"]
    rows = {(row.of, row.through): row for row in round_trip_losses(lists)}
    assert len(rows) == 12
    assert rows["ekman", "zonos"].kept == 1
    assert rows["ekman", "zonos"].vad == pytest.approx(0, abs=1e-9)
    # A small list keeps less of a large one than the other way round.
    assert rows["goemotions", "ekman"].kept < 0.5 < rows["ekman", "goemotions"].kept
    assert rows["goemotions", "ekman"].kl > rows["ekman", "goemotions"].kl
    assert rows["zonos", "ekman"].labels == 7


def test_the_loss_grows_as_the_emotion_leaves_what_the_list_can_say():
    grief = [
        convert(Emotion.of({"sadness": 1 - x, "grief": x}), to="ekman").loss.vad for x in (0.0, 0.3, 0.6, 1.0)
    ]
    assert all(a <= b + 1e-9 for a, b in pairwise(grief))
    assert grief[0] == pytest.approx(0, abs=1e-9)
