from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from conditioning.emotion import Emotion

for package in ("jiwer", "soundfile", "sklearn"):
    pytest.importorskip(package, reason=f"the tool needs {package}, of the extra 'test'")

TOOLS = Path(__file__).resolve().parents[3] / "tools"
# Clear effects of the actors that differ between the emotions; the whole table is the tool's matter.
FEW = {
    "joy": ("f0_mean", "f0_range", "level", "alpha", "hammarberg"),
    "anger": ("f0_mean", "level", "alpha", "centroid", "hnr"),
    "fear": ("f0_mean", "f0_slope", "f0_first", "level"),
    "disgust": ("f0_mean", "f0_slope", "rate", "alpha"),
    "surprise": ("f0_mean", "f0_range", "f0_sd", "f0_rise"),
    "sadness": ("rate", "h1_h2"),
    "calm": ("rate", "alpha", "level", "hnr"),
}


@pytest.fixture(scope="module")
def tool():
    modules = {}
    for name in ("voice_quality", "voice_people"):  # the second imports the first
        spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
        modules[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(modules[name])
    yield modules["voice_people"]
    for name in modules:
        del sys.modules[name]


@pytest.fixture(scope="module")
def sentences(tool):
    return tool.SENTENCES["check"][:4]


@pytest.fixture(scope="module")
def plain(tool, sentences):
    return [tool.numbers(text, Emotion.neutral()) for text in sentences]


@pytest.mark.parametrize("emotion", FEW)
def test_the_voice_moves_as_the_actors_do(tool, sentences, plain, emotion):
    moved = tool.rendered(Emotion.of(emotion), "", sentences, plain)
    people = tool.actors_table()[emotion]
    assert all(people[measure].clear for measure in FEW[emotion])
    wrong = [m for m in FEW[emotion] if np.sign(moved[m]) != np.sign(people[m].mean)]
    assert wrong == []


@pytest.mark.parametrize(
    ("emotion", "measure"),
    [("joy", "f0_mean"), ("sadness", "rate"), ("anger", "alpha"), ("fear", "f0_slope")],
)
def test_more_intensity_moves_it_further(tool, sentences, plain, emotion, measure):
    doses = [
        tool.rendered(Emotion.of(emotion, d), "", sentences, plain)[measure] for d in (0.25, 0.5, 0.75, 1.0)
    ]
    sign = np.sign(tool.actors_table()[emotion][measure].mean)
    assert np.all(sign * np.diff([0.0, *doses]) > 0)


def test_shares_count_signs_and_order(tool):
    effect = tool.Effect(mean=2.0, error=0.1, sd=1.0, n=8, robust=2.0)
    chance = np.array([-0.2, -0.1, 0.1, 0.2]) * np.array([1, -1, 1, -1])[:, None]  # of four readings
    good = tool.Direction("joy", "level", effect, np.array([[0.5], [1.0], [1.5], [2.0]]) + chance)
    mixed = tool.Direction("joy", "rate", effect, np.array([[0.5], [1.6], [1.5], [2.0]]) + chance)
    wrong = tool.Direction("joy", "hnr", effect, np.array([[-0.5], [-1.0], [-1.5], [-2.0]]) + chance)
    back = tool.Direction("joy", "hnr", effect, np.array([[0.5], [2.6], [1.5], [2.0]]) + chance)
    assert [each.turns_back for each in (good, mixed, back)] == [False, False, True]
    assert (good.reproduced, good.ordered) == (True, True)
    assert (mixed.reproduced, mixed.ordered) == (True, False)
    assert (wrong.reproduced, wrong.ordered) == (False, False)
    assert "3 effects are clear; 66.7 % reproduced, 50.0 % of these ordered" in tool.told(
        [good, mixed, wrong]
    )
