"""Just enough of torch for the workers, so that a stand-in starts at once."""

from __future__ import annotations


class cuda:  # noqa: N801
    """No card."""

    @staticmethod
    def is_available() -> bool:
        return False


def manual_seed(seed: int) -> None:
    """Nothing draws from it here."""
