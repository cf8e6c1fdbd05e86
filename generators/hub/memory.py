"""What a user is told when a model does not fit into the memory that is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conditioning.errors import EngineError

__all__ = ["is_out_of_memory", "told_out_of_memory"]

_OUT = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")
"""What torch says in plain RuntimeErrors: its processor's allocator on Linux and on Windows, Apple's GPUs, CUDA's libraries."""


@contextmanager
def told_out_of_memory(engine: str, remedy: str) -> Iterator[None]:
    """Running out of memory, of a card or of the machine, becomes one sentence and what helps.

    Args:
        engine: full name of the engine.
        remedy: what helps.

    Raises:
        EngineError: in place of torch's error or Python's.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        why = str(error).splitlines()[0].rstrip(".") if str(error) else "none is left"
        raise EngineError(f"{engine} ran out of memory: {why}.", remedy) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory, of a card or of the machine, does not suffice."""
    import torch

    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _OUT)
