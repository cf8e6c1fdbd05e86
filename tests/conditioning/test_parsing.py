from __future__ import annotations

from random import Random

import numpy as np
import pytest
from emotion_strategies import FEELINGS, emotions, names
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, EmotionError, UnknownNameError
from conditioning.guess import Guess
from conditioning.parsing import MAX_CHARACTERS, parse_emotion, understand, write_emotion
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon, vocabulary, vocabulary_names
from conditioning.words import words


def assert_close(a: Emotion, b: Emotion) -> None:
    assert a.intensity == pytest.approx(b.intensity, abs=0.01)
    assert np.allclose(a.felt.array(), b.felt.array(), atol=0.01)
    if a.intensity > 0.01:
        assert np.allclose(a.vad.array(), b.vad.array(), atol=0.01)
        for name in set(a.mixture) | set(b.mixture):
            assert a.mixture.get(name, 0) == pytest.approx(b.mixture.get(name, 0), abs=0.01)


@settings(max_examples=200)
@given(emotions)
def test_what_is_written_is_read_back(emotion):
    assert_close(parse_emotion(write_emotion(emotion)), emotion)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_reason(text):
    try:
        emotion = parse_emotion(text)
    except AffectError as error:
        assert error.exit_code == 2
        assert error.message
    else:
        assert 0 <= emotion.intensity <= 1


FRAGMENTS = st.sampled_from(
    [
        "joy",
        "fear",
        "very",
        "not",
        "0.5",
        "70",
        "-1",
        "%",
        ":",
        "+",
        ",",
        "=",
        "v",
        "a=.2",
        "d",
        "😂",
        "很",
        "开心",
        "a",
        "and",
        "intensity=",
        "1e9",
        "(",
        "[",
        "Q1",
        "nan",
    ]
)


@given(st.lists(FRAGMENTS, max_size=8))
def test_pieces_of_the_grammar_in_any_order_are_read_or_refused(pieces):
    try:
        assert 0 <= parse_emotion(" ".join(pieces)).intensity <= 1
    except (EmotionError, UnknownNameError) as error:
        assert error.remedy


@pytest.mark.parametrize("label", lexicon().labels, ids=lambda label: label.name)
def test_every_name_and_alias_means_its_label(label):
    for word in (label.name, *label.aliases, label.name.upper()):
        assert parse_emotion(word) == Emotion.of(label.name), word


@pytest.mark.parametrize("name", [n for n in vocabulary_names() if n != "lexicon"])
def test_labels_of_every_vocabulary_are_understood(name):
    for label in vocabulary(name).labels:
        if label.emotion is not None:
            assert parse_emotion(label.name).label == label.emotion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("glücklich", "joy"), ("traurig", "sadness"), ("wütend", "anger"), ("Angst", "fear"), ("wutend", "anger"),
        ("heureux", "joy"), ("tristesse", "sadness"), ("colère", "anger"), ("colere", "anger"), ("peur", "fear"),
        ("alegría", "joy"), ("triste", "sadness"), ("miedo", "fear"), ("sorpresa", "surprise"), ("asco", "disgust"),
        ("高兴", "joy"), ("悲伤", "sadness"), ("愤怒", "anger"), ("害怕", "fear"), ("惊讶", "surprise"),
        ("gioia", "joy"), ("paura", "fear"), ("rabbia", "anger"), ("medo", "fear"), ("saudade", "longing"),
        ("기쁨", "joy"), ("슬픔", "sadness"), ("분노", "anger"), ("두려움", "fear"), ("놀람", "surprise"),
        ("嬉しい", "joy"), ("悲しい", "sadness"), ("怒り", "anger"), ("怖い", "fear"), ("驚き", "surprise"),
    ],
)  # fmt: skip
def test_basic_emotions_are_understood_in_eight_more_languages(text, expected):
    assert parse_emotion(text) == Emotion.of(expected)


