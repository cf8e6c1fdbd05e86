from __future__ import annotations

import pytest

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError, UnknownNameError
from conditioning.presets import check_preset, preset_set, preset_set_names, read_presets, write_presets


@pytest.mark.parametrize("name", preset_set_names())
def test_every_shipped_set_can_be_read(name):
    assert preset_set(name)
    for preset in preset_set(name):
        check_preset(preset)


def test_written_presets_are_read_back(tmp_path):
    presets = {
        "grim": Emotion.of({"sadness": 0.5, "contempt": 0.5}, 0.4),
        "tired joy": Emotion.of("joy", 0.25),
    }
    path = tmp_path / "mine.toml"
    path.write_text(write_presets(presets))
    assert {name: str(e) for name, e in read_presets(path).items()} == {n: str(e) for n, e in presets.items()}


def test_every_fault_of_a_presets_file_is_told(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('colour = 1\n[preset]\njoy = "fear"\nodd = "joi"\nnum = 3\n"" = "joy"\n')
    with pytest.raises(InputFileError) as caught:
        read_presets(path)
    for word in ("5 faults", "colour", "'joy'", "joi", "num", "''"):
        assert word in caught.value.message


@pytest.mark.parametrize(
    "text",
    ["", "[preset]", "preset = 3", "[preset", "[preset]\na = [", "\x00", "[preset]\n" + "a = " + "[" * 5000],
)
def test_a_file_without_presets_is_refused(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputFileError, match=r"mine\.toml"):
        read_presets(path)


def test_a_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(InputFileError, match="cannot be read"):
        read_presets(tmp_path / "none.toml")
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputFileError, match="not UTF-8"):
        read_presets(path)


def test_an_unknown_set_is_named():
    with pytest.raises(UnknownNameError, match="nothing"):
        preset_set("nothing")
