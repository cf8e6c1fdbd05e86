"""CosyVoice 2 or 3 in its own installation (FunAudioLLM/CosyVoice): ``instruct`` says in words how to speak, "" is no instruction.

Run by the studio as ``PYTHON cosyvoice_worker.py --model FOLDER`` with the folder of its weights.
"""

from __future__ import annotations

import inspect
from typing import Any

from serving import Report, serve

_END = "<|endofprompt|>"
_BEFORE = "You are a helpful assistant."  # before all that CosyVoice 3 is told, as its examples have it
_LISTENED = 16000  # hertz; of recordings that older versions take as samples


def load(model: str) -> tuple[Any, int]:
    """Its model, and the rate that it speaks at."""
    from cosyvoice.cli import cosyvoice

    build = getattr(cosyvoice, "AutoModel", None)
    loaded = build(model_dir=model) if build else cosyvoice.CosyVoice2(model)
    return loaded, int(loaded.sample_rate)


def say(model: Any, request: dict[str, Any], report: Report) -> Any:
    """The samples of a request, its parts one after another."""
    import numpy as np

    instruct = request.get("instruct") or ""
    speak = model.inference_instruct2 if instruct else model.inference_cross_lingual
    newer = "prompt_wav" in inspect.signature(speak).parameters
    third = type(model).__name__ == "CosyVoice3"
    if instruct:
        told = [request["text"], (f"{_BEFORE} {instruct}" if third else instruct) + (_END if newer else "")]
    else:
        told = [f"{_BEFORE}{_END}{request['text']}" if third else request["text"]]
    recording = request["voice"] if newer else _heard(request["voice"])
    parts = []
    for part in speak(*told, recording, stream=False, speed=request.get("speed") or 1.0):
        parts.append(np.asarray(part["tts_speech"].detach().cpu().numpy()).reshape(-1))
        report(0.5)
    return np.concatenate(parts)


def _heard(path: str) -> Any:
    from cosyvoice.utils.file_utils import load_wav

    return load_wav(path, _LISTENED)


if __name__ == "__main__":
    serve(load, say)
