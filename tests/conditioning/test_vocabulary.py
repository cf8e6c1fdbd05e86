from __future__ import annotations

import numpy as np
import pytest
from emotion_strategies import points
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, UnknownNameError
from conditioning.vad import VAD
from conditioning.vocabulary import Vocabulary, lexicon, read_vocabulary, vocabulary, vocabulary_names
from conditioning.vocabulary_faults import CERTAINTIES, KINDS

SOURCE_ORDER = {
    "ekman": "anger disgust fear happiness sadness surprise",
    "fer2013": "angry disgust fear happy sad surprise neutral",
    "ravdess": "neutral calm happy sad angry fearful disgust surprised",
    "xed": "neutral anger anticipation disgust fear joy sadness surprise trust",
    "rafdb": "surprise fear disgust happiness sadness anger neutral",
    "ferplus": "neutral happiness surprise sadness anger disgust fear contempt",
    "brighter": "anger disgust fear joy sadness surprise",
    "emowoz": "neutral fearful dissatisfied apologetic abusive excited satisfied",
    "everyday": "affectionate afraid amused angry bored confident content disappointed excited happy interested loving pleased "
    "relaxed sad satisfied worried",
    "mikels": "amusement awe contentment excitement anger disgust fear sadness",
    "russell": "Q1 Q2 Q3 Q4",
    "affectnet": "neutral happy sad surprise fear disgust anger contempt",
    "goemotions": "admiration amusement anger annoyance approval caring confusion curiosity desire disappointment disapproval "
    "disgust embarrassment excitement fear gratitude grief joy love nervousness optimism pride realization relief remorse "
    "sadness surprise neutral",
    "indextts": "happy angry sad afraid disgusted melancholic surprised calm",
    "emotion2vec": "angry disgusted fearful happy neutral other sad surprised unknown",
}


@pytest.mark.parametrize("name", SOURCE_ORDER)
def test_labels_keep_their_sources_order(name):
    assert vocabulary(name).names == tuple(SOURCE_ORDER[name].split())


def test_plutchik_begins_with_the_wheel_and_has_its_24_dyads():
    wheel = vocabulary("plutchik")
    primaries = wheel.names[:8]
    assert primaries == ("joy", "trust", "fear", "surprise", "sadness", "disgust", "anger", "anticipation")
    assert len(wheel.dyads) == 24
    for (first, second), name in wheel.dyads.items():
        apart = abs(primaries.index(first) - primaries.index(second)) % 8
        assert min(apart, 8 - apart) in (1, 2, 3), (first, second)  # opposites have no dyad
        assert name in wheel
    assert len({frozenset(pair) for pair in wheel.dyads}) == 24
    assert len(set(wheel.dyads.values())) == 24


def test_every_primary_has_a_weaker_and_a_stronger_kin():
    for name in vocabulary("plutchik").names[:8]:
        label = lexicon()[name]
        assert lexicon()[label.weaker].stronger == name
        assert lexicon()[label.stronger].weaker == name


@pytest.mark.parametrize("name", vocabulary_names())
def test_every_vocabulary_is_whole(name):
    words = vocabulary(name)
    assert words.title
    assert words.source
    assert len(set(words.names)) == len(words.names)
    for label in words.labels:
        assert label.emotion is None or label.emotion in lexicon()
        assert label.definition or label.emotion is None


def test_labels_take_place_and_definition_from_the_lexicon():
    happy, joy = vocabulary("affectnet")["happy"], lexicon()["joy"]
    assert (happy.vad, happy.sd, happy.definition) == (joy.vad, joy.sd, joy.definition)


def test_quadrants_are_wide_and_classes_without_feeling_have_no_emotion():
    assert vocabulary("russell")["Q3"].vad == VAD(-0.5, -0.5, 0.0)
    assert vocabulary("russell")["Q3"].emotion is None
    assert vocabulary("emotion2vec")["other"].emotion is None


@given(points, st.sampled_from(vocabulary_names()))
def test_memberships_and_nearness_are_shares(point, name):
    for shares in (vocabulary(name).memberships(point.array()), vocabulary(name).nearness(point.array())):
        assert shares.sum() == pytest.approx(1)
        assert shares.min() >= 0


@pytest.mark.parametrize("name", vocabulary_names())
def test_a_label_is_the_nearest_at_its_own_place(name):
    # Classes such as "other" have no place, so they cannot be the nearest anywhere.
    felt = tuple(label for label in vocabulary(name).labels if label.has_feeling)
    words = Vocabulary(name, "", felt)
    nearest = np.argmax(words.nearness(words.means()), axis=1)
    assert [words.names[i] for i in nearest] == list(words.names)


def test_classes_without_feeling_are_few_and_known():
    absent = {
        (n, label.name) for n in vocabulary_names() for label in vocabulary(n).labels if not label.has_feeling
    }
    assert absent == {
        ("emotion2vec", "other"),
        ("emotion2vec", "unknown"),
        ("zonos", "other"),
        ("audio2face", "outofbreath"),
        ("emonet", "intoxication/altered states"),
        ("uddetts", "other or unknown"),
    }


