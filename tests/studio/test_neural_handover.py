from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from generators.base import FaceRequest, FaceTrack, Job
from generators.face.avatar import Avatar
from generators.face.head import Head
from generators.face.neural.handover import FACE_SIDE, pose_picture
from studio.media_files import film_frames, film_rate
from studio.neural_handover import write_handover

SIZE = (192, 192)


@cache
def track(emotion: str = "surprise") -> FaceTrack:
    request = FaceRequest(Conditioning.of(Emotion.of(emotion)), 1.0, fps=5.0, size=SIZE, character="mara")
    made = Head().generate(request)
    pictures = list(made.frames())
    return FaceTrack(made.times, made.arkit, made.pose, SIZE, lambda: iter(pictures), ())


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    return write_handover(tmp_path_factory.mktemp("take") / "take.wan", track(), 5.0, Job())


def test_face_and_pose_are_of_equal_length_and_the_sizes_that_are_taken(files):
    face, pose = (list(film_frames(f)) for f in files[:2])
    assert len(face) == len(pose) == 5
    assert face[0].shape == (FACE_SIDE, FACE_SIDE, 3)
    assert pose[0].shape == (*SIZE[::-1], 3)
    assert film_rate(files[0]) == 5.0
    with Image.open(files[2]) as reference:
        assert reference.size == SIZE


def test_the_face_fills_its_picture_and_the_pose_is_sticks_on_black(files):
    from studio.judges.landmarks import LandmarkFinder

    face, pose = next(film_frames(files[0])), next(film_frames(files[1]))
    points = LandmarkFinder().find(face).points
    tall = np.linalg.norm(points[10] - points[152]) / FACE_SIDE
    assert 0.5 < tall < 0.85
    assert np.abs(points[[10, 152], :2].mean(axis=0) / FACE_SIDE - 0.5).max() < 0.12
    assert (pose.max(axis=-1) < 30).mean() > 0.8
    assert (pose.max(axis=-1) > 120).sum() > 60


def test_sticks_join_their_points_in_openposes_colours():
    names = (
        "nose",
        "neck",
        "right eye",
        "left eye",
        "right ear",
        "left ear",
        "right shoulder",
        "left shoulder",
    )
    places = ((50, 40), (50, 70), (44, 34), (56, 34), (38, 36), (62, 36), (20, 80), (80, 80))
    body = {name: np.array(place, float) for name, place in zip(names, places, strict=True)}
    picture = pose_picture(body, (100, 100))
    assert picture[55, 50].argmax() == 2  # nose to neck is blue
    assert picture[75, 35].argmax() == 0  # neck to right shoulder is red
    assert picture[40, 50].min() > 200  # points are white


def test_a_drawn_character_that_is_not_seen_is_told(tmp_path):
    blank = FaceTrack(np.arange(3) / 5, np.zeros((3, 52)), np.zeros((3, 6)), SIZE, lambda: iter([np.zeros((192, 192, 4), np.uint8)] * 3), ())  # fmt: skip
    with pytest.raises(RequestError, match="No face is seen"):
        write_handover(tmp_path / "x.wan", blank, 5.0, Job())
    odd = Avatar().generate(FaceRequest(Conditioning.of(Emotion.of("joy")), 0.4, size=(100, 100)))
    with pytest.raises(RequestError, match="100 by 100"):
        write_handover(tmp_path / "y.wan", odd, 5.0, Job())


@pytest.mark.slow
def test_wan_animate_takes_it_and_its_picture_follows_our_face(files, tmp_path):
    import diffusers
    import torch
    from factories.wan_animate import build_wan_animate

    torch.set_num_threads(1)
    pipeline = diffusers.WanAnimatePipeline.from_pretrained(build_wan_animate(tmp_path / "tiny"))
    pipeline.set_progress_bar_config(disable=True)
    pose = [Image.fromarray(p) for p in film_frames(files[1])]
    ours = [Image.fromarray(p) for p in film_frames(files[0])]
    still = [ours[0]] * len(ours)
    with Image.open(files[2]) as image:
        reference = image.convert("RGB")

    def made(face: list[Image.Image]) -> np.ndarray:
        return pipeline(
            image=reference, pose_video=pose, face_video=face, prompt="a person speaks", height=32, width=32,
            segment_frame_length=5, num_inference_steps=2, generator=torch.Generator().manual_seed(0), output_type="np",
        ).frames[0]  # fmt: skip

    first, again, other = made(ours), made(ours), made(still)
    assert first.shape == (5, 32, 32, 3)
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 1e-4
