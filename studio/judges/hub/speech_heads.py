"""Judges of voices with heads on wav2vec 2.0, WavLM and their kin, read in the formats in which they were released.

Three formats: audEERING's regression head, the Odyssey 2024 baseline's ``ser`` models (attributes or categories), and any audio
classifier of transformers. The order of their outputs is the config's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.vad import CONVENTIONS
from studio.judges.base import Reading
from studio.judges.calibration import softmax
from studio.judges.hub.cards import hub_card
from studio.judges.hub.checkpoints import Checkpoint, head_rows, open_checkpoint, read_json
from studio.judges.hub.families import family
from studio.judges.hub.hearing import SoundJudge, hearing
from studio.judges.hub.labels import Axes, Classes, axes_of, class_names, classes_of

__all__ = ["AudeeringJudge", "OdysseyJudge", "VoiceClassJudge"]

_BACKBONES = ("wav2vec2", "wavlm", "hubert", "unispeech-sat", "data2vec-audio")
_RANGE = CONVENTIONS["audeering"]  # both dimensional formats give about 0..1


class AudeeringJudge(SoundJudge):
    """Reads arousal, dominance and valence with audEERING's wav2vec 2.0."""

    @classmethod
    def from_pretrained(
        cls, model: str | Path, *, offline: bool = True, allow_pickle: bool = False
    ) -> AudeeringJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.

        Raises:
            EngineError: it is not there, not of this format, or its config and weights disagree.
        """
        found = open_checkpoint(
            model, family("audeering"), offline=offline, allow_pickle=allow_pickle, model_types=("wav2vec2",)
        )
        outputs = head_rows(found, "classifier.out_proj.weight", allow_pickle=allow_pickle)
        axes = axes_of(found, class_names(found, outputs), low=_RANGE.low, high=_RANGE.high)
        import transformers

        from studio.judges.hub.speech_networks import RegressionNetwork
        from studio.judges.hub.torch_models import fill

        network = RegressionNetwork(transformers.Wav2Vec2Config(**found.config), outputs)
        run = _runner(fill(network, found, allow_pickle=allow_pickle))
        rate, prepare = _preparation(found)
        return cls(
            hub_card(found, ()), rate, lambda wave: run(prepare(wave)), axes.reading, hearing("speech")
        )


class OdysseyJudge(SoundJudge):
    """Reads attributes or categories with the Odyssey 2024 baseline's WavLM; the config says which."""

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path,
        *,
        offline: bool = True,
        allow_pickle: bool = False,
        meanings: Mapping[str, str] | None = None,
    ) -> OdysseyJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.
            meanings: lexicon emotions of classes that the studio does not know.

        Raises:
            EngineError: it is not there, not of this format, or its config and weights disagree.
        """
        found = open_checkpoint(
            model, family("odyssey"), offline=offline, allow_pickle=allow_pickle, model_types=("ser",)
        )
        settings = {key: _entry(found, key) for key in ("mean", "std", "sampling_rate", "hidden_size")}
        outputs = int(_entry(found, "num_classes"))
        names = class_names(found, outputs)
        meaning = _axes_or_classes(found, names, meanings)
        from studio.judges.hub.speech_networks import OdysseyNetwork
        from studio.judges.hub.torch_models import fill

        network = OdysseyNetwork(
            _backbone(found),
            int(settings["hidden_size"]),
            int(_entry(found, "classifier_hidden_layers")),
            outputs,
        )
        run = _runner(fill(network, found, allow_pickle=allow_pickle))
        mean, spread = float(settings["mean"]), float(settings["std"]) + 1e-6

        def outputs_of(wave: np.ndarray) -> np.ndarray:
            return run((wave - mean) / spread)

        card = hub_card(found, meaning.labels if isinstance(meaning, Classes) else ())
        return cls(card, int(settings["sampling_rate"]), outputs_of, _interpreter(meaning), hearing("speech"))


class VoiceClassJudge(SoundJudge):
    """Reads the classes of any audio classifier of transformers that was made for voices."""

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path,
        *,
        offline: bool = True,
        allow_pickle: bool = False,
        meanings: Mapping[str, str] | None = None,
    ) -> VoiceClassJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.
            meanings: lexicon emotions of classes that the studio does not know.

        Raises:
            EngineError: it is not there, not of this format, or its config and weights disagree.
        """
        found = open_checkpoint(
            model, family("voice"), offline=offline, allow_pickle=allow_pickle, model_types=_BACKBONES
        )
        outputs = head_rows(found, "classifier.weight", allow_pickle=allow_pickle)
        classes = classes_of(found, class_names(found, outputs), meanings=meanings)
        import transformers

        from studio.judges.hub.torch_models import model_of

        loaded = model_of(transformers.AutoModelForAudioClassification, found, allow_pickle=allow_pickle)
        run = _runner(lambda waves: loaded(waves).logits, loaded.device)
        rate, prepare = _preparation(found)
        card = hub_card(found, classes.labels)
        return cls(card, rate, lambda wave: run(prepare(wave)), _interpreter(classes), hearing("speech"))


