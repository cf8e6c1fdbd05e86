from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from conditioning.vocabulary import lexicon
from generators.base import Aspect
from generators.hub.directions import Encoded, Shift, TextDirections, steered_encoder, steered_states
from generators.steering import (
    adjective,
    fader_aspect,
    felt_aspects,
    is_constant,
    mean_emotion,
    nearest_labels,
    phrasing,
    prompt_words,
)

FELT = tuple(name for name in lexicon().names if name != "neutral")


class Letters:
    """A stand-in for a text encoder: the state of a letter is its one-hot code, short sentences are padded."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, sentences: Sequence[str]) -> Any:
        import torch

        self.calls += 1
        longest = max(len(s) for s in sentences)
        states = torch.full((len(sentences), longest, 128), 99.0)  # what padding holds must not matter
        mask = torch.zeros(len(sentences), longest, dtype=torch.long)
        for row, sentence in enumerate(sentences):
            codes = torch.tensor([ord(letter) % 128 for letter in sentence])
            states[row, : len(sentence)] = torch.nn.functional.one_hot(codes, 128).float()
            mask[row, : len(sentence)] = 1
        return Encoded(states, mask)


@pytest.mark.parametrize("medium", ["music", "video"])
def test_sentence_pairs_differ_in_the_word_alone(medium: str) -> None:
    rule = phrasing(medium)
    assert len(rule.felt) == len(rule.neutral) >= 4
    assert all(sentence.count("{word}") == 1 for sentence in rule.felt)
    assert not any("{" in sentence for sentence in rule.neutral)


@pytest.mark.parametrize("label", FELT)
def test_every_emotion_has_a_word_in_the_prompt(label: str) -> None:
    prompt = prompt_words("a song", Emotion.of(label), "music")
    assert adjective(label) in prompt
    assert prompt.startswith("a song, very ")


def test_what_is_hardly_felt_leaves_the_prompt_alone() -> None:
    assert prompt_words("a song", Emotion.neutral(), "music") == "a song"
    assert prompt_words("a song", Emotion.of("joy", 0.05), "music") == "a song"
    assert prompt_words("  ", Emotion.neutral(), "video") == phrasing("video").plain


def test_degree_grows_with_intensity() -> None:
    prompts = [prompt_words("a song", Emotion.of("joy", i), "music") for i in (0.2, 0.6, 1.0)]
    assert "slightly joyful" in prompts[0]
    assert "song, joyful" in prompts[1]
    assert "very joyful" in prompts[2]


def test_traits_follow_the_felt_axes() -> None:
    sad, angry = (prompt_words("a song", Emotion.of(name), "music") for name in ("sadness", "anger"))
    assert "minor" in sad
    assert "slow" in sad
    assert "minor" in angry
    assert "fast" in angry


def test_a_mixture_names_its_parts_by_weight() -> None:
    assert "fearful and joyful" in prompt_words("x", Emotion.of({"joy": 0.4, "fear": 0.6}), "music")


def test_nothing_felt_is_no_direction_and_asks_the_encoder_nothing() -> None:
    encode = Letters()
    directions = TextDirections(encode, phrasing("music"))
    assert directions.of(Emotion.neutral()) is None
    assert directions.of(Emotion.of("anger").scaled(0)) is None
    assert encode.calls == 0


def test_a_direction_is_the_difference_of_masked_means() -> None:
    import torch

    rule = phrasing("music")
    direction = TextDirections(Letters(), rule).of(Emotion.of("joy"))
    assert direction is not None

    def mean(sentences: list[str]) -> torch.Tensor:
        counts = torch.zeros(128)
        for sentence in sentences:
            for letter in sentence:
                counts[ord(letter)] += 1 / (len(sentence) * len(sentences))
        return counts

    expected = mean([s.format(word="joyful") for s in rule.felt]) - mean(list(rule.neutral))
    torch.testing.assert_close(direction.rows, expected * rule.strength)


@settings(deadline=None)  # the first call imports torch
@given(st.sampled_from(FELT), st.sampled_from(FELT), st.floats(0.05, 0.95), st.floats(0.05, 1.0))
def test_directions_are_linear_in_weight_and_intensity(
    one: str, other: str, weight: float, intensity: float
) -> None:
    import torch

    directions = TextDirections(Letters(), phrasing("music"))
    mixed = directions.of(Emotion.of({one: weight, other: 1 - weight} if one != other else one, intensity))
    parts = [directions.of(Emotion.of(name)) for name in (one, other)]
    assert mixed is not None
    assert parts[0] is not None
    assert parts[1] is not None
    torch.testing.assert_close(
        mixed.rows, intensity * (weight * parts[0].rows + (1 - weight) * parts[1].rows), atol=1e-5, rtol=1e-3
    )


def test_an_emotion_is_encoded_once() -> None:
    encode = Letters()
    directions = TextDirections(encode, phrasing("music"))
    directions.of(Emotion.of("joy", 0.3))
    directions.of(Emotion.of("joy", 0.9))
    assert encode.calls == 2  # the neutral sentences and the joyful ones


def test_padding_is_not_steered() -> None:
    import torch

    states, mask = torch.zeros(1, 3, 2), torch.tensor([[1, 1, 0]])
    moved = steered_states(states, mask, torch.tensor([1.0, 2.0]))
    assert moved.tolist() == [[[1, 2], [1, 2], [0, 0]]]
    assert steered_states(states, None, torch.ones(2)).min() == 1


def test_an_encoder_is_steered_only_inside_the_context(tiny_musicgen: Path) -> None:
    import torch
    from transformers import MusicgenForConditionalGeneration

    encoder = MusicgenForConditionalGeneration.from_pretrained(
        tiny_musicgen, local_files_only=True
    ).text_encoder
    inputs = {"input_ids": torch.tensor([[5, 6, 0]]), "attention_mask": torch.tensor([[1, 1, 0]])}
    direction = torch.arange(32.0)
    with torch.no_grad():
        bare = encoder(**inputs).last_hidden_state
        with steered_encoder(encoder, Shift(direction)):
            moved = encoder(**inputs).last_hidden_state
        with steered_encoder(encoder, None):
            unmoved = encoder(**inputs).last_hidden_state
        after = encoder(**inputs).last_hidden_state
    assert torch.equal(bare, unmoved)
    assert torch.equal(bare, after)
    torch.testing.assert_close(moved[:, :2] - bare[:, :2], direction.expand(1, 2, 32), atol=1e-4, rtol=1e-4)
    assert torch.equal(moved[:, 2], bare[:, 2])


def test_a_hook_is_removed_when_the_call_fails() -> None:
    import torch

    module = torch.nn.Identity()
    with pytest.raises(ZeroDivisionError), steered_encoder(module, Shift(torch.zeros(1))):
        raise ZeroDivisionError
    assert not module._forward_hooks


def test_a_stretch_has_the_mean_of_what_is_felt_in_it() -> None:
    joy = Emotion.of("joy")
    line = Timeline.of([(0, joy), (1, joy), (2, Emotion.neutral()), (4, Emotion.neutral())])
    assert mean_emotion(line, 0, 1) == joy
    assert mean_emotion(line, 3, 4) == Emotion.neutral()
    assert mean_emotion(line, 1, 2).intensity == pytest.approx(0.5)
    assert mean_emotion(line, 0, 4).intensity == pytest.approx(1.5 / 4, abs=0.05)


def test_constancy_is_seen_between_and_at_the_borders() -> None:
    joy, fear = Emotion.of("joy"), Emotion.of("fear")
    line = Timeline.of([(0, joy), (1, joy), (1.2, fear), (1.4, joy), (3, joy)])
    assert is_constant(line, 0, 1)
    assert not is_constant(line, 0.5, 2)
    assert is_constant(line, 1.5, 9)
    assert is_constant(line, 1.5, 1.7)
    jump = Timeline.of([(0, joy), (1, joy), (1, fear), (2, fear)])
    assert is_constant(jump, 0, 1)
    assert is_constant(jump, 1, 2)
    assert not is_constant(jump, 0, 1.1)
    assert is_constant(Timeline.of([(0, Emotion.neutral()), (1, Emotion.of("fear", 0.0))]), 0, 1)


def test_an_emotion_without_its_own_direction_leans_on_its_neighbours() -> None:
    assert nearest_labels("anger", ("anger", "joy")) == {"anger": 1.0}
    shares = nearest_labels("rage", ("anger", "joy", "sadness"))
    assert shares["anger"] == max(shares.values()) > 0.9
    assert sum(shares.values()) <= 1 + 1e-9
    assert nearest_labels("neutral", ("anger",)) == {}
    assert nearest_labels("joy", ()) == {}


def test_nothing_felt_is_honoured_and_steering_is_approximated() -> None:
    over_time = Aspect("timeline", "honoured")
    assert {a.status for a in felt_aspects([Emotion.neutral()], "words", over_time)} == {"honoured"}
    steered = felt_aspects([Emotion.of({"joy": 1, "fear": 1})], "words", over_time)
    assert {a.name: a.status for a in steered} == {
        "emotion": "approximated",
        "intensity": "approximated",
        "mixture": "approximated",
        "timeline": "honoured",
    }
    assert all(a.why for a in steered if a.status != "honoured")


def test_adjustments_of_other_media_are_passed_over() -> None:
    assert fader_aspect([Adjustment("visual.chroma", 1.0)], "music") == ()
    assert (
        fader_aspect([Adjustment("music.tempo_bpm", 90.0)], "music", ("tempo_bpm",))[0].status == "honoured"
    )
    ignored = fader_aspect(
        [Adjustment("music.tempo_bpm", 90.0), Adjustment("music.mode", 1.0)], "music", ("tempo_bpm",)
    )
    assert ignored[0].status == "ignored"
    assert "music.mode" in ignored[0].why
    assert "music.tempo_bpm" not in ignored[0].why
