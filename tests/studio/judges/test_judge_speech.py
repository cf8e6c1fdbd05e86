from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter

from conditioning.assets import asset
from conditioning.vocabulary import lexicon
from studio.judges.acoustics import measure_tracks
from studio.judges.base import Judge
from studio.judges.functionals import functionals
from studio.judges.media import Waveform, cut, mono, windows
from studio.judges.scoring.speech import SpeechJudge, describe_voice

RATE = 24_000
CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = SpeechJudge()


def utterance(seconds: float = 2.4, hertz: float = 130.0, gain: float = 0.1, seed: int = 0) -> Waveform:
    """Syllables of a buzz with a falling pitch: nobody's voice, but voiced and rhythmic as speech is."""
    times = np.arange(round(seconds * RATE)) / RATE
    pitch = hertz * 2 ** (0.15 * np.sin(2 * np.pi * 1.3 * times) - 0.1 * times)
    pulses = np.diff(np.floor(np.cumsum(pitch / RATE)), prepend=0.0)
    wave = lfilter([1, -1], np.polymul([1, -0.95], [1, -0.99]), pulses)
    wave += 0.01 * np.random.default_rng(seed).normal(size=len(wave))
    wave *= 0.02 + np.maximum(0, np.sin(2 * np.pi * 2.2 * times)) ** 0.5
    return Waveform((gain * wave / np.sqrt(np.mean(wave**2))).astype(np.float32), RATE)


def test_a_reading_is_a_distribution_over_lexicon_names_with_a_point() -> None:
    reading = JUDGE.read(utterance())
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
        utterance(0.2),
        Waveform(np.random.default_rng(0).normal(size=RATE // 4).astype(np.float32) * 0.1, RATE),
    ],
)
def test_what_holds_too_little_speech_has_no_reading(sound: Waveform) -> None:
    assert JUDGE.read(sound).top == "no reading"
    assert JUDGE.read(sound).probabilities == {}


def test_the_same_sound_is_read_the_same() -> None:
    assert JUDGE.read(utterance()) == SpeechJudge().read(utterance())


def test_a_reading_alone_does_not_hang_on_loudness_or_channels() -> None:
    soft, loud = JUDGE.read(utterance(gain=0.01)), JUDGE.read(utterance(gain=0.2))
    stereo = JUDGE.read(Waveform(np.stack([utterance().samples] * 2, axis=1), RATE))
    for name, share in loud.probabilities.items():
        assert soft.probabilities[name] == pytest.approx(share, abs=0.03)
        assert stereo.probabilities[name] == pytest.approx(
            JUDGE.read(utterance()).probabilities[name], abs=0.01
        )


def test_beside_a_reference_level_counts() -> None:
    neutral = utterance(gain=0.05)
    same, louder = JUDGE.read(utterance(gain=0.05), neutral), JUDGE.read(utterance(gain=0.3), neutral)
    assert same.vad is not None
    assert louder.vad is not None
    assert louder.vad.arousal > same.vad.arousal


def test_a_voice_beside_itself_is_neutral_first() -> None:
    sound = utterance()
    assert JUDGE.read(sound, reference=sound).probabilities["neutral"] > 1.5 / 7


def test_a_reference_without_speech_is_as_none() -> None:
    silence = Waveform(np.zeros(RATE, np.float32), RATE)
    assert JUDGE.read(utterance(), silence) == JUDGE.read(utterance())


def test_readings_over_time_cover_the_sound() -> None:
    timed = JUDGE.read_over_time(utterance(4.7))
    assert timed[0].start == 0
    assert timed[-1].end == pytest.approx(4.7)
    assert all(a.start < b.start <= a.end for a, b in pairwise(timed))
    assert all(sum(t.reading.probabilities.values()) == pytest.approx(1) for t in timed)
    assert JUDGE.read_over_time(Waveform(np.zeros(0, np.float32), RATE)) == []


