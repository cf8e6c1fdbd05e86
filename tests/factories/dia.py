"""A tiny Dia with its codec, as transformers writes both; its text is read byte by byte."""

from __future__ import annotations

from pathlib import Path

from factories.weights import fill_weights

__all__ = ["build_dia"]

_BOOKS, _SIZE = 4, 64
_END, _PAD, _BEGIN = 64, 65, 66


def build_dia(folder: Path) -> Path:
    """Write the checkpoint; load it with ``DiaForConditionalGeneration.from_pretrained``. A call gives at most 1.6 s of sound."""
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    encoder = transformers.DiaEncoderConfig(
        num_hidden_layers=1, hidden_size=32, num_attention_heads=2, num_key_value_heads=2, head_dim=16,
        intermediate_size=32, vocab_size=256, max_position_embeddings=256,
    )  # fmt: skip
    decoder = transformers.DiaDecoderConfig(
        num_hidden_layers=1, hidden_size=32, intermediate_size=32, num_attention_heads=2, num_key_value_heads=1,
        head_dim=16, cross_num_attention_heads=2, cross_head_dim=16, cross_num_key_value_heads=2, cross_hidden_size=32,
        vocab_size=_SIZE + 4, num_channels=_BOOKS, max_position_embeddings=512, eos_token_id=_END, pad_token_id=_PAD,
        bos_token_id=_BEGIN,
    )  # fmt: skip
    config = transformers.DiaConfig(
        encoder_config=encoder, decoder_config=decoder, delay_pattern=[0, 2, 3, 4], eos_token_id=_END,
        pad_token_id=_PAD, bos_token_id=_BEGIN,
    )  # fmt: skip
    model = fill_weights(transformers.DiaForConditionalGeneration(config), 46)
    model.generation_config.update(
        do_sample=True,
        guidance_scale=3.0,
        max_length=64,
        eos_token_id=_END,
        pad_token_id=_PAD,
        bos_token_id=_BEGIN,
    )
    model.save_pretrained(folder)
    codec = transformers.DacConfig(
        encoder_hidden_size=4, downsampling_ratios=[2, 4, 5, 8], decoder_hidden_size=32, n_codebooks=_BOOKS,
        codebook_size=_SIZE, codebook_dim=4, hidden_size=64, upsampling_ratios=[8, 5, 4, 2], sampling_rate=16000,
    )  # fmt: skip
    fill_weights(transformers.DacModel(codec), 47).save_pretrained(folder / "codec")
    transformers.DiaTokenizer().save_pretrained(folder)
    return folder
