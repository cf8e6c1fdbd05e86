import numpy as np
import pytest
from factories.hub_judges_speech import build_audeering
from factories.scored_media import (
    PlainJudge,
    plain_judges,
    write_midi,
    write_picture,
    write_small_film,
    write_tone,
)

from conditioning.errors import Cancelled, EngineError, RequestError, UnknownNameError
from studio import file_readings, media_files
from studio.file_judges import ROLES, FileJudges, read_choices
from studio.file_readings import read_media
from studio.judges.lookup import judge_named
from studio.media_files import Kind


def arousal(curve):
    return [one.reading.vad.arousal for one in curve]


def test_a_sound_is_read_as_voice_and_as_music_over_its_time(tmp_path):
    found = read_media(write_tone(tmp_path / "a.wav", [0.2, 0.8, 0.4]), plain_judges())
    assert found.kind is Kind.SOUND and found.seconds == 3.0
    assert set(found.whole) == {"speech", "music"}
    for curve in found.curves.values():
        assert [one.start for one in curve] == [0, 1, 2]
        assert arousal(curve) == pytest.approx([-0.6, 0.6, -0.2], abs=0.01)


def test_a_sound_in_parts_is_read_as_in_one_piece(tmp_path, monkeypatch):
    path = write_tone(tmp_path / "a.wav", [0.2, 0.8, 0.4, 0.5, 0.3])
    whole = read_media(path, plain_judges())
    monkeypatch.setattr(file_readings, "sound_parts", lambda p: media_files.sound_parts(p, longest=2.0))
    parts = read_media(path, plain_judges())
    assert parts.curves["speech"] == whole.curves["speech"]
    assert parts.whole["speech"].vad.array() == pytest.approx(whole.whole["speech"].vad.array())
    assert parts.seconds == whole.seconds


def test_a_film_is_read_by_all_judges_once_a_second(tmp_path):
    film = write_small_film(tmp_path / "f.mp4", [0.2, 0.8, 0.4])
    found = read_media(film, plain_judges(), pictures=True)
    assert set(found.whole) == {"face", "video", "speech", "music"}
    assert arousal(found.curves["video"]) == pytest.approx([-0.6, 0.6, -0.2], abs=0.06)
    assert arousal(found.curves["speech"])[:3] == pytest.approx([-0.6, 0.6, -0.2], abs=0.1)
    assert [round(one.time) for one in found.pictures] == [0, 1, 2]
    assert all(one.jpeg.startswith(b"\xff\xd8") for one in found.pictures)


def test_the_judge_of_motion_sees_each_picture_with_the_one_after_it(tmp_path):
    film = write_small_film(tmp_path / "f.mp4", [0.2, 0.8])
    judge = PlainJudge()
    judges = FileJudges(
        {"video": "video", "face": "f", "speech": "f", "music": "f"}, {"video": judge, "f": PlainJudge()}
    )
    found = read_media(film, judges)
    assert [one.start for one in found.curves["video"]] == pytest.approx([0, 0.1, 1, 1.1])
    assert len(found.curves["face"]) == 2


def test_a_film_without_sound_has_no_reading_of_it(tmp_path):
    found = read_media(write_small_film(tmp_path / "f.mp4", [0.5], sound=False), plain_judges())
    assert found.whole["speech"] is None and found.curves["speech"] == ()
    assert found.whole["video"] is not None


def test_few_small_pictures_are_kept_of_a_long_film(tmp_path):
    film = write_small_film(tmp_path / "f.mp4", np.linspace(0.1, 0.9, 30), fps=2)
    times = [one.time for one in read_media(film, plain_judges(), pictures=True).pictures]
    assert len(times) == 12 and times[0] == 0 and times[-1] > 25
    assert read_media(film, plain_judges()).pictures == ()


def test_silence_and_black_have_no_reading(tmp_path):
    sound = read_media(write_tone(tmp_path / "a.wav", [0.0, 0.0]), plain_judges())
    picture = read_media(write_picture(tmp_path / "a.png", 0.0), plain_judges())
    assert set(sound.whole.values()) == {None} == set(picture.whole.values())
    assert picture.seconds is None


@pytest.mark.parametrize("name", ["a.wav", "a.png", "a.mp4"])
def test_reading_stops_when_it_is_told_to(tmp_path, name):
    make = {"a.wav": write_tone, "a.mp4": write_small_film}.get(name)
    path = make(tmp_path / name, [0.5] * 3) if make else write_picture(tmp_path / name)

    def stop(done, total, what):
        assert 0 <= done <= total and what
        raise Cancelled

    with pytest.raises(Cancelled):
        read_media(path, plain_judges(), step=stop)


def test_progress_never_goes_back(tmp_path):
    film, shares = write_small_film(tmp_path / "f.mp4", [0.2, 0.8, 0.4]), []
    read_media(film, plain_judges(), step=lambda done, total, what: shares.append(done / total))
    assert shares == sorted(shares) and shares[0] == 0 and 0.5 < shares[-1] < 1


def test_the_studios_own_judges_read_picture_and_score(tmp_path):
    picture = read_media(write_picture(tmp_path / "a.png", 0.5))
    assert picture.whole["face"] is None
    score = read_media(write_midi(tmp_path / "a.mid"))
    assert score.judges["music"].name == "music" and score.seconds == pytest.approx(29.95, abs=0.1)
    assert score.curves["music"][-1].end == pytest.approx(score.seconds, abs=0.1)


def test_roles_without_an_installed_judge_are_left_out(monkeypatch):
    monkeypatch.setitem(ROLES, "music", ("nobody",))
    assert "music" not in FileJudges().names(Kind.SOUND)
    assert FileJudges({"music": "speech"}).names(Kind.SOUND) == {"speech": "speech", "music": "speech"}


@pytest.mark.parametrize(
    ("texts", "error", "word"),
    [
        (["speach=x"], UnknownNameError, "'speech'"),
        (["speech"], RequestError, "speech=hub"),
        (["speech="], RequestError, "speech=hub"),
    ],
)
def test_wrong_choices_of_judges_are_told(texts, error, word):
    with pytest.raises(error, match=word):
        read_choices(texts)


def test_a_judge_is_found_by_name_and_by_spec(tmp_path):
    build_audeering(tmp_path)
    assert judge_named("text") is judge_named("text")
    for spec in (f"hub:audeering:{tmp_path}", f"audeering:{tmp_path}"):
        assert not judge_named(spec).card.is_measured
    with pytest.raises(UnknownNameError, match="'speech'"):
        judge_named("spech")
    with pytest.raises(EngineError):
        judge_named(f"hub:audeering:{tmp_path / 'none'}")
    with pytest.raises(RequestError, match="words"):
        judge_named("whisper:x")


def test_a_hub_judge_reads_a_sound_file(tmp_path):
    build_audeering(tmp_path / "model")
    judges = FileJudges(
        {"speech": f"hub:audeering:{tmp_path / 'model'}", "music": "plain"}, {"plain": PlainJudge()}
    )
    read = read_media(write_tone(tmp_path / "a.wav", [0.5] * 2), judges).whole["speech"]
    assert not read.probabilities and read.vad is not None


def test_a_hub_judge_is_not_given_a_score(tmp_path):
    judges = FileJudges({"score": "clap:x"}, {"clap:x": PlainJudge()})
    with pytest.raises(RequestError, match="reads no score"):
        read_media(write_midi(tmp_path / "a.mid"), judges)
