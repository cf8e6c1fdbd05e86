from __future__ import annotations

import pytest

from conditioning.errors import Cancelled
from generators.hub.token_tick import stopping


def test_each_token_is_told_and_none_is_the_last() -> None:
    import torch

    made: list[int] = []
    ticks = stopping(made.append)
    for length in range(3):
        assert ticks(torch.zeros(2, length, dtype=torch.long), None).tolist() == [False, False]
    assert made == [1, 2, 3]


def test_a_report_may_stop_the_work_at_its_token() -> None:
    import torch

    def cancel(made: int) -> None:
        if made == 2:
            raise Cancelled

    ticks = stopping(cancel)
    ticks(torch.zeros(1, 1, dtype=torch.long), None)
    with pytest.raises(Cancelled):
        ticks(torch.zeros(1, 2, dtype=torch.long), None)
