from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import AffectError, InputFileError, RequestError
from conditioning.fader_presets import FaderPreset, fader_preset, read_fader_preset, write_fader_preset
from conditioning.faders import Adjustment, Fader, check_adjustments, fader_set, fader_set_names

ALL = [(medium, name) for medium in fader_set_names() for name in fader_set(medium).faders]

PRESET = """
title = "Whispered"

[sources]
ME = "my own ears, 2026"

[lock]
"prosody.rate" = 0.9

[shift]
"music.tempo_bpm" = 6

[replace."prosody.pitch"]
low = -4.0
high = 4.0
labels = { joy = 3.0, boredom = -2.0 }
arousal = 0.5
source = "ME"
"""


def values(medium, emotion, adjustments):
    found = Conditioning.of(emotion, adjustments).faders(medium, np.zeros(1))
    return {name: float(row[0]) for name, row in found.items()}


def faults_of(text) -> str:
    with pytest.raises(InputFileError) as caught:
        fader_preset(text)
    return caught.value.message


def test_a_preset_locks_shifts_and_replaces():
    adjustments = fader_preset(PRESET).adjustments
    joy = Emotion.of("joy", 0.9)
    plain, own = values("prosody", joy, ()), values("prosody", joy, adjustments)
    assert own["rate"] == 0.9
    gain = 0.9 ** (fader_set("prosody").concavity - 1)
    assert own["pitch"] != plain["pitch"]
    assert own["pitch"] == pytest.approx(min(3.0 * 0.9 * gain + 0.5 * joy.felt.arousal * gain, 4.0), rel=0.12)
    assert {k: v for k, v in own.items() if k not in ("rate", "pitch")} == {
        k: v for k, v in plain.items() if k not in ("rate", "pitch")
    }
    assert values("music", joy, adjustments)["tempo_bpm"] == pytest.approx(
        values("music", joy, ())["tempo_bpm"] + 6
    )


def test_a_replaced_fader_is_neutral_without_emotion_and_keeps_to_its_own_range():
    adjustments = fader_preset(PRESET).adjustments
    assert (
        values("prosody", Emotion.neutral(), adjustments)["pitch"]
        == fader_set("prosody").faders["pitch"].neutral
    )
    for name in ("joy", "ecstasy", "rage", "boredom"):
        assert -4 <= values("prosody", Emotion.of(name), adjustments)["pitch"] <= 4


def test_an_empty_map_holds_a_fader_neutral():
    (own,) = fader_preset('[replace."prosody.pitch"]').adjustments
    assert own.own is not None
    assert (
        values("prosody", Emotion.of("rage"), (own,))["pitch"] == fader_set("prosody").faders["pitch"].neutral
    )


def test_a_lock_stands_above_a_replacement_in_whatever_order():
    own = fader_preset(PRESET).adjustments[0]
    lock = Adjustment("prosody.pitch", 1.0)
    for both in ((own, lock), (lock, own)):
        assert values("prosody", Emotion.of("joy"), both)["pitch"] == 1.0
    with pytest.raises(RequestError, match="range"):
        check_adjustments([own, Adjustment("prosody.pitch", 99.0)])


def test_every_fault_of_a_preset_is_told_at_once():
    message = faults_of(
        """
        colour = 1
        title = 3
        [sources]
        A = 7
        [lock]
        "prosody.pich" = 1.0
        "prosody.pitch" = 99
        "prosody.rate" = "fast"
        prosody.creak = 1
        "music.tempo_bpm" = 100
        [shift]
        "music.tempo_bpm" = 6
        "face.au99" = nan
        "visual.motion" = inf
        [replace."prosody.loudness"]
        high = 900.0
        law = "factor"
        labels = { joi = 1.0, fear = nan }
        source = "B"
        [replace."prosody.nothing"]
        """
    )
    for part in (
        "colour", "title", "sources.A", "did you mean prosody.pitch", "outside", "'fast'", "in quotes", "locked too",
        "face.au99", "replace.prosody.loudness.high", "law cannot be replaced", "joi", "labels.fear is nan", "'B'",
        "replace.prosody.nothing",
    ):  # fmt: skip
        assert part in message, part


@pytest.mark.parametrize(
    "text", ["lock = 3", "replace = []", "[lock", '[replace]\n"prosody.pitch" = 3', "sources = 1\n[replace.\"prosody.pitch\"]\nsource = \"A\"",
             "[replace.\"prosody.pitch\"]\nlabels = 3", "a = " + "[" * 3000]
)  # fmt: skip
def test_a_file_of_another_form_is_refused(text):
    assert faults_of(text)


def test_a_preset_is_read_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(PRESET)
    assert read_fader_preset(path) == fader_preset(PRESET)
    with pytest.raises(InputFileError, match="cannot be read"):
        read_fader_preset(tmp_path / "none.toml")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputFileError, match="UTF-8"):
        read_fader_preset(path)


@pytest.mark.parametrize(("medium", "name"), ALL)
def test_every_shipped_map_can_be_saved_as_a_users_own_and_does_the_same(medium, name):
    fader = fader_set(medium).faders[name]
    sources = dict.fromkeys(fader.source.split(), "as shipped")
    preset = FaderPreset("", (Adjustment(f"{medium}.{name}", 0.0, "replace", fader),), sources)
    back = fader_preset(write_fader_preset(preset))
    assert back.adjustments[0].own == fader
    emotion = Emotion.of({"joy": 0.5, "fear": 0.5}, 0.6)
    assert values(medium, emotion, back.adjustments) == values(medium, emotion, ())


@given(
    st.dictionaries(
        st.sampled_from(ALL), st.tuples(st.sampled_from(["lock", "shift"]), st.floats(0, 1)), max_size=5
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_a_written_preset_is_read_back(rows, title):
    adjustments = []
    for (medium, name), (kind, share) in rows.items():
        fader = fader_set(medium).faders[name]
        adjustments.append(Adjustment(f"{medium}.{name}", fader.low + share * (fader.high - fader.low), kind))
    preset = FaderPreset(title, tuple(adjustments))
    back = fader_preset(write_fader_preset(preset))
    assert back.title == title
    assert set(map(str, back.adjustments)) == set(map(str, adjustments))


def test_a_preset_that_could_not_be_read_is_not_written():
    with pytest.raises(AffectError, match="pich"):
        write_fader_preset(FaderPreset("", (Adjustment("prosody.pich", 1.0),)))
    twice = (Adjustment("prosody.pitch", 1.0), Adjustment("prosody.pitch", 2.0))
    with pytest.raises(RequestError, match="two"):
        write_fader_preset(FaderPreset("", twice))

    both = (Adjustment("prosody.pitch", 1.0), Adjustment("prosody.pitch", 1.0, "shift"))
    with pytest.raises(RequestError, match="locked too"):
        write_fader_preset(FaderPreset("", both))
    unsourced = (Adjustment("prosody.pitch", 0.0, "replace", fader_set("prosody").faders["pitch"]),)
    with pytest.raises(RequestError, match="not among the sources"):
        write_fader_preset(FaderPreset("", unsourced))


def test_a_map_of_another_law_or_a_wider_range_is_refused():
    wide = Fader("pitch", "st", 0.0, -99.0, 9.0, "offset", {}, {})
    with pytest.raises(RequestError, match="cannot be replaced"):
        check_adjustments([Adjustment("prosody.pitch", 0.0, "replace", wide)])
    with pytest.raises(RequestError, match="map"):
        Adjustment("prosody.pitch", 0.0, "replace")
    with pytest.raises(RequestError, match="map"):
        Adjustment("prosody.pitch", 0.0, "lock", wide)
