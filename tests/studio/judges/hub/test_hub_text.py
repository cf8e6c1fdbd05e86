from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories.hub_judges_text import build_goemotions, build_whisper

from conditioning.errors import EngineError, RequestError, UnknownNameError
from conditioning.vocabulary import vocabulary
from studio.judges.hub.goemotions import GoemotionsJudge
from studio.judges.hub.whisper import WhisperReader
from studio.judges.media import Waveform

Built = tuple[Path, Any]
NAMES = vocabulary("goemotions").names
TEXT = "I miss her so much. And yet I laugh!"


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("roberta")
    return folder, build_goemotions(folder, NAMES)


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("whisper")
    return folder, build_whisper(folder)


def test_each_label_has_the_networks_own_probability(roberta: Built) -> None:
    import torch
    import transformers

    folder, network = roberta
    tokens = transformers.AutoTokenizer.from_pretrained(folder)(TEXT, return_tensors="pt")
    with torch.no_grad():
        own = torch.sigmoid(network(**tokens).logits[0]).double().numpy()
    judge = GoemotionsJudge.from_pretrained(folder)
    assert list(judge.scores(TEXT)) == list(NAMES) == list(judge.card.labels)
    assert list(judge.scores(TEXT).values()) == pytest.approx(own, abs=1e-6)
    reading = judge.read(TEXT)
    assert list(reading.probabilities.values()) == pytest.approx(own / own.sum(), abs=1e-6)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert reading.confidence == pytest.approx(own.max())


def test_label_order_is_the_configs(roberta: Built, tmp_path: Path) -> None:
    folder = tmp_path / "turned"
    shutil.copytree(roberta[0], folder)
    shuffled = list(NAMES)
    random.Random(4).shuffle(shuffled)
    config = json.loads((folder / "config.json").read_text())
    config |= {"id2label": dict(enumerate(shuffled)), "label2id": {n: i for i, n in enumerate(shuffled)}}
    (folder / "config.json").write_text(json.dumps(config))
    read = GoemotionsJudge.from_pretrained(roberta[0]).scores(TEXT)
    other = GoemotionsJudge.from_pretrained(folder).scores(TEXT)
    assert list(other) == shuffled
    assert list(other.values()) == pytest.approx(list(read.values()))


def test_sentences_are_read_apart(roberta: Built) -> None:
    judge = GoemotionsJudge.from_pretrained(roberta[0])
    first, second = judge.read_over_time(TEXT)
    assert TEXT[int(first.start) : int(first.end)].strip() == "I miss her so much."
    assert first.reading == judge.read(TEXT[int(first.start) : int(first.end)])
    assert second.reading.probabilities != first.reading.probabilities


def test_a_text_longer_than_the_network_takes_is_cut(roberta: Built) -> None:
    judge = GoemotionsJudge.from_pretrained(roberta[0])
    assert judge.read("happy " * 500) == judge.read("happy " * 100)


@pytest.mark.parametrize("text", ["", "  \n", "?!"])
def test_a_text_without_a_word_has_no_reading(text: str, roberta: Built) -> None:
    assert GoemotionsJudge.from_pretrained(roberta[0]).read(text).top == "no reading"


@pytest.mark.parametrize("problem", [None, "single_label_classification"])
def test_outputs_that_do_not_stand_by_themselves_are_refused(problem: str | None, tmp_path: Path) -> None:
    build_goemotions(tmp_path, NAMES, problem)
    with pytest.raises(EngineError, match="not 'multi_label_classification'"):
        GoemotionsJudge.from_pretrained(tmp_path)


def test_labels_that_are_not_goemotions_are_refused(tmp_path: Path) -> None:
    build_goemotions(tmp_path / "few", NAMES[:-1])
    with pytest.raises(EngineError, match="lack neutral"):
        GoemotionsJudge.from_pretrained(tmp_path / "few")
    build_goemotions(tmp_path / "other", [*NAMES[:-1], "boredom"])
    with pytest.raises(EngineError, match=r"GoEmotions|goemotions"):
        GoemotionsJudge.from_pretrained(tmp_path / "other")


def test_a_count_of_labels_that_the_weights_do_not_have_is_refused(roberta: Built, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    shutil.copytree(roberta[0], folder)
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] |= {"28": "boredom"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineError, match="names 29 classes, the weights have 28 outputs"):
        GoemotionsJudge.from_pretrained(folder)


