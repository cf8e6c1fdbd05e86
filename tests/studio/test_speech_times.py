import itertools
import json
import re

import numpy as np
import pytest

from conditioning.errors import RequestError
from conditioning.script import parse_script
from conditioning.subtitles import parse_srt
from conditioning.timeline import Timeline
from generators.base import Audio, Phone, SpeechTrack, Stretch, Word
from studio.speech_times import TIMES_ENDINGS, write_times

SCRIPT = parse_script('She said "yes". [joy] Now!')
TRACK = SpeechTrack(
    Audio(np.zeros(48_000, np.float32), 24_000),
    (
        Word("She", 0.1, 0.3),
        Word("said", 0.3, 0.6),
        Word('"yes".', 0.65, 1.0),
        Word("é", 1.0, 1.0),
        Word("Now!", 1.2, 1.7),
    ),
    (Phone("ʃ", 0.1, 0.2), Phone("iː", 0.2, 0.3, 1), Phone("s", 0.29, 0.4)),
    (Stretch(0, 0.1, 1.0), Stretch(1, 1.2, 1.7)),
    Timeline.constant(SCRIPT.spans[0].emotion),
    (),
)


def written(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_times(path, TRACK, SCRIPT)
    return path.read_text(encoding="utf-8")


def test_json_has_words_phones_and_spans(tmp_path):
    values = json.loads(written(tmp_path, ".json"))
    assert values["seconds"] == 2.0
    assert values["words"][2] == {"text": '"yes".', "start": 0.65, "end": 1.0}
    assert values["phones"][1] == {"symbol": "iː", "stress": 1, "start": 0.2, "end": 0.3}
    assert [span["emotion"] for span in values["spans"]] == ["neutral", "joy"]


def test_a_textgrid_has_whole_tiers(tmp_path):
    text = written(tmp_path, ".TextGrid")
    tiers = text.split("    item [")[1:]
    assert [re.search('name = "(.*)"', tier)[1] for tier in tiers] == ["words", "phones", "emotions"]
    for tier in tiers:
        ends = [(float(a), float(b)) for a, b in re.findall(r"    xmin = (\S+)\s+xmax = (\S+)\s+text", tier)]
        assert len(ends) == int(re.search(r"size = (\d+)", tier)[1])
        assert ends[0][0] == 0.0 and ends[-1][1] == 2.0
        assert all(a < b for a, b in ends)
        assert all(one[1] == other[0] for one, other in itertools.pairwise(ends))
    assert 'text = """yes""."' in tiers[0]
    assert re.findall('text = "(.+)"', tiers[1]) == ["ʃ", "iː", "s"]


def test_subtitles_are_read_back(tmp_path):
    read = parse_srt(written(tmp_path, ".srt"))
    assert [(span.text, span.start) for span in read.spans] == [
        ('She said "yes".', 0.1), ("é", 1.0), ("Now!", 1.2),
    ]  # fmt: skip
    assert written(tmp_path, ".vtt").startswith("WEBVTT\n\n00:00:00.100 --> ")


def test_an_unknown_ending_is_one_sentence_with_the_list(tmp_path):
    with pytest.raises(RequestError, match=r"'a.csv'.*\.json, \.TextGrid, \.srt, \.vtt"):
        write_times(tmp_path / "a.csv", TRACK, SCRIPT)
    assert len(TIMES_ENDINGS) == 4
