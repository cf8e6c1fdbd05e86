"""The face is loaded while the voice speaks, and what fails there is told in the face's turn."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from conditioning.errors import AffectError, UnknownNameError
from generators.base import Description, Job
from studio.face_stage import load_ahead
from studio.request import FilmRequest
from studio.stages import once_begun
from studio.studio import Studio


class Slow:
    """A face that notes what is loaded ahead."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.done = threading.Event()

    def describe(self) -> Description:
        return Description("face=slow", "Slow", "1", "Apache-2.0", options=("mara", "henrik"))

    def prepare(self, name: str = "") -> None:
        self.asked.append(name)
        self.done.set()
        raise UnknownNameError("character", name, ())


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(("character", "expected"), [("henrik", "henrik"), ("", "mara")])
def test_the_face_that_will_be_shown_is_loaded_and_its_fault_is_left_for_later(
    character: str, expected: str
) -> None:
    engine = Slow()
    load_ahead(FilmRequest(script="Hello.", character=character, voice="heart"), engine)
    assert engine.done.wait(10)
    assert engine.asked == [expected]


def test_a_face_without_anything_to_load_is_left_alone() -> None:
    class Plain:
        def describe(self) -> Description:
            return Description("face=plain", "Plain", "1", "Apache-2.0")

    before = threading.active_count()
    load_ahead(FilmRequest(script="Hello."), Plain())  # type: ignore[arg-type]
    assert threading.active_count() == before


WRONG = {
    "voice": {"voice": "nobody"},
    "language": {"language": "xx"},
    "emotion in the script": {"script": "[blurpleish] Hello."},
    "character": {"character": "nobody"},
    "camera": {"camera": "nowhere"},
    "style": {"style": "nonsense"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_nothing_is_loaded_for_a_wrong_request(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its fault is told at once, and no thread holds the process up."""
    loaded: list[FilmRequest] = []
    monkeypatch.setattr("studio.studio.load_ahead", lambda request, engine: loaded.append(request))
    values = {"script": "Hello.", "media": ("speech", "face"), "judge": False} | WRONG[wrong]
    with pytest.raises(AffectError):
        Studio().create(FilmRequest.read(values), tmp_path / "film.mp4")
    assert not loaded
    assert not list(tmp_path.iterdir())


def test_the_face_is_loaded_from_the_voices_first_step_on() -> None:
    steps: list[str] = []
    job = once_begun(
        Job(progress=lambda done, total, what: steps.append(what)), lambda: steps.append("loading")
    )
    job.step(0, 2, "reading")
    job.step(1, 2, "speaking")
    assert steps == ["loading", "reading", "speaking"]
