import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conditioning.errors import AffectError, RequestError
from conditioning.script import parse_script
from conditioning.ssml import parse_ssml
from external.world import world
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.ipa import stressed, voice_letters
from studio.request import FilmRequest
from studio.script_source import script_of

RATE = 24_000


@pytest.fixture(scope="module")
def engine():
    return load("speech=hibari")


def said(engine, script, seed=1):
    return engine.generate(SpeechRequest(script, job=Job(seed=seed)))


def heard(track, word):
    """F0 in hertz, level in dB and seconds of a word."""
    place = next(w for w in track.words if w.text.strip(".,!") == word)
    piece = track.audio.samples[int(place.start * RATE) : int(place.end * RATE)].astype(float)
    found, times = world().dio(piece, RATE, f0_floor=70.0, f0_ceil=600.0)
    found = world().stonemask(piece, found, times, RATE)
    return np.median(found[found > 0]), 10 * np.log10(np.mean(piece**2)), place.end - place.start


class TestEmphasis:
    @pytest.mark.parametrize("mark", ["*{}*", "_{}_", "<emphasis>{}</emphasis>"])
    def test_it_is_higher_louder_and_longer_on_its_word_alone(self, engine, mark):
        text = "My sister saw {} near the old window again."
        parse = parse_ssml if "<" in mark else parse_script
        wrap = "<speak>{}</speak>" if "<" in mark else "{}"
        plain = said(engine, parse(wrap.format(text.format("Mandy"))))
        strong = said(engine, parse(wrap.format(text.format(mark.format("Mandy")))))
        before, after = heard(plain, "Mandy"), heard(strong, "Mandy")
        assert after[0] > 1.04 * before[0]
        assert after[1] > before[1] + 1.0
        assert after[2] > 1.05 * before[2]
        other = heard(plain, "window"), heard(strong, "window")
        assert other[1][0] == pytest.approx(other[0][0], rel=0.05)
        assert other[1][1] == pytest.approx(other[0][1], abs=1.0)

    def test_capitals_are_emphasis_and_acronyms_are_not(self, engine):
        script = parse_script("I NEVER saw the NASA man.")
        from generators.speech.reading import Reader

        (sentence,) = Reader().sentences(script)
        assert [word.emphasis for word in sentence.words] == [0, 1.0, 0, 0, 0, 0]

    def test_signs_of_emphasis_are_not_in_the_words(self, engine):
        track = said(engine, parse_script("It was *really very* good, 2 * 3 * 4, snake_case_name."))
        words = [word.text for word in track.words]
        assert words[:5] == ["It", "was", "really", "very", "good,"]
        assert "snake_case_name." in words


class TestPronunciation:
    def test_the_phones_are_those_that_were_asked(self, engine):
        track = said(engine, parse_script("A [say tomato as /təˈmɑːtəʊ/]."))
        assert "".join(phone.symbol for phone in track.phones) == "ɐtəmɑtoʊ"
        assert track.words[1].text == "tomato."

    def test_a_respelling_is_said_under_the_written_word(self, engine):
        one = said(engine, parse_script('Hear [say Siobhan as "shivawn"] sing.'))
        other = said(engine, parse_script("Hear shivawn sing."))
        assert [p.symbol for p in one.phones] == [p.symbol for p in other.phones]
        assert [w.text for w in one.words] == ["Hear", "Siobhan", "sing."]

    def test_words_that_are_said_together_share_their_time(self, engine):
        track = said(
            engine, parse_ssml('<speak>Call <say-as interpret-as="telephone">555 12</say-as> now.</speak>')
        )
        assert [w.text for w in track.words] == ["Call", "555", "12", "now."]
        assert all(w.end - w.start > 0.1 for w in track.words)

    @pytest.mark.parametrize(("ipa", "phone"), [("tøt", "'ø'"), ("bɔ̃", "'ɔ̃'"), ("xa", "'x'"), ("ʘ", "'ʘ'")])
    def test_a_phone_that_the_voice_lacks_is_named(self, engine, ipa, phone):
        with pytest.raises(RequestError, match=phone) as caught:
            said(engine, parse_script(f"One. Two. [say word as /{ipa}/]"))
        assert "'word'" in str(caught.value)

    @pytest.mark.parametrize(
        ("ipa", "letters"),
        [
            ("ˈwɔːtə", "wˈɔtə"),
            ("ɡəʊ", "ɡˈO"),
            ("ˈtʃɜːtʃ", "ʧˈɜɹʧ"),
            ("rɪˈpiːt", "ɹɪpˈit"),
            ("ˈbʌtn̩", "bˈʌtᵊn"),
            ("nuː jɔːk", "nˈu jˈɔk"),
        ],
    )
    def test_ipa_becomes_the_voices_letters(self, ipa, letters):
        assert voice_letters(ipa, "word") == letters

    def test_stress_is_added_where_there_is_none(self):
        assert [stressed(word) for word in ("ɪz", "ˌɛni", "kˈæt", "s")] == ["ˈɪz", "ˈɛni", "kˈæt", "s"]


