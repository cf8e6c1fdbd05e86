"""Tiny CLIP, SigLIP and CLAP checkpoints as ``save_pretrained`` writes them, with their tokenizers and processors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from factories.weights import fill_weights

__all__ = ["build_clap", "build_clip", "build_siglip", "byte_tokenizer"]


def build_clip(folder: Path) -> Any:
    """Write a CLIP; returns the network."""
    import transformers
    from tokenizers.pre_tokenizers import ByteLevel

    letters = sorted(ByteLevel.alphabet())
    pieces = letters + [f"{letter}</w>" for letter in letters] + ["<|startoftext|>", "<|endoftext|>"]
    tokenizer = transformers.CLIPTokenizer(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[], model_max_length=77
    )
    tokenizer.save_pretrained(folder)
    text = {
        "vocab_size": len(tokenizer), "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_attention_heads": 2, "max_position_embeddings": 77, "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    vision = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 32, "patch_size": 8}  # fmt: skip
    config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=12)
    model = fill_weights(transformers.CLIPModel(config), 80)
    model.save_pretrained(folder)
    transformers.CLIPImageProcessor(
        crop_size={"height": 32, "width": 32}, size={"shortest_edge": 32}
    ).save_pretrained(folder)
    return model


def build_siglip(folder: Path) -> Any:
    """Write a SigLIP; returns the network."""
    import transformers

    tokenizer = byte_tokenizer(folder)
    text = {
        "vocab_size": len(tokenizer), "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_attention_heads": 2, "max_position_embeddings": 64,
    }  # fmt: skip
    vision = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 32, "patch_size": 8}  # fmt: skip
    model = fill_weights(
        transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=vision)), 81
    )
    with_scale(model, "logit_scale", 2.3)
    model.save_pretrained(folder)
    transformers.SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return model


def build_clap(folder: Path, *, fused: bool = False) -> Any:
    """Write a CLAP that hears 1 s at 8 kHz; ``fused`` as LAION's models for longer sounds."""
    import transformers

    tokenizer = byte_tokenizer(folder)
    text = {
        "vocab_size": len(tokenizer), "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_attention_heads": 2, "max_position_embeddings": 96, "pad_token_id": 1, "projection_dim": 12,
    }  # fmt: skip
    audio = {
        "hidden_size": 32, "patch_embeds_hidden_size": 8, "depths": [1, 1], "num_attention_heads": [2, 2], "num_hidden_layers": 2,
        "spec_size": 64, "num_mel_bins": 16, "window_size": 4, "patch_size": 4, "patch_stride": [4, 4], "projection_dim": 12,
        "enable_fusion": fused, "fusion_type": "aff_2d" if fused else None, "hidden_dropout_prob": 0.0,
    }  # fmt: skip
    audio["hidden_size"] = audio["patch_embeds_hidden_size"] * 2 ** (len(audio["depths"]) - 1)
    config = transformers.ClapConfig(text_config=text, audio_config=audio, projection_dim=12)
    model = fill_weights(transformers.ClapModel(config), 82)
    model.save_pretrained(folder)
    transformers.ClapFeatureExtractor(
        feature_size=16, sampling_rate=8000, hop_length=160, fft_window_size=256, max_length_s=1, frequency_max=4000,
        truncation="fusion" if fused else "rand_trunc", padding="repeatpad",
    ).save_pretrained(folder)  # fmt: skip
    return model


def byte_tokenizer(folder: Path) -> Any:
    """A RoBERTa tokenizer of single bytes, saved to the folder."""
    import transformers
    from tokenizers.pre_tokenizers import ByteLevel

    pieces = ["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet()), "<mask>"]
    tokenizer = transformers.RobertaTokenizer(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[], model_max_length=64
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def with_scale(model: Any, name: str, value: float) -> None:
    """Set a scalar weight, which ``fill_weights`` leaves alone."""
    import torch

    with torch.no_grad():
        getattr(model, name).fill_(value)
