from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.vad import VAD
from studio.training.corpora_speech import Clip
from studio.training.prosody import Heard, effects, pooled
from studio.training.prosody_measures import MEASURES
from studio.training.prosody_table import CLEAR, FEWEST, Effect, actors_table, expected, table_text, vad_rules

NUMBERS = dict.fromkeys((key for key, _ in MEASURES.values()), 1.0)


def effect(mean, sd=1.0, n=8):
    return Effect(mean=mean, error=sd / n**0.5, sd=sd, n=n, robust=mean, sex=0.4, corpora={"ravdess": mean})


class TestPooling:
    @given(st.floats(-20, 20), st.floats(0.1, 5))
    def test_corpora_that_agree_give_their_mean(self, mean, spread):
        groups = {name: [mean - spread, mean + spread] for name in "abc"}
        found, error, sd = pooled(groups)
        assert found == pytest.approx(mean, abs=1e-9)
        assert sd == pytest.approx(spread * 2**0.5, rel=1e-6)
        assert error < sd

    def test_corpora_that_contradict_each_other_spread_and_weigh_alike(self):
        large, small = [10.0, 10.2, 9.8, 10.1] * 5, [-2.0, -1.8]
        found, error, sd = pooled({"large": large, "small": small})
        assert 3 < found < 5  # not 9, which the count of actors would give
        assert sd > 6
        assert error > 4

    def test_one_corpus_is_averaged(self):
        found, error, sd = pooled({"one": [1.0, 3.0]})
        assert found == pytest.approx(2.0)
        assert error == pytest.approx(sd / 2**0.5)


class TestEffects:
    def heard(self, speaker, sex, emotion, shift, text="a"):
        clip = Clip(Path("x"), "ravdess", f"ravdess_{speaker}", sex, text, emotion, True, "train")
        return Heard(clip, {**NUMBERS, "pitch_mean": shift, "seconds": 2.0 if emotion == "joy" else 1.0})

    def test_an_actor_is_compared_with_the_own_neutral_voice(self):
        people = [("01", "female", 20.0, 6.0), ("02", "male", 5.0, 4.0)]
        clips = [self.heard(s, sex, "neutral", base) for s, sex, base, _ in people]
        clips += [self.heard(s, sex, "joy", base + shift) for s, sex, base, shift in people]
        joy = effects(clips)["joy"]
        assert joy["f0_mean"].mean == pytest.approx(5.0)
        assert joy["f0_mean"].n == 2
        assert joy["f0_mean"].sex == pytest.approx(2.0)
        assert joy["rate"].mean == pytest.approx(-50.0)  # twice as long is half as fast

    def test_the_same_text_is_the_reference_where_it_was_said(self):
        clips = [self.heard("01", "female", "neutral", base, text) for base, text in ((0.0, "a"), (8.0, "b"))]
        clips += [self.heard("01", "female", "joy", 9.0, "b"), self.heard("02", "male", "neutral", 0.0)]
        clips += [self.heard("02", "male", "joy", 1.0)]
        assert effects(clips)["joy"]["f0_mean"].mean == pytest.approx(1.0)


class TestTable:
    def test_text_is_read_back(self):
        table = {"joy": {"f0_mean": effect(5.0), "level": effect(-3.0)}, "fear": {"f0_mean": effect(8.0)}}
        table = {label: {m: row.get(m, effect(0.1)) for m in MEASURES} for label, row in table.items()}
        read = tomllib.loads(table_text(table))
        assert read["effect"]["joy"]["f0_mean"]["mean"] == 5.0
        assert read["effect"]["fear"]["f0_mean"]["d"] == 8.0
        assert set(read["vad"]) == set(MEASURES)

    def test_few_actors_and_small_effects_are_not_clear(self):
        assert effect(1.0).clear
        assert not effect(CLEAR * 0.9).clear
        assert not effect(3.0, n=FEWEST - 1).clear

    def test_what_every_corpus_shows_is_in_the_shipped_table(self):
        table = actors_table()
        assert table["anger"]["level"].mean > table["joy"]["level"].mean > table["calm"]["level"].mean
        assert (
            table["surprise"]["f0_range"].mean
            > table["joy"]["f0_range"].mean
            > table["fear"]["f0_range"].mean
        )
        assert table["anger"]["alpha"].d > CLEAR
        assert table["anger"]["hnr"].mean < 0 < table["fear"]["hnr"].mean
        assert table["disgust"]["rate"].mean < table["sadness"]["rate"].mean < 0
        assert all(cell.n <= 8 for row in table.values() for cell in row.values())


class TestExpected:
    def test_intensity_and_mixture_are_linear(self):
        joy, fear = expected(Emotion.of("joy")), expected(Emotion.of("fear"))
        both = expected(Emotion.of({"joy": 0.5, "fear": 0.5}))
        for measure in MEASURES:
            assert both[measure] == pytest.approx((joy[measure] + fear[measure]) / 2, abs=1e-9)
        assert expected(Emotion.of("joy", 0.5))["f0_mean"] == pytest.approx(joy["f0_mean"] / 2)

    def test_neutral_expects_nothing(self):
        assert set(expected(Emotion.neutral()).values()) == {0.0}

    def test_women_and_men_lie_about_the_mean(self):
        women, men = expected(Emotion.of("joy"), "female"), expected(Emotion.of("joy"), "male")
        for measure in MEASURES:
            assert (women[measure] + men[measure]) / 2 == pytest.approx(
                expected(Emotion.of("joy"))[measure], abs=1e-9
            )

    def test_a_point_without_a_label_follows_the_plane(self):
        rule = vad_rules(actors_table())["alpha"]
        found = expected(Emotion.at(VAD(0.2, 0.8, 0.4)))["alpha"]
        assert np.isfinite(found)
        assert rule[1] > 0  # an aroused voice is brighter
