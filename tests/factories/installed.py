"""Stand-ins of the libraries that speech engines reach in installations of their own, and what such a library is given."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

__all__ = ["WORKERS", "lead_to_stand_ins", "write_voice", "write_weights"]

WORKERS = ("indextts2", "zonos", "chatterbox", "cosyvoice")
_STAND_IN = Path(__file__).parent / "installations"


def lead_to_stand_ins(monkeypatch: pytest.MonkeyPatch, log: Path) -> None:
    """Let the command of each engine lead to its stand-in, which writes into ``log`` what it is asked."""
    monkeypatch.setenv("STAND_IN_LOG", str(log))
    for name in WORKERS:
        monkeypatch.setenv(f"AFFECT_WORKER_{name.upper()}", f"env PYTHONPATH={_STAND_IN} {sys.executable}")


def write_weights(folder: Path) -> Path:
    """A folder with the files that the stand-ins look for."""
    folder.mkdir()
    for name in ("config.yaml", "config.json", "model.safetensors"):
        (folder / name).write_text("")
    return folder


def write_voice(path: Path) -> Path:
    """A second of a hum, as a clip of the user's voice."""
    soundfile.write(path, 0.1 * np.sin(np.arange(16000) / 20), 16000)
    return path
