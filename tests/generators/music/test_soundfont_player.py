from __future__ import annotations

import numpy as np
import pretty_midi
import pytest
from music_ear import centroid, pitch_of

from generators.music.rendering import shipped_bank
from generators.music.soundfont.player import play

RATE = 24000


def sound(notes, program=0, controls=(), bends=(), seconds=1.5, softness=0.0):
    part = pretty_midi.Instrument(program)
    part.notes = [pretty_midi.Note(*note) for note in notes]
    part.control_changes = [pretty_midi.ControlChange(*c) for c in controls]
    part.pitch_bends = [pretty_midi.PitchBend(*b) for b in bends]
    return play(part, shipped_bank(), round(seconds * RATE), RATE, softness)


def power(samples, start, end):
    return float(np.sqrt((samples[int(start * RATE) : int(end * RATE)] ** 2).mean()))


# Piano, nylon guitar, violin, cello, strings, trumpet, horn, oboe, clarinet, flute.
@pytest.mark.parametrize("program", [0, 24, 40, 42, 48, 56, 60, 68, 71, 73])
@pytest.mark.parametrize("key", [60, 67, 74])
def test_notes_sound_at_the_pitch_of_the_score(program, key):
    wanted = 440 * 2 ** ((key - 69) / 12)
    samples = sound([(90, key, 0.0, 1.2)], program)
    heard = pitch_of(samples[int(0.3 * RATE) : int(1.0 * RATE)].mean(axis=1), RATE, wanted)
    assert abs(1200 * np.log2(heard / wanted)) < 20


def test_a_bend_of_two_semitones_is_two_semitones():
    samples = sound([(90, 60, 0.0, 1.2)], 73, bends=[(8191, 0.0)])
    heard = pitch_of(samples[int(0.3 * RATE) : int(1.0 * RATE)].mean(axis=1), RATE, 293.66)
    assert abs(1200 * np.log2(heard / 293.66)) < 20


def test_harder_notes_are_louder_and_brighter():
    soft, hard = (sound([(velocity, 60, 0.0, 1.0)], softness=4000) for velocity in (40, 110))
    assert power(hard, 0, 1) > 3 * power(soft, 0, 1)
    assert centroid(hard, RATE) > 1.1 * centroid(soft, RATE)


def test_softness_darkens_soft_notes_and_leaves_the_hardest():
    soft = [centroid(sound([(50, 67, 0.0, 1.0)], 48, softness=s), RATE) for s in (0.0, 4000.0)]
    hard = [sound([(127, 67, 0.0, 1.0)], 48, softness=s) for s in (0.0, 4000.0)]
    assert soft[1] < 0.9 * soft[0]
    assert np.array_equal(*hard)


def test_the_pedal_holds_notes_until_it_rises():
    held = sound([(100, 60, 0.0, 0.1)], controls=[(64, 127, 0.0), (64, 0, 1.0)])
    let_go = sound([(100, 60, 0.0, 0.1)])
    assert power(held, 0.7, 0.9) > 20 * power(let_go, 0.7, 0.9)


def test_expression_counts_as_its_square():
    full, half = (sound([(100, 60, 0.0, 1.0)], 48, controls=[(11, value, 0.0)]) for value in (127, 64))
    assert power(half, 0.2, 1) / power(full, 0.2, 1) == pytest.approx((64 / 127) ** 2, rel=0.01)


def test_pan_keeps_the_power_and_moves_it():
    left, right = (sound([(100, 60, 0.0, 1.0)], 73, controls=[(10, value, 0.0)]) for value in (1, 127))
    assert power(left[:, 0], 0, 1) > 100 * power(left[:, 1], 0, 1)
    assert power(left, 0, 1) == pytest.approx(power(right, 0, 1), rel=0.01)


def test_notes_end_after_their_release():
    samples = sound([(100, 60, 0.0, 0.3)], 73, seconds=2.0)
    assert power(samples, 1.5, 2.0) < 1e-4 * power(samples, 0.05, 0.3)


def test_a_part_is_the_sum_of_its_notes():
    both = sound([(90, 60, 0.0, 0.5), (90, 64, 0.4, 0.9)], 48)
    single = [sound([note], 48) for note in ((90, 60, 0.0, 0.5), (90, 64, 0.4, 0.9))]
    assert np.allclose(both, single[0] + single[1], atol=1e-6)


def test_playing_can_be_stopped():
    def stop():
        raise InterruptedError

    part = pretty_midi.Instrument(0)
    part.notes = [pretty_midi.Note(90, 60, 0.0, 0.5)]
    with pytest.raises(InterruptedError):
        play(part, shipped_bank(), RATE, RATE, report=stop)
