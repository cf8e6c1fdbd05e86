"""Styles besides emotions, measured on the sound."""

from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import RequestError, UnknownNameError
from conditioning.script import Script, Span, parse_script
from external.world import world
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.characters import cast
from generators.speech.prosody import span_controls
from generators.speech.styles import styled, styles_left_out

TEXT = "My sister kept the letter in a small wooden box near the window."
RATE = 24_000


@pytest.fixture(scope="module")
def engine():
    return load("speech=hibari")


@pytest.fixture(scope="module")
def said(engine):
    known = {}

    def say(style="", emotion="neutral", voice=""):
        key = (style, emotion, voice)
        if key not in known:
            script = Script((Span(TEXT, Emotion.of(emotion)),))
            known[key] = engine.generate(SpeechRequest(script, voice=voice, job=Job(1), style=style))
        return known[key]

    return say


def analysed(track):
    """F0 in hertz in steps of 5 ms, 0 where not periodic; whether each step is loud; the frames about them."""
    sound = track.audio.samples.astype(float)
    coarse, times = world().dio(sound, RATE, f0_floor=55.0, f0_ceil=650.0)
    f0 = world().stonemask(sound, coarse, times, RATE)
    rough = world().d4c(sound, f0, times, RATE, threshold=0.85)[:, 0]
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, 600), 1200)[::120][: len(f0)]
    f0 = f0[: len(frames)]
    power = (frames**2).mean(axis=1)
    return np.where(rough[: len(frames)] < 0.5, f0, 0.0), power > power.max() * 1e-3, frames


def voiced_share(track):
    f0, loud, _ = analysed(track)
    return np.mean(f0[loud] > 0)


def pitch(track):
    f0, loud, _ = analysed(track)
    return np.median(f0[loud & (f0 > 0)])


def level(track):
    sounding = track.audio.samples[int(track.phones[0].start * RATE) : int(track.phones[-1].end * RATE)]
    return 20 * np.log10(np.sqrt(np.mean(sounding.astype(float) ** 2)))


def spectra(track):
    f0, loud, frames = analysed(track)
    kept = loud & (f0 > 0)
    power = np.abs(np.fft.rfft(frames[kept] * np.hanning(1200), 4096)) ** 2
    return f0[kept], power, np.fft.rfftfreq(4096, 1 / RATE)


def alpha(track):
    """Level of 1 to 5 kHz less that of 50 Hz to 1 kHz, dB (Eyben et al. 2016)."""
    _, power, hertz = spectra(track)
    high, low = (power[:, (hertz >= a) & (hertz < b)].sum(axis=1) for a, b in ((1000, 5000), (50, 1000)))
    return np.mean(10 * np.log10(high / low))


def first_harmonics(track):
    """H1-H2 in dB."""
    f0, power, hertz = spectra(track)
    step = hertz[1]

    def harmonic(number):
        return np.array(
            [row[int(number * f * 0.85 / step) : int(number * f * 1.15 / step) + 1].max() for f, row in zip(f0, power, strict=True)]
        )  # fmt: skip

    return np.median(10 * np.log10(harmonic(1) / harmonic(2)))


def periodicity(track):
    """Harmonics-to-noise ratio in dB (Boersma 1993), the median over voiced frames."""
    f0, loud, frames = analysed(track)
    kept = loud & (f0 > 0)
    window = np.hanning(1200)
    own = np.fft.irfft(np.abs(np.fft.rfft(frames[kept] * window, 4096)) ** 2)
    taper = np.fft.irfft(np.abs(np.fft.rfft(window, 4096)) ** 2)
    lag = np.round(RATE / f0[kept]).astype(int)[:, None] + np.arange(-3, 4)
    strength = (own[np.arange(len(own))[:, None], lag] / own[:, :1] / (taper[lag] / taper[0])).max(axis=1)
    strength = np.clip(strength, 0.01, 0.999)
    return np.median(10 * np.log10(strength / (1 - strength)))


def vowel_share(track):
    vowels = sum(p.end - p.start for p in track.phones if p.symbol[0] in "aeiouæɑɐɔəɛɜɪʊʌɨ")
    return vowels / sum(p.end - p.start for p in track.phones)


def envelope(track):
    """Smoothed mean spectrum of the loud frames in dB, 500 Hz to 5 kHz, without its slope, and its frequencies."""
    from scipy.ndimage import gaussian_filter1d

    _, loud, frames = analysed(track)
    power = (np.abs(np.fft.rfft(frames[loud] * np.hanning(1200), 4096)) ** 2).mean(axis=0)
    return gaussian_filter1d(10 * np.log10(power + 1e-12), 30), np.fft.rfftfreq(4096, 1 / RATE)


def formant_ratio(track, plain):
    """The factor by which the spectrum of one lies above that of the other, by the best fit of their envelopes."""
    (one, hertz), (other, _) = envelope(track), envelope(plain)
    grid = np.geomspace(500, 5000, 200)

    def likeness(factor):
        pair = [np.interp(grid * k, hertz, e) for e, k in ((one, factor), (other, 1.0))]
        flat = [p - np.polyval(np.polyfit(np.log(grid), p, 1), np.log(grid)) for p in pair]
        return np.corrcoef(*flat)[0, 1]

    return max(np.arange(0.9, 1.15, 0.005), key=likeness)


