from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.judges.eight_bit import pack, unpack
from studio.judges.minilm import WIDTH, SentenceEncoder
from studio.judges.ngrams import bucket_counts, bucket_values, inverse_frequency, ngram_logits
from studio.training.judge_text_ngrams import train_ngrams
from studio.training.judge_text_tuning import (
    StartRecipe,
    TuningRecipe,
    linear_start,
    token_states,
    tune,
    tuned_vectors,
)

GLAD = ["I am so happy today!", "What a happy, happy day.", "happiness all around", "So happy for you!"]
SAD = ["I am so sad today.", "What a sad day it was.", "sadness all around", "Such sad news for you."]
TEXTS = GLAD + SAD
TARGETS = np.repeat(np.eye(2), 4, axis=0)


def quiet(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


@given(st.text())
def test_case_does_not_change_the_n_grams_and_each_falls_into_a_bucket(text: str) -> None:
    counts = bucket_counts(text, 64)
    assert counts == bucket_counts(text.lower(), 64)
    assert all(0 <= bucket < 64 and count > 0 for bucket, count in counts.items())


def test_a_text_s_values_have_length_one_and_rare_n_grams_count_more() -> None:
    counted = [bucket_counts(text, 4096) for text in TEXTS]
    idf = inverse_frequency(counted, 4096)
    for counts in counted:
        assert np.linalg.norm(bucket_values(counts, idf)[1]) == pytest.approx(1)
    common, rare = (max(idf[bucket] for bucket in bucket_counts(word, 4096)) for word in (".", "!"))
    assert rare > common > 0


def test_n_grams_learn_words_and_read_unseen_spellings_of_them() -> None:
    arrays = train_ngrams(TEXTS, TARGETS, 4096, 10.0, quiet)
    weights = {name: array.astype(np.float32) for name, array in unpack(arrays).items()}
    glad, sad = ngram_logits(weights, ["unhappyish HAPPIEST", "saddish sadnesses"])
    assert glad[0] > glad[1]
    assert sad[1] > sad[0]
    assert ngram_logits(weights, ["", "zzz"]).shape == (2, 2)


@given(
    st.lists(st.lists(st.floats(-1e3, 1e3, width=32), min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from([0, -1]),
)
def test_eight_bits_are_off_by_at_most_half_a_step(rows: list[list[float]], axis: int) -> None:
    array = np.array(rows, np.float32)
    packed = pack("w", array, axis)
    assert packed["w"].dtype == np.int8
    step = np.abs(array).max(axis=axis, keepdims=True) / 127
    assert np.all(np.abs(unpack(packed)["w"] - array) <= step * 0.501 + 1e-9)


def test_states_of_the_lower_layers_lead_to_the_encoder_s_own_vectors() -> None:
    states = token_states(TEXTS, quiet)
    vectors = SentenceEncoder().vectors(TEXTS)
    assert vectors.shape == (len(TEXTS), WIDTH)
    assert states.vectors == pytest.approx(vectors, abs=1e-5)
    assert tuned_vectors(states, {}, quiet) == pytest.approx(vectors, abs=0.01)  # kept as float16


def test_tuning_fits_the_labels_and_the_encoder_takes_the_layers_over() -> None:
    states = token_states(TEXTS, quiet)
    scale = {"mean": states.vectors.mean(axis=0), "sd": np.maximum(states.vectors.std(axis=0), 0.01)}
    inputs = (states.vectors - scale["mean"]) / scale["sd"]
    start = scale | linear_start(inputs, TARGETS, StartRecipe(2, 8, 1e-4, 0.0), 1, quiet)
    arrays = tune(states, TARGETS, start, TuningRecipe(6, 4, 1e-3, 1e-3, 0.1, 0.0, 0.0), 1, quiet)
    layers = {name.removeprefix("tuned."): a for name, a in arrays.items() if name.startswith("tuned.")}
    vectors = SentenceEncoder({name: a.astype(np.float32) for name, a in layers.items()}).vectors(TEXTS)
    assert vectors[:, : WIDTH // 2] == pytest.approx(states.lower, abs=1e-5)
    assert np.abs(vectors[:, WIDTH // 2 :] - states.upper).max() > 0.05
    head = arrays["linear.0.0.weight"].astype(np.float32), arrays["linear.0.0.bias"].astype(np.float32)
    logits = (vectors - scale["mean"]) / scale["sd"] @ head[0].T + head[1]
    assert (logits.argmax(axis=1) == TARGETS.argmax(axis=1)).all()


def test_a_linear_start_begins_at_the_labels_shares() -> None:
    targets = np.array([[1.0], [0.0], [0.0], [0.0]])
    found = linear_start(np.zeros((4, 3), np.float32), targets, StartRecipe(1, 4, 1e-6, 0.0), 0, quiet)
    assert found["linear.0.0.bias"] == pytest.approx([np.log(1 / 3)], abs=1e-3)
    assert not found["linear.0.0.weight"].any()
