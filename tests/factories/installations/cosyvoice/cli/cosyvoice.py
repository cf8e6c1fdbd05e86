"""CosyVoice2 as it was when recordings were given as samples, and CosyVoice3, which takes their paths."""

from __future__ import annotations

import os

from stand_in import keep, tone


class _Tensor:
    """The little of a tensor that a worker asks for."""

    def __init__(self, samples):
        self._samples = samples

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return self._samples[None]


class CosyVoice2:
    sample_rate = 24000

    def __init__(self, model_dir, load_jit=False, load_trt=False, fp16=False):
        keep("load", model=model_dir)

    def inference_instruct2(self, tts_text, instruct_text, prompt_speech_16k, stream=False, speed=1.0):
        keep("say", text=tts_text, instruct=instruct_text, speed=speed)
        hertz = 200 + sum(instruct_text.encode()) % 97
        for half in (tts_text[: len(tts_text) // 2], tts_text[len(tts_text) // 2 :]):
            yield {"tts_speech": _Tensor(tone(half, self.sample_rate, hertz))}

    def inference_cross_lingual(self, tts_text, prompt_speech_16k, stream=False, speed=1.0):
        keep("say", text=tts_text, instruct=None, speed=speed)
        yield {"tts_speech": _Tensor(tone(tts_text, self.sample_rate, 200))}


class CosyVoice3:
    sample_rate = 24000

    def __init__(self, model_dir, load_trt=False, load_vllm=False, fp16=False):
        keep("load", model=model_dir)

    def inference_instruct2(
        self, tts_text, instruct_text, prompt_wav, zero_shot_spk_id="", stream=False, speed=1.0
    ):
        keep("say", text=tts_text, instruct=instruct_text, voice=prompt_wav, speed=speed)
        yield {"tts_speech": _Tensor(tone(tts_text, self.sample_rate, 240))}

    def inference_cross_lingual(self, tts_text, prompt_wav, zero_shot_spk_id="", stream=False, speed=1.0):
        keep("say", text=tts_text, instruct=None, voice=prompt_wav, speed=speed)
        yield {"tts_speech": _Tensor(tone(tts_text, self.sample_rate, 200))}


def AutoModel(**kwargs):  # noqa: N802
    third = os.path.isfile(os.path.join(kwargs["model_dir"], "cosyvoice3.yaml"))  # noqa: PTH113, PTH118
    return (CosyVoice3 if third else CosyVoice2)(**kwargs)
