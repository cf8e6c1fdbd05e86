"""The judge of voices with emotion2vec, as an ONNX export that needs no funasr.

emotion2vec is released as a pickle (``model.pt``) that funasr alone can build, so it is exported once, where funasr is. A folder
holds the export beside the release's own ``tokens.txt`` (the classes in order) and ``config.yaml`` (``normalize``). Two kinds of
export are read:

* scores: ``(1, classes)`` of a wave, as logits or as probabilities;
* frames: ``(1, T, W)``, what funasr's own ``export(type="onnx")`` writes. It leaves the last layer out, so that lies beside it in
  ``proj.safetensors`` as ``proj.weight`` ``(classes, W)`` and ``proj.bias``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from conditioning.errors import EngineError
from external.safe_weights import read_header
from studio.judges.calibration import softmax
from studio.judges.hub.cards import hub_card
from studio.judges.hub.checkpoints import Checkpoint, find_folder, licence_of
from studio.judges.hub.families import family
from studio.judges.hub.hearing import SoundJudge, hearing
from studio.judges.hub.labels import classes_of
from studio.judges.hub.onnx_models import OnnxNetwork, only_onnx

__all__ = ["Emotion2vecJudge"]

SAMPLE_RATE = 16_000  # of all released emotion2vec models
_UNUSED = "unuse"  # early uploads name classes so that were never trained


class Emotion2vecJudge(SoundJudge):
    """Reads the emotion of a voice with emotion2vec."""

    @classmethod
    def from_pretrained(cls, model: str | Path, *, offline: bool = True) -> Emotion2vecJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.

        Raises:
            EngineError: it is not there, not of this format, or its files disagree.
        """
        kind = family("emotion2vec")
        folder = find_folder(model, kind, offline=offline)
        found = Checkpoint(folder, str(model), kind, {}, licence_of(model, folder, kind))
        if not list(folder.glob("*.onnx")) and list(folder.glob("*.pt")):
            raise found.fault(
                "it holds funasr's pickle, which funasr alone can build",
                "Export it to ONNX once; see docs/hub-judges.md.",
            )
        names = _tokens(found)
        used = np.array([not name.startswith(_UNUSED) for name in names])
        classes = classes_of(found, [name for name, is_used in zip(names, used, strict=True) if is_used])
        scores = _scores(found, OnnxNetwork.open(only_onnx(folder)), len(names))
        normalise = _normalises(found)

        def outputs_of(wave: np.ndarray) -> np.ndarray:
            if normalise:
                wave = (wave - wave.mean()) / np.sqrt(wave.var() + 1e-5)  # layer_norm's own epsilon
            return _shares(scores(wave[None])[used])

        return cls(
            hub_card(found, classes.labels), SAMPLE_RATE, outputs_of, classes.reading, hearing("speech")
        )


def _tokens(found: Checkpoint) -> tuple[str, ...]:
    """The classes in the order of ``tokens.txt``, in English: a line may be ``生气/angry``."""
    file = found.folder / "tokens.txt"
    if not file.is_file():
        raise EngineError(
            f"{file} is missing, so the order of the classes is unknown.", "Copy it from the release."
        )
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return tuple(line.rpartition("/")[2] for line in lines if line)


def _normalises(found: Checkpoint) -> bool:
    """Whether ``config.yaml`` asks for waves of zero mean and unit variance."""
    file = found.folder / "config.yaml"
    if not file.is_file():
        raise EngineError(
            f"{file} is missing, so how loud a wave should be is unknown.", "Copy it from the release."
        )
    stated = re.search(
        r"^\s*normalize:\s*(true|false)\s*(?:#.*)?$", file.read_text(encoding="utf-8"), re.MULTILINE | re.I
    )
    if stated is None:
        raise found.fault("config.yaml does not state normalize")
    return stated[1].casefold() == "true"


def _scores(found: Checkpoint, network: OnnxNetwork, classes: int) -> Callable[[np.ndarray], np.ndarray]:
    """Numbers ``(classes,)`` of a wave ``(1, n)``, by which of the two kinds of export it is."""
    if len(network.output_shape) == 2:
        width = network.output_shape[1]
        if isinstance(width, int) and width != classes:
            raise found.fault(f"tokens.txt names {classes} classes, the network gives {width}")
        return lambda wave: network.run(wave)[0].astype(float)
    file = found.folder / "proj.safetensors"
    shapes, fault = read_header(file)
    if fault:
        raise EngineError(
            f"{network.file.name} gives frames and no classes, and {file} {fault}.",
            "Save proj.weight and proj.bias of the release into it; see docs/hub-judges.md.",
        )
    if shapes.get("proj.weight", (0,))[0] != classes or shapes.get("proj.bias") != (classes,):
        raise found.fault(f"tokens.txt names {classes} classes, proj.safetensors holds {shapes}")
    from safetensors.numpy import load_file

    last = load_file(file)
    weight, bias = last["proj.weight"].astype(float), last["proj.bias"].astype(float)
    return lambda wave: np.asarray(weight @ network.run(wave)[0].mean(axis=0).astype(float) + bias)


def _shares(scores: np.ndarray) -> np.ndarray:
    """Scores that are probabilities (none below 0, none above 1, sum at most 1) divided by their sum, others as logits.

    Logits of a trained network never all lie there: they would have to be positive and sum to less than 1.
    """
    total = float(scores.sum())
    if scores.min() >= 0 and 0 < total <= 1.0 + 1e-3:
        return np.asarray(scores / total)
    return softmax(scores)
