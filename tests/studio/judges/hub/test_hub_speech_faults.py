"""What is wrong with a checkpoint is said before a library sees it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from factories.hub_judges_speech import (
    AXES_OF_MSP,
    CATEGORIES,
    build_audeering,
    build_voice_classifier,
    changed,
)

from conditioning.errors import EngineError
from studio.judges.base import Judge
from studio.judges.hub.speech_heads import AudeeringJudge, OdysseyJudge, VoiceClassJudge
from studio.judges.media import Waveform

Built = tuple[Path, Any]
RATE = 16_000


def test_pickles_are_refused_unless_insisted_on(audeering: Built, voice: Waveform, tmp_path: Path) -> None:
    build_audeering(tmp_path / "pickled", pickled=True)
    with pytest.raises(EngineError, match=r"pickles \(pytorch_model.bin\), which can carry code"):
        AudeeringJudge.from_pretrained(tmp_path / "pickled")
    insisted = AudeeringJudge.from_pretrained(tmp_path / "pickled", allow_pickle=True)
    safe = AudeeringJudge.from_pretrained(audeering[0])
    assert insisted.read(voice) == safe.read(voice)


def test_pickles_of_transformers_are_read_where_insisted_on(
    classifier: Built, voice: Waveform, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    folder = tmp_path / "pickled"
    shutil.copytree(classifier[0], folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(EngineError, match="which can carry code"):
        VoiceClassJudge.from_pretrained(folder)
    insisted = VoiceClassJudge.from_pretrained(folder, allow_pickle=True)
    assert insisted.read(voice) == VoiceClassJudge.from_pretrained(classifier[0]).read(voice)


def test_a_pickle_that_carries_code_is_refused_even_then(audeering: Built, tmp_path: Path) -> None:
    import torch

    folder = tmp_path / "evil"
    shutil.copytree(audeering[0], folder)
    (folder / "model.safetensors").unlink()
    torch.save({"x": Path("run me")}, folder / "pytorch_model.bin")
    with pytest.raises(EngineError, match=r"pytorch_model\.bin"):
        AudeeringJudge.from_pretrained(folder, allow_pickle=True)


def test_cut_weights_are_named(audeering: Built, tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(audeering[0], folder)
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EngineError, match=r"model\.safetensors is no whole safetensors file"):
        AudeeringJudge.from_pretrained(folder)


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "model.safetensors"])
def test_a_missing_file_is_named(file: str, audeering: Built, tmp_path: Path) -> None:
    folder = tmp_path / "lacking"
    shutil.copytree(audeering[0], folder)
    (folder / file).unlink()
    with pytest.raises(EngineError, match=rf"{file} is missing"):
        AudeeringJudge.from_pretrained(folder)


def test_a_missing_shard_is_named(audeering: Built, tmp_path: Path) -> None:
    folder = tmp_path / "shards"
    shutil.copytree(audeering[0], folder)
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    table = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": table}))
    with pytest.raises(EngineError, match=r"model-00002-of-00002\.safetensors is missing"):
        AudeeringJudge.from_pretrained(folder)


def test_weights_in_shards_are_read(odyssey: Built, voice: Waveform, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = tmp_path / "shards"
    shutil.copytree(odyssey[0], folder)
    state = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    table = {}
    for number, chosen in enumerate([list(state)[::2], list(state)[1::2]]):
        file = f"model-0000{number + 1}-of-00002.safetensors"
        save_file({name: state[name] for name in chosen}, folder / file)
        table |= dict.fromkeys(chosen, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": table}))
    assert OdysseyJudge.from_pretrained(folder).read(voice) == OdysseyJudge.from_pretrained(odyssey[0]).read(
        voice
    )


def without(folder: Path, to: Path, weight: str, extra: str = "") -> Path:
    from safetensors.numpy import load_file, save_file

    shutil.copytree(folder, to)
    state = load_file(to / "model.safetensors")
    value = state.pop(weight)
    if extra:
        state |= {weight: value, extra: value}
    save_file(state, to / "model.safetensors", metadata={"format": "pt"})
    return to


def test_weights_that_do_not_fill_the_network_are_refused(
    odyssey: Built, classifier: Built, tmp_path: Path
) -> None:
    lacking = without(odyssey[0], tmp_path / "a", "pool_model.sap_linear.weight")
    with pytest.raises(EngineError, match=r"lack pool_model\.sap_linear\.weight"):
        OdysseyJudge.from_pretrained(lacking)
    more = without(odyssey[0], tmp_path / "b", "pool_model.sap_linear.weight", "pool_model.second.weight")
    with pytest.raises(EngineError, match=r"hold pool_model.second.weight"):
        OdysseyJudge.from_pretrained(more)
    lacking = without(classifier[0], tmp_path / "c", "projector.weight")
    with pytest.raises(EngineError, match=r"lack projector\.weight"):
        VoiceClassJudge.from_pretrained(lacking)


def test_weights_of_another_shape_are_refused(odyssey: Built, tmp_path: Path) -> None:
    names = {str(i): name for i, name in enumerate([*AXES_OF_MSP, "joy"])}
    wider = changed(odyssey[0], tmp_path / "wider", num_classes=4, id2label=names)
    with pytest.raises(EngineError, match="not valence, arousal and dominance"):
        OdysseyJudge.from_pretrained(wider)
    wider = changed(odyssey[0], tmp_path / "classes", num_classes=8, id2label=dict(enumerate(CATEGORIES)))
    with pytest.raises(EngineError, match="another shape"):
        OdysseyJudge.from_pretrained(wider)


@pytest.mark.parametrize(
    ("load", "says"),
    [
        (AudeeringJudge.from_pretrained, "of a 'wavlm' model, not 'wav2vec2'"),
        (OdysseyJudge.from_pretrained, "of a 'wavlm' model, not 'ser'"),
    ],
)
def test_another_kind_of_model_is_refused(load: Callable[..., Judge], says: str, classifier: Built) -> None:
    with pytest.raises(EngineError, match=says):
        load(classifier[0])


def test_a_classifier_is_no_regression_head_and_the_reverse(audeering: Built, tmp_path: Path) -> None:
    build_voice_classifier(tmp_path, AXES_OF_MSP, "Wav2Vec2")
    with pytest.raises(EngineError, match=r"lack classifier\.out_proj\.weight"):
        AudeeringJudge.from_pretrained(tmp_path)
    with pytest.raises(EngineError, match=r"lack classifier\.weight"):
        VoiceClassJudge.from_pretrained(audeering[0])


@pytest.mark.parametrize("key", ["mean", "std", "sampling_rate", "hidden_size", "num_classes", "ssl_type"])
def test_odyssey_settings_are_never_guessed(key: str, odyssey: Built, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=f"config.json does not state {key}"):
        OdysseyJudge.from_pretrained(changed(odyssey[0], tmp_path / "lacking", **{key: None}))


def test_an_unknown_network_under_an_odyssey_head_is_refused(odyssey: Built, tmp_path: Path) -> None:
    other = changed(odyssey[0], tmp_path / "other", ssl_type="owner/some-model")
    with pytest.raises(EngineError, match=r"'owner/some-model'.*owner/some-model/config.json"):
        OdysseyJudge.from_pretrained(other)
    outside = changed(odyssey[0], tmp_path / "outside", ssl_type=f"../{odyssey[0].name}/tiny/wavlm")
    with pytest.raises(EngineError, match="of which only microsoft/wavlm-large is known"):
        OdysseyJudge.from_pretrained(outside)


@pytest.mark.parametrize("key", ["sampling_rate", "do_normalize"])
def test_preparation_is_never_guessed(key: str, audeering: Built, tmp_path: Path) -> None:
    lacking = changed(audeering[0], tmp_path / "lacking", "preprocessor_config.json", **{key: None})
    with pytest.raises(EngineError, match=f"does not state {key}"):
        AudeeringJudge.from_pretrained(lacking)
