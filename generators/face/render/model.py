"""A character ready to be drawn: mesh, skin, hair and eyes joined into the tables that the kernels read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from generators.face.characters import Character, character
from generators.face.render import layout
from generators.face.render.beard import grow_beard
from generators.face.render.contacts import Contacts
from generators.face.render.face_map import FaceMap, map_face, place_on_map
from generators.face.render.flush import paint_flush
from generators.face.render.glasses import Glasses, fit_glasses
from generators.face.render.hair import Hair, make_hair, with_beard
from generators.face.render.hair_styles import hair_styles, hairline
from generators.face.render.iris import eye_globe, paint_eye
from generators.face.render.mesh import HeadMesh, by_key, load_mesh, ramp, split_quads, unit
from generators.face.render.model_store import keep, kept
from generators.face.render.skin import paint_skin
from generators.face.render.skull import Skull, spherical
from generators.face.render.unseen import EVERY_SIDE, without_unseen_hair
from generators.face.render.wrinkles import carve, region_shares

__all__ = ["HeadModel", "build_model"]

_HAIR_SEED, _BEARD_SEED, _TEXTURE_SEED, _FLUSH_SEED = 7, 5, 11, 13
_BUILDING = Lock()
_CLOTH_PUSH = 0.055  # decimetres by which the knitted top stands off the body


@dataclass(frozen=True, eq=False)
class HeadModel:
    """Everything about a character that does not change from picture to picture. A model is equal to itself alone.

    Args:
        who: the character.
        mesh: its mesh; ``base`` below is the mesh's with the cloth pushed out.
        base: ``(n, 3)``.
        hair: its hair and beard.
        hair_share: how far a point of the hair moves with the head ``(h,)``.
        glasses: its glasses, which may have no points.
        globe: directions and radii of an eyeball's vertices, ``(e, 3)`` and ``(e, 1)`` in eye radii.
        triangles: of surface, eyes and hair, ``(t, 3)``.
        material: of each, see ``layout``.
        sides: turns of the head in which each may be seen, bits ``(t,)``, see ``unseen``.
        static: table of what does not move; its openness is baked by the renderer.
        head_share: how far a vertex moves with the head ``(n,)``.
        pivot: about which the head turns ``(3,)``.
        regions: share of each wrinkle region ``(n, 17)``.
        quad_starts: where each vertex' quads start in ``quads_at``.
        quads_at: quads around each vertex.
        skin: painted map: colour, gloss, grain, then blush, tears and sweat, ``(h, w, 8)`` uint8.
        creases: wrinkle map.
        eye: painted eyeball.
        weave: brightness of the cloth.
        occluders: a coarser set that keeps the sky's light off.
        shadow_triangles: those of them that can throw the key lamp's shadow.
        lash_triangles: of the lashes.
        lashes: place along the lid, outwards, darkness ``(v, 3)``.
        lid_edges: vertices of the upper and lower lid of each eye.
        contacts: what keeps lids, lips, teeth and tongue apart.
        lip_edges: vertices of the upper and lower lip in the middle of the mouth.
        lip_front: depth of the lips; teeth_front: of the teeth.
    """

    who: Character
    mesh: HeadMesh
    base: np.ndarray
    hair: Hair
    hair_share: np.ndarray
    glasses: Glasses
    globe: tuple[np.ndarray, np.ndarray]
    triangles: np.ndarray
    material: np.ndarray
    sides: np.ndarray
    static: np.ndarray
    head_share: np.ndarray
    pivot: np.ndarray
    regions: np.ndarray
    quad_starts: np.ndarray
    quads_at: np.ndarray
    skin: np.ndarray
    creases: np.ndarray
    eye: np.ndarray
    weave: np.ndarray
    occluders: np.ndarray
    shadow_triangles: np.ndarray
    lash_triangles: np.ndarray
    lashes: np.ndarray
    lid_edges: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    contacts: Contacts
    lip_edges: tuple[np.ndarray, np.ndarray]
    lip_front: float
    teeth_front: float

    @property
    def eye_start(self) -> int:
        """First vertex of the left eyeball; the right one follows it."""
        return len(self.base)

    @property
    def frame_start(self) -> int:
        """First vertex of the glasses' frame."""
        return len(self.base) + 2 * len(self.globe[0])

    @property
    def hair_start(self) -> int:
        """First vertex of the hair."""
        return self.frame_start + len(self.glasses.points)