@pytest.mark.parametrize(
    "text",
    [
        "joy:0.7+fear:0.3", "joy 70, fear 30", "joy 0.7 fear 0.3", "70% joy + 30% fear", "joy=0.7;fear=0.3",
        "0.7 joy 0.3 fear", "0.7*joy+0.3*fear", "joy 70% and fear 30%", "fear:.3 + joy:.7", "happy: 0,7 / afraid: 0,3",
        "happiness:7,fear:3", "Freude 0.7 und Angst 0.3", "快乐:0.7+恐惧:0.3", "joy:0.7、fear:0.3", "ｊｏｙ：０.７＋ｆｅａｒ：０.３",
    ],
)  # fmt: skip
def test_a_mixture_may_be_written_in_many_ways(text):
    assert_close(parse_emotion(text), Emotion.of({"joy": 0.7, "fear": 0.3}))


@pytest.mark.parametrize(
    ("text", "mixture", "intensity"),
    [
        ("joy", {"joy": 1}, 1), ("joy:0.5", {"joy": 1}, 0.5), ("joy:.5", {"joy": 1}, 0.5), ("joy 0.6", {"joy": 1}, 0.6), ("50% joy", {"joy": 1}, 0.5),
        ("joy+fear", {"joy": 0.5, "fear": 0.5}, 1), ("joy:0.3+fear:0.1", {"joy": 0.75, "fear": 0.25}, 0.4),
        ("30% joy + 20% fear", {"joy": 0.6, "fear": 0.4}, 0.5), ("joy:0.9+fear:0.9", {"joy": 0.5, "fear": 0.5}, 1),
        ("joy 2, fear 1", {"joy": 2 / 3, "fear": 1 / 3}, 1), ("joy+joy", {"joy": 1}, 1), ("sad mad", {"sadness": 0.5, "anger": 0.5}, 1),
        ("slightly sad", {"sadness": 1}, 0.35), ("a bit sad", {"sadness": 1}, 0.35), ("somewhat sad", {"sadness": 1}, 0.55),
        ("fairly sad", {"sadness": 1}, 0.75), ("ein bisschen traurig", {"sadness": 1}, 0.35), ("un peu triste", {"sadness": 1}, 0.35),
        ("very angry", {"anger": 0.5, "rage": 0.5}, 1), ("sehr zornig", {"anger": 0.5, "rage": 0.5}, 1), ("很愤怒", {"anger": 0.5, "rage": 0.5}, 1),
        ("extremely angry", {"anger": 0.2, "rage": 0.8}, 1), ("very lonely", {"loneliness": 1}, 1), ("very serene", {"serenity": 1}, 1),
        ("very angry 0.6", {"anger": 0.5, "rage": 0.5}, 0.6), ("I am so happy", {"joy": 0.5, "ecstasy": 0.5}, 1),
        ("joy intensity=0.4", {"joy": 1}, 0.4), ("joy:1 + fear:0", {"joy": 1}, 1),
    ],
)  # fmt: skip
def test_strengths_give_proportions_and_intensity(text, mixture, intensity):
    assert_close(parse_emotion(text), Emotion.of(mixture, intensity))


