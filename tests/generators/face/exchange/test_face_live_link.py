from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.errors import InputFileError
from generators.base import ARKIT
from generators.face.exchange.live_link import (
    LIVE_LINK_ANGLES,
    LIVE_LINK_SHAPES,
    eye_angles,
    live_link_text,
    read_live_link,
    timecode,
)


def moving(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pose = rng.normal(0, 0.2, (count, 6))
    pose[:, :3] = 0
    return rng.uniform(0, 1, (count, 52)), pose


def text(count: int = 5, fps: float = 25.0, start: float = 0.0) -> str:
    arkit, pose = moving(count)
    return live_link_text(start + np.arange(count) / fps, arkit, pose, fps)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 90), st.sampled_from([24.0, 25.0, 30.0, 50.0, 60.0]), st.floats(0, 4000))
def test_what_is_written_is_read_back(count, fps, start):
    arkit, pose = moving(count, count)
    written = live_link_text(start + np.arange(count) / fps, arkit, pose, fps)
    take = read_live_link(written, "take.csv", fps)
    assert np.abs(take.arkit - arkit).max() < 1e-6
    assert np.abs(take.pose - pose).max() < 1e-6
    assert np.abs(take.times - np.arange(count) / fps).max() < 2e-3 / fps + 1e-6


def test_the_header_is_the_apps():
    head = text().splitlines()[0].split(",")
    assert head[:4] == ["Timecode", "BlendshapeCount", "EyeBlinkLeft", "EyeLookDownLeft"]
    assert head[15:20] == ["EyeWideRight", "JawForward", "JawRight", "JawLeft", "JawOpen"]
    assert tuple(head[-9:]) == LIVE_LINK_ANGLES
    assert len(head) == 63
    assert text().splitlines()[1].split(",")[1] == "61"
    assert sorted(LIVE_LINK_SHAPES) == sorted(ARKIT)


def test_the_rate_is_found_where_a_second_is_crossed():
    for fps in (24.0, 30.0, 60.0):
        take = read_live_link(text(150, fps, 3.0), "take.csv")
        assert take.times[1] == pytest.approx(1 / fps, abs=1e-4)


def test_columns_are_known_by_name_in_any_order_and_case():
    rows = [line.split(",") for line in text().splitlines()]
    turned = "\n".join(",".join([row[0].lower() if row is rows[0] else row[0], *row[:0:-1]]) for row in rows)
    assert np.allclose(read_live_link(turned, "t.csv").arkit, moving(5)[0], atol=1e-6)


def test_the_studios_older_layout_is_read_with_its_place():
    arkit, pose = moving(3)
    pose[:, 0] = 0.01
    head = ["seconds", *ARKIT, "headX", "headY", "headZ", "headPitch", "headYaw", "headRoll"]
    rows = [
        [f"{t / 25:.3f}", *map(str, a), *map(str, p)] for t, a, p in zip(range(3), arkit, pose, strict=True)
    ]
    take = read_live_link("\n".join(",".join(row) for row in [head, *rows]), "face.csv")
    assert np.allclose(take.pose, pose)
    assert np.allclose(take.arkit, arkit)


def test_eyes_looking_to_the_pictures_right_have_positive_yaw():
    weights = np.zeros((1, 52))
    weights[0, ARKIT.index("eyeLookOutLeft")] = weights[0, ARKIT.index("eyeLookInRight")] = 1.0
    yaw_left, _, _, yaw_right, _, _ = eye_angles(weights)[0]
    assert yaw_left == yaw_right > 0.3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: "", "is empty"),
        (lambda t: t.replace("JawOpen", "Jaw"), "Line 1 of take.csv has no column jawOpen"),
        (lambda t: t.replace("Timecode", "Clock"), "neither Timecode nor seconds"),
        (lambda t: t.splitlines()[0], "no line below its first"),
        (lambda t: t.replace("00:00:00:01.000", "one"), "Line 3 of take.csv: 'one' is no timecode"),
        (lambda t: t.replace("00:00:00:02.000", "00:00:00:00.500"), "Line 4 of take.csv is not later"),
        (lambda t: _cell(t, 3, 10, "much"), "Line 4 of take.csv: 'much' is no number"),
        (lambda t: _cell(t, 3, 10, "nan"), "Line 4 of take.csv: 'nan' is no number"),
        (lambda t: _cell(t, 2, 2, "1.7"), "Line 3 of take.csv: eyeBlinkLeft is 1.7"),
        (lambda t: t + "00:00:09:00.000,61\n", "Line 7 of take.csv has 2 columns, the first has 63"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(change, told):
    with pytest.raises(InputFileError, match=told) as caught:
        read_live_link(change(text()), "take.csv")
    assert caught.value.remedy


def _cell(whole: str, row: int, column: int, value: str) -> str:
    rows = [line.split(",") for line in whole.splitlines()]
    rows[row][column] = value
    return "\n".join(",".join(row) for row in rows)


@given(st.floats(0, 80_000), st.sampled_from([24.0, 25.0, 29.97, 60.0]))
def test_a_timecodes_frame_is_below_its_rate(seconds, fps):
    whole, frames = timecode(seconds, fps).rsplit(":", 1)
    hours, minutes, rest = map(int, whole.split(":"))
    assert float(frames) < fps
    assert hours * 3600 + minutes * 60 + rest + float(frames) / fps == pytest.approx(
        seconds, abs=1e-3 / fps + 1e-6
    )
