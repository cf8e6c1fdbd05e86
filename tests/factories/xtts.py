"""A tiny XTTS v2 checkpoint: config.json, model.pth, vocab.json and speakers_xtts.pth as coqui-tts writes them."""

from __future__ import annotations

import functools
import string
from pathlib import Path
from typing import Any

from factories.weights import fill_weights

from generators.hub.torchaudio_standin import ensure_torchaudio

__all__ = ["build_xtts", "narrow_decoder"]

SPEAKERS = ("Ana", "Ben")
_WIDTH, _LONGEST = 32, 32
_LANGUAGES = ("en", "es")


def narrow_decoder(monkeypatch: Any) -> None:
    """Narrow the vocoder in this process, for builder and loader alike.

    Its width is no setting of the checkpoint: at the real 512 channels it has 14 million weights whatever the size of
    the rest, and takes 25 times as long.
    """
    ensure_torchaudio()
    import TTS.tts.models.xtts as xtts

    narrow = functools.partial(xtts.HifiDecoder, upsample_initial_channel_decoder=32)
    monkeypatch.setattr(xtts, "HifiDecoder", narrow)


def build_xtts(folder: Path) -> Path:
    """Write the checkpoint; load it with ``Xtts.load_checkpoint``. A sentence gives up to 1.5 s of sound."""
    ensure_torchaudio()
    import torch
    from TTS.tts.configs.xtts_config import XttsArgs, XttsConfig
    from TTS.tts.models.xtts import Xtts

    folder.mkdir(parents=True, exist_ok=True)
    tokens = _write_vocabulary(folder / "vocab.json")
    arguments = XttsArgs(
        gpt_layers=2, gpt_n_model_channels=_WIDTH, gpt_n_heads=2, gpt_max_audio_tokens=_LONGEST,
        gpt_max_text_tokens=128, gpt_max_prompt_tokens=8, gpt_number_text_tokens=tokens, gpt_start_text_token=3,
        gpt_stop_text_token=0, gpt_num_audio_tokens=66, gpt_start_audio_token=64, gpt_stop_audio_token=65,
        gpt_use_perceiver_resampler=True, decoder_input_dim=_WIDTH, d_vector_dim=512,
    )  # fmt: skip
    config = XttsConfig(model_args=arguments, languages=list(_LANGUAGES))
    config.save_json(str(folder / "config.json"))
    torch.manual_seed(0)
    model = Xtts(config)
    fill_weights(model.gpt, 60)
    state = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    torch.save({"model": state}, folder / "model.pth")
    torch.save(_speakers(), folder / "speakers_xtts.pth")
    return folder


def _speakers() -> dict[str, dict[str, Any]]:
    import torch

    generator = torch.Generator().manual_seed(1)
    speakers = {}
    for name in SPEAKERS:
        colour = torch.randn(1, 512, 1, generator=generator)
        speakers[name] = {
            "gpt_cond_latent": torch.randn(1, 32, _WIDTH, generator=generator),
            "speaker_embedding": torch.nn.functional.normalize(colour, dim=1),
        }
    return speakers


def _write_vocabulary(path: Path) -> int:
    from tokenizers import Tokenizer, models, pre_tokenizers

    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", *(f"[{language}]" for language in _LANGUAGES)]
    tokens = special + list(string.ascii_lowercase + string.digits + ".,!?'-:;\"()áéíóúñ")
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, [], unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(special)
    tokenizer.save(str(path))
    return len(tokens)
