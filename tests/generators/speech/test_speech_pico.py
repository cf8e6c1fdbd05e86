from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError
from conditioning.script import Script, Span
from external.world import world
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.pico import Pico

TEXTS = {
    "de": "Guten Tag, mein Name ist Anna und ich wohne am Meer.",
    "es": "Buenos días, me llamo Ana y vivo cerca del mar.",
    "fr": "Bonjour, je m'appelle Anne et j'habite près de la mer.",
    "it": "Buongiorno, mi chiamo Anna e abito vicino al mare.",
    "en-GB": "Good morning, my name is Anna and I live near the sea.",
}
RATE = 16_000


@pytest.fixture(scope="module")
def engine():
    return load("speech=pico")


def say(engine, language, *spans, seed=1):
    return engine.generate(SpeechRequest(Script(tuple(spans)), language=language, job=Job(seed)))


def pitch(track):
    sound = track.audio.samples.astype(float)
    found, times = world().dio(sound, RATE, f0_floor=70.0, f0_ceil=500.0)
    found = world().stonemask(sound, found, times, RATE)
    return float(np.median(found[found > 0]))


def level(track):
    return 20 * np.log10(np.sqrt(np.mean(track.audio.samples**2)))


@pytest.mark.parametrize("language", TEXTS)
def test_neutral_is_the_bare_engine(engine, language):
    text = TEXTS[language]
    voice = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT"}.get(language, language)
    code = "import sys, py_nanotts; sys.stdout.buffer.write(py_nanotts.NanoTTS().speak(sys.argv[1], voice=sys.argv[2]))"
    raw = subprocess.run([sys.executable, "-c", code, text, voice], stdout=subprocess.PIPE, check=True).stdout
    bare = np.frombuffer(raw, "<i2").astype(np.float32) / 32768 * 0.25
    assert np.array_equal(say(engine, language, Span(text, Emotion.neutral())).audio.samples, bare)


@pytest.mark.parametrize("language", TEXTS)
def test_joy_is_higher_faster_and_louder_than_sadness(engine, language):
    joy = say(engine, language, Span(TEXTS[language], Emotion.of("joy")))
    sadness = say(engine, language, Span(TEXTS[language], Emotion.of("sadness")))
    assert pitch(joy) > 1.15 * pitch(sadness)
    assert joy.audio.duration < 0.85 * sadness.audio.duration
    assert level(joy) > level(sadness) + 5
    assert np.abs(joy.audio.samples).max() <= 0.99


def test_words_are_as_written_and_inside_the_sound(engine):
    track = say(engine, "de", Span(TEXTS["de"], Emotion.of("sadness")))
    assert [w.text for w in track.words] == TEXTS["de"].split()
    edges = [t for w in track.words for t in (w.start, w.end)]
    assert all(b >= a - 1e-6 for a, b in itertools.pairwise(edges))
    assert edges[-1] <= track.audio.duration + 0.01
    assert len(track.phones) > 25


def test_a_comma_s_pause_lies_between_the_words(engine):
    track = say(engine, "de", Span(TEXTS["de"], Emotion.neutral()))
    tag, mein = track.words[1], track.words[2]
    inside = track.audio.samples[int((tag.end + 0.05) * RATE) : int((mein.start - 0.05) * RATE)]
    assert mein.start - tag.end > 0.15
    assert np.abs(inside).max() < 0.02


def test_spans_and_pauses_have_their_stretches(engine):
    track = say(
        engine, "fr", Span("Bonjour.", Emotion.of("joy")), Span("", Emotion.neutral(), 0.7),
        Span("Au revoir.", Emotion.of("sadness"), 0.5),
    )  # fmt: skip
    assert [s.span for s in track.stretches] == [0, 1, 2]
    assert track.stretches[2].start - track.stretches[0].end > 1.15


def test_the_same_seed_gives_the_same_bytes(engine):
    first, second = (say(engine, "it", Span(TEXTS["it"], Emotion.of("anger"))) for _ in range(2))
    assert first.audio.samples.tobytes() == second.audio.samples.tobytes()


def test_what_it_cannot_do_is_told(engine):
    told = {a.name: a.status for a in say(engine, "es", Span(TEXTS["es"], Emotion.of("anger"))).fulfilment}
    assert told["emotion"] == "approximated"
    assert told["accent"] == "approximated"
    assert told["words"] == "approximated"


@pytest.mark.parametrize(("language", "text"), [("pl", "Dzień dobry."), ("de", "😀 …")])
def test_what_it_cannot_say_is_refused(engine, language, text):
    with pytest.raises(RequestError):
        say(engine, language, Span(text, Emotion.neutral()))


def test_a_model_is_refused():
    with pytest.raises(EngineError):
        Pico("some/model")
