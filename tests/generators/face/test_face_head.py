from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from factories.fresh_python import loaded

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, RequestError, UnknownNameError
from generators import registry
from generators.base import ARKIT, FaceRequest, Job, Phone
from generators.face.characters import character_names
from generators.face.head import Head
from generators.face.render.mesh import HeadMesh
from generators.face.render.model import HeadModel, build_model
from generators.face.render.renderer import Renderer

SIZE = (128, 128)
PHONES = (Phone("h", 0.1, 0.2), Phone("ɑ", 0.2, 0.4, 1), Phone("m", 0.4, 0.5))


def request(emotion: str = "joy", duration: float = 0.2, **rest: object) -> FaceRequest:
    return FaceRequest(Conditioning.of(Emotion.of(emotion)), duration, size=SIZE, **rest)  # type: ignore[arg-type]


@cache
def model(name: str = "mara") -> HeadModel:
    return build_model(name)


@cache
def renderer(name: str = "mara") -> Renderer:
    return Renderer(model(name), SIZE)


def held(emotion: str) -> np.ndarray:
    """Shapes of an emotion held, without blink or gaze."""
    weights = Head().generate(request(emotion, 1.6)).arkit[-1].copy()
    weights[[i for i, name in enumerate(ARKIT) if name.startswith(("eyeLook", "eyeBlink"))]] = 0
    return weights


def corner_vertices(mesh: HeadMesh) -> np.ndarray:
    """The outermost vertices of the lips, left and right."""
    lips = np.flatnonzero(mesh.lips > 0.6)
    return lips[np.argsort(mesh.base[lips, 0])[[0, 1, -2, -1]]]


def brow_vertices(mesh: HeadMesh) -> np.ndarray:
    """Vertices under the inner ends of the brows."""
    x, y, z = mesh.base[: mesh.surface].T / mesh.unit
    return np.flatnonzero((np.abs(np.abs(x) - 0.14) < 0.04) & (np.abs(y - 0.15) < 0.05) & (z > 0.6))


def height(vertices: np.ndarray, emotion: str) -> float:
    """Mean height in pixels above the bottom of vertices in the picture of an emotion."""
    places = renderer().landmarks(held(emotion), np.zeros(6), vertices)
    return float(SIZE[1] - places[:, 1].mean())


def test_the_engine_is_found_by_its_name_and_describes_its_characters() -> None:
    engine = registry.load("face=head")
    description = engine.describe()
    assert description.name == "face=head"
    assert description.options == character_names()
    assert len(description.options) >= 2


def test_generate_gives_a_track_of_the_asked_length_and_size() -> None:
    track = Head().generate(request(duration=0.2, phones=PHONES))
    pictures = list(track.frames())
    assert len(pictures) == len(track.times) == 5
    assert all(p.shape == (128, 128, 4) and p.dtype == np.uint8 for p in pictures)
    assert track.times[0] == 0
    assert track.times[-1] == pytest.approx(0.16)


def test_frames_can_be_read_again_with_the_same_bytes() -> None:
    track = Head().generate(request(duration=0.12))
    first = [p.tobytes() for p in track.frames()]
    assert [p.tobytes() for p in track.frames()] == first


def test_the_background_is_transparent_and_the_face_is_opaque() -> None:
    picture = next(Head().generate(request()).frames())
    alpha = picture[..., 3]
    assert (alpha[:40, :15] == 0).all()
    assert (alpha[50:80, 50:78] == 255).all()
    assert 0.3 < (alpha == 255).mean() < 0.8


def test_edges_carry_the_colour_of_hair_and_cloth_not_of_a_background() -> None:
    picture = renderer().draw(np.zeros(52), np.zeros(6), 0.5)
    edge = (picture[..., 3] > 0) & (picture[..., 3] < 255)
    edge[100:] = False  # above the shoulders only hair and neck border the air
    assert edge.sum() > 40
    assert np.median(picture[edge][:, :3].max(axis=1)) < 120


def test_two_emotions_give_different_pictures() -> None:
    joy, sadness = (renderer().draw(held(e), np.zeros(6), 0.5) for e in ("joy", "sadness"))
    assert (np.abs(joy.astype(int) - sadness).max(axis=2) > 20).mean() > 0.02


