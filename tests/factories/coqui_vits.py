"""A tiny multi-speaker VITS of coqui-tts: config.json, model.pth and speakers.pth as its trainer writes them."""

from __future__ import annotations

import string
from pathlib import Path

from factories.weights import fill_weights

from generators.hub.torchaudio_standin import ensure_torchaudio

__all__ = ["SPEAKERS", "build_coqui_vits"]

SPEAKERS = ("Ana-neutral", "Ana-happy", "Ana-sad", "Ben")


def build_coqui_vits(folder: Path, speakers: tuple[str, ...] = SPEAKERS) -> Path:
    """Write the checkpoint; load it with ``Vits.load_checkpoint``. A letter lasts about a thirtieth of a second."""
    ensure_torchaudio()
    import torch
    from TTS.config.shared_configs import BaseAudioConfig
    from TTS.tts.configs.shared_configs import CharactersConfig
    from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
    from TTS.tts.models.vits import Vits

    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "speakers.pth"
    torch.save({name: number for number, name in enumerate(speakers)}, table)
    arguments = VitsArgs(
        num_chars=64, out_channels=129, spec_segment_size=8, hidden_channels=16, hidden_channels_ffn_text_encoder=32,
        num_layers_text_encoder=1, num_layers_posterior_encoder=2, num_layers_flow=2, resblock_kernel_sizes_decoder=[3],
        resblock_dilation_sizes_decoder=[[1, 3, 5]], upsample_rates_decoder=[8, 8], upsample_kernel_sizes_decoder=[16, 16],
        upsample_initial_channel_decoder=16, init_discriminator=False, use_speaker_embedding=True, use_sdp=False,
        speaker_embedding_channels=16, speakers_file=str(table),
    )  # fmt: skip
    letters = CharactersConfig(
        characters_class="TTS.tts.models.vits.VitsCharacters", pad="_", eos="", bos="", blank="", phonemes="",
        characters=string.ascii_lowercase, punctuations="!',.? ",
    )  # fmt: skip
    sound = BaseAudioConfig(fft_size=256, win_length=256, hop_length=64, sample_rate=16000)
    config = VitsConfig(
        model_args=arguments, audio=sound, use_speaker_embedding=True, speakers_file=str(table), use_phonemes=False,
        text_cleaner="basic_cleaners", characters=letters,
    )  # fmt: skip
    torch.manual_seed(0)
    model = fill_weights(Vits(config), 48, 0.7)
    model.duration_predictor.proj.bias.data.fill_(1.8)
    # The path of the speakers is left as it was on the trainer's machine, as in released checkpoints.
    config.speakers_file = config.model_args.speakers_file = "/trained/elsewhere/speakers.pth"
    config.save_json(str(folder / "config.json"))
    torch.save({"model": model.state_dict()}, folder / "model.pth")
    return folder
