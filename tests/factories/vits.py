"""A tiny VITS checkpoint that reads letters, with two speakers, as transformers writes it."""

from __future__ import annotations

import json
from pathlib import Path

from factories.weights import fill_weights

__all__ = ["build_vits"]

_LETTERS = "_ abcdefghijklmnopqrstuvwxyz'-"


def build_vits(folder: Path) -> Path:
    """Write the checkpoint; load it with ``VitsModel.from_pretrained``. A letter lasts about a twentieth of a second."""
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(json.dumps({letter: number for number, letter in enumerate(_LETTERS)}))
    tokenizer = transformers.VitsTokenizer(
        str(vocabulary), pad_token="_", unk_token=" ", language="eng", phonemize=False, normalize=True
    )
    tokenizer.save_pretrained(folder)
    config = transformers.VitsConfig(
        vocab_size=len(_LETTERS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=32, flow_size=16,
        spectrogram_bins=33, num_speakers=2, speaker_embedding_size=8, upsample_initial_channel=16, upsample_rates=[16, 16],
        upsample_kernel_sizes=[32, 32], resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]],
        duration_predictor_filter_channels=16, depth_separable_num_layers=1, duration_predictor_num_flows=2,
        prior_encoder_num_flows=2, prior_encoder_num_wavenet_layers=2, posterior_encoder_num_wavenet_layers=2,
        use_stochastic_duration_prediction=False, sampling_rate=16000,
    )  # fmt: skip
    torch.manual_seed(0)
    model = fill_weights(transformers.VitsModel(config), 42, 0.7)
    model.duration_predictor.proj.bias.data.fill_(0.7)
    model.save_pretrained(folder)
    return folder
