from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import speech_sounds as sounds

from conditioning.assets import asset
from studio.judges.acoustics import measure_tracks
from studio.judges.base import Judge
from studio.judges.eight_bit import unpack
from studio.judges.functionals import functionals
from studio.judges.media import Waveform, mono
from studio.judges.scoring.speech import SpeechJudge
from studio.judges.tuning.speech import TuningSpeechJudge
from studio.judges.voice import SAMPLE_RATE, network_inputs
from studio.judges.weights import load_weights

JUDGE = TuningSpeechJudge()
MEGABYTE = 1_000_000
SPOKEN = sounds.voice("The bus to town leaves at nine.")


def test_it_reads_a_voice() -> None:
    judge: Judge = JUDGE
    reading = JUDGE.read(SPOKEN)
    assert tuple(reading.probabilities) == judge.card.labels == SpeechJudge().card.labels
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading == TuningSpeechJudge().read(SPOKEN)
    assert judge.card.accuracy > 2 * judge.card.chance


@pytest.mark.parametrize(
    "sound",
    [
        Waveform(np.zeros(32_000, np.float32), 16_000),
        sounds.white(),
        sounds.pink(),
        sounds.hum(),
        sounds.tune(),
    ],
    ids=["silence", "white", "pink", "hum", "tune"],
)
def test_what_is_no_speech_has_no_reading(sound: Waveform) -> None:
    assert JUDGE.read(sound).top == "no reading"


def test_level_counts_beside_a_reference_alone() -> None:
    soft, loud = sounds.louder(SPOKEN, 0.3), SPOKEN
    alone, louder = (JUDGE.read(sound).probabilities for sound in (soft, loud))
    assert alone == pytest.approx(louder, abs=0.05)
    measures = [JUDGE.describe(mono(sound, SAMPLE_RATE))[None] for sound in (soft, loud)]
    weights = unpack(load_weights(JUDGE.place))
    own, change = np.split(network_inputs(weights, measures[1], measures[0])[0], 2)
    assert own[JUDGE.level_column] == 0
    assert change[JUDGE.level_column] == np.abs(change).max() > 1


def test_the_level_stands_where_the_judge_looks_for_it() -> None:
    names = list(functionals(measure_tracks(mono(SPOKEN, 16_000))))
    assert names[TuningSpeechJudge.level_column] == "level_mean"


def test_measures_follow_the_voice() -> None:
    low, high = (functionals(measure_tracks(mono(sounds.buzz(hertz=h), 16_000))) for h in (110.0, 220.0))
    assert high["pitch_mean"] - low["pitch_mean"] == pytest.approx(12, abs=0.5)
    assert low["syllable_rate"] == pytest.approx(2.2, rel=0.25)
    assert list(low) == list(high)


def test_measures_do_not_hang_on_loudness_but_for_one() -> None:
    soft, loud = (functionals(measure_tracks(mono(sounds.buzz(gain=g), 16_000))) for g in (0.02, 0.2))
    assert loud["level_mean"] - soft["level_mean"] == pytest.approx(20, abs=0.1)
    moved = [name for name in soft if abs(soft[name] - loud[name]) > 0.02 * (1 + abs(soft[name]))]
    assert moved == ["level_mean"]


def test_both_judges_of_voices_are_small() -> None:
    folders: list[Path] = [asset("judges", "speech"), asset("judges", "tuning", "speech")]
    size = sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())
    assert size < 10 * MEGABYTE
