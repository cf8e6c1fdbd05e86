from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from factories.fresh_python import loaded
from hypothesis import given
from hypothesis import strategies as st

from conditioning.assets import asset
from conditioning.vocabulary import lexicon
from studio.judges.language_guess import ENGLISH, UNKNOWN, LanguageGuess, script_of
from studio.judges.letter_groups import checksums, grams, known_values
from studio.judges.text import TextJudge
from studio.judges.text_languages import LanguagesPart, expected_places, with_neutral
from studio.text_emotion import emotion_of_text

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = TextJudge()
PART = LanguagesPart()

SENTENCES = {
    "german": (
        "Ich bin so glücklich, das ist der schönste Tag meines Lebens!",
        "Ich bin so traurig, ich vermisse meine Großmutter und muss immer weinen.",
    ),
    "spanish": (
        "¡Estoy muy feliz, hoy es el mejor día de mi vida!",
        "Estoy muy triste, extraño mucho a mi abuela y no puedo dejar de llorar.",
    ),
    "russian": (
        "Я так счастлив, это лучший день в моей жизни!",
        "Мне очень грустно, я скучаю по бабушке и всё время плачу.",
    ),
    "chinese": (
        "今天太开心了，这是我一生中最快乐的一天！",
        "我好难过，想念奶奶，一直在哭。",
    ),
    "hindi": (
        "मैं बहुत खुश हूँ, आज मेरी ज़िंदगी का सबसे अच्छा दिन है!",
        "मैं बहुत दुखी हूँ, मुझे दादी की याद आती है और मैं रोती रहती हूँ।",
    ),
    "portuguese": (
        "Estou tão feliz, hoje é o melhor dia da minha vida!",
        "Estou muito triste, sinto saudades da minha avó e não paro de chorar.",
    ),
}
"""For each language a glad and a sad sentence, written for this test."""


@pytest.mark.parametrize("language", SENTENCES)
def test_glad_and_sad_sentences_are_read_as_such_in_their_language(language: str) -> None:
    glad, sad = SENTENCES[language]
    assert JUDGE.language(glad) == JUDGE.language(sad) == language
    assert "joy" in JUDGE.said(glad)
    assert "sadness" in JUDGE.said(sad)
    readings = JUDGE.read_many([glad, sad])
    assert [reading.top for reading in readings] == ["joy", "sadness"]
    assert readings[0].vad is not None
    assert readings[1].vad is not None
    assert readings[0].vad.valence > 0 > readings[1].vad.valence


@pytest.mark.parametrize("language", SENTENCES)
def test_free_text_of_another_language_is_understood(language: str) -> None:
    glad, sad = (emotion_of_text(text) for text in SENTENCES[language])
    assert "joy" in glad.emotion.mixture
    assert "sadness" in sad.emotion.mixture
    assert glad.emotion.felt.valence > sad.emotion.felt.valence


def test_free_text_in_which_no_label_is_said_is_neutral_in_another_language() -> None:
    text = "火车七点出发。"
    assert not set(JUDGE.said(text)) - {"neutral"}
    assert emotion_of_text(text).emotion.felt.distance(lexicon()["neutral"].vad) < 0.01


def test_readings_among_languages_are_those_alone() -> None:
    texts = [sentence for pair in SENTENCES.values() for sentence in pair] + ["", "Je suis très content."]
    among = JUDGE.read_many(texts)
    assert among == [JUDGE.read(text) for text in texts]


def test_another_language_is_read_without_loading_a_network() -> None:
    code = (
        "from studio.judges.text import TextJudge;"
        "judge = TextJudge(); text = 'Ich bin so traurig, ich muss immer weinen.';"
        "judge.read(text), judge.scores(text), judge.said(text), judge.read_over_time(text)"
    )
    assert loaded(code, ("torch", "transformers", "scipy", "sklearn")) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wow, bummed!", ENGLISH),  # one or two words in Latin letters
        ("Freude", ENGLISH),
        ("12:30", ENGLISH),
        ("The train leaves at seven.", ENGLISH),
        ("lol u r soooo dumb omg haha", ENGLISH),
        ("Sorry that I dropped this table ノ( ゜-゜ノ)", ENGLISH),
        ("радость", "russian"),
        ("伤心", "chinese"),
        ("Je ne sais pas ce que tu veux dire.", "french"),
        ("Nie wiem, co masz na myśli.", "polish"),
        ("今日はとても嬉しいです。", UNKNOWN),
        ("أنا سعيد جدا اليوم", UNKNOWN),
        ("Είμαι πολύ χαρούμενος σήμερα", UNKNOWN),
    ],
)
def test_a_language_is_told_by_script_and_letters(text: str, language: str) -> None:
    assert JUDGE.language(text) == language


@pytest.mark.parametrize("text", ["Je suis très content de te voir ici.", "今日はとても嬉しいです。"])
def test_a_language_that_is_not_read_has_no_reading_and_says_nothing(text: str) -> None:
    assert JUDGE.read(text).top == "no reading"
    assert JUDGE.scores(text) == JUDGE.said(text) == JUDGE.thresholds_for(text) == {}


