from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest, Touch
from generators.registry import load
from generators.speech.touches import phone_numbers

TEXT = "Her brother Martin is already running along the other river again. We know."


def speak(*touches: Touch, text: str = TEXT):
    request = SpeechRequest(parse_script(text), job=Job(1), touches=touches)
    return load("speech=hibari").generate(request)


def lengths(track):
    return np.array([phone.end - phone.start for phone in track.phones])


def test_symbols_are_numbered_as_the_phones_of_a_track():
    assert phone_numbers("^ˈɑːn, ɪt$").tolist() == [-1, 0, 0, 0, 1, -1, -1, 2, 3, -1]


@pytest.fixture
def planned(monkeypatch):
    """Phones as long as they were meant: where they are heard comes in steps of 5 ms and follows the neighbours' sound."""
    monkeypatch.setattr("generators.speech.parts.moved_to_sound", lambda phones, *_: list(phones))


@pytest.mark.parametrize("place", [8, 48])  # in the first sentence and in the second
def test_a_touched_phone_is_longer_and_the_others_are_not(planned, place):
    slow = Touch(place, place + 1, adjustments=(Adjustment("prosody.rate", 0.5),))
    ratio = lengths(speak(slow)) / lengths(speak())
    assert ratio[place] > 1.3
    far = np.delete(ratio, [place - 1, place, place + 1])
    assert np.abs(far - 1).max() < 0.1


def test_an_emotion_on_the_phones_of_a_word_is_that_word_s_emotion():
    plain = speak()
    word = plain.words[5]
    inside = [i for i, p in enumerate(plain.phones) if word.start <= (p.start + p.end) / 2 < word.end]
    touched = speak(Touch(inside[0], inside[-1] + 1, Emotion.of("sadness")))
    marked = speak(text=TEXT.replace("running", "[sadness]running[/]"))
    assert lengths(touched)[inside].sum() == pytest.approx(lengths(marked)[inside].sum(), rel=0.1)
    assert lengths(touched)[inside].sum() > 1.1 * lengths(plain)[inside].sum()


def test_a_touch_beyond_the_last_phone_changes_nothing():
    assert np.array_equal(speak(Touch(900, 901, Emotion.of("joy"))).audio.samples, speak().audio.samples)


def test_what_becomes_of_a_touch_is_told():
    touch = Touch(0, 1, Emotion.of("joy"))
    status = {}
    for name in ("speech=hibari", "speech=pico"):
        request = SpeechRequest(parse_script("Hello."), job=Job(1), touches=(touch,))
        aspects = {aspect.name: aspect.status for aspect in load(name).generate(request).fulfilment}
        status[name] = aspects["touches"]
    assert status == {"speech=hibari": "honoured", "speech=pico": "ignored"}


@pytest.mark.parametrize("phones", [(-1, 2), (3, 3), (4, 2)])
def test_a_touch_on_no_phones_is_refused(phones):
    with pytest.raises(RequestError, match="after the last"):
        Touch(*phones)
