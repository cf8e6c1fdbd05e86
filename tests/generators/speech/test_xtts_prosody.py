"""``speech=xtts:FOLDER?prosody=own``: the built-in voice's melody, level and timing in XTTS's voice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import Script, Span
from external.world import world
from generators.base import Audio, Job, SpeechRequest, SpeechTrack
from generators.speech.hibari import Hibari
from generators.speech.repitch import repitched
from generators.speech.xtts import Xtts

TEXT = "The tide is turning, and the boats lie waiting."
JOY, NOTHING = Emotion.of("joy"), Emotion.neutral()


def said(engine: Any, emotion: Emotion, language: str = "en", voice: str = "") -> SpeechTrack:
    script = Script((Span(TEXT, emotion),))
    return engine.generate(SpeechRequest(script, voice, language, job=Job(3)))  # type: ignore[no-any-return]


def why(track: SpeechTrack, name: str) -> tuple[str, str]:
    return next((a.status, a.why) for a in track.fulfilment if a.name == name)


def melody(audio: Audio) -> np.ndarray:
    """F0 in semitones every 5 ms; nan where nothing is voiced, or too quiet for F0 to be more than a guess."""
    samples = audio.samples.astype(np.float64)
    f0, times = world().harvest(samples, audio.sample_rate, f0_floor=60.0, f0_ceil=600.0)
    half = audio.sample_rate // 80
    level = np.array(
        [np.std(samples[max(0, at - half) : at + half]) for at in (times * audio.sample_rate).astype(int)]
    )
    return 12 * np.log2(np.where((f0 > 0) & (level > 0.1 * level.max()), f0, np.nan))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The correlation of two melodies where both are voiced, at the best of shifts up to a fifth of a second."""
    found = []
    for late in range(-40, 41):
        pairs = [
            (one[place + late], value) for place, value in enumerate(other) if 0 <= place + late < len(one)
        ]
        both = np.array(pairs)[~np.isnan(np.array(pairs)).any(axis=1)]
        found.append(np.corrcoef(both.T)[0, 1])
    return float(max(found))


@pytest.fixture(scope="module")
def plain(tiny_xtts: Path) -> Xtts:
    return Xtts(str(tiny_xtts))


@pytest.fixture(scope="module")
def engine(tiny_xtts: Path) -> Xtts:
    return Xtts(f"{tiny_xtts}?prosody=own")


def saying(engine: Xtts, audio: Audio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the weights, which are random and say no words, say a sound."""
    engine.fulfilment(SpeechRequest(Script((Span(TEXT, NOTHING),))))
    assert engine.weights.loaded is not None
    spoken = soxr.resample(audio.samples, audio.sample_rate, engine.describe().sample_rate)
    monkeypatch.setattr(engine.weights.loaded.model, "inference", lambda *_, **__: {"wav": spoken})


def test_the_melody_and_timing_of_the_built_in_voice_sound_in_the_other_voice(
    engine: Xtts, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Hibari()
    led, plain = said(own, JOY).audio, said(own, NOTHING, voice="lily").audio
    flat = Audio(repitched(plain.samples, plain.sample_rate, 0.0, 0.0), plain.sample_rate)  # on one note
    saying(engine, flat, monkeypatch)
    track = said(engine, JOY)
    assert why(track, "prosody")[0] == "approximated"
    ours, before, aim = melody(track.audio), melody(flat), melody(led)
    assert likeness(ours, aim) > 0.6 > likeness(before, aim) + 0.2
    spread, flat_spread, aimed = (
        float(np.diff(np.nanquantile(m, (0.25, 0.75)))[0]) for m in (ours, before, aim)
    )
    assert spread > 0.5 * aimed
    assert spread > 2 * flat_spread
    assert abs(track.audio.duration - led.duration) < 0.1
    raised = float(Conditioning.of(JOY).faders("prosody", np.zeros(1))["pitch"][0])
    assert np.nanmedian(ours) - np.nanmedian(before) == pytest.approx(
        raised, abs=2.0
    )  # her register and the fader


def test_where_nothing_is_felt_it_is_the_library_alone(engine: Xtts, plain: Xtts) -> None:
    assert np.array_equal(said(engine, NOTHING).audio.samples, said(plain, NOTHING).audio.samples)


def test_sound_that_cannot_be_matched_is_bent_by_the_faders_and_said_so(
    engine: Xtts, plain: Xtts, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Script((Span("Nobody had told me where the seven green apples came from.", NOTHING),))
    audio = Hibari().generate(SpeechRequest(other, job=Job(3))).audio
    for one in (engine, plain):
        saying(one, audio, monkeypatch)
    track = said(engine, JOY)
    assert np.array_equal(track.audio.samples, said(plain, JOY).audio.samples)
    status, reason = why(track, "prosody")
    assert status == "ignored"
    assert "In 1 of 1 spans the two could not be matched" in reason


def test_other_languages_and_other_values_are_told(engine: Xtts, tiny_xtts: Path) -> None:
    assert why(said(engine, JOY, "es"), "prosody")[0] == "ignored"
    with pytest.raises(RequestError, match="prosody 'mine' of speech=xtts is not known"):
        Xtts(f"{tiny_xtts}?prosody=mine")
