from __future__ import annotations

import subprocess
import sys
import threading
from itertools import combinations, pairwise

import numpy as np
import pytest
from factories.fresh_python import loaded
from hypothesis import given, settings
from hypothesis import strategies as st
from music_ear import ask, major_over_minor, midi_bytes, pitched

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, RequestError
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from conditioning.vad import VAD
from conditioning.vocabulary import lexicon
from generators.base import Job
from generators.music.composer import Composer
from generators.music.orchestration import instruments

COMPOSER = Composer()
SEEDS = range(4)


def compose(*args, **kwargs):
    return COMPOSER.compose(ask(*args, **kwargs))


def tempo(piece) -> float:
    """Mean quarter notes a minute of the score's own tempo map."""
    beats = piece.score().get_beats()
    return 60 / float(np.mean(np.diff(beats)))


def melody(piece):
    return [p for p in piece.played if p.written.part == "melody"]


def velocity(piece) -> float:
    return float(np.mean([note.velocity for note in pitched(piece.score())]))


def register(piece) -> float:
    return float(np.mean([p.written.pitch for p in melody(piece)]))


def articulation(piece) -> float:
    """Median share of the way to the next melody note that a note sounds."""
    line = sorted(melody(piece), key=lambda p: p.start)
    shares = [(a.end - a.start) / (b.start - a.start) for a, b in pairwise(line)]
    return float(np.median(shares))


def density(piece) -> float:
    return len(pitched(piece.score())) / piece.seconds


def mode(piece) -> float:
    return major_over_minor(pitched(piece.score()))


def mean_of(measure, emotion) -> float:
    return float(np.mean([measure(compose(emotion, 24, seed)) for seed in SEEDS]))


@pytest.mark.parametrize(
    ("measure", "least"), [(tempo, 25), (mode, 0.3), (velocity, 15), (register, 3), (density, 4)]
)
def test_joy_is_faster_more_major_louder_higher_and_denser_than_sadness(measure, least):
    assert mean_of(measure, "joy") - mean_of(measure, "sadness") > least


def test_joy_is_played_more_detached_than_sadness():
    assert mean_of(articulation, "joy") < mean_of(articulation, "sadness") - 0.2


@pytest.mark.parametrize("measure", [tempo, velocity])
def test_arousal_raises_tempo_and_velocity(measure):
    values = [mean_of(measure, Emotion.at(VAD(0.1, arousal, 0.0))) for arousal in (-0.7, 0.0, 0.7)]
    assert values == sorted(values)
    assert values[2] > 1.2 * values[0]


def test_valence_brings_major():
    assert (
        mean_of(mode, Emotion.at(VAD(0.7, 0.1, 0.0)))
        > 0.1
        > -0.1
        > mean_of(mode, Emotion.at(VAD(-0.7, 0.1, 0.0)))
    )


def test_half_the_intensity_lies_between_neutral_and_the_whole():
    for measure in (tempo, velocity):
        whole, half, none = (mean_of(measure, Emotion.of("excitement", i)) for i in (1.0, 0.5, 0.0))
        assert none < half < whole


@settings(max_examples=12, deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(1.0, 45.0), st.integers(0, 2**31))
def test_any_emotion_of_any_length_gives_a_sound_score(valence, arousal, dominance, seconds, seed):
    piece = compose(Emotion.at(VAD(valence, arousal, dominance)), seconds, seed)
    score = piece.score()
    ranges = instruments()["ranges"]
    assert score.get_end_time() <= seconds
    for part in score.instruments:
        keys: dict[int, float] = {}
        for note in sorted(part.notes, key=lambda n: n.start):
            assert 0 <= note.start < note.end
            assert 1 <= note.velocity <= 127
            assert note.start >= keys.get(note.pitch, 0.0), "a key is struck while it still sounds"
            keys[note.pitch] = note.end
            if not part.is_drum:
                low, high = ranges[str(part.program)]
                assert low <= note.pitch <= high
    assert piece.form.bars[-1].end == sum(bar.beats for bar in piece.form.bars)
    chords = piece.chords()
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(chords))


def test_no_two_emotions_give_the_same_score():
    scores = {name: midi_bytes(compose(name, 6, 3).score()) for name in lexicon().names}
    for one, other in combinations(scores, 2):
        assert scores[one] != scores[other], (one, other)


def test_equal_requests_give_equal_scores_and_other_seeds_other_ones():
    one, again, other = (midi_bytes(compose("hope", 12, seed).score()) for seed in (5, 5, 6))
    assert one == again != other


def test_equal_scores_come_from_other_processes_too():
    code = (
        "import sys; sys.path.insert(0, 'tests/generators/music'); import hashlib\n"
        "from music_ear import ask, midi_bytes\n"
        "from generators.music.composer import Composer\n"
        "print(hashlib.sha256(midi_bytes(Composer().compose(ask('awe', 9, 2)).score())).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": h},
        ).stdout
        for h in ("1", "2")
    }
    assert len(hashes) == 1


