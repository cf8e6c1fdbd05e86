"""Tiny MusicGen checkpoints: 50 code frames a second at 16 kHz, four codebooks of 64, one megabyte."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from factories.text_encoders import t5_encoder, t5_tokenizer
from factories.weights import fill_codebooks, fill_weights

__all__ = ["build_musicgen", "build_musicgen_melody"]

_SAMPLE_RATE, _BOOKS, _BOOK_SIZE = 16000, 4, 64


def build_musicgen(folder: Path, *, stereo: bool = False) -> Path:
    """Write the checkpoint as ``save_pretrained`` does; ``stereo`` gives each channel codebooks of its own."""
    import transformers

    tokenizer = t5_tokenizer(folder)
    config = transformers.MusicgenDecoderConfig(
        vocab_size=_BOOK_SIZE, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, ffn_dim=64,
        num_codebooks=_BOOKS * (2 if stereo else 1), audio_channels=2 if stereo else 1, max_position_embeddings=1024, pad_token_id=_BOOK_SIZE, bos_token_id=_BOOK_SIZE,
        layerdrop=0.0, dropout=0.0,
    )  # fmt: skip
    decoder = fill_weights(transformers.MusicgenForCausalLM(config), 40)
    model = transformers.MusicgenForConditionalGeneration(
        text_encoder=t5_encoder(tokenizer), audio_encoder=_encodec(), decoder=decoder
    )
    fill_weights(model.enc_to_dec_proj, 41)
    _saved(model, folder)
    features = transformers.EncodecFeatureExtractor(feature_size=1, sampling_rate=_SAMPLE_RATE)
    transformers.MusicgenProcessor(features, tokenizer).save_pretrained(folder)
    return folder


def build_musicgen_melody(folder: Path) -> Path:
    """Write the melody kind, which is given a tune; its features need torchaudio or the stand-in."""
    import transformers

    from generators.hub.torchaudio_standin import melody_features

    tokenizer = t5_tokenizer(folder)
    config = transformers.MusicgenMelodyDecoderConfig(
        vocab_size=_BOOK_SIZE, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=64,
        num_codebooks=_BOOKS, max_position_embeddings=1024, pad_token_id=_BOOK_SIZE, bos_token_id=_BOOK_SIZE,
        layerdrop=0.0, dropout=0.0,
    )  # fmt: skip
    model = transformers.MusicgenMelodyForConditionalGeneration(
        text_encoder=t5_encoder(tokenizer),
        audio_encoder=_encodec(),
        decoder=fill_weights(transformers.MusicgenMelodyForCausalLM(config), 40),
    )
    fill_weights(model.audio_enc_to_dec_proj, 42)
    _saved(model, folder)
    melody_features()().save_pretrained(folder)
    return folder


def _saved(model: Any, folder: Path) -> None:
    model.generation_config.update(
        decoder_start_token_id=_BOOK_SIZE, pad_token_id=_BOOK_SIZE, bos_token_id=_BOOK_SIZE, guidance_scale=3.0,
        do_sample=True, max_length=52,
    )  # fmt: skip
    model.eval().save_pretrained(folder)


def _encodec() -> Any:
    import transformers

    # The bandwidth in kilobits a second at which exactly all codebooks are in use.
    bandwidth = _SAMPLE_RATE / 320 * _BOOKS * math.log2(_BOOK_SIZE) / 1000
    config = transformers.EncodecConfig(
        target_bandwidths=[bandwidth], sampling_rate=_SAMPLE_RATE, num_filters=4, hidden_size=16,
        upsampling_ratios=[8, 5, 4, 2], codebook_size=_BOOK_SIZE, codebook_dim=16, num_lstm_layers=1,
    )  # fmt: skip
    return fill_codebooks(transformers.EncodecModel(config).eval())
