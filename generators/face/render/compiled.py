"""How kernels are compiled: cached on disk, without the interpreter's lock, never in parallel.

The studio draws faces, scenes and film in threads at once, and numba's own threads do not bear that; so one kernel runs on
one thread, and ``row_bands`` runs two at once. Kernels take arrays whose layout ``layout`` names, and are not annotated: numba infers their types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """A function compiled at its first call."""
    return cast(F, njit(cache=True, nogil=True, fastmath=True, error_model="numpy")(function))


def inlined(function: F) -> F:
    """A function compiled into the kernels that call it."""
    return cast(
        F, njit(cache=True, nogil=True, fastmath=True, error_model="numpy", inline="always")(function)
    )
