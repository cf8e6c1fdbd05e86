"""IndexTTS2 as index-tts has it: ``infer`` without an output path gives the rate and whole numbers of 16 bits ``(n, 1)``."""

from __future__ import annotations

import os

import numpy as np
from stand_in import keep, tone


class IndexTTS2:
    def __init__(
        self, cfg_path="checkpoints/config.yaml", model_dir="checkpoints", use_fp16=False, device=None
    ):
        if not os.path.isfile(cfg_path):  # noqa: PTH113
            raise FileNotFoundError(f"No config at {cfg_path}")
        keep("load", model=model_dir)

    def infer(self, spk_audio_prompt, text, output_path, emo_audio_prompt=None, emo_alpha=1.0, emo_vector=None,
              use_emo_text=False, emo_text=None, use_random=False, interval_silence=200, verbose=False):  # fmt: skip
        keep("say", text=text, voice=spk_audio_prompt, emo_vector=emo_vector)
        weights = np.arange(1, 9) * 20.0
        wave = tone(text, 22050, 200 + float(np.dot(emo_vector or [0] * 8, weights)))
        return 22050, (wave * 32767).astype(np.int16)[:, None]
