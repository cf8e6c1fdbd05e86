from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError
from conditioning.script import Script, Span, parse_script
from conditioning.ssml import parse_ssml
from external.world import world
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.pico import Pico
from generators.speech.pico_directions import directed_text, pico_phones
from generators.speech.pico_process import PicoProcess
from generators.speech.reading import Written

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


class TestDirections:
    def text(self, engine, written, language="de"):
        return engine.generate(SpeechRequest(parse_script(written), language=language, job=Job(1)))

    def test_emphasis_makes_a_word_higher_longer_and_louder_and_leaves_the_first_as_long(self, engine):
        plain = self.text(engine, "Ich wohne hier in einem alten Haus am Meer.")
        moved = self.text(engine, "Ich wohne hier in einem *alten* Haus am Meer.")
        assert [w.text for w in moved.words] == [w.text for w in plain.words]

        def of(track, number):
            word = track.words[number]
            piece = track.audio.samples[int(word.start * RATE) : int(word.end * RATE)]
            return word.end - word.start, 20 * np.log10(np.sqrt(np.mean(piece**2)))

        assert of(moved, 5)[0] > 1.08 * of(plain, 5)[0]
        assert of(moved, 5)[1] > of(plain, 5)[1] + 1.5
        assert of(moved, 0)[0] == pytest.approx(of(plain, 0)[0], rel=0.05)
        assert [a.status for a in moved.fulfilment if a.name == "emphasis"] == ["approximated"]

    def test_other_words_are_said_in_the_place_of_those_written(self, engine):
        told = self.text(engine, 'Das ist [say Dr. Who as "Doktor Hu"] hier.')
        plain = self.text(engine, "Das ist Doktor Hu hier.")
        assert np.array_equal(told.audio.samples, plain.audio.samples)
        assert [w.text for w in told.words] == ["Das", "ist", "Dr.", "Who", "hier."]
        assert [a.status for a in told.fulfilment if a.name == "pronunciation"] == ["honoured"]

    def test_ipa_is_spoken_as_the_letters_for_it_are(self, engine):
        told = self.text(engine, "Das ist [say Chose as /ˈhaʊs/] hier.")
        other = self.text(engine, "Das ist [say Chose as /ˈmɪlç/] hier.")
        assert abs(told.audio.duration - self.text(engine, "Das ist Haus hier.").audio.duration) < 0.1
        assert not np.array_equal(told.audio.samples, other.audio.samples)
        assert [a.status for a in told.fulfilment if a.name == "pronunciation"] == ["honoured"]

    def test_an_unknown_phone_is_told_and_the_word_read_by_its_letters(self, engine):
        told = self.text(engine, "Das ist [say Haus as /ǃaʊs/] hier.")
        plain = self.text(engine, "Das ist Haus hier.")
        assert np.array_equal(told.audio.samples, plain.audio.samples)
        (aspect,) = [a for a in told.fulfilment if a.name == "pronunciation"]
        assert aspect.status == "ignored" and "ǃaʊs" in aspect.why

    @pytest.mark.parametrize("language", ["de", "es", "fr", "it", "en"])
    def test_each_phone_of_the_tables_is_heard(self, language):
        voices = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "en": "en-GB"}

        def unlike(one, other):  # in one process Pico's bytes differ a little from call to call
            if len(one) != len(other):
                return True
            one, other = one.astype(float), other.astype(float)
            return np.mean((one - other) ** 2) > 0.1 * np.mean(other**2)

        with PicoProcess() as pico:

            def say(ipa, put=""):
                phones = pico_phones("a", language) + put + pico_phones(f"{ipa}a", language)
                return pico.speak(f"<phoneme ph='{phones}'/>", voices[language])

            silent = say("")
            assert not unlike(say("", "q"), silent)  # what is not known leaves no trace
            for ipa in asset_table("voices", "pico.toml")["phones"][language]:
                assert unlike(say(ipa), silent), ipa

    def test_a_pitch_in_hertz_is_reached(self, engine):
        script = parse_ssml(f'<speak><prosody pitch="220Hz">{TEXTS["de"]}</prosody></speak>')
        track = engine.generate(SpeechRequest(script, language="de", job=Job(1)))
        assert pitch(track) == pytest.approx(220, rel=0.08)
        assert [a.status for a in track.fulfilment if a.name == "prosody"] == ["honoured"]

    @given(st.text(alphabet="<>'\"/=&phoneme br", max_size=30))
    @settings(max_examples=30, deadline=None)
    def test_what_is_written_never_becomes_a_command(self, text):
        given = directed_text([Written(part, 0) for part in text.split()], text.split(), "de")
        assert "<" not in given.text and ">" not in given.text


def test_letters_that_it_does_not_know_are_passed_over_or_an_error(engine):
    known = say(engine, "de", Span("Hallo. ⦴ⰶ ᚠ.", Emotion.neutral()))
    assert next(word.text for word in known.words) == "Hallo."
    with pytest.raises(RequestError, match="pronounced"):
        say(engine, "de", Span("ⰶᚠ", Emotion.neutral()))
