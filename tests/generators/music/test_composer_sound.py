from __future__ import annotations

import threading

import numpy as np
import pytest
from music_ear import ask, centroid, midi_bytes, pitched, rotation_fits

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, InputFileError
from conditioning.vad import VAD
from generators.base import Job
from generators.music.composer import Composer

RATE = 24000
FELT = ("joy", "sadness", "anger", "serenity", "fear")


@pytest.fixture(scope="module")
def pieces():
    return {name: Composer().generate(ask(name, 8.0, rate=RATE)) for name in FELT}


@pytest.mark.parametrize("emotion", FELT)
def test_the_sound_has_the_pitches_of_the_score(pieces, emotion):
    track = pieces[emotion]
    fits = rotation_fits(track.audio.samples, RATE, pitched(track.score))
    assert fits.argmax() == 0
    assert fits[0] > 0.4


@pytest.mark.parametrize("emotion", FELT)
def test_the_sound_is_clean(pieces, emotion):
    samples = pieces[emotion].audio.samples
    assert samples.dtype == np.float32
    assert samples.shape == (8 * RATE, 2)
    assert np.isfinite(samples).all()
    assert 0.1 < np.abs(samples).max() <= 0.9
    assert np.abs(samples[-20:]).max() < 1e-3, "it ends in silence, not in a click"
    assert abs(samples.mean()) < 1e-3


@pytest.mark.parametrize("emotion", FELT)
def test_both_channels_sound_alike_but_not_the_same(pieces, emotion):
    left, right = pieces[emotion].audio.samples.T
    assert 0.3 < np.corrcoef(left, right)[0, 1] < 0.999
    assert 0.5 < left.std() / right.std() < 2.0


def test_loud_emotions_are_louder_than_soft_ones(pieces):
    level = {name: track.audio.samples.std() for name, track in pieces.items()}
    assert level["sadness"] < level["fear"] < level["anger"]
    assert level["serenity"] < level["joy"]


def test_arousal_brightens_the_sound():
    points = [Emotion.at(VAD(0.2, arousal, 0.0)) for arousal in (-0.7, 0.0, 0.7)]
    heard = [centroid(Composer().generate(ask(e, 6.0, rate=RATE)).audio.samples, RATE) for e in points]
    assert heard == sorted(heard)
    assert heard[2] > 1.3 * heard[0]


@pytest.mark.parametrize("seconds", [1.0, 2.5, 7.77, 21.3])
@pytest.mark.parametrize("rate", [16000, 44100])
def test_the_length_is_exact(seconds, rate):
    track = Composer().generate(ask("hope", seconds, rate=rate))
    assert track.audio.samples.shape == (round(seconds * rate), 2)
    assert track.audio.sample_rate == rate
    assert track.score.get_end_time() <= seconds
    assert track.beats[0] == 0
    assert track.beats[-1] < seconds
    assert track.chords[0][0] == 0
    assert track.chords[-1][1] <= seconds


def test_equal_requests_give_equal_bytes(pieces):
    again = Composer().generate(ask("joy", 8.0, rate=RATE))
    assert again.audio.samples.tobytes() == pieces["joy"].audio.samples.tobytes()
    assert midi_bytes(again.score) == midi_bytes(pieces["joy"].score)


def test_another_seed_gives_another_piece(pieces):
    other = Composer().generate(ask("joy", 8.0, seed=2, rate=RATE))
    assert midi_bytes(other.score) != midi_bytes(pieces["joy"].score)


def test_progress_rises_and_names_the_work():
    seen = []
    job = Job(seed=1, progress=lambda done, total, what: seen.append((done / total, what)))
    Composer().generate(ask("joy", 4.0, rate=RATE, job=job))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert any("melody" in what for _, what in seen)


def test_cancelling_while_it_plays_stops_the_work():
    cancel = threading.Event()

    def watch(done, total, what):
        if "playing" in what:
            cancel.set()

    with pytest.raises(Cancelled):
        Composer().generate(ask("joy", 8.0, rate=RATE, job=Job(seed=1, progress=watch, cancel=cancel)))


def test_a_model_that_is_no_bank_is_refused(tmp_path):
    (tmp_path / "song.mp3").write_bytes(b"ID3" + bytes(100))
    with pytest.raises(InputFileError, match=r"song\.mp3"):
        Composer(str(tmp_path / "song.mp3")).generate(ask("joy", 2.0))


def test_what_was_not_done_is_said(pieces):
    aspects = {a.name: a for a in pieces["joy"].fulfilment}
    assert {"emotion", "intensity", "duration", "tempo", "mode"} <= set(aspects)
    assert aspects["duration"].status == "honoured"
    with_words = Composer().generate(ask("joy", 1.0, rate=RATE, text="like a sea shanty"))
    told = {a.name: a for a in with_words.fulfilment}
    assert told["text"].status == "ignored"
    assert told["emotion"].status == "approximated"
    assert all(a.why for a in with_words.fulfilment if a.status != "honoured")
