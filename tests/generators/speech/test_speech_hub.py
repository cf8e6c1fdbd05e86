"""What holds of every speech engine with weights of the user's choice that is steered: coqui VITS, SpeechT5, Dia, CSM."""

from __future__ import annotations

import doctest
from importlib import import_module

import numpy as np
import pytest
from factories.steered_speech import KINDS, TEXT, say, steered, told

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest

UNIT = 1e-5


@pytest.fixture(params=KINDS)
def name(request):
    return request.param


def unit_of(engine, label):
    """Unit vector and length of a label's direction."""
    directions = engine.weights.loaded.directions
    found = directions.directions[label] if hasattr(directions, "directions") else directions.direction(label)
    return found.unit.numpy(), found.length


def faint(label, intensity):
    """An emotion under the threshold of Dia's sounds in the text, which would change the text itself."""
    return Emotion.of(label, intensity)


def test_intensity_zero_is_the_bare_library(engines, folders, name):
    bare = KINDS[name].bare(folders[name])
    assert np.array_equal(say(engines[name]).audio.samples, bare)
    assert np.array_equal(say(engines[name], f"[joy:0] {TEXT}").audio.samples, bare)
    assert np.abs(bare).max() > 0.01
    assert told(say(engines[name]))["emotion"].status == "honoured"


@pytest.mark.parametrize("intensity", [0.25, 0.5])
def test_a_strength_moves_the_text_by_so_many_unit_directions_and_nothing_else(engines, name, intensity):
    engine = engines[name]
    (plain, moved), mask = steered(engine, faint("joy", intensity))
    unit, length = unit_of(engine, "joy")
    assert np.linalg.norm(unit) == pytest.approx(1, abs=UNIT)
    assert length > 0.01
    wanted = intensity * length * unit
    change = moved - plain
    if mask is None:
        assert np.abs(change - wanted).max() < UNIT
    else:
        assert np.abs(change - mask[..., None] * wanted).max() < UNIT
        assert (change[mask == 0] == 0).all()


def test_mixtures_are_the_sum_of_their_parts(engines, name):
    engine = engines[name]
    mixed = parse_script("[joy:0.375 + sadness:0.125] x").spans[0].emotion
    (plain, moved), mask = steered(engine, mixed)
    parts = [
        share * mixed.intensity * unit_of(engine, label)[1] * unit_of(engine, label)[0]
        for label, share in mixed.mixture.items()
        if label != "neutral"
    ]
    assert len(parts) == 2
    rows = 1 if mask is None else mask[..., None]
    assert np.abs((moved - plain) - rows * sum(parts)).max() < UNIT


def test_opposite_emotions_differ_and_the_same_seed_gives_the_same_bytes(engines, folders, name):
    joy, sadness = (say(engines[name], f"[{label}] {TEXT}").audio.samples for label in ("joy", "sadness"))
    assert not np.array_equal(joy, sadness)
    assert not np.array_equal(joy, say(engines[name]).audio.samples)
    fresh = KINDS[name].engine(str(folders[name]))
    assert np.array_equal(say(fresh, f"[joy] {TEXT}").audio.samples, joy)
    assert not np.array_equal(say(engines[name], f"[joy] {TEXT}", job=Job(4)).audio.samples, joy)


def test_words_come_in_order_and_an_emotion_is_told_as_approximated(engines, name):
    track = say(engines[name], "The tide [joy] is turning. [sadness] Go home.")
    assert [word.text for word in track.words] == ["The", "tide", "is", "turning.", "Go", "home."]
    edges = [edge for word in track.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[-1] <= track.audio.duration + 0.05
    assert len(track.stretches) == 3
    assert told(track)["emotion"].status == "approximated" and told(track)["emotion"].why
    assert told(track)["phones"].status == "approximated"


def test_a_stream_gives_the_same_sound_turn_by_turn(engines, name):
    request = SpeechRequest(parse_script(f"{TEXT} [pause 0.2] [joy] It is here. [sadness] Go."), job=Job(3))
    whole, parts = engines[name].generate(request), list(engines[name].stream(request))
    assert len(parts) == 3
    assert np.array_equal(np.concatenate([part.audio.samples for part in parts]), whole.audio.samples)
    assert tuple(word for part in parts for word in part.words) == whole.words
    assert [stretch.span for part in parts for stretch in part.stretches] == [0, 1, 2]
    assert parts[1].start == pytest.approx(parts[0].end)
    assert engines[name].fulfilment(request) == whole.fulfilment
    assert engines[name].describe().sample_rate == whole.audio.sample_rate


def test_a_lock_is_set_on_the_sound_and_told(engines, name):
    plain, slow = say(engines[name]), say(engines[name], faders={"rate": 0.7})
    assert slow.audio.duration == pytest.approx(plain.audio.duration / 0.7, rel=0.12)
    assert told(slow)["adjustments"].status == "approximated"


def test_a_cancel_ends_within_a_step(engines, name):
    seen = []

    def stop(done, total, what):
        if what == "speaking":
            seen.append(done)
            if len(seen) == (1 if name == "coqui-vits" else 3):
                raise Cancelled

    with pytest.raises(Cancelled):
        say(engines[name], job=Job(1, stop))
    assert seen == sorted(seen)
    bare = say(engines[name]).audio.samples  # nothing is left hooked
    assert np.array_equal(bare, say(engines[name]).audio.samples)


def test_it_describes_its_weights_by_a_fingerprint_and_a_licence(engines, folders, name):
    described = engines[name].describe()
    assert "; weights " in described.version
    assert "read what came with" in described.licence
    assert KINDS[name].engine().describe().needs
    other = KINDS[name].engine(str(folders[next(n for n in KINDS if n != name)])).describe()
    assert other.version != described.version


@pytest.mark.parametrize("module", ["voice_vectors", "letter_times"])
def test_the_examples_are_true(module):
    result = doctest.testmod(import_module(f"generators.speech.{module}"))
    assert result.attempted and not result.failed
