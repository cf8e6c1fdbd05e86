from importlib import import_module
from pathlib import Path

import pytest

from conditioning.assets import asset
from studio.cli.train import shipped_folder
from studio.training import RECIPES


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_recipe_has_its_function_and_the_folder_of_what_it_ships(name):
    module, _, function = RECIPES[name].partition(":")
    assert callable(getattr(import_module(module), function))
    folder = shipped_folder(name)
    shipped = [*Path(folder).glob("*.safetensors"), *Path(folder).glob("actors.toml")]  # networks, or a table
    assert shipped, folder


def test_tuning_judges_are_kept_apart_from_scoring_judges():
    assert shipped_folder("tuning-judge-face") == asset("judges", "tuning", "face")
    assert shipped_folder("judge-face") == asset("judges", "face")
    assert shipped_folder("judge-music-audio") == asset("judges", "music_audio")
