from __future__ import annotations

from pathlib import Path

import pytest
from factories.command_line import run

from conditioning.errors import EngineError, InputFileError, RequestError

pytestmark = pytest.mark.usefixtures("fresh_cache")


def test_an_engine_is_shown_with_the_size_and_fingerprint_of_its_weights(tiny_musicgen: Path) -> None:
    told = run("engines", "show", f"music=musicgen:{tiny_musicgen}")
    assert "files, " in told
    assert "weights " in told
    assert "licence" in told


def test_an_engine_is_shown_without_its_medium_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert f"{tmp_path / 'none'} does not exist" in run("engines", "show", f"wan:{tmp_path / 'none'}")


def test_consent_is_given_on_the_command_line() -> None:
    from generators.hub.licences import require_consent

    model = "facebook/musicgen-small"
    with pytest.raises(EngineError):
        require_consent(model, "music=musicgen")
    run("engines", "show", f"music=musicgen:{model}", "--accept-licence")
    require_consent(model, "music=musicgen")


def test_consent_to_nothing_is_refused() -> None:
    with pytest.raises(RequestError, match="no weights of the hub"):
        run("engines", "show", "speech=hibari", "--accept-licence")
    with pytest.raises(RequestError, match="No engine is named"):
        run("engines", "show")


def test_directions_are_learned_shown_and_exported(tiny_musicgen: Path, tmp_path: Path) -> None:
    from generators.hub.direction_store import read_directions

    engine, file = f"music=musicgen:{tiny_musicgen}", tmp_path / "directions.safetensors"
    assert "Kept 2 directions" in run("steer", "learn", engine, "--emotions", "joy,fear")
    assert list((tmp_path / "kept" / "directions").glob("*.safetensors"))
    run("steer", "export", engine, "--emotions", "joy,fear", "--out", str(file))
    kept = read_directions(file)
    assert sorted(kept.directions) == ["fear", "joy"]
    assert float(kept.directions["joy"].unit.norm()) == pytest.approx(1, abs=1e-5)
    told = run("steer", "show", str(file))
    assert f"{kept.directions['joy'].length:.3f}" in told
    assert told == run("steer", "show", engine, "--emotions", "joy,fear")


def test_what_is_no_file_of_directions_is_refused(tiny_musicgen: Path, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no file of directions"):
        run("steer", "show", str(tiny_musicgen / "model.safetensors"))
    with pytest.raises(InputFileError, match="There is no file"):
        run("steer", "show", str(tmp_path / "none.safetensors"))
    with pytest.raises(RequestError, match="has no directions"):
        run("steer", "show", "speech=hibari")
