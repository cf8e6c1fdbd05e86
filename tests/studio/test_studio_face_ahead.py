"""The face is loaded while the voice speaks, and what fails there is told in the face's turn."""

from __future__ import annotations

import threading

import pytest

from conditioning.errors import UnknownNameError
from generators.base import Description
from studio.face_stage import load_ahead
from studio.request import FilmRequest


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
