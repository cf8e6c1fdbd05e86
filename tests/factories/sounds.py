"""Tiny checkpoints of diffusers' pipelines for music, each about a megabyte."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from factories.stills import saved
from factories.text_encoders import t5_encoder, t5_tokenizer
from factories.weights import fill_weights

__all__ = ["build_ace_step", "build_stable_audio"]

_SHAPE: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
    "rope_theta": 1e4, "sliding_window": 16,
}  # fmt: skip


def build_stable_audio(folder: Path, sample_rate: int = 800) -> Path:
    """Stable Audio, two seconds a call; load it with ``StableAudioPipeline``."""
    import diffusers
    from diffusers.pipelines.stable_audio import StableAudioProjectionModel

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = t5_tokenizer(Path(scratch))
    transformer = diffusers.StableAudioDiTModel(
        sample_size=40, in_channels=8, out_channels=8, num_layers=2, attention_head_dim=8, num_attention_heads=4,
        num_key_value_attention_heads=2, cross_attention_dim=32, time_proj_dim=16, global_states_input_dim=64,
        cross_attention_input_dim=32,
    )  # fmt: skip
    projection = StableAudioProjectionModel(
        text_encoder_dim=32, conditioning_dim=32, min_value=0, max_value=512
    )
    scheduler = diffusers.EDMDPMSolverMultistepScheduler(
        solver_order=2, prediction_type="v_prediction", sigma_data=1.0, sigma_schedule="exponential"
    )
    pipeline = diffusers.StableAudioPipeline(
        vae=_oobleck(8, sample_rate), text_encoder=t5_encoder(tokenizer), projection_model=fill_weights(projection, 31),
        tokenizer=tokenizer, transformer=fill_weights(transformer, 30, 1.5), scheduler=scheduler,
    )  # fmt: skip
    return saved(pipeline, folder)


def build_ace_step(folder: Path, sample_rate: int = 1000) -> Path:
    """ACE-Step; load it with ``AceStepPipeline``."""
    import diffusers
    import transformers
    from diffusers.pipelines.ace_step import modeling_ace_step as parts

    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = _qwen_tokenizer(Path(scratch))
    text = transformers.Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=1024,
    )  # fmt: skip
    transformer = diffusers.AceStepTransformer1DModel(
        num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, patch_size=2, **_SHAPE
    )
    conditions = parts.AceStepConditionEncoder(
        text_hidden_dim=32, timbre_hidden_dim=8, num_lyric_encoder_hidden_layers=1, num_timbre_encoder_hidden_layers=1,
        **_SHAPE,
    )  # fmt: skip
    tokens = parts.AceStepAudioTokenizer(
        audio_acoustic_hidden_dim=8, pool_window_size=2, fsq_dim=32, fsq_input_levels=[4, 4, 4],
        fsq_input_num_quantizers=1, num_attention_pooler_hidden_layers=1, **_SHAPE,
    )  # fmt: skip
    sounds = parts.AceStepAudioTokenDetokenizer(
        audio_acoustic_hidden_dim=8, pool_window_size=2, num_attention_pooler_hidden_layers=1, **_SHAPE
    )
    pipeline = diffusers.AceStepPipeline(
        vae=_oobleck(8, sample_rate), text_encoder=fill_weights(transformers.Qwen3Model(text), 32), tokenizer=tokenizer,
        transformer=fill_weights(transformer, 33), condition_encoder=fill_weights(conditions, 34),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=fill_weights(tokens, 35), audio_token_detokenizer=fill_weights(sounds, 36),
    )  # fmt: skip
    return saved(pipeline, folder)


def _oobleck(latent: int, sample_rate: int) -> Any:
    """An autoencoder of stereo sound with 40 samples a latent."""
    import diffusers

    vae = diffusers.AutoencoderOobleck(
        encoder_hidden_size=8, downsampling_ratios=[2, 4, 5], decoder_channels=8, decoder_input_channels=latent,
        audio_channels=2, channel_multiples=[1, 2, 2], sampling_rate=sample_rate,
    )  # fmt: skip
    return fill_weights(vae, 29)


def _qwen_tokenizer(folder: Path, longest: int = 512) -> Any:
    """Bytes without merges."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import Qwen2Tokenizer

    pieces = [*sorted(ByteLevel.alphabet()), "<|endoftext|>"]
    tokenizer = Qwen2Tokenizer(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[], model_max_length=longest
    )
    tokenizer.save_pretrained(folder)
    return tokenizer
