"""Tiny checkpoints of diffusers' pipelines for moving pictures, each less than a megabyte."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from factories.clip import clip_text, clip_tokenizer, clip_vision
from factories.stills import picture_vae, saved
from factories.text_encoders import byte_fallback_tokenizer, t5_encoder, t5_tokenizer
from factories.weights import fill_weights

__all__ = [
    "build_animatediff",
    "build_cogvideox",
    "build_hunyuan",
    "build_ltx",
    "build_ltx2",
    "build_wan",
    "build_wan_animate",
    "build_wan_image",
]

_WAN: dict[str, Any] = {
    "patch_size": (1, 2, 2), "num_attention_heads": 2, "attention_head_dim": 12, "out_channels": 16, "text_dim": 32,
    "freq_dim": 32, "ffn_dim": 32, "num_layers": 2, "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 128,
}  # fmt: skip


def build_wan(folder: Path) -> Path:
    """Wan text-to-video; load it with ``WanPipeline``."""
    import diffusers

    transformer = diffusers.WanTransformer3DModel(in_channels=16, **_WAN)
    return saved(diffusers.WanPipeline(transformer=fill_weights(transformer, 5), **_wan_parts()), folder)


def build_wan_image(folder: Path) -> Path:
    """Wan image-to-video; load it with ``WanImageToVideoPipeline``."""
    import diffusers

    transformer = diffusers.WanTransformer3DModel(in_channels=36, image_dim=4, **_WAN)
    parts = {**_wan_parts(), **clip_vision()}
    return saved(diffusers.WanImageToVideoPipeline(transformer=fill_weights(transformer, 6), **parts), folder)


def build_wan_animate(folder: Path) -> Path:
    """Wan Animate, which moves a portrait by a face film and a pose film; load it with ``WanAnimatePipeline``."""
    import diffusers

    transformer = diffusers.WanAnimateTransformer3DModel(
        in_channels=36, latent_channels=16, image_dim=4, motion_encoder_size=16, motion_style_dim=8, motion_dim=4,
        motion_encoder_channel_sizes={"4": 16, "8": 16, "16": 16}, motion_encoder_dim=16, face_encoder_hidden_dim=16,
        face_encoder_num_heads=2, inject_face_latents_blocks=2, **_WAN,
    )  # fmt: skip
    parts = {**_wan_parts(), **clip_vision()}
    return saved(diffusers.WanAnimatePipeline(transformer=fill_weights(transformer, 7), **parts), folder)


def build_ltx(folder: Path) -> Path:
    """LTX-Video; load it with ``LTXPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = t5_tokenizer(Path(scratch), longest=128)
    transformer = diffusers.LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=4, attention_head_dim=8, cross_attention_dim=32,
        num_layers=1, caption_channels=32,
    )  # fmt: skip
    scaled = (True, True, False, False)
    vae = diffusers.AutoencoderKLLTXVideo(
        latent_channels=8, block_out_channels=(8,) * 4, decoder_block_out_channels=(8,) * 4, layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 5, patch_size=1, patch_size_t=1, spatio_temporal_scaling=scaled,
        decoder_spatio_temporal_scaling=scaled, decoder_inject_noise=(False,) * 5, upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4, timestep_conditioning=False, encoder_causal=True, decoder_causal=False,
    )  # fmt: skip
    pipeline = diffusers.LTXPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(), vae=fill_weights(vae, 16, 0.7),
        text_encoder=t5_encoder(tokenizer), tokenizer=tokenizer, transformer=fill_weights(transformer, 8),
    )  # fmt: skip
    return saved(pipeline, folder)


