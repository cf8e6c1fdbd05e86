from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
from factories.hub_judges_speech import (
    CATEGORIES,
    build_voice_classifier,
    changed,
    reference_outputs,
)

from conditioning.assets import asset_table
from conditioning.emotion import Emotion
from studio.judges.base import Card, Judge, Reading
from studio.judges.calibration import softmax
from studio.judges.hub.speech_heads import AudeeringJudge, OdysseyJudge, VoiceClassJudge
from studio.judges.media import Waveform
from studio.scorecard import Section, score

Built = tuple[Path, Any]
RATE = 16_000


def point(reading: Reading) -> np.ndarray:
    assert reading.vad is not None
    return reading.vad.array()


def test_audeering_reads_the_axes_of_its_own_network(audeering: Built, voice: Waveform) -> None:
    import torch

    folder, network = audeering
    wave = (voice.samples - voice.samples.mean()) / np.sqrt(voice.samples.var() + 1e-7)
    with torch.no_grad():
        arousal, dominance, valence = network(torch.from_numpy(wave)[None])[0].double().numpy()
    read = point(AudeeringJudge.from_pretrained(folder).read(voice))
    assert len({round(x, 3) for x in (arousal, dominance, valence)}) == 3
    assert read == pytest.approx(2 * np.array([valence, arousal, dominance]) - 1, abs=1e-5)


def test_axis_order_is_the_configs(audeering: Built, voice: Waveform, tmp_path: Path) -> None:
    folder, _ = audeering
    turned = changed(
        folder,
        tmp_path / "turned",
        id2label={"0": "valence", "1": "arousal", "2": "dominance"},
        label2id=None,
    )
    valence, arousal, dominance = point(AudeeringJudge.from_pretrained(folder).read(voice))
    # What the released order calls arousal, dominance, valence is now valence, arousal, dominance.
    assert point(AudeeringJudge.from_pretrained(turned).read(voice)) == pytest.approx(
        [arousal, dominance, valence], abs=1e-6
    )


def test_odyssey_reads_what_its_formulas_give(odyssey: Built, voice: Waveform) -> None:
    folder, network = odyssey
    config = json.loads((folder / "config.json").read_text())
    arousal, dominance, valence = reference_outputs(network, voice.samples, config["mean"], config["std"])
    expected = np.clip(2 * np.array([valence, arousal, dominance]) - 1, -1, 1)
    assert point(OdysseyJudge.from_pretrained(folder).read(voice)) == pytest.approx(expected, abs=1e-4)


def test_odyssey_reads_categories_in_the_configs_order(
    categories: Built, voice: Waveform, tmp_path: Path
) -> None:
    folder, network = categories
    config = json.loads((folder / "config.json").read_text())
    expected = softmax(reference_outputs(network, voice.samples, config["mean"], config["std"]))
    judge = OdysseyJudge.from_pretrained(folder)
    assert judge.card.labels == (
        "anger",
        "sadness",
        "joy",
        "surprise",
        "fear",
        "disgust",
        "contempt",
        "neutral",
    )
    read = judge.read(voice).probabilities
    assert list(read.values()) == pytest.approx(expected, abs=1e-4)
    turned = changed(
        folder, tmp_path / "turned", id2label={str(i): n for i, n in enumerate(CATEGORIES[::-1])}
    )
    other = OdysseyJudge.from_pretrained(turned).read(voice).probabilities
    assert list(other) == list(read)[::-1]
    assert list(other.values()) == pytest.approx(list(read.values()))


@pytest.mark.parametrize("kind", ["WavLM", "Wav2Vec2", "Hubert"])
def test_any_transformers_classifier_reads_its_own_classes(
    kind: str, tmp_path: Path, voice: Waveform
) -> None:
    import torch

    network = build_voice_classifier(tmp_path, ["neu", "hap", "ang", "sad"], kind)
    wave = (voice.samples - voice.samples.mean()) / np.sqrt(voice.samples.var() + 1e-7)
    with torch.no_grad():
        logits = network(torch.from_numpy(wave)[None]).logits[0].double().numpy()
    reading = VoiceClassJudge.from_pretrained(tmp_path).read(voice)
    assert list(reading.probabilities) == ["neutral", "joy", "anger", "sadness"]
    assert list(reading.probabilities.values()) == pytest.approx(softmax(logits), abs=1e-5)
    assert reading.confidence == pytest.approx(max(reading.probabilities.values()))
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)


def test_permuted_classes_permute_the_reading(classifier: Built, voice: Waveform, tmp_path: Path) -> None:
    folder, _ = classifier
    turned = changed(
        folder, tmp_path / "turned", id2label={"0": "sad", "1": "neu", "2": "hap", "3": "ang"}, label2id=None
    )
    read = VoiceClassJudge.from_pretrained(folder).read(voice).probabilities
    other = VoiceClassJudge.from_pretrained(turned).read(voice).probabilities
    assert other["sadness"] == pytest.approx(read["neutral"])
    assert other["neutral"] == pytest.approx(read["joy"])
    assert other["joy"] == pytest.approx(read["anger"])
    assert other["anger"] == pytest.approx(read["sadness"])


JUDGES: list[tuple[str, Callable[..., Judge]]] = [
    ("audeering", AudeeringJudge.from_pretrained),
    ("categories", OdysseyJudge.from_pretrained),
    ("classifier", VoiceClassJudge.from_pretrained),
]


def values(reading: Reading) -> list[float]:
    return list(reading.probabilities.values()) or list(point(reading))


