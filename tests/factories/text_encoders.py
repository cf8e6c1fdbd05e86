"""Tiny T5 and UMT5 text encoders with their tokenizers."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from factories.weights import fill_weights

__all__ = ["byte_fallback_tokenizer", "t5_encoder", "t5_tokenizer"]

_CHARACTERS = string.ascii_letters + string.digits + ".,!?'-:;()[]{}<>/\"@#%&*+=_|\n"
_WORDS = [
    "happy",
    "sad",
    "angry",
    "calm",
    "tense",
    "piano",
    "music",
    "voice",
    "dance",
    "song",
    "the",
    "a",
    "of",
    "and",
]


def t5_tokenizer(folder: Path, longest: int = 64) -> Any:
    """A Unigram tokenizer of single characters and a few words, saved to the folder; list order gives the ids."""
    from transformers import T5Tokenizer

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(character, -6.0) for character in _CHARACTERS] + [(f"▁{word}", -3.0) for word in _WORDS]
    tokenizer = T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=longest)
    tokenizer.save_pretrained(folder)
    return tokenizer


def t5_encoder(tokenizer: Any, *, multilingual: bool = False, width: int = 32, seed: int = 11) -> Any:
    """A two-layer encoder; ``multilingual`` makes it a UMT5."""
    import transformers

    config_class = transformers.UMT5Config if multilingual else transformers.T5Config
    model_class = transformers.UMT5EncoderModel if multilingual else transformers.T5EncoderModel
    config = config_class(
        vocab_size=len(tokenizer), d_model=width, d_kv=8, d_ff=2 * width, num_layers=2, num_heads=4, dropout_rate=0.0,
        decoder_start_token_id=0,
    )  # fmt: skip
    return fill_weights(model_class(config), seed)


def byte_fallback_tokenizer(folder: Path, kind: str, head: list[str], **more: Any) -> Any:
    """A Gemma or Llama tokenizer: special pieces in the order of their ids, the word mark, bytes, characters, no merges."""
    import transformers

    pieces = dict.fromkeys([*head, "▁", *(f"<0x{byte:02X}>" for byte in range(256)), *_CHARACTERS])
    tokenizer = getattr(transformers, kind)(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[], model_max_length=256, **more
    )
    tokenizer.save_pretrained(folder)
    return tokenizer
