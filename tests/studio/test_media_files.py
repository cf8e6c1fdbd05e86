import numpy as np
import pytest
from factories.scored_media import (
    RATE,
    broken_files,
    write_midi,
    write_picture,
    write_small_film,
    write_tone,
)
from PIL import Image

from conditioning.errors import InputFileError
from studio.media_files import (
    ENDINGS,
    Kind,
    film_pictures,
    film_seconds,
    kind_of,
    picture_in,
    score_in,
    sound_parts,
)

LEVELS = (0.2, 0.8, 0.4, 0.6)


def read_whole(path):
    """Decode all of a file, whatever it is."""
    kind = kind_of(path)
    if kind is Kind.SOUND:
        return list(sound_parts(path))
    if kind is Kind.PICTURE:
        return picture_in(path)
    if kind is Kind.SCORE:
        return score_in(path)
    return film_seconds(path), list(film_pictures(path)), list(sound_parts(path))


def test_all_endings_are_of_one_kind_whatever_their_case(tmp_path):
    for kind, endings in ENDINGS.items():
        for ending in endings:
            path = tmp_path / f"X{ending.upper()}"
            path.touch()
            assert kind_of(path) is kind


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("none.wav", "does not exist"),
        ("folder.wav", "is a folder"),
        ("x.txt", "no sound, picture, MIDI file or film"),
    ],
)
def test_what_is_no_media_file_is_told(tmp_path, name, word):
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "x.txt").touch()
    with pytest.raises(InputFileError, match=word):
        kind_of(tmp_path / name)


def test_parts_of_a_sound_are_the_whole_of_it(tmp_path):
    path = write_tone(tmp_path / "a.wav", LEVELS)
    parts = list(sound_parts(path, longest=1.5))
    ((start, whole),) = sound_parts(path)
    assert start == 0 and len(parts) > 1
    assert np.array_equal(np.concatenate([part.samples for _, part in parts]), whole.samples)
    ends = [start + len(part.samples) / RATE for start, part in parts]
    assert [start for start, _ in parts] == [0.0, *ends[:-1]] and ends[-1] == len(LEVELS)


def test_the_sound_of_a_film_is_as_long_as_its_pictures(tmp_path):
    film = write_small_film(tmp_path / "f.mp4", LEVELS)
    samples = sum(len(part.samples) for _, part in sound_parts(film, longest=1.0))
    assert samples / RATE == pytest.approx(len(LEVELS), abs=0.4)
    assert film_seconds(film) == pytest.approx(len(LEVELS), abs=0.4)
    assert list(sound_parts(write_small_film(tmp_path / "g.mp4", LEVELS, sound=False))) == []


def test_a_film_gives_a_picture_a_second_and_the_one_after_each(tmp_path):
    film = write_small_film(tmp_path / "f.mp4", LEVELS)
    pictures = list(film_pictures(film))
    due, after = pictures[::2], pictures[1::2]
    assert [p.time for p in due] == pytest.approx([0, 1, 2, 3]) and not any(p.follows for p in due)
    assert [p.time for p in after] == pytest.approx([0.1, 1.1, 2.1, 3.1]) and all(p.follows for p in after)
    seen = [p.pixels.mean() / 255 for p in due]
    assert seen == pytest.approx(LEVELS, abs=0.03)
    assert due[0].pixels.shape == (48, 64, 3) and due[0].pixels.dtype == np.uint8


@pytest.mark.parametrize("interval", [0.2, 0.3, 0.7, 1.1])
def test_pictures_lie_an_interval_apart_however_its_multiples_are_rounded(tmp_path, interval):
    film = write_small_film(tmp_path / "f.mp4", LEVELS)
    times = [p.time for p in film_pictures(film, interval) if not p.follows]
    assert np.diff(times) == pytest.approx(interval, abs=1e-6)


def test_broken_files_are_told_in_one_sentence_that_names_them(tmp_path):
    told = 0
    for path in broken_files(tmp_path):
        try:
            read_whole(path)
        except InputFileError as error:
            told += 1
            assert str(path) in str(error) and "\n" not in str(error) and error.exit_code == 2
        else:
            assert path.name.startswith("cut")  # the first half of a sound is a sound
    assert told >= 9


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded(tmp_path):
    path = write_picture(tmp_path / "a.png", size=(5000, 10))
    with pytest.raises(InputFileError, match="5000×10"):
        picture_in(path)


def test_a_picture_taken_sideways_is_turned_upright(tmp_path):
    image = Image.new("RGB", (8, 4), "white")
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=exif)
    assert picture_in(tmp_path / "a.jpg").shape == (8, 4, 3)


def test_a_score_is_read_with_its_notes(tmp_path):
    assert len(score_in(write_midi(tmp_path / "a.mid")).instruments[0].notes) == 180
