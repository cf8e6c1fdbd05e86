"""ChatterboxTTS with its two numbers."""

from __future__ import annotations

from stand_in import keep, tone


class ChatterboxTTS:
    sr = 24000

    @classmethod
    def from_local(cls, ckpt_dir, device):
        keep("load", model=str(ckpt_dir))
        return cls()

    @classmethod
    def from_pretrained(cls, device):
        keep("load", model="")
        return cls()

    def generate(self, text, audio_prompt_path=None, exaggeration=0.5, cfg_weight=0.5, temperature=0.8):
        keep("say", text=text, voice=audio_prompt_path, exaggeration=exaggeration, cfg_weight=cfg_weight)
        return tone(text, self.sr, 200 + 200 * exaggeration)[None]
