"""Arguments and options that several commands share, and how they become a request."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conditioning.errors import InputFileError, RequestError

if TYPE_CHECKING:
    from studio.request import FilmRequest

__all__ = [
    "Camera", "Character", "Engine", "Fader", "Format", "HeadMotion", "Height", "Json", "Language", "Lexicon", "Loudness", "Mood", "Plan", "PlanOut", "Prosody", "Scene",
    "ScriptFile", "Seconds", "Seed", "Shape", "Text", "Times", "Voice", "lexicon_text", "read_script", "request_of",
]  # fmt: skip

ScriptFile = Annotated[str, typer.Argument(help="Text file with emotion marks; '-' reads standard input.")]
Text = Annotated[str, typer.Option("--text", "-t", help="The script itself, in place of a file.")]
Mood = Annotated[
    str,
    typer.Option(
        "--emotion", "-e", help="Emotion before the first mark: 'joy', 'joy:0.7+fear:0.3', 'v=.5 a=-.2', 😊 …"
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result.")]
Voice = Annotated[str, typer.Option(help="Character of the voice; 'affect engines' lists them.")]
Style = Annotated[
    str,
    typer.Option(
        help="Way of speaking besides the emotion: whisper, shout:0.5+smile, lombard, creak, tremor …"
    ),
]
Character = Annotated[str, typer.Option(help="Character of the face; fits the voice if not given.")]
Plan = Annotated[
    str,
    typer.Option(
        help="Action units over time in place of the emotion's: a TOML file, see docs/face-expression.md."
    ),
]
PlanOut = Annotated[
    Path | None, typer.Option("--write-plan", help="Write the face's action units over time as such a file.")
]
Camera = Annotated[
    str, typer.Option("--camera", help="How much of the person is shown: bust, medium or close.")
]
HeadMotion = Annotated[
    str,
    typer.Option(
        "--head-style",
        help="Way of moving the head, apart from the face: still, calm, lively, newsreader, nodding, swaying, restless, "
        "or an emotion.",
    ),
]
Scene = Annotated[str, typer.Option(help="Background; chosen by emotion and text if not given.")]
Language = Annotated[str, typer.Option(help="Language of the script, such as en or de.")]
Engine = Annotated[
    list[str], typer.Option("--engine", help="An engine: speech=pico, music=musicgen:FOLDER … (repeatable)")
]
Fader = Annotated[
    list[str],
    typer.Option(
        "--fader",
        help="Hold a fader: prosody.rate=1.2, shift it: prosody.rate+=0.1, or take a preset: FILE.toml (repeatable)",
    ),
]
Prosody = Annotated[
    str, typer.Option(help="Map from emotion to the voice's prosody: actors (its own), emofilt or emospeak.")
]
Shape = Annotated[
    list[str],
    typer.Option(
        "--shape",
        help="Shape all emotions: strength=0.8, contrast=2, prefer=joy, prefer_share=0.3, most=2, attack=1, release=2, "
        "smoothing=1 (repeatable)",
    ),
]
Lexicon = Annotated[
    str,
    typer.Option(
        help="Dictionary of pronunciations: a TOML table [pronunciation], or lines such as: tomato /təˈmɑːtəʊ/."
    ),
]
Loudness = Annotated[
    float | None, typer.Option(help="Bring the sound to this loudness in LUFS, such as -16.")
]
Times = Annotated[
    list[Path],
    typer.Option(
        help="Write when words and phones are said: FILE.json, .TextGrid, .srt or .vtt (repeatable)."
    ),
]
Seconds = Annotated[float, typer.Option(help="Length where nothing is said.")]
Format = Annotated[str, typer.Option(help="Shape of the picture: 16:9, 9:16 or 1:1.")]
Height = Annotated[int, typer.Option(help="Shorter side of the picture in pixels.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print the record, or the fault, as JSON on standard output.")
]


def read_script(file: str, text: str, *, needed: bool = True) -> str:
    """The script from a file, from standard input or from an option.

    Raises:
        InputFileError: the file is missing or is not text.
        RequestError: neither or both are given.
    """
    if file and text:
        raise RequestError("A script file and --text are both given.", "Give one of them.")
    if not file:
        if needed and not text:
            raise RequestError(
                "No script is given.", "Give the path of a text file, or the text with --text."
            )
        return text
    if file == "-":
        return sys.stdin.read()
    return _text_of(file, "script")


def lexicon_text(file: str) -> str:
    """The text of a dictionary of pronunciations, "" without a file.

    Raises:
        InputFileError: the file is missing or is not text.
    """
    return _text_of(file, "lexicon") if file else ""


def plan_text(file: str) -> str:
    """The text of a plan of the face, checked; "" without a file.

    Raises:
        InputFileError: the file is missing, is not text, or has faults.
    """
    if not file:
        return ""
    from generators.face.plan import face_plan

    text = _text_of(file, "plan")
    face_plan(text, Path(file).name)
    return text


def _text_of(file: str, what: str) -> str:
    path = Path(file)
    remedy = "Give the path of a text file" + (", or the text with --text." if what == "script" else ".")
    if not path.is_file():
        state = "is a folder" if path.is_dir() else "does not exist"
        raise InputFileError(f"The {what} {file} {state}.", remedy)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputFileError(f"The {what} {file} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as error:
        raise InputFileError(
            f"The {what} {file} cannot be read: {error.strerror}.", "Check its permissions."
        ) from None


def request_of(
    values: Mapping[str, Any],
    engine: Sequence[str] = (),
    fader: Sequence[str] = (),
    shape: Sequence[str] = (),
    prosody: str = "actors",
) -> FilmRequest:
    """A request out of option values; a published map of prosody is its preset of faders.

    Raises:
        RequestError: a value is wrong.
    """
    from generators.registry import parse_engine
    from studio.request import FilmRequest

    engines = {}
    for text in engine:
        name = parse_engine(text)
        engines[name.medium] = text.partition("=")[2].strip()
    faders = _fader_fields(fader)
    faders["fader_preset"] = _with_map(faders["fader_preset"], prosody)
    return FilmRequest.read({**values, "engines": engines, "shape": _shape_fields(shape), **faders})


def _shape_fields(settings: Sequence[str]) -> dict[str, str]:
    """The fields of the request's shape, as written."""
    fields = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise RequestError(f"The shape {text!r} cannot be read.", "Write for instance strength=0.8.")
        fields[name.strip()] = value.strip()
    return fields


