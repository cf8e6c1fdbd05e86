from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import speech_sounds as sounds
from factories.fresh_python import loaded

from conditioning.assets import asset
from conditioning.vocabulary import lexicon
from studio.judges.base import Judge
from studio.judges.log_mel import active_frames, levelled, log_mel
from studio.judges.media import Waveform, cut, mono, windows
from studio.judges.scoring.speech import SpeechJudge

RATE = 24_000
CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = SpeechJudge()


def test_a_reading_is_a_distribution_over_lexicon_names_with_a_point() -> None:
    reading = JUDGE.read(sounds.voice())
    assert tuple(reading.probabilities) == JUDGE.card.labels
    assert set(reading.probabilities) <= set(lexicon().names)
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert min(reading.probabilities.values()) >= 0
    assert reading.confidence == max(reading.probabilities.values())
    assert reading.vad is not None
    assert reading.vad_sd == tuple(json.loads(asset("judges", "speech", "card.json").read_text())["vad_sd"])


@pytest.mark.parametrize(
    "sound",
    [
        Waveform(np.zeros(0, np.float32), RATE),
        Waveform(np.zeros(2 * RATE, np.float32), RATE),
        Waveform(np.full(RATE, np.nan, np.float32), RATE),
        Waveform(np.random.default_rng(0).normal(size=RATE // 4).astype(np.float32) * 0.1, RATE),
    ],
)
def test_what_holds_too_little_sound_has_no_reading(sound: Waveform) -> None:
    assert JUDGE.read(sound).top == "no reading"
    assert JUDGE.read(sound).probabilities == {}


@pytest.mark.parametrize(
    "sound",
    [
        sounds.white(),
        sounds.pink(),
        sounds.hum(50.0),
        sounds.hum(60.0),
        sounds.tune(),
        sounds.buzz(),
        sounds.white(seed=1),
        sounds.pink(seed=1),
    ],
    ids=["white", "pink", "hum of 50 Hz", "hum of 60 Hz", "tune", "buzz", "white again", "pink again"],
)
def test_what_is_no_speech_has_no_reading(sound: Waveform) -> None:
    assert JUDGE.read(sound).top == "no reading"


def test_speech_turned_round_has_no_reading() -> None:
    for text in ("Good morning, my name is Anna and I live near the sea.", "The bus to town leaves at nine."):
        assert JUDGE.read(sounds.voice(text)).probabilities
        assert JUDGE.read(sounds.backwards(sounds.voice(text))).top == "no reading"


def test_the_parts_of_a_sound_that_are_no_speech_do_not_count() -> None:
    speech = mono(sounds.voice(), sounds.RATE)[: 5 * sounds.RATE]
    first = np.pad(speech, (0, 5 * sounds.RATE - len(speech)))
    whole = np.concatenate([first, sounds.white(5.0).samples])
    assert JUDGE.read(Waveform(whole, sounds.RATE)) == JUDGE.read(Waveform(first, sounds.RATE))


def test_the_same_sound_is_read_the_same() -> None:
    assert JUDGE.read(sounds.voice()) == SpeechJudge().read(sounds.voice())


def test_a_reading_alone_does_not_hang_on_loudness_or_channels() -> None:
    voice = sounds.voice()
    plain, soft = JUDGE.read(voice), JUDGE.read(sounds.louder(voice, 0.1))
    stereo = JUDGE.read(Waveform(np.stack([voice.samples] * 2, axis=1), voice.sample_rate))
    for name, share in plain.probabilities.items():
        assert soft.probabilities[name] == pytest.approx(share, abs=0.03)
        assert stereo.probabilities[name] == pytest.approx(share, abs=0.01)


def test_beside_a_reference_level_counts() -> None:
    neutral = sounds.louder(sounds.voice(), 0.3)
    same, louder = JUDGE.read(neutral, neutral), JUDGE.read(sounds.louder(neutral, 4.0), neutral)
    assert same.vad is not None
    assert louder.vad is not None
    assert louder.vad.arousal > same.vad.arousal


def test_a_voice_beside_itself_is_neutral_first() -> None:
    sound = sounds.voice()
    beside = JUDGE.read(sound, reference=sound)
    assert max(beside.probabilities, key=lambda name: beside.probabilities[name]) == "neutral"


def test_a_reference_without_speech_is_as_none() -> None:
    silence = Waveform(np.zeros(RATE, np.float32), RATE)
    for reference in (silence, sounds.white()):
        assert JUDGE.read(sounds.voice(), reference) == JUDGE.read(sounds.voice())


def test_readings_over_time_cover_the_sound() -> None:
    sound = Waveform(np.tile(mono(sounds.voice(), RATE), 2), RATE)
    duration = len(sound.samples) / RATE
    timed = JUDGE.read_over_time(sound)
    assert timed[0].start == 0
    assert timed[-1].end == pytest.approx(duration)
    assert all(a.start < b.start <= a.end for a, b in pairwise(timed))
    assert all(set(t.reading.probabilities) in (set(), set(JUDGE.card.labels)) for t in timed)
    assert any(t.reading.probabilities for t in timed)
    assert JUDGE.read_over_time(Waveform(np.zeros(0, np.float32), RATE)) == []


def test_a_stretch_is_read_as_if_it_were_cut_out() -> None:
    sound = sounds.voice()
    stretch = JUDGE.read_stretch(sound, 0.5, 2.5)
    assert (stretch.start, stretch.end) == (0.5, 2.5)
    assert stretch.reading == JUDGE.read(cut(sound, 0.5, 2.5))


@pytest.mark.parametrize(("duration", "count"), [(0.0, 0), (1.0, 1), (2.5, 1), (3.5, 2), (3.6, 3)])
def test_windows_cover_a_duration(duration: float, count: int) -> None:
    found = windows(duration, 2.5, 1.0)
    assert len(found) == count
    assert not found or (found[0][0] == 0 and found[-1][1] == pytest.approx(duration))


def test_importing_the_judge_loads_nothing_heavy() -> None:
    code = "import studio.judges.scoring.speech as s; s.SpeechJudge()"
    assert loaded(code, ("torch", "scipy", "onnxruntime", "pyworld", "safetensors")) == []


def test_it_is_a_judge() -> None:
    judge: Judge = SpeechJudge()
    assert judge.card.accuracy > 4 * judge.card.chance
    assert JUDGE.card_beside.accuracy > 4 * judge.card.chance
    assert sorted(judge.card.recall) == sorted(judge.card.labels)


def test_the_bands_are_those_of_whisper() -> None:
    extractor = pytest.importorskip("faster_whisper.feature_extractor")
    wave = mono(sounds.voice(), 16_000)
    wave = wave[: len(wave) // 320 * 320]
    theirs = extractor.FeatureExtractor()(wave, padding=0).T
    ours = log_mel(wave)
    assert len(ours) == len(wave) // 160
    assert ours == pytest.approx(theirs[: len(ours)], abs=1e-4)


def test_silent_frames_are_told_from_loud_ones() -> None:
    speech = mono(sounds.voice(), 16_000)[:32_000]
    kept = active_frames(log_mel(levelled(np.r_[np.zeros(16_000, np.float32), speech])))
    assert kept[:45].mean() < 0.05
    assert kept[50:].mean() > 0.5


def read_held_out(beside: bool) -> dict[str, float]:
    """Balanced accuracy by corpus of some clips of the test speakers of the two larger corpora."""
    from studio.training.corpora_speech import LABELS, clips, load_clip

    held = [c for c in clips(CORPORA / "speech") if c.split == "test" and c.emotion in LABELS]
    neutral = {c.speaker: c for c in held if c.emotion == "neutral"}
    found = {}
    for corpus, every in (("ravdess", 2), ("nemo", 9)):
        asked = [c for c in held if c.corpus == corpus and c != neutral[c.speaker]][::every]
        right: dict[str, list[bool]] = {}
        for clip in asked:
            reading = JUDGE.read(load_clip(clip), load_clip(neutral[clip.speaker]) if beside else None)
            likeliest = max(reading.probabilities, key=reading.probabilities.get, default="")
            right.setdefault(clip.emotion, []).append(likeliest == clip.emotion)
        found[corpus] = float(np.mean([np.mean(hits) for hits in right.values()]))
    return found


@pytest.mark.corpora
@pytest.mark.skipif(not (CORPORA / "speech").exists(), reason="the speech corpora are not in ../shared/data")
@pytest.mark.parametrize("beside", [False, True])
def test_the_card_tells_what_held_out_people_give(beside: bool) -> None:
    place = ("judges", "speech", "beside", "card.json") if beside else ("judges", "speech", "card.json")
    claimed = json.loads(asset(*place).read_text(encoding="utf-8"))["by_corpus"]
    for corpus, measured in read_held_out(beside).items():
        assert measured == pytest.approx(claimed[corpus][0], abs=0.2)  # three standard errors of 60 clips