@pytest.mark.parametrize(
    "text", ["neutral", "none", "joy:0", "joy:0+fear:0", "no emotion", "v=0 a=0 d=0", "0% joy"]
)
def test_nothing_felt_is_neutral(text):
    assert parse_emotion(text) == Emotion.neutral()


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("v=.5 a=-.2 d=.1", (0.5, -0.2, 0.1)), ("valence=0.5 arousal=-0.2", (0.5, -0.2, 0)), ("v .3 a -.2 d 0", (0.3, -0.2, 0)),
        ("V:0.5,A:+0.2", (0.5, 0.2, 0)), ("a=1", (0, 1, 0)), ("dominance 0.5", (0, 0, 0.5)), ("d=-1, v=1", (1, 0, -1)),
        ("v=50% a=−20%", (0.5, -0.2, 0)), ("v=0,5 a=0,2", (0.5, 0.2, 0)), ("p=.1 a=.2 d=.3", (0.1, 0.2, 0.3)),
    ],
)  # fmt: skip
def test_named_axes_give_the_point(text, point):
    assert parse_emotion(text) == Emotion.at(VAD(*point))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("VAD(0.5, 0.2, -0.1)", (0.5, 0.2, -0.1)), ("adv 0.9 0.5 0.1 scale 0..1", (-0.8, 0.8, 0)), ("pad: 20, -30, 10 scale ±100", (0.2, -0.3, 0.1)),
        ("va=[.5,-.2]", (0.5, -0.2, 0)), ("v=7 a=3 d=5 scale 1..9", (0.5, -0.5, 0)), ("valence 5 on a scale 1 to 5", (1, 0, 0)),
        ("v=-3 a=3 scale -3..3", (-1, 1, 0)), ("v=1 scale 14 bins", (-13 / 14, 0, 0)),
    ],
)  # fmt: skip
def test_rows_of_named_order_and_other_scales_give_the_point(text, point):
    assert np.allclose(parse_emotion(text).vad.array(), point, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "said"),
    [("v=10 scale 1..9", "10"), ("vad 0.1 0.2", "2 numbers"), ("vad 1 2 3", "2"), ("v=1 scale 9..1", "9..1"), ("v=.1 va(.1,.2)", "twice")],
)  # fmt: skip
def test_rows_and_scales_that_are_wrong_are_named(text, said):
    with pytest.raises(EmotionError) as caught:
        parse_emotion(text)
    assert said in caught.value.message


def test_the_intensity_stays_between_0_and_1_on_any_scale():
    assert parse_emotion("v=9 a=5 scale 1..9 intensity=0.5").felt == VAD(0.5, 0, 0)


def test_a_name_with_an_axis_keeps_its_mixture_and_moves_its_point():
    emotion = parse_emotion("sad a=0.6")
    assert emotion.mixture == {"sadness": 1.0}
    assert emotion.vad == VAD(-0.63, 0.6, -0.33)
    assert parse_emotion("neutral a=0.6") == Emotion.at(VAD(0, 0.6, 0))


def test_labels_of_lists_are_read_whole():
    assert parse_emotion("happily surprised").mixture == {"joy": 0.5, "surprise": 0.5}
    assert parse_emotion("jealousy & envy").mixture == {"jealousy": 0.5, "envy": 0.5}
    assert parse_emotion("doubt/confusion").mixture == {"suspicion": 0.5, "confusion": 0.5}
    assert parse_emotion("nonchalant").vad == vocabulary("russell_mehrabian")["nonchalant"].vad
    # but a phrase with "and" is a mixture of what it joins
    assert parse_emotion("proud and lonely").mixture == {"pride": 0.5, "loneliness": 0.5}


def test_there_are_at_least_150_emoji():
    assert len(words().emoji) >= 150
    for sign in words().emoji:
        assert 0 <= understand(sign).emotion.intensity <= 1


def test_a_quadrant_is_its_middle():
    assert parse_emotion("Q2").vad == VAD(-0.5, 0.5, 0.0)


@given(names)
def test_not_turns_a_name_into_its_opposite(name):
    emotion = Emotion.of(name)
    assert parse_emotion(f"not {name}") == emotion.opposed()


def test_not_very_is_a_mild_opposite():
    assert parse_emotion("not very happy") == Emotion.of("joy").opposed().scaled(0.35)
    assert parse_emotion("不高兴") == parse_emotion("nicht froh") == Emotion.of("joy").opposed()


@pytest.mark.parametrize(
    ("text", "label"),
    [("😀", "joy"), ("😂", "joy"), ("😭", "sadness"), ("😡", "anger"), ("😱", "fear"), ("🤢", "disgust"), ("🥰", "love"), ("🎉", "joy"), ("🤬", "rage"), ("🥺", "longing")],
)  # fmt: skip
def test_emoji_mean_what_people_see_in_them(text, label):
    assert parse_emotion(text).label == label


