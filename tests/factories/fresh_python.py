"""A Python of its own, in which nothing has been imported yet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence


def loaded(code: str, among: Sequence[str]) -> list[str]:
    """Which of some modules are loaded once a fresh Python has run some code.

    Args:
        code: statements; their own output is left aside.
        among: names of modules.

    Raises:
        subprocess.CalledProcessError: the code fails.
    """
    told = f"import sys\n{code}\nprint()\nprint(*[m for m in {list(among)!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()
