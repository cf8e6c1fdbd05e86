from __future__ import annotations

import numpy as np
import pytest
from pretty_midi import Instrument, Note, PrettyMIDI

from studio.judges.scoring.music import MusicJudge

JUDGE = MusicJudge()


def score(rows: list[tuple[float, float, int, int]]) -> PrettyMIDI:
    part = Instrument(0)
    part.notes = [Note(velocity, pitch, start, end) for start, end, pitch, velocity in rows]
    found = PrettyMIDI()
    found.instruments.append(part)
    return found


def random_notes(seed: int, count: int = 150, seconds: float = 30.0) -> PrettyMIDI:
    rng = np.random.default_rng(seed)
    starts = rng.uniform(0, seconds, count)
    pitches, velocities = rng.integers(30, 96, count), rng.integers(20, 120, count)
    rows = zip(starts, starts + rng.uniform(0.1, 1.0, count), pitches, velocities, strict=True)
    return score([(float(a), float(b), int(p), int(v)) for a, b, p, v in rows])


def test_an_empty_score_gets_no_reading() -> None:
    assert JUDGE.read(PrettyMIDI()).top == "no reading"
    assert JUDGE.read(score([])).top == "no reading"
    assert JUDGE.read_over_time(score([])) == []


def test_one_note_gets_no_reading() -> None:
    reading = JUDGE.read(score([(0.0, 4.0, 60, 80)]))
    assert reading.top == "no reading"
    assert reading.confidence == 0


@pytest.mark.parametrize("pitch", [36, 60, 84])
def test_one_key_struck_again_and_again_gets_no_reading(pitch: int) -> None:
    assert JUDGE.read(score([(n * 0.4, n * 0.4 + 0.3, pitch, 80) for n in range(60)])).top == "no reading"


def test_random_notes_get_no_reading_nine_times_in_ten() -> None:
    read = [JUDGE.read(random_notes(seed)).top for seed in range(20)]
    assert read.count("no reading") >= 18


def test_the_pedal_lengthens_what_sounds_until_it_is_lifted() -> None:
    from pretty_midi import ControlChange

    from studio.judges.music_features import notes_of, pedalled_notes_of

    piece = score([(0.0, 0.5, 60, 80), (1.0, 1.5, 64, 80), (2.0, 2.2, 60, 80), (5.0, 5.5, 67, 80)])
    piece.instruments[0].control_changes = [ControlChange(64, 127, 0.2), ControlChange(64, 0, 3.0)]
    assert notes_of(piece).ends.tolist() == [0.5, 1.5, 2.2, 5.5]
    assert pedalled_notes_of(piece).ends.tolist() == [2.0, 3.0, 3.0, 5.5]