@pytest.mark.parametrize("emotion", ["joy", "sadness", "anger", "serenity", "fear", "neutral"])
@pytest.mark.parametrize("seconds", [3, 9, 30])
def test_pieces_end_at_home(emotion, seconds):
    for seed in SEEDS:
        piece = compose(emotion, seconds, seed)
        last = piece.form.phrases[-1]
        end = piece.form.beats
        sounding = [
            p
            for p in piece.played
            if p.written.beat + p.written.length >= end - 0.01 and p.written.part != "drums"
        ]
        assert last.chords[-1].chord.root == 0
        assert min(p.written.pitch for p in sounding) % 12 == last.tonic
        assert melody(piece)[-1].written.pitch % 12 == last.tonic


def test_a_jump_of_the_emotion_starts_a_phrase_at_that_second():
    sad, joy = Emotion.of("sadness"), Emotion.of("joy")
    for at in (7.3, 11.0, 16.2):
        piece = compose(Timeline.of([(0, sad), (at - 0.2, sad), (at + 0.2, joy)]), 26.0)
        starts = [piece.clock.at(phrase.start) for phrase in piece.form.phrases]
        assert min(abs(start - at) for start in starts) < 0.15


def test_sadness_then_joy_is_faster_and_more_major_in_its_second_half():
    sad, joy = Emotion.of("sadness"), Emotion.of("joy")
    line = Timeline.of([(0, sad), (15, sad), (15.4, joy)])
    for seed in SEEDS:
        piece = compose(line, 30.0, seed)
        beats = piece.score().get_beats()
        gaps = np.diff(beats)
        early, late = gaps[beats[:-1] < 14.5].mean(), gaps[(beats[:-1] > 15.5) & (beats[:-1] < 28)].mean()
        assert late < 0.75 * early
        notes = pitched(piece.score())
        assert major_over_minor([n for n in notes if n.start > 15.3]) > major_over_minor(
            [n for n in notes if n.start < 14.8]
        )


def test_a_curve_is_followed_gradually():
    line = Timeline.of([(0, Emotion.of("calm")), (40, Emotion.of("excitement"))])
    piece = compose(line, 40.0)
    tempi = [bar.bpm for bar in piece.form.bars]
    assert np.corrcoef(np.arange(len(tempi)), tempi)[0, 1] > 0.95
    assert max(np.abs(np.diff(tempi)) / tempi[:-1]) < 0.15


def test_a_locked_fader_holds_whatever_the_emotion():
    locked = Conditioning.of(Emotion.of("sadness"), (Adjustment("music.tempo_bpm", 150.0),))
    assert tempo(compose(locked, 24)) == pytest.approx(150, rel=0.08)


def test_long_pieces_have_a_form():
    piece = compose("contentment", 60, 2)
    kinds = [phrase.kind for phrase in piece.form.phrases]
    assert kinds[0] == "intro"
    assert kinds[-1] == "coda"
    assert {"A", "A'", "B"} <= set(kinds)


def test_a_theme_that_returns_is_recognised():
    piece = compose("contentment", 60, 2)
    phrases = [p for p in piece.form.phrases if p.kind.rstrip("'") == "A"]

    def tune(phrase):
        bar = phrase.bars[0]
        inside = [p.written for p in melody(piece) if bar.start <= p.written.beat < bar.end]
        return {(round(n.beat - bar.start, 2), n.pitch) for n in inside}

    first, again = tune(phrases[0]), tune(phrases[-1])
    assert len(first & again) >= 0.5 * len(first)


def test_the_beats_of_the_score_are_the_beats_of_the_track():
    piece = compose("joy", 20)
    ours = piece.beats()
    assert np.allclose(piece.score().get_beats()[: len(ours)], ours, atol=0.002)


def test_cancelling_stops_the_composer():
    job = Job(seed=1, cancel=threading.Event())
    job.cancel.set()
    with pytest.raises(Cancelled):
        compose("joy", 10, job=job)


@pytest.mark.parametrize(
    ("seconds", "rate"), [(0.0, 48000), (-3.0, 48000), (float("nan"), 48000), (9e9, 48000), (5.0, 100)]
)
def test_impossible_requests_are_refused(seconds, rate):
    with pytest.raises(RequestError, match="Ask for"):
        COMPOSER.generate(ask("joy", seconds, rate=rate))


def test_describing_loads_nothing_heavy():
    code = "from generators.music.composer import Composer; assert Composer().describe().name == 'music=composer'"
    assert loaded(code, ("numba", "scipy", "music21", "pretty_midi", "soundfile", "torch")) == []
