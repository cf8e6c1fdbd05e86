"""A tiny CSM: backbone, decoder of depth and codec Mimi, with its tokenizer and processor, as transformers writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from factories.weights import fill_codebooks, fill_weights

__all__ = ["build_csm"]

_BOOKS, _SIZE = 4, 32
_SPECIAL = ["<|begin_of_text|>", "<|pad|>", "<|end_of_text|>", "<unk>", "<|AUDIO|>", "<|audio_eos|>"]


def build_csm(folder: Path) -> Path:
    """Write the checkpoint; load it with ``CsmForConditionalGeneration.from_pretrained``. A call gives at most a second of sound."""
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(folder)
    features = transformers.EncodecFeatureExtractor(feature_size=1, sampling_rate=24000)
    transformers.CsmProcessor(features, tokenizer).save_pretrained(folder)
    mimi = transformers.MimiConfig(
        sampling_rate=24000, hidden_size=16, num_filters=4, upsampling_ratios=[8, 6, 5, 4], codebook_size=_SIZE,
        codebook_dim=8, num_quantizers=_BOOKS, vector_quantization_hidden_dimension=8, upsample_groups=16,
        num_hidden_layers=1, intermediate_size=16, num_attention_heads=2, num_key_value_heads=2,
    )  # fmt: skip
    depth = transformers.CsmDepthDecoderConfig(
        num_codebooks=_BOOKS, backbone_hidden_size=16, vocab_size=_SIZE, hidden_size=16, intermediate_size=16,
        num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=_BOOKS + 1,
    )  # fmt: skip
    config = transformers.CsmConfig(
        num_codebooks=_BOOKS, vocab_size=_SIZE, text_vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16,
        num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=512,
        codebook_pad_token_id=_SIZE - 1, codebook_eos_token_id=0, bos_token_id=0, pad_token_id=1, audio_token_id=4,
        audio_eos_token_id=5, depth_decoder_config=depth.to_dict(), codec_config=mimi.to_dict(),
    )  # fmt: skip
    model = transformers.CsmForConditionalGeneration(config).eval()
    for part, seed in ((model.backbone_model, 47), (model.depth_decoder, 48), (model.embed_text_tokens, 49)):
        fill_weights(part, seed)
    fill_codebooks(model.codec_model)
    last = model.codec_model.decoder.decoder_seanet.layers[-1].conv
    last.weight.data.mul_(0.03)  # or its sound would go far beyond full scale
    model.generation_config.update(do_sample=True, max_new_tokens=12)
    model.depth_decoder.generation_config.update(do_sample=True)
    model.save_pretrained(folder)
    return folder


def _tokenizer(folder: Path) -> Any:
    """A Llama tokenizer of bytes and characters whose special pieces are CSM's."""
    from factories.text_encoders import byte_fallback_tokenizer

    names = {
        "bos_token": _SPECIAL[0],
        "pad_token": _SPECIAL[1],
        "eos_token": _SPECIAL[2],
        "unk_token": "<unk>",
    }
    tokenizer = byte_fallback_tokenizer(folder, "LlamaTokenizer", _SPECIAL, **names)
    tokenizer.add_special_tokens({"additional_special_tokens": _SPECIAL[4:]})
    tokenizer.save_pretrained(folder)
    return tokenizer
