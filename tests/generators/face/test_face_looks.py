"""How characters of the head look: their spread, sliders, own characters, cameras, light, and what feeling does to skin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import RequestError, UnknownNameError
from generators.base import ARKIT, FaceRequest
from generators.face.character_table import GLASSES, STYLES
from generators.face.characters import character, character_names, own_character
from generators.face.head import Head
from generators.face.render import glasses, hair_styles
from generators.face.render.mesh import HeadMesh, load_mesh
from generators.face.render.model import build_model
from generators.face.render.renderer import Renderer
from generators.face.render.stage import CAMERAS, camera, mood_light
from generators.face.sliders import (
    ANCESTRIES,
    Person,
    slider_names,
    slider_range,
    target_names,
    target_weights,
)

SIZE = (160, 160)
STILL = (np.zeros(len(ARKIT)), np.zeros(6), 0.5)


@cache
def renderer(name: str, view: str = "") -> Renderer:
    return Renderer(build_model(name), SIZE, view)


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mesh_like(folder: Path, line: str) -> HeadMesh:
    return load_mesh(own_character(written(folder, f'like = "mara"\n{line}')))


def over_grey(picture: np.ndarray) -> np.ndarray:
    alpha = picture[..., 3:] / 255
    return np.ascontiguousarray((picture[..., :3] * alpha + 170 * (1 - alpha)).astype(np.uint8))


def test_the_cast_spreads_over_sex_age_skin_hair_glasses_and_beards() -> None:
    cast = [character(name) for name in character_names()]
    assert len(cast) >= 8
    assert {who.person.sex for who in cast} == {0.0, 1.0}
    years = sorted(who.person.years for who in cast)
    assert years[0] < 30 and years[-1] > 65 and any(38 <= y <= 58 for y in years)
    brightness = sorted({round(float(who.skin.mean()), 3) for who in cast})
    assert len(brightness) >= 4 and brightness[-1] > 3 * brightness[0]
    assert len({who.style for who in cast}) >= 6
    assert len({tuple(who.hair) for who in cast}) >= 5
    assert any(who.glasses for who in cast)
    assert any(who.beard for who in cast)


def test_the_choices_of_a_character_are_those_that_can_be_drawn() -> None:
    assert set(STYLES) == set(hair_styles.hair_styles())
    assert set(GLASSES) == {"", *glasses.SHAPES}


def test_every_target_of_a_slider_lies_in_the_head_data() -> None:
    from conditioning.assets import asset

    with np.load(asset("heads", "head.npz")) as data:
        assert set(target_names()) <= set(data["target_names"].tolist())
        assert data["target_starts"][-1] == len(data["target_offsets"])


@given(
    sex=st.floats(0, 1),
    years=st.floats(18, 95),
    shares=st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
    weight=st.floats(-1, 1),
    muscle=st.floats(-1, 1),
)
@settings(max_examples=50, deadline=None)
def test_shares_of_the_whole_person_sum_to_one(
    sex: float, years: float, shares: list[float], weight: float, muscle: float
) -> None:
    person = Person(sex, years, dict(zip(ANCESTRIES, shares, strict=True)), weight, muscle)
    weights = target_weights(person)
    of_ancestry = sum(v for k, v in weights.items() if any(name in k for name in ANCESTRIES))
    of_build = sum(v for k, v in weights.items() if "universal" in k)
    assert of_ancestry == pytest.approx(1)
    assert of_build == pytest.approx(1)


@pytest.mark.parametrize(
    ("slider", "axis"), [("nose_width", 0), ("mouth_width", 0), ("chin_width", 0), ("head_height", 1)]
)
def test_a_slider_moves_its_part_both_ways(tmp_path: Path, slider: str, axis: int) -> None:
    rest = load_mesh("mara")
    x, y, z = rest.base[: rest.surface].T / rest.unit
    part = {
        "nose_width": (np.abs(y - rest.nose) < 0.08) & (np.abs(x) < 0.2) & (z > 1.0),
        "mouth_width": rest.lips[: rest.surface] > 0.6,
        "chin_width": (np.abs(y - rest.mouth + 0.35) < 0.05) & (z > 0.75),
        "head_height": y > 0.8,
    }[slider]

    def extent(value: float) -> float:
        mesh = mesh_like(tmp_path, f"shape = {{ {slider} = {value} }}")
        spread = mesh.base[: mesh.surface][part][:, axis]
        return float(spread.max()) if axis else float(np.abs(spread).mean())

    low, middle, high = (extent(value) for value in (-1.0, 0.0, 1.0))
    assert low < middle < high


def test_vertices_keep_their_order_from_person_to_person() -> None:
    mara, kofi = load_mesh("mara"), load_mesh("kofi")
    assert np.array_equal(mara.quads, kofi.quads)
    assert (
        np.linalg.norm(mara.base - kofi.base, axis=1).max() < 1.5
    )  # decimetres: the same place of another face


def test_an_own_character_is_drawn_and_differs_from_the_one_it_is_like(tmp_path: Path) -> None:
    path = written(
        tmp_path, 'like = "mara"\ntitle = "me"\nstyle = "shaved"\nskin = "dark"\ncloth = "#ff0000"\n'
    )
    request = FaceRequest(Conditioning.of(Emotion.of("joy")), 0.04, size=SIZE, character=str(path))
    own = next(Head().generate(request).frames()).astype(int)
    mara = renderer("mara").draw(*STILL).astype(int)
    assert (np.abs(own - mara).max(axis=2) > 30).mean() > 0.2
    cloth = own[-4:, 70:90, :3].reshape(-1, 3).mean(axis=0)
    assert cloth[0] > 3 * cloth[1]


def test_an_edited_file_gives_the_new_character(tmp_path: Path) -> None:
    first = character(str(written(tmp_path, "sex = 0.2")))
    assert character(str(tmp_path / "mine.toml")) is first
    assert character(str(written(tmp_path, "sex = 0.8"))).person.sex == 0.8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('like = "marra"', "mara"),
        ("ages = 3", "'ages'"),
        ("years = 7", "18 to 95"),
        ("years = true", "18 to 95"),
        ("shape = { nose_widht = 0.3 }", "nose_width"),
        ("shape = { nose_width = 3 }", "-1 to 1"),
        ("shape = { head_oval = -0.5 }", "0 to 1"),
        ("shape = 3", "table"),
        ('style = "mohawk"', "mohawk"),
        ('hair = "blnd"', "blond"),
        ('cloth = "#12345"', "#rrggbb"),
        ("cloth = [1, 2, 3]", "0 to 1"),
        ("ancestry = { martian = 1 }", "martian"),
        ("ancestry = { asian = 0 }", "ancestry"),
        ('skin = { colour = "#aabbcc" }', "lips"),
        ("rest = { smile = 0.1 }", "smile"),
        ("title = 3", "text"),
        ("sex = ", "TOML"),
    ],
)
def test_a_wrong_character_file_is_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        own_character(written(tmp_path, text))


def test_a_missing_character_file_is_named() -> None:
    with pytest.raises(RequestError, match=r"nobody\.toml"):
        character("nobody.toml")


@given(name=st.sampled_from(slider_names()))
def test_every_slider_ends_at_one(name: str) -> None:
    low, high = slider_range(name)
    assert low in (-1.0, 0.0) and high == 1.0


def test_nearer_cameras_show_the_face_larger() -> None:
    eyes = np.array([int(v[0]) for v in (edges[0] for edges in build_model("mara").lid_edges)])
    apart = [float(np.ptp(renderer("mara", view).landmarks(*STILL[:2], eyes)[:, 0])) for view in CAMERAS]
    assert apart[0] * 1.1 < apart[1] and apart[1] * 1.2 < apart[2]


def test_an_unknown_camera_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="close"):
        camera("clsoe")
    with pytest.raises(UnknownNameError):
        Head().generate(FaceRequest(Conditioning.of(Emotion.of("joy")), 0.1, size=SIZE, camera="clsoe"))


def test_light_without_mood_is_plain_and_follows_the_mood() -> None:
    assert np.array_equal(mood_light(np.zeros((2, 3))), np.ones((2, 4, 3), np.float32))
    glad, sad, angry = mood_light(np.array([[0.8, 0.4, 0.2], [-0.8, -0.5, -0.3], [-0.7, 0.8, 0.5]]))
    plain, bright, dim, hot = (
        renderer("mara").draw(*STILL, light=light)[60:110, 60:100, :3].reshape(-1, 3).mean(axis=0)
        for light in (None, glad, sad, angry)
    )
    assert bright.sum() > plain.sum() > dim.sum()
    assert dim[2] / dim[0] > plain[2] / plain[0] > hot[2] / hot[0]


def test_blush_reddens_the_cheeks_and_leaves_the_cloth() -> None:
    plain, blushing = (renderer("mara").draw(*STILL, flush).astype(int) for flush in ((0, 0, 0), (1, 0, 0)))
    cheek = slice(82, 96), slice(98, 110)
    assert (plain - blushing)[cheek][..., 1].mean() > 15
    assert abs((plain - blushing)[cheek][..., 0].mean()) < 10
    assert np.array_equal(plain[-6:], blushing[-6:])


@pytest.mark.parametrize("flush", [(0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
def test_tears_and_sweat_stand_on_the_face_only(flush: tuple[float, float, float]) -> None:
    close = renderer("mara", "close")
    changed = np.abs(close.draw(*STILL, flush).astype(int) - close.draw(*STILL)).max(axis=2) > 6
    assert changed.mean() > 0.002
    assert not changed[:, :14].any() and not changed[:, -14:].any()


def test_old_skin_is_lined_at_rest(tmp_path: Path) -> None:
    smooth = own_character(written(tmp_path, 'like = "edith"\nfurrows = 0\nglasses = ""'))
    lined = own_character(written(tmp_path, 'like = "edith"\nglasses = ""'))
    forehead = slice(36, 52), slice(65, 95)
    ripples = []
    for who in (smooth, lined):
        picture = Renderer(build_model(who), SIZE).draw(*STILL)[forehead][..., 1].astype(int)
        ripples.append(np.abs(np.diff(picture, n=2, axis=0)).mean())
    assert ripples[1] > 1.3 * ripples[0]


def test_glasses_clear_the_face_and_are_seen() -> None:
    model = build_model("kenji")
    front = model.base[: model.mesh.surface]
    front = front[front[:, 2] > 0.9]
    for point in model.glasses.lens_points[::7]:
        near = np.hypot(*(front[:, :2] - point[:2]).T) < 0.03
        assert not near.any() or point[2] > front[near, 2].max()
    drawn = renderer("kenji")
    drawn.draw(*STILL)
    from generators.face.render import layout

    seen = drawn._buffers.seen
    assert (model.material[seen[seen >= 0]] == layout.FRAME).sum() > 300


def test_a_beard_goes_down_with_the_jaw() -> None:
    model, drawn = build_model("henrik"), renderer("henrik")
    jaw = np.zeros(len(ARKIT))
    jaw[ARKIT.index("jawOpen")] = 1
    points, anchors = model.hair.points, model.hair.anchors
    chin = (anchors >= 0) & (points[:, 1] < (model.mesh.mouth - 0.3) * model.mesh.unit)
    chin &= np.abs(points[:, 0]) < 0.15 * model.mesh.unit
    beard, skin = [], []
    for weights in (np.zeros(len(ARKIT)), jaw):
        drawn.draw(weights, np.zeros(6), 0.5)
        beard.append(drawn._buffers.points[model.hair_start :][chin].copy())
        skin.append(drawn._buffers.points[anchors[chin]].copy())
    assert (beard[0] - beard[1])[:, 1].mean() > 0.1 * model.mesh.unit
    assert np.allclose(beard[1] - beard[0], skin[1] - skin[0], atol=1e-5)


@pytest.mark.parametrize("name", ["edith", "henrik", "zuri"])
def test_the_landmarker_finds_the_face_in_every_pose_and_camera(name: str) -> None:
    from generators.face.tables import motion
    from studio.judges.landmarks import LandmarkFinder

    finder = LandmarkFinder()
    limit = np.radians(motion("head")["limit"])
    for view in CAMERAS:
        drawn = Renderer(build_model(name), (256, 256), view)
        for axis in range(3):
            for sign in (-1, 1):
                pose = np.zeros(6)
                pose[3 + axis] = sign * limit[axis]
                assert finder.find(over_grey(drawn.draw(STILL[0], pose, 0.5))) is not None, (view, axis, sign)
