from __future__ import annotations

import numpy as np
import pytest

from conditioning.faders import fader_set
from generators.speech.contours import closing_mark, nucleus, pitches, reachable, stressed_vowels
from generators.speech.prosody import Controls

FRAMES = 160
HERTZ = 200.0


def controls(**values):
    faders = fader_set("prosody").faders
    return Controls({name: np.full(FRAMES, values.get(name, f.neutral)) for name, f in faders.items()})


def semitones(stressed=None, focus=None, mark=".", **values):
    stressed = np.zeros(FRAMES, bool) if stressed is None else stressed
    found = pitches(np.full(FRAMES, HERTZ), stressed, controls(**values), focus=focus, mark=mark)
    return 12 * np.log2(found / HERTZ)


def marked(*places):
    found = np.zeros(FRAMES, bool)
    for place in places:
        found[place : place + 6] = True
    return found


def test_neutral_moves_nothing_whatever_the_sentence():
    for mark in ".?!":
        assert not semitones(marked(20, 120), marked(120), mark).any()


def test_a_question_keeps_its_rise():
    fall = semitones(final=-4.0)[-1]
    assert fall == pytest.approx(-4.0, abs=0.01)
    assert semitones(mark="?", final=-4.0)[-1] > 0.5 * fall
    assert semitones(mark="?", final=4.0)[-1] == pytest.approx(4.0, abs=0.01)


def test_an_ending_is_heard_before_the_voice_dies_away():
    dying = np.full(FRAMES, HERTZ)
    dying[-10:] = np.linspace(130.0, 45.0, 10)  # as the network ends a sentence
    plain, risen = (pitches(dying, np.zeros(FRAMES, bool), controls(final=final)) for final in (0.0, 4.0))
    assert 12 * np.log2(risen[-11] / plain[-11]) > 3.5


def test_a_rise_takes_the_place_of_the_voices_own_last_fall():
    falling = np.full(FRAMES, HERTZ)
    falling[-12:] *= 2 ** (np.linspace(0, -5, 12) / 12)
    found = {
        final: pitches(falling, np.zeros(FRAMES, bool), controls(final=final))[-1]
        for final in (-3.0, 0.0, 3.0)
    }
    assert found[-3.0] < found[0.0] < HERTZ < found[3.0]


def test_peaks_are_bent_below_what_the_decoder_can_voice_and_stay_in_order():
    wanted = np.linspace(80.0, 900.0, 200)
    found = reachable(wanted, np.zeros(200))
    assert np.all(np.diff(found) > 0)
    assert found.max() < 400.0
    assert np.array_equal(reachable(wanted, wanted), wanted)  # what the network plans itself stays


def test_where_no_peak_is_too_high_nothing_is_bent():
    wanted = np.concatenate([np.linspace(80.0, 300.0, 200), np.zeros(20)])
    assert np.array_equal(reachable(wanted, np.zeros(220)), wanted)


@pytest.mark.parametrize("middle", [255.0, 270.0, 285.0])
def test_what_peaks_lose_the_valleys_gain(middle):
    wanted = middle * 2 ** (4 / 12 * np.sin(np.linspace(0, 40, 400)))
    wanted[::9] = 0.0  # unvoiced
    found = reachable(wanted, np.zeros(400))
    voiced = wanted > 0
    lost = np.log(wanted[voiced] / found[voiced])
    peaks = wanted[voiced] > 300.0
    assert np.array_equal(found[~voiced], wanted[~voiced])
    assert lost[peaks].sum() > 0
    between = ~peaks & (wanted[voiced] >= np.median(found[voiced]))
    assert np.array_equal(found[voiced][between], wanted[voiced][between])
    assert lost[~peaks].sum() == pytest.approx(lost[peaks].sum(), rel=0.05)


def test_the_focus_bears_the_highest_accent():
    found = semitones(marked(20, 70, 120), marked(120), accent=2.0)
    peaks = [found[place - 5 : place + 11].max() for place in (20, 70, 120)]
    assert peaks[2] > 1.3 * peaks[0]
    assert peaks[0] == pytest.approx(peaks[1], abs=0.01)


def test_an_exclamation_has_higher_accents():
    said, called = (semitones(marked(20), marked(20), mark, accent=2.0).max() for mark in ".!")
    assert called > 1.2 * said


def test_the_focus_is_the_last_stressed_vowel():
    symbols = list("^ˈæpəl ˈtɹi.$")
    assert nucleus(symbols).tolist() == stressed_vowels(symbols)[-1:].tolist()
    assert symbols[nucleus(symbols)[0]] == "i"
    assert nucleus(list("^ə.$")).tolist() == []


@pytest.mark.parametrize(("symbols", "mark"), [("^hɛlo?$", "?"), ("^hɛlo!”$", "!"), ("^hɛlo$", ".")])
def test_the_closing_mark_is_found(symbols, mark):
    assert closing_mark(list(symbols)) == mark
