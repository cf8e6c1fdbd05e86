from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, InputFileError, RequestError
from external.landmarker import BLENDSHAPES, FaceMarks, LandmarkFinder
from generators.base import ARKIT, FaceRequest, Job, Phone
from generators.face.photo.engine import Photo
from generators.face.photo.folds import fold_share, without_folds
from generators.face.photo.movement import Mover, already_felt
from generators.face.photo.points import CONTOURS, MOUTH
from generators.face.photo.portrait import Portrait, find_portrait
from generators.face.photo.renderer import PhotoRenderer
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.tables import shape_vector, visemes

SIZE = 256
STILL = np.zeros(6)
PLAIN = np.zeros(len(ARKIT))
GREY = 150


@cache
def picture(**shapes: float) -> np.ndarray:
    """A drawn head over a striped wall, so that a wall that moves is seen, uint8 RGB."""
    drawn = Renderer(build_model("mara"), (SIZE, SIZE)).draw(shape_vector(shapes), STILL, 0.5).astype(float)
    alpha = drawn[..., 3:] / 255
    wall = np.full((SIZE, SIZE, 3), GREY) + 20 * (np.arange(SIZE) // 16 % 2)[None, :, None]
    return np.ascontiguousarray((drawn[..., :3] * alpha + wall * (1 - alpha)).astype(np.uint8))


@cache
def portrait() -> Portrait:
    return find_portrait(picture(), "mara")


@cache
def renderer() -> PhotoRenderer:
    return PhotoRenderer(portrait(), (SIZE, SIZE))


@cache
def finder() -> LandmarkFinder:
    return LandmarkFinder()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portraits") / "mara.png"
    Image.fromarray(picture()).save(path)
    return path


def saved(tmp_path: Path, pixels: np.ndarray) -> str:
    path = tmp_path / "given.png"
    Image.fromarray(pixels).save(path)
    return str(path)


def request(**rest: object) -> FaceRequest:
    asked = {"duration": 0.16, "size": (128, 128)} | rest
    return FaceRequest(Conditioning.of(Emotion.of("joy")), **asked)  # type: ignore[arg-type]


def seen(pixels: np.ndarray) -> FaceMarks:
    marks = finder().find(np.ascontiguousarray(pixels[..., :3]))
    assert marks is not None
    return marks


def height(points: np.ndarray, row: str) -> float:
    return float(points[MOUTH[row][1:-1], 1].mean())


def eye_opening(points: np.ndarray, side: str) -> float:
    return float((points[CONTOURS[f"{side}_lower"]] - points[CONTOURS[f"{side}_upper"]])[2:7, 1].mean())


def test_a_face_at_rest_is_shown_as_it_was() -> None:
    shown = renderer().draw(PLAIN, STILL)[..., :3].astype(float)
    given = renderer().portrait.picture.astype(float)
    assert np.abs(shown - given).mean() < 1.0
    assert np.quantile(np.abs(shown - given), 0.995) < 25


def test_the_wall_far_from_the_head_stays_still() -> None:
    turned = np.array([0.01, 0.0, 0.0, 0.15, 0.3, 0.2])
    shown = renderer().draw(shape_vector({"jawOpen": 1.0}), turned)[..., :3]
    still = renderer().portrait.picture
    for corner in (np.s_[:12, :12], np.s_[:12, -12:]):
        assert (shown[corner] == still[corner]).all()


@pytest.mark.parametrize(
    ("shape", "measure"),
    [
        ("jawOpen", lambda p: height(p, "inner_lower") - height(p, "inner_upper")),
        ("browInnerUp", lambda p: -p[[55, 285, 107, 336], 1].mean()),
        ("browDown", lambda p: p[[55, 285, 107, 336], 1].mean()),
        ("mouthSmile", lambda p: p[[13, 14], 1].mean() - p[[61, 291], 1].mean()),
        ("mouthFrown", lambda p: p[[61, 291], 1].mean() - p[[13, 14], 1].mean()),
        ("mouthPucker", lambda p: -(p[291, 0] - p[61, 0])),
        ("eyeBlink", lambda p: -eye_opening(p, "left") - eye_opening(p, "right")),
    ],
)
def test_each_shape_moves_the_landmarks_its_way_and_farther_the_stronger(shape: str, measure) -> None:  # type: ignore[no-untyped-def]
    path = [measure(seen(renderer().draw(shape_vector({shape: w}), STILL)).points) for w in (0.0, 0.5, 1.0)]
    unit = renderer().portrait.fit.scale
    assert path[0] + 0.015 * unit < path[1] + 0.005 * unit < path[2]


@pytest.mark.parametrize(
    "also", [{}, {"eyeWide": 1.0}, {"eyeSquint": 1.0, "cheekSquint": 1.0}, {"browInnerUp": 1.0}]
)
def test_a_blink_brings_the_lids_together_at_every_point(also: dict[str, float]) -> None:
    mover = renderer().mover
    moved = mover.moved(shape_vector({"eyeBlink": 1.0, **also}), STILL)
    for side in ("right", "left"):
        upper, lower = moved[CONTOURS[f"{side}_upper"]], moved[CONTOURS[f"{side}_lower"]]
        assert np.abs(upper - lower).max() < 1e-6


def test_a_closed_eye_shows_no_iris_and_no_white() -> None:
    closed = renderer().draw(shape_vector({"eyeBlink": 1.0}), STILL)[..., :3].astype(float)
    points, unit = renderer().portrait.points, renderer().portrait.fit.scale
    cheek = closed[tuple(points[205, 1::-1].astype(int))]
    for iris in (468, 473):
        x, y = points[iris, :2]
        around = closed[
            int(y - 0.08 * unit) : int(y + 0.08 * unit), int(x - 0.08 * unit) : int(x + 0.08 * unit)
        ]
        green = around[..., 1] - around[..., 0]  # the character's eyes are green, skin is not
        assert green.max() < 5
        assert around.mean() < cheek.mean() + 15


@pytest.mark.parametrize("name", ["PP"])
def test_lips_meet_where_they_must(name: str) -> None:
    weights = visemes().by_name[name].target
    moved = renderer().mover.moved(weights, STILL)
    gap = (moved[MOUTH["inner_lower"]] - moved[MOUTH["inner_upper"]])[:, 1] / renderer().portrait.fit.scale
    assert gap.max() < 0.02
    assert gap.min() > -1e-3


def test_a_smile_is_relaxed_first() -> None:
    smiling = find_portrait(
        picture(mouthSmile=0.9, mouthUpperUp=0.4, mouthLowerDown=0.3, jawOpen=0.1), "smiling"
    )
    shown = seen(PhotoRenderer(smiling, (SIZE, SIZE)).draw(PLAIN, STILL))

    def corners(points: np.ndarray) -> float:
        return float(points[[13, 14], 1].mean() - points[[61, 291], 1].mean())

    before, after, rest = (corners(p) for p in (smiling.points, shown.points, portrait().points))
    assert abs(after - rest) < 0.4 * abs(before - rest)
    smile = [BLENDSHAPES.index(f"mouthSmile{side}") for side in ("Left", "Right")]
    assert shown.blendshapes[smile].max() < 0.6 * smiling.blendshapes[smile].min()
    mover = PhotoRenderer(smiling, (SIZE, SIZE)).mover
    lips = mover.relaxed[MOUTH["inner_upper"]] - mover.relaxed[MOUTH["inner_lower"]]
    assert mover.parted > 0.02
    assert np.abs(lips).max() < 1e-6


def test_only_what_exceeds_faces_at_rest_is_relaxed() -> None:
    assert not already_felt({"mouthSmileLeft": 0.02, "eyeBlinkLeft": 0.9, "eyeLookUpLeft": 0.9}).any()
    assert already_felt({"mouthSmileLeft": 1.0})[ARKIT.index("mouthSmileLeft")] == pytest.approx(1.0)


def test_teeth_show_behind_an_open_mouth() -> None:
    shapes = shape_vector({"jawOpen": 0.35, "mouthUpperUp": 0.8, "mouthSmile": 0.6})
    marks = renderer().mover.moved(shapes, STILL)
    shown = renderer().draw(shapes, STILL)[..., :3].astype(float)
    x = int(marks[13, 0])
    column = shown[int(marks[13, 1]) : int(marks[14, 1]) + 1, x]
    assert column.max() > column.min() + 60  # teeth against the dark of the mouth


@pytest.mark.parametrize(("axis", "sign"), [(4, 1), (4, -1), (3, 1), (3, -1)])
def test_the_head_turns_the_way_the_track_says(axis: int, sign: int) -> None:
    pose = STILL.copy()
    pose[axis] = sign * 0.2
    nose, brow = (
        seen(renderer().draw(PLAIN, pose)).points[i] - seen(renderer().draw(PLAIN, STILL)).points[i]
        for i in (1, 10)
    )
    moved = nose[0] if axis == 4 else -nose[1]
    assert sign * moved > 0.03 * renderer().portrait.fit.scale
    if axis == 4:
        assert sign * (nose[0] - brow[0]) > 0  # what is nearer moves farther


def test_the_iris_looks_where_the_track_says() -> None:
    away = renderer().draw(shape_vector({"eyeLookOutLeft": 0.8, "eyeLookInRight": 0.8}), STILL)
    shift = seen(away).points[[468, 473], 0] - seen(renderer().draw(PLAIN, STILL)).points[[468, 473], 0]
    assert shift.min() > 0.03 * renderer().portrait.fit.scale


def test_neighbouring_weights_give_neighbouring_pictures() -> None:
    weights = shape_vector({"jawOpen": 0.5, "mouthSmile": 0.5})
    one, two = (renderer().draw(w, STILL).astype(float) for w in (weights, weights * 1.01))
    assert np.abs(one - two).mean() < 0.5


def test_the_same_request_gives_the_same_bytes(file: Path) -> None:
    asked = request(phones=(Phone("ɑ", 0.02, 0.12, 1),), job=Job(3))
    track = Photo(str(file)).generate(asked)
    first, second = ([f.tobytes() for f in track.frames()] for _ in range(2))
    assert first == second
    assert len(first) == len(track.times) == 4
    assert track.arkit.shape == (4, 52)


def test_pictures_are_opaque_and_of_the_size_asked(file: Path) -> None:
    (frame, *_) = Photo(str(file)).generate(request(size=(160, 96))).frames()
    assert frame.shape == (96, 160, 4)
    assert frame.dtype == np.uint8
    assert (frame[..., 3] == 255).all()


def test_a_cancelled_job_stops_between_pictures(file: Path) -> None:
    job = Job(cancel=threading.Event())
    frames = Photo(str(file)).generate(request(job=job)).frames()
    next(frames)
    job.cancel.set()
    with pytest.raises(Cancelled):
        next(frames)


def test_without_a_portrait_it_says_how_to_name_one() -> None:
    with pytest.raises(RequestError, match=r"photo:me\.jpg"):
        Photo().generate(request())


def test_a_missing_portrait_is_told() -> None:
    with pytest.raises(InputFileError, match="missing"):
        Photo("nowhere.jpg").generate(request())


def test_a_file_that_is_no_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "me.jpg"
    path.write_text("hello")
    with pytest.raises(InputFileError, match="cannot be read as a picture"):
        Photo(str(path)).generate(request())


def test_a_picture_without_a_face_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no face"):
        Photo(saved(tmp_path, np.full((200, 200, 3), 90, np.uint8))).generate(request())


def test_two_faces_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="2 faces"):
        Photo(saved(tmp_path, np.hstack([picture(), picture()]))).generate(request())


