from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest

from conditioning.errors import Cancelled, RequestError
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.registry import load
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
