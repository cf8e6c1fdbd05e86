"""The built-in head as glTF: mesh, 52 morph targets, textures, a head that turns, and the track as its animation.

Metres; x to the picture's right, y up, z to the viewer. The mesh is at the character's rest. Morph targets carry ARKit's names
(``extras.targetNames``, which Blender and three.js read), so that any ARKit track drives the file. The eyeballs belong to the
mesh: the eight eyeLook targets turn them, along straight lines, as morph targets do. The neck bends with the head by skinning
to two joints, which is exactly how our renderer moves it; hair and glasses are meshes of their own on the head. Wrinkles,
breath and the light in the mouth are our renderer's own and are not in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from generators.base import ARKIT, FaceTrack
from generators.face.exchange import head_textures as textures
from generators.face.exchange.glasses_gltf import add_glasses
from generators.face.exchange.glb import VERTICES, GltfFile
from generators.face.render import layout
from generators.face.render.iris import eye_globe
from generators.face.render.mesh import split_quads, unit
from generators.face.render.model import HeadModel
from generators.face.render.pose import looks, rotation

__all__ = ["head_gltf", "quaternions"]

_METRE = 0.1  # of a decimetre, in which our meshes are
_TURNED = 2e-3  # a normal that turns by less is left as it is
_PAINTED = ("skin", "eyes", "lashes", "hair")  # parts with a texture
_GENERATOR = "Affect Studio"
_CREDIT = "Head: CC0 1.0, MakeHuman community and Mika Suominen"


@dataclass
class _Part:
    """A piece of the mesh with a material of its own: metres, how opaque, and what each shape adds to its vertices."""

    name: str
    points: np.ndarray
    normals: np.ndarray
    uv: np.ndarray
    triangles: np.ndarray
    head_share: np.ndarray
    cover: np.ndarray | None = None
    shapes: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)


def head_gltf(model: HeadModel, track: FaceTrack | None = None) -> GltfFile:
    """The file of a character, with the animation of a track if there is one.

    Args:
        model: of the character.
        track: any face track.
    """
    file = GltfFile(_GENERATOR, _CREDIT)
    file.add("samplers", {"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 33071})
    materials = _materials(file, model)
    offsets = _offsets(model)
    base = model.base + np.tensordot(model.who.rest, offsets, axes=1)
    parts = [*_surface(model, base, offsets), *_eyes(model), _lashes(model, base, offsets)]
    mesh = file.add(
        "meshes",
        {
            "name": model.who.name,
            "primitives": [_primitive(file, part, materials[part.name]) for part in parts],
            "weights": [0.0] * len(ARKIT),
            "extras": {"targetNames": list(ARKIT)},
        },
    )
    pivot = model.pivot.astype(float) * _METRE
    hair = _hair(file, model, materials["hair"])
    head = file.add("nodes", {"name": "head", "translation": list(map(float, pivot)), "children": [1]})
    file.add("nodes", {"name": "hair", "mesh": hair})
    if len(model.glasses.points):
        add_glasses(file, model, head)
    body = file.add("nodes", {"name": "body", "children": [head]})
    face = file.add("nodes", {"name": "face", "mesh": mesh, "skin": 0})
    file.add("skins", {"joints": [body, head], "skeleton": body, "inverseBindMatrices": _bind(file, pivot)})
    file.json |= {"scene": file.add("scenes", {"name": model.who.name, "nodes": [body, face]})}
    if track is not None:
        _animate(file, track, face, head, pivot)
    return file


def quaternions(angles: np.ndarray) -> np.ndarray:
    """Unit quaternions x, y, z, w ``(T, 4)`` of pitch, yaw, roll ``(T, 3)`` in radians, without flips from one to the next."""
    from scipy.spatial.transform import Rotation

    found = Rotation.from_matrix(np.stack([rotation(*row) for row in angles]).astype(float)).as_quat()
    turned = np.cumprod(np.where((found[1:] * found[:-1]).sum(axis=1) < 0, -1.0, 1.0))
    found[1:] *= turned[:, None]
    return np.asarray(found)


def _animate(file: GltfFile, track: FaceTrack, face: int, head: int, pivot: np.ndarray) -> None:
    """Add the track as an animation: weights of the shapes, turn and place of the head."""
    times = file.array(track.times.astype(np.float32), bounds=True)
    outputs = (
        (face, "weights", track.arkit.astype(np.float32).ravel()),
        (head, "rotation", quaternions(track.pose[:, 3:]).astype(np.float32)),
        (head, "translation", (pivot + track.pose[:, :3]).astype(np.float32)),
    )
    samplers = [
        {"input": times, "output": file.array(values), "interpolation": "LINEAR"} for _, _, values in outputs
    ]
    channels = [
        {"sampler": k, "target": {"node": node, "path": path}} for k, (node, path, _) in enumerate(outputs)
    ]
    file.add("animations", {"name": "track", "samplers": samplers, "channels": channels})


def _bind(file: GltfFile, pivot: np.ndarray) -> int:
    """The matrices that bring the mesh into the joints' own frames."""
    matrices = np.tile(np.eye(4, dtype=np.float32), (2, 1, 1))
    matrices[1, 3, :3] = -pivot  # by columns
    return file.array(matrices)