COUNTS = {
    "ekman": 6, "ekman7": 7, "plutchik": 8 + 16 + 24, "mikels": 8, "russell": 4, "russell_mehrabian": 149, "occ": 24,
    "affectnet": 8, "fer2013": 7, "goemotions": 28, "emonet": 40, "emotic": 26, "meld": 7, "iemocap4": 4, "iemocap6": 6,
    "ravdess": 8, "emotiontalk": 7, "cped": 13, "dailydialog": 7, "emowoz": 7, "kote": 44, "brighter": 6, "gems9": 9,
    "academic": 9, "compound": 21, "everyday": 17, "fsre": 24, "frijda": 12, "indextts": 8, "zonos": 8, "audio2face": 10,
    "emotion2vec": 9, "mead": 8, "float": 7, "stepaudio": 14, "sensevoice": 7, "hsemotion": 8, "uddetts": 10, "xed": 9,
    "ferplus": 8, "rafdb": 7,
}  # fmt: skip


def test_every_vocabulary_has_the_count_of_its_source():
    assert {name: len(vocabulary(name).names) for name in vocabulary_names() if name != "lexicon"} == COUNTS


@pytest.mark.parametrize("name", vocabulary_names())
def test_every_vocabulary_says_how_certain_its_order_is(name):
    words = vocabulary(name)
    assert words.certainty in CERTAINTIES
    assert words.kind in KINDS
    assert words.certainty == "checked" or words.note, "what is not checked is explained"


def test_a_compound_lies_between_its_parts_and_is_less_certain():
    words = vocabulary("compound")
    both, joy, surprise = words["happily surprised"], lexicon()["joy"], lexicon()["surprise"]
    assert both.mixture == {"joy": 0.5, "surprise": 0.5}
    assert np.allclose(both.vad.array(), (joy.vad.array() + surprise.vad.array()) / 2)
    assert both.sd[0] > (joy.sd[0] ** 2 / 2 + surprise.sd[0] ** 2 / 2) ** 0.5
    assert both.parents == ("joy", "surprise")


def test_russell_and_mehrabians_terms_stand_at_the_papers_places():
    words = vocabulary("russell_mehrabian")
    assert words["joyful"].vad == VAD(0.76, 0.48, 0.35) == lexicon()["joy"].vad
    assert words["astonished"].vad == VAD(0.16, 0.88, -0.15)
    assert words["proud and lonely"].vad == VAD(0.01, 0.02, 0.26)
    assert all(label.emotion is None for label in words.labels)


def test_parents_lead_upwards_without_circles():
    def ancestors(name, seen=()):
        assert name not in seen, seen
        return max((1 + ancestors(parent, (*seen, name)) for parent in lexicon()[name].parents), default=0)

    assert max(ancestors(name) for name in lexicon().names) <= 5
    for (first, second), name in vocabulary("plutchik").dyads.items():
        assert lexicon()[vocabulary("plutchik")[name].emotion].parents == (first, second)


def test_the_neutral_point_is_wholly_neutral():
    shares = lexicon().nearness(np.zeros(3))
    assert shares[lexicon().names.index("neutral")] == 1


def test_no_emotion_of_the_lexicon_coincides_with_another():
    means = lexicon().means()
    apart = np.linalg.norm(means[:, None] - means[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 0.02


def test_the_lexicon_has_the_words_that_media_need():
    for name in ("elation", "rage", "depression", "solemnity", "jealousy", "tension", "tiredness", "terror"):
        assert Emotion.of(name).label == name


def test_an_unknown_label_or_vocabulary_is_named():
    with pytest.raises(UnknownNameError, match="Did you mean 'joy'"):
        lexicon()["joyy"]
    with pytest.raises(UnknownNameError, match="vocabulary 'plutchick'"):
        vocabulary("plutchick")


def test_every_fault_of_a_file_is_reported_at_once(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        """
        colour = "red"
        kind = "poem"
        [[label]]
        name = "joy"
        emotion = "joyful"
        [[label]]
        name = "joy"
        vad = [0.0, 2.0, 0.0]
        [[label]]
        vad = [0.0, 0.0, 0.0]
        [[label]]
        name = "fear"
        sd = 0
        weight = 3
        bias = 2
        parents = ["panicc"]
        stronger = "panick"
        aliases = ["scared"]
        [[label]]
        name = "terror"
        aliases = ["Scared"]
        [[label]]
        name = "mixed"
        mixture = { joy = 1 }
        [[dyad]]
        of = ["joy", "hope"]
        is = "fear"
        """
    )
    with pytest.raises(AffectError) as caught:
        read_vocabulary(path)
    faults = caught.value.message
    for word in (
        "colour",
        "title",
        "joyful",
        "2 times",
        "2.0",
        "label 3",
        "sd is 0",
        "weight",
        "panick",
        "scared",
        "hope",
        "poem",
        "bias is 2",
        "some labels only",
        "panicc",
        "two emotions or more",
    ):
        assert word in faults, word


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[[label")
    with pytest.raises(AffectError, match=r"mine\.toml is not TOML"):
        read_vocabulary(path)
