"""Tiny checkpoints of diffusers' pipelines for stills, each less than a few megabytes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from factories.clip import clip_text, clip_tokenizer
from factories.text_encoders import t5_encoder, t5_tokenizer
from factories.weights import fill_weights

__all__ = ["build_flux", "build_sd", "build_sd3", "build_sdxl", "picture_vae", "saved"]


def saved(pipeline: Any, folder: Path) -> Path:
    """The folder, with the pipeline written as ``save_pretrained`` does."""
    for component in pipeline.components.values():
        if hasattr(component, "eval"):
            component.eval()
    pipeline.save_pretrained(folder)
    return folder


def picture_vae(*, quant: bool = True, **more: Any) -> Any:
    """A picture autoencoder that halves the sides once."""
    import diffusers

    vae = diffusers.AutoencoderKL(
        block_out_channels=(8, 16), down_block_types=("DownEncoderBlock2D",) * 2, norm_num_groups=2,
        up_block_types=("UpDecoderBlock2D",) * 2, latent_channels=4, layers_per_block=1, sample_size=64,
        use_quant_conv=quant, use_post_quant_conv=quant, **more,
    )  # fmt: skip
    return fill_weights(vae, 14, 0.7)


def build_sd(folder: Path) -> Path:
    """Stable Diffusion 1; load it with ``StableDiffusionPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = clip_tokenizer(Path(scratch))
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=8, cross_attention_dim=32, norm_num_groups=2,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), attention_head_dim=4,
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    )  # fmt: skip
    pipeline = diffusers.StableDiffusionPipeline(
        vae=picture_vae(), text_encoder=clip_text(tokenizer), tokenizer=tokenizer, unet=fill_weights(unet, 1),
        scheduler=diffusers.DDIMScheduler(clip_sample=False), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip
    return saved(pipeline, folder)


def build_sdxl(folder: Path) -> Path:
    """Stable Diffusion XL; load it with ``StableDiffusionXLPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = clip_tokenizer(Path(scratch))
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=8, norm_num_groups=2, attention_head_dim=(2, 4),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), use_linear_projection=True,
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), transformer_layers_per_block=(1, 1),
        addition_embed_type="text_time", addition_time_embed_dim=8, cross_attention_dim=64,
        projection_class_embeddings_input_dim=6 * 8 + 32,
    )  # fmt: skip
    pipeline = diffusers.StableDiffusionXLPipeline(
        vae=picture_vae(), text_encoder=clip_text(tokenizer), tokenizer=tokenizer, tokenizer_2=tokenizer,
        text_encoder_2=clip_text(tokenizer, projected=True, seed=22), unet=fill_weights(unet, 2),
        scheduler=diffusers.EulerDiscreteScheduler(), add_watermarker=False,
    )  # fmt: skip
    return saved(pipeline, folder)


def build_sd3(folder: Path) -> Path:
    """Stable Diffusion 3; load it with ``StableDiffusion3Pipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer, t5 = clip_tokenizer(Path(scratch)), t5_tokenizer(Path(scratch) / "t5")
    transformer = diffusers.SD3Transformer2DModel(
        sample_size=8, patch_size=1, in_channels=4, out_channels=4, num_layers=1, attention_head_dim=8,
        num_attention_heads=4, caption_projection_dim=32, joint_attention_dim=64, pooled_projection_dim=64,
    )  # fmt: skip
    pipeline = diffusers.StableDiffusion3Pipeline(
        transformer=fill_weights(transformer, 3), scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=picture_vae(quant=False, shift_factor=0.06, scaling_factor=1.5),
        text_encoder=clip_text(tokenizer, projected=True), tokenizer=tokenizer, tokenizer_2=tokenizer,
        text_encoder_2=clip_text(tokenizer, projected=True, seed=22), text_encoder_3=t5_encoder(t5, width=64),
        tokenizer_3=t5,
    )  # fmt: skip
    return saved(pipeline, folder)


def build_flux(folder: Path) -> Path:
    """Flux; load it with ``FluxPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer, t5 = clip_tokenizer(Path(scratch)), t5_tokenizer(Path(scratch) / "t5")
    transformer = diffusers.FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=(4, 4, 8),
    )  # fmt: skip
    pipeline = diffusers.FluxPipeline(
        transformer=fill_weights(transformer, 4), scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=picture_vae(quant=False, shift_factor=0.06, scaling_factor=1.5), text_encoder=clip_text(tokenizer),
        tokenizer=tokenizer, text_encoder_2=t5_encoder(t5), tokenizer_2=t5,
    )  # fmt: skip
    return saved(pipeline, folder)
