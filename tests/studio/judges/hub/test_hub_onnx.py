from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories.hub_judges_onnx import TOKENS, build_emotion2vec, build_hsemotion

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import EngineError
from generators.base import FaceRequest
from generators.face.head import Head
from studio.judges.calibration import softmax
from studio.judges.hub.emotion2vec import Emotion2vecJudge
from studio.judges.hub.hsemotion import FaceInput, HsemotionJudge
from studio.judges.media import Waveform

pytest.importorskip("onnx")

EIGHT = ("anger", "contempt", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
SKIN = np.full((50, 50, 3), (200, 120, 60), np.uint8)
NORMAL = (np.array([200, 120, 60]) / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]


def test_eight_expressions_with_valence_and_arousal(tmp_path: Path) -> None:
    file = tmp_path / "enet_b0_8_va_mtl.onnx"
    outputs = NORMAL @ build_hsemotion(file, 10, 224)
    judge = HsemotionJudge.from_pretrained(file)
    reading = judge.read_face(SKIN)
    assert judge.card.labels == EIGHT
    assert list(reading.probabilities.values()) == pytest.approx(softmax(outputs[:8]), abs=1e-3)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert reading.vad is not None
    assert reading.vad.valence == pytest.approx(np.clip(outputs[8], -1, 1), abs=1e-3)
    assert reading.vad.arousal == pytest.approx(np.clip(outputs[9], -1, 1), abs=1e-3)
    assert reading.vad.dominance == 0.0


@pytest.mark.parametrize(
    ("name", "outputs", "side", "labels"),
    [
        ("enet_b0_8_best_vgaf.onnx", 8, 224, EIGHT),
        ("enet_b2_8.onnx", 8, 260, EIGHT),
        ("enet_b2_7.onnx", 7, 260, tuple(name for name in EIGHT if name != "contempt")),
        ("mbf_va_mtl.onnx", 10, 112, EIGHT),
    ],
)
def test_each_released_network_has_its_own_input_and_labels(
    name: str, outputs: int, side: int, labels: tuple[str, ...], tmp_path: Path
) -> None:
    build_hsemotion(tmp_path / name, outputs, side)
    judge = HsemotionJudge.from_pretrained(tmp_path)  # the folder, with one file in it
    assert judge.card.labels == labels
    assert (judge.read_face(SKIN).vad is None) == (outputs < 9)


def test_a_face_is_brought_to_the_size_and_colours_of_training() -> None:
    wanted = FaceInput(4, (0.5, 0.5, 0.5), (0.5, 0.25, 0.5))
    prepared = wanted.prepared(np.full((9, 7, 3), (255, 255, 0), np.uint8))
    assert prepared.shape == (1, 3, 4, 4)
    assert prepared.dtype == np.float32
    assert prepared[0, :, 2, 2] == pytest.approx([1.0, 2.0, -1.0])


def test_label_order_of_a_config_beside_the_file_counts(tmp_path: Path) -> None:
    file = tmp_path / "enet_b0_8_best_afew.onnx"
    build_hsemotion(file, 8, 224)
    read = HsemotionJudge.from_pretrained(file).read_face(SKIN).probabilities
    names = ["Surprise", "Sadness", "Neutral", "Happiness", "Fear", "Disgust", "Contempt", "Anger"]
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {str(i): n for i, n in enumerate(names)}}))
    turned = HsemotionJudge.from_pretrained(file).read_face(SKIN).probabilities
    assert list(turned) == list(EIGHT)[::-1]
    assert list(turned.values()) == pytest.approx(list(read.values()))
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "Anger"}}))
    with pytest.raises(EngineError, match="names 1 classes, the weights have 8"):
        HsemotionJudge.from_pretrained(file)


