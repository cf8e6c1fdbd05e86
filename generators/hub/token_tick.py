"""Reports from inside a model of transformers that makes one token after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["stopping"]


class _TokenTick:
    """A stopping criterion that never stops, but reports each step and lets the user cancel.

    Args:
        report: told how many steps were made; may raise.
    """

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report, self._seen = report, 0
        self._never: Any = None

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        """A boolean for each row, all False."""
        self._seen += 1
        self._report(self._seen)
        if self._never is None:  # the same rows at every step: the answer is made once
            self._never = input_ids.new_zeros(input_ids.shape[0]).bool()
        return self._never


def stopping(report: Callable[[int], None]) -> Any:
    """The stopping criteria of a call of ``generate`` that report each of its steps."""
    from transformers import StoppingCriteriaList

    return StoppingCriteriaList([_TokenTick(report)])
