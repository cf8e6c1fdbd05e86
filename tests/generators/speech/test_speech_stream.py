from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest

from conditioning.errors import Cancelled, RequestError
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.network import Network
from generators.speech.parts import StreamingVoice

TEXT = "[joy] Dr. Smith is here, at last! [pause 0.4] [voice mia] Really? [sadness] No, he is gone [joy]again[/] today."


@pytest.fixture(scope="module")
def engine():
    return load("speech=hibari")


def request(text=TEXT, **more) -> SpeechRequest:
    return SpeechRequest(parse_script(text), job=more.pop("job", Job(4)), **more)


def test_the_parts_put_together_are_the_track(engine):
    track, parts = engine.generate(request()), list(engine.stream(request()))
    assert len(parts) > 2
    assert np.array_equal(np.concatenate([part.audio.samples for part in parts]), track.audio.samples)
    assert tuple(word for part in parts for word in part.words) == track.words
    assert tuple(phone for part in parts for phone in part.phones) == track.phones


def test_parts_lie_end_to_end_and_hold_their_words(engine):
    parts = list(engine.stream(request()))
    assert all(b.start == pytest.approx(a.end) for a, b in itertools.pairwise(parts))
    for part in parts:
        assert all(word.end <= part.end + 1e-6 for word in part.words)


def test_stretches_of_the_parts_are_those_of_the_track(engine):
    track, parts = engine.generate(request()), list(engine.stream(request()))
    for stretch in track.stretches:
        own = [s for part in parts for s in part.stretches if s.span == stretch.span]
        assert min(s.start for s in own) == stretch.start
        assert max(s.end for s in own) == stretch.end


def test_a_pause_comes_with_the_part_after_it(engine):
    silent = [part.silence for part in engine.stream(request()) if part.silence]
    assert [s.end - s.start for s in silent] == pytest.approx(
        [0.4], abs=0.05
    )  # the sentences' own edges are a part of the pause


def test_the_first_part_comes_before_the_second_is_made(engine):
    seen = []
    stream = engine.stream(request("Go on. " * 30, job=Job(1, lambda *step: seen.append(step))))
    next(stream)
    assert len(seen) == 2  # the loading and one sentence


def test_a_stream_can_be_cancelled(engine):
    stop = threading.Event()
    stream = engine.stream(request("Go on. " * 30, job=Job(1, cancel=stop)))
    next(stream)
    stop.set()
    with pytest.raises(Cancelled):
        next(stream)


def test_what_is_wrong_is_told_before_the_first_part(engine):
    with pytest.raises(RequestError, match="pico"):
        engine.stream(request(language="fr"))


def test_the_fulfilment_is_known_before_a_word_is_spoken(engine):
    assert isinstance(engine, StreamingVoice)
    assert engine.fulfilment(request()) == engine.generate(request()).fulfilment


WALK = "the old man walked along the river with his dog and a basket of bread that his daughter had baked in the morning"
LONG = f"And {WALK} and {WALK} and went home."
LONG_ONES = {
    "neutral": LONG,
    "jitter and noise": f"[anger] {LONG}",
    "creak": f"[disgust] {LONG}",
    "formants": f"[voice agnes] [sadness] {LONG}",
    "a marked word": LONG.replace("walked", "[joy]walked[/]", 1),
    "an early pause": f"[surprise] Well, {LONG}",
}


def streamed(engine, text, seed=4):
    parts = list(engine.stream(request(text, job=Job(seed)), at_once=True))
    return parts, engine.generate(request(text, job=Job(seed)))


@pytest.mark.parametrize("text", LONG_ONES.values(), ids=LONG_ONES)
def test_only_the_opening_of_a_long_sentence_differs_from_the_track(engine, text):
    parts, track = streamed(engine, text)
    sound = np.concatenate([part.audio.samples for part in parts])
    assert len(parts) == 2
    assert 0.2 <= parts[0].audio.duration <= 2.3
    assert len(sound) == len(track.audio.samples)
    passed = len(parts[0].audio.samples) + 240
    assert np.array_equal(sound[passed:], track.audio.samples[passed:])
    # What differs in the opening comes of the steps of eight-bit numbers: measured 24 to 31 dB below it.
    opening, whole = sound[:passed], track.audio.samples[:passed]
    assert np.sum((opening - whole) ** 2) < 0.01 * np.sum(whole**2)
    assert parts[1].words == track.words
    assert parts[1].phones == track.phones


@pytest.mark.parametrize("text", LONG_ONES.values(), ids=LONG_ONES)
def test_no_click_is_heard_where_the_opening_ends(engine, text):
    parts, track = streamed(engine, text)
    sound = np.concatenate([part.audio.samples for part in parts])
    end = len(parts[0].audio.samples)
    steps = np.abs(np.diff(sound[end - 1 : end + 241])).max()
    around = np.abs(np.diff(track.audio.samples[max(end - 4800, 0) : end + 4800])).max()
    assert steps <= around


@pytest.mark.parametrize("seed", range(8))
def test_a_breath_never_falls_into_an_opening(engine, seed):
    parts, track = streamed(engine, f"[surprise] Well, he said, {LONG}", seed)
    sound = np.concatenate([part.audio.samples for part in parts])
    passed = len(parts[0].audio.samples) + 240 if len(parts) > 1 else 0
    assert np.array_equal(sound[passed:], track.audio.samples[passed:])


def test_the_opening_is_decoded_alone_however_long_the_sentence_is(engine, monkeypatch):
    decoded, decode = [], Network.decode

    def watched(self, hidden, f0, energy):
        decoded.append(len(f0))
        return decode(self, hidden, f0, energy)

    monkeypatch.setattr(Network, "decode", watched)
    for count in (2, 4):
        next(engine.stream(request(" and ".join([WALK] * count) + "."), at_once=True))
    assert decoded[0] == decoded[1] <= 250  # frames of 12.5 ms


def test_short_sentences_and_those_after_a_sound_or_a_pause_have_no_opening(engine):
    for text in (TEXT, f"[laugh] {LONG}", f"[pause 0.5] {LONG}"):
        parts, track = streamed(engine, text)
        assert np.array_equal(np.concatenate([part.audio.samples for part in parts]), track.audio.samples)
