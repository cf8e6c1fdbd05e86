from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest
from factories.fresh_python import loaded
from factories.hub_judges_onnx import build_hsemotion
from factories.hub_judges_speech import build_voice_classifier

from conditioning.errors import EngineError, RequestError, UnknownNameError
from studio.judges.hub.families import families, family
from studio.judges.hub.hsemotion import HsemotionJudge
from studio.judges.hub.specs import is_hub_spec, judge_from_spec, parse_spec

JUDGING = [kind for kind in families().values() if kind.judge]


def test_every_kind_names_a_judge_that_exists() -> None:
    for kind in JUDGING:
        module, _, name = kind.judge.partition(":")
        assert callable(getattr(import_module(module), name).from_pretrained)
        assert kind.medium in ("speech", "face", "picture", "music", "text")
        assert kind.licences and kind.files and kind.size and kind.example


def test_importing_and_listing_judges_loads_no_heavy_library() -> None:
    modules = ", ".join(
        sorted({kind.judge.partition(":")[0] for kind in JUDGING} | {"studio.judges.hub.whisper"})
    )
    code = f"import {modules}\nfrom studio.judges.hub.families import families\nassert len(families()) > 5"
    assert loaded(code, ("torch", "transformers", "onnxruntime", "huggingface_hub", "scipy")) == []


@pytest.mark.parametrize(
    ("spec", "kind", "model"),
    [
        ("hub:audeering:owner/name", "audeering", "owner/name"),
        ("clip:openai/clip-vit-base-patch32@main", "clip", "openai/clip-vit-base-patch32@main"),
        ("hsemotion:C:/weights/enet.onnx", "hsemotion", "C:/weights/enet.onnx"),
        ("hub:clap", "clap", ""),
    ],
)
def test_a_spec_is_a_kind_and_a_place(spec: str, kind: str, model: str) -> None:
    found, place = parse_spec(spec)
    assert (found.name, place) == (kind, model)
    assert is_hub_spec(spec)


def test_names_of_other_judges_are_no_hub_specs() -> None:
    assert not any(is_hub_spec(name) for name in ("speech", "face", "music", "picture", "text", "my-plugin"))


def test_a_spec_gives_its_judge(tmp_path: Path) -> None:
    build_hsemotion(tmp_path / "enet_b0_8_va_mtl.onnx", 10, 224)
    judge = judge_from_spec(f"hub:hsemotion:{tmp_path / 'enet_b0_8_va_mtl.onnx'}")
    assert isinstance(judge, HsemotionJudge)
    assert judge.card.licence == family("hsemotion").licences["enet_b0_8_va_mtl.onnx"]
    assert judge.card.name.startswith("hub:hsemotion:")


def test_options_reach_the_judge(tmp_path: Path, one_thread: None) -> None:
    build_voice_classifier(tmp_path, ["happy", "zonked"])
    with pytest.raises(EngineError, match="zonked"):
        judge_from_spec(f"voice:{tmp_path}")
    judge = judge_from_spec(f"voice:{tmp_path}", meanings={"zonked": "tiredness"})
    assert judge.card.labels == ("joy", "tiredness")


def test_an_unknown_kind_is_named_with_its_like() -> None:
    with pytest.raises(UnknownNameError, match=r"kind of hub judge 'audering'.*'audeering'"):
        judge_from_spec("hub:audering:owner/name")


def test_whisper_is_told_to_be_no_judge_of_emotion() -> None:
    with pytest.raises(RequestError, match="reads words, not emotion"):
        judge_from_spec("whisper:openai/whisper-tiny")


@pytest.mark.parametrize("kind", [kind.name for kind in JUDGING])
def test_a_kind_without_a_place_says_what_would_do(kind: str) -> None:
    with pytest.raises(EngineError, match="has no weights of its own") as caught:
        judge_from_spec(f"hub:{kind}")
    assert family(kind).example in caught.value.remedy


@pytest.mark.parametrize("kind", [kind.name for kind in JUDGING])
@pytest.mark.parametrize("place", ["./nowhere", "/no/such/folder", "name"])
def test_a_folder_that_is_not_there_is_never_looked_for_elsewhere(kind: str, place: str) -> None:
    with pytest.raises(EngineError, match="There is no folder"):
        judge_from_spec(f"{kind}:{place}")


@pytest.mark.parametrize("kind", [kind.name for kind in JUDGING])
def test_a_hub_id_is_not_fetched_unasked(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("AFFECT_ALLOW_DOWNLOAD", raising=False)
    with pytest.raises(EngineError, match="not in the local cache, and nothing is fetched unasked") as caught:
        judge_from_spec(f"{kind}:somebody/some-model")
    assert family(kind).files[0] in caught.value.message
    assert "AFFECT_ALLOW_DOWNLOAD=1" in caught.value.remedy


@pytest.mark.parametrize("asked", [False, True], ids=["environment", "argument"])
def test_fetching_on_request_without_a_network_is_an_error_of_its_own(
    asked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("AFFECT_ALLOW_DOWNLOAD", "" if asked else "1")
    with pytest.raises(EngineError, match="somebody/some-model cannot be fetched"):
        judge_from_spec("clip:somebody/some-model", offline=False if asked else None)


def test_a_hub_id_in_the_local_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--somebody--faces"
    commit = "0123456789abcdef0123456789abcdef01234567"
    build_hsemotion(repository / "snapshots" / commit / "enet_b2_7.onnx", 7, 260)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    judge = judge_from_spec("hsemotion:somebody/faces")
    assert len(judge.card.labels) == 7
    with pytest.raises(EngineError, match="somebody/faces@other is not in the local cache"):
        judge_from_spec("hsemotion:somebody/faces@other")


def test_examples_in_docstrings_are_right() -> None:
    found = doctest.testmod(import_module("studio.judges.hub.specs"))
    assert found.attempted > 0
    assert found.failed == 0
