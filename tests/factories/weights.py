"""Weights for tiny models: random, from one seed, and large enough that conditioning is audible and visible."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["fill_codebooks", "fill_weights"]


def fill_weights(model: Any, seed: int, gain: float = 1.0) -> Any:
    """The model with fan-in scaled normal weights and zero biases, in eval mode.

    The libraries' own initialisation (standard deviation 0.02) leaves a tiny model all but deaf to its prompt, so that
    a test of steering could not see anything.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters(), key=lambda pair: pair[0]):
            if weight.dim() >= 2 and weight.is_floating_point() and "parametrizations" not in name:
                fan_in = weight.shape[1] * math.prod(weight.shape[2:])
                fan_in = fan_in if fan_in > 1 else weight.shape[0]
                weight.copy_(torch.randn(weight.shape, generator=generator) * (gain / math.sqrt(fan_in)))
            elif name.endswith("bias"):
                weight.zero_()
    return model.eval()


def fill_codebooks(codec: Any, seed: int = 50) -> Any:
    """The codec with random codebooks: they are zeros until trained, and every code would sound the same."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    for name, buffer in codec.named_buffers():
        if name.endswith((".embed", ".embed_avg", ".embed_sum")):
            buffer.copy_(torch.randn(buffer.shape, generator=generator))
    return codec
