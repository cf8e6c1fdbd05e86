"""Files of glTF 2.0: typed arrays, pictures and a tree of nodes packed into one ``.glb``, or a ``.gltf`` with its data inside.

Source: the Khronos specification glTF 2.0 (ISO/IEC 12113): chunk layout, alignment to 4 bytes, component types.
"""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import numpy as np

__all__ = ["VERTICES", "GltfFile", "glb_parts"]

VERTICES, INDICES = 34962, 34963  # what a view holds: ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER
_TYPES = {np.dtype(kind): code for kind, code in (("u1", 5121), ("u2", 5123), ("u4", 5125), ("f4", 5126))}
_SHAPES = {(): "SCALAR", (2,): "VEC2", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}
_JSON_CHUNK, _BINARY_CHUNK = 0x4E4F534A, 0x004E4942


class GltfFile:
    """A file being put together. Everything added gets a number, by which others name it.

    Args:
        generator: who wrote it, for the file's asset entry.
        copyright: one line, for the same.
    """

    def __init__(self, generator: str, copyright: str = "") -> None:
        asset = {"version": "2.0", "generator": generator} | ({"copyright": copyright} if copyright else {})
        self.json: dict[str, Any] = {"asset": asset}
        self._data = bytearray()

    def add(self, kind: str, entry: dict[str, Any]) -> int:
        """The number of a new entry, such as a node, a mesh, a material or an animation.

        Args:
            kind: ``"nodes"``, ``"meshes"`` …
            entry: as the specification has it.
        """
        entries = self.json.setdefault(kind, [])
        entries.append(entry)
        return len(entries) - 1

    def view(self, data: bytes, target: int = 0) -> int:
        """The number of a stretch of the buffer that holds some bytes."""
        self._data += b"\0" * (-len(self._data) % 4)
        entry = {"buffer": 0, "byteOffset": len(self._data), "byteLength": len(data)}
        self._data += data
        return self.add("bufferViews", entry | ({"target": target} if target else {}))

    def array(self, values: np.ndarray, target: int = 0, *, bounds: bool = False) -> int:
        """The number of an accessor of an array.

        Args:
            values: ``(n, …)`` of uint8, uint16, uint32 or float32; an item is a number, 2 to 4 numbers or a matrix by columns.
            target: ``VERTICES`` for what vertices have, ``INDICES`` for triangles.
            bounds: whether least and greatest values are told, as positions and times of keyframes need.
        """
        values = np.ascontiguousarray(values)
        entry = self._entry(values.dtype, values.shape[1:], len(values)) | {
            "bufferView": self.view(values.tobytes(), target)
        }
        return self.add("accessors", entry | (_bounds(values) if bounds else {}))

    def triangles(self, corners: np.ndarray) -> int:
        """The number of an accessor of triangles ``(t, 3)``."""
        kind = np.uint16 if corners.max(initial=0) < 65535 else np.uint32
        return self.array(corners.astype(kind).ravel(), INDICES)

    def sparse(self, count: int, rows: np.ndarray, values: np.ndarray) -> int:
        """The number of an accessor ``(count, 3)`` that is 0 but for some rows.

        Args:
            count: items.
            rows: numbers of those that are not 0, rising; may be none.
            values: of them, ``(len(rows), 3)`` float32.
        """
        values = np.ascontiguousarray(values, np.float32)
        entry = self._entry(values.dtype, (3,), count)
        kind = np.uint16 if count < 65535 else np.uint32
        if len(rows):
            entry["sparse"] = {
                "count": len(rows),
                "indices": {
                    "bufferView": self.view(rows.astype(kind).tobytes()),
                    "componentType": _TYPES[np.dtype(kind)],
                },
                "values": {"bufferView": self.view(values.tobytes())},
            }
        whole = values if len(rows) == count else np.concatenate([values, np.zeros((1, 3), np.float32)])
        return self.add("accessors", entry | _bounds(whole))

    def picture(self, data: bytes, mime: str) -> int:
        """The number of a texture of a coded picture, ``image/png`` or ``image/jpeg``."""
        image = self.add("images", {"bufferView": self.view(data), "mimeType": mime})
        return self.add("textures", {"source": image, "sampler": 0})

    def glb(self) -> bytes:
        """The bytes of a ``.glb``."""
        head = json.dumps(self._whole(), separators=(",", ":")).encode()
        head += b" " * (-len(head) % 4)
        data = bytes(self._data) + b"\0" * (-len(self._data) % 4)
        parts = [struct.pack("<II", len(head), _JSON_CHUNK), head]
        if data:
            parts += [struct.pack("<II", len(data), _BINARY_CHUNK), data]
        return struct.pack("<4sII", b"glTF", 2, 12 + sum(map(len, parts))) + b"".join(parts)

    def gltf(self) -> str:
        """The text of a ``.gltf`` that holds its data itself."""
        whole = self._whole()
        if self._data:
            whole["buffers"][0]["uri"] = (
                "data:application/octet-stream;base64," + base64.b64encode(self._data).decode()
            )
        return json.dumps(whole, indent=1)

    def _whole(self) -> dict[str, Any]:
        buffers = {"buffers": [{"byteLength": len(self._data)}]} if self._data else {}
        return {**self.json, **buffers}

    @staticmethod
    def _entry(kind: np.dtype, item: tuple[int, ...], count: int) -> dict[str, Any]:
        return {"componentType": _TYPES[kind], "type": _SHAPES[item], "count": count}


def _bounds(values: np.ndarray) -> dict[str, list[float]]:
    """Least and greatest values by component."""
    flat = values.reshape(len(values), -1)
    return {"min": [float(v) for v in flat.min(axis=0)], "max": [float(v) for v in flat.max(axis=0)]}


def glb_parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON and the binary chunk of a ``.glb``; what ``GltfFile.glb`` wrote."""
    size = struct.unpack_from("<I", data, 12)[0]
    head = json.loads(data[20 : 20 + size])
    return head, data[28 + size :]
