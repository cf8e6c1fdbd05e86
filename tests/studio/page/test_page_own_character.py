from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioning.errors import RequestError
from generators.face.characters import character, character_names, own_character
from generators.face.sliders import target_weights
from studio.page.own_character import (
    CHOICES,
    NUMBERS,
    look_in,
    look_like,
    look_of,
    look_sliders,
    write_look,
)


@pytest.mark.parametrize("name", character_names())
def test_untouched_sliders_give_the_character_they_are_like(name, tmp_path):
    own, shipped = own_character(write_look(look_like(name), tmp_path)), character(name)
    assert target_weights(own.person) == pytest.approx(target_weights(shipped.person))
    assert (own.style, own.glasses, own.beard) == (shipped.style, shipped.glasses, shipped.beard)
    for colour in ("skin", "lips", "hair", "iris", "cloth"):
        assert getattr(own, colour) == pytest.approx(getattr(shipped, colour))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_place_of_the_sliders_is_a_character_and_comes_back_from_its_file(tmp_path_factory, data):
    values = {
        name: data.draw(st.integers(0, 20).map(lambda n, a=low, b=high: round(a + (b - a) * n / 20, 3)))
        for name, _, low, high, _ in look_sliders()
    }
    values["caucasian"] = max(values["caucasian"], 0.1)
    choices = {key: data.draw(st.sampled_from(names)) for key, names in CHOICES.items()}
    look = look_of(data.draw(st.sampled_from(character_names())), choices, values, {})
    path = write_look(look, tmp_path_factory.mktemp("looks"))
    back = look_in(path.read_text(encoding="utf-8"))
    assert (back.like, back.values, back.choices) == (look.like, look.values, look.choices)
    assert own_character(path).person.years == values["years"]


def test_what_a_file_says_besides_the_sliders_is_kept(tmp_path):
    text = 'like = "lin"\nlashes = 0.3\nskin = { colour = "#e0b090", lips = "#b86a60" }\nshape = { ear_wing = 0.5 }\n'
    look = look_in(text)
    again = look_in(write_look(look, tmp_path).read_text(encoding="utf-8"))
    assert again == look and look.more["lashes"] == 0.3 and "skin" in look.more
    assert own_character(write_look(look, tmp_path)).person.shape["ear_wing"] == 0.5


def test_equal_looks_share_a_file_and_wrong_ones_leave_none(tmp_path):
    look = look_like("mara")
    assert write_look(look, tmp_path) == write_look(look_like("mara"), tmp_path)
    wrong = replace(look, numbers={**look.numbers, "years": 300.0})
    with pytest.raises(RequestError, match="years"):
        write_look(wrong, tmp_path)
    with pytest.raises(RequestError, match="ancestry"):
        write_look(replace(look, ancestry=dict.fromkeys(look.ancestry, 0.0)), tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("text", ["like = ", 'like = "nobody"', "shape = 3", "years = 3", 'hat = "red"'])
def test_a_file_that_is_none_is_told(text):
    with pytest.raises(RequestError):
        look_in(text)


def test_every_slider_has_a_range_that_holds_its_characters():
    ranges = {name: (low, high) for name, _, low, high, _ in look_sliders()}
    assert set(NUMBERS) < set(ranges)
    for who in character_names():
        for name, value in look_like(who).values.items():
            assert ranges[name][0] <= value <= ranges[name][1], (who, name)