def test_mouth_corners_are_higher_in_joy_than_in_sadness() -> None:
    corners = corner_vertices(model().mesh)
    assert height(corners, "joy") > height(corners, "neutral") + 1 > height(corners, "sadness") + 2


def test_inner_brows_are_high_in_sadness_and_low_in_anger() -> None:
    brows = brow_vertices(model().mesh)
    assert len(brows) > 4
    assert height(brows, "sadness") > height(brows, "neutral") + 0.5
    assert height(brows, "neutral") > height(brows, "anger") + 0.5


def test_the_drawn_lips_part_in_an_open_vowel_and_meet_in_m() -> None:
    track = Head().generate(request("neutral", 0.6, phones=PHONES))
    vowel, lips = (int(np.abs(track.times - t).argmin()) for t in (0.3, 0.45))
    mouth = slice(78, 98), slice(48, 80)

    def dark(frame: int) -> float:
        picture = renderer().draw(track.arkit[frame], np.zeros(6), 0.5)[mouth]
        return float((picture[..., :3].sum(axis=2) < 230).mean())

    assert dark(vowel) > dark(lips) + 0.02


def test_a_blink_covers_the_iris() -> None:
    closed = np.zeros(52)
    closed[[ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]] = 0.97
    eyes = slice(50, 66), slice(40, 88)
    opened, shut = (renderer().draw(w, np.zeros(6), 0.5)[eyes].astype(int) for w in (np.zeros(52), closed))

    def greenish(picture: np.ndarray) -> int:  # Mara's eyes are green, nothing else in the strip is
        return int((picture[..., 1] > picture[..., 0] + 4).sum())

    assert greenish(opened) > 10
    assert greenish(shut) <= 1


def test_the_head_turns_to_the_side_that_the_pose_says() -> None:
    pose = np.zeros(6)
    pose[4] = 0.35
    nose = np.array([int(np.argmax(model().mesh.base[: model().mesh.surface, 2]))])
    straight, turned = (renderer().landmarks(np.zeros(52), p, nose)[0] for p in (np.zeros(6), pose))
    assert turned[0] > straight[0] + 3


def test_another_character_looks_different() -> None:
    mara, jonas = (renderer(n).draw(np.zeros(52), np.zeros(6), 0.5).astype(int) for n in ("mara", "jonas"))
    assert (np.abs(mara - jonas).max(axis=2) > 30).mean() > 0.1


def test_any_shape_of_picture_is_filled_from_the_bottom() -> None:
    track = Head().generate(replace(request(duration=0.04), size=(96, 160)))
    picture = next(track.frames())
    assert picture.shape == (160, 96, 4)
    assert picture[:40, :, 3].max() == 0
    assert picture[-1, 30:66, 3].min() == 255


def test_cancel_stops_the_drawing() -> None:
    stop = threading.Event()
    frames = Head().generate(request(duration=1.0, job=Job(cancel=stop))).frames()
    next(frames)
    stop.set()
    with pytest.raises(Cancelled):
        next(frames)


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[float, float, str]] = []
    job = Job(progress=lambda done, total, what: seen.append((done, total, what)))
    list(Head().generate(request(duration=0.12, job=job)).frames())
    assert seen[-1][:2] == (3, 3)
    assert {what for *_, what in seen} >= {"drawing the face", "moving the face"}


def test_a_silent_face_says_that_nothing_was_to_be_said() -> None:
    aspects = {a.name: a for a in Head().generate(request()).fulfilment}
    assert aspects["emotion"].status == "honoured"
    assert aspects["lip sync"].status == "ignored"
    assert aspects["lip sync"].why


@pytest.mark.parametrize(
    "wrong",
    [{"size": (4, 4)}, {"size": (128, 9000)}, {"fps": 0.0}, {"duration": 0.0}, {"duration": float("nan")}],
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        Head().generate(replace(request(), **wrong))  # type: ignore[arg-type]


def test_an_unknown_character_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="mara"):
        Head().generate(request(character="marra"))


def test_describing_loads_no_compiler() -> None:
    code = "from generators.face.head import Head; Head().describe()"
    assert loaded(code, ("numba", "cv2")) == []
