from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import ARKIT, FaceRequest, FaceTrack, Phone
from generators.face.exchange.glb import GltfFile, glb_parts
from generators.face.exchange.head_gltf import head_gltf, quaternions
from generators.face.head import Head
from generators.face.render.model import build_model
from generators.face.render.pose import rotation

_KINDS = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@cache
def track() -> FaceTrack:
    phones = tuple(Phone(s, 0.2 + 0.1 * k, 0.3 + 0.1 * k, k % 2) for k, s in enumerate("hɑmiwo"))
    return Head().generate(FaceRequest(Conditioning.of(Emotion.of("surprise")), 1.2, phones))


@cache
def written() -> bytes:
    return head_gltf(build_model("mara"), track()).glb()


@cache
def read() -> tuple[dict, bytes]:
    return glb_parts(written())


def array(number: int) -> np.ndarray:
    """An accessor's values, read by the specification's rules."""
    tree, data = read()
    entry = tree["accessors"][number]
    kind, width = _KINDS[entry["componentType"]], _WIDTHS[entry["type"]]

    def view(index: int, kind: type, count: int) -> np.ndarray:
        return np.frombuffer(data, kind, count, tree["bufferViews"][index]["byteOffset"])

    if "bufferView" in entry:
        return view(entry["bufferView"], kind, entry["count"] * width).reshape(-1, width)
    out = np.zeros((entry["count"], width), kind)
    if "sparse" in entry:
        part = entry["sparse"]
        rows = view(part["indices"]["bufferView"], _KINDS[part["indices"]["componentType"]], part["count"])
        out[rows] = view(part["values"]["bufferView"], kind, part["count"] * width).reshape(-1, width)
    return out


def animated(path: str, time: float) -> np.ndarray:
    """What the animation gives a property at a time, by its own rule: straight lines between keyframes."""
    animation = read()[0]["animations"][0]
    channel = next(c for c in animation["channels"] if c["target"]["path"] == path)
    sampler = animation["samplers"][channel["sampler"]]
    assert sampler["interpolation"] == "LINEAR"
    times = array(sampler["input"])[:, 0]
    values = array(sampler["output"]).reshape(len(times), -1)
    return np.array([np.interp(time, times, column) for column in values.T])


def turn(q: np.ndarray) -> np.ndarray:
    x, y, z, w = q
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def test_the_animation_evaluated_is_the_track():
    pivot = build_model("mara").pivot / 10
    for i, time in enumerate(track().times):
        assert np.abs(animated("weights", time) - track().arkit[i]).max() < 1e-4
        assert np.abs(turn(animated("rotation", time)) - rotation(*track().pose[i, 3:])).max() < 1e-4
        assert np.abs(animated("translation", time) - pivot - track().pose[i, :3]).max() < 1e-4


def test_the_mesh_evaluated_is_our_renderers():
    """Morph targets, then skinning, against the formula of our own renderer, for skin, mouth, teeth, tongue."""
    model, i = build_model("mara"), 20
    weights, pose = track().arkit[i], track().pose[i]
    mesh = model.mesh
    vertices = np.repeat(np.arange(len(mesh.base)), np.diff(mesh.shape_starts))
    still = np.array([name.startswith("eyeLook") for name in ARKIT])
    drawn = model.base.astype(float)
    np.add.at(
        drawn,
        vertices,
        mesh.shape_offsets * (np.where(still, 0, weights) + model.who.rest)[mesh.shape_numbers][:, None],
    )
    share, about = model.head_share[:, None], drawn - model.pivot
    drawn = (drawn + share * (about @ rotation(*pose[3:]).T - about + pose[:3] * 10))[
        np.unique(mesh.quads)
    ] / 10
    matrix, place = turn(animated("rotation", track().times[i])), animated("translation", track().times[i])
    whole = []
    for primitive in read()[0]["meshes"][0]["primitives"]:
        if read()[0]["materials"][primitive["material"]]["name"] in ("eyes", "lashes"):
            continue
        points = array(primitive["attributes"]["POSITION"]).astype(float)
        for weight, target in zip(weights, primitive["targets"], strict=True):
            points = points + weight * array(target["POSITION"])
        joints, shares = (
            array(primitive["attributes"]["JOINTS_0"]),
            array(primitive["attributes"]["WEIGHTS_0"]),
        )
        assert np.allclose(shares.sum(axis=1), 1)
        head = (shares * (joints == 1)).sum(axis=1, keepdims=True)
        whole.append(points * (1 - head) + head * ((points - model.pivot / 10) @ matrix.T + place))
    found = np.concatenate(whole)
    from scipy.spatial import cKDTree

    assert len(found) >= len(drawn)
    assert cKDTree(found).query(drawn)[0].max() < 1e-4


