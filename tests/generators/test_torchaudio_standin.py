from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from generators.hub.torchaudio_standin import ensure_torchaudio


def test_importing_it_loads_nothing_and_ensuring_it_lets_coqui_in() -> None:
    code = """
import sys
from generators.hub.torchaudio_standin import ensure_torchaudio
assert "torch" not in sys.modules
first = ensure_torchaudio()
assert ensure_torchaudio() == first
import TTS
import torchaudio
print(hasattr(torchaudio, "is_standin") == first)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_a_torchaudio_that_works_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ModuleType("torchaudio")
    monkeypatch.setitem(sys.modules, "torchaudio", real)
    assert ensure_torchaudio() is False
    assert sys.modules["torchaudio"] is real


def test_mel_filters_are_triangles_that_peak_at_mel_spaced_centres() -> None:
    from generators.hub.torchaudio_parts import melscale_fbanks

    bank = melscale_fbanks(1025, 0.0, 8000.0, 80, 22050).numpy()
    assert bank.shape == (1025, 80)
    hertz = np.linspace(0, 11025, 1025)
    centres = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 82)[1:-1] / 2595) - 1)
    wide = centres > 1000  # below, a triangle is narrower than two bins
    assert np.abs(hertz[bank.argmax(axis=0)] - centres)[wide].max() < hertz[1]
    assert bank.min() == 0
    assert bank.max() <= 1
    assert np.allclose(bank[(hertz > centres[20]) & (hertz < centres[-1])].sum(axis=1), 1, atol=1e-5)


def test_other_mel_scales_are_refused() -> None:
    from generators.hub.torchaudio_parts import melscale_fbanks

    with pytest.raises(ValueError, match="slaney"):
        melscale_fbanks(9, 0.0, 100.0, 2, 200, mel_scale="slaney")


def test_a_tone_is_found_at_its_frequency_with_its_power() -> None:
    import torch

    from generators.hub.torchaudio_parts import MelSpectrogram, Spectrogram

    tone = torch.sin(2 * torch.pi * 1000 * torch.arange(16000) / 16000)
    power = Spectrogram(n_fft=400, hop_length=160)(tone[None])[0]
    assert power.shape == (201, 101)
    assert (power[:, 50].argmax() * 40).item() == 1000
    window = torch.hann_window(400)
    assert power[25, 50].item() == pytest.approx((window.sum().item() / 2) ** 2, rel=1e-3)
    assert MelSpectrogram(16000, n_mels=40)(tone[None]).shape == (1, 40, 81)
    assert set(MelSpectrogram().state_dict()) == {"spectrogram.window", "mel_scale.fb"}


def test_resampling_keeps_a_tone_and_files_come_back(tmp_path: Path) -> None:
    import torch

    from generators.hub.torchaudio_parts import load, resample, save

    tone = torch.sin(2 * torch.pi * 440 * torch.arange(22050) / 22050)[None]
    other = resample(tone, 22050, 16000)
    assert other.shape == (1, 16000)
    assert np.abs(np.fft.rfft(other[0].numpy())).argmax() == 440
    assert resample(tone, 16000, 16000) is tone
    save(tmp_path / "tone.wav", tone * 0.5, 22050)
    back, rate = load(str(tmp_path / "tone.wav"))
    assert rate == 22050
    torch.testing.assert_close(back, tone * 0.5, atol=1e-4, rtol=0)
    assert soundfile.info(tmp_path / "tone.wav").frames == 22050
