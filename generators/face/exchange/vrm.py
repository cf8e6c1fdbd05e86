"""The face's track for VRM 1.0 characters: curves of their preset expressions, the look and the head, as ``VRMC_vrm_animation``.

A VRM character has five mouths, blinks and five emotions instead of 52 shapes. Each frame's mouth becomes those weights (0 or
more) of the five vowels' visemes that come nearest to it, and its expression those of the five emotions' full faces: least
squares in ARKit's shapes. A character with all 52 shapes ("perfect sync") is driven without loss by the ``custom`` expressions
of ARKit's names, which stand beside the presets.
Source: VRMC_vrm_animation-1.0: an expression's weight is the x of its node's translation; no bone but the hips moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceTrack
from generators.face.exchange.glb import GltfFile
from generators.face.exchange.head_gltf import quaternions
from generators.face.exchange.live_link import eye_angles
from generators.face.exchange.separation import separate, speaking_shapes
from generators.face.expression import express
from generators.face.render.pose import rotation
from generators.face.tables import action_units, visemes

__all__ = ["expression_curves", "vrm_animation"]


def expression_curves(arkit: np.ndarray, fps: float) -> dict[str, np.ndarray]:
    """Weights of VRM's preset expressions over time, each ``(T,)`` in 0..1.

    Args:
        arkit: ``(T, 52)`` in the order of ``ARKIT``.
        fps: frames a second.
    """
    parts = separate(arkit, fps)
    mouth = np.flatnonzero(speaking_shapes())
    curves = _shares(parts.speech[:, mouth], _mouths(), mouth)
    curves |= _shares(parts.expression, _emotions(), np.arange(len(ARKIT)))
    left, right = (arkit[:, ARKIT.index(f"eyeBlink{side}")] for side in ("Left", "Right"))
    both = np.minimum(left, right)
    return curves | {"blink": both, "blinkLeft": left - both, "blinkRight": right - both}


def vrm_animation(track: FaceTrack, fps: float) -> GltfFile:
    """The file of a track, to be written as ``.vrma``.

    Args:
        track: any face track.
        fps: frames a second.
    """
    file = GltfFile("Affect Studio")
    table = _table()["skeleton"]
    bones = _skeleton(file, table["bones"])
    curves = expression_curves(track.arkit, fps)
    custom = {name: track.arkit[:, k] for k, name in enumerate(ARKIT) if not name.startswith("eyeLook")}
    named = {name: file.add("nodes", {"name": name}) for name in (*curves, *custom)}
    target = file.add("nodes", {"name": "lookAt"})
    roots = [bones["hips"], *named.values(), target]
    file.json |= {"scene": file.add("scenes", {"nodes": roots}), "extensionsUsed": ["VRMC_vrm_animation"]}
    file.json["extensions"] = {
        "VRMC_vrm_animation": {
            "specVersion": "1.0",
            "humanoid": {"humanBones": {name: {"node": node} for name, node in bones.items()}},
            "expressions": {
                "preset": {name: {"node": named[name]} for name in curves},
                "custom": {name: {"node": named[name]} for name in custom},
            },
            "lookAt": {"node": target},
        }
    }
    outputs = [(bones["head"], "rotation", quaternions(track.pose[:, 3:]))]
    outputs += [(named[name], "translation", _as_x(values)) for name, values in (curves | custom).items()]
    outputs.append((target, "translation", _looked_at(track, table)))
    times = file.array(track.times.astype(np.float32), bounds=True)
    samplers = [{"input": times, "output": file.array(values.astype(np.float32))} for _, _, values in outputs]
    channels = [
        {"sampler": k, "target": {"node": node, "path": path}} for k, (node, path, _) in enumerate(outputs)
    ]
    file.add("animations", {"name": "track", "samplers": samplers, "channels": channels})
    return file


def _skeleton(file: GltfFile, rows: list[list[Any]]) -> dict[str, int]:
    """Numbers of the bones' nodes by name; parents come before their children."""
    nodes: dict[str, int] = {}
    for name, parent, *place in rows:
        nodes[name] = file.add("nodes", {"name": name, "translation": place})
        if parent:
            file.json["nodes"][nodes[parent]].setdefault("children", []).append(nodes[name])
    return nodes


def _as_x(values: np.ndarray) -> np.ndarray:
    """Translations ``(T, 3)`` whose x are weights."""
    return np.stack([values, 0 * values, 0 * values], axis=1)


def _looked_at(track: FaceTrack, table: Mapping[str, Any]) -> np.ndarray:
    """The point that is looked at over time in the model's space, ``(T, 3)`` metres."""
    place: dict[str, np.ndarray] = {"": np.zeros(3)}
    for name, parent, *offset in table["bones"]:
        place[name] = place[parent] + offset
    angles = eye_angles(track.arkit)
    yaw, pitch = angles[:, [0, 3]].mean(axis=1), angles[:, [1, 4]].mean(axis=1)
    points = []
    for turned, up, pose in zip(yaw, pitch, track.pose, strict=True):
        ahead = rotation(float(up), float(turned), 0.0).astype(float) @ (0.0, 0.0, table["look_distance"])
        points.append(place["head"] + rotation(*pose[3:]).astype(float) @ (ahead + table["eyes"]))
    return np.stack(points)


def _shares(rows: np.ndarray, faces: Mapping[str, np.ndarray], columns: np.ndarray) -> dict[str, np.ndarray]:
    """How much of each face is in rows ``(T, n)``: least squares with shares of 0 or more, and at most 1."""
    from scipy.optimize import nnls

    matrix = np.stack([face[columns] for face in faces.values()], axis=1)
    found = np.array([nnls(matrix, row)[0] if row.any() else np.zeros(len(faces)) for row in rows])
    return {name: np.clip(found[:, k], 0, 1) for k, name in enumerate(faces)}


@cache
def _mouths() -> Mapping[str, np.ndarray]:
    """Shapes ``(52,)`` of VRM's five mouths."""
    by_name = visemes().by_name
    return {preset: by_name[name].target for preset, name in _table()["mouths"].items()}


@cache
def _emotions() -> Mapping[str, np.ndarray]:
    """Shapes ``(52,)`` of VRM's five emotions at full intensity."""
    faces = {}
    for preset, name in _table()["emotions"].items():
        faders = Conditioning.of(Emotion.of(name)).faders("face", np.zeros(1))
        units = np.stack([faders[unit.name] for unit in action_units()], axis=1)
        faces[preset] = express(units, faders["asymmetry"])[0]
    return faces


@cache
def _table() -> Mapping[str, Any]:
    return asset_table("face_exchange", "vrm.toml")
