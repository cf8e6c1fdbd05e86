from pathlib import Path

import numpy as np
import pytest
import soundfile

from conditioning.errors import OutputError, RequestError
from generators.base import Audio
from studio.sound_files import SOUND_ENDINGS, peak_for, write_sound

RATE = 24_000


def tone(seconds=1.0, rate=RATE, channels=1):
    wave = 0.3 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate)) / rate).astype(np.float32)
    return Audio(wave if channels == 1 else np.stack([wave, wave / 2], axis=1), rate)


@pytest.mark.parametrize("ending", SOUND_ENDINGS)
@pytest.mark.parametrize(("rate", "channels"), [(RATE, 1), (16_000, 1), (44_100, 2)])
def test_a_sound_is_read_back_as_long_and_as_loud(tmp_path, ending, rate, channels):
    path = tmp_path / f"a{ending}"
    audio = tone(rate=rate, channels=channels)
    write_sound(path, audio)
    read, read_rate = soundfile.read(path)
    assert len(read) / read_rate == pytest.approx(1.0, abs=0.06)
    middle = read[int(0.2 * read_rate) : int(0.8 * read_rate)]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(np.sqrt(np.mean(audio.samples**2)), rel=0.03)
    assert (read.shape[1] if read.ndim == 2 else 1) == channels


@pytest.mark.parametrize("ending", SOUND_ENDINGS)
def test_the_same_sound_gives_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        write_sound(tmp_path / f"{name}{ending}", tone(0.3))
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_an_unknown_ending_is_one_sentence_with_the_list():
    with pytest.raises(RequestError, match=r"'a.aac'.*\.wav, \.flac, \.mp3, \.ogg, \.opus"):
        write_sound(Path("a.aac"), tone(0.3))


def test_a_coded_sound_is_given_more_room_below_the_peak():
    assert peak_for(Path("a.WAV")) > peak_for(Path("a.mp3"))


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="this system has no folder that nobody can write into"
)
@pytest.mark.parametrize("ending", SOUND_ENDINGS)
def test_a_place_that_takes_no_file_is_told_in_one_sentence(ending):
    with pytest.raises(OutputError, match=f"/proc/a{ending} cannot be written"):
        write_sound(Path(f"/proc/a{ending}"), tone(0.3))
