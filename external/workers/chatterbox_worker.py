"""Chatterbox in its own installation (resemble-ai/chatterbox): ``exaggeration`` and ``cfg_weight`` are its two numbers.

What is null stays at the library's default. Run by the studio as ``PYTHON chatterbox_worker.py --model FOLDER``; without a folder the
library takes its own weights.
"""

from __future__ import annotations

from typing import Any

from serving import Report, serve


def load(model: str) -> tuple[Any, int]:
    """Its model, and the rate that it speaks at."""
    import torch
    from chatterbox.tts import ChatterboxTTS

    device = "cuda" if torch.cuda.is_available() else "cpu"
    loaded = ChatterboxTTS.from_local(model, device) if model else ChatterboxTTS.from_pretrained(device)
    return loaded, int(loaded.sr)


def say(model: Any, request: dict[str, Any], report: Report) -> Any:
    """The samples of a request."""
    told = {name: request[name] for name in ("exaggeration", "cfg_weight") if request.get(name) is not None}
    if request.get("voice"):
        told["audio_prompt_path"] = request["voice"]
    return model.generate(request["text"], **told)


if __name__ == "__main__":
    serve(load, say)