def _with_map(preset: str, prosody: str) -> str:
    """The preset of faders, or the chosen map of prosody in its place."""
    from generators.speech.maps import prosody_map

    chosen = prosody_map(prosody)
    if preset and chosen:
        raise RequestError(
            f"Both --prosody {prosody} and a fader preset are given.",
            "Give one of them; a map is such a preset.",
        )
    return preset or chosen


def _fader_fields(settings: Sequence[str]) -> dict[str, Any]:
    """The request's fields that hold and shift faders, and the text of a preset."""
    locks: dict[str, float] = {}
    shifts: dict[str, float] = {}
    preset = ""
    for text in settings:
        if text.endswith(".toml"):
            if preset:
                raise RequestError(f"The fader preset {text} is the second one.", "Give one.")
            preset = _text_of(text, "fader preset")
            continue
        name, equals, value = text.partition("=")
        sign = name[-1:] if name[-1:] in "+-" else ""
        try:
            if not equals:
                raise ValueError
            number = float(sign + value)
        except ValueError:
            raise RequestError(
                f"The fader {text!r} cannot be read.",
                "Write for instance prosody.rate=1.2, prosody.rate+=0.1, or the name of a preset, my.toml.",
            ) from None
        (shifts if sign else locks)[name.rstrip("+-").strip()] = number
    return {"faders": locks, "fader_shifts": shifts, "fader_preset": preset}
