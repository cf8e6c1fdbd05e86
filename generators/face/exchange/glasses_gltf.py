"""Glasses in a glTF file: a node of their own on the head, with a frame and two lenses of clear glass."""

from __future__ import annotations

import numpy as np

from generators.face.exchange.glb import VERTICES, GltfFile
from generators.face.render.mesh import unit
from generators.face.render.model import HeadModel

__all__ = ["add_glasses"]

_METRE = 0.1  # of a decimetre, in which our meshes are
_FRAME_ROUGHNESS = 0.35
_GLASS = {"baseColorFactor": [0.92, 0.92, 0.92, 0.06], "metallicFactor": 0.0, "roughnessFactor": 0.03}
"""Nearly clear, as our renderer's veil of a fiftieth and the reflection over it; other renderers reflect by themselves."""


def add_glasses(file: GltfFile, model: HeadModel, head: int) -> int:
    """Put a character's glasses on a node of a file; gives the number of their own node.

    Args:
        file: being put together.
        model: of a character who wears glasses.
        head: number of the node with which they move, which stands at the model's pivot.
    """
    glasses = model.glasses
    surface = {
        "baseColorFactor": [*map(float, model.who.frame), 1.0], "metallicFactor": 0.0, "roughnessFactor": _FRAME_ROUGHNESS,
    }  # fmt: skip
    frame = file.add("materials", {"name": "frame", "pbrMetallicRoughness": surface})
    clear = {"alphaMode": "BLEND", "doubleSided": True}
    glass = file.add("materials", {"name": "glass", "pbrMetallicRoughness": _GLASS, **clear})
    lens_normals = _normals(glasses.lens_points, glasses.lens_triangles)
    primitives = [
        _primitive(file, glasses.points - model.pivot, glasses.normals, glasses.triangles, frame),
        _primitive(file, glasses.lens_points - model.pivot, lens_normals, glasses.lens_triangles, glass),
    ]
    mesh = file.add("meshes", {"name": "glasses", "primitives": primitives})
    node = file.add("nodes", {"name": "glasses", "mesh": mesh})
    file.json["nodes"][head]["children"].append(node)
    return node


def _primitive(
    file: GltfFile, points: np.ndarray, normals: np.ndarray, triangles: np.ndarray, material: int
) -> dict:
    """A piece of the glasses; points are in decimetres about the head's node."""
    return {
        "attributes": {
            "POSITION": file.array((points * _METRE).astype(np.float32), VERTICES, bounds=True),
            "NORMAL": file.array(unit(normals.astype(float)).astype(np.float32), VERTICES),
        },
        "indices": file.triangles(triangles),
        "material": material,
    }


def _normals(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Unit normals of a surface's vertices ``(n, 3)`` that look to the front."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    across, total = np.cross(b - a, c - a), np.zeros_like(points)
    for k in range(3):
        np.add.at(total, triangles[:, k], across)
    return unit(np.where(total[:, 2:] < 0, -total, total))
