"""Joy against sadness, measured on what comes out: the directions of the sources in docs/faders.md."""

import pytest

from studio.fidelity.tracks import measure_tracks
from studio.request import FilmRequest
from studio.studio import Studio

SCRIPT = "The letter lay on the table. We walked along the river, and nobody said a word."
HIGHER_IN_JOY = {
    "speech": ("F0, median Hz", "F0, range st", "syllables per second", "level dB", "spectral tilt dB"),
    "face": ("lip corners", "mouth width", "lid opening"),
    "music": ("tempo bpm", "major less minor", "velocity", "notes per second"),
    "video": ("lightness", "chroma", "colourfulness", "flow, heights per second"),
}
LOWER_IN_JOY = {"face": ("inner brows",), "music": ("legato",)}


@pytest.fixture(scope="module")
def measured():
    studio = Studio()
    return {
        emotion: measure_tracks(
            studio.tracks(FilmRequest.read({"script": SCRIPT, "emotion": emotion, "height": 240, "seed": 2}))
        )
        for emotion in ("joy", "sadness")
    }


@pytest.mark.parametrize(("medium", "name"), [(m, n) for m, names in HIGHER_IN_JOY.items() for n in names])
def test_joy_has_more_of_it_than_sadness(measured, medium, name):
    assert measured["joy"][medium][name] > measured["sadness"][medium][name]


@pytest.mark.parametrize(("medium", "name"), [(m, n) for m, names in LOWER_IN_JOY.items() for n in names])
def test_joy_has_less_of_it_than_sadness(measured, medium, name):
    assert measured["joy"][medium][name] < measured["sadness"][medium][name]