def build_ltx2(folder: Path) -> Path:
    """LTX-2, moving pictures with sound; load it with ``LTX2Pipeline``."""
    import diffusers
    from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder

    with tempfile.TemporaryDirectory() as scratch:
        head = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
        tokenizer = byte_fallback_tokenizer(Path(scratch), "GemmaTokenizer", head)
    transformer = diffusers.LTX2VideoTransformer3DModel(
        in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=8, cross_attention_dim=16,
        audio_in_channels=4, audio_out_channels=4, audio_num_attention_heads=2, audio_attention_head_dim=4,
        audio_cross_attention_dim=8, num_layers=1, qk_norm="rms_norm_across_heads", caption_channels=16,
        rope_double_precision=False, rope_type="split",
    )  # fmt: skip
    connectors = LTX2TextConnectors(
        caption_channels=16, text_proj_in_factor=3, video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=4, video_connector_num_layers=1,
        video_connector_num_learnable_registers=None, audio_connector_num_attention_heads=4,
        audio_connector_attention_head_dim=4, audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None, connector_rope_base_seq_len=32, rope_theta=10000.0,
        rope_double_precision=False, causal_temporal_positioning=False, rope_type="split",
    )  # fmt: skip
    vae = diffusers.AutoencoderKLLTX2Video(
        latent_channels=4, block_out_channels=(8,), decoder_block_out_channels=(8,), layers_per_block=(1,),
        decoder_layers_per_block=(1, 1), spatio_temporal_scaling=(True,), decoder_spatio_temporal_scaling=(True,),
        decoder_inject_noise=(False, False), downsample_type=("spatial",), upsample_residual=(False,),
        upsample_factor=(1,), timestep_conditioning=False, patch_size=1, patch_size_t=1, encoder_causal=True,
        decoder_causal=False,
    )  # fmt: skip
    audio_vae = diffusers.AutoencoderKLLTX2Audio(
        base_channels=4, output_channels=2, ch_mult=(1,), num_res_blocks=1, attn_resolutions=None, in_channels=2,
        resolution=32, latent_channels=2, norm_type="pixel", causality_axis="height", dropout=0.0,
        mid_block_add_attention=False, sample_rate=16000, mel_hop_length=160, is_causal=True, mel_bins=8,
    )  # fmt: skip
    vocoder = LTX2Vocoder(
        in_channels=16, hidden_channels=16, out_channels=2, upsample_kernel_sizes=[4, 4], upsample_factors=[2, 2],
        resnet_kernel_sizes=[3], resnet_dilations=[[1, 3, 5]], leaky_relu_negative_slope=0.1,
        output_sampling_rate=16000,
    )  # fmt: skip
    pipeline = diffusers.LTX2Pipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(), vae=fill_weights(vae, 19, 0.7),
        audio_vae=fill_weights(audio_vae, 20, 0.7), text_encoder=_gemma(tokenizer), tokenizer=tokenizer,
        connectors=fill_weights(connectors, 18), transformer=fill_weights(transformer, 9),
        vocoder=fill_weights(vocoder, 21),
    )  # fmt: skip
    return saved(pipeline, folder)