@pytest.mark.parametrize(
    ("name", "outputs", "side", "says"),
    [
        ("enet_b0_8_va_mtl.onnx", 8, 224, "has 8 outputs, which is not what its name says"),
        ("enet_b0_8_best_vgaf.onnx", 7, 224, "has 7 outputs, which is not what its name says"),
        ("enet_b2_7.onnx", 8, 260, "has 8 outputs, which is not what its name says"),
        ("enet_b0_8_best_vgaf.onnx", 9, 224, "has 9 outputs; known are 8, 7, 10"),
        ("enet_b0_8_best_vgaf.onnx", 8, 260, "takes 260 pixels, not 224"),
        ("my_own.onnx", 8, 96, "how my_own.onnx wants a face is unknown"),
    ],
)
def test_what_an_onnx_file_does_not_settle_is_refused(
    name: str, outputs: int, side: int, says: str, tmp_path: Path
) -> None:
    build_hsemotion(tmp_path / name, outputs, side)
    with pytest.raises(EngineError, match=says):
        HsemotionJudge.from_pretrained(tmp_path / name)


def test_a_network_of_ones_own_is_read_where_a_config_says_how(tmp_path: Path) -> None:
    build_hsemotion(tmp_path / "my_own.onnx", 8, 96)
    settings = {"side": 96, "mean": [0, 0, 0], "std": [1, 1, 1]}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    assert sum(
        HsemotionJudge.from_pretrained(tmp_path).read_face(SKIN).probabilities.values()
    ) == pytest.approx(1)


def test_broken_none_and_several_onnx_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="it holds none"):
        HsemotionJudge.from_pretrained(tmp_path)
    build_hsemotion(tmp_path / "enet_b0_8_best_vgaf.onnx", 8, 224)
    build_hsemotion(tmp_path / "enet_b2_8.onnx", 8, 260)
    with pytest.raises(EngineError, match=r"enet_b0_8_best_vgaf\.onnx, enet_b2_8\.onnx"):
        HsemotionJudge.from_pretrained(tmp_path)
    (tmp_path / "enet_b2_8.onnx").write_bytes(b"not an onnx file")
    with pytest.raises(EngineError, match=r"enet_b2_8.onnx is no ONNX network"):
        HsemotionJudge.from_pretrained(tmp_path / "enet_b2_8.onnx")


def test_the_face_in_a_picture_is_what_is_read(tmp_path: Path) -> None:
    """A dark frame about a face changes little; the same picture without a face has no reading."""
    build_hsemotion(tmp_path / "enet_b0_8_va_mtl.onnx", 10, 224)
    judge = HsemotionJudge.from_pretrained(tmp_path)
    request = FaceRequest(Conditioning.of(Emotion.of("joy")), 0.2, size=(240, 240))
    (last,) = deque(Head().generate(request).frames(), maxlen=1)
    alpha = last[..., 3:] / 255
    face = np.ascontiguousarray((last[..., :3] * alpha + 128 * (1 - alpha)).astype(np.uint8))
    framed = np.zeros((360, 480, 3), np.uint8)
    framed[60:300, 120:360] = face
    alone, beside = judge.read(face), judge.read(framed)
    whole = judge.read_face(framed)
    assert alone.top != "no reading"

    def apart(a: Any, b: Any) -> float:
        return max(abs(a.probabilities[name] - b.probabilities[name]) for name in EIGHT)

    assert apart(alone, beside) < 0.2 * apart(alone, whole)
    tight = face[20:210, 50:190]  # forehead to chin
    assert judge.read(tight).top != "no reading"
    assert judge.read(np.zeros((240, 320, 3), np.uint8)).top == "no reading"
    film = [(0.0, face), (0.1, face), (0.2, framed)]
    assert [r.start for r in judge.read_over_time(iter(film))] == [0.0, 0.2]


def wave(seed: int = 0, seconds: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.1, 0.2, int(16_000 * seconds)).astype(np.float32)


def expected(samples: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    normal = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-5)
    mean = np.maximum(normal.reshape(-1, 4) @ weights["frame"], 0).mean(axis=0)
    return weights["proj.weight"] @ mean + weights["proj.bias"] if "proj.weight" in weights else mean


@pytest.mark.parametrize("output", ["logits", "probabilities", "frames"])
def test_emotion2vec_reads_each_kind_of_export(output: str, tmp_path: Path) -> None:
    weights = build_emotion2vec(tmp_path, output=output)
    own = softmax(expected(wave(), weights))
    reading = Emotion2vecJudge.from_pretrained(tmp_path).read(Waveform(wave(), 16_000))
    felt = [number for number, token in enumerate(TOKENS) if "other" not in token and token != "<unk>"]
    names = ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"]
    assert list(reading.probabilities) == names
    assert list(reading.probabilities.values()) == pytest.approx(own[felt] / own[felt].sum(), abs=1e-5)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert reading.floor == pytest.approx(max(own[5], own[8]), abs=1e-5)


