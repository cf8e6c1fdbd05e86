from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pretty_midi import Instrument, Note, PrettyMIDI

from conditioning.assets import asset
from studio.judges.music_features import FEATURES, key_fit, measure, notes_of
from studio.judges.quadrants import QUADRANT_SIGNS, QUADRANTS, quadrant_of
from studio.judges.scoring.music import MusicJudge

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"
JUDGE = MusicJudge()
MAJOR, MINOR = (0, 4, 7), (0, 3, 7)


def piece(
    triad: tuple[int, ...], beat: float, velocity: int, register: int = 60, seconds: float = 16.0
) -> PrettyMIDI:
    """Tonic, subdominant, dominant and tonic, broken over a bass."""
    part = Instrument(0)
    roots = (0, 5, 7, 0)
    for bar in range(int(seconds / (4 * beat))):
        start, root = bar * 4 * beat, register + roots[bar % 4]
        chord = MAJOR if roots[bar % 4] == 7 else triad
        part.notes.append(Note(velocity, root - 24, start, start + 4 * beat))
        for step in range(8):
            at = start + step * beat / 2
            pitch = root + chord[step % 3] + (12 if step in (3, 4) else 0)
            part.notes.append(Note(velocity, pitch, at, at + beat * 0.45))
    score = PrettyMIDI()
    score.instruments.append(part)
    return score


def transposed(score: PrettyMIDI, steps: int) -> PrettyMIDI:
    other = PrettyMIDI()
    for part in score.instruments:
        copy = Instrument(part.program, part.is_drum)
        copy.notes = [Note(n.velocity, n.pitch + steps, n.start, n.end) for n in part.notes]
        other.instruments.append(copy)
    return other


def test_a_reading_is_a_distribution_over_quadrants_with_a_point() -> None:
    reading = JUDGE.read(piece(MAJOR, 0.5, 80))
    assert tuple(reading.probabilities) == QUADRANTS == JUDGE.card.labels
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading.confidence == max(reading.probabilities.values())
    assert reading.vad is not None and reading.vad.dominance == 0
    assert reading.vad_sd is not None and min(reading.vad_sd) > 0


def test_fast_loud_major_is_read_as_pleasant_and_excited() -> None:
    vad = JUDGE.read(piece(MAJOR, 0.32, 112, register=67)).vad
    assert vad is not None and vad.valence > 0 and vad.arousal > 0


def test_slow_soft_minor_is_read_as_unpleasant_and_calm() -> None:
    vad = JUDGE.read(piece(MINOR, 1.1, 42, seconds=40.0)).vad
    assert vad is not None and vad.valence < 0 and vad.arousal < 0


def test_a_stretch_is_read_as_if_it_stood_alone() -> None:
    first, second = piece(MAJOR, 0.32, 112), piece(MINOR, 1.1, 42, seconds=17.6)
    both = PrettyMIDI()
    part = Instrument(0)
    shift = first.get_end_time()
    part.notes = first.instruments[0].notes + [
        Note(n.velocity, n.pitch, n.start + shift, n.end + shift) for n in second.instruments[0].notes
    ]
    both.instruments.append(part)
    read = JUDGE.read_stretch(both, shift, both.get_end_time()).reading
    assert read.probabilities == pytest.approx(JUDGE.read(second).probabilities, abs=0.02)


def test_faster_and_louder_is_read_as_more_excited() -> None:
    arousals = [
        JUDGE.read(piece(MAJOR, beat, velocity)).vad.arousal  # type: ignore[union-attr]
        for beat, velocity in ((1.2, 40), (0.8, 60), (0.5, 80), (0.3, 110))
    ]
    assert arousals == sorted(arousals)
    assert arousals[-1] - arousals[0] > 0.4


def test_minor_is_read_as_less_pleasant_than_major() -> None:
    for beat, velocity in ((0.9, 50), (0.5, 75), (0.35, 100)):
        major, minor = (JUDGE.read(piece(triad, beat, velocity)).vad for triad in (MAJOR, MINOR))
        assert major is not None and minor is not None
        assert minor.valence < major.valence


