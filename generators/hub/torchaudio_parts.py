"""The functions and modules of torchaudio that coqui-tts calls; see ``generators.hub.torchaudio_standin``.

Names, arguments, buffers and values are torchaudio's (2.11), as far as XTTS uses them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import torch
from torch import nn

__all__ = [
    "MelScale",
    "MelSpectrogram",
    "Resample",
    "Spectrogram",
    "load",
    "melscale_fbanks",
    "resample",
    "save",
]


def melscale_fbanks(
    n_freqs: int,
    f_min: float,
    f_max: float,
    n_mels: int,
    sample_rate: int,
    norm: str | None = None,
    mel_scale: str = "htk",
) -> torch.Tensor:
    """Triangular mel filters ``(n_freqs, n_mels)`` on the HTK scale, 2595·log10(1 + f/700).

    Raises:
        ValueError: another mel scale is asked for.
    """
    if mel_scale != "htk":
        raise ValueError(f"mel scale {mel_scale!r} is not provided here, only 'htk'")
    frequencies = np.linspace(0, sample_rate // 2, n_freqs)
    low, high = (2595.0 * np.log10(1.0 + f / 700.0) for f in (f_min, f_max))
    corners = 700.0 * (10 ** (np.linspace(low, high, n_mels + 2) / 2595.0) - 1.0)
    widths = np.diff(corners)
    slopes = corners[None] - frequencies[:, None]
    bank = np.maximum(0, np.minimum(-slopes[:, :-2] / widths[:-1], slopes[:, 2:] / widths[1:]))
    if norm == "slaney":
        bank *= 2.0 / (corners[2:] - corners[:-2])
    return torch.tensor(bank, dtype=torch.float32)


class Spectrogram(nn.Module):
    """Magnitude spectrogram to a power, ``(…, n)`` to ``(…, n_fft // 2 + 1, frames)``."""

    window: torch.Tensor

    def __init__(
        self,
        n_fft: int = 400,
        win_length: int | None = None,
        hop_length: int | None = None,
        pad: int = 0,
        window_fn: Callable[..., torch.Tensor] = torch.hann_window,
        power: float = 2.0,
        normalized: bool = False,
        **_: Any,
    ) -> None:
        super().__init__()
        self.n_fft, self.power, self.normalized, self.pad = n_fft, power, normalized, pad
        self.win_length = win_length or n_fft
        self.hop_length = hop_length or self.win_length // 2
        self.register_buffer("window", window_fn(self.win_length))

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """The spectrogram of waves ``(…, n)``."""
        if self.pad:
            waveform = nn.functional.pad(waveform, (self.pad, self.pad))
        flat = waveform.reshape(-1, waveform.shape[-1])
        spectrum = torch.stft(
            flat,
            self.n_fft,
            self.hop_length,
            self.win_length,
            self.window,
            pad_mode="reflect",
            return_complex=True,
        )
        if self.normalized:
            spectrum = spectrum / self.window.pow(2.0).sum().sqrt()
        return spectrum.abs().pow(self.power).reshape(waveform.shape[:-1] + spectrum.shape[-2:])


class MelScale(nn.Module):
    """Mel bands of a spectrogram, ``(…, n_stft, frames)`` to ``(…, n_mels, frames)``."""

    fb: torch.Tensor

    def __init__(
        self,
        n_mels: int = 128,
        sample_rate: int = 16000,
        f_min: float = 0.0,
        f_max: float | None = None,
        n_stft: int = 201,
        norm: str | None = None,
    ) -> None:
        super().__init__()
        bank = melscale_fbanks(n_stft, f_min, f_max or sample_rate / 2, n_mels, sample_rate, norm)
        self.register_buffer("fb", bank)

    def forward(self, spectrogram: torch.Tensor) -> torch.Tensor:
        """The mel bands of a spectrogram."""
        return torch.matmul(spectrogram.transpose(-1, -2), self.fb).transpose(-1, -2)


class MelSpectrogram(nn.Module):
    """Mel spectrogram, ``(…, n)`` to ``(…, n_mels, frames)``."""

    def __init__(
        self,
        sample_rate: int = 16000,
        n_fft: int = 400,
        win_length: int | None = None,
        hop_length: int | None = None,
        f_min: float = 0.0,
        f_max: float | None = None,
        pad: int = 0,
        n_mels: int = 128,
        window_fn: Callable[..., torch.Tensor] = torch.hann_window,
        power: float = 2.0,
        normalized: bool = False,
        norm: str | None = None,
        **_: Any,
    ) -> None:
        super().__init__()
        self.spectrogram = Spectrogram(n_fft, win_length, hop_length, pad, window_fn, power, normalized)
        self.mel_scale = MelScale(n_mels, sample_rate, f_min, f_max, n_fft // 2 + 1, norm)

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """The mel spectrogram of waves ``(…, n)``."""
        bands: torch.Tensor = self.mel_scale(self.spectrogram(waveform))
        return bands


def resample(waveform: torch.Tensor, orig_freq: int, new_freq: int, **_: Any) -> torch.Tensor:
    """Waves ``(…, n)`` at another sample rate."""
    if orig_freq == new_freq:
        return waveform
    values = waveform.detach().cpu().numpy()
    rows = [soxr.resample(row, orig_freq, new_freq) for row in values.reshape(-1, values.shape[-1])]
    stacked = np.stack(rows).reshape((*values.shape[:-1], -1)).astype(np.float32)
    return torch.from_numpy(stacked).to(waveform.device)


class Resample(nn.Module):
    """``resample`` as a module."""

    def __init__(self, orig_freq: int = 16000, new_freq: int = 16000, **_: Any) -> None:
        super().__init__()
        self.orig_freq, self.new_freq = orig_freq, new_freq

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """The waves at the new rate."""
        return resample(waveform, self.orig_freq, self.new_freq)


def load(path: str | Path, **_: Any) -> tuple[torch.Tensor, int]:
    """A sound file as float32 ``(channels, n)`` and its sample rate."""
    samples, sample_rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    return torch.from_numpy(samples.T.copy()), sample_rate


def save(
    path: str | Path, waveform: torch.Tensor, sample_rate: int, format: str | None = None, **_: Any
) -> None:
    """Write waves ``(channels, n)`` to a sound file."""
    soundfile.write(str(path), waveform.detach().cpu().numpy().T, sample_rate, format=format)
