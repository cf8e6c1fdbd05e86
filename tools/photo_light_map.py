"""What each of the head's shapes does to the light of its skin, on a frontal map: for ``build_photo_table.py``.

The logarithm of the ratio of two pictures of the head, read at the same places of the skin (expression ratio images: Liu, Shan &
Zhang 2001). Where skin is hidden in one of the two, by a lid, a lip or a fold, its neighbours' light is taken.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from generators.base import ARKIT
from generators.face.characters import character
from generators.face.render import layout
from generators.face.render.model import HeadModel, build_model
from generators.face.render.renderer import Renderer
from generators.face.render.wrinkles import knitted_brows

__all__ = ["LIGHTEN", "MAP_REACH", "in_face", "light_map", "over_grey", "shapes"]

LIGHTEN = ("mara", "amina", "jonas", "ravi")  # fair, dark and between; without beard or glasses
MAP, MAP_REACH = 256, (1.25, 1.5)  # texels; half the map's width and height in the points' unit
SIZE, GREY = 1024, 150
WRINKLES = 1.0  # depth of the lines of all of them, as of a person of middle age
LARGEST = 0.9
STILL = np.zeros(6)
# As frightened and sad faces have them: units 1 + 4.
LOWERED, RAISED = {"browDownLeft": 0.3, "browDownRight": 0.3}, {"browInnerUp": 0.9}
FLUSH = ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))  # tears, sweat, blush, as the renderer takes them
PIXEL = 8.0  # levels added to both pictures, so that black is not divided by


def shapes(of: dict[str, float]) -> np.ndarray:
    """Weights ``(52,)`` by name."""
    return np.array([of.get(name, 0.0) for name in ARKIT])


def over_grey(picture: np.ndarray) -> np.ndarray:
    """A drawn head on a plain background, uint8 RGB."""
    alpha = picture[..., 3:] / 255
    return np.ascontiguousarray((picture[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8))


def in_face(model: HeadModel, vertices: np.ndarray) -> np.ndarray:
    """Positions in the points' frame: middle of the eyes at 0, distance of the eyes 1, x right, y down, z away."""
    across = 2 * model.mesh.eyes[0, 0]
    middle = model.mesh.eyes.mean(axis=0) + np.array([0, 0, model.mesh.eye_radius])
    return (vertices - middle) / across * np.array([1, -1, -1])


@dataclasses.dataclass(frozen=True)
class Skin:
    """Where the map's texels lie on a head.

    Args:
        faces: triangles of the skin that faces the viewer ``(t, 3)``.
        owner: the triangle under each texel, -1 for none.
        shares: the texel's shares in its corners ``(n, 3)``.
        plain: how far each texel is skin of the face, 0..1.
    """

    faces: np.ndarray
    owner: np.ndarray
    shares: np.ndarray
    plain: np.ndarray


def light_map(name: str) -> np.ndarray:
    """How the skin's light changes, natural logarithm ``(56, MAP, MAP)`` on the frontal map.

    By each of the 52 shapes, by tears and by sweat at 1; then how blush changes the green of it; last what brows add that
    are raised and drawn together, for each 1 of ``knitted_brows``.
    """
    model = build_model(
        dataclasses.replace(
            character(name), wrinkles=WRINKLES, furrows=0.0, freckles=0.0, stubble=0.0, beard=0.0
        )
    )
    renderer = Renderer(model, (SIZE, SIZE), "medium")
    rest = over_grey(renderer.draw(np.zeros(len(ARKIT)), STILL, 0.5))
    skin = skin_of(model, renderer)
    start = luminance(rest, renderer, skin)
    start_green = luminance(rest[..., [1, 1, 1]], renderer, skin)

    def change(weights: np.ndarray, flush: tuple[float, float, float]) -> np.ndarray:
        """The map of one face against the face at rest; of blush, of its green alone."""
        drawn = over_grey(renderer.draw(weights, STILL, 0.5, flush))
        before = start_green if flush[0] else start
        after, shown = luminance(
            np.ascontiguousarray(drawn[..., [1, 1, 1]] if flush[0] else drawn), renderer, skin
        )
        ratio = np.clip(np.log((after + PIXEL) / (before[0] + PIXEL)), -LARGEST, LARGEST)
        return filled(ratio, skin.plain * shown * before[1]) * skin.plain.reshape(MAP, MAP)

    dry = (0.0, 0.0, 0.0)
    out = np.zeros((len(ARKIT) + len(FLUSH) + 1, MAP, MAP), np.float32)
    for k, shape in enumerate(ARKIT):
        if not shape.startswith(("eyeLook", "tongue")):
            out[k] = change(np.eye(len(ARKIT))[k], dry)
    for k, flush in enumerate(FLUSH, len(ARKIT)):
        out[k] = change(np.zeros(len(ARKIT)), flush)
    down, up = shapes(LOWERED), shapes(RAISED)
    both = change(down + up, dry) - change(down, dry) - change(up, dry)
    out[-1] = both / knitted_brows(down + up)
    return out