class TestProsody:
    def test_pitch_rate_and_volume_are_those_asked(self, engine):
        text = "<speak><prosody {}>My sister kept the letter in a wooden box.</prosody></speak>"
        plain = said(engine, parse_ssml(text.format("")))
        base = np.median([heard(plain, word)[0] for word in ("sister", "letter", "wooden")])
        spoken = plain.words[-1].end - plain.words[0].start

        def f0(attributes):
            track = said(engine, parse_ssml(text.format(attributes)))
            return np.median([heard(track, word)[0] for word in ("sister", "letter", "wooden")])

        assert f0('pitch="+4st"') == pytest.approx(base * 2 ** (4 / 12), rel=0.04)
        assert f0('pitch="-20%"') == pytest.approx(base * 0.8, rel=0.04)
        assert f0('pitch="150Hz"') == pytest.approx(150, rel=0.1)
        slow = said(engine, parse_ssml(text.format('rate="70%"')))
        assert slow.words[-1].end - slow.words[0].start == pytest.approx(spoken / 0.7, rel=0.08)
        soft = said(engine, parse_ssml(text.format('volume="-9dB"')))
        ratio = np.sqrt(np.mean(soft.audio.samples**2) / np.mean(plain.audio.samples**2))
        assert 20 * np.log10(ratio) == pytest.approx(-9, abs=0.5)
        silent = said(engine, parse_ssml(text.format('volume="silent"')))
        assert np.abs(silent.audio.samples).max() < 1 / 32768

    def test_what_is_held_at_a_bound_is_told(self, engine):
        track = said(
            engine, parse_ssml('<speak><prosody rate="300%" pitch="+3st">Hello there.</prosody></speak>')
        )
        told = {aspect.name: aspect for aspect in track.fulfilment}["prosody"]
        assert told.status == "approximated" and "rate" in told.why and "pitch" not in told.why

    @pytest.mark.parametrize("end", [".", ""])
    def test_a_break_is_a_silence_of_its_length(self, engine, end):
        def gap(between):
            track = said(engine, parse_ssml(f"<speak>Wait here{end}{between}Come to me.</speak>"))
            return track.words[2].start - track.words[1].end

        assert gap('<break time="500ms"/>') == pytest.approx(0.5, abs=0.05)
        assert gap('<break time="1200ms"/>') == pytest.approx(1.2, abs=0.05)

    def test_nothing_asked_is_bit_by_bit_the_same(self, engine):
        plain, wrapped = (
            said(engine, parse("I saw her again."))
            for parse in (parse_script, lambda text: parse_ssml(f"<speak>{text}</speak>"))
        )
        assert plain.audio.samples.tobytes() == wrapped.audio.samples.tobytes()


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "the cat",
            "NOW",
            "*so*",
            "½",
            "$5bn",
            "10:30",
            "🍕",
            "[joy]",
            "[/]",
            "[say x as /kæt/]",
            "<b>",
            "&amp;",
            "9" * 40,
            "٣",
            "]",
            "\\",
        ]
    ),
)


@given(st.lists(PIECES, max_size=8), st.booleans(), st.sampled_from(["neutral", "joy", "fear:0.5"]))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_gives_sound_or_one_clear_error(engine, pieces, ssml, emotion):
    text = " ".join(pieces)
    try:
        script = script_of(
            FilmRequest.read({"script": f"<speak>{text}</speak>" if ssml else text, "emotion": emotion})
        )
        track = said(engine, script)
    except AffectError as error:
        assert error.message and error.remedy
        return
    sound = track.audio.samples
    assert len(sound) and np.isfinite(sound).all() and np.abs(sound).max() <= 1.0
    times = [second for word in track.words for second in (word.start, word.end)]
    assert all(b >= a - 1e-6 for a, b in itertools.pairwise(times))
    assert not any("<b>" in word.text for word in track.words)
