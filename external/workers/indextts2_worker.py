"""IndexTTS2 in its own installation (index-tts/index-tts): ``emotion`` is its vector of eight numbers, or null for the voice's own.

Run by the studio as ``PYTHON indextts2_worker.py --model FOLDER`` with the folder of its checkpoints.
"""

from __future__ import annotations

import os
from typing import Any

from serving import Report, serve


def load(model: str) -> tuple[Any, int]:
    """Its model, and the rate that its ``infer`` gives."""
    from indextts.infer_v2 import IndexTTS2

    return IndexTTS2(cfg_path=os.path.join(model, "config.yaml"), model_dir=model), 22050  # noqa: PTH118


def say(model: Any, request: dict[str, Any], report: Report) -> Any:
    """The samples of a request, scaled from its whole numbers of 16 bits."""
    import numpy as np

    told: dict[str, Any] = {"emo_vector": request["emotion"]} if request.get("emotion") else {}
    _, samples = model.infer(
        spk_audio_prompt=request["voice"], text=request["text"], output_path=None, **told
    )
    samples = np.asarray(samples)
    return samples / 32768.0 if samples.dtype == np.int16 else samples


if __name__ == "__main__":
    serve(load, say)
