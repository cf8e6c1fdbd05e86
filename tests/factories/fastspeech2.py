"""A tiny FastSpeech2Conformer with its vocoder that reads ARPAbet, as transformers writes it."""

from __future__ import annotations

import json
from pathlib import Path

from factories.weights import fill_weights

__all__ = ["build_fastspeech2"]

_CONSONANTS = [
    "B",
    "CH",
    "D",
    "DH",
    "F",
    "G",
    "HH",
    "JH",
    "K",
    "L",
    "M",
    "N",
    "NG",
    "P",
    "R",
    "S",
    "SH",
    "T",
    "TH",
    "V",
    "W",
    "Y",
    "Z",
    "ZH",
]
_VOWELS = ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]


def build_fastspeech2(folder: Path) -> Path:
    """Write the checkpoint; load it with ``FastSpeech2ConformerWithHifiGan.from_pretrained``. A phone lasts about four frames."""
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    vowels = [f"{vowel}{stress}" for vowel in _VOWELS for stress in (0, 1, 2)]
    tokens = ["<blank>", "<unk>", *_CONSONANTS, *vowels, ",", ".", "?", "!", "'", "<sos/eos>"]
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
    inner = transformers.FastSpeech2ConformerConfig(
        vocab_size=len(tokens), hidden_size=16, num_mel_bins=20, encoder_layers=1, decoder_layers=1,
        encoder_linear_units=32, decoder_linear_units=32, speech_decoder_postnet_layers=2,
        speech_decoder_postnet_units=16, duration_predictor_channels=16, energy_predictor_channels=16,
        pitch_predictor_channels=16, pitch_predictor_layers=2, decoder_kernel_size=7, num_speakers=None,
    )  # fmt: skip
    vocoder = transformers.FastSpeech2ConformerHifiGanConfig(
        model_in_dim=20, upsample_initial_channel=16, upsample_rates=[8, 8, 4], upsample_kernel_sizes=[16, 16, 8],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]],
    )  # fmt: skip
    config = transformers.FastSpeech2ConformerWithHifiGanConfig(
        model_config=inner.to_dict(), vocoder_config=vocoder.to_dict()
    )
    model = fill_weights(transformers.FastSpeech2ConformerWithHifiGan(config), 43, 0.7)
    model.model.duration_predictor.linear.bias.data.fill_(1.6)
    model.save_pretrained(folder)
    return folder
