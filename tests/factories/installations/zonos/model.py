"""Zonos's model: conditioning, codes, sound."""

from __future__ import annotations

from stand_in import keep, tone


class _Codec:
    sampling_rate = 44100

    def decode(self, codes):
        return [tone(codes["text"], 44100, 200 + 300 * codes["emotion"][0] - 60 * codes["emotion"][1])]


class Zonos:
    def __init__(self):
        self.autoencoder = _Codec()

    @classmethod
    def from_pretrained(cls, repo_id, revision=None, device="cpu", **kwargs):
        keep("load", model=repo_id)
        return cls()

    @classmethod
    def from_local(cls, config_path, model_path, device="cpu", backbone=None):
        keep("load", model=config_path)
        return cls()

    def make_speaker_embedding(self, wav, sr):
        return wav.mean()

    def prepare_conditioning(self, cond_dict, uncond_dict=None):
        return cond_dict

    def generate(self, prefix_conditioning, audio_prefix_codes=None, max_new_tokens=86 * 30, cfg_scale=2.0,
                 batch_size=1, sampling_params=None, progress_bar=True, callback=None):  # fmt: skip
        keep("say", **prefix_conditioning)
        for step in range(1, 5):
            if callback is not None and not callback(None, step, 4):
                break
        return prefix_conditioning
