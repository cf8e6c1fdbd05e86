"""A tiny Wan Animate checkpoint in the diffusers layout, half a megabyte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from factories.text_encoders import t5_encoder, t5_tokenizer
from factories.weights import fill_weights

__all__ = ["build_wan_animate"]


def build_wan_animate(folder: Path) -> Path:
    """Write the checkpoint as ``save_pretrained`` does; load it with ``WanAnimatePipeline``."""
    import diffusers
    import transformers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = t5_tokenizer(Path(scratch), longest=512)
    transformer = diffusers.WanAnimateTransformer3DModel(
        in_channels=36, latent_channels=16, out_channels=16, image_dim=4, patch_size=(1, 2, 2), num_attention_heads=2,
        attention_head_dim=12, text_dim=32, freq_dim=32, ffn_dim=32, num_layers=2, cross_attn_norm=True,
        qk_norm="rms_norm_across_heads", rope_max_seq_len=128, motion_encoder_size=16,
        motion_encoder_channel_sizes={"4": 16, "8": 16, "16": 16}, motion_style_dim=8, motion_dim=4, motion_encoder_dim=16,
        face_encoder_hidden_dim=16, face_encoder_num_heads=2, inject_face_latents_blocks=2,
    )  # fmt: skip
    vae = diffusers.AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    vision = transformers.CLIPVisionConfig(
        hidden_size=4, projection_dim=4, num_hidden_layers=2, num_attention_heads=2, image_size=32, intermediate_size=16,
        patch_size=8,
    )  # fmt: skip
    pipeline = diffusers.WanAnimatePipeline(
        tokenizer=tokenizer,
        text_encoder=t5_encoder(tokenizer, multilingual=True),
        vae=fill_weights(vae, 15, 1.5),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
        transformer=fill_weights(transformer, 7),
        image_encoder=fill_weights(transformers.CLIPVisionModelWithProjection(vision), 13),
        image_processor=transformers.CLIPImageProcessor(
            crop_size={"height": 32, "width": 32}, size={"shortest_edge": 32}
        ),
    )
    pipeline.save_pretrained(folder)
    return folder
