"""The fixed set is the same for ever and asks what it says."""

import pytest

from conditioning.errors import UnknownNameError
from studio.benchmark.items import EMOTION, GRID, MEDIA, MIXTURE, SIZES, items, plan


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("size", SIZES)
def test_names_are_unique_and_the_set_is_stable(medium, size):
    found = items(medium, size)
    assert len({item.name for item in found}) == len(found)
    assert found == items(medium, size)


@pytest.mark.parametrize("medium", MEDIA)
def test_quick_is_a_part_of_full(medium):
    assert set(map(repr, items(medium, "quick"))) <= set(map(repr, items(medium, "full")))


def test_full_has_eight_emotions_three_intensities_five_seeds_blends_and_nine_points_an_axis():
    found = items("speech", "full")
    emotions = [item for item in found if item.kind == EMOTION]
    assert len({item.label for item in emotions}) == 8
    assert {round(item.intensity, 3) for item in emotions if item.label == "joy"} == {0.333, 0.667, 1.0}
    assert {item.seed for item in emotions} == {1, 2, 3, 4, 5}
    assert len({item.label for item in found if item.kind == MIXTURE}) == len(plan()["mixtures"])
    for axis in ("valence", "arousal", "dominance"):
        places = {round(getattr(i.emotion.felt, axis), 3) for i in found if i.kind == GRID and i.axis == axis}
        assert len(places) == 9


def test_a_grid_item_moves_its_own_axis_alone():
    for item in items("face", "full"):
        if item.kind == GRID:
            felt = dict(zip(("valence", "arousal", "dominance"), item.emotion.felt.array(), strict=True))
            assert all(abs(value) < 1e-9 for axis, value in felt.items() if axis != item.axis)


def test_the_reference_is_no_item_of_the_set():
    assert all(item.text not in plan()["reference"] for item in items("speech", "full"))


def test_an_unknown_medium_or_size_is_refused():
    with pytest.raises(UnknownNameError, match="smell"):
        items("smell")
    with pytest.raises(UnknownNameError, match="huge"):
        items("speech", "huge")
