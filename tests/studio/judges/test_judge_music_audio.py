from __future__ import annotations

import itertools
import json
from functools import cache

import numpy as np
import pytest
from pretty_midi import Instrument, Note

from conditioning.assets import asset
from studio.judges.media import Waveform
from studio.judges.music_heard import HEARD_FEATURES, describe_heard, hear
from studio.judges.music_sound import SOUND_FEATURES, describe, level_to, sound_tracks
from studio.judges.scoring.music_audio import MusicAudioJudge
from studio.judges.transcription import SAMPLE_RATE, notes_from, strike_frames

JUDGE = MusicAudioJudge()
MAJOR, MINOR = (0, 4, 7), (0, 3, 7)


def notes(triad: tuple[int, ...], beat: float, velocity: int, register: int, seconds: float) -> list[Note]:
    """Tonic, subdominant, dominant and tonic, broken over a bass."""
    found = []
    for bar in range(int(seconds / (4 * beat))):
        start, root = bar * 4 * beat, register + (0, 5, 7, 0)[bar % 4]
        chord = MAJOR if bar % 4 == 2 else triad
        found.append(Note(velocity, root - 24, start, start + 4 * beat))
        for step in range(8):
            at = start + step * beat / 2
            found.append(Note(velocity, root + chord[step % 3] + 12 * (step in (3, 4)), at, at + beat * 0.45))
    return found


@cache
def recording(
    triad: tuple[int, ...], beat: float, velocity: int, register: int = 60, seconds: float = 20.0
) -> Waveform:
    """The same, played by the studio's sampler on a piano."""
    from generators.music.rendering import shipped_bank
    from generators.music.soundfont.player import play

    part = Instrument(0)
    part.notes = notes(triad, beat, velocity, register, seconds)
    return Waveform(play(part, shipped_bank(), int(seconds * SAMPLE_RATE), SAMPLE_RATE), SAMPLE_RATE)


def bright() -> Waveform:
    return recording(MAJOR, 0.32, 112, 67)


def test_written_notes_are_heard_again() -> None:
    wave = level_to(recording(MAJOR, 0.5, 80).samples.mean(axis=1))
    heard = notes_from(strike_frames(wave))
    written = notes(MAJOR, 0.5, 80, 60, 20.0)
    found = sum(
        bool(np.any((heard.pitches == note.pitch) & (np.abs(heard.starts - note.start) < 0.06)))
        for note in written
    )
    recall, precision = found / len(written), found / len(heard)
    assert 2 * recall * precision / (recall + precision) > 0.75


def test_fast_and_loud_is_heard_as_more_excited_than_slow_and_soft() -> None:
    quick, slow = JUDGE.read(bright()).vad, JUDGE.read(recording(MINOR, 1.1, 42)).vad
    assert quick is not None and slow is not None
    assert quick.arousal > slow.arousal + 0.3


@pytest.mark.parametrize(("beat", "velocity"), [(0.9, 55), (0.5, 75), (0.35, 100)])
def test_minor_is_heard_as_less_pleasant_than_major(beat: float, velocity: int) -> None:
    major, minor = (JUDGE.read(recording(triad, beat, velocity)).vad for triad in (MAJOR, MINOR))
    assert major is not None and minor is not None
    assert minor.valence < major.valence


def test_gain_changes_nothing_and_the_rate_next_to_nothing() -> None:
    import soxr

    sound = bright()
    soft = Waveform(sound.samples * np.float32(0.05), sound.sample_rate)
    other = Waveform(soxr.resample(sound.samples, sound.sample_rate, 48000), 48000)
    once = JUDGE.read(sound).probabilities
    assert JUDGE.read(soft).probabilities == pytest.approx(once, abs=0.02)
    assert JUDGE.read(other).probabilities == pytest.approx(once, abs=0.1)


def test_windows_cover_the_recording() -> None:
    timed = JUDGE.read_over_time(bright())
    assert timed[0].start == 0
    assert timed[-1].end == pytest.approx(20.0)
    assert all(after.start < before.end for before, after in itertools.pairwise(timed))
    assert all(reading.reading.probabilities for reading in timed)


def test_a_stretch_is_read_as_if_it_stood_alone() -> None:
    first, second = bright(), recording(MINOR, 1.1, 60)
    both = Waveform(np.concatenate([first.samples, second.samples]), SAMPLE_RATE)
    read = JUDGE.read_stretch(both, 20.0, 40.0).reading
    assert read.vad is not None
    alone = JUDGE.read(second).vad
    assert alone is not None
    assert read.vad.arousal == pytest.approx(alone.arousal, abs=0.25)


@pytest.mark.parametrize("rate", [8000, 44100])
def test_silence_gets_no_reading(rate: int) -> None:
    reading = JUDGE.read(Waveform(np.zeros((rate * 5, 2), np.float32), rate))
    assert reading.top == "no reading"
    assert reading.confidence == 0


def test_nothing_and_next_to_nothing_get_no_reading() -> None:
    assert JUDGE.read(Waveform(np.zeros(0, np.float32), 44100)).top == "no reading"
    assert JUDGE.read(Waveform(np.full(20, 0.1, np.float32), 44100)).top == "no reading"


@pytest.mark.parametrize("tilt", [0.0, 0.5, 1.0])
def test_noise_gets_no_reading(tilt: float) -> None:
    spectrum = np.fft.rfft(np.random.default_rng(5).normal(0, 1, 22050 * 10))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20.0) ** -tilt
    wave = np.fft.irfft(spectrum)
    wave = (0.2 * wave / np.abs(wave).max()).astype(np.float32)
    assert JUDGE.read(Waveform(wave, 22050)).top == "no reading"


def test_measures_have_a_name_each_and_are_finite() -> None:
    found = describe_heard(hear(bright()))
    assert found.shape == (len(HEARD_FEATURES),) == (len(set(HEARD_FEATURES)),)
    assert np.isfinite(found).all()


def test_a_higher_tone_has_a_higher_centre() -> None:
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    place = SOUND_FEATURES.index("centre, mean")
    centres = [
        describe(sound_tracks(level_to(np.sin(2 * np.pi * hertz * times))))[place]
        for hertz in (220, 880, 3520)
    ]
    assert np.diff(centres) == pytest.approx([2, 2], abs=0.1)


def test_a_semitone_is_rougher_than_an_octave() -> None:
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    place = SOUND_FEATURES.index("roughness, mean")

    def rough(ratio: float) -> float:
        wave = np.sin(2 * np.pi * 440 * times) + np.sin(2 * np.pi * 440 * ratio * times)
        return float(describe(sound_tracks(level_to(wave)))[place])

    assert rough(2 ** (1 / 12)) > 3 * rough(2.0)


def test_the_card_is_better_than_chance_by_more_than_its_interval() -> None:
    facts = json.loads((asset("judges", "music_audio") / "card.json").read_text(encoding="utf-8"))
    assert facts["interval"][0] > JUDGE.card.chance == 0.25
    assert facts["interval"][0] < JUDGE.card.accuracy < facts["interval"][1]


@pytest.mark.parametrize("language", ["en", "de"])
def test_speech_gets_no_reading(language: str) -> None:
    from conditioning.script import parse_script
    from generators.base import SpeechRequest
    from generators.registry import load

    said = {
        "en": "The letter came this morning, and nobody had told her what was in it. She read it twice and sat down.",
        "de": "Der Brief kam heute Morgen, und niemand hatte ihr gesagt, was darin stand. Sie las ihn zweimal.",
    }
    request = SpeechRequest(parse_script(said[language]), language=language)
    assert JUDGE.read(load("speech=pico").generate(request).audio).top == "no reading"
