"""The networks of speech checkpoints that transformers has no class for. Parameter names are those of the checkpoints.

Imports torch; imported on the first use of a judge that needs it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import nn

__all__ = ["OdysseyNetwork", "RegressionNetwork"]


class RegressionNetwork(nn.Module):
    """wav2vec 2.0, the mean of its frames, and two layers.

    Args:
        config: ``Wav2Vec2Config`` of the checkpoint.
        outputs: number of axes.

    Source: model card of audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim (Wagner et al. 2023).
    """

    def __init__(self, config: Any, outputs: int) -> None:
        super().__init__()
        from transformers import Wav2Vec2Model

        width = config.hidden_size
        self.wav2vec2 = Wav2Vec2Model(config)
        self.classifier = nn.ModuleDict(
            {"dense": nn.Linear(width, width), "out_proj": nn.Linear(width, outputs)}
        )

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        """Axes ``(B, A)`` of waves ``(B, n)``."""
        pooled = self.wav2vec2(waves).last_hidden_state.mean(dim=1)
        out: torch.Tensor = self.classifier["out_proj"](torch.tanh(self.classifier["dense"](pooled)))
        return out


class OdysseyNetwork(nn.Module):
    """WavLM, the weighted mean and spread of its frames, and a few layers.

    Args:
        config: ``WavLMConfig`` of the backbone.
        width: of the frames, ``hidden_size`` of the checkpoint.
        layers: ``classifier_hidden_layers`` of the checkpoint.
        outputs: ``num_classes`` of the checkpoint.

    Source: the Odyssey 2024 speech emotion challenge's baseline (Goncalves et al. 2024); its weights are named as here.
    """

    def __init__(self, config: Any, width: int, layers: int, outputs: int) -> None:
        super().__init__()
        from transformers import WavLMModel

        self.ssl_model = WavLMModel(config)
        self.pool_model = _StatisticsPooling(width)
        self.ser_model = _Layers(2 * width, width, layers, outputs)

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        """Outputs ``(B, K)`` of waves ``(B, n)`` of equal length."""
        out: torch.Tensor = self.ser_model(self.pool_model(self.ssl_model(waves).last_hidden_state))
        return out


class _StatisticsPooling(nn.Module):
    """Mean and standard deviation of frames under learned weights (Okabe et al. 2018)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sap_linear = nn.Linear(width, width)
        self.attention = nn.Parameter(torch.zeros(width, 1))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """``(B, 2W)`` of frames ``(B, T, W)``."""
        weights = torch.softmax(torch.tanh(self.sap_linear(frames)) @ self.attention, dim=1)
        mean = (frames * weights).sum(dim=1)
        variance = (frames.square() * weights).sum(dim=1) - mean.square()
        return torch.cat([mean, variance.clamp(min=1e-5).sqrt()], dim=1)


class _Layers(nn.Module):
    """Linear layers with layer norm; dropout, which the checkpoint had in training, has no weights."""

    def __init__(self, width_in: int, width: int, layers: int, outputs: int) -> None:
        super().__init__()
        widths = [width_in] + [width] * layers
        self.fc = nn.ModuleList(
            nn.Sequential(nn.Linear(a, b), nn.LayerNorm(b), nn.ReLU()) for a, b in pairwise(widths)
        )
        self.out = nn.Sequential(nn.Linear(width, outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(B, K)`` of ``(B, W)``."""
        for layer in self.fc:
            x = layer(x)
        out: torch.Tensor = self.out(x)
        return out