def _axes_or_classes(
    found: Checkpoint, names: tuple[str, ...], meanings: Mapping[str, str] | None
) -> Axes | Classes:
    """Axes where the outputs are named so, else classes."""
    if {name.casefold() for name in names} & {"arousal", "valence", "dominance"}:
        return axes_of(found, names, low=_RANGE.low, high=_RANGE.high)
    return classes_of(found, names, meanings=meanings)


def _interpreter(meaning: Axes | Classes) -> Callable[[np.ndarray], Reading]:
    if isinstance(meaning, Axes):
        return meaning.reading
    return lambda logits: meaning.reading(softmax(logits))


def _backbone(found: Checkpoint) -> Any:
    """The config of the network under an Odyssey head, which its checkpoint only names.

    The name is a folder inside the checkpoint with a config.json, or one of ``assets/judges/hub/backbones.toml``.
    """
    from transformers import WavLMConfig

    name = str(_entry(found, "ssl_type"))
    inside = found.folder / name / "config.json"
    if inside.is_file() and inside.resolve().is_relative_to(found.folder):
        return WavLMConfig(**read_json(inside))
    known = asset_table("judges", "hub", "backbones.toml")
    if name not in known:
        raise found.fault(
            f"its network is {name!r}, of which only {', '.join(known)} is known",
            f"Lay the config.json of {name} into the folder as {name}/config.json.",
        )
    return WavLMConfig(**known[name])


def _preparation(found: Checkpoint) -> tuple[int, Callable[[np.ndarray], np.ndarray]]:
    """The sample rate of a checkpoint, and what it does to a wave: nothing, or zero mean and unit variance."""
    settings = read_json(found.folder / "preprocessor_config.json")
    for key in ("sampling_rate", "do_normalize"):
        if key not in settings:
            raise found.fault(f"preprocessor_config.json does not state {key}")

    def prepare(wave: np.ndarray) -> np.ndarray:
        if not settings["do_normalize"]:
            return wave
        return np.asarray((wave - wave.mean()) / np.sqrt(wave.var() + 1e-7), np.float32)

    return int(settings["sampling_rate"]), prepare


def _runner(network: Callable[[Any], Any], device: Any = None) -> Callable[[np.ndarray], np.ndarray]:
    """Outputs ``(K,)``, float64, of one wave ``(n,)``."""
    import torch

    at = device or next(network.parameters()).device  # type: ignore[attr-defined]

    def run(wave: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            out = network(torch.from_numpy(np.ascontiguousarray(wave, np.float32))[None].to(at))
        return np.asarray(out[0].double().cpu().numpy())

    return run


def _entry(found: Checkpoint, key: str) -> Any:
    if key not in found.config:
        raise found.fault(f"config.json does not state {key}")
    return found.config[key]