@pytest.mark.parametrize(("name", "load"), JUDGES)
def test_a_sound_is_brought_to_the_networks_rate(
    name: str, load: Callable[..., Judge], voice: Waveform, request: pytest.FixtureRequest
) -> None:
    judge = load(request.getfixturevalue(name)[0])
    at_48 = Waveform(soxr.resample(voice.samples, RATE, 48_000), 48_000)
    unconverted = Waveform(at_48.samples, RATE)
    expected = np.array(values(judge.read(voice)))
    near = np.abs(np.array(values(judge.read(at_48))) - expected).max()
    wrong = np.abs(np.array(values(judge.read(unconverted))) - expected).max()
    assert near < 0.02
    assert wrong > 3 * near


@pytest.mark.parametrize(("name", "load"), JUDGES)
def test_channels_are_averaged(
    name: str, load: Callable[..., Judge], voice: Waveform, request: pytest.FixtureRequest
) -> None:
    judge = load(request.getfixturevalue(name)[0])
    noise = np.random.default_rng(3).normal(size=len(voice.samples)).astype(np.float32) * 0.2
    stereo = Waveform(np.stack([voice.samples + noise, voice.samples - noise], axis=1), RATE)
    assert values(judge.read(stereo)) == pytest.approx(values(judge.read(voice)), abs=1e-4)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, np.float32),
        np.zeros(RATE, np.float32),
        np.full(RATE, np.nan, np.float32),
        np.ones(100, np.float32) * 0.3,
    ],
    ids=["nothing", "silence", "nan", "six milliseconds"],
)
def test_what_cannot_be_heard_has_no_reading(samples: np.ndarray, classifier: Built) -> None:
    reading = VoiceClassJudge.from_pretrained(classifier[0]).read(Waveform(samples, RATE))
    assert reading == Reading({})
    assert reading.top == "no reading"


def test_a_long_sound_is_read_in_parts_that_are_averaged(audeering: Built, voice: Waveform) -> None:
    judge = AudeeringJudge.from_pretrained(audeering[0])
    # Twelve seconds are taken at once, so 24 are read as two halves.
    first = Waveform(np.tile(voice.samples, 6), RATE)
    second = Waveform(np.tile(voice.samples[::3] * 0.7, 18)[: 12 * RATE], RATE)
    whole = Waveform(np.concatenate([first.samples, second.samples]), RATE)
    mean = (point(judge.read(first)) + point(judge.read(second))) / 2
    assert point(judge.read(whole)) == pytest.approx(mean, abs=1e-5)


def test_stretches_cover_a_sound_and_are_read_apart(classifier: Built, voice: Waveform) -> None:
    judge = VoiceClassJudge.from_pretrained(classifier[0])
    long = Waveform(
        np.concatenate([voice.samples, voice.samples[::-1], np.zeros(3 * RATE, np.float32)]), RATE
    )
    stretches = judge.read_over_time(long)
    assert (stretches[0].start, stretches[0].end) == (0.0, 2.5)
    assert stretches[-1].end == 7.0
    assert stretches[-1].reading.top == "no reading"
    assert stretches[0].reading == judge.read(Waveform(long.samples[: int(2.5 * RATE)], RATE))


def test_the_card_says_that_nobody_measured(audeering: Built, categories: Built) -> None:
    card = AudeeringJudge.from_pretrained(audeering[0]).card
    assert not card.is_measured
    assert card.summary == "accuracy not measured, chance 0.250"
    assert card.licence == "not stated in the folder; read the model's page"
    assert OdysseyJudge.from_pretrained(categories[0]).card.chance == 1 / 8


def test_a_licence_that_the_folder_states_is_on_the_card(audeering: Built, tmp_path: Path) -> None:
    folder = tmp_path / "licensed"
    shutil.copytree(audeering[0], folder)
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: cc-by-nc-sa-4.0\n---\n\nlicense: none\n")
    card = AudeeringJudge.from_pretrained(folder).card
    assert card.licence == "cc-by-nc-sa-4.0, as the folder's README.md states"


def test_the_scorecard_takes_readings_of_axes_and_of_classes(
    audeering: Built, categories: Built, voice: Waveform
) -> None:
    judges: dict[str, Judge] = {
        "speech": AudeeringJudge.from_pretrained(audeering[0]),
        "face": OdysseyJudge.from_pretrained(categories[0]),
    }
    cards: dict[str, Card] = {name: judge.card for name, judge in judges.items()}
    section = Section(0.0, 2.0, Emotion.of("joy"))
    readings = {name: [judge.read(voice)] for name, judge in judges.items()}
    found = score([section], readings, cards, {name: [] for name in judges})
    axes, classes = found.rows
    assert axes.asked == "Q1" and axes.read in ("Q1", "Q2", "Q3", "Q4") and axes.distance is not None
    assert classes.asked == "joy" and classes.share == readings["face"][0].probabilities["joy"]


def test_networks_have_the_size_of_the_released_weights() -> None:
    """Bytes in float32 against the sizes of the files on their pages: 661 MB and 1.27 GB."""
    import torch
    import transformers

    from studio.judges.hub.speech_networks import OdysseyNetwork, RegressionNetwork

    # Entries of the released config.json that differ from the library's own.
    released = {
        "conv_bias": True, "do_stable_layer_norm": True, "feat_extract_norm": "layer", "hidden_size": 1024,
        "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 12, "vocab_size": None,
    }  # fmt: skip
    wavlm = asset_table("judges", "hub", "backbones.toml")["microsoft/wavlm-large"]
    with torch.device("meta"):
        head = RegressionNetwork(transformers.Wav2Vec2Config(**released), 3)
        ser = OdysseyNetwork(transformers.WavLMConfig(**wavlm), 1024, 1, 3)
    sizes = [4 * sum(value.numel() for value in network.state_dict().values()) for network in (head, ser)]
    assert sizes[0] / 1e6 == pytest.approx(661, abs=0.5)
    assert sizes[1] / 1e9 == pytest.approx(1.27, abs=0.005)
