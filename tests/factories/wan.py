"""A tiny Wan text-to-video checkpoint in the diffusers layout, a third of a megabyte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from factories.text_encoders import t5_encoder, t5_tokenizer
from factories.weights import fill_weights

__all__ = ["build_wan"]


def build_wan(folder: Path) -> Path:
    """Write the checkpoint as ``save_pretrained`` does; load it with ``WanPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = t5_tokenizer(Path(scratch), longest=512)
    transformer = diffusers.WanTransformer3DModel(
        in_channels=16, out_channels=16, patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, text_dim=32,
        freq_dim=32, ffn_dim=32, num_layers=2, cross_attn_norm=True, qk_norm="rms_norm_across_heads",
        rope_max_seq_len=128,
    )  # fmt: skip
    vae = diffusers.AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    pipeline = diffusers.WanPipeline(
        tokenizer=tokenizer,
        text_encoder=t5_encoder(tokenizer, multilingual=True),
        vae=fill_weights(vae, 15, 1.5),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
        transformer=fill_weights(transformer, 5),
    )
    pipeline.save_pretrained(folder)
    return folder