def build_animatediff(folder: Path) -> Path:
    """AnimateDiff; load it with ``AnimateDiffPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = clip_tokenizer(Path(scratch))
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(8, 8), layers_per_block=1, sample_size=8, cross_attention_dim=32, norm_num_groups=2,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), attention_head_dim=4,
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    adapter = diffusers.MotionAdapter(
        block_out_channels=(8, 8),
        motion_layers_per_block=1,
        motion_norm_num_groups=2,
        motion_num_attention_heads=4,
    )
    pipeline = diffusers.AnimateDiffPipeline(
        vae=picture_vae(), text_encoder=clip_text(tokenizer), tokenizer=tokenizer, unet=fill_weights(unet, 10),
        motion_adapter=fill_weights(adapter, 23), scheduler=diffusers.DDIMScheduler(clip_sample=False),
    )  # fmt: skip
    return saved(pipeline, folder)


def build_hunyuan(folder: Path) -> Path:
    """HunyuanVideo; load it with ``HunyuanVideoPipeline``."""
    import diffusers
    import transformers
    from diffusers.pipelines.hunyuan_video.pipeline_hunyuan_video import DEFAULT_PROMPT_TEMPLATE

    with tempfile.TemporaryDirectory() as scratch:
        head = ["<s>", "<pad>", "</s>", "<unk>"]
        tokenizer = byte_fallback_tokenizer(Path(scratch), "LlamaTokenizer", head, pad_token="<pad>")
        clip = clip_tokenizer(Path(scratch) / "clip")
    # As with the real tokenizer, the template that stands before each prompt is about a hundred pieces long.
    words = dict.fromkeys(re.findall(r"<\|\w+\|>|\w+|[.:,]", DEFAULT_PROMPT_TEMPLATE["template"]))
    tokenizer.add_tokens([transformers.AddedToken(word, lstrip=True, rstrip=True) for word in words])
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=4, num_attention_heads=4,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, max_position_embeddings=512,
    )  # fmt: skip
    transformer = diffusers.HunyuanVideoTransformer3DModel(
        in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=10, num_layers=1,
        num_single_layers=1, num_refiner_layers=1, patch_size=1, patch_size_t=1, guidance_embeds=True,
        text_embed_dim=16, pooled_projection_dim=32, rope_axes_dim=(2, 4, 4),
    )  # fmt: skip
    vae = diffusers.AutoencoderKLHunyuanVideo(
        latent_channels=4, block_out_channels=(8,) * 4, layers_per_block=1, norm_num_groups=4,
        down_block_types=("HunyuanVideoDownBlock3D",) * 4, up_block_types=("HunyuanVideoUpBlock3D",) * 4,
    )  # fmt: skip
    pipeline = diffusers.HunyuanVideoPipeline(
        text_encoder=fill_weights(transformers.LlamaModel(config), 24), tokenizer=tokenizer,
        transformer=fill_weights(transformer, 25), vae=fill_weights(vae, 26, 0.7),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=7.0), text_encoder_2=clip_text(clip), tokenizer_2=clip,
    )  # fmt: skip
    return saved(pipeline, folder)


def build_cogvideox(folder: Path) -> Path:
    """CogVideoX; load it with ``CogVideoXPipeline``."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = t5_tokenizer(Path(scratch), longest=226)
    transformer = diffusers.CogVideoXTransformer3DModel(
        num_attention_heads=4, attention_head_dim=8, in_channels=4, out_channels=4, time_embed_dim=8, text_embed_dim=32,
        num_layers=1, sample_width=2, sample_height=2, sample_frames=9, patch_size=2, temporal_compression_ratio=4,
        max_text_seq_length=226,
    )  # fmt: skip
    vae = diffusers.AutoencoderKLCogVideoX(
        latent_channels=4, block_out_channels=(8,) * 4, layers_per_block=1, norm_num_groups=2,
        down_block_types=("CogVideoXDownBlock3D",) * 4, up_block_types=("CogVideoXUpBlock3D",) * 4,
        temporal_compression_ratio=4,
    )  # fmt: skip
    pipeline = diffusers.CogVideoXPipeline(
        tokenizer=tokenizer, text_encoder=t5_encoder(tokenizer), vae=fill_weights(vae, 28, 0.7),
        transformer=fill_weights(transformer, 27), scheduler=diffusers.CogVideoXDDIMScheduler(),
    )  # fmt: skip
    return saved(pipeline, folder)


def _wan_parts() -> dict[str, Any]:
    """What the three Wan pipelines have in common."""
    import diffusers

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = t5_tokenizer(Path(scratch), longest=512)
    vae = diffusers.AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    return {
        "tokenizer": tokenizer,
        "text_encoder": t5_encoder(tokenizer, multilingual=True),
        "vae": fill_weights(vae, 15, 1.5),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    }


def _gemma(tokenizer: Any) -> Any:
    """A Gemma 3 of two layers and width 16, with the picture tower that its class wants."""
    import transformers

    text = transformers.Gemma3TextConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=8, max_position_embeddings=512, sliding_window=64, pad_token_id=0,
    )  # fmt: skip
    vision = transformers.SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=16,
        patch_size=8,
    )
    config = transformers.Gemma3Config(
        text_config=text,
        vision_config=vision,
        mm_tokens_per_image=4,
        boi_token_index=1,
        eoi_token_index=2,
        image_token_index=4,
    )
    return fill_weights(transformers.Gemma3ForConditionalGeneration(config), 17)