def skin_of(model: HeadModel, renderer: Renderer) -> Skin:
    """The map's texels on a head that was just drawn at rest."""
    columns = (np.arange(MAP) + 0.5) / MAP * 2 - 1
    at = np.stack(np.meshgrid(columns * MAP_REACH[0], columns * MAP_REACH[1] + 0.35), axis=-1).reshape(-1, 2)
    place = in_face(model, model.mesh.base[: model.mesh.surface])
    faces = model.triangles[model.material == layout.SKIN]
    faces = faces[renderer._buffers.moving[faces, 2].min(axis=1) > 0]
    owner, shares = cover(at, place[:, :2], place[:, 2], faces)
    return Skin(faces, owner, shares, usable(model, at, faces, owner))


def filled(ratio: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The map ``(MAP, MAP)`` with what is not known taken from its neighbours, finely smoothed."""
    values, share = (v.reshape(MAP, MAP).astype(np.float32) for v in (ratio * known, known))
    total, weight = np.zeros_like(values), np.zeros_like(share)
    for reach, trust in ((0.6, 1.0), (2.0, 0.05), (6.0, 0.002)):
        total += trust * cv2.GaussianBlur(values, (0, 0), reach)
        weight += trust * cv2.GaussianBlur(share, (0, 0), reach)
    return np.asarray(total / (weight + 1e-4))


def cover(
    at: np.ndarray, spots: np.ndarray, away: np.ndarray, faces: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest triangle over each place (-1 for none) and the place's shares in its corners."""
    owner, shares, best = np.full(len(at), -1), np.zeros((len(at), 3)), np.full(len(at), np.inf)
    grid = at.reshape(MAP, MAP, 2)
    xs, ys = grid[0, :, 0], grid[:, 0, 1]
    for f, face in enumerate(faces):
        a, b, c = spots[face]
        low, high = spots[face].min(axis=0), spots[face].max(axis=0)
        columns = np.arange(*np.searchsorted(xs, (low[0], high[0])))
        rows = np.arange(*np.searchsorted(ys, (low[1], high[1])))
        area = np.cross(b - a, c - a)
        if not len(columns) or not len(rows) or abs(area) < 1e-12:
            continue
        near = (rows[:, None] * MAP + columns[None]).ravel()
        p = at[near]
        u, v = np.cross(p - a, c - a) / area, np.cross(b - a, p - a) / area
        part = np.stack([1 - u - v, u, v], axis=1)
        depth = part @ away[face]
        ok = (part.min(axis=1) >= -1e-6) & (depth < best[near])
        owner[near[ok]], shares[near[ok]], best[near[ok]] = f, part[ok], depth[ok]
    return owner, shares


def luminance(picture: np.ndarray, renderer: Renderer, skin: Skin) -> tuple[np.ndarray, np.ndarray]:
    """Brightness 0..255 of the skin under each texel in a picture just drawn, and whether it is to be seen there."""
    made, corners = renderer._buffers, skin.faces[skin.owner]
    spots = np.stack([made.x, made.y], axis=1)
    place = (spots[corners] * skin.shares[..., None]).sum(axis=1)
    near = (made.inverse_depth[corners] * skin.shares).sum(axis=1)
    column, row = (np.clip(place[:, k].astype(int), 0, made.depth.shape[1 - k] - 1) for k in (0, 1))
    hidden = made.depth[row, column] > near * 1.004
    pixel = (place / 2 - 0.5).astype(np.float32)
    grey = cv2.GaussianBlur(
        cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.2
    )
    at = pixel.reshape(MAP, MAP, 2)
    seen = cv2.remap(grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR).ravel()
    return seen, (~hidden).astype(float)


def usable(model: HeadModel, at: np.ndarray, faces: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """How far a texel is skin of the face, 0..1: not mouth or lip, an eye, scalp, or beside the face."""
    mesh = model.mesh
    bad = (mesh.inside > 0.05) | (mesh.lips > 0.3)
    mask = np.where(owner >= 0, ~bad[faces[owner]].any(axis=1), False).astype(np.float32)
    across = 2 * mesh.eyes[0, 0]
    for eye in mesh.eyes:
        gone = at - np.array([eye[0] / across, 0.0])
        mask[(gone[:, 0] / 0.27) ** 2 + (gone[:, 1] / 0.115) ** 2 < 1] = 0
    # Towards the face's border the maps fade, or blush and shadows would end at a line.
    inwards = 1 - (at[:, 0] / 0.98) ** 2 - ((at[:, 1] - 0.35) / 1.3) ** 2
    fade = np.clip(inwards / 0.3, 0, 1).astype(np.float32).reshape(MAP, MAP)
    mask = (mask * (inwards > 0)).reshape(MAP, MAP)
    soft = cv2.GaussianBlur(cv2.erode(mask, np.ones((3, 3), np.uint8)), (0, 0), 1.5)
    return np.asarray((soft * fade * (2 - fade)).ravel())
