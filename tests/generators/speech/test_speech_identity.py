from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[3] / "tools" / "voice_identity.py"
VOICES = ("mia", "finn", "otto", "ben")  # the nearest pair, and two men; all ten are the tool's matter
EMOTIONS = ("neutral", "anger", "fear")  # these move a voice furthest


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("voice_identity", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules["voice_identity"] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    yield module
    del sys.modules["voice_identity"]


@pytest.fixture(scope="module")
def found(tool):
    return tool.likeness(tool.heard(VOICES, EMOTIONS), slice(None), slice(None))


def test_a_character_is_nearer_to_itself_in_anger_and_fear_than_to_another(tool, found):
    assert tool.failing(found) == []


def test_an_emotion_leaves_a_character_nearest_to_itself(found):
    for (voice, emotion), own in found.own.items():
        assert own > max(found.crossed[other, voice, emotion] for other in VOICES if other != voice)