def build_model(whom: str | Character) -> HeadModel:
    """The model of a character or of the one of that name; takes seconds the first time, and is kept.

    Whoever asks while it is being built waits for it.
    """
    with _BUILDING:
        return _built(whom)


@lru_cache(maxsize=4)
def _built(whom: str | Character) -> HeadModel:
    who = character(whom) if isinstance(whom, str) else whom
    # The cache holds nothing that a user has described.
    mesh, slow = load_mesh(who), None if who.own else kept(who, "model")
    if slow is not None:
        return replace(_assembled(who, mesh, lambda: _maps_of(slow)), **slow)
    face = map_face(mesh)
    with ThreadPoolExecutor(1) as beside:  # the two halves take as long as each other
        painted = beside.submit(_painted, face, who)
        model = without_unseen_hair(_assembled(who, mesh, painted.result))
    if not who.own:
        keep(who, "model", vars(model))
    return model


def _maps_of(fields: dict[str, Any]) -> dict[str, Any]:
    """What is painted, of fields that were kept."""
    return {name: fields[name] for name in ("skin", "creases", "eye")}


def _assembled(who: Character, mesh: HeadMesh, painted: Callable[[], dict[str, Any]]) -> HeadModel:
    """The model, with the hair that no side shows; ``painted`` is asked last."""
    base, neckline = _dressed(mesh)
    hair, scalp = _hair(mesh, base, who.style)
    if who.beard:
        hair = with_beard(hair, *grow_beard(mesh, who.beard, _BEARD_SEED))
    directions, radii, eye_quads = eye_globe()
    glasses = fit_glasses(who.glasses, mesh)
    triangles, material = _triangles(mesh, hair, glasses, eye_quads, len(base), len(directions))
    starts, order = by_key(mesh.quads.ravel(), mesh.surface)
    lash_triangles, lashes = _lashes(mesh, who)
    regions = np.zeros((len(base), 17), np.float32)
    regions[: mesh.surface] = region_shares(base[: mesh.surface] / mesh.unit, mesh.mouth, mesh.nose)
    hair_start = len(base) + 2 * len(directions) + len(glasses.points)
    shady = hair.triangles[(hair.anchors[hair.triangles] < 0).all(axis=1)]
    cast = np.concatenate([mesh.coarse_triangles, (shady + hair_start)[::2]])
    cast = np.ascontiguousarray(cast.astype(np.int32))
    return HeadModel(
        who=who,
        mesh=mesh,
        base=base,
        hair=hair,
        hair_share=np.maximum(_head_share(hair.points, mesh.unit), hair.anchors >= 0).astype(np.float32),
        glasses=glasses,
        globe=(directions, radii),
        triangles=triangles,
        material=material,
        sides=np.full(len(triangles), EVERY_SIDE),
        static=_static(mesh, base, hair, scalp, neckline, directions, len(glasses.points)),
        head_share=_head_share(base, mesh.unit),
        pivot=np.array([0, -1.15 * mesh.unit, 0.25], np.float32),
        regions=regions,
        quad_starts=starts,
        quads_at=(order // 4).astype(np.int32),
        weave=_weave(),
        occluders=cast,
        shadow_triangles=cast,
        lash_triangles=lash_triangles,
        lashes=lashes,
        lid_edges=(_lids(mesh, 0), _lids(mesh, 1)),
        contacts=Contacts(mesh),
        lip_edges=_lip_edges(mesh),
        lip_front=float(base[mesh.lips > 0.6][:, 2].max()),
        teeth_front=max(float(base[mesh.teeth][:, 2].max()), 0.0),
        **painted(),
    )


def _painted(face: FaceMap, who: Character) -> dict[str, Any]:
    """What is painted on the model, by field."""
    rng = np.random.default_rng(_TEXTURE_SEED)
    return {
        "skin": _skin_map(face, who, rng),
        "creases": carve(face, who.wrinkles, rng),
        "eye": paint_eye(who.iris, rng),
    }


def _skin_map(face: FaceMap, who: Character, rng: np.random.Generator) -> np.ndarray:
    """The skin and what feeling lays over it, in one map."""
    flush = paint_flush(face, np.random.default_rng(_FLUSH_SEED))
    return np.concatenate([paint_skin(face, who, rng), (flush * 255 + 0.5).astype(np.uint8)], axis=-1)


def _dressed(mesh: HeadMesh) -> tuple[np.ndarray, np.ndarray]:
    """The mesh with the body pushed out below the neckline, and how far below it each vertex is, decimetres."""
    below = -1.56 * mesh.unit - 0.12 * ramp(0.1, 0.9, mesh.base[:, 2]) - mesh.base[:, 1]
    below[mesh.surface :] = -1
    triangles = split_quads(mesh.quads)
    a, b, c = (mesh.base[triangles[:, k]] for k in range(3))
    normals = np.zeros_like(mesh.base)
    for k in range(3):
        np.add.at(normals, triangles[:, k], np.cross(b - a, c - a))
    base = mesh.base + unit(normals) * (_CLOTH_PUSH * ramp(-0.02, 0.05, below))[:, None]
    return base.astype(np.float32), below


def _hair(mesh: HeadMesh, base: np.ndarray, style: str) -> tuple[Hair, np.ndarray]:
    """The hair, and how far each vertex is scalp."""
    centre = np.array([0, 0.22 * mesh.unit, 0.30 * mesh.unit])
    _, azimuth, elevation = spherical(base - centre)
    skin = np.zeros(len(base), bool)
    skin[np.unique(mesh.skin_quads)] = True
    not_ear = mesh.ears < 0.3
    above = np.degrees(elevation) - hairline(style, np.degrees(azimuth)) - _uneven(azimuth)
    scalp = np.where(skin & not_ear, ramp(-6, 6, above), 0.0)
    skull = Skull(base[skin & not_ear & (np.degrees(elevation) > -35)], centre, mesh.unit)
    hair = make_hair(base, mesh.skin_quads, scalp, skull, style, _HAIR_SEED)
    return hair, scalp * hair_styles()[style].scalp


def _uneven(azimuth: np.ndarray) -> np.ndarray:
    """Degrees by which a hairline strays, a little and smoothly."""
    return 1.1 * np.sin(7 * azimuth + 0.5) + 0.9 * np.sin(17 * azimuth + 1.0) + 0.6 * np.sin(41 * azimuth)


def _head_share(points: np.ndarray, unit: float) -> np.ndarray:
    """How far points move with the head, 0 on the body to 1, ``(n,)`` float32."""
    height = points[:, 1] + 0.28 * (points[:, 2] - 0.3)
    return ramp(-1.80 * unit, -0.98 * unit, height).astype(np.float32)


def _triangles(
    mesh: HeadMesh, hair: Hair, glasses: Glasses, eye_quads: np.ndarray, surface: int, globe: int
) -> tuple[np.ndarray, np.ndarray]:
    """Triangles and materials of everything that is rasterised."""
    kinds = np.array([layout.SKIN, layout.SKIN, layout.TEETH, layout.TONGUE])[np.minimum(mesh.part, 3)]
    eye = split_quads(eye_quads)
    groups = [
        (split_quads(mesh.quads), np.concatenate([kinds, kinds])),
        (eye + surface, np.full(len(eye), layout.EYE_LEFT)),
        (eye + surface + globe, np.full(len(eye), layout.EYE_RIGHT)),
        (glasses.triangles + surface + 2 * globe, np.full(len(glasses.triangles), layout.FRAME)),
        (
            hair.triangles + surface + 2 * globe + len(glasses.points),
            np.where(hair.two_sided, layout.HAIR_TWO_SIDED, layout.HAIR),
        ),
    ]
    triangles = np.concatenate([group for group, _ in groups])
    return triangles.astype(np.int32), np.concatenate([kind for _, kind in groups]).astype(np.uint8)


def _static(
    mesh: HeadMesh,
    base: np.ndarray,
    hair: Hair,
    scalp: np.ndarray,
    neckline: np.ndarray,
    globe: np.ndarray,
    frame: int,
) -> np.ndarray:
    """The table of what does not move, see ``layout``."""
    count = len(base)
    table = np.zeros((count + 2 * len(globe) + frame + len(hair.points), layout.STATIC_COLUMNS), np.float32)
    table[:, layout.OCCLUSION] = 1
    table[:count, :2] = place_on_map(base, mesh.unit)
    table[:count, layout.INSIDE] = mesh.inside - scalp * (mesh.inside < 0.1)
    table[:count, layout.LIPS] = mesh.lips
    table[:count, layout.CLOTH_EDGE] = 0.5 + neckline * 4
    table[:count, layout.DEPTH] = base[:, 2]
    table[:count, layout.EARS] = mesh.ears
    for part in (mesh.teeth, mesh.tongue):
        table[part, layout.LIPS], table[part, layout.CLOTH_EDGE] = base[part, 0], base[part, 2]
    middle = np.median(base[mesh.teeth, 1])
    for upper in (True, False):
        row = mesh.teeth[(base[mesh.teeth, 1] > middle) == upper]
        height = (base[row, 1] - base[row, 1].min()) / np.ptp(base[row, 1])
        table[row, layout.INSIDE] = height if upper else 1 - height
    eyes = slice(count, count + 2 * len(globe))
    table[eyes, :2] = np.tile(globe[:, :2], (2, 1))
    table[eyes.stop + frame :, :2] = hair.uv
    table[eyes.stop + frame :, layout.OCCLUSION] = hair.openness
    return table


def _lashes(mesh: HeadMesh, who: Character) -> tuple[np.ndarray, np.ndarray]:
    """Triangles of the lashes, and place along the lid, outwards and darkness of their vertices ``(v, 3)``."""
    points = mesh.base[mesh.surface :]
    eye = (points[:, 0] < 0).astype(int)
    away = np.linalg.norm(points - mesh.eyes[eye], axis=1) / mesh.eye_radius
    across, radius = mesh.eyes[0, 0], mesh.eye_radius
    upper = points[:, 1] > np.interp(
        np.abs(points[:, 0]), [across - radius, across + radius], [-0.035, -0.005]
    )
    table = np.zeros((len(points), 3), np.float32)
    table[:, 0] = (points[:, 0] - mesh.eyes[eye, 0]) / radius * 52 + 9 * (away - 1) * np.sign(points[:, 0])
    table[:, 1] = np.clip((away - 0.98) / np.where(upper, 0.26, 0.20), 0, 1)
    table[:, 2] = np.where(upper, who.lashes, who.lashes * 0.45)
    return split_quads(mesh.lash_quads).astype(np.int32), table


def _lids(mesh: HeadMesh, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Vertices of the upper and the lower lid near the middle of an eye."""
    offset = mesh.base - mesh.eyes[side]
    near = (np.linalg.norm(offset, axis=1) < mesh.eye_radius * 1.22) & (offset[:, 2] > 0.05)
    near &= (np.arange(len(mesh.base)) < mesh.surface) & (np.abs(offset[:, 0]) < 0.05)
    return np.flatnonzero(near & (offset[:, 1] > 0)), np.flatnonzero(near & (offset[:, 1] < 0))


def _lip_edges(mesh: HeadMesh) -> tuple[np.ndarray, np.ndarray]:
    """Vertices of the upper and the lower lip in the middle of the mouth."""
    middle = np.flatnonzero((mesh.lips > 0.6) & (np.abs(mesh.base[:, 0]) < 0.03 * mesh.unit))
    seam = mesh.base[middle[mesh.base[middle, 2].argmin()], 1]
    return middle[mesh.base[middle, 1] > seam + 0.004], middle[mesh.base[middle, 1] < seam - 0.004]


def _weave() -> np.ndarray:
    """Brightness of knitted cloth ``(64, 64)`` float32."""
    a = np.arange(64)
    wave = np.sin(a[:, None] * np.pi / 8 + 1.6 * np.sin(a[None] * np.pi / 8))
    return (0.74 + 0.22 * (0.5 + 0.5 * np.sin(a[None] * np.pi / 4)) * (0.5 + 0.5 * wave)).astype(np.float32)
