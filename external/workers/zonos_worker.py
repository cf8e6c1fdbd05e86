"""Zonos in its own installation (Zyphra/Zonos): ``emotion`` is its vector of eight numbers, ``speaking_rate`` and ``pitch_std`` its own.

What is null stays at the library's default. Run by the studio as ``PYTHON zonos_worker.py --model HUB_ID_OR_FOLDER``.
"""

from __future__ import annotations

import os
from typing import Any

from serving import Report, serve

_DEFAULT = "Zyphra/Zonos-v0.1-transformer"


def load(model: str) -> tuple[Any, int]:
    """Its model, and the rate of its codec."""
    from zonos.model import Zonos
    from zonos.utils import DEFAULT_DEVICE

    if os.path.isdir(model):  # noqa: PTH112
        files = [os.path.join(model, name) for name in ("config.json", "model.safetensors")]  # noqa: PTH118
        loaded = Zonos.from_local(*files, device=DEFAULT_DEVICE)
    else:
        loaded = Zonos.from_pretrained(model or _DEFAULT, device=DEFAULT_DEVICE)
    return loaded, int(loaded.autoencoder.sampling_rate)


def say(model: Any, request: dict[str, Any], report: Report) -> Any:
    """The samples of a request."""
    from zonos.conditioning import make_cond_dict

    told = {name: request[name] for name in ("emotion", "speaking_rate", "pitch_std") if request.get(name)}
    speaker = None
    if request.get("voice"):
        import torchaudio

        speaker = model.make_speaker_embedding(*torchaudio.load(request["voice"]))
    conditioning = model.prepare_conditioning(
        make_cond_dict(text=request["text"], speaker=speaker, language=request["language"], **told)
    )

    def step(_: Any, done: int, total: int) -> bool:
        report(min(done / max(total, 1), 1.0))
        return True

    codes = model.generate(conditioning, progress_bar=False, callback=step)
    return model.autoencoder.decode(codes)[0]


if __name__ == "__main__":
    serve(load, say)
