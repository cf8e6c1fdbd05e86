"""Many films from a manifest: one JSON object a line, results as they come, resumable.

A bad line never stops the others: it gets its sentence in ``results.jsonl`` and the rest goes on.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.errors import AffectError, Cancelled, InputFileError, ManifestError, OutputError
from generators.base import Progress
from studio.request import FilmRequest
from studio.studio import Studio

__all__ = ["Line", "Outcome", "read_manifest", "run_batch"]

_NAME = re.compile(r"[\w-][\w.-]{0,99}")


@dataclass(frozen=True)
class Line:
    """A line of a manifest: its number, its name, and its request or the reason why there is none."""

    number: int
    name: str
    request: FilmRequest | None
    error: AffectError | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a line; ``status`` is ``"done"``, ``"failed"`` or ``"kept"``."""

    line: Line
    status: str
    record: dict[str, Any]


def read_manifest(path: Path) -> list[Line]:
    """All lines of a manifest; faulty ones carry their error.

    A line has the fields of ``FilmRequest``, and ``id`` (name of its files, the line number by default) and
    ``script_file`` (path beside the manifest) in place of ``script``. Empty lines are passed over.

    Raises:
        InputFileError: the manifest is missing, is not text or has no line.
    """
    if not path.is_file():
        raise InputFileError(
            f"The manifest {path} does not exist.", "Give the path of a file with one JSON object a line."
        )
    try:
        texts = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputFileError(f"The manifest {path} is not UTF-8 text.", "Save it as UTF-8.") from None
    lines: list[Line] = []
    taken: set[str] = set()
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        name = f"{number:04d}"
        try:
            values = _object(text, number)
            name = _name(values.pop("id", name), number, taken)
            lines.append(Line(number, name, _request(values, number, path.parent)))
        except ManifestError as error:
            lines.append(Line(number, name, None, error))
        taken.add(name)
    if not lines:
        raise InputFileError(f"The manifest {path} is empty.", "Write one JSON object a line.")
    return lines


def run_batch(
    lines: list[Line],
    out: Path,
    *,
    resume: bool = False,
    studio: Studio | None = None,
    progress: Callable[[Line], Progress],
    cancel: threading.Event,
) -> Iterator[Outcome]:
    """Make the films of a manifest in order, appending to ``results.jsonl`` after each.

    Args:
        lines: of ``read_manifest``.
        out: folder of the films, made if missing.
        resume: keep films whose request has not changed and whose files are there.
        studio: keeps the engines.
        progress: gives the watcher of a line.
        cancel: set it to stop; what is done stays.

    Raises:
        OutputError: the folder cannot be written to.
        Cancelled: it was stopped.
    """
    studio = studio or Studio()
    results = out / "results.jsonl"
    done = _kept(results) if resume else {}
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not resume:
            results.write_text("", encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written: {error.strerror}.", "Choose another folder with -o."
        ) from None
    for line in lines:
        if cancel.is_set():
            raise Cancelled
        film = out / f"{line.name}.mp4"
        if line.request and done.get(line.name) == line.request.key and film.exists():
            yield Outcome(line, "kept", {})
            continue
        outcome = _run(line, film, studio, progress(line), cancel)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome.record, ensure_ascii=False) + "\n")
        yield outcome


def _run(line: Line, film: Path, studio: Studio, progress: Progress, cancel: threading.Event) -> Outcome:
    values: dict[str, Any] = {"line": line.number, "id": line.name}
    try:
        if line.error:
            raise line.error
        assert line.request is not None, "a line has a request or an error"
        made = studio.create(line.request, film, progress=progress, cancel=cancel)
    except Cancelled:
        raise
    except AffectError as error:
        fault = {
            "status": "failed",
            "error": error.message,
            "remedy": error.remedy,
            "exit_code": error.exit_code,
        }
        return Outcome(line, "failed", {**values, **fault})
    scores = made.record["scorecard"]
    done = {
        "status": "done",
        "key": line.request.key,
        "film": film.name,
        "seconds": made.record["film"]["seconds"],
        "scores": scores["media"] if scores else None,
    }
    return Outcome(line, "done", {**values, **done})


def _object(text: str, number: int) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ManifestError(
            f"not JSON at column {error.colno}: {error.msg}.", "Write one JSON object.", line=number
        ) from None
    if not isinstance(values, dict):
        raise ManifestError("not a JSON object.", 'Write {"script": "[joy] Hello!"}.', line=number)
    return values


def _name(value: object, number: int, taken: set[str]) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ManifestError(
            f"the id {value!r} is no file name.", "Use letters, digits, '-', '_' and '.'.", line=number
        )
    if value in taken:
        raise ManifestError(f"the id {value!r} was used before.", "Give every line its own.", line=number)
    return value


def _request(values: dict[str, Any], number: int, folder: Path) -> FilmRequest:
    try:
        if "script_file" in values:
            path = folder / str(values.pop("script_file"))
            if not path.is_file():
                raise InputFileError(f"the script {path} does not exist.", "Give a path beside the manifest.")
            values["script"] = path.read_text(encoding="utf-8-sig")
        return FilmRequest.read(values)
    except AffectError as error:
        raise ManifestError(error.message, error.remedy, line=number) from None
    except UnicodeDecodeError:
        raise ManifestError("the script is not UTF-8 text.", "Save it as UTF-8.", line=number) from None


def _kept(results: Path) -> dict[str, str]:
    """Key of the request by name, of all films that an earlier run finished."""
    if not results.exists():
        return {}
    kept: dict[str, str] = {}
    for text in results.read_text(encoding="utf-8").splitlines():
        try:
            values = json.loads(text)
        except json.JSONDecodeError:
            continue  # the line at which an earlier run was cut off
        if values.get("status") == "done":
            kept[values["id"]] = values["key"]
    return kept
