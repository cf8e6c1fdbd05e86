"""The layout of the arrays that kernels share: materials, and the columns of per-vertex tables."""

from __future__ import annotations

__all__ = [
    "CLOTH_EDGE",
    "DEPTH",
    "EARS",
    "EYE_LEFT",
    "EYE_RIGHT",
    "FRAME",
    "HAIR",
    "HAIR_TWO_SIDED",
    "INSIDE",
    "LIPS",
    "NORMAL_COLUMNS",
    "OCCLUSION",
    "SHADOW",
    "SKIN",
    "STATIC_COLUMNS",
    "TEETH",
    "TONGUE",
    "WRINKLE_A",
    "WRINKLE_B",
    "U",
    "V",
]  # fmt: skip

# Materials of triangles. Those above HAIR are seen from both sides.
SKIN, TEETH, TONGUE, EYE_LEFT, EYE_RIGHT, FRAME, HAIR, HAIR_TWO_SIDED = range(8)

# Columns of the table of what does not move. INSIDE is the inside of the mouth, and the scalp where negative; of teeth it is
# the gum. LIPS and CLOTH_EDGE are x and z at rest for teeth and tongue, and the direction to the eyeball's surface for eyes.
U, V, OCCLUSION, INSIDE, LIPS, CLOTH_EDGE, DEPTH, EARS = range(8)
STATIC_COLUMNS = 8

# Columns of the table of what moves: normal x, y, z, light of the key lamp that arrives, strengths of two wrinkle layers.
# Of hair: diffuse light, sharp and broad highlight.
SHADOW, WRINKLE_A, WRINKLE_B = 3, 4, 5
NORMAL_COLUMNS = 6
