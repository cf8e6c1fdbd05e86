"""Each speech engine with weights or an installation of the user's choice, from the command line, from Python and from a manifest's line."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from factories.installed import WORKERS, lead_to_stand_ins, write_voice, write_weights
from typer.testing import CliRunner

from conditioning.errors import Cancelled
from studio.batch import read_manifest, run_batch
from studio.cli.main import app
from studio.request import FilmRequest
from studio.studio import Studio

SCRIPT = "The tide [joy] is turning."
WEIGHTS = ("vits", "fastspeech2", "coqui-vits", "speecht5", "dia", "csm", "xtts")


@pytest.fixture(scope="module")
def tiny(
    tmp_path_factory: pytest.TempPathFactory, one_thread: None, tiny_xtts: Path
) -> Callable[[str], Path]:
    """Gives the folder of an engine's tiny checkpoint, built at its first use."""
    built: dict[str, Path] = {"xtts": tiny_xtts}

    def folder(engine: str) -> Path:
        if engine not in built:
            kind = engine.replace("-", "_")
            build = getattr(import_module(f"factories.{kind}"), f"build_{kind}")
            built[engine] = build(tmp_path_factory.mktemp("tiny") / engine)
        return built[engine]

    return folder


@pytest.fixture
def voice(tmp_path: Path) -> str:
    return str(write_voice(tmp_path / "me.wav"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand-ins of the four libraries, and a folder with the files that they look for."""
    lead_to_stand_ins(monkeypatch, tmp_path / "log.jsonl")
    return write_weights(tmp_path / "weights")


@pytest.fixture
def studio() -> Iterator[Studio]:
    """One whose engines' workers end with the test."""
    yield (made := Studio())
    for engine in made._engines.values():
        getattr(engine, "close", lambda: None)()


@pytest.mark.parametrize("engine", WEIGHTS)
def test_weights_speak_from_everywhere(
    tiny: Callable[[str], Path], studio: Studio, tmp_path: Path, engine: str
) -> None:
    check_everywhere(f"{engine}:{tiny(engine)}", "", studio, tmp_path)


@pytest.mark.parametrize("engine", WORKERS)
def test_installations_speak_from_everywhere(
    installed: Path, studio: Studio, voice: str, tmp_path: Path, engine: str
) -> None:
    check_everywhere(f"{engine}:{installed}", voice, studio, tmp_path)
    loads = [json.loads(line)["what"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert loads.count("load") == 2  # once for the command line, once for Python and both lines


@pytest.mark.parametrize("engine", ("coqui-vits", "speecht5", "dia", "csm", "zonos"))
def test_a_cancel_while_it_speaks_leaves_no_file(
    tiny: Callable[[str], Path], installed: Path, studio: Studio, tmp_path: Path, engine: str
) -> None:
    out, cancel = tmp_path / "out", threading.Event()
    out.mkdir()
    folder = installed if engine in WORKERS else tiny(engine)
    seen: list[str] = []

    def watch(done: float, total: float, what: str) -> None:
        seen.append(what)
        if "speaking" in what:
            cancel.set()

    values = {
        "script": SCRIPT,
        "media": ["speech"],
        "engines": {"speech": f"{engine}:{folder}"},
        "judge": False,
    }
    with pytest.raises(Cancelled):
        studio.create(FilmRequest.read(values), out / "film.mp4", progress=watch, cancel=cancel)
    assert sum("speaking" in what for what in seen) == 1
    assert not list(out.iterdir())


def check_everywhere(name: str, voice: str, studio: Studio, folder: Path) -> None:
    """The same words from all three places are the same sound; a second line of the manifest is said as well."""
    wav = folder / "said.wav"
    spoken = CliRunner().invoke(
        app, ["speak", "--engine", f"speech={name}", "--text", SCRIPT, "--voice", voice, "-o", str(wav), "--seed", "3"]
    )  # fmt: skip
    assert spoken.exit_code == 0, spoken.output + str(spoken.exception)
    samples, rate = soundfile.read(wav, dtype="float32")
    assert np.abs(samples).max() > 0.005

    values: dict[str, Any] = {
        "script": SCRIPT, "media": ["speech"], "engines": {"speech": name}, "voice": voice, "seed": 3
    }  # fmt: skip
    track = studio.tracks(FilmRequest.read(values)).speech
    assert track is not None
    assert track.audio.sample_rate == rate
    assert np.abs(track.audio.samples - samples).max() < 1e-3 * max(1.0, np.abs(samples).max())
    assert [word.text for word in track.words] == ["The", "tide", "is", "turning."]

    small = {"height": 144, "judge": False, "captions": False, "fps": 5}
    manifest = folder / "manifest.jsonl"
    manifest.write_text(
        json.dumps({**values, **small, "id": "one"}) + "\n" + json.dumps({**values, **small, "id": "two", "script": "[sadness] Go home."}) + "\n"
    )  # fmt: skip
    outcomes = run_batch(
        read_manifest(manifest), folder / "films", studio=studio, progress=lambda _: lambda *_: None, cancel=threading.Event()
    )  # fmt: skip
    assert [outcome.status for outcome in outcomes] == ["done", "done"]
    kept = json.loads((folder / "films" / "one.json").read_text())
    assert kept["engines"]["speech"]["engine"] == f"speech={name}"
    assert kept["engines"]["speech"]["licence"]
    assert {aspect["name"] for aspect in kept["fulfilment"]["speech"]} >= {"emotion", "intensity", "timeline"}
    assert all(aspect["why"] for aspect in kept["fulfilment"]["speech"] if aspect["status"] != "honoured")


def test_all_are_listed_with_licence_and_what_they_honour_without_torch() -> None:
    """In a Python of its own, where nothing has been imported yet."""
    import subprocess

    code = (
        "import sys, json; from generators.registry import describe_all; "
        "print(json.dumps([[d.name, getattr(d, 'licence', ''), getattr(d, 'honours', ())] for d in describe_all()]));"
        "print([m for m in ('torch', 'transformers', 'TTS', 'diffusers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    listed, heavy = done.stdout.splitlines()
    rows = {name: (licence, honours) for name, licence, honours in json.loads(listed)}
    assert heavy == "[]"
    for engine in (*WEIGHTS, *WORKERS):
        licence, honours = rows[f"speech={engine}"]
        assert licence and honours, engine


def test_each_has_an_entry_point() -> None:
    known = {point.name for point in entry_points(group="affect.generators")}
    assert {f"speech.{engine}" for engine in (*WEIGHTS, *WORKERS)} <= known
