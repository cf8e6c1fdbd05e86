"""Pico in a process of its own, because its C code reads memory that it never set.

Two calls in one process differ, at times even in length, by what lay in memory. glibc's ``MALLOC_PERTURB_`` fills fresh
memory with a fixed byte, but only from the start of a process; so the engine runs in a child, which also keeps a crash
of it away from the studio. Filled with zeros, every call gives what the bare engine gives at its first call in a fresh
process. Run as a script, this file is the child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import TracebackType

import numpy as np

__all__ = ["PicoProcess"]

_ZEROED = "255"  # glibc fills with the complement of this byte


class PicoProcess:
    """The child while it is needed: ``with PicoProcess() as pico: pico.speak(text, "de-DE")``."""

    def __enter__(self) -> PicoProcess:
        self._child = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "MALLOC_PERTURB_": _ZEROED},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.close()
        self._child.stdout.close()
        self._child.wait()

    def speak(self, text: str, voice: str) -> np.ndarray:
        """Pico's sound of a text, int16 at 16 kHz; empty if it says nothing.

        Raises:
            BrokenPipeError: the child has died.
        """
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(json.dumps([text, voice]).encode("utf-8") + b"\n")
        self._child.stdin.flush()
        head = self._child.stdout.read(4)
        if len(head) < 4:
            raise BrokenPipeError("Pico's process has ended")
        return np.frombuffer(self._child.stdout.read(int.from_bytes(head, "little")), "<i2")


def _serve() -> None:
    from py_nanotts import NanoTTS

    engine = NanoTTS()
    for line in sys.stdin.buffer:
        text, voice = json.loads(line)
        sound = engine.speak(text, voice=voice)
        sys.stdout.buffer.write(len(sound).to_bytes(4, "little") + sound)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
