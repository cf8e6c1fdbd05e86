"""The lamps: from where light comes. Set by eye on rendered sheets."""

from __future__ import annotations

import numpy as np

from generators.face.render.mesh import unit

__all__ = ["LAMPS"]

# Unit directions towards key, fill and rim light, then towards the two windows that eyes reflect, (5, 3).
LAMPS = unit(
    np.array(
        [
            [-0.50, 0.62, 0.80],
            [0.85, 0.10, 0.55],
            [0.75, 0.35, -0.45],
            [-0.34, 0.31, 0.85],
            [0.55, -0.15, 0.80],
        ]
    )
)