@given(st.text(max_size=60))
def test_a_guess_is_a_known_language_with_a_certainty(text: str) -> None:
    guess = PART.guess([text])[0]
    assert guess.language in {*PART.languages, ENGLISH, UNKNOWN, "french", "italian", "polish", "finnish"}
    assert 0 <= guess.certainty <= 1
    assert 0 <= guess.english <= 1
    assert not guess.unsure or guess.language == ENGLISH


@given(st.text(max_size=60))
def test_case_does_not_change_script_and_grams(text: str) -> None:
    assert sorted(grams(text, 4)) == sorted(grams(text.lower(), 4))
    assert script_of(text + "\n 12 !") == script_of(text)


@given(st.lists(st.sampled_from(["ja", "nein", "Ärger", "रोना", "开心"]), min_size=1, max_size=8))
def test_known_grams_have_values_of_length_one_and_unknown_ones_none(words: list[str]) -> None:
    each, counts = checksums(" ".join(words), 3)
    _, values = known_values(each, counts, each, np.ones(len(each)))
    assert np.linalg.norm(values) == pytest.approx(1)
    places, _ = known_values(each, counts, np.array([0], np.uint32), np.ones(1))
    assert len(places) == 0


def test_vowel_signs_stay_within_their_word() -> None:
    assert "w:दुखी" in set(grams("मैं दुखी हूँ", 3))


@given(st.lists(st.lists(st.floats(0, 1), min_size=6, max_size=6), min_size=1, max_size=5))
def test_none_of_the_labels_is_as_likely_as_all_are_unlikely(rows: list[list[float]]) -> None:
    shares = np.array(rows)
    none = with_neutral(shares)[:, -1]
    assert np.all((none >= 0) & (none <= 1 - shares.max(axis=1) + 2e-4))


def test_the_expected_place_of_a_sure_label_is_its_own_and_of_neutral_the_middle() -> None:
    places = expected_places(np.array([[1.0, 0.0], [0.0, 1.0]]), ["joy", "neutral"])
    assert places[0] == pytest.approx(lexicon()["joy"].vad.array())
    assert places[1] == pytest.approx([0, 0, 0])


def test_a_label_that_nobody_annotated_is_never_said() -> None:
    text = "Wat 'n verrassing, ek kan dit nie glo nie, wie het dit gedink?"
    assert JUDGE.language(text) == "afrikaans"
    assert JUDGE.scores(text)["surprise"] == 0
    assert "surprise" not in JUDGE.thresholds_for(text)


def test_english_keeps_its_labels_and_thresholds() -> None:
    text = "I love you with all my heart, thank you."
    assert JUDGE.thresholds_for(text) == JUDGE.thresholds
    assert {"love", "gratitude"} & set(JUDGE.said(text))
    assert len(JUDGE.scores(text)) == 28


def test_an_english_text_that_might_be_another_language_is_read_with_less_confidence() -> None:
    """The guess is set aside: the same text, once told to be English and once to be perhaps English."""

    class Unsure(LanguagesPart):
        def guess(self, texts: Sequence[str]) -> list[LanguageGuess]:
            return [LanguageGuess(ENGLISH, 0.25, 0.25, unsure=True) for _ in texts]

    text = "I miss her so much, I cannot stop crying."
    sure, unsure = TextJudge().read(text), TextJudge(languages=Unsure()).read(text)
    assert unsure.probabilities == sure.probabilities
    assert unsure.confidence == pytest.approx(sure.confidence / 4)


def test_the_part_is_small_and_its_card_has_figures_of_every_language() -> None:
    folder = asset("judges", "text_languages")
    assert (folder / "weights.safetensors").stat().st_size < 2e6
    facts = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    page = (folder / "CARD.md").read_text(encoding="utf-8")
    assert len(facts["languages"]) == 11
    for language, row in facts["languages"].items():
        assert row["macro_f1"] > 2 * row["majority_f1"]
        assert f"| {language} | {row['sentences']['test']} |" in page
    assert facts["guess"]["accuracy"] > 0.95
    assert facts["guess"]["english_taken_for_another"] < 0.01
    assert facts["calibration_error"] < 0.06


@pytest.mark.corpora
@pytest.mark.skipif(not (CORPORA / "text").exists(), reason="the text corpora are not in ../shared/data")
@pytest.mark.parametrize("language", ["german", "hindi", "hausa"])
def test_the_card_tells_what_a_language_s_test_split_gives(language: str) -> None:
    from studio.training.corpora_languages import BRIGHTER_LABELS, brighter
    from studio.training.judge_text_languages import f1_by_label

    test = brighter(CORPORA / "text", language, "test")
    least = PART.thresholds(language)
    found = PART.shares(test.texts, language)[:, :6] >= [least.get(name, 2.0) for name in BRIGHTER_LABELS]
    facts = json.loads(asset("judges", "text_languages", "card.json").read_text(encoding="utf-8"))
    told = facts["languages"][language]["macro_f1"]
    assert float(f1_by_label(found, test.targets).mean()) == pytest.approx(told, abs=0.01)
