from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories.hub_judges_matching import build_clap, build_clip, build_siglip, with_scale

from conditioning.errors import EngineError, UnknownNameError
from conditioning.vocabulary import lexicon
from studio.judges.base import Reading
from studio.judges.calibration import softmax
from studio.judges.hub.zero_shot import ClapJudge, ClipJudge, SiglipJudge, prompts
from studio.judges.media import Waveform

Built = tuple[Path, Any]
PICTURE = np.random.default_rng(5).integers(0, 255, (48, 80, 3), dtype=np.uint8)
LABELS = ("joy", "sadness", "fear", "calm")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("clip")
    return folder, build_clip(folder)


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("siglip")
    return folder, build_siglip(folder)


@pytest.fixture(scope="module")
def clap(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("clap")
    return folder, build_clap(folder)


@pytest.fixture(scope="module")
def music() -> Waveform:
    time = np.arange(2 * 8000) / 8000
    chord = sum(np.sin(2 * np.pi * f * time) for f in (220, 277, 330)) * np.exp(-time)
    return Waveform((0.2 * chord).astype(np.float32), 8000)


def values(reading: Reading) -> list[float]:
    return list(reading.probabilities.values())


def test_every_emotion_of_the_lexicon_can_be_asked_for() -> None:
    for medium in ("picture", "music", "speech"):
        asked = prompts(medium)
        assert set(asked.words) == set(lexicon().names)
        assert set(asked.labels) <= set(lexicon().names)
        assert len(set(asked.of("joy"))) == len(asked.sentences) == 3
        assert all("happy" in sentence for sentence in asked.of("joy"))


def test_no_two_emotions_have_the_same_word() -> None:
    words = list(prompts("picture").words.values())
    assert len(set(words)) == len(words)


def test_engines_are_not_asked_with_the_same_sentences() -> None:
    from conditioning.assets import asset_table

    steering = asset_table("steering", "words.toml")
    used = {sentence for medium in ("music", "video") for sentence in steering[medium]["felt"]}
    own = {sentence for medium in ("picture", "music", "speech") for sentence in prompts(medium).sentences}
    assert not own & used


def test_clip_reads_the_softmax_of_its_own_likeness(clip: Built) -> None:
    """The library's forward pass over one sentence an emotion gives the same probabilities."""
    import torch
    import transformers
    from PIL import Image

    folder, network = clip
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    pixels = transformers.AutoImageProcessor.from_pretrained(folder)(
        images=Image.fromarray(PICTURE), return_tensors="pt"
    )
    vectors = []
    with torch.no_grad():
        for label in LABELS:
            tokens = tokenizer(prompts("picture").of(label), padding=True, return_tensors="pt")
            out = network(**tokens, **pixels)
            mean = (out.text_embeds / out.text_embeds.norm(dim=-1, keepdim=True)).mean(0)
            vectors.append(mean / mean.norm())
        seen = out.image_embeds[0] / out.image_embeds[0].norm()
        logits = (torch.stack(vectors) @ seen * network.logit_scale.exp()).double().numpy()
    reading = ClipJudge.from_pretrained(folder, labels=LABELS).read(PICTURE)
    assert list(reading.probabilities) == list(LABELS)
    assert values(reading) == pytest.approx(softmax(logits), abs=1e-5)
    assert sum(values(reading)) == pytest.approx(1.0)


def test_siglip_reads_the_likeness_of_filled_up_sentences(siglip: Built) -> None:
    import torch
    import transformers
    from PIL import Image

    folder, network = siglip
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    pixels = transformers.AutoImageProcessor.from_pretrained(folder)(
        images=Image.fromarray(PICTURE), return_tensors="pt"
    )
    logits = []
    with torch.no_grad():
        for label in LABELS:
            texts = prompts("picture").of(label)
            tokens = tokenizer(
                texts, padding="max_length", truncation=True, max_length=64, return_tensors="pt"
            )
            out = network(input_ids=tokens["input_ids"], **pixels)
            mean = torch.nn.functional.normalize(out.text_embeds, dim=-1).mean(0)
            cosine = torch.nn.functional.normalize(mean, dim=0) @ torch.nn.functional.normalize(
                out.image_embeds[0], dim=0
            )
            logits.append(float(cosine * network.logit_scale.exp() + network.logit_bias))
    read = values(SiglipJudge.from_pretrained(folder, labels=LABELS).read(PICTURE))
    # The bias, the same for all, cancels in the softmax.
    assert read == pytest.approx(softmax(np.array(logits)), abs=1e-5)


@pytest.mark.parametrize("judge", [ClipJudge, SiglipJudge])
def test_the_order_of_labels_changes_nothing_but_the_order(
    judge: type[ClipJudge], request: pytest.FixtureRequest
) -> None:
    folder, _ = request.getfixturevalue(judge.family_name)
    read = judge.from_pretrained(folder, labels=LABELS).read(PICTURE).probabilities
    turned = judge.from_pretrained(folder, labels=LABELS[::-1])
    assert list(turned.read(PICTURE).probabilities) == list(LABELS[::-1])
    assert dict(turned.read(PICTURE).probabilities) == pytest.approx(dict(read))
    assert turned.card.labels == LABELS[::-1]


def test_the_picture_matters(clip: Built) -> None:
    judge = ClipJudge.from_pretrained(clip[0])
    assert judge.card.labels == prompts("picture").labels
    dark, bright = (judge.read(np.full((40, 40, 3), level, np.uint8)) for level in (10, 240))
    assert np.abs(np.subtract(values(dark), values(bright))).max() > 0.01


def test_frames_of_a_film_are_read_half_a_second_apart(clip: Built) -> None:
    judge = ClipJudge.from_pretrained(clip[0], labels=LABELS)
    film = ((number / 4, np.full((32, 32, 3), 30 * number, np.uint8)) for number in range(6))
    found = judge.read_over_time(film)
    assert [(reading.start, reading.end) for reading in found] == [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)]
    assert found[1].reading == judge.read(np.full((32, 32, 3), 60, np.uint8))


