import json
import math
from dataclasses import replace

import pytest
from factories.scored_media import (
    PlainJudge,
    plain_judges,
    write_midi,
    write_picture,
    write_small_film,
    write_tone,
)

from conditioning.emotion import Emotion
from conditioning.errors import InputFileError, OutputError
from studio.file_score import file_record, quality_value, score_file
from studio.quality.report import Quality
from studio.report.score import score_page, write_score

JOY = Emotion.of("joy")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = write_small_film(tmp_path_factory.mktemp("film") / "<b>film.mp4", [0.8, 0.3, 0.9])
    found = score_file(path, JOY, judges=plain_judges(), pictures=True)
    rows = (
        Quality("flicker", 0.2, "% a frame", "at most 0.5", "", True),
        Quality("word errors", None, "%", "at most 4", "no text was given"),
    )
    return replace(found, quality=rows)


def test_the_report_of_a_film_shows_all_that_is_known(film):
    text = score_page(film)
    assert text.count("data:image/jpeg;base64,") == 3
    for words in (
        "Voice",
        "Scene",
        "Face",
        "Music",
        "asked valence",
        "seconds →",
        "70%",
        "33%",
        "mixture cosine",
    ):
        assert words in text, words
    assert "not measured: no text was given" in text and "0.2 % a frame" in text
    assert "&lt;b&gt;film.mp4" in text and "<b>film" not in text
    assert "<script" not in text


def test_the_same_score_gives_the_same_report(film):
    assert score_page(film) == score_page(film)


def test_the_record_is_json_and_has_the_scorecard_and_the_measures(film):
    record = json.loads(json.dumps(file_record(film), allow_nan=False))
    assert {"media", "rows", "over_time", "readings", "quality", "asked"} <= set(record)
    voice = record["readings"]["speech"]
    assert {"hit", "rank", "share", "mixture_cosine", "vad_distance", "wheel_credit"} <= set(
        voice["measures"]
    )
    assert voice["people"]["accuracy"] == 0.6 and voice["people"]["recall"] == {"joy": 0.7}
    (row,) = [row for row in record["rows"] if row["medium"] == "speech"]
    assert row["share"] == voice["measures"]["share"] == voice["probabilities"]["joy"]
    assert len(record["over_time"]["video"]) > 0


def test_without_a_question_there_is_no_answer_to_it(tmp_path):
    found = score_file(write_tone(tmp_path / "a.wav", [0.8, 0.7]), judges=plain_judges())
    record, text = file_record(found), score_page(found)
    assert record["asked"] is None and record["media"] == []
    assert [row["read"] for row in record["rows"]] == ["joy", "joy"]
    assert "given to it" not in text and "mixture cosine" not in text and "asked valence" not in text
    assert "data:audio/wav" in text


def test_a_judge_that_nobody_measured_says_so(tmp_path):
    judge = PlainJudge(())
    judge.card = replace(judge.card, accuracy=math.nan, calibration_error=math.nan, recall={})
    path = write_tone(tmp_path / "a.wav", [0.8, 0.7])
    found = score_file(path, JOY, judges=plain_judges(speech=judge))
    assert "not measured" in score_page(found)
    record = json.loads(json.dumps(file_record(found), allow_nan=False))
    assert record["readings"]["speech"]["people"]["accuracy"] is None
    assert record["readings"]["speech"]["measures"]["hit"] == 1.0


def test_silence_is_shown_as_no_reading(tmp_path):
    found = score_file(write_tone(tmp_path / "a.wav", [0.0]), JOY, judges=plain_judges())
    text = score_page(found)
    assert "no reading" in text and "no reading. The judge found nothing" in text
    assert file_record(found)["readings"]["speech"]["measures"]["hit"] == 0


def test_pictures_and_scores_have_reports_too(tmp_path):
    picture = score_file(write_picture(tmp_path / "a.png"), JOY, judges=plain_judges(), pictures=True)
    assert "data:image/jpeg" in score_page(picture) and "seconds →" not in score_page(picture)
    score = score_file(write_midi(tmp_path / "a.mid"), JOY, quality=True)
    assert "faults of the score" in score_page(score)


def test_a_film_without_pictures_is_scored_by_its_sound(tmp_path):
    import av

    tone, path = write_tone(tmp_path / "a.wav", [0.8, 0.7]), tmp_path / "f.mp4"
    with av.open(str(tone)) as source, av.open(str(path), "w") as film:
        stream = film.add_stream("aac", rate=8000, layout="mono")
        for frame in source.decode(audio=0):
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    found = score_file(path, JOY, judges=plain_judges(), quality=True, pictures=True)
    assert found.readings.whole["face"] is None and found.readings.whole["speech"].top == "joy"
    assert [row.value for row in found.quality] == [None] and "no pictures" in score_page(found)


def test_a_missing_neutral_reading_is_told(tmp_path):
    tone = write_tone(tmp_path / "a.wav", [0.8])
    with pytest.raises(InputFileError, match="none"):
        score_file(tone, judges=plain_judges(), quality=True, neutral=tmp_path / "none.wav")


def test_a_value_is_shown_with_its_unit():
    assert quality_value(Quality("a", 3.25, "1 to 5", "")) == "3.25 (1 to 5)"
    assert quality_value(Quality("a", None, "s", "", "no sound")) == "not measured: no sound"


def test_nothing_is_left_where_a_report_cannot_be_written(film, tmp_path):
    (tmp_path / "r.html").mkdir()
    with pytest.raises(OutputError):
        write_score(tmp_path / "r.html", film)
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]
