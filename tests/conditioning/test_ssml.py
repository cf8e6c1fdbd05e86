import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.delivery import PLAIN, Change, Reading
from conditioning.emotion import Emotion
from conditioning.errors import AffectError, RequestError, ScriptError
from conditioning.guess import Guess
from conditioning.parsing import parse_emotion
from conditioning.ssml import SsmlError, is_ssml, parse_ssml
from conditioning.ssml_values import with_prosody


def spans(inner):
    return parse_ssml(f"<speak>{inner}</speak>").spans


def prosody(**attributes):
    values = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return spans(f"<prosody {values}>Hello.</prosody>")[0].prosody


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("<speak>a</speak>", True),
        ('\ufeff <?xml version="1.0"?>\n<!-- x --><speak>a</speak>', True),
        ("<speaker>a</speaker>", False),
        ("I <speak> now", False),
        ("<emotionml/>", False),
    ],
)
def test_ssml_is_known_by_its_first_element(text, is_one):
    assert is_ssml(text) is is_one


@pytest.mark.parametrize(
    ("value", "rate"),
    [
        ("x-slow", 0.6),
        ("fast", 1.2),
        ("default", 1.0),
        ("150%", 1.5),
        ("+50%", 1.5),
        ("-20%", 0.8),
        ("0.75", 0.75),
    ],
)
def test_rates(value, rate):
    assert prosody(rate=value).rate == pytest.approx(rate)


@pytest.mark.parametrize(
    ("value", "hertz"),
    [
        ("+10%", 220),
        ("-50%", 100),
        ("+12st", 400),
        ("-12st", 100),
        ("+20Hz", 220),
        ("150Hz", 150),
        ("default", 200),
    ],
)
def test_pitches_of_a_voice_of_200_hertz(value, hertz):
    assert prosody(pitch=value).pitch.of(200.0) == pytest.approx(hertz)


@pytest.mark.parametrize(
    ("value", "decibels"),
    [("+6dB", 6), ("-6dB", -6), ("50", -6.02), ("100", 0), ("silent", -110), ("x-loud", 8)],
)
def test_volumes(value, decibels):
    assert prosody(volume=value).volume == pytest.approx(decibels, abs=0.01)


def test_labels_rise_as_the_recommendation_asks():
    rates = [prosody(rate=word).rate for word in ("x-slow", "slow", "medium", "fast", "x-fast")]
    pitches = [prosody(pitch=word).pitch.of(1.0) for word in ("x-low", "low", "medium", "high", "x-high")]
    ranges = [prosody(range=word).range.of(1.0) for word in ("x-low", "low", "medium", "high", "x-high")]
    volumes = [
        prosody(volume=word).volume for word in ("silent", "x-soft", "soft", "medium", "loud", "x-loud")
    ]
    for values in (rates, pitches, ranges, volumes):
        assert values == sorted(set(values))


def test_relative_values_build_on_those_around_them_and_absolute_ones_do_not():
    inner = '<prosody rate="{}" pitch="{}" volume="+2dB">in</prosody>'
    outer = '<prosody rate="80%" pitch="+20Hz" volume="-3dB">out {}</prosody>'
    _, relative = spans(outer.format(inner.format("-50%", "+10%")))
    _, absolute = spans(outer.format(inner.format("50%", "120Hz")))
    assert relative.prosody.rate == pytest.approx(0.4)
    assert relative.prosody.pitch.of(200) == pytest.approx(242)
    assert relative.prosody.volume == pytest.approx(-1)
    assert absolute.prosody.rate == pytest.approx(0.5)
    assert absolute.prosody.pitch.of(200) == pytest.approx(120)


@given(st.floats(-50, 100), st.floats(0, 80), st.floats(60, 300))
def test_changes_of_changes_are_changes(percent, hertz, natural):
    both = Change().times(1 + percent / 100).plus(hertz).times(2.0)
    assert both.of(natural) == pytest.approx((natural * (1 + percent / 100) + hertz) * 2.0)


def test_prosody_ends_with_its_element():
    before, inside, after = spans('a <prosody rate="fast">b</prosody> c')
    assert (before.prosody, after.prosody) == (PLAIN, PLAIN)
    assert inside.prosody.rate == 1.2


def test_breaks_are_pauses_and_add_up():
    assert [s.pause for s in spans('a <break time="500ms"/><break time="0.25s"/> b')] == [0, 0.75]
    strengths = ("none", "x-weak", "weak", "medium", "strong", "x-strong")
    pauses = [sum(s.pause for s in spans(f'a <break strength="{word}"/> b')) for word in strengths]
    assert pauses == sorted(set(pauses))
    assert spans("a <break/> b")[1].pause == pauses[3]


def test_a_sentence_ends_without_a_sign():
    assert [s.text for s in spans("<s>One</s><s>Two!</s> Three")] == ["One.", "Two!", "Three"]