def _primitive(file: GltfFile, part: _Part, material: int) -> dict:
    """A part as a primitive with all 52 targets; those that do not move it share one accessor of zeros."""
    count = len(part.points)
    share = part.head_share.astype(np.float32)
    joints = np.tile(np.array([0, 1, 0, 0], np.uint8), (count, 1))
    weights = np.stack([1 - share, share, 0 * share, 0 * share], axis=1)
    joints[share <= 0, 1] = 0  # a joint without weight has the number 0
    joints[share >= 1] = 0
    joints[share >= 1, 0] = 1
    weights[share >= 1] = (1, 0, 0, 0)
    still = file.sparse(count, np.zeros(0, int), np.zeros((0, 3)))
    bent = any(np.abs(turned).max(initial=0) > 0 for _, turned in part.shapes.values())
    targets = []
    for number in range(len(ARKIT)):
        moved, turned = part.shapes.get(number, (None, None))
        target = {"POSITION": still if moved is None else _sparse(file, moved)}
        if bent:
            target["NORMAL"] = still if turned is None else _sparse(file, turned)
        targets.append(target)
    more = {}
    if part.name in _PAINTED:
        more["TEXCOORD_0"] = file.array(part.uv.astype(np.float32), VERTICES)
    if part.cover is not None:
        colour = np.concatenate([np.ones((count, 3)), part.cover[:, None]], axis=1)
        more["COLOR_0"] = file.array(colour.astype(np.float32), VERTICES)
    return {
        "attributes": {
            **more,
            "POSITION": file.array(part.points.astype(np.float32), VERTICES, bounds=True),
            "NORMAL": file.array(part.normals.astype(np.float32), VERTICES),
            "JOINTS_0": file.array(joints, VERTICES),
            "WEIGHTS_0": file.array(weights.astype(np.float32), VERTICES),
        },
        "indices": file.triangles(part.triangles),
        "material": material,
        "targets": targets,
    }


def _sparse(file: GltfFile, values: np.ndarray) -> int:
    rows = np.flatnonzero(np.abs(values).max(axis=1) > 0)
    return file.sparse(len(values), rows, values[rows])


def _surface(model: HeadModel, base: np.ndarray, offsets: np.ndarray) -> Iterator[_Part]:
    """Skin with the top painted on it, inside of the mouth, teeth and tongue."""
    mesh, static = model.mesh, model.static
    points, smooth = base[: mesh.surface] * _METRE, _Smooth(mesh.quads, mesh.surface)
    normals = smooth.normals(points)
    inside = static[mesh.quads, layout.INSIDE].mean(axis=1) > 0.5
    skin = mesh.part == 0
    chosen = {
        "skin": skin & ~inside,
        "mouth": skin & inside,
        "teeth": mesh.part == 2,
        "tongue": mesh.part == 3,
    }
    moved = {k: offsets[k, : mesh.surface] * _METRE for k in _moving()}
    turned = {k: smooth.normals(points + offset) - normals for k, offset in moved.items()}
    for name, quads in chosen.items():
        used, corners = np.unique(mesh.quads[quads], return_inverse=True)
        part = _Part(
            name,
            points[used],
            normals[used],
            static[used, :2],
            split_quads(corners.reshape(-1, 4)),
            model.head_share[used],
        )
        for k, offset in moved.items():
            if np.abs(offset[used]).max() > 0:
                change = np.where(
                    np.abs(turned[k][used]).max(axis=1, keepdims=True) > _TURNED, turned[k][used], 0
                )
                part.shapes[k] = (offset[used], change if name == "skin" else np.zeros_like(change))
        yield part


def _moving() -> list[int]:
    """The shapes that move the skin; looks turn the eyeballs alone, as lids follow them by blinking shapes."""
    return [k for k, name in enumerate(ARKIT) if not name.startswith("eyeLook")]


def _offsets(model: HeadModel) -> np.ndarray:
    """What each shape adds to the base at weight 1, decimetres ``(52, n, 3)`` float32."""
    mesh = model.mesh
    vertices = np.repeat(np.arange(len(mesh.base)), np.diff(mesh.shape_starts))
    added = np.zeros((len(ARKIT), len(mesh.base), 3), np.float32)
    added[mesh.shape_numbers, vertices] = mesh.shape_offsets
    return added


class _Smooth:
    """Normals of a surface's vertices from those of the quads around them."""

    def __init__(self, quads: np.ndarray, count: int) -> None:
        from scipy.sparse import csr_matrix

        entries = (np.ones(quads.size), (quads.ravel(), np.repeat(np.arange(len(quads)), 4)))
        self._quads, self._around = quads, csr_matrix(entries, shape=(count, len(quads)))

    def normals(self, points: np.ndarray) -> np.ndarray:
        """Unit normals ``(n, 3)``; a vertex without quads looks to the viewer."""
        a, b, c, d = (points[self._quads[:, k]] for k in range(4))
        total = self._around @ np.cross(c - a, d - b)
        length = np.linalg.norm(total, axis=1, keepdims=True)
        return np.asarray(np.where(length > 1e-12, total / np.maximum(length, 1e-12), (0, 0, 1)))


