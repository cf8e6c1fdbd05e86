"""The worker's side of the protocol (docs/engines.md): a line of JSON is a request, a line of JSON is an answer.

It runs in whatever Python the library needs and imports nothing of the studio. What libraries print is kept out of the answers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["Report", "serve"]

Report = Callable[[float], None]
"""Told how much of a request is done, 0..1."""


def serve(load: Callable[[str], tuple[Any, int]], say: Callable[[Any, dict[str, Any], Report], Any]) -> None:
    """Load the library once, then answer requests until there are no more.

    Args:
        load: gives the library's model for what stands behind ``--model``, and its sample rate in hertz.
        say: gives the samples of a request, one channel.
    """
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--model", default="")
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the library prints goes to the errors
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]

    def tell(**values: Any) -> None:
        channel.write(json.dumps(values) + "\n")
        channel.flush()

    try:
        model, rate = load(arguments.parse_args().model)
    except Exception as error:  # a library may fail in any way
        tell(error=_sentence(error))
        return
    tell(ready=True, rate=int(rate))
    for line in sys.stdin:
        request = json.loads(line)
        number = request["id"]

        def report(share: float, number: int = number) -> None:
            tell(id=number, progress=float(share))

        try:
            _seed(int(request["seed"]))
            samples = say(model, request, report)
            _save(request["out"], samples)
        except Exception as error:
            tell(id=number, error=_sentence(error))
        else:
            tell(id=number, done=True)


def _seed(seed: int) -> None:
    """Set every random state that a library may draw from."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - libraries draw from this one
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed % 2**63)


def _save(path: str, samples: Any) -> None:
    """Write samples as float32; a tensor is taken off its device first."""
    import numpy as np

    if hasattr(samples, "detach"):
        samples = samples.detach().float().cpu().numpy()
    np.save(path, np.asarray(samples, dtype=np.float32).reshape(-1))


def _sentence(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
