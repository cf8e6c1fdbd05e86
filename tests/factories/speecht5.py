"""A tiny SpeechT5 with its vocoder, its table of characters as SentencePiece writes it, speakers, and a speaker encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from factories.weights import fill_weights

__all__ = ["WIDTH", "build_speecht5", "build_speecht5_with_voices", "spm_file"]

WIDTH = 16
"""Of the speakers' vectors; 512 in the released weights."""

_CHARACTERS = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"etaonihsrdlumwcfgypbvk'xjqz.,!?"]


def build_speecht5(folder: Path) -> Path:
    """Write the checkpoint; load it with ``SpeechT5ForTextToSpeech.from_pretrained``. A letter lasts about a thirtieth of a second."""
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    spm_file(folder / "spm_char.model", _CHARACTERS)
    config = transformers.SpeechT5Config(
        vocab_size=len(_CHARACTERS), hidden_size=24, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=32,
        decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=32, conv_dim=(8,), conv_stride=(5,), conv_kernel=(10,),
        num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2, num_mel_bins=20, speech_decoder_prenet_units=16,
        speaker_embedding_dim=WIDTH, speech_decoder_postnet_units=16, speech_decoder_postnet_layers=2,
        max_speech_positions=512, max_text_positions=128, encoder_layerdrop=0.0, decoder_layerdrop=0.0,
    )  # fmt: skip
    model = fill_weights(transformers.SpeechT5ForTextToSpeech(config), 44)
    # It stops where the chances of a pair of frames sum to a half: after some tens of pairs.
    model.speech_decoder_postnet.prob_out.weight.data.mul_(2.0)
    model.speech_decoder_postnet.prob_out.bias.data.fill_(-4.0)
    model.save_pretrained(folder)
    vocoder = transformers.SpeechT5HifiGanConfig(
        model_in_dim=20, upsample_initial_channel=16, upsample_rates=[8, 8, 4], upsample_kernel_sizes=[16, 16, 8],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]],
    )  # fmt: skip
    fill_weights(transformers.SpeechT5HifiGan(vocoder), 45).save_pretrained(folder / "vocoder")
    chance = np.random.default_rng(7)
    (folder / "speakers").mkdir()
    for name in ("ana", "ben"):
        np.save(folder / "speakers" / f"{name}.npy", chance.standard_normal(WIDTH).astype(np.float32))
    _encoder(folder / "speaker_encoder")
    return folder


def build_speecht5_with_voices(folder: Path) -> Path:
    """The same with vectors of emotional voices, as a folder of references holds them."""
    chance = np.random.default_rng(1)
    build_speecht5(folder)
    (folder / "references").mkdir()
    for name in ("neutral", "neutral-2", "joy", "sadness"):
        np.save(folder / "references" / f"{name}.npy", chance.standard_normal(WIDTH).astype(np.float32))
    return folder


def spm_file(path: Path, pieces: list[str]) -> None:
    """A SentencePiece model with these pieces: protocol buffers, of which field 1 repeats a piece with text, score and kind."""
    written = b""
    for number, piece in enumerate(pieces):
        text = piece.encode()
        kind = 3 if piece in ("<s>", "<pad>", "</s>") else 2 if piece == "<unk>" else 1
        score = np.float32(-number).tobytes()
        body = b"\x0a" + _varint(len(text)) + text + b"\x15" + score + (b"\x18" + _varint(kind))
        written += b"\x0a" + _varint(len(body)) + body
    path.write_bytes(written + b"\x12\x02\x08\x01")  # field 2, the trainer's settings, which readers skip


def _varint(number: int) -> bytes:
    found = b""
    while number >= 0x80:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def _encoder(folder: Path) -> None:
    """A speaker encoder with vectors of the same width, as WavLM's for speaker verification is."""
    import transformers

    config = transformers.WavLMConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, conv_dim=(8, 8),
        conv_stride=(20, 16), conv_kernel=(20, 16), num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2,
        tdnn_dim=(16, 16), tdnn_kernel=(3, 1), tdnn_dilation=(1, 1), xvector_output_dim=WIDTH, num_buckets=16,
        max_bucket_distance=40,
    )  # fmt: skip
    fill_weights(transformers.WavLMForXVector(config), 46).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
