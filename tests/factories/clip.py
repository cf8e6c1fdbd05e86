"""Tiny CLIP tokenizers, text encoders and picture encoders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from factories.weights import fill_weights

__all__ = ["clip_text", "clip_tokenizer", "clip_vision"]


def clip_tokenizer(folder: Path, longest: int = 77) -> Any:
    """Bytes with and without the mark of a word's end, no merges; the last two ids are start and end."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPTokenizer

    letters = sorted(ByteLevel.alphabet())
    pieces = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    tokenizer = CLIPTokenizer(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[], model_max_length=longest
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def clip_text(tokenizer: Any, *, projected: bool = False, seed: int = 12) -> Any:
    """A two-layer text encoder of width 32, with a projection of the sentence where wanted."""
    import transformers

    config = transformers.CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, projection_dim=32, num_hidden_layers=2,
        num_attention_heads=4, hidden_act="gelu", max_position_embeddings=77, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    kind = transformers.CLIPTextModelWithProjection if projected else transformers.CLIPTextModel
    return fill_weights(kind(config), seed)


def clip_vision(side: int = 32, width: int = 4) -> dict[str, Any]:
    """A picture encoder and its processor, by the names of their pipeline components."""
    import transformers

    config = transformers.CLIPVisionConfig(
        hidden_size=width, projection_dim=width, num_hidden_layers=2, num_attention_heads=2, image_size=side,
        intermediate_size=16, patch_size=8,
    )  # fmt: skip
    processor = transformers.CLIPImageProcessor(
        crop_size={"height": side, "width": side}, size={"shortest_edge": side}
    )
    encoder = fill_weights(transformers.CLIPVisionModelWithProjection(config), 13)
    return {"image_encoder": encoder, "image_processor": processor}
