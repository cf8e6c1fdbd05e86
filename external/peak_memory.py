"""How much memory a piece of work takes at most."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["PeakMemory"]

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class PeakMemory:
    """Measures from its making on: of the CUDA device where torch has one, else of this process (Linux alone)."""

    def __init__(self) -> None:
        self._torch = sys.modules.get("torch")
        self._on_card = self._torch is not None and self._torch.cuda.is_available()
        if self._torch is not None and self._on_card:
            self._torch.cuda.reset_peak_memory_stats()
            return
        try:
            _CLEAR.write_text("5")  # the kernel forgets the highest level so far
        except OSError:
            return

    def megabytes(self) -> float | None:
        """The most since then; None where nobody can say."""
        if self._torch is not None and self._on_card:
            return float(self._torch.cuda.max_memory_allocated()) / 1e6
        try:
            lines = _STATUS.read_text().splitlines()
        except OSError:
            return None
        found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
        return int(found[0]) / 1000 if found else None