@pytest.mark.parametrize(
    ("decorated", "plain"),
    [("❤️", "❤"), ("👍🏽", "👍"), ("🙏🏿", "🙏"), ("🤷🏽‍♀️", "🤷"), ("☺️", "☺"), ("😂😂", "😂")],
)
def test_skin_tones_selectors_and_repetition_change_nothing(decorated, plain):
    assert_close(
        parse_emotion(decorated),
        parse_emotion(plain) if decorated != "😂😂" else parse_emotion("😂").scaled(2),
    )


def test_emoji_mix_with_words():
    emotion = parse_emotion("😡 0.5 + sad 0.5")
    assert emotion.intensity == 1
    assert emotion.mixture["sadness"] > 0.5
    assert emotion.mixture["anger"] > 0.2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("joy:1.4", "1.4"), ("joy:-1", "-1"), ("joy 140%", "140%"), ("joy:1.4+fear:0.3", "1.4"), ("joy:0.5+fear:-0.2", "-0.2"),
        ("joy 30 fear", "30"), ("joy:70", "70"), ("v=1.5", "1.5"), ("intensity=2 joy", "2"), ("joy:1e400", "inf"),
        ("v=.1 v=.2", "twice"), ("0.5 joy 0.2", "0.2"), ("joy 0.5 0.2", "0.2"), ("joy + 0.5", "0.5"), ("very", "very"), ("not", "not"),
        ("fear + very", "very"), ("intensity=.5", "without an emotion"), ("+", "names no emotion"),
    ],
)  # fmt: skip
def test_what_is_out_of_range_or_alone_is_named(text, said):
    with pytest.raises(EmotionError) as caught:
        parse_emotion(text)
    assert said in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["0.5 0.2 0.1", "0.5, 0.2, 0.1", "[0.5]"[1:-1], "5", "70%"])
def test_bare_numbers_are_told_to_name_their_axes(text):
    with pytest.raises(EmotionError, match="Name the axes"):
        parse_emotion(text)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_refused(text):
    with pytest.raises(EmotionError, match="No emotion is given"):
        parse_emotion(text)


