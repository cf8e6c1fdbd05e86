from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from pretty_midi import Instrument, Note, PrettyMIDI

from conditioning.assets import asset_table
from studio.judges.music_features import notes_of
from studio.judges.music_measures import MUSIC_FEATURES
from studio.judges.quadrants import QUADRANTS
from studio.judges.tuning.music import CUES, TuningMusicJudge, cues

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = TuningMusicJudge()
MAJOR, MINOR = (0, 4, 7), (0, 3, 7)


def piece(triad: tuple[int, ...], beat: float, velocity: int) -> PrettyMIDI:
    part = Instrument(0)
    for bar in range(6):
        start, root = bar * 4 * beat, 60 + (0, 5, 7, 0)[bar % 4]
        part.notes.append(Note(velocity, root - 24, start, start + 4 * beat))
        for step in range(8):
            at = start + step * beat / 2
            part.notes.append(Note(velocity, root + triad[step % 3], at, at + beat * 0.45))
    score = PrettyMIDI()
    score.instruments.append(part)
    return score


def test_a_reading_is_a_distribution_over_quadrants_with_a_point() -> None:
    reading = JUDGE.read(piece(MAJOR, 0.5, 80))
    assert tuple(reading.probabilities) == QUADRANTS == JUDGE.card.labels
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading.vad is not None and reading.vad.dominance == 0


def test_faster_and_louder_is_read_as_more_excited() -> None:
    arousals = [
        JUDGE.read(piece(MAJOR, beat, v)).vad.arousal for beat, v in ((1.2, 40), (0.6, 70), (0.3, 110))
    ]  # type: ignore[union-attr]
    assert arousals == sorted(arousals)
    assert arousals[-1] - arousals[0] > 0.4


def test_minor_is_read_as_less_pleasant_than_major() -> None:
    major, minor = (JUDGE.read(piece(triad, 0.5, 75)).vad for triad in (MAJOR, MINOR))
    assert major is not None and minor is not None
    assert minor.valence < major.valence


def test_a_handful_of_notes_gets_no_reading() -> None:
    score = PrettyMIDI()
    assert JUDGE.read(score).top == "no reading"
    assert JUDGE.read_over_time(score) == []


def test_windows_and_stretches_are_read_like_pieces() -> None:
    score = piece(MAJOR, 0.8, 70)
    timed = JUDGE.read_over_time(score)
    assert timed[0].start == 0
    assert timed[-1].end == pytest.approx(score.get_end_time())
    assert JUDGE.read_stretch(score, 0.0, 10.0).reading == timed[0].reading


def test_each_cue_has_a_name_and_is_finite() -> None:
    found = cues(notes_of(piece(MINOR, 0.5, 80)))
    assert found.shape == (len(CUES),)
    assert np.isfinite(found).all()
    assert not set(CUES) & set(MUSIC_FEATURES)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared/data")
def test_the_families_share_no_song() -> None:
    tuning = set(asset_table("judges", "tuning", "music", "songs.toml")["tuning"])
    with (CORPORA / "music" / "emopia" / "emopia.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuning <= {row["song_id"] for row in rows if row["split"] == "train"}
    assert not tuning & {row["song_id"] for row in rows if row["split"] != "train"}
    share = np.mean([row["song_id"] in tuning for row in rows if row["split"] == "train"])
    assert 0.15 < share < 0.25