def test_paragraphs_are_parted_as_by_a_blank_line():
    assert [s.pause for s in spans("<p>One.</p><p>Two.</p>Three.")] == [0.0, 0.7, 0.7]


def test_readings_name_their_words():
    (span,) = spans(
        'A <sub alias="World Wide Web">WWW</sub>, <phoneme alphabet="ipa" ph="kæt">cat</phoneme>! '
        '<say-as interpret-as="date" format="dmy">1.2.2020</say-as> <emphasis level="strong">big <s/>world</emphasis>'
    )[:1]
    assert span.text.split() == ["A", "WWW,", "cat!", "1.2.2020", "big."] or span.text.startswith(
        "A WWW, cat!"
    )
    assert span.readings[:3] == (
        Reading(1, said="World Wide Web"),
        Reading(2, ipa="kæt"),
        Reading(3, kind="date", form="dmy"),
    )


def test_emphasis_reaches_over_spans():
    one, two = spans('<emphasis>very <prosody rate="fast">much so</prosody></emphasis>')
    assert one.readings == (Reading(0, 1, emphasis=1.0),)
    assert two.readings == (Reading(0, 2, emphasis=1.0),)


EMOTION = (
    '<emo:emotion xmlns:emo="http://www.w3.org/2009/10/emotionml" category-set="http://www.w3.org/TR/emotion-voc/xml#big6">'
    '<emo:category name="fear" value="0.4"/>{}</emo:emotion>'
)


def test_an_emotion_holds_for_its_words_or_for_the_rest_of_its_element():
    found = spans(
        f"<s>{EMOTION.format('')}Do I have to go?</s> Done. {EMOTION.format('Oh <break/> no.')} End."
    )
    assert [(s.text, str(s.emotion)) for s in found] == [
        ("Do I have to go?", "fear:0.4"), ("Done.", "neutral"), ("Oh", "fear:0.4"), ("no.", "fear:0.4"), ("End.", "neutral"),
    ]  # fmt: skip


def test_what_is_not_followed_is_told_and_its_words_are_said():
    script = parse_ssml(
        '<speak><metadata>secret</metadata><audio src="x.wav">sea</audio><mark name="m"/><voice gender="male">hello</voice>'
        '<w>word</w><prosody contour="(0%,+20Hz)">there</prosody><desc>no</desc></speak>'
    )
    assert script.text == "sea hello word there"
    told = " ".join(script.ignored)
    for name in ("<metadata>", "<audio>", "<mark>", "gender", "contour", "<desc>"):
        assert name in told
    assert "<w>" not in told


def test_the_base_and_the_reader_of_emotions_hold_where_the_document_is_silent():
    assert str(parse_ssml("<speak>a</speak>", base=Emotion.of("joy")).spans[0].emotion) == "joy"
    script = parse_ssml(
        "<speak>a <break/> b</speak>", auto=lambda text, before="": Guess(parse_emotion("awe"), why=before)
    )
    assert [(str(s.emotion), s.why) for s in script.spans] == [("awe", ""), ("awe", "a")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<speak>", "not XML"),
        ("<speak></speak>", "no words"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><speak>&b;</speak>', "document type"),
        ('<speak><prosody rate="quick">a</prosody></speak>', "rate is 'quick'"),
        ('<speak><prosody rate="-100%">a</prosody></speak>', "rate"),
        ('<speak><prosody pitch="10">a</prosody></speak>', "pitch"),
        ('<speak><prosody volume="6dB">a</prosody></speak>', "sign"),
        ('<speak>a<break time="99s"/></speak>', "30 seconds"),
        ('<speak>a<break time="5"/></speak>', "500ms"),
        ("<speak><sub>a</sub></speak>", "alias"),
        ('<speak><emphasis level="very">a</emphasis></speak>', "level"),
    ],
)
def test_faults_have_a_place_and_a_remedy(text, said):
    with pytest.raises(SsmlError, match=said) as caught:
        parse_ssml(text)
    assert caught.value.remedy
    assert isinstance(caught.value, ScriptError) and caught.value.line == 1


@given(
    st.sampled_from(["rate", "pitch", "range", "volume"]),
    st.text(max_size=8) | st.from_regex(r"[+-]?\d{1,9}(st|%|Hz|dB)?", fullmatch=True),
)
@settings(max_examples=200)
def test_any_value_is_a_number_or_an_error(name, value):
    try:
        found = with_prosody(PLAIN, name, value)
    except RequestError:
        return
    assert found.rate > 0 and -1e7 < found.volume < 1e7 and abs(found.pitch.of(200)) < 1e300


@given(st.text(st.sampled_from('<>/="& abspeakbreaktime1'), max_size=40))
@settings(max_examples=200)
def test_broken_documents_end_in_one_error(inner):
    try:
        script = parse_ssml(f"<speak>{inner}</speak>")
    except AffectError as error:
        assert error.message
        return
    assert "<" not in script.text.replace("&lt;", "")
