"""The shipped encoder: its laws, its agreement with torch, and the figures that its card states."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from emotion_strategies import emotions
from factories.fresh_python import loaded
from hypothesis import given

from conditioning.assets import asset
from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.encoder.network import EmotionEncoder
from conditioning.encoder.quick import QuickEncoder, shipped_encoder
from conditioning.encoder.weights import read_weights, shipped_weights, write_weights
from conditioning.errors import InputFileError
from conditioning.vocabulary import lexicon
from studio.training import encoder_measures


@pytest.fixture(scope="module")
def encoder() -> QuickEncoder:
    return shipped_encoder()


@pytest.fixture(scope="module")
def network(one_thread: None) -> EmotionEncoder:
    return EmotionEncoder.load(shipped_weights())


@given(emotion=emotions)
def test_half_the_intensity_is_half_the_embedding(encoder, emotion):
    whole = encoder.embedding(encoder.inputs.emotion(emotion))
    half = encoder.embedding(encoder.inputs.emotion(emotion.scaled(0.5)))
    assert np.allclose(2 * half, whole, atol=1e-5)


@given(emotion=emotions)
def test_torch_and_numpy_agree(encoder, network, emotion):
    rows = np.stack([encoder.inputs.emotion(emotion), encoder.inputs.point(emotion.felt)])
    with torch.no_grad():
        encoded = network(torch.from_numpy(rows))
    assert np.abs(encoded.embedding.numpy() - encoder.embedding(rows)).max() < 1e-5
    assert np.abs(encoded.tokens.numpy() - encoder.tokens(rows)).max() < 1e-5


def test_no_emotion_is_the_null_condition(encoder, network):
    nothing = encoder.inputs.emotion(Emotion.neutral())
    assert np.array_equal(encoder.embedding(nothing), encoder.null())
    assert not encoder.tokens(nothing).any()
    assert not network(torch.zeros(3, encoder.inputs.width)).embedding.any()


def test_one_row_is_encoded_as_among_many(encoder):
    rows = np.stack([encoder.inputs.label(label) for label in lexicon().labels])
    many, tokens = encoder.embedding(rows), encoder.tokens(rows)
    assert many.shape == (len(rows), 256)
    assert tokens.shape == (len(rows), 8, 256)
    assert np.allclose(many[5], encoder.embedding(rows[5]), atol=1e-5)
    assert np.allclose(tokens[5], encoder.tokens(rows[5]), atol=1e-5)


def test_a_point_overrules_the_place_of_the_name(encoder):
    joy, sad = Emotion.of("joy"), Emotion.of("sadness")
    joy_felt_sad = encoder.embedding(encoder.inputs.emotion(Emotion(joy.mixture, sad.vad)))
    to_sad = np.linalg.norm(joy_felt_sad - encoder.embedding(encoder.inputs.emotion(sad)))
    to_joy = np.linalg.norm(joy_felt_sad - encoder.embedding(encoder.inputs.emotion(joy)))
    assert to_sad < to_joy / 4


def test_two_names_at_one_place_stay_two(encoder):
    here = Emotion.of("envy").vad
    envy, fear = (
        encoder.embedding(encoder.inputs.emotion(Emotion({name: 1.0}, here))) for name in ("envy", "fear")
    )
    assert np.linalg.norm(envy - fear) > 0.1


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_each_axis_can_be_read_from_its_token(encoder, axis):
    fitted, fresh = encoder_measures.held_out_points(600)[:300], encoder_measures.held_out_points(600)[300:]
    told = [
        encoder.tokens(encoder_measures.point_rows(encoder.inputs, points))[:, axis]
        for points in (fitted, fresh)
    ]
    read, *_ = np.linalg.lstsq(told[0], fitted[:, axis], rcond=None)
    assert np.corrcoef(told[1] @ read, fresh[:, axis])[0, 1] > 0.99


def test_labels_meet_their_places(encoder):
    met, chance, _ = encoder_measures.labels_met(encoder)
    assert met >= 0.95
    assert chance < 0.1


def test_labels_meet_their_places_by_name_alone(encoder):
    met, _, count = encoder_measures.labels_met(encoder, by_name_only=True)
    assert count >= 81
    assert met >= 0.95


def test_the_order_of_distances_is_that_of_the_space(encoder):
    assert encoder_measures.order_kept(encoder) >= 0.9
    assert encoder_measures.order_kept(encoder, labels=False) >= 0.9


@pytest.mark.parametrize("name", [None, "joy", "fear"])
def test_every_axis_swept_is_read_by_a_matrix(encoder, name):
    whole, lowest = encoder_measures.sweeps_read(encoder, name=name)
    assert min(whole) >= 0.98
    assert lowest >= 0.98


def test_the_card_states_what_the_weights_do(encoder):
    card = json.loads(asset("encoder", "card.json").read_text(encoding="utf-8"))
    assert card["figures"]["order_kept"] == pytest.approx(encoder_measures.order_kept(encoder), abs=2e-3)
    assert card["accuracy"] == pytest.approx(encoder_measures.labels_met(encoder)[0], abs=0.02)
    assert card["parameters"] == sum(array.size for array in read_weights(shipped_weights())[1].values())
    assert card["parameters"] < 2_000_000


def test_every_lexicon_emotion_was_learned_by_name(encoder):
    assert set(encoder.inputs.names) == set(lexicon().names) - {"neutral"}


def test_conditioning_gives_the_trained_embedding(encoder):
    conditioning = Conditioning.of(Emotion.of({"joy": 1, "awe": 2}, 0.6))
    times = np.array([0.0, 2.0])
    expected = encoder.embedding(encoder.inputs.emotion(conditioning.timeline.at(0.0)))
    assert np.allclose(conditioning.embedding(times), expected, atol=1e-5)
    assert conditioning.tokens(times).shape == (2, 8, 256)
    assert not conditioning.null().tokens(times).any()


def test_the_quick_path_loads_no_torch():
    code = (
        "import numpy\nfrom conditioning.conditioning import Conditioning\n"
        "from conditioning.parsing import parse_emotion\n"
        "Conditioning.of(parse_emotion('joy')).embedding(numpy.zeros(1))"
    )
    assert loaded(code, ("torch",)) == []


def test_weights_come_back_as_they_were_written(tmp_path):
    names, arrays = read_weights(shipped_weights())
    write_weights(tmp_path / "again.safetensors", names, arrays)
    assert (tmp_path / "again.safetensors").read_bytes() == shipped_weights().read_bytes()


def test_a_file_that_is_no_encoder_is_refused(tmp_path):
    with pytest.raises(InputFileError, match="There is no"):
        QuickEncoder.load(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"not weights")
    with pytest.raises(InputFileError, match="not a safetensors file"):
        QuickEncoder.load(broken)
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(2, np.float32)}, broken)
    with pytest.raises(InputFileError, match="not an encoder"):
        EmotionEncoder.load(broken)