def test_drums_change_nothing() -> None:
    score = piece(MINOR, 0.5, 80)
    before = JUDGE.read(score)
    drums = Instrument(0, is_drum=True)
    drums.notes = [Note(127, 36, n * 0.25, n * 0.25 + 0.1) for n in range(60)]
    score.instruments.append(drums)
    assert JUDGE.read(score) == before


@pytest.mark.parametrize("notes", [0, 1, 5])
def test_next_to_no_notes_give_no_reading(notes: int) -> None:
    score = PrettyMIDI()
    part = Instrument(0)
    part.notes = [Note(80, 60 + n, n * 0.5, n * 0.5 + 0.4) for n in range(notes)]
    score.instruments.append(part)
    assert JUDGE.read(score).top == "no reading"


def test_windows_cover_the_piece_and_follow_its_turn() -> None:
    calm, wild = piece(MINOR, 1.0, 40, seconds=24.0), piece(MAJOR, 0.3, 115, register=67, seconds=24.0)
    part = calm.instruments[0]
    part.notes += [Note(n.velocity, n.pitch, n.start + 24, n.end + 24) for n in wild.instruments[0].notes]
    timed = JUDGE.read_over_time(calm)
    assert timed[0].start == 0
    assert timed[-1].end == pytest.approx(max(n.end for n in part.notes))
    assert all(after.start < before.end for before, after in itertools.pairwise(timed))
    first, last = timed[0].reading.vad, timed[-1].reading.vad
    assert first is not None and last is not None
    assert last.arousal > first.arousal + 0.3


@given(steps=st.integers(-5, 6))
def test_degrees_harmony_and_pace_do_not_depend_on_the_key(steps: int) -> None:
    score = piece(MINOR, 0.5, 80)
    here, there = (measure(notes_of(s)) for s in (score, transposed(score, steps)))
    pitched = {"pitch, mean", "pitch, fifth", "pitch, ninety-fifth", "share below C3", "share above E5"}
    free = [i for i, name in enumerate(FEATURES) if name not in pitched | {"top, mean", "bass, mean"}]
    assert there[free] == pytest.approx(here[free], abs=1e-9)


def test_a_key_is_found_by_its_tonic() -> None:
    for tonic in range(12):
        chroma = np.roll([3, 0, 2, 0, 2, 1, 0, 3, 0, 1, 0, 1], tonic).astype(float)
        major, minor, major_tonic, _ = key_fit(chroma)
        assert major > minor
        assert major_tonic == tonic


def test_quadrants_agree_with_their_signs() -> None:
    assert quadrant_of(QUADRANT_SIGNS).tolist() == [0, 1, 2, 3]


def test_measures_have_a_name_each_and_are_finite() -> None:
    found = measure(notes_of(piece(MAJOR, 0.5, 80)))
    assert found.shape == (len(FEATURES),)
    assert len(set(FEATURES)) == len(FEATURES)
    assert np.isfinite(found).all()


def test_the_card_is_better_than_chance_by_more_than_its_interval() -> None:
    facts = json.loads((asset("judges", "music") / "card.json").read_text(encoding="utf-8"))
    assert facts["interval"][0] > JUDGE.card.chance == 0.25
    assert facts["interval"][0] < JUDGE.card.accuracy < facts["interval"][1]


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared/data")
def test_the_card_s_accuracy_is_found_again_on_the_validation_songs() -> None:
    from studio.training.corpus_music import read_clips

    clips = read_clips(CORPORA / "music" / "emopia", "val")
    readings = [JUDGE.read_performance(clip.performance) for clip in clips]
    shares = [r.probabilities for r in readings]
    read = np.array([QUADRANTS.index(max(share, key=share.__getitem__)) for share in shares])
    truth = np.array([clip.quadrant for clip in clips])
    for number, name in enumerate(QUADRANTS):
        assert (read[truth == number] == number).mean() == pytest.approx(JUDGE.card.recall[name], abs=0.01)