def _eyes(model: HeadModel) -> Iterator[_Part]:
    """The two eyeballs, which the eyeLook shapes turn."""
    directions, radii, quads = eye_globe()
    mesh = model.mesh
    aims = looks(np.zeros(len(ARKIT)))
    for side, name in enumerate(("Left", "Right")):

        def placed(yaw: float, pitch: float, side: int = side) -> tuple[np.ndarray, np.ndarray]:
            aimed = directions @ rotation(pitch, yaw, 0.0).T
            return (mesh.eyes[side] + aimed * radii * mesh.eye_radius) * _METRE, unit(aimed)

        points, normals = placed(*aims[side])
        uv = np.stack([0.5 + directions[:, 0] / 2, 0.5 - directions[:, 1] / 2], axis=1)
        part = _Part("eyes", points, normals, uv, split_quads(quads), np.ones(len(points)))
        for k, shape in enumerate(ARKIT):
            if shape.startswith("eyeLook") and shape.endswith(name):
                moved, turned = placed(*looks(np.eye(len(ARKIT))[k])[side])
                part.shapes[k] = (moved - points, turned - normals)
        yield part


def _lashes(model: HeadModel, base: np.ndarray, offsets: np.ndarray) -> _Part:
    """The lashes, which follow the lids."""
    mesh = model.mesh
    lash = slice(mesh.surface, len(mesh.base))
    points = base[lash] * _METRE
    uv = np.stack([model.lashes[:, 0] / (2 * np.pi), model.lashes[:, 1]], axis=1)
    normals = np.tile(np.array([0.0, 0.0, 1.0]), (len(points), 1))
    corners = model.lash_triangles - mesh.surface
    part = _Part("lashes", points, normals, uv, corners, model.head_share[lash], model.lashes[:, 2])
    for k in _moving():
        moved = offsets[k, lash] * _METRE
        if np.abs(moved).max() > 0:
            part.shapes[k] = (moved, np.zeros_like(moved))
    return part


def _hair(file: GltfFile, model: HeadModel, material: int) -> int:
    """The mesh of the hair in the head's own frame; cards that are never seen are left out."""
    mesh, first = model.hair, model.hair_start
    cards = model.triangles[model.material >= layout.HAIR]
    used, corners = np.unique(cards, return_inverse=True)
    used = used - first
    light = np.repeat(np.clip(mesh.openness[used], 0, 1)[:, None], 3, axis=1)
    attributes = {
        "POSITION": file.array(
            ((mesh.points[used] - model.pivot) * _METRE).astype(np.float32), VERTICES, bounds=True
        ),
        "NORMAL": file.array(unit(mesh.frames[used, 3:].astype(float)).astype(np.float32), VERTICES),
        "TEXCOORD_0": file.array(mesh.uv[used].astype(np.float32), VERTICES),
        "COLOR_0": file.array(light.astype(np.float32), VERTICES),
    }
    indices = file.triangles(corners.reshape(-1, 3))
    return file.add(
        "meshes",
        {
            "name": "hair",
            "primitives": [{"attributes": attributes, "indices": indices, "material": material}],
        },
    )


def _materials(file: GltfFile, model: HeadModel) -> dict[str, int]:
    """Materials by the part that wears them."""
    pictures = {
        "skin": file.picture(textures.coded(textures.skin_picture(model), "image/jpeg"), "image/jpeg"),
        "eyes": file.picture(textures.coded(textures.eye_picture(model), "image/jpeg"), "image/jpeg"),
        "lashes": file.picture(textures.coded(textures.lash_picture(), "image/png"), "image/png"),
        "hair": file.picture(textures.coded(textures.hair_picture(model), "image/png"), "image/png"),
    }
    # Colours are linear, as glTF has them; those of mouth, teeth and tongue are our renderer's.
    colours = {"mouth": (0.165, 0.036, 0.033), "teeth": (0.70, 0.64, 0.54), "tongue": (0.37, 0.115, 0.11)}
    rough = {
        "skin": 0.55,
        "eyes": 0.08,
        "lashes": 1.0,
        "hair": 0.5,
        "mouth": 0.5,
        "teeth": 0.25,
        "tongue": 0.4,
    }
    cut: dict[str, dict] = {
        "lashes": {"alphaMode": "BLEND"},
        "hair": {"alphaMode": "MASK", "alphaCutoff": 0.4},
    }
    out = {}
    for name, roughness in rough.items():
        surface: dict = {"metallicFactor": 0.0, "roughnessFactor": roughness}
        if name in _PAINTED:
            surface["baseColorTexture"] = {"index": pictures[name]}
        else:
            surface["baseColorFactor"] = [*colours[name], 1.0]
        more = cut.get(name, {}) | ({"doubleSided": True} if name in (*cut, "mouth") else {})
        out[name] = file.add("materials", {"name": name, "pbrMetallicRoughness": surface, **more})
    return out
