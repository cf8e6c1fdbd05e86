"""A tiny RoBERTa on GoEmotions and a tiny Whisper, as ``save_pretrained`` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from factories.hub_judges_matching import byte_tokenizer
from factories.weights import fill_weights

__all__ = ["build_goemotions", "build_whisper"]


def build_goemotions(
    folder: Path, names: Sequence[str], problem: str | None = "multi_label_classification"
) -> Any:
    """Write the classifier; returns the network."""
    import transformers

    tokenizer = byte_tokenizer(folder)
    config = transformers.RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=66, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1,
        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)}, problem_type=problem,
    )  # fmt: skip
    model = fill_weights(transformers.RobertaForSequenceClassification(config), 90)
    model.save_pretrained(folder)
    return model


def build_whisper(folder: Path, languages: Sequence[str] = ()) -> Any:
    """Write a Whisper of single-letter tokens that hears 30 s; returns the network. Without languages it knows English alone."""
    import transformers
    from tokenizers.pre_tokenizers import ByteLevel

    marks = [f"<|{language}|>" for language in languages]
    special = [
        "<|endoftext|>",
        "<|startoftranscript|>",
        "<|notimestamps|>",
        "<|transcribe|>",
        "<|translate|>",
        *marks,
    ]
    pieces = [*sorted(ByteLevel.alphabet()), *special]
    place = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = transformers.WhisperTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[])
    tokenizer.save_pretrained(folder)
    end, start = place["<|endoftext|>"], place["<|startoftranscript|>"]
    config = transformers.WhisperConfig(
        vocab_size=len(tokenizer), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, num_mel_bins=80, max_source_positions=1500,
        max_target_positions=32, pad_token_id=end, bos_token_id=end, eos_token_id=end, decoder_start_token_id=start,
        suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    model = fill_weights(transformers.WhisperForConditionalGeneration(config), 91)
    settings = {
        "is_multilingual": bool(languages), "max_length": 16, "no_timestamps_token_id": place["<|notimestamps|>"],
        "return_timestamps": False, "decoder_start_token_id": start, "pad_token_id": end, "eos_token_id": end,
        "bos_token_id": end,
    }  # fmt: skip
    if languages:
        settings["lang_to_id"] = {mark: place[mark] for mark in marks}
        settings["task_to_id"] = {task: place[f"<|{task}|>"] for task in ("transcribe", "translate")}
    for name, value in settings.items():  # update() takes none that other models lack
        setattr(model.generation_config, name, value)
    model.save_pretrained(folder)
    transformers.WhisperFeatureExtractor(feature_size=80).save_pretrained(folder)
    return model
