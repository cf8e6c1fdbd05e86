from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import speech_sounds as sounds

from conditioning.assets import asset_table
from studio.judges.eight_bit import unpack
from studio.judges.media import mono
from studio.judges.tuning.speech import TuningSpeechJudge
from studio.judges.voice import network_inputs, speech_inputs, speech_share
from studio.training.corpora_speech import LABELS, Clip, family_of
from studio.training.judge_speech import Plan, cross_validated, networks
from studio.training.judge_speech_figures import axis_agreement, point_error
from studio.training.judge_speech_voices import Voices, _references, scales
from studio.training.sound_changes import NO_SPEECH, changed, no_speech

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
SHARES = {"speed": 1.0, "timbre": 1.0, "room": 1.0, "noise": 1.0, "codec": 1.0}
SPOKEN = mono(sounds.voice(), 16_000)[:32_000]
RECIPE = asset_table("judges", "tuning", "speech", "training.toml")


def quiet(done: float, total: float, what: str) -> None: ...


def people(count: int = 8, clips: int = 24, measures: int = 20) -> Voices:
    """Drawn measures in which each label and each person has a place of its own."""
    draw = np.random.default_rng(0)
    places, persons = 2 * draw.normal(size=(len(LABELS), measures)), draw.normal(size=(count, measures))
    labels = np.tile(np.arange(len(LABELS)), count * clips // len(LABELS))
    who = np.repeat(np.arange(count), clips)
    voices = places[labels] + persons[who] + draw.normal(size=(len(labels), measures))
    listed = [
        Clip(Path(), "emodb", f"person_{p}", "female", "", LABELS[k], False, "train")
        for p, k in zip(who, labels, strict=True)
    ]
    others = draw.normal(size=(60, measures)) - 6
    return Voices(
        clips=listed,
        labels=labels,
        measures=np.stack([voices, voices + 0.1]).astype(np.float32),
        references=(persons[who] + places[0])[None].astype(np.float32),
        others=others.astype(np.float32),
        kinds=np.array(["noise"] * 60),
        sources=np.arange(60) * 3,
    )


def plan() -> Plan:
    gentle = {"learning_rate": 1e-2, "dropout": 0.1, "input_dropout": 0.0}
    small = {
        **RECIPE,
        "components": 10,
        "folds": 2,
        "network": {**RECIPE["network"], "members": 1, "epochs": 15, "batch": 32, **gentle},
        "speech": {**RECIPE["speech"], "hidden": 16},
    }
    return Plan("speech", "scoring", TuningSpeechJudge(), small, "")


def test_every_change_keeps_a_voice_a_sound_and_follows_the_seed() -> None:
    for seed in range(6):
        first, again = (changed(SPOKEN, SHARES, np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(first, again)
        assert np.isfinite(first).all()
        assert 0.8 < len(first) / len(SPOKEN) < 1.2
        assert not np.array_equal(first[:1000], SPOKEN[:1000])


def test_no_change_is_made_where_none_is_wanted() -> None:
    kept = changed(SPOKEN, dict.fromkeys(SHARES, 0.0), np.random.default_rng(0))
    assert np.array_equal(kept, SPOKEN)


@pytest.mark.parametrize("kind", NO_SPEECH)
def test_sounds_that_are_no_speech_last_a_second_and_follow_the_seed(kind: str) -> None:
    first, again = (no_speech(SPOKEN[:4000], kind, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again)
    assert len(first) >= 16_000
    assert np.isfinite(first).all()
    assert first.std() > 0


def test_networks_learn_labels_and_speech_and_repeat_bit_by_bit() -> None:
    voices = people()
    rows = np.arange(len(voices.clips))
    packed = networks(voices, rows, plan(), quiet)
    assert all(np.array_equal(packed[k], v) for k, v in networks(voices, rows, plan(), quiet).items())
    weights = unpack(packed)
    assert network_inputs(weights, voices.measures[0]).shape == (len(rows), 11)  # and the level
    assert (speech_share(weights, voices.measures[0]) > 0.5).mean() > 0.95
    assert (speech_share(weights, voices.others) < 0.5).mean() > 0.95


def test_cross_validation_never_hears_the_speaker_it_judges() -> None:
    voices = people()
    rows = np.arange(len(voices.clips))
    honest = cross_validated(voices, rows, plan(), quiet)
    assert all((logits.argmax(axis=1) == voices.labels).mean() > 0.5 for logits in honest.logits.values())
    draw = np.random.default_rng(
        1
    )  # each person shows each label in a way of their own: only hearing them would help
    own = np.concatenate([draw.permutation(len(LABELS))[part] for part in np.split(voices.labels, 8)])
    guessed = cross_validated(replace(voices, labels=own), rows, plan(), quiet).logits["alone"]
    assert (guessed.argmax(axis=1) == own).mean() < 0.3


def test_axes_agree_fully_where_the_labels_do() -> None:
    labels = np.arange(len(LABELS))
    assert all(value == pytest.approx(1) for value in axis_agreement(np.eye(len(LABELS)), labels).values())
    assert point_error(np.eye(len(LABELS)), labels) == pytest.approx((0, 0, 0))
    even = np.full((len(LABELS), len(LABELS)), 1 / len(LABELS))
    assert all(abs(value) < 0.01 for value in axis_agreement(even, labels).values())


@pytest.mark.corpora
@pytest.mark.skipif(not (CORPORA / "speech").exists(), reason="the speech corpora are not in ../shared/data")
def test_no_speaker_is_in_two_families() -> None:
    from studio.training.corpora_speech import clips

    listed = clips(CORPORA / "speech")
    pairs = {(clip.speaker, family_of(clip)) for clip in listed}
    assert len(pairs) == len({speaker for speaker, _ in pairs})
    tuning = [clip for clip in listed if family_of(clip) == "tuning"]
    sexes = Counter(sex for _, sex in {(clip.speaker, clip.sex) for clip in tuning})
    assert sexes["female"] == sexes["male"]
    assert {clip.corpus for clip in tuning} == {"ravdess", "nemo", "emodb"}
    held = {"ravdess_21", "ravdess_22", "nemo_EB0", "emodb_15", "emodb_16"}
    assert {clip.speaker for clip in listed if family_of(clip) == "test"} == held


def test_beside_a_reference_a_judge_of_differences_hears_nothing_else() -> None:
    draw = np.random.default_rng(3)
    weights = {"mean": np.zeros(6), "sd": np.ones(6), "within": np.full(6, 2.0), "absolute": np.ones(6)}
    voices, references, other = draw.normal(size=(3, 4, 6))
    both = network_inputs(weights, voices, references)
    apart = network_inputs({**weights, "difference": np.ones(1)}, voices, references)
    assert both.shape == (4, 12)
    assert apart.shape == (4, 6)
    assert np.array_equal(apart, both[:, 6:])
    moved = network_inputs({**weights, "difference": np.ones(1)}, voices + other, references + other)
    assert moved == pytest.approx(apart, abs=1e-5)


def test_measures_passed_over_count_for_speech_and_not_for_the_emotion() -> None:
    voices = people()
    found = unpack(scales(voices, np.arange(len(voices.labels)), np.ones(20), 8, (slice(5, 10),)))
    assert np.all(found["basis"][5:10] == 0)
    assert np.any(found["basis"][:5] != 0)
    assert np.any(found["speech_basis"][5:10] != 0)
    changed_there = voices.measures[0].copy()
    changed_there[:, 5:10] += 3
    assert np.array_equal(network_inputs(found, changed_there), network_inputs(found, voices.measures[0]))
    assert not np.allclose(speech_inputs(found, changed_there), speech_inputs(found, voices.measures[0]))


def test_the_first_reference_is_the_mean_of_as_many_neutral_clips_as_the_recipe_says() -> None:
    voices = people(count=1, clips=48)
    recipe = {"seed": 1, "reference": {"drawings": 2, "most": 2, "first": 99}}
    found = _references(voices.clips, voices.measures[0], recipe)
    neutral = np.flatnonzero(voices.labels == 0)
    row = int(neutral[0])
    assert found[0, row] == pytest.approx(voices.measures[0, neutral[1:]].mean(axis=0), abs=1e-5)
