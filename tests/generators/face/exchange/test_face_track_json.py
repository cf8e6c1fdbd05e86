from __future__ import annotations

import json

import numpy as np
import pytest

from conditioning.errors import InputFileError
from generators.base import ARKIT
from generators.face.exchange.track_json import read_track_json, track_json

RNG = np.random.default_rng(3)
ARKIT_ROWS, POSE = RNG.uniform(0, 1, (4, 52)), RNG.normal(0, 0.1, (4, 6))
TEXT = track_json(np.arange(4) / 30, ARKIT_ROWS, POSE, 30.0)


def test_what_is_written_is_read_back_with_the_heads_place():
    take = read_track_json(TEXT, "face.json")
    assert np.abs(take.arkit - ARKIT_ROWS).max() < 1e-6
    assert np.abs(take.pose - POSE).max() < 1e-6
    assert np.abs(take.times - np.arange(4) / 30).max() < 1e-6


def test_it_names_its_shapes_and_they_may_stand_in_any_order():
    data = json.loads(TEXT)
    assert tuple(data["shapes"]) == ARKIT
    data["shapes"].reverse()
    for frame in data["track"]:
        frame["weights"].reverse()
    assert np.allclose(read_track_json(json.dumps(data), "x").arkit, ARKIT_ROWS, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t[:-30], "Line .* of face.json is no JSON"),
        (lambda t: "[]", "no face track"),
        (lambda t: t.replace('"version": 1', '"version": 9'), "the version 9"),
        (lambda t: t.replace("jawOpen", "jaw"), "ARKit's 52 shapes"),
        (
            lambda t: _changed(t, lambda d: d["track"][2]["weights"].pop()),
            "Frame 3 of face.json has no 52 numbers",
        ),
        (lambda t: _changed(t, lambda d: d["track"][1].pop("pose")), "Frame 2 of face.json has no 6 numbers"),
        (lambda t: _changed(t, lambda d: d["track"].reverse()), "Frame 2 of face.json is not later"),
        (lambda t: _changed(t, lambda d: d["track"].clear()), "no frames"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(change, told):
    with pytest.raises(InputFileError, match=told):
        read_track_json(change(TEXT), "face.json")


def _changed(text, change):
    data = json.loads(text)
    change(data)
    return json.dumps(data)
