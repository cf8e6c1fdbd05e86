"""What a user is told when a model does not fit into the memory that is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conditioning.errors import EngineError

__all__ = ["told_out_of_memory"]


@contextmanager
def told_out_of_memory(engine: str, remedy: str) -> Iterator[None]:
    """Running out of memory, of a card or of the machine, becomes one sentence and what helps.

    Args:
        engine: full name of the engine.
        remedy: what helps.

    Raises:
        EngineError: in place of torch's error or Python's.
    """
    import torch

    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        why = str(error).splitlines()[0] if str(error) else "none is left"
        raise EngineError(f"{engine} ran out of memory: {why}.", remedy) from error
