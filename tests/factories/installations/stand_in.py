"""What all stand-ins of libraries share: they keep what they were called with, make a tone of it, and fail where the text says so.

The folder stands in the place of a user's installation: it is put on the path of the worker's Python, and holds just the modules and
signatures that the workers call, as those libraries have them.
"""

from __future__ import annotations

import json
import os
import sys
import time

import numpy as np


def keep(what: str, **values: object) -> None:
    """Write a line of what happened into the file that the test has named."""
    with open(os.environ["STAND_IN_LOG"], "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(json.dumps({"what": what, "process": os.getpid(), **values}) + "\n")


def tone(text: str, rate: int, hertz: float) -> np.ndarray:
    """A tone for a text, a twentieth of a second for each letter, with some noise of the seeded kind."""
    sys.stdout.write("a library talks to everybody\n")
    sys.stdout.flush()
    if "CRASH" in text:
        sys.stderr.write("loading\nRuntimeError: the card has fallen off the bus\n")
        sys.stderr.flush()
        os._exit(3)
    if "FAIL" in text:
        raise ValueError("no such phoneme\nand more lines")
    if "SLOW" in text:
        time.sleep(60)
    time_of = np.arange(int(len(text) * rate / 20)) / rate
    noise = np.random.standard_normal(len(time_of))  # noqa: NPY002
    return 0.3 * np.sin(2 * np.pi * hertz * time_of) + 0.01 * noise
