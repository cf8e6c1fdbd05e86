"""An XTTS checkpoint in memory: its model, its voices, and the directions of the emotional recordings beside it.

XTTS's weights are pickles. They are read with torch's ``weights_only``, which builds tensors and XTTS's own configuration
classes and runs nothing else; the file is never written to (coqui-tts alone would rewrite an original checkpoint).
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.errors import EngineError
from generators.speech.clip_directions import kept_clips
from generators.speech.references import Latents, References, find_references

__all__ = ["LoadedXtts", "load_xtts"]


@dataclass(frozen=True)
class LoadedXtts:
    """A checkpoint in memory.

    Args:
        model: coqui-tts's ``Xtts``, ready to speak.
        voices: latents of the checkpoint's own speakers, in its order.
        references: directions of the emotional recordings, None without.
        device: where it runs.
    """

    model: Any
    voices: dict[str, Latents]
    references: References | None
    device: str

    @property
    def rate(self) -> int:
        """Hertz."""
        return int(self.model.config.model_args.output_sample_rate)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes as XTTS writes them."""
        return tuple(self.model.config.languages)


def load_xtts(folder: Path, device: str, references: Path | None) -> LoadedXtts:
    """The checkpoint of a complete folder.

    Args:
        folder: with config.json, model.pth, vocab.json and perhaps speakers_xtts.pth.
        device: as torch names it.
        references: folder of emotional recordings; None looks where ``find_references`` says.

    Raises:
        EngineError: the weights hold more than numbers.
    """
    from generators.hub.torchaudio_standin import ensure_torchaudio

    ensure_torchaudio()
    from TTS.tts.configs.xtts_config import XttsConfig
    from TTS.tts.models.xtts import Xtts

    config = XttsConfig()
    config.load_json(str(folder / "config.json"))
    model = Xtts(config)
    model._load_checkpoint = _read_weights
    try:
        model.load_checkpoint(config, checkpoint_dir=str(folder), eval=True)
    except pickle.UnpicklingError as error:
        raise EngineError(
            f"The weights in {folder} hold more than numbers and are not loaded.",
            "Use a checkpoint written by coqui-tts.",
        ) from error
    model = model.to(device)
    speakers = model.speaker_manager.speakers if model.speaker_manager else {}
    voices = {name: Latents(v["gpt_cond_latent"], v["speaker_embedding"]) for name, v in speakers.items()}
    told = find_references(model, folder, references) or kept_clips(
        folder, lambda: next(iter(voices.values()), None)
    )
    return LoadedXtts(model, voices, told, device)


def _read_weights(path: Path) -> dict[str, Any]:
    """The weights of a checkpoint, plain or with XTTS's configuration objects, as the original one has them."""
    import torch
    from TTS.config.shared_configs import BaseDatasetConfig
    from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig

    # The classes moved between modules; original checkpoints name their old place.
    old = [(kind, f"TTS.tts.models.xtts.{kind.__name__}") for kind in (XttsArgs, XttsAudioConfig)]
    known = [XttsConfig, XttsArgs, XttsAudioConfig, BaseDatasetConfig, *old]
    with torch.serialization.safe_globals(known):
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    weights: dict[str, Any] = content["model"]
    return weights
