from __future__ import annotations

from pathlib import Path

import pytest
from factories.command_line import run

from conditioning.errors import EngineError, InputFileError, RequestError, UnknownNameError

pytestmark = pytest.mark.usefixtures("fresh_cache")


def test_an_engine_is_shown_with_the_size_and_fingerprint_of_its_weights(tiny_musicgen: Path) -> None:
    told = run("engines", "show", f"music=musicgen:{tiny_musicgen}")
    assert "files, " in told
    assert "weights " in told
    assert "licence" in told


def test_an_engine_is_shown_without_its_medium_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert f"{tmp_path / 'none'} does not exist" in run("engines", "show", f"wan:{tmp_path / 'none'}")


def test_a_folder_of_another_kind_is_told_before_anything_is_loaded(tiny_musicgen: Path) -> None:
    told = run("engines", "show", f"video=sd:{tiny_musicgen}")
    assert f"{tiny_musicgen} is not a folder of diffusers' StableDiffusionPipeline" in told
    assert "needs" not in run("engines", "show", f"music=musicgen:{tiny_musicgen}")


def test_where_no_hub_id_is_known_none_is_recommended() -> None:
    for engine in ("speech=coqui-vits", "video=animatediff"):
        assert f"needs     weights: give a folder, {engine}:FOLDER\n" in run("engines", "show", engine)
        with pytest.raises(EngineError, match=f"Name a folder: {engine}:FOLDER"):
            run("steer", "show", engine)


def test_the_list_has_whole_lines_and_says_what_its_words_mean() -> None:
    told = run("engines", "music").splitlines()
    assert sum(line.startswith("  needs     weights: give a hub id or a folder, ") for line in told) == 4
    assert told[-1].startswith("honours: followed as asked; follows: ")


def test_consent_is_given_on_the_command_line() -> None:
    from generators.hub.licences import require_consent

    model = "facebook/musicgen-small"
    with pytest.raises(EngineError):
        require_consent(model, "music=musicgen")
    told = run("engines", "show", f"music=musicgen:{model}", "--accept-licence")
    assert "accepted  by you" in told
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
    with pytest.raises(InputFileError, match="affect steer export"):
        run("steer", "show", "none.safetensors")
    with pytest.raises(UnknownNameError, match="nonsense"):
        run("steer", "show", "nonsense")
    with pytest.raises(RequestError, match="has no directions"):
        run("steer", "show", "speech=hibari")