def test_a_whisper_has_no_voice_but_keeps_its_words(said):
    whisper, plain = said("whisper"), said()
    assert voiced_share(whisper) < 0.05 < 0.5 < voiced_share(plain)
    assert [w.text for w in whisper.words] == [w.text for w in plain.words]
    assert level(whisper) < level(plain) - 2


def test_a_breathy_voice_has_noise_in_it_and_a_strong_first_harmonic(said):
    assert periodicity(said("breathy")) < periodicity(said()) - 1
    assert first_harmonics(said("breathy")) > first_harmonics(said()) + 1


def test_a_shout_is_louder_higher_brighter_with_longer_vowels(said):
    shout, plain = said("shout"), said()
    assert level(shout) > level(plain) + 8
    assert 12 * np.log2(pitch(shout) / pitch(plain)) > 4
    assert alpha(shout) > alpha(plain) + 6
    assert vowel_share(shout) > vowel_share(plain) * 1.05
    assert first_harmonics(shout) < first_harmonics(plain) - 2
    assert np.abs(shout.audio.samples).max() < 0.981


def test_a_raised_voice_lies_between_speech_and_shout(said):
    for measure in (level, pitch, alpha):
        assert measure(said()) < measure(said("lombard")) < measure(said("shout"))


def test_strength_counts(said):
    half = said("shout:0.5")
    assert level(said()) + 2 < level(half) < level(said("shout")) - 2


def test_a_smile_moves_the_formants_up(said):
    assert 1.03 < formant_ratio(said("smile"), said()) < 1.1
    assert 0.98 < formant_ratio(said("tremor"), said()) < 1.02
    assert pitch(said("smile")) > pitch(said())


def test_creak_is_low_and_irregular_with_a_weak_first_harmonic(said):
    creak, plain = said("creak"), said()
    assert pitch(creak) < 0.9 * pitch(plain)
    assert periodicity(creak) < periodicity(plain) - 2
    assert first_harmonics(creak) < first_harmonics(plain) - 2


def test_tremor_swings_f0_about_five_times_a_second(said):
    shaking, plain = said("tremor"), said()
    assert len(shaking.audio.samples) == len(plain.audio.samples)
    (one, loud, _), (other, _, _) = analysed(shaking), analysed(plain)
    both = (one > 0) & (other > 0) & loud
    seconds = np.arange(len(one)) * 0.005
    swing = 12 * np.log2(one[both] / other[both])
    kept = np.abs(swing) < 3  # slips of an octave
    depths = {
        rate: 2
        * np.abs(
            np.mean((swing[kept] - swing[kept].mean()) * np.exp(-2j * np.pi * rate * seconds[both][kept]))
        )
        for rate in np.arange(2.0, 10.0, 0.25)
    }
    best = max(depths, key=depths.get)
    assert 4.0 <= best <= 7.0
    assert depths[best] > 0.6


@pytest.mark.parametrize("style", ["shout", "smile", "creak"])
def test_styles_and_emotions_add_up(said, style):
    assert pitch(said(style, "joy")) > 1.12 * pitch(said(style, "sadness"))
    assert level(said(style, "joy")) > level(said(style, "sadness")) + 4


def test_styles_and_characters_add_up(said):
    assert pitch(said("shout", voice="ben")) < 0.8 * pitch(said("shout"))
    assert voiced_share(said("whisper", voice="ben")) < 0.05


def test_a_style_marked_in_a_script_holds_where_it_is_marked(engine):
    script = parse_script(f"{TEXT} [style whisper] {TEXT} [style] {TEXT}")
    track = engine.generate(SpeechRequest(script, job=Job(1)))
    f0, loud, _ = analysed(track)
    seconds = np.arange(len(f0)) * 0.005
    shares = [np.mean(f0[loud & (seconds >= s.start) & (seconds < s.end)] > 0) for s in track.stretches]
    assert shares[0] > 0.5 and shares[2] > 0.5 and shares[1] < 0.1
    assert {a.name: a.status for a in track.fulfilment}["style"] == "honoured"


def test_a_mark_stands_above_the_request(engine):
    script = parse_script("[style breathy] Come here.")
    own, asked = (engine.generate(SpeechRequest(script, job=Job(1), style=s)) for s in ("", "shout"))
    assert own.audio.samples.tobytes() == asked.audio.samples.tobytes()


def test_no_style_leaves_the_faders_alone():
    controls = span_controls([Emotion.of("joy")], [cast()["heart"]])
    assert styled(controls, Script((Span("Hello.", Emotion.of("joy")),))) is controls


def test_a_style_keeps_to_the_limits_of_the_voice():
    script = Script((Span("Hello.", Emotion.of("terror")),))
    controls = styled(span_controls([Emotion.of("terror")], [cast()["mia"]]), script, "shout+smile")
    for name in ("pitch", "formant"):
        low, high = cast().limits[name]
        assert low <= controls[name][0] <= high


@pytest.mark.parametrize(("style", "error"), [("wisper", UnknownNameError), ("whisper:3", RequestError)])
def test_a_wrong_style_is_refused(engine, style, error):
    with pytest.raises(error):
        engine.generate(SpeechRequest(parse_script("Hello."), style=style))


def test_engines_without_styles_say_so():
    (aspect,) = styles_left_out(parse_script("[style whisper] Hello."), "")
    assert aspect.status == "ignored" and "whisper" in aspect.why
    assert styles_left_out(parse_script("Hello."), "") == ()
