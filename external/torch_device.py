"""Where torch runs."""

from __future__ import annotations

import os

from conditioning.errors import EngineError

__all__ = ["DEVICE", "torch_device"]

DEVICE = "AFFECT_DEVICE"
"""The variable of the environment that names the device."""


def torch_device() -> str:
    """The device that ``AFFECT_DEVICE`` names, else the first CUDA device, else the processor.

    Raises:
        EngineError: torch cannot use it here.
    """
    import torch

    device = os.environ.get(DEVICE, "") or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EngineError(
            f"{DEVICE} is {device!r}, which torch cannot use here.", "Set it to cpu or leave it out."
        ) from error
    return device