@pytest.mark.parametrize("fused", [False, True], ids=["unfused", "fused"])
def test_clap_reads_the_softmax_of_its_own_likeness(fused: bool, tmp_path: Path, music: Waveform) -> None:
    import torch
    import transformers

    network = build_clap(tmp_path, fused=fused)
    with_scale(network, "logit_scale_a", 2.0)
    network.save_pretrained(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    second = Waveform(music.samples[:8000], 8000)
    heard = transformers.ClapFeatureExtractor.from_pretrained(tmp_path)(
        second.samples, sampling_rate=8000, return_tensors="pt"
    )
    logits = []
    with torch.no_grad():
        for label in LABELS:
            tokens = tokenizer(prompts("music").of(label), padding=True, return_tensors="pt")
            out = network(**tokens, **heard)
            mean = out.text_embeds.mean(0)
            logits.append(float(out.audio_embeds[0] @ (mean / mean.norm()) * network.logit_scale_a.exp()))
    reading = ClapJudge.from_pretrained(tmp_path, labels=LABELS).read(second)
    assert values(reading) == pytest.approx(softmax(np.array(logits)), abs=1e-4)


def test_clap_hears_a_long_sound_whole_and_the_same_each_time(clap: Built, music: Waveform) -> None:
    """Its extractor would take one second of it by chance."""
    judge = ClapJudge.from_pretrained(clap[0], labels=LABELS)
    first = judge.read(music)
    assert all(judge.read(music) == first for _ in range(3))
    quiet_start = Waveform(np.concatenate([music.samples[:8000] * 0, music.samples[8000:]]), 8000)
    assert judge.read(quiet_start) != first


def test_clap_brings_stereo_of_another_rate_to_its_own(clap: Built, music: Waveform) -> None:
    import soxr

    judge = ClapJudge.from_pretrained(clap[0], labels=LABELS)
    assert judge.sample_rate == 8000
    wide = soxr.resample(music.samples, 8000, 44_100)
    stereo = Waveform(np.stack([1.5 * wide, 0.5 * wide], axis=1), 44_100)
    assert values(judge.read(stereo)) == pytest.approx(values(judge.read(music)), abs=0.02)


def test_clap_is_asked_about_voices_in_other_sentences(clap: Built, music: Waveform) -> None:
    about_music = ClapJudge.from_pretrained(clap[0], labels=LABELS)
    about_voices = ClapJudge.from_pretrained(clap[0], labels=LABELS, medium="speech")
    assert values(about_music.read(music)) != pytest.approx(values(about_voices.read(music)), abs=1e-6)
    with pytest.raises(UnknownNameError, match="'picture'"):
        ClapJudge.from_pretrained(clap[0], medium="picture")


def test_an_emotion_that_does_not_exist_is_refused(clip: Built) -> None:
    with pytest.raises(UnknownNameError, match="joy"):
        ClipJudge.from_pretrained(clip[0], labels=["joi"])


def test_one_kind_is_not_taken_for_the_other(clip: Built, siglip: Built, clap: Built) -> None:
    with pytest.raises(EngineError, match="of a 'clip' model, not 'siglip'"):
        SiglipJudge.from_pretrained(clip[0])
    with pytest.raises(EngineError, match="of a 'siglip' model, not 'clip'"):
        ClipJudge.from_pretrained(siglip[0])
    with pytest.raises(EngineError, match="of a 'clip' model, not 'clap'"):
        ClapJudge.from_pretrained(clip[0])


@pytest.mark.parametrize("file", ["tokenizer.json", "preprocessor_config.json"])
def test_a_folder_without_its_words_or_its_eyes_is_refused(file: str, clip: Built, tmp_path: Path) -> None:
    folder = tmp_path / "lacking"
    shutil.copytree(clip[0], folder)
    (folder / file).unlink()
    with pytest.raises(EngineError, match=r"is no clip checkpoint"):
        ClipJudge.from_pretrained(folder)


def test_weights_of_another_shape_are_refused(clip: Built, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(clip[0], folder)
    config = json.loads((folder / "config.json").read_text())
    config["projection_dim"] = 20
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineError, match=r"is no clip checkpoint"):
        ClipJudge.from_pretrained(folder)
