"""A stand-in for the little of torchaudio that coqui-tts calls, used only where torchaudio cannot be loaded.

``import TTS`` refuses to start without torchaudio and, from torch 2.9 on, torchcodec. The wheels of both on the
package index are built against CUDA: beside a CPU torch they install and then fail to load. With the stand-in XTTS
needs neither. Its modules keep torchaudio's buffer names, because XTTS checkpoints hold
``torch_spec.1.spectrogram.window`` and ``torch_spec.1.mel_scale.fb`` and are loaded strictly; mel values agree with
torchaudio 2.11 within 5e-6. Resampling is soxr's, so it differs near the cut-off frequency.

Importing this module imports nothing heavy; call ``ensure_torchaudio`` before the first import of ``TTS``.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["ensure_torchaudio", "melody_features"]


def ensure_torchaudio() -> bool:
    """Make ``import torchaudio`` and a search for torchcodec succeed.

    Returns:
        True if the stand-in is in place, False if the real torchaudio works. Calling it again changes nothing.
    """
    if importlib.util.find_spec("torchcodec") is None:
        # coqui-tts only asks whether torchcodec can be found and never imports it.
        sys.modules["torchcodec"] = _module("torchcodec", {})
    if "torchaudio" in sys.modules:
        return hasattr(sys.modules["torchaudio"], "is_standin")
    if _loads("torchaudio"):
        return False
    parts = importlib.import_module("generators.hub.torchaudio_parts")
    functional = _module(
        "torchaudio.functional", {n: getattr(parts, n) for n in ("resample", "melscale_fbanks")}
    )
    names = ("Spectrogram", "MelScale", "MelSpectrogram", "Resample")
    transforms = _module("torchaudio.transforms", {n: getattr(parts, n) for n in names})
    contents = {"functional": functional, "transforms": transforms, "load": parts.load, "save": parts.save}
    root = _module("torchaudio", {**contents, "__version__": "0+standin", "is_standin": True})
    sys.modules.update({m.__name__: m for m in (root, functional, transforms)})
    return True


def melody_features() -> Any:
    """Transformers' ``MusicgenMelodyFeatureExtractor``, which asks for torchaudio once, when transformers is first imported."""
    ensure_torchaudio()
    from transformers.utils.import_utils import is_torchaudio_available

    is_torchaudio_available.cache_clear()
    module = importlib.import_module("transformers.models.musicgen_melody.feature_extraction_musicgen_melody")
    if not hasattr(module, "torchaudio"):
        module = importlib.reload(module)
    return module.MusicgenMelodyFeatureExtractor


def _loads(name: str) -> bool:
    """Whether a package is installed and its compiled library fits the torch at hand."""
    if importlib.util.find_spec(name) is None:
        return False
    try:
        importlib.import_module(name)
    except (ImportError, OSError, RuntimeError):
        for loaded in [m for m in sys.modules if m.split(".")[0] == name]:
            del sys.modules[loaded]
        return False
    return True


def _module(name: str, contents: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    # find_spec raises on a module whose __spec__ is None.
    module.__spec__ = ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    module.__dict__.update(contents)
    return module