def test_a_very_long_text_is_refused():
    with pytest.raises(EmotionError, match=str(MAX_CHARACTERS + 3)):
        parse_emotion("joy" + " " * MAX_CHARACTERS)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("joi", "joy"),
        ("hapiness", "happiness"),
        ("angrey", "angry"),
        ("very sadd", "sad"),
        ("joy:0.5+feer:0.5", "fear"),
        ("nervus", "nervous"),
        ("Freuda", "freude"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest(text, suggestion):
    with pytest.raises(UnknownNameError) as caught:
        parse_emotion(text)
    assert caught.value.suggestions[0] == suggestion
    assert caught.value.kind == "emotion"


@pytest.mark.parametrize("text", ["qwxz", "the sun rises", "[joy]", "joy#", "<b>", "other", "unknown"])
def test_what_is_no_emotion_is_unknown(text):
    with pytest.raises(UnknownNameError):
        parse_emotion(text)


def test_free_text_goes_to_the_reader_but_a_mistyped_name_does_not():
    asked = []

    def reader(text, before=""):
        asked.append(text)
        return Guess(Emotion.of("hope", 0.5), 0.4, "it rises")

    parsed = understand("The sun rises over the hills", reader=reader)
    assert parsed.emotion == Emotion.of("hope", 0.5)
    assert (parsed.certainty, parsed.why) == (0.4, "it rises")
    assert parse_emotion("x" * 3000, reader=reader).label == "hope"
    assert parse_emotion("very happy", reader=reader).label == "ecstasy"
    with pytest.raises(UnknownNameError):
        parse_emotion("joi", reader=reader)
    with pytest.raises(EmotionError):
        parse_emotion("joy:1.4", reader=reader)
    assert asked == ["The sun rises over the hills", "x" * 3000]


def test_a_word_that_says_nothing_to_the_reader_is_unknown_and_a_sentence_is_neutral():
    def reader(text, before=""):
        return Guess(Emotion.neutral(), 0.3)

    with pytest.raises(UnknownNameError):
        parse_emotion("xyzzy", reader=reader)
    assert parse_emotion("It is half past nine", reader=reader) == Emotion.neutral()


def test_a_label_may_be_named_with_its_list():
    for text, name in (
        ("goemotions:gratitude", "gratitude"),
        ("Plutchik: joy", "joy"),
        ("mead:happy 0.5", "joy"),
    ):
        assert parse_emotion(text).label == name
    assert parse_emotion("mead:happy:0.5") == parse_emotion("joy:0.5")
    mixed = parse_emotion("ekman:fear 0.5 + 0.5 occ:hope")
    assert set(mixed.mixture) == {"fear", "hope"}


@pytest.mark.parametrize("name", [name for name in vocabulary_names() if name != "lexicon"])
def test_every_label_of_every_list_is_read_by_its_list_and_name(name):
    for label in vocabulary(name).labels:
        assert parse_emotion(f"{name}:{label.name}") == Emotion.of_label(label), label.name


def test_a_label_that_its_list_does_not_have_is_unknown_there():
    with pytest.raises(UnknownNameError, match="mead"):
        parse_emotion("mead:gratitude")


@pytest.mark.parametrize("text", ["[0.1, 0.2, 0.3]", "(1; 2; 3)", "0.5 0.1 -0.2", "{.5}", "<1|2>"])
def test_numbers_without_names_are_refused_with_the_reason(text):
    with pytest.raises(EmotionError, match="do not say what they mean"):
        parse_emotion(text, reader=lambda text, before="": Guess(Emotion.of("joy")))


def test_what_was_understood_is_said_in_words():
    assert understand("joy").in_words == "joy"
    assert understand("joy 0.3 fear 0.1").in_words == "joy 75 %, fear 25 %, at 40 % of full strength"
    assert understand("neutral").in_words == "no particular feeling"
    assert understand("v=-.6 a=-.3 d=-.3").in_words.startswith(
        "valence -0.60, arousal -0.30, dominance -0.30, near "
    )


def test_understanding_says_what_was_understood_and_how_surely():
    assert understand("50 % happy, 20 % afraid").understood == "joy:0.5+fear:0.2"
    assert understand("joy").certainty == 1
    assert understand("😂").certainty < 1


def test_opposites_in_one_mixture_are_warned_of():
    assert "face each other" in understand("joy + sadness").warnings[0]
    assert understand("joy + trust").warnings == ()


def test_thousands_of_random_strings_are_read_or_refused():
    random = Random(7)
    pieces = [
        *words().emotions,
        *words().emoji,
        "very",
        "not",
        ":",
        "+",
        "0.5",
        "scale 1..9",
        "vad(",
        ")",
        "1e400",
        "²",
        "٣",
        "\n",
        "\0",
    ]
    for _ in range(3000):
        if random.random() < 0.3:
            text = "".join(chr(random.randrange(0xD7FF)) for _ in range(random.randrange(8)))
        else:
            text = random.choice(("", " ")).join(random.choices(pieces, k=random.randrange(1, 6)))
        try:
            emotion = parse_emotion(text)
        except AffectError as error:
            assert error.exit_code == 2
        else:
            assert 0 <= emotion.intensity <= 1


@pytest.mark.parametrize("name", FEELINGS[:20])
def test_a_written_name_is_short(name):
    assert write_emotion(Emotion.of(name)) == name
    assert write_emotion(Emotion.of(name, 0.25)) == f"{name}:0.25"


def test_a_point_that_all_but_is_neutral_keeps_its_intensity():
    faint = Emotion.at(VAD(0.0, 0.0, 0.0001))
    assert parse_emotion(write_emotion(faint)).intensity == faint.intensity == 1