def test_emotion2vecs_order_is_that_of_its_tokens(tmp_path: Path) -> None:
    build_emotion2vec(tmp_path)
    sound = Waveform(wave(), 16_000)
    read = Emotion2vecJudge.from_pretrained(tmp_path).read(sound).probabilities
    (tmp_path / "tokens.txt").write_text("\n".join(TOKENS[::-1]) + "\n", encoding="utf-8")
    turned = Emotion2vecJudge.from_pretrained(tmp_path).read(sound)
    assert list(turned.probabilities) == list(read)[::-1]
    # Number 3, happy, is now number 5 from the other end: it says what "other" said, and the reverse.
    assert turned.probabilities["anger"] != pytest.approx(read["anger"])


def test_classes_that_were_never_trained_are_left_out(tmp_path: Path) -> None:
    tokens = (
        "生气/angry",
        "unuse_0",
        "unuse_1",
        "开心/happy",
        "中立/neutral",
        "unuse_2",
        "难过/sad",
        "unuse_3",
        "<unk>",
    )
    weights = build_emotion2vec(tmp_path, tokens)
    judge = Emotion2vecJudge.from_pretrained(tmp_path)
    assert judge.card.labels == ("anger", "joy", "neutral", "sadness")
    own = softmax(expected(wave(), weights)[[0, 3, 4, 6, 8]])
    reading = judge.read(Waveform(wave(), 16_000))
    assert list(reading.probabilities.values()) == pytest.approx(own[:4] / own[:4].sum(), abs=1e-5)


@pytest.mark.parametrize("file", ["tokens.txt", "config.yaml", "proj.safetensors"])
def test_what_an_export_lacks_is_named(file: str, tmp_path: Path) -> None:
    build_emotion2vec(tmp_path, output="frames")
    (tmp_path / file).unlink()
    with pytest.raises(EngineError, match=rf"{file} is missing"):
        Emotion2vecJudge.from_pretrained(tmp_path)


def test_counts_that_disagree_are_refused(tmp_path: Path) -> None:
    build_emotion2vec(tmp_path / "scores")
    build_emotion2vec(tmp_path / "frames", output="frames")
    for folder in ("scores", "frames"):
        (tmp_path / folder / "tokens.txt").write_text("angry\nhappy\n")
        with pytest.raises(EngineError, match=r"tokens\.txt names 2 classes"):
            Emotion2vecJudge.from_pretrained(tmp_path / folder)


def test_a_release_for_funasr_is_told_from_an_export(tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(b"")
    with pytest.raises(EngineError, match=r"funasr's pickle.*docs/hub-judges.md"):
        Emotion2vecJudge.from_pretrained(tmp_path)


def test_a_config_that_does_not_say_whether_to_normalise_is_refused(tmp_path: Path) -> None:
    build_emotion2vec(tmp_path)
    (tmp_path / "config.yaml").write_text("model: Emotion2vec\n")
    with pytest.raises(EngineError, match="does not state normalize"):
        Emotion2vecJudge.from_pretrained(tmp_path)


def test_loudness_counts_only_where_the_config_does_not_normalise(tmp_path: Path) -> None:
    build_emotion2vec(tmp_path)
    loud, quiet = Waveform(wave(), 16_000), Waveform(wave() * 0.2, 16_000)
    judge = Emotion2vecJudge.from_pretrained(tmp_path)
    assert dict(judge.read(loud).probabilities) == pytest.approx(
        dict(judge.read(quiet).probabilities), abs=2e-3
    )
    (tmp_path / "config.yaml").write_text("model_conf:\n    normalize: false  # as is\n")
    judge = Emotion2vecJudge.from_pretrained(tmp_path)
    assert judge.read(loud).probabilities["joy"] != pytest.approx(
        judge.read(quiet).probabilities["joy"], abs=0.01
    )
