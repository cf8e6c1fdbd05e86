from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from factories.fresh_python import loaded

from conditioning.assets import asset
from conditioning.vocabulary import lexicon
from studio.judges.text import TextJudge
from studio.training.judge_text import best_thresholds, f1_scores

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = TextJudge()


def test_a_reading_is_a_distribution_over_lexicon_names_with_a_point() -> None:
    reading = JUDGE.read("Thank you so much, this is the kindest thing anyone has done for me.")
    assert set(reading.probabilities) <= set(lexicon().names)
    assert len(reading.probabilities) == 28
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading.vad is not None
    assert reading.top == "gratitude"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am so scared, something is moving in the dark.", "fear"),
        ("Haha, that is the funniest thing I have seen all week!", "amusement"),
        ("I miss her. I cannot stop crying since she died.", "sadness"),
        ("I love you with all my heart.", "love"),
        ("The meeting is at ten in room four.", "neutral"),
    ],
)
def test_plain_sentences_are_read_as_what_they_say(text: str, expected: str) -> None:
    assert JUDGE.read(text).top == expected


def test_a_glad_sentence_lies_higher_in_valence_than_a_sad_one() -> None:
    glad, sad = JUDGE.read_many(["What a wonderful, sunny day!", "Everything I loved is lost for ever."])
    assert glad.vad is not None
    assert sad.vad is not None
    assert glad.vad.valence > sad.vad.valence


@pytest.mark.parametrize("text", ["", "   ", "…", "?!"])
def test_a_text_without_a_word_has_no_reading(text: str) -> None:
    assert JUDGE.read(text).top == "no reading"
    assert JUDGE.read_over_time(text) == []


def test_scores_are_each_label_s_own_and_come_with_thresholds() -> None:
    scores = JUDGE.scores("I can't believe it, I love this so much, thank you!")
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert all(0 <= value <= 1 for value in scores.values())
    assert sorted(JUDGE.thresholds) == sorted(scores)
    said = {name for name, value in scores.items() if value >= JUDGE.thresholds[name]}
    assert {"love", "gratitude"} & said


def test_the_same_text_is_read_the_same_alone_and_among_others() -> None:
    text = "I am angry with all of you."
    alone, among = (
        JUDGE.read(text),
        JUDGE.read_many(["A much longer sentence that stands before it.", text])[1],
    )
    for name, share in alone.probabilities.items():
        assert among.probabilities[name] == pytest.approx(share, abs=1e-3)
    assert JUDGE.read(text) == alone


def test_each_sentence_is_read_with_its_place_in_the_text() -> None:
    text = "I am so happy! But yesterday I cried.\nWhy?"
    timed = JUDGE.read_over_time(text)
    assert [text[int(t.start) : int(t.end)] for t in timed] == [
        "I am so happy!",
        "But yesterday I cried.",
        "Why?",
    ]
    assert timed[0].reading == JUDGE.read_over_time(text)[0].reading


def test_importing_the_judge_loads_nothing_heavy() -> None:
    code = "import studio.judges.text as t; t.TextJudge()"
    assert loaded(code, ("torch", "transformers", "scipy", "safetensors")) == []


def test_reading_needs_no_deep_learning_framework() -> None:
    code = "import studio.judges.text as t; t.TextJudge().read('I am so happy!')"
    assert loaded(code, ("torch", "transformers")) == []


def test_f1_and_thresholds_agree_on_a_small_case() -> None:
    shares = np.array([[0.9], [0.8], [0.3], [0.1]])
    wanted = np.array([[1.0], [0.0], [1.0], [0.0]])
    assert best_thresholds(shares, wanted) == pytest.approx([0.3])
    assert f1_scores(shares >= 0.3, wanted) == pytest.approx([0.8])
    assert f1_scores(shares >= 2, wanted) == pytest.approx([0.0])


def test_the_weights_are_small() -> None:
    assert asset("judges", "text", "weights.safetensors").stat().st_size < 10e6


@pytest.mark.corpora
@pytest.mark.skipif(not (CORPORA / "text").exists(), reason="the text corpora are not in ../shared/data")
def test_the_card_tells_what_the_test_split_gives() -> None:
    """400 sentences of GoEmotions' test, against the card's share of right likeliest labels."""
    from studio.training.corpora_text import goemotions

    rated = goemotions(CORPORA / "text", "test")
    single = [n for n in range(len(rated.texts)) if rated.targets[n].sum() == 1][::10][:400]
    readings = JUDGE.read_many([rated.texts[n] for n in single])
    labels = JUDGE.card.labels
    right = [
        max(r.probabilities, key=lambda name: r.probabilities[name]) == labels[int(rated.targets[n].argmax())]
        for n, r in zip(single, readings, strict=True)
    ]
    facts = json.loads(asset("judges", "text", "card.json").read_text(encoding="utf-8"))
    assert np.mean(right) == pytest.approx(facts["right_of_single"], abs=0.075)  # three standard errors
