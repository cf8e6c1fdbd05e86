from __future__ import annotations

import io
import threading

import numpy as np
import pytest
from PIL import Image

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, OutputError, RequestError
from generators.base import FaceRequest, FaceTrack, Job
from generators.face.avatar import Avatar
from generators.face.exchange.live_link import read_live_link
from generators.face.exchange.track_json import read_track_json
from studio.face_files import FACE_ENDINGS, face_ending, write_face_file
from studio.moving_gif import write_gif
from studio.tracks import write_face

FPS = 25.0


def track(count: int = 12, side: int = 64) -> FaceTrack:
    request = FaceRequest(Conditioning.of(Emotion.of("surprise")), count / FPS, size=(side, side))
    return Avatar().generate(request)


def write(path, made=None, character=""):
    return write_face_file(path, made or track(), FPS, character, Job())


@pytest.mark.parametrize("ending", [".webp", ".png"])
def test_moving_pictures_keep_colours_and_alpha_as_drawn(tmp_path, ending):
    made = track()
    (path,) = write(tmp_path / f"face{ending}", made)
    with Image.open(path) as image:
        assert image.n_frames == 12
        assert image.info.get("loop") == 0
        for i, wanted in enumerate(made.frames()):
            image.seek(i)
            found = np.asarray(image.convert("RGBA"))
            assert np.array_equal(found[..., 3], wanted[..., 3])
            seen = wanted[..., 3] > 0
            assert np.array_equal(found[seen], wanted[seen])


def test_a_gif_moves_is_transparent_and_keeps_time(tmp_path):
    made = track()
    (path,) = write(tmp_path / "face.gif", made)
    with Image.open(path) as image:
        assert image.n_frames == 12
        assert image.info["loop"] == 0
        assert image.info["duration"] == 40
        for i, wanted in enumerate(made.frames()):
            image.seek(i)
            found = np.asarray(image.convert("RGBA"))
            assert np.array_equal(found[..., 3] > 0, wanted[..., 3] >= 128)
            inner = wanted[..., 3] == 255
            assert np.abs(found[inner].astype(int) - wanted[inner]).mean() < 4


def test_a_gifs_rounded_times_do_not_add_up_an_error():
    out, picture = io.BytesIO(), np.zeros((8, 8, 4), np.uint8)
    pictures = []
    for i in range(60):
        picture = picture.copy()
        picture[i % 8, i // 8] = 255
        pictures.append(picture)
    assert write_gif(out, pictures, 30.0) == 60
    with Image.open(out) as image:
        total = 0
        for i in range(60):
            image.seek(i)
            total += image.info["duration"]
    assert total == 2000


def test_a_picture_a_frame_has_alpha_and_a_number(tmp_path):
    files = write(tmp_path / "frame_%03d.png", track(3))
    assert [f.name for f in files] == ["frame_000.png", "frame_001.png", "frame_002.png"]
    for file, wanted in zip(files, track(3).frames(), strict=True):
        assert np.array_equal(np.asarray(Image.open(file)), wanted)


def test_curves_are_read_back(tmp_path):
    made = track()
    (csv,), (json,) = write(tmp_path / "face.csv", made), write(tmp_path / "face.json", made)
    for take in (read_live_link(csv.read_text(), "face.csv"), read_track_json(json.read_text(), "face.json")):
        assert np.abs(take.arkit - made.arkit).max() < 1e-6
        assert np.abs(take.pose[:, 3:] - made.pose[:, 3:]).max() < 1e-6
        assert np.abs(take.times - made.times).max() < 1e-4


def test_the_curves_beside_a_film_are_live_links(tmp_path):
    made = track()
    write_face(tmp_path / "face.csv", made)
    assert np.abs(read_live_link((tmp_path / "face.csv").read_text(), "x").arkit - made.arkit).max() < 1e-6


def test_only_the_head_has_a_mesh(tmp_path):
    with pytest.raises(RequestError, match="mesh"):
        write(tmp_path / "face.glb")
    assert not list(tmp_path.iterdir())


def test_a_cancel_leaves_nothing_behind(tmp_path):
    cancel = threading.Event()
    cancel.set()
    for name in ("face.gif", "face.webp", "face.png"):
        with pytest.raises(Cancelled):
            write_face_file(tmp_path / name, track(), FPS, "", Job(cancel=cancel))
    assert not list(tmp_path.iterdir())


def test_wrong_names_and_places_are_told(tmp_path):
    with pytest.raises(RequestError, match=r"face\.doc"):
        write(tmp_path / "face.doc")
    with pytest.raises(OutputError):
        (tmp_path / "face.gif").mkdir()
        write(tmp_path / "face.gif")
    assert {face_ending(tmp_path / f"x{e.upper()}") for e in FACE_ENDINGS} == set(FACE_ENDINGS)


def test_the_same_track_gives_the_same_bytes(tmp_path):
    for name in ("a.gif", "a.webp", "a.png", "a.vrma"):
        first = write(tmp_path / name)[0].read_bytes()
        assert write(tmp_path / name)[0].read_bytes() == first
