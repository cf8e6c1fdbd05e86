import pytest

from conditioning.errors import InputFileError, UnknownNameError
from studio.request import FilmRequest


def adjustments(**fields):
    return {(a.fader, a.kind): a.value for a in FilmRequest.read({"script": "Hi.", **fields}).adjustments}


def test_faders_are_held_and_shifted():
    found = adjustments(faders={"prosody.rate": 1.2}, fader_shifts={"prosody.pitch": 2.0})
    assert found == {("prosody.rate", "lock"): 1.2, ("prosody.pitch", "shift"): 2.0}


def test_a_request_wins_over_its_preset():
    preset = '[lock]\n"prosody.rate" = 0.9\n"music.tempo_bpm" = 80.0\n'
    found = adjustments(fader_preset=preset, faders={"prosody.rate": 1.2})
    assert found == {("prosody.rate", "lock"): 1.2, ("music.tempo_bpm", "lock"): 80.0}


def test_a_preset_with_faults_is_refused():
    with pytest.raises(InputFileError, match="pich"):
        adjustments(fader_preset='[lock]\n"prosody.pich" = 1.0')


def test_a_mistyped_field_is_told_before_the_one_that_it_leaves_empty():
    with pytest.raises(UnknownNameError, match="scrpt"):
        FilmRequest.read({"scrpt": "Hi."})
