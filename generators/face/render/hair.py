"""Hair as static textured cards: strands are grown once over the skull, each becomes a narrow strip with holes.

Positions are in head space, decimetres. Styles and their numbers were set by eye on rendered sheets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.face.render.hair_growth import grow
from generators.face.render.hair_styles import Style, hair_styles
from generators.face.render.mesh import split_quads, unit
from generators.face.render.skull import Skull

__all__ = ["Hair", "cards", "make_hair", "strand_texture", "with_beard"]

_ROOT_WIDTH = 0.4  # of a strip, against its width farther out
_VARIANTS = 4  # strips side by side in the texture
_TEXTURE = (256, 64)
_HALF, _ASIDE = np.array([0.5, 1], np.float32), np.array([1, 0], np.float32)


@dataclass(frozen=True)
class Hair:
    """Cards of hair.

    Args:
        points: ``(h, 3)``.
        frames: tangent and normal ``(h, 6)``.
        uv: place in the texture ``(h, 2)``, 0..1.
        openness: how much ambient light arrives, ``(h,)``.
        variation: shift of the highlight, ``(h,)``.
        triangles: ``(t, 3)`` into the points, the outer cards first.
        two_sided: whether a triangle is seen from inside too, ``(t,)``.
        texture: cover and brightness ``(256, w, 2)`` uint8, root at the top; a beard's is beside that of the head.
        anchors: vertex of the skin that a point moves with, -1 where it moves with the head alone, ``(h,)``.
    """

    points: np.ndarray
    frames: np.ndarray
    uv: np.ndarray
    openness: np.ndarray
    variation: np.ndarray
    triangles: np.ndarray
    two_sided: np.ndarray
    texture: np.ndarray
    anchors: np.ndarray


def make_hair(
    points: np.ndarray, quads: np.ndarray, scalp: np.ndarray, skull: Skull, style_name: str, seed: int
) -> Hair:
    """The hair of a head.

    Args:
        points: of the head at rest ``(n, 3)``.
        quads: of its skin.
        scalp: how far a vertex bears hair, ``(n,)``, 0..1.
        skull: smooth shape of the head.
        style_name: a key of ``hair_styles()``.
        seed: of all randomness.
    """
    style = hair_styles()[style_name]
    if not style.cards:
        return _none(style)
    rng = np.random.default_rng(seed)
    roots, normals = _roots(points, quads, scalp, skull, style, rng)
    strands = grow(style, roots, normals, skull, rng)
    return cards(strands.paths, strands.brightness, strands.outward, strands.hanging, style, rng)


def _none(style: Style) -> Hair:
    """No hair at all."""
    flat, triples = np.zeros(0, np.float32), np.zeros((0, 3), np.float32)
    return Hair(
        points=triples,
        frames=np.zeros((0, 6), np.float32),
        uv=np.zeros((0, 2), np.float32),
        openness=flat,
        variation=flat,
        triangles=triples.astype(np.int32),
        two_sided=flat.astype(bool),
        texture=strand_texture(style, seed=3),
        anchors=flat.astype(np.int32),
    )


def with_beard(hair: Hair, beard: Hair, anchors: np.ndarray) -> Hair:
    """Hair of the head and of the face in one; ``anchors`` are the beard's."""
    left, right = hair.uv * _HALF, beard.uv * _HALF + _HALF * _ASIDE
    return Hair(
        points=np.concatenate([hair.points, beard.points]),
        frames=np.concatenate([hair.frames, beard.frames]),
        uv=np.concatenate([left, right]),
        openness=np.concatenate([hair.openness, beard.openness]),
        variation=np.concatenate([hair.variation, beard.variation]),
        triangles=np.concatenate([hair.triangles, beard.triangles + len(hair.points)]).astype(np.int32),
        two_sided=np.concatenate([hair.two_sided, beard.two_sided]),
        texture=np.ascontiguousarray(np.concatenate([hair.texture, beard.texture], axis=1)),
        anchors=np.concatenate([hair.anchors, anchors]).astype(np.int32),
    )