def test_a_text_without_a_word_has_no_error_rate(whisper: Built) -> None:
    reader = WhisperReader.from_pretrained(whisper[0])
    with pytest.raises(RequestError, match="no word"):
        reader.word_error_rate(_tone(1.0), "…")


def _tone(seconds: float, pitch: float = 220.0, rate: int = 16_000) -> Waveform:
    time = np.arange(int(seconds * rate)) / rate
    return Waveform((0.3 * np.sin(2 * np.pi * pitch * time)).astype(np.float32), rate)


def test_whisper_writes_what_its_network_generates(whisper: Built) -> None:
    import torch
    import transformers

    folder, network = whisper
    sound = _tone(2.0)
    extractor = transformers.WhisperFeatureExtractor.from_pretrained(folder)
    heard = extractor(sound.samples, sampling_rate=16_000, return_tensors="pt")
    with torch.no_grad():
        tokens = network.generate(heard["input_features"], do_sample=False)
    expected = transformers.AutoTokenizer.from_pretrained(folder).decode(tokens[0], skip_special_tokens=True)
    reader = WhisperReader.from_pretrained(folder)
    assert expected.strip()
    assert reader.transcribe(sound) == expected.strip()


def test_the_rate_of_whispers_own_words_is_zero(whisper: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """A random network writes signs, not words, so what it writes is replaced; resampling and comparing stay real."""
    reader = WhisperReader.from_pretrained(whisper[0])
    given: list[int] = []

    def listen(wave: np.ndarray) -> str:
        given.append(len(wave))
        return " She isn't here. "

    monkeypatch.setattr(reader, "_listen", listen)
    stereo = Waveform(np.stack([_tone(1.0, rate=44_100).samples] * 2, axis=1), 44_100)
    assert reader.word_error_rate(stereo, "she is not here!") == 0.0
    assert reader.word_error_rate(stereo, "he is not here") == 0.25
    assert given == [16_000, 16_000]
    reader.transcribe(_tone(65.0))
    assert len(given) == 5  # 65 s are three parts of at most 30 s
    assert max(given) <= 30 * 16_000


def test_whisper_of_many_languages_is_told_one_or_finds_it_out(tmp_path: Path) -> None:
    build_whisper(tmp_path, ["en", "es", "de"])
    told = [WhisperReader.from_pretrained(tmp_path, language=code) for code in ("en", "es")]
    assert [reader.languages for reader in told] == [("en",), ("es",)]
    assert told[0].transcribe(_tone(1.0)) != told[1].transcribe(_tone(1.0))
    own = WhisperReader.from_pretrained(tmp_path)
    assert own.languages == ("de", "en", "es")
    assert own.transcribe(_tone(1.0)) in [
        WhisperReader.from_pretrained(tmp_path, language=code).transcribe(_tone(1.0))
        for code in own.languages
    ]
    with pytest.raises(UnknownNameError, match=r"'fr'.*Known: de, en, es"):
        WhisperReader.from_pretrained(tmp_path, language="fr")


def test_an_english_whisper_takes_no_other_language(whisper: Built) -> None:
    assert WhisperReader.from_pretrained(whisper[0], language="en").languages == ("en",)
    with pytest.raises(UnknownNameError, match=r"language of .* 'es'"):
        WhisperReader.from_pretrained(whisper[0], language="es")


def test_only_english_is_evened_out_by_english_rules(whisper: Built, tmp_path: Path) -> None:
    build_whisper(tmp_path, ["en", "es"])
    english = WhisperReader.from_pretrained(whisper[0])
    spanish = WhisperReader.from_pretrained(tmp_path, language="es")
    quiet = Waveform(np.zeros(16_000, np.float32), 16_000)
    # Nothing is heard, so the rate is 1 whatever the form; the forms differ in their number of words.
    assert english.word_error_rate(quiet, "I'm here") == spanish.word_error_rate(quiet, "I'm here") == 1.0
    assert english._words("She isn't here") == ["she", "is", "not", "here"]
    assert spanish._words("Ella isn't") == ["ella", "isn", "t"]


def test_silence_says_nothing(whisper: Built) -> None:
    reader = WhisperReader.from_pretrained(whisper[0])
    assert reader.transcribe(Waveform(np.zeros(16_000, np.float32), 16_000)) == ""
    assert reader.word_error_rate(Waveform(np.zeros(16_000, np.float32), 16_000), "She is here.") == 1.0


def test_another_model_is_no_whisper(roberta: Built) -> None:
    with pytest.raises(EngineError, match="of a 'roberta' model, not 'whisper'"):
        WhisperReader.from_pretrained(roberta[0])
