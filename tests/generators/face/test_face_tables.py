from __future__ import annotations

import numpy as np
import pytest

from conditioning.errors import AffectError
from conditioning.faders import fader_set
from generators.base import ARKIT
from generators.face.tables import action_units, motion, shape_vector, talking_share, visemes

HIBARI = "AIOQWYabdefhijklmnopstuvwxzæðŋɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒʤʧθᵊᵻʔ"


def test_each_sound_of_the_voice_has_its_own_entry() -> None:
    table = visemes()
    assert [s for s in HIBARI if s not in table.symbols] == []


def test_marks_do_not_change_the_mouth() -> None:
    table = visemes()
    assert table.of("iː") == table.of("i")
    assert table.of("t͡ʃ") == table.of("ʧ")


def test_an_unknown_sound_gets_the_default() -> None:
    table = visemes()
    assert [v.name for v in table.of("☃")] == [table.default]


def test_a_diphthong_moves_between_two_mouths() -> None:
    assert [v.name for v in visemes().of("W")] == ["AA", "OO"]


def test_every_viseme_named_by_a_symbol_exists() -> None:
    table = visemes()
    assert {name for names in table.symbols.values() for name in names} <= set(table.by_name)


def test_shape_vector_sets_both_sides_or_the_named_one() -> None:
    both, one = shape_vector({"mouthSmile": 0.5}), shape_vector({"mouthSmileLeft": 0.5})
    assert np.flatnonzero(both).tolist() == [ARKIT.index("mouthSmileLeft"), ARKIT.index("mouthSmileRight")]
    assert np.flatnonzero(one).tolist() == [ARKIT.index("mouthSmileLeft")]


def test_shape_vector_refuses_a_shape_that_does_not_exist() -> None:
    with pytest.raises(AffectError, match="smirk"):
        shape_vector({"smirk": 1.0})


def test_each_action_unit_is_a_fader_of_the_face() -> None:
    faders = fader_set("face").faders
    assert {unit.name for unit in action_units()} == {name for name in faders if name.startswith("au")}
    assert all(unit.weights.max() > 0 for unit in action_units())


def test_speech_damps_the_mouth_and_leaves_the_brows() -> None:
    kept = talking_share()
    assert kept[ARKIT.index("jawOpen")] < 0.3
    assert kept[ARKIT.index("mouthSmileLeft")] > 0.8
    assert kept[ARKIT.index("browInnerUp")] == 1


def test_motion_has_the_sections_that_are_read() -> None:
    assert all(motion(name) for name in ("expression", "speech", "blink", "gaze", "head"))