def test_a_tiny_face_is_told(tmp_path: Path) -> None:
    small = cv2.resize(picture(), (80, 80), interpolation=cv2.INTER_AREA)
    with pytest.raises(InputFileError, match="tiny"):
        Photo(saved(tmp_path, small)).generate(request())


def test_a_face_turned_aside_is_told() -> None:
    pose = STILL.copy()
    pose[4] = 0.9
    drawn = Renderer(build_model("mara"), (SIZE, SIZE)).draw(PLAIN, pose, 0.5)
    alpha = drawn[..., 3:] / 255
    aside = (drawn[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
    with pytest.raises(InputFileError, match="side"):
        find_portrait(np.ascontiguousarray(aside), "aside")


def test_closed_eyes_are_told() -> None:
    with pytest.raises(InputFileError, match="closed"):
        find_portrait(picture(eyeBlink=1.0), "asleep")


def test_the_engine_describes_itself_without_a_portrait() -> None:
    told = Photo().describe()
    assert told.name == "face=photo"
    assert told.needs


def test_moving_twice_starts_from_the_same_face() -> None:
    mover: Mover = renderer().mover
    before = mover.moved(PLAIN, STILL)
    mover.moved(shape_vector({"jawOpen": 1.0, "eyeBlink": 1.0}), STILL)
    assert (mover.moved(PLAIN, STILL) == before).all()


def test_folds_of_a_smile_are_softened_and_pores_are_left() -> None:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:120, :120]
    pores = 6 * rng.standard_normal((120, 120))
    fold = -30 * np.exp(-(((x - 60) / 2.0) ** 2))
    skin = np.clip(160 + fold + pores, 0, 255).astype(np.uint8)
    places = np.stack([x, y], axis=-1).astype(np.float32)
    soft = without_folds(np.repeat(skin[..., None], 3, axis=2), places, np.ones((144, 144), np.float32), 80.0)
    dip = [float(np.median(s[:, 30:40]) - np.median(s[:, 59:62])) for s in (skin, soft[..., 0])]
    assert dip[1] < 0.5 * dip[0]
    assert soft[:, 20:40, 0].std() > 0.6 * skin[:, 20:40].std()


def test_a_face_at_rest_has_no_folds_to_soften() -> None:
    assert not fold_share(PLAIN).any()
