from __future__ import annotations

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import RequestError, UnknownNameError
from conditioning.fader_presets import fader_preset
from conditioning.faders import fader_set
from conditioning.script import Script, Span
from conditioning.timeline import Timeline
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.maps import OWN, prosody_map, prosody_maps

PUBLISHED = ("emofilt", "emospeak")
TEXT = "My sister kept the letter in a small wooden box."


def faders(name, emotion, intensity=1.0):
    track = Timeline.constant(Emotion.of(emotion, intensity)).sample(np.zeros(1))
    found = fader_set("prosody").evaluate(track, fader_preset(prosody_map(name)).adjustments)
    return {fader: float(value[0]) for fader, value in found.items()}


def seconds(name, emotion):
    adjustments = fader_preset(prosody_map(name)).adjustments
    script = Script((Span(TEXT, Emotion.of(emotion)),))
    track = load("speech=hibari").generate(SpeechRequest(script, job=Job(1), adjustments=adjustments))
    return track.phones[-1].end - track.phones[0].start


def test_the_own_map_is_first_and_no_preset():
    assert prosody_maps() == [OWN, *PUBLISHED]
    assert prosody_map(OWN) == ""


def test_an_unknown_map_is_refused_with_a_hint():
    with pytest.raises(UnknownNameError, match="emofilt"):
        prosody_map("emofill")


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_map_leaves_nothing_of_the_own_one(name):
    replaced = {a.fader for a in fader_preset(prosody_map(name)).adjustments}
    assert replaced == {f"prosody.{fader}" for fader in fader_set("prosody").faders}


@pytest.mark.parametrize("name", PUBLISHED)
def test_neutral_moves_nothing(name):
    assert faders(name, "neutral") == {n: f.neutral for n, f in fader_set("prosody").faders.items()}


def test_emofilt_says_what_its_table_says():
    joy, sadness = faders("emofilt", "joy"), faders("emofilt", "sadness")
    assert joy["pitch"] == pytest.approx(12 * np.log2(1.5), abs=0.1)
    assert sadness["rate"] == pytest.approx(1 / 1.4, abs=0.02)
    assert faders("emofilt", "surprise")["pitch"] == 0.0  # it has no surprise


def test_emospeak_is_faster_and_higher_with_arousal():
    anger, sadness = faders("emospeak", "anger"), faders("emospeak", "sadness")
    assert anger["rate"] > 1 > sadness["rate"]
    assert anger["pitch"] > sadness["pitch"]
    assert anger["loudness"] > 0 > sadness["loudness"]


def test_a_published_map_is_heard():
    assert seconds("emofilt", "sadness") > 1.25 * seconds("emofilt", "neutral")
    assert seconds("emofilt", "joy") < 0.9 * seconds("emofilt", "neutral")


def test_the_command_line_takes_one_map():
    from studio.cli.options import request_of

    request = request_of({"script": TEXT}, prosody="emofilt")
    assert len(request.adjustments) == len(fader_set("prosody").faders)
    assert request_of({"script": TEXT}).adjustments == ()


def test_a_map_and_a_preset_together_are_refused(tmp_path):
    from studio.cli.options import request_of

    own = tmp_path / "own.toml"
    own.write_text("[lock]\n'prosody.rate' = 1.2\n", encoding="utf-8")
    with pytest.raises(RequestError, match="emofilt"):
        request_of({"script": TEXT}, fader=[str(own)], prosody="emofilt")
