"""Directions learned once from recordings, by name on the command line, and spoken by ever after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from factories.command_line import run

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, RequestError
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.hub.direction_store import read_directions
from generators.speech.references import Latents, References
from generators.speech.xtts import Xtts
from generators.speech.xtts_weights import load_xtts


@pytest.fixture
def clips(tmp_path: Path, fresh_cache: None) -> Path:
    """Stand-ins for emotional speech, and a cache that no other test sees."""
    folder = tmp_path / "clips"
    folder.mkdir()
    time = np.arange(22050) / 22050
    for name, pitch, pace in (("neutral", 120, 3), ("anger", 220, 6), ("sadness-1", 90, 1.5)):
        tone = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 12))
        soundfile.write(
            folder / f"{name}.wav", 0.2 * tone * (1 + 0.5 * np.sin(2 * np.pi * pace * time)), 22050
        )
    return folder


def references(folder: Path, clips: Path | None = None) -> References | None:
    return load_xtts(folder, "cpu", clips).references


def say(folder: Path, emotion: Emotion) -> np.ndarray:
    script = Script((Span("The tide is turning.", emotion),))
    return Xtts(str(folder)).generate(SpeechRequest(script, job=Job(3))).audio.samples


def test_what_was_learned_is_what_the_recordings_say(tiny_xtts: Path, clips: Path) -> None:
    assert references(tiny_xtts) is None
    bare = say(tiny_xtts, Emotion.neutral())
    told = run("steer", "learn", f"speech=xtts:{tiny_xtts}", "--clips", str(clips))
    assert "Kept 2 directions" in told
    kept, heard = references(tiny_xtts), references(tiny_xtts, clips)
    assert kept is not None
    assert heard is not None
    for label in ("anger", "sadness"):
        one, other = kept.directions[label], heard.directions[label]
        assert float((one.prosody - other.prosody).abs().max()) < 1e-5
        assert float((one.colour - other.colour).abs().max()) < 1e-6
    assert np.array_equal(say(tiny_xtts, Emotion.of("anger").scaled(0)), bare)
    anger, sadness = (say(tiny_xtts, Emotion.of(name)) for name in ("anger", "sadness"))
    assert anger.shape != sadness.shape or not np.array_equal(anger, sadness)


def test_a_strength_moves_the_prosody_by_that_many_unit_vectors_and_mixtures_add(
    tiny_xtts: Path, clips: Path
) -> None:
    run("steer", "learn", f"speech=xtts:{tiny_xtts}", "--clips", str(clips))
    (file,) = (clips.parent / "kept" / "directions").glob("*-clips.safetensors")
    unit = read_directions(file).directions["anger"]
    assert float(unit.unit.norm()) == pytest.approx(1, abs=1e-5)
    loaded = load_xtts(tiny_xtts, "cpu", None)
    voice = next(iter(loaded.voices.values()))
    assert loaded.references is not None

    def moved(emotion: Emotion) -> np.ndarray:
        steered: Latents = loaded.references.steered(voice, emotion)  # type: ignore[union-attr]
        return (steered.prosody - voice.prosody).flatten().numpy()

    expected = 0.4 * unit.length * unit.unit.numpy()
    assert np.abs(moved(Emotion.of("anger", 0.4)) - expected).max() < 1e-5
    both = moved(Emotion.of({"anger": 0.25, "sadness": 0.75}))
    parts = 0.25 * moved(Emotion.of("anger")) + 0.75 * moved(Emotion.of("sadness"))
    assert np.abs(both - parts).max() < 1e-5
    assert loaded.references.steered(voice, Emotion.neutral()) is voice


def test_the_built_in_voice_makes_recordings_where_there_are_none(tiny_xtts: Path, clips: Path) -> None:
    told = run("steer", "learn", f"speech=xtts:{tiny_xtts}", "--clips", "own", "--emotions", "joy")
    assert "Kept 1 directions" in told
    assert references(tiny_xtts) is not None


def test_recordings_that_do_not_suit_are_refused(tiny_xtts: Path, tiny_wan: Path, clips: Path) -> None:
    with pytest.raises(RequestError, match="does not learn from recordings"):
        run("steer", "learn", f"video=wan:{tiny_wan}", "--clips", str(clips))
    (clips / "neutral.wav").unlink()
    with pytest.raises(EngineError, match="lacks recordings"):
        run("steer", "learn", f"speech=xtts:{tiny_xtts}", "--clips", str(clips))
