import os

import av
import numpy as np
import pytest

from conditioning.errors import OutputError
from generators.base import Audio
from studio.encode import check_writable, write_film, written


def stripes(count, size=(128, 72)):
    for i in range(count):
        picture = np.zeros((size[1], size[0], 3), np.uint8)
        picture[:, (i * 4) % size[0] :][:, :8] = (230, 40, 20)
        yield picture


def sound(seconds, rate=48000):
    wave = 0.2 * np.sin(np.arange(round(seconds * rate)) * 0.05)
    return Audio(np.stack([wave, wave], 1).astype(np.float32), rate)


def test_a_film_has_h264_and_aac_of_the_same_length(tmp_path):
    path = tmp_path / "film.mp4"
    assert write_film(path, stripes(50), (128, 72), 25.0, sound(2.0)) == 50
    with av.open(str(path)) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.average_rate, video.frames) == (128, 72, 25, 50)
        seconds = [float(s.duration * s.time_base) for s in (video, audio)]
    assert abs(seconds[0] - seconds[1]) <= 0.04


def test_colours_survive_coding(tmp_path):
    path = tmp_path / "film.mp4"
    write_film(
        path, (np.full((72, 128, 3), (200, 120, 40), np.uint8) for _ in range(5)), (128, 72), 25.0, None
    )
    with av.open(str(path)) as film:
        picture = next(film.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(picture[36, 64].astype(int) - (200, 120, 40)).max() <= 4


def test_nothing_is_left_when_drawing_fails_half_way(tmp_path):
    def broken():
        yield from stripes(10)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_film(tmp_path / "film.mp4", broken(), (128, 72), 25.0, None)
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_survives_a_failure(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), written(path) as part:
        part.write_text("half")
        raise RuntimeError("stop")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs file permissions")
def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made") as error:
        check_writable(tmp_path / "file" / "film.mp4")
    assert error.value.remedy
    with pytest.raises(OutputError, match="is a folder"):
        check_writable(tmp_path)
