"""Directions between voices, on the command line: of speakers, of vectors, of recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from factories.command_line import run

from conditioning.errors import EngineError, RequestError, UnknownNameError
from generators.hub.direction_store import read_directions

pytestmark = pytest.mark.usefixtures("fresh_cache")


@pytest.fixture(scope="module")
def coqui_vits(tmp_path_factory: pytest.TempPathFactory) -> str:
    from factories.coqui_vits import build_coqui_vits

    return f"speech=coqui-vits:{build_coqui_vits(tmp_path_factory.mktemp('coqui') / 'tiny')}"


def rows(told: str) -> dict[str, float]:
    """The strength of each emotion that is shown."""
    table = told.partition("\nemotion ")[2].splitlines()[1:]
    return {line.split()[0]: float(line.split()[1]) for line in table if line.strip()}


def test_speakers_named_after_emotions_are_shown_with_the_strength_that_steers(coqui_vits: str) -> None:
    from conditioning.emotion import Emotion
    from generators.base import Job
    from generators.registry import load

    shown = rows(run("steer", "show", coqui_vits))
    assert shown
    engine = load(coqui_vits)
    engine.directions(Job())  # type: ignore[attr-defined]
    directions = engine.weights.loaded.directions  # type: ignore[attr-defined]
    assert sorted(shown) == sorted(directions.directions)
    for label, strength in shown.items():
        assert float(directions.of(Emotion.of(label)).norm()) == pytest.approx(strength, abs=1e-3)


def test_vectors_and_recordings_are_shown_and_exported(
    tiny_xtts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from factories.speecht5 import build_speecht5_with_voices

    speecht5 = f"speech=speecht5:{build_speecht5_with_voices(tmp_path / 't5')}"
    assert rows(run("steer", "show", speecht5))
    clips = tmp_path / "clips"
    clips.mkdir()
    for name, pitch in (("neutral", 120), ("anger", 240)):
        time = np.arange(2 * 22050) / 22050
        soundfile.write(clips / f"{name}.wav", 0.3 * np.sin(2 * np.pi * pitch * time), 22050)
    monkeypatch.setenv("AFFECT_XTTS_REFERENCES", str(clips))
    xtts = f"speech=xtts:{tiny_xtts}"
    assert set(rows(run("steer", "show", xtts))) == {"anger"}
    file = tmp_path / "anger.safetensors"
    run("steer", "export", xtts, "--out", str(file))
    assert float(read_directions(file).directions["anger"].unit.norm()) == pytest.approx(1, abs=1e-5)


def test_what_voices_do_not_tell_is_said_in_one_sentence(
    coqui_vits: str, tiny_xtts: Path, tmp_path: Path
) -> None:
    from factories.coqui_vits import build_coqui_vits

    with pytest.raises(UnknownNameError, match="Unknown direction 'awe'"):
        run("steer", "show", coqui_vits, "--emotions", "awe")
    with pytest.raises(RequestError, match="from voices, not from sentences"):
        run("steer", "learn", coqui_vits)
    plain = build_coqui_vits(tmp_path / "plain", ("p225", "Joy"))
    with pytest.raises(EngineError, match="no voices that differ in emotion"):
        run("steer", "show", f"speech=coqui-vits:{plain}")
    with pytest.raises(EngineError, match="no emotional recordings, and so no directions"):
        run("steer", "show", f"speech=xtts:{tiny_xtts}")
