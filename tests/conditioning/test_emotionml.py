from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import assert_same, emotions
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.emotionml import (
    KINDS,
    NAMESPACE,
    ROLES,
    TIMES,
    Annotation,
    Descriptor,
    Document,
    EmotionmlError,
    Item,
    ItemList,
    Reference,
    Trace,
)
from conditioning.emotionml_meaning import (
    annotation_of,
    document_of,
    document_of_timeline,
    timeline_of,
    understand_annotation,
)
from conditioning.emotionml_reader import read_emotionml
from conditioning.emotionml_script import document_of_script, script_of_document
from conditioning.emotionml_writer import write_emotionml
from conditioning.errors import AffectError, EmotionError, RequestError
from conditioning.script import parse_script
from conditioning.timeline import Timeline
from conditioning.vad import VAD

VOC = "http://www.w3.org/TR/emotion-voc/xml#"
SETS = (
    f'category-set="{VOC}big6" dimension-set="{VOC}fsre-dimensions" appraisal-set="{VOC}scherer-appraisals" '
    f'action-tendency-set="{VOC}frijda-action-tendencies"'
)


def xml(inside: str, keys: str = SETS) -> str:
    return f'<emotionml version="1.0" xmlns="{NAMESPACE}" {keys}>{inside}</emotionml>'


def felt(inside: str) -> Emotion:
    return understand_annotation(read_emotionml(xml(f"<emotion>{inside}</emotion>")).annotations[0]).emotion


def error_of(text) -> EmotionmlError:
    with pytest.raises(EmotionmlError) as caught:
        read_emotionml(text)
    return caught.value


# Reading


def test_a_document_is_read_with_all_that_it_says():
    document = read_emotionml(
        xml(
            """
            Before.
            <emotion id="e1" start="1268647331" end="1268647731" expressed-through="face voice"
                     time-ref-uri="#a" time-ref-anchor-point="end" offset-to-start="-5">
              <info><my:note xmlns:my="urn:my">hello</my:note></info>
              <category name="disgust" value="0.82" confidence=".5"/>
              <dimension name="arousal"><trace freq="10 Hz" samples="0.1 0.1 0.15"/></dimension>
              <appraisal name="suddenness"/><action-tendency name="approach" value="1"/>
              <reference uri="f.avi#t=2,13"/><reference uri="#x" role="triggeredBy" media-type="video/mp4"/>
              'Come, there is no use in crying like that!'
            </emotion> After."""
        )
    )
    assert document == read_emotionml(write_emotionml(document))
    (emotion,) = document.annotations
    assert emotion.text == "'Come, there is no use in crying like that!'"
    assert (emotion.before, document.after) == ("Before.", "After.")
    assert emotion.descriptors[:2] == (
        Descriptor("category", "disgust", 0.82, None, 0.5),
        Descriptor("dimension", "arousal", None, Trace(10.0, (0.1, 0.1, 0.15))),
    )
    assert emotion.times == {"start": 1268647331, "end": 1268647731, "offset-to-start": -5}
    assert emotion.references[1] == Reference("#x", "triggeredBy", "video/mp4")
    assert "hello" in emotion.info


def test_a_single_emotion_is_a_document():
    text = f'<emotion version="1.0" xmlns="{NAMESPACE}" category-set="{VOC}big6"><category name="anger"/></emotion>'
    assert read_emotionml(text).annotations[0].descriptors == (Descriptor("category", "anger"),)
    assert read_emotionml(text.encode("utf-16"))