def test_eyes_turn_by_their_shapes_as_ours_do():
    tree = read()[0]
    eyes = [p for p in tree["meshes"][0]["primitives"] if tree["materials"][p["material"]]["name"] == "eyes"]
    assert len(eyes) == 2
    left = eyes[0]
    rest = array(left["attributes"]["POSITION"])
    out = rest + array(left["targets"][ARKIT.index("eyeLookOutLeft")]["POSITION"])
    up = rest + array(left["targets"][ARKIT.index("eyeLookUpLeft")]["POSITION"])
    front = rest[:, 2].argmax()
    assert out[front, 0] > rest[front, 0] + 0.003  # the person's left is the picture's right
    assert up[front, 1] > rest[front, 1] + 0.002
    assert not array(left["targets"][ARKIT.index("eyeLookOutRight")]["POSITION"]).any()
    assert not array(left["targets"][ARKIT.index("jawOpen")]["POSITION"]).any()


def test_targets_have_arkits_names_and_materials_their_textures():
    tree = read()[0]
    assert tuple(tree["meshes"][0]["extras"]["targetNames"]) == ARKIT
    assert all(len(p["targets"]) == 52 for p in tree["meshes"][0]["primitives"])
    painted = {m["name"] for m in tree["materials"] if "baseColorTexture" in m["pbrMetallicRoughness"]}
    assert painted == {"skin", "eyes", "lashes", "hair"}
    assert len(written()) < 12e6


def test_the_same_track_gives_the_same_bytes():
    again = head_gltf(build_model("mara"), track()).glb()
    assert again == written()


def test_turns_do_not_flip_from_frame_to_frame():
    angles = np.stack([np.linspace(-3.5, 3.5, 80), np.linspace(-1, 1, 80), np.linspace(2, -2, 80)], axis=1)
    found = quaternions(angles)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert ((found[1:] * found[:-1]).sum(axis=1) > 0.9).all()


def test_a_gltf_holds_the_same_as_a_glb():
    file = GltfFile("test")
    file.array(np.arange(6, dtype=np.float32).reshape(2, 3), bounds=True)
    tree = json.loads(file.gltf())
    assert tree["buffers"][0]["uri"].startswith("data:application/octet-stream;base64,")
    assert tree["accessors"] == glb_parts(file.glb())[0]["accessors"]


def test_khronos_validator_finds_no_fault(tmp_path: Path):
    faults = validated(tmp_path, written())
    assert (faults["numErrors"], faults["numWarnings"]) == (0, 0), faults["messages"]


def validated(tmp_path: Path, data: bytes) -> dict:
    """What the Khronos validator says; the test is skipped where Node or the validator is missing."""
    node = shutil.which("node")
    if not node:
        pytest.skip("Node is not installed")
    (tmp_path / "file.glb").write_bytes(data)
    (tmp_path / "run.js").write_text(
        "const v = require('gltf-validator'); const fs = require('fs');"
        "v.validateBytes(new Uint8Array(fs.readFileSync(process.argv[2])))"
        ".then(r => console.log(JSON.stringify(r.issues)));"
    )
    roots = [os.environ.get("NODE_PATH", ""), str(Path.cwd() / "node_modules")]
    environment = {**os.environ, "NODE_PATH": os.pathsep.join(r for r in roots if r)}
    run = subprocess.run(
        [node, str(tmp_path / "run.js"), str(tmp_path / "file.glb")],
        capture_output=True,
        text=True,
        env=environment,
    )
    if "Cannot find module 'gltf-validator'" in run.stderr:
        pytest.skip("npm install gltf-validator, to have files validated")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_glasses_are_a_mesh_of_their_own_that_moves_with_the_head(tmp_path: Path):
    """Each of their points, turned by the animation of the head's node, lies where our renderer puts it."""
    model, i = build_model("edith"), 20
    data = head_gltf(model, track()).glb()
    tree, binary = glb_parts(data)
    node = next(node for node in tree["nodes"] if node["name"] == "glasses")
    head = next(node for node in tree["nodes"] if node["name"] == "head")
    assert tree["nodes"].index(node) in head["children"]
    materials = [tree["materials"][p["material"]] for p in tree["meshes"][node["mesh"]]["primitives"]]
    assert [m["name"] for m in materials] == ["frame", "glass"]
    assert materials[1]["alphaMode"] == "BLEND"
    assert materials[0]["pbrMetallicRoughness"]["baseColorFactor"][:3] == pytest.approx(model.who.frame)
    pose, pivot = track().pose[i], model.pivot / 10
    matrix, place = rotation(*pose[3:]), pivot + pose[:3]
    for primitive, drawn in zip(
        tree["meshes"][node["mesh"]]["primitives"],
        (model.glasses.points, model.glasses.lens_points),
        strict=True,
    ):
        entry = tree["accessors"][primitive["attributes"]["POSITION"]]
        start = tree["bufferViews"][entry["bufferView"]]["byteOffset"]
        points = np.frombuffer(binary, np.float32, entry["count"] * 3, start).reshape(-1, 3)
        ours = (drawn - model.pivot) @ matrix.T + model.pivot + pose[:3] * 10
        assert np.abs(points @ matrix.T + place - ours / 10).max() < 1e-5
    faults = validated(tmp_path, data)
    assert (faults["numErrors"], faults["numWarnings"]) == (0, 0), faults["messages"]


def test_who_wears_no_glasses_has_none_in_the_file():
    assert "glasses" not in {node["name"] for node in read()[0]["nodes"]}
