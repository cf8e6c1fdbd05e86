from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from generators.base import ARKIT
from generators.face.characters import character
from generators.face.render import model as models
from generators.face.render import model_store, renderer
from generators.face.render.layout import HAIR
from generators.face.render.model import HeadModel
from generators.face.render.renderer import Renderer
from generators.face.render.unseen import EVERY_SIDE, sides_shown

STILL = np.zeros(6)
MAPS = ("skin", "creases", "eye")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """A cache of this module's own, into which one character has been put by building it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_CACHE", str(tmp_path_factory.mktemp("heads")))
        yield Path(model_store.cache_folder()) / "heads"


@pytest.fixture(scope="module")
def built(folder: Path) -> HeadModel:
    return models._built.__wrapped__("jonas")


def test_a_kept_model_is_the_built_one_bit_by_bit(
    built: HeadModel, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    assert len(list(folder.glob("*.model.npz"))) == 1

    def refused(*_: object) -> None:
        raise AssertionError("it is painted again")

    monkeypatch.setattr(models, "_painted", refused)
    monkeypatch.setattr(models, "without_unseen_hair", refused)
    read = models._built.__wrapped__("jonas")
    for field in dataclasses.fields(HeadModel):
        ours, theirs = getattr(built, field.name), getattr(read, field.name)
        if isinstance(ours, np.ndarray):
            assert ours.dtype == theirs.dtype, field.name
            assert np.array_equal(ours, theirs), field.name
    pictures = [Renderer(m, (64, 64)).draw(np.zeros(len(ARKIT)), STILL, 0.5) for m in (built, read)]
    assert np.array_equal(*pictures)


def test_the_light_from_the_sky_is_kept_and_read_bit_by_bit(
    built: HeadModel, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    found = renderer._found_sky.__wrapped__(built)
    assert found.shape == (len(built.static),)
    assert found.std() > 0.05

    def refused(*_: object) -> None:
        raise AssertionError("it is looked at again")

    monkeypatch.setattr(renderer, "_AtRest", refused)
    again = renderer._found_sky.__wrapped__(built)
    assert again.dtype == found.dtype
    assert np.array_equal(again, found)
    with pytest.raises(AssertionError, match="again"):
        own = dataclasses.replace(built, who=dataclasses.replace(built.who, own=True))
        renderer._found_sky.__wrapped__(own)


@pytest.mark.parametrize("fault", ["cut short", "no archive", "a field is missing"])
def test_a_broken_file_is_let_be(built: HeadModel, folder: Path, fault: str):
    (file,) = folder.glob("*.model.npz")
    whole = file.read_bytes()
    if fault == "cut short":
        file.write_bytes(whole[: len(whole) // 2])
    elif fault == "no archive":
        file.write_bytes(b"something else")
    else:
        np.savez(file, skin=np.zeros((5, 2, 2), np.uint8))
    assert model_store.kept(character("jonas"), "model") is None
    file.write_bytes(whole)
    assert model_store.kept(character("jonas"), "model") is not None


def test_another_look_and_other_code_have_files_of_their_own(
    built: HeadModel, monkeypatch: pytest.MonkeyPatch
):
    jonas = character("jonas")
    place = model_store._place(jonas, "model")
    assert model_store._place(dataclasses.replace(jonas, name="other"), "model") == place
    assert model_store._place(dataclasses.replace(jonas, stubble=jonas.stubble + 1e-9), "model") != place
    assert model_store._place(dataclasses.replace(jonas, skin=jonas.skin + 1e-9), "model") != place
    older = dataclasses.replace(jonas.person, years=jonas.person.years + 1)
    assert model_store._place(dataclasses.replace(jonas, person=older), "model") != place
    monkeypatch.setattr(model_store, "_makers", lambda: "a later version")
    assert model_store._place(jonas, "model") != place


def test_a_cache_that_cannot_be_written_is_no_fault(
    built: HeadModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AFFECT_CACHE", str(tmp_path / "file"))
    model_store.keep(character("jonas"), "model", vars(built))
    assert model_store.kept(character("jonas"), "model") is None


def test_only_so_many_are_kept_and_the_one_used_last_stays(
    built: HeadModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AFFECT_CACHE", str(tmp_path))
    monkeypatch.setattr(model_store, "MOST_KEPT", 2)
    looks = [dataclasses.replace(character("jonas"), stubble=k / 10) for k in range(3)]
    for age, who in enumerate(looks[:2]):
        model_store.keep(who, "model", vars(built))
        model_store.os.utime(model_store._place(who, "model"), (1000 + age, 1000 + age))
    assert model_store.kept(looks[0], "model") is not None  # which makes it the one used last
    model_store.keep(looks[2], "model", vars(built))
    assert [model_store.kept(who, "model") is not None for who in looks] == [True, False, True]


def test_hair_left_out_for_a_turn_is_not_missed(built: HeadModel):
    """Against all hair of the model: a quarter of a 255th on the mean, and few pixels at all."""
    drawn = Renderer(built, (256, 256))
    whole = Renderer(dataclasses.replace(built, sides=np.full(len(built.sides), EVERY_SIDE)), (256, 256))
    rng = np.random.default_rng(3)
    for _ in range(12):
        pose = np.concatenate([np.zeros(3), np.radians([22, 26, 10]) * rng.uniform(-1, 1, 3)])
        shown = (built.sides & sides_shown(pose[3:])) != 0
        assert shown[built.material < HAIR].all()
        assert shown.sum() < len(shown)
        weights = rng.uniform(0, 0.3, len(ARKIT))
        ours, theirs = (r.draw(weights, pose, 0.5).astype(int) for r in (drawn, whole))
        change = np.abs(ours - theirs)
        assert change.mean() < 0.25
        assert (change.max(axis=-1) > 8).mean() < 0.002


def test_beyond_the_turns_that_were_looked_at_all_hair_is_drawn():
    assert sides_shown(np.radians([0, 27, 0])) == EVERY_SIDE
    assert sides_shown(np.radians([-23, 0, 0])) == EVERY_SIDE
    assert bin(int(sides_shown(np.radians([22, 26, 40])))).count("1") == 4
    assert bin(int(sides_shown(np.radians([-22, -26, 0])))).count("1") == 4


def test_nothing_is_kept_of_a_users_own_character(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "_painted", lambda face, who: {name: np.zeros((4, 4, 8)) for name in MAPS})
    monkeypatch.setattr(models, "without_unseen_hair", lambda model: model)
    monkeypatch.setattr(models, "kept", lambda who, part: pytest.fail("it is looked for"))
    before = set(folder.glob("*"))
    models._built.__wrapped__(dataclasses.replace(character("jonas"), own=True))
    assert set(folder.glob("*")) == before
