from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_strategies import BASIC
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score

from studio.fidelity.measures import sets
from studio.fidelity.measures.asking import NO_READING

pairs = st.lists(
    st.tuples(st.sampled_from(BASIC), st.sampled_from((*BASIC, NO_READING))), min_size=1, max_size=40
)


@given(pairs)
def test_figures_are_those_of_scikit_learn(drawn):
    asked, read = (list(side) for side in zip(*drawn, strict=True))
    present = [name for name in BASIC if name in asked]
    recalls = [np.mean([r == a for a, r in drawn if a == name]) for name in present]
    assert sets.uar(asked, read, BASIC) == pytest.approx(np.mean(recalls))
    assert sets.macro_f1(asked, read, BASIC) == pytest.approx(
        f1_score(asked, read, labels=present, average="macro", zero_division=0)
    )
    table = confusion_matrix(asked, read, labels=[*BASIC, NO_READING])
    assert np.array_equal(sets.confusion(asked, read, BASIC), table[:-1])


@given(pairs)
def test_measures_keep_to_their_ranges_and_forget_the_order(drawn):
    asked, read = (list(side) for side in zip(*drawn, strict=True))
    scores = sets.evaluate(asked, read, BASIC)
    assert all(0 <= scores[name] <= 1 for name in ("accuracy", "uar", "macro_f1", "coverage"))
    assert -1 / 6 - 1e-9 <= scores["skill"] <= 1
    assert sets.evaluate(asked[::-1], read[::-1], BASIC) == pytest.approx(scores)


def test_balanced_accuracy_agrees_where_all_is_read():
    asked = ["joy", "joy", "fear", "anger"]
    read = ["joy", "fear", "fear", "joy"]
    assert sets.uar(asked, read, BASIC) == pytest.approx(balanced_accuracy_score(asked, read))


def test_guessing_scores_chance_whatever_the_shares():
    draw = np.random.default_rng(0)
    asked = draw.choice(BASIC, 20000, p=[0.4, 0.3, 0.1, 0.05, 0.05, 0.05, 0.05]).tolist()
    read = draw.choice(BASIC, 20000).tolist()
    scores = sets.evaluate(asked, read, BASIC)
    assert scores["uar"] == pytest.approx(1 / 7, abs=0.01)
    assert scores["skill"] == pytest.approx(0, abs=0.01)
    even = sets.macro_f1(draw.choice(BASIC, 20000).tolist(), read, BASIC)
    assert even == pytest.approx(1 / 7, abs=0.01)


def test_silence_scores_what_is_stated():
    scores = sets.evaluate(["joy", "fear"], [NO_READING] * 2, BASIC)
    assert scores == pytest.approx({"accuracy": 0, "uar": 0, "skill": -1 / 6, "macro_f1": 0, "coverage": 0})


def test_always_saying_the_commonest_label_has_no_skill():
    asked = ["joy"] * 90 + ["fear"] * 10
    read = ["joy"] * 100
    assert sets.accuracy(asked, read) == 0.9
    assert sets.uar(asked, read, ("joy", "fear")) == 0.5
    assert sets.skill(asked, read, ("joy", "fear")) == 0


def test_an_empty_set_warns_and_scores_zero():
    with pytest.warns(UserWarning, match="empty"):
        assert set(sets.evaluate([], [], BASIC).values()) == {0.0}


def test_every_label_has_its_own_figures():
    found = sets.per_label(["joy", "joy", "fear"], ["joy", "fear", "fear"], BASIC)
    assert found["joy"] == pytest.approx({"recall": 0.5, "precision": 1.0, "f1": 2 / 3, "count": 2})
    assert set(found) == {"joy", "fear"}


def test_wrong_names_and_lengths_are_refused():
    with pytest.raises(ValueError, match="one reading for each"):
        sets.validate(["joy"], [], BASIC)
    with pytest.raises(ValueError, match="'glee' was asked"):
        sets.validate(["glee"], ["joy"], BASIC)
    with pytest.raises(ValueError, match="'glee' was read"):
        sets.validate(["joy"], ["glee"], BASIC)
