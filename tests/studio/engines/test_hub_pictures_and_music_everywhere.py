"""Each engine of pictures, faces and music with weights of the user's choice, from the command line, from Python, and from a manifest's line."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import musicgen, sounds, stills, videos, wan_animate
from PIL import Image
from typer.testing import CliRunner

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from generators.base import FaceRequest
from generators.face.head import Head
from generators.face.neural.handover import over_plain_grey
from generators.face.neural.wan_animate import WanAnimate
from generators.music.diffusion import AceStep, StableAudio
from generators.music.musicgen import Musicgen
from generators.music.musicgen_melody import MusicgenMelody
from generators.video.diffusion.engine import DiffusionEngine
from studio.batch import read_manifest, run_batch
from studio.cli.main import app
from studio.request import FilmRequest
from studio.studio import Studio

BUILDERS: dict[str, Callable[[Path], Path]] = {
    "video=sd": stills.build_sd, "video=sdxl": stills.build_sdxl, "video=sd3": stills.build_sd3,
    "video=flux": stills.build_flux, "video=wan": videos.build_wan, "video=wan-image": videos.build_wan_image,
    "video=ltx": videos.build_ltx, "video=ltx2": videos.build_ltx2, "video=animatediff": videos.build_animatediff,
    "video=hunyuan": videos.build_hunyuan, "video=cogvideox": videos.build_cogvideox,
    "face=wan-animate": wan_animate.build_wan_animate, "music=musicgen": musicgen.build_musicgen,
    "music=musicgen-melody": musicgen.build_musicgen_melody, "music=stable-audio": sounds.build_stable_audio,
    "music=ace-step": sounds.build_ace_step,
}  # fmt: skip
COMMANDS = {"video": "paint", "music": "compose", "face": "animate"}


@pytest.fixture(scope="module")
def small() -> Iterator[None]:
    """The engines make few small pictures in one step, and short calls of music; a new engine need not be installed."""
    with pytest.MonkeyPatch.context() as patch:
        pictures: dict[str, Any] = {"steps": 1, "area": 64 * 64, "longest": 9}
        for kind, more in {
            DiffusionEngine: pictures, WanAnimate: {**pictures, "area": 32 * 32}, Musicgen: {"longest": 1.0},
            MusicgenMelody: {"longest": 1.0}, StableAudio: {"steps": 1, "longest": 1.0},
            AceStep: {"steps": 1, "longest": 1.0},
        }.items():  # fmt: skip
            patch.setattr(kind, "__init__", _less(kind.__init__, more))
        from generators import registry

        own = EntryPoint("face.wan-animate", "generators.face.neural.wan_animate:WanAnimate", registry.GROUP)
        found = registry._points()
        if own.name not in [point.name for point in found]:
            patch.setattr(registry, "_points", lambda: [*found, own])
        yield


def _less(built: Callable[..., None], more: dict[str, Any]) -> Callable[..., None]:
    return lambda self, model="": built(self, model, **more)


@pytest.fixture(scope="module", params=BUILDERS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, one_thread: None, small: None
) -> str:
    """The engine's full name with its tiny weights."""
    folder = tmp_path_factory.mktemp("tiny")
    name = f"{request.param}:{BUILDERS[request.param](folder / 'model')}"
    if request.param == "face=wan-animate":
        still = FaceRequest(
            Conditioning.of(Emotion.neutral()), 0.1, fps=10.0, size=(256, 256), character="mara"
        )
        Image.fromarray(next(over_plain_grey(Head().generate(still)))).save(folder / "me.png")
        name += f"?portrait={folder / 'me.png'}"
    return name


def fields(engine: str) -> dict[str, Any]:
    """Of a request for half a second in joy."""
    medium, _, name = engine.partition("=")
    return {
        "script": "", "emotion": "joy", "media": [medium], "engines": {medium: name}, "seconds": 0.5, "seed": 3,
        "height": 144, "format": "1:1", "judge": False, "captions": False,
    }  # fmt: skip


def test_it_works_from_the_command_line_from_python_and_from_a_manifest(engine: str, tmp_path: Path) -> None:
    medium = engine.partition("=")[0]
    out = tmp_path / ("made.wav" if medium == "music" else "made.mp4")
    size = [] if medium == "music" else ["--height", "144", "--format", "1:1"]
    asked = ["--engine", engine, "--emotion", "joy", "-o", str(out), "--json", *size]
    if medium == "face":
        asked += ["--track", str(_still_track(tmp_path)), "--no-judge"]
    else:
        asked += ["--seconds", "0.5"]
    told = CliRunner().invoke(app, [COMMANDS[medium], *asked])
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert out.stat().st_size > 500
    assert json.loads(told.stdout.splitlines()[-1])

    film = Studio().create(FilmRequest.read(fields(engine)), tmp_path / "python.mp4")
    assert film.record["engines"][medium]["engine"] == engine

    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"id": "line", **fields(engine)}) + "\n")
    lines, cancel = read_manifest(manifest), threading.Event()
    (outcome,) = run_batch(lines, tmp_path / "films", progress=lambda line: lambda *_: None, cancel=cancel)
    assert outcome.status == "done", outcome.record
    assert (tmp_path / "films" / "line.mp4").read_bytes() == (tmp_path / "python.mp4").read_bytes()


def _still_track(folder: Path) -> Path:
    """A face track of half a second."""
    from generators.face.exchange.track_json import track_json

    path = folder / "track.json"
    times = np.arange(5) / 10
    path.write_text(track_json(times, np.zeros((5, 52)), np.zeros((5, 6)), 10.0))
    return path


def test_options_on_the_command_line_are_those_behind_the_weights(
    small: None, tiny_wan: Path, tmp_path: Path
) -> None:
    def paint(name: str, *more: str) -> bytes:
        out = tmp_path / f"{len(list(tmp_path.iterdir()))}.mp4"
        asked = [
            "--engine",
            name,
            "--emotion",
            "joy",
            "--seconds",
            "0.3",
            "--height",
            "144",
            "-o",
            str(out),
            *more,
        ]
        told = CliRunner().invoke(app, ["paint", *asked])
        assert told.exit_code == 0, told.output
        return out.read_bytes()

    weights = f"video=wan:{tiny_wan}"
    assert (
        paint(weights, "--steer-schedule", "0:3,1:0")
        == paint(f"{weights}?schedule=0:3,1:0")
        != paint(weights)
    )
    none = CliRunner().invoke(app, ["paint", "--lora", "x.safetensors", "-o", str(tmp_path / "x.mp4")])
    assert none.exception is not None
    assert "none is named" in str(none.exception)