def test_a_stretch_is_read_as_if_it_were_cut_out() -> None:
    sound = utterance(4.0)
    stretch = JUDGE.read_stretch(sound, 1.0, 3.0)
    assert (stretch.start, stretch.end) == (1.0, 3.0)
    assert stretch.reading == JUDGE.read(cut(sound, 1.0, 3.0))


def test_measures_follow_the_voice() -> None:
    low, high = (functionals(measure_tracks(mono(utterance(hertz=h), 16_000))) for h in (110.0, 220.0))
    assert high["pitch_mean"] - low["pitch_mean"] == pytest.approx(12, abs=0.5)
    assert low["syllable_rate"] == pytest.approx(2.2, rel=0.25)
    assert list(low) == list(high)


def test_measures_do_not_hang_on_loudness_but_for_one() -> None:
    soft, loud = (functionals(measure_tracks(mono(utterance(gain=g), 16_000))) for g in (0.02, 0.2))
    assert loud["level_mean"] - soft["level_mean"] == pytest.approx(20, abs=0.1)
    moved = [name for name in soft if abs(soft[name] - loud[name]) > 0.02 * (1 + abs(soft[name]))]
    assert moved == ["level_mean"]


@pytest.mark.parametrize(("duration", "count"), [(0.0, 0), (1.0, 1), (2.5, 1), (3.5, 2), (3.6, 3)])
def test_windows_cover_a_duration(duration: float, count: int) -> None:
    found = windows(duration, 2.5, 1.0)
    assert len(found) == count
    assert not found or (found[0][0] == 0 and found[-1][1] == pytest.approx(duration))


def test_importing_the_judge_loads_nothing_heavy() -> None:
    code = (
        "import sys, studio.judges.scoring.speech as s; s.SpeechJudge();"
        "print([m for m in ('torch', 'scipy', 'onnxruntime', 'pyworld', 'safetensors') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_a_judge() -> None:
    judge: Judge = SpeechJudge()
    assert judge.card.accuracy > 2 * judge.card.chance
    assert JUDGE.card_beside.accuracy > judge.card.accuracy
    assert sorted(judge.card.recall) == sorted(judge.card.labels)


@pytest.mark.corpora
@pytest.mark.skipif(not (CORPORA / "speech").exists(), reason="the speech corpora are not in ../shared/data")
@pytest.mark.parametrize("beside", [False, True])
def test_the_card_tells_what_held_out_people_give(beside: bool) -> None:
    """Every third clip of the two test actors of RAVDESS, against the figure of that corpus on the card."""
    from studio.training.corpora_speech import clips, load_clip

    held = [
        c
        for c in clips(CORPORA / "speech")
        if c.split == "test" and c.corpus == "ravdess" and c.emotion != "calm"
    ]
    neutral = {c.speaker: load_clip(c) for c in held if c.emotion == "neutral"}
    asked = [c for c in held if not np.array_equal(load_clip(c).samples, neutral[c.speaker].samples)]
    right: dict[str, list[bool]] = {}
    for clip in asked[::2]:
        reading = JUDGE.read(load_clip(clip), neutral[clip.speaker] if beside else None)
        likeliest = max(reading.probabilities, key=lambda name: reading.probabilities[name])
        right.setdefault(clip.emotion, []).append(likeliest == clip.emotion)
    measured = float(np.mean([np.mean(hits) for hits in right.values()]))
    place = ("judges", "speech", "beside", "card.json") if beside else ("judges", "speech", "card.json")
    claimed = json.loads(asset(*place).read_text(encoding="utf-8"))["by_corpus"]["ravdess"]
    assert measured == pytest.approx(claimed, abs=0.15)  # three standard errors of some 50 clips are 0.2


def test_describing_a_voice_needs_a_voice() -> None:
    assert describe_voice(Waveform(np.zeros(100, np.float32), RATE)) is None
    described = describe_voice(utterance())
    assert described is not None
    assert np.isfinite(described).all()