EMOTION = "<emotion><category name='anger'{}/></emotion>"


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<emotion/>", "says nothing"),
        ("<emotion><category/></emotion>", "no name"),
        (EMOTION.format(" value='1.2'"), "1.2"),
        (EMOTION.format(" value='much'"), "'much'"),
        (EMOTION.format(" value='nan'"), "'nan'"),
        (EMOTION.format(" confidence='-1'"), "-1"),
        (EMOTION.format(" colour='red'"), "'colour'"),
        ("<emotion><dimension name='arousal'/></emotion>", "no value"),
        ("<emotion><dimension name='a' value='.1'><trace freq='1Hz' samples='0'/></dimension></emotion>", "more than one"),
        ("<emotion><dimension name='a'><trace freq='1' samples='0'/></dimension></emotion>", "freq"),
        ("<emotion><dimension name='a'><trace freq='0Hz' samples='0'/></dimension></emotion>", "freq"),
        ("<emotion><dimension name='a'><trace freq='1Hz' samples=''/></dimension></emotion>", "0 samples"),
        ("<emotion><dimension name='a'><trace freq='1Hz' samples='0 2'/></dimension></emotion>", "2"),
        ("<emotion start='5' end='4'><category name='anger'/></emotion>", "ends before"),
        ("<emotion start='-5'><category name='anger'/></emotion>", "start"),
        ("<emotion><category name='anger'/><reference uri='#a' role='owner'/></emotion>", "owner"),
        ("<emotion><category name='anger'/><reference/></emotion>", "no uri"),
        ("<emotion id='a'><category name='anger'/></emotion><emotion id='a'><category name='anger'/></emotion>", "twice"),
        ("<emotion category-set='#mine'><category name='anger'/></emotion>", "no category vocabulary"),
        ("<feeling/>", "cannot stand here"),
        ("<emotion><category name='anger'/><x xmlns='urn:x'/></emotion>", "cannot stand here"),
        ("<emotion><category name='anger'/><info/><info/></emotion>", "two <info>"),
        ("<vocabulary type='mood' id='a'><item name='b'/></vocabulary>", "'mood'"),
        ("<vocabulary type='category' id='a'/>", "no id or no item"),
        ("<emotion version='2.0'><category name='anger'/></emotion>", "'2.0'"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_its_place(inside, message):
    error = error_of(xml(f"\n  {inside}"))
    assert message in error.message
    assert error.remedy
    assert error.line == 2


def test_a_vocabulary_of_the_document_is_checked():
    vocabulary = "<vocabulary type='category' id='m'><item name='zeal'/></vocabulary>"
    good = vocabulary + "<emotion category-set='#m'><category name='zeal'/></emotion>"
    assert read_emotionml(xml(good)).vocabularies == (ItemList("category", "m", (Item("zeal"),)),)
    assert "'zeel'" in error_of(xml(good.replace("name='zeal'/></emotion", "name='zeel'/></emotion"))).message


def test_descriptors_need_a_declared_vocabulary():
    assert "category-set" in error_of(xml("<emotion><category name='anger'/></emotion>", "")).remedy


@pytest.mark.parametrize(
    "text", ["", "hello", "<a/>", "<emotionml/>", xml("")[:-3], "<emotionml version='1.0'/>", b"\xff\xfe\x00", "\x00",
             "\ud800", b'<?xml version="1.0" encoding="no-such"?><a/>', xml("&undefined;")]
)  # fmt: skip
def test_what_is_no_emotionml_is_refused(text):
    assert error_of(text).remedy


# Attacks

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE emotionml [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE emotionml [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE emotionml [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>',
        '<!DOCTYPE emotionml SYSTEM "http://127.0.0.1/x.dtd">',
        "<!DOCTYPE emotionml>",
    ],
)
def test_entities_and_document_types_are_refused_by_name(head):
    error = error_of(head + xml("<emotion>&l9;<category name='anger'/></emotion>"))
    assert "document type or entities" in error.message
    assert "DTDForbidden" in error.message


def test_a_document_may_not_be_too_deep_or_too_long():
    assert "levels" in error_of(xml("<emotion><info>" + "<a>" * 100_000)).message
    assert "characters" in error_of("<" * 5_000_000).message


@pytest.mark.timeout(30)
def test_a_large_document_is_read_in_linear_time():
    items = "".join(f"<item name='n{i}'/>" for i in range(20_000))
    said = "".join(f"<category name='n{i}'/>" for i in range(20_000))
    text = xml(
        f"<vocabulary type='category' id='m'>{items}</vocabulary><emotion category-set='#m'>{said}</emotion>"
    )
    assert len(read_emotionml(text).annotations[0].descriptors) == 20_000


# Writing

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=8).map(
    lambda text: " ".join(text.split())
)
names = texts.filter(bool)
share = st.one_of(st.none(), st.floats(0, 1))
traces = st.builds(Trace, st.floats(0.01, 1000), st.lists(st.floats(0, 1), min_size=1, max_size=4).map(tuple))


@st.composite
def descriptors(draw):
    kind, trace, value = draw(st.sampled_from(KINDS)), draw(st.one_of(st.none(), traces)), draw(share)
    value = None if trace else value
    if kind == "dimension" and trace is None and value is None:
        value = 0.5
    return Descriptor(kind, draw(names), value, trace, draw(share))


@st.composite
def annotations(draw):
    times = draw(st.dictionaries(st.sampled_from(TIMES), st.integers(0, 10**12)))
    if times.get("end", 0) < times.get("start", 0):
        times.pop("end", None)
    found = draw(st.lists(descriptors(), min_size=1, max_size=3).map(tuple))
    return Annotation(
        found,
        text=draw(texts),
        sets={d.kind: VOC + d.kind for d in found},
        references=draw(
            st.lists(st.builds(Reference, names, st.sampled_from(["", *ROLES]), texts), max_size=2).map(tuple)
        ),
        expressed_through=draw(st.sampled_from([(), ("face",), ("voice", "gesture")])),
        times=times,
        time_ref_uri=draw(texts),
        time_ref_anchor=draw(st.sampled_from(["", "start", "end"])),
        info=draw(
            st.sampled_from(
                ["", '<ns0:info xmlns:ns0="http://www.w3.org/2009/10/emotionml">a <b>c</b> d</ns0:info>']
            )
        ),
        before=draw(texts),
    )


vocabularies = st.lists(st.builds(Item, names), min_size=1, max_size=2).map(
    lambda items: (ItemList("category", "own", tuple(items)),)
)
documents = st.builds(
    Document,
    st.lists(annotations(), max_size=3).map(tuple),
    st.one_of(st.just(()), vocabularies),
    after=texts,
    foreign=st.sampled_from(
        [{}, {"{urn:a}b": "c & d"}, {"{http://www.w3.org/XML/1998/namespace}lang": "en"}]
    ),
)


@given(documents)
def test_a_written_document_is_read_back_to_the_same(document):
    assert read_emotionml(write_emotionml(document)) == document


def test_a_sign_that_xml_has_not_is_refused():
    with pytest.raises(RequestError, match="sign"):
        write_emotionml(document_of((annotation_of(Emotion.of("joy"), text="a\x07b"),)))


# Meaning


@given(emotions)
def test_an_emotion_goes_out_and_comes_back_whole(emotion):
    document = read_emotionml(write_emotionml(document_of((annotation_of(emotion),))))
    understood = understand_annotation(document.annotations[0])
    assert understood.notes == ()
    assert_same(understood.emotion, emotion, 1e-9)


def test_category_values_are_strengths_or_with_an_intensity_shares():
    assert str(felt("<category name='anger' value='.7'/>")) == "anger:0.7"
    assert (
        str(felt("<category name='anger' value='.5'/><category name='fear' value='.3'/>"))
        == "anger:0.5+fear:0.3"
    )
    both = "<category name='anger' value='.4'/><category name='fear' value='.4'/><dimension name='intensity' value='.5'/>"
    assert str(felt(both)) == "anger:0.25+fear:0.25"
    assert felt("<category name='anger' value='0'/>") == Emotion.neutral()


def test_dimensions_are_axes_from_0_to_1():
    emotion = felt("<dimension name='valence' value='.9'/><dimension name='potency' value='.25'/>")
    assert emotion.vad == VAD(0.8, 0.0, -0.5)
    assert felt("<category name='anger'/><dimension name='arousal' value='.5'/>").vad == VAD(-0.51, 0.0, 0.25)


def test_appraisals_and_tendencies_count_where_nothing_else_is_said():
    assert felt("<action-tendency name='agonistic' value='.6'/>").label == "anger"
    assert felt("<appraisal name='suddenness' value='1'/>").vad == VAD(0, 1, 0)
    both = read_emotionml(
        xml("<emotion><category name='joy'/><appraisal name='suddenness' value='1'/></emotion>")
    )
    understood = understand_annotation(both.annotations[0])
    assert str(understood.emotion) == "joy"
    assert any("suddenness" in note for note in understood.notes)


def test_what_is_not_followed_is_noted_and_nothing_at_all_is_refused():
    found = read_emotionml(
        xml(
            "<emotion expressed-through='gaze'><category name='joy' confidence='.2'/><category name='zzz'/><reference uri='#a'/></emotion>"
        )
    )
    notes = " ".join(understand_annotation(found.annotations[0]).notes)
    for word in ("zzz", "onfidence", "eference", "gaze"):
        assert word in notes
    with pytest.raises(EmotionError, match="zzz"):
        felt("<category name='zzz'/>")


def test_the_words_of_the_published_basic_vocabularies_are_all_known():
    everyday = (
        "affectionate afraid amused angry bored confident content disappointed excited happy interested loving pleased "
        "relaxed sad satisfied worried"
    )
    for word in ("anger disgust fear happiness sadness surprise " + everyday).split():
        assert felt(f"<category name='{word}'/>").intensity > 0, word


def test_a_trace_is_a_course():
    (annotation,) = read_emotionml(
        xml("<emotion><category name='joy'><trace freq='2Hz' samples='0 0.5 1'/></category></emotion>")
    ).annotations
    line = understand_annotation(annotation).timeline
    assert [(k.time, k.emotion.intensity) for k in line.keyframes] == [(0, 0), (0.5, 0.5), (1.0, 1.0)]


def test_traces_that_would_need_too_many_samples_together_are_refused():
    long = Descriptor("category", "joy", trace=Trace(1e-300, (0.0, 1.0)))
    fine = Descriptor("dimension", "arousal", trace=Trace(1e6, (0.0, 1.0)))
    with pytest.raises(EmotionError, match="samples"):
        understand_annotation(Annotation((long, fine)))


@given(st.lists(emotions, min_size=2, max_size=4))
def test_a_timeline_goes_out_as_traces_and_comes_back(found):
    line = Timeline.of([(float(i), emotion) for i, emotion in enumerate(found)])
    document = read_emotionml(write_emotionml(document_of_timeline(line, 10.0)))
    times = np.linspace(0, line.end, 10 * (len(found) - 1) + 1)
    back = timeline_of(document).sample(times)
    assert np.allclose(back.vad, line.sample(times).vad, atol=1e-6)
    assert np.allclose(back.strengths, line.sample(times).strengths, atol=1e-6)


def test_annotations_stand_at_their_times_and_hold():
    said = "<emotion start='{}' {}><category name='{}'/></emotion>"
    text = said.format(5000, "end='6000'", "joy") + said.format(8000, "duration='500'", "fear")
    line = timeline_of(read_emotionml(xml(text)))
    assert [str(line.at(t)) for t in (0, 0.9, 3, 9)] == ["joy", "joy", "fear", "fear"]
    with pytest.raises(EmotionError, match="no emotion"):
        timeline_of(Document())


# Scripts


def test_a_script_goes_out_and_comes_back():
    script = parse_script("Well. [joy][face: fear] She is here! [voice Ada B.] [sadness:0.4+fear:0.2] Gone.")
    document, lost = document_of_script(script)
    assert lost == ()
    back, notes = script_of_document(read_emotionml(write_emotionml(document)))
    assert notes == ()
    assert [
        (s.text, s.speaker, str(s.emotion), {m: str(e) for m, e in s.overrides.items()}) for s in back.spans
    ] == [
        (s.text, s.speaker, str(s.emotion), {m: str(e) for m, e in s.overrides.items()}) for s in script.spans
    ]


def test_what_a_document_cannot_say_is_told():
    lost = " ".join(document_of_script(parse_script("a [pause 1] b [laugh] [music: awe] c"))[1])
    for word in ("pauses", "sounds", "music"):
        assert word in lost


def test_a_document_with_text_is_a_script_and_one_without_is_refused():
    document = read_emotionml(
        xml("Then <emotion start='0' end='1500'><category name='anger'/>Come here!</emotion> he said.")
    )
    script, _ = script_of_document(document)
    assert [(s.text, str(s.emotion), s.end) for s in script.spans] == [
        ("Then", "neutral", None),
        ("Come here!", "anger", 1.5),
        ("he said.", "neutral", None),
    ]
    with pytest.raises(RequestError, match="no text"):
        script_of_document(read_emotionml(xml("<emotion><category name='anger'/></emotion>")))


# Anything

tags = st.sampled_from(
    ["<emotion>", "</emotion>", "<category name='joy'/>", "<category name='x' value='", "1", ".5", "'/>", "<info>", "</info>",
     "<dimension name='arousal'>", "</dimension>", "<trace freq='2Hz' samples='0 1'/>", "<vocabulary ", "type='category' ",
     "id='a'>", "<item name='joy'/>", "</vocabulary>", " text ", "&amp;", "<", ">", "<!--", "-->", "<![CDATA[", "]]>", "<?p ?>",
     "<reference uri='#a'/>", "<!DOCTYPE a>", "<action-tendency name='approach'/>", "xmlns='urn:x'", "\x00", "é"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(tags, max_size=12).map("".join))
def test_no_document_raises_anything_but_an_error_with_a_remedy(inside):
    for text in (inside, xml(inside), xml(f"<emotion><category name='joy'/>{inside}</emotion>")):
        try:
            document = read_emotionml(text)
            assert read_emotionml(write_emotionml(document)) == document
            script_of_document(document)
        except AffectError as error:
            assert error.remedy
