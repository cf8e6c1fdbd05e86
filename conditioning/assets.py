"""Where the shipped data lies: the folder ``assets`` beside the packages, in a checkout and in an installation."""

from __future__ import annotations

from pathlib import Path

__all__ = ["asset"]

_ROOT = Path(__file__).resolve().parent.parent / "assets"


def asset(*parts: str) -> Path:
    """The path of a shipped file or folder.

    Args:
        parts: path inside ``assets``, such as ``"faders", "prosody.toml"``.

    Raises:
        FileNotFoundError: the installation is broken.
    """
    path = _ROOT.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; install affect-studio again")
    return path