def _roots(
    points: np.ndarray,
    quads: np.ndarray,
    scalp: np.ndarray,
    skull: Skull,
    style: Style,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Places from which strands grow, evenly spread, and the skin's normals there."""
    size = skull.unit
    triangles = split_quads(quads[scalp[quads].mean(axis=1) > 0.5])
    a, b, c = (points[triangles[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    share = np.linalg.norm(normal, axis=1)
    share *= 1 + 1.2 * (a[:, 2] > 0.1 * size) + 0.8 * (a[:, 1] > 0.5 * size)
    share *= np.where(a[:, 2] < -0.3 * size, style.back_share, 1.0)
    count = style.cards * 8
    chosen = rng.choice(len(triangles), count, p=share / share.sum())
    u = rng.random((count, 2))
    u[u.sum(axis=1) > 1] = 1 - u[u.sum(axis=1) > 1]
    places = a[chosen] + u[:, :1] * (b - a)[chosen] + u[:, 1:] * (c - a)[chosen]
    apart = 0.35 * (1.56 / np.sqrt(style.cards) * size) ** 2
    kept: list[int] = []
    for i in range(count):  # thinning to even spacing
        if len(kept) == style.cards:
            break
        if not kept or ((places[kept] - places[i]) ** 2).sum(axis=1).min() > apart:
            kept.append(i)
    return places[kept], unit(normal[chosen][kept])


def cards(
    paths: np.ndarray,
    brightness: np.ndarray,
    outward: np.ndarray,
    hanging: np.ndarray,
    style: Style,
    rng: np.random.Generator,
) -> Hair:
    """Strips of two triangles a step along strands ``(n, K, 3)``."""
    count, steps = paths.shape[:2]
    tangent = unit(np.gradient(paths, axis=1))
    side = unit(np.cross(tangent, outward))
    normal = unit(np.cross(side, tangent))
    side = unit(side + normal * rng.normal(size=(count, 1, 1)) * style.tilt)
    along = np.linspace(0, 1, steps)
    width = style.width * (0.75 + 0.5 * rng.random((count, 1))) * (1 - style.taper * along[None] ** 2)
    width = width * np.minimum(1, _ROOT_WIDTH + (1 - _ROOT_WIDTH) * along[None] / max(style.root_fade, 0.01))
    points = np.stack([paths - side * width[..., None], paths + side * width[..., None]], axis=2)
    variant, flipped = rng.integers(0, _VARIANTS, count), rng.random(count) < 0.5
    edges = (
        np.stack(
            [(variant + np.where(flipped, 0.02, 0.98)), (variant + np.where(flipped, 0.98, 0.02))], axis=1
        )
        / _VARIANTS
    )
    uv = np.stack(
        [
            np.broadcast_to(edges[:, None], (count, steps, 2)),
            np.broadcast_to(0.01 + 0.975 * along[None, :, None], (count, steps, 2)),
        ],
        axis=-1,
    )
    first = (np.arange(count)[:, None] * steps + np.arange(steps - 1)[None]).ravel() * 2
    triangles = np.concatenate(
        [np.stack([first, first + 1, first + 3], axis=1), np.stack([first, first + 3, first + 2], axis=1)]
    )
    soft_normal = unit(normal * (1 - style.roundness) + outward * style.roundness)
    frames = np.repeat(np.concatenate([tangent, soft_normal], axis=-1)[:, :, None], 2, axis=2)
    openness = (
        np.clip(style.root_light + 1.1 * along[None], 0, 1)
        * brightness[:, None]
        * (1 + style.contrast * (rng.random((count, 1)) - 0.5))
    )
    seen_inside = hanging[:, 1:].ravel()
    return Hair(
        points=points.reshape(-1, 3).astype(np.float32),
        frames=frames.reshape(-1, 6).astype(np.float32),
        uv=np.clip(uv, 0.002, 0.998).reshape(-1, 2).astype(np.float32),
        openness=np.repeat(openness[:, :, None], 2, axis=2).ravel().astype(np.float32),
        variation=np.repeat(rng.normal(size=count) * 0.35, 2 * steps).astype(np.float32),
        triangles=triangles.astype(np.int32),
        two_sided=np.concatenate([seen_inside, seen_inside]),
        texture=strand_texture(style, seed=3),
        anchors=np.full(points.size // 3, -1, np.int32),
    )


def strand_texture(style: Style, seed: int) -> np.ndarray:
    """Cover and brightness of strips of strands ``(256, 256, 2)`` uint8; closed near the root, ragged at the tip."""
    rng = np.random.default_rng(seed)
    strips = [_strip(style, variant, rng) for variant in range(_VARIANTS)]
    return np.ascontiguousarray(np.concatenate(strips, axis=1)).astype(np.uint8)


def _strip(style: Style, variant: int, rng: np.random.Generator) -> np.ndarray:
    """One strip of strands ``(256, 64, 2)``, 0..255."""
    height, width = _TEXTURE
    v, u = (np.arange(height)[:, None] + 0.5) / height, (np.arange(width)[None] + 0.5) / width
    cover, light = np.zeros((height, width)), np.full((height, width), 0.55)
    shortest, spread = style.tips
    for i in range(style.strands):
        root = (i + 0.5 + rng.normal() * 0.3) / style.strands
        tip = shortest + spread * rng.random() ** 0.6
        wave = 0.05 * np.sin(v * (3 + 3 * rng.random()) + 6.3 * rng.random()) * v
        middle = root + wave - 0.22 * (root - 0.5) * v**2
        half = 0.066 * (0.7 + 0.6 * rng.random()) * np.sqrt(np.clip(1.02 - v / tip, 0, 1))
        half = half * (0.55 + 0.45 * np.clip(v / 0.08, 0, 1))
        distance = np.abs(u - middle) / np.maximum(half, 1e-3)
        strand = np.clip(1.6 - distance * 1.25, 0, 1) * (half > 0.008)
        glow = (0.62 + 0.55 * rng.random()) * (1.12 - 0.35 * np.minimum(distance, 1) ** 2)
        light = np.where((strand > cover * 0.98) & (strand > 0.1), glow, light)
        cover = np.maximum(cover, strand)
    ragged = style.body + 0.08 * np.sin(u * 37 + variant) + 0.05 * np.sin(u * 91)
    body = np.clip((ragged - v) / 0.10 + 0.5, 0, 1) * np.clip((0.47 - np.abs(u - 0.5)) / 0.06, 0, 1)
    cover = np.maximum(cover, body * 0.9)
    cover = cover * np.clip(np.minimum(u, 1 - u) / 0.03, 0, 1) * _begins(v, style, rng)
    return np.stack([cover * 255, np.clip(light * 128, 0, 255)], axis=-1)


def _begins(v: np.ndarray, style: Style, rng: np.random.Generator) -> np.ndarray:
    """Cover of a strip near its root, where locks of a few texels begin one after the other, ``(256, 64)``."""
    locks = np.repeat(rng.random((1, _TEXTURE[1] // 4)), 4, axis=1) * 0.4 + 0.6 * rng.random((1, _TEXTURE[1]))
    return np.clip((v - style.root_fade * locks) / (0.03 + 0.2 * style.root_fade), 0, 1)
