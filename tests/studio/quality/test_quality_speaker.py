from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.judges.media import Waveform
from studio.quality.speaker import embedding, people, similarity
from studio.quality.speaker_input import FRAMES, RATE, levelled, mel_powers, parts, without_pauses

CLIPS = Path(__file__).resolve().parents[4] / "shared" / "data" / "speech"


def buzz(hertz: float = 130.0, formants: float = 1.0, seconds: float = 3.0, seed: int = 0) -> Waveform:
    """A vowel that wavers, as loud as speech."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE)) / RATE
    wave = np.diff(np.floor(np.cumsum(hertz * (1 + 0.1 * np.sin(3 * times))) / RATE), prepend=0.0)
    for place, width in ((600, 80), (1300, 110), (2500, 160)):
        radius = np.exp(-np.pi * width / RATE)
        wave = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * place * formants / RATE), radius**2], wave)
    wave = wave / np.abs(wave).max() * 0.3 * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times))
    return Waveform((wave + 1e-4 * rng.standard_normal(len(wave))).astype(np.float32), RATE)


def test_an_embedding_has_length_one_and_is_the_same_each_time() -> None:
    found = embedding(buzz())
    assert found.shape == (256,)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
    assert (found >= 0).all()
    assert np.array_equal(found, embedding(buzz()))


def test_a_voice_is_most_like_itself() -> None:
    own = similarity(buzz(), buzz(seed=1))
    other = similarity(buzz(), buzz(hertz=230.0, formants=1.2))
    assert own > 0.95
    assert other < own - 0.1


def test_pauses_and_softness_change_little() -> None:
    sound = buzz()
    pause = np.zeros(RATE, np.float32)
    paused = Waveform(np.concatenate([pause, sound.samples, pause]), RATE)
    soft = Waveform(0.01 * sound.samples, RATE)
    assert similarity(sound, paused) > 0.9
    assert similarity(Waveform(0.001 * sound.samples, RATE), soft) > 0.99


def test_a_sound_at_another_rate_is_the_same_voice() -> None:
    import soxr

    sound = buzz()
    assert similarity(sound, Waveform(soxr.resample(sound.samples, RATE, 44_100), 44_100)) > 0.98


@pytest.mark.parametrize("count", [0, 100, RATE])
def test_silence_has_no_speaker(count: int) -> None:
    assert np.isnan(similarity(Waveform(np.zeros(count, np.float32), RATE), buzz()))


def test_mel_powers_are_those_of_librosa() -> None:
    librosa = pytest.importorskip(
        "librosa", reason="the front end is compared with librosa's, which is missing"
    )
    wave = buzz().samples
    theirs = librosa.feature.melspectrogram(y=wave, sr=RATE, n_fft=400, hop_length=160, n_mels=40).T
    assert mel_powers(wave) == pytest.approx(theirs, abs=1e-5 * float(theirs.max()))


def test_soft_sounds_are_raised_and_loud_ones_stay() -> None:
    loud = buzz().samples
    assert np.array_equal(levelled(loud), loud)
    raised = levelled(0.001 * loud)
    assert 10 * np.log10(np.mean(raised**2)) == pytest.approx(-30, abs=0.1)
    assert not levelled(np.zeros(100, np.float32)).any()


def test_long_pauses_go_and_short_ones_stay() -> None:
    sound = buzz(seconds=1.2).samples
    for pause, kept in ((0.1, True), (2.0, False)):
        joined = np.concatenate([sound, np.zeros(round(pause * RATE), np.float32), sound])
        lost = len(joined) - len(without_pauses(joined))
        assert (lost < 0.1 * RATE) is kept


@pytest.mark.parametrize(("seconds", "count"), [(0.5, 1), (1.6, 1), (2.6, 2), (10.0, 12)])
def test_a_sound_is_heard_in_overlapping_parts(seconds: float, count: int) -> None:
    found = parts(np.ones(round(seconds * RATE), np.float32))
    assert found.shape == (FRAMES, count, 40)


@pytest.mark.parametrize("long", [False, True])
def test_the_card_says_that_people_differ_more_than_they_change(long: bool) -> None:
    known = people(long)
    assert known.different < known.threshold < known.same
    assert known.different < known.same_emotional < known.same + 0.05
    assert 0 < known.equal_error < 0.3


@pytest.mark.corpora
@pytest.mark.skipif(not CLIPS.exists(), reason="the speech corpora are not beside the checkout")
def test_people_are_told_apart_by_their_clips() -> None:
    import soundfile

    def voice(actor: str, statement: str) -> np.ndarray:
        clips = [f"03-01-0{emotion}-01-{statement}-01-{actor}.opus" for emotion in (2, 3, 4, 5)]
        sounds = [soundfile.read(CLIPS / "ravdess" / name, dtype="float32")[0] for name in clips]
        return embedding(Waveform(np.concatenate(sounds), RATE))

    actors = ["01", "03", "05", "07", "21", "22"]
    alike = np.array([[voice(a, "01") @ voice(b, "02") for b in actors] for a in actors])
    assert (alike.argmax(axis=1) == np.arange(len(actors))).mean() >= 5 / 6
