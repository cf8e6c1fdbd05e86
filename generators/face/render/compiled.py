"""How kernels are compiled: cached on disk, without the interpreter's lock, never in parallel.

The studio draws faces, scenes and film in threads at once, and numba's own threads do not bear that; so one kernel runs on
one thread, and ``side_by_side`` draws several pictures at once. Kernels take arrays whose layout ``layout`` names, and are not annotated: numba infers their types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

__all__ = ["bare", "inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """A function compiled at its first call."""
    return cast(F, njit(cache=True, nogil=True, fastmath=True, error_model="numpy")(function))


def inlined(function: F) -> F:
    """A function compiled into the kernels that call it."""
    return cast(
        F, njit(cache=True, nogil=True, fastmath=True, error_model="numpy", inline="always")(function)
    )


def _bare(typingctx: Any, array: Any) -> Any:
    """The same array, but one that owns nothing; for use at the head of a kernel.

    Numba counts references to arrays that inlined functions with branches take, one atomic step each: at every pixel that took
    longer than its light, and two threads waited for each other's counts. An array without an owner is not counted; the
    kernel's own argument keeps the memory.
    """

    def without_owner(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = make_array(signature.args[0])(context, builder, arguments[0])
        made.meminfo = made.meminfo.type(None)
        made.parent = made.parent.type(None)
        return made._getvalue()

    return array(array), without_owner


bare: Any = intrinsic(_bare)
"""Called as ``bare(array)`` in a kernel, see ``_bare``."""
