"""Labels for a whole collection: every sound, picture, score and film below a folder read by the judges, into one CSV.

Rows are appended as files are done, so whatever stops the work, what is done stays; a later run can go on from there. One file
is held at a time, and long ones in parts, so memory does not grow with the collection.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conditioning.errors import Cancelled, EngineError, InputFileError, OutputError, RequestError
from studio.encode import written
from studio.file_judges import FileJudges
from studio.file_readings import FileReadings, Step, read_media
from studio.judges.base import Reading
from studio.judges.quadrants import QUADRANTS, quadrant_of
from studio.media_files import ENDINGS, Kind

__all__ = ["COLUMNS", "Labelled", "MediaFile", "label_files", "media_files_in"]

COLUMNS = (
    "path", "medium", "judge", "reading", "label", "probability", "confidence",
    "valence", "arousal", "dominance", "valence_sd", "arousal_sd", "dominance_sd",
    "seconds", "bytes", "modified", "error",
)  # fmt: skip
"""Of the CSV. ``reading`` is ``read``, ``no reading`` or ``failed``; ``modified`` is in seconds since 1970."""

_KIND_OF = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}

Row = dict[str, str]


@dataclass(frozen=True)
class MediaFile:
    """A file to be labelled.

    Args:
        path: where it is.
        name: its path below the folder, with slashes.
        kind: what it holds.
        size: in bytes.
        modified: when it was last changed, in seconds since 1970 with nine digits, as text.
    """

    path: Path
    name: str
    kind: Kind
    size: int
    modified: str


@dataclass(frozen=True)
class Labelled:
    """What became of one file.

    Args:
        file: the file.
        status: ``"done"``, ``"failed"`` or ``"kept"`` from an earlier run.
        error: a sentence if it failed.
    """

    file: MediaFile
    status: str
    error: str = ""


def media_files_in(folder: Path, *, recursive: bool = True) -> list[MediaFile]:
    """All media files below a folder, sorted by name; hidden ones, and folders that are links, are left out.

    Args:
        folder: where to look.
        recursive: whether to look in its folders too.

    Raises:
        InputFileError: it is no folder, or holds no media file.
    """
    if not folder.is_dir():
        state = "is a file" if folder.is_file() else "does not exist"
        raise InputFileError(
            f"The folder {folder} {state}.", "Give a folder; one file is read by 'affect score'."
        )
    files = [file for path in _paths(folder, recursive) if (file := _media_file(path, folder)) is not None]
    if not files:
        where = "below" if recursive else "in"
        raise InputFileError(f"No media file lies {where} {folder}.", f"They end in {', '.join(_KIND_OF)}.")
    return sorted(files, key=lambda file: file.name)


def label_files(
    files: Sequence[MediaFile],
    out: Path,
    *,
    judges: FileJudges | None = None,
    resume: bool = False,
    step: Callable[[MediaFile], Step] | None = None,
) -> Iterator[Labelled]:
    """Read files one after the other and append their rows to a CSV.

    Args:
        files: to be read.
        out: the CSV, overwritten unless ``resume``.
        judges: who reads; the studio's own if None.
        resume: keep the rows of files that an earlier run read with the same judges and that have neither changed nor
            gone; files that failed are tried again.
        step: gives the progress of a file; what it gives may raise ``Cancelled``.

    Yields:
        What became of each file, once its rows are on the disk.

    Raises:
        OutputError: the CSV cannot be written.
        RequestError: a CSV to go on with is none of this kind.
        EngineError: a judge is not complete.
        Cancelled: the user stopped; all files done by then are in the CSV.
    """
    judges = judges or FileJudges()
    kept = _kept(out, files, judges) if resume and out.exists() else {}
    _begin(out, (row for rows in kept.values() for row in rows))
    for file in files:
        if file.name in kept:
            yield Labelled(file, "kept")
            continue
        watch = step(file) if step else _silent
        watch(0, 1, "reading")
        rows, error = _rows_of(file, judges, watch)
        _append(out, rows)
        yield Labelled(file, "failed" if error else "done", error)


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


def _paths(folder: Path, recursive: bool) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")] if recursive else []
        yield from (Path(place, name) for name in names if not name.startswith("."))


def _media_file(path: Path, folder: Path) -> MediaFile | None:
    """None of what is no media file, or is gone by now."""
    kind = _KIND_OF.get(path.suffix.lower())
    if kind is None or not path.is_file():
        return None
    try:
        state = path.stat()
    except OSError:
        return None
    seconds, rest = divmod(state.st_mtime_ns, 10**9)
    return MediaFile(path, path.relative_to(folder).as_posix(), kind, state.st_size, f"{seconds}.{rest:09d}")


def _rows_of(file: MediaFile, judges: FileJudges, step: Step) -> tuple[list[Row], str]:
    """The rows of a file, and a sentence if it failed; whatever is wrong with one file must not stop the others."""
    try:
        found = read_media(file.path, judges, step=step)
    except (Cancelled, EngineError):
        raise
    except Exception as error:  # of a file that no judge was ever shown, anything may come
        sentence = str(error) if isinstance(error, RequestError) else f"{type(error).__name__}: {error}"
        return [_row(file, reading="failed", error=" ".join(sentence.split()))], sentence
    return [_reading_row(file, found, medium) for medium in found.whole], ""


def _reading_row(file: MediaFile, found: FileReadings, medium: str) -> Row:
    seconds = "" if found.seconds is None else f"{found.seconds:.3f}"
    values = {"medium": medium, "judge": found.judges[medium].name, "seconds": seconds}
    return _row(file, **values, **_said(found.whole[medium]))


def _said(read: Reading | None) -> dict[str, str]:
    """What a reading says; below its judge's least confidence only how sure it was."""
    if read is None:
        return {"reading": "no reading"}
    if read.confidence < read.floor:
        return {"reading": "no reading", "confidence": f"{read.confidence:.4f}"}
    said = {"reading": "read", "confidence": f"{read.confidence:.4f}"}
    if read.probabilities:
        said |= {"label": read.top, "probability": f"{read.probabilities[read.top]:.4f}"}
    if read.vad is None:
        return said
    axes = ("valence", "arousal", "dominance")
    said |= {axis: f"{value:.4f}" for axis, value in zip(axes, read.vad.array(), strict=True)}
    if read.vad_sd is not None:
        said |= {f"{axis}_sd": f"{value:.4f}" for axis, value in zip(axes, read.vad_sd, strict=True)}
    if not read.probabilities:
        said["label"] = QUADRANTS[int(quadrant_of(read.vad.array()[None])[0])]
    return said


def _row(file: MediaFile, **values: str) -> Row:
    same = {"path": file.name, "bytes": str(file.size), "modified": file.modified}
    return {**dict.fromkeys(COLUMNS, ""), **same, **values}


def _kept(out: Path, files: Sequence[MediaFile], judges: FileJudges) -> Mapping[str, list[Row]]:
    """Rows by file name of all files that need no second reading."""
    rows: dict[str, list[Row]] = {}
    for row in _read(out):
        rows.setdefault(row["path"], []).append(row)
    wanted = {kind: {(_medium(role), name) for role, name in judges.names(kind).items()} for kind in Kind}
    return {
        file.name: rows[file.name]
        for file in files
        if file.name in rows and _is_current(rows[file.name], file, wanted[file.kind])
    }


def _is_current(rows: Sequence[Row], file: MediaFile, wanted: Iterable[tuple[str, str]]) -> bool:
    """Whether rows are whole, of this state of the file, and of these judges."""
    read = sorted((row["medium"], row["judge"]) for row in rows)
    same = all((row["bytes"], row["modified"]) == (str(file.size), file.modified) for row in rows)
    return same and read == sorted(wanted) and not any(row["error"] for row in rows)


def _medium(role: str) -> str:
    return "music" if role == "score" else role


def _read(out: Path) -> list[Row]:
    """The rows of a CSV; one that was cut off in the middle is left out.

    Raises:
        RequestError: it has other columns.
    """
    try:
        with out.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            lines = csv.reader(file)
            header = next(lines, [])
            if header and tuple(header) != COLUMNS:
                raise RequestError(
                    f"{out} is no list of labels of this version.", "Choose another name with -o."
                )
            return [dict(zip(COLUMNS, line, strict=True)) for line in lines if len(line) == len(COLUMNS)]
    except (OSError, csv.Error) as error:
        raise RequestError(f"{out} cannot be read: {error}.", "Choose another name with -o.") from None


def _begin(out: Path, rows: Iterable[Row]) -> None:
    with written(out) as part:
        part.write_bytes(_lines([dict(zip(COLUMNS, COLUMNS, strict=True)), *rows]))


def _append(out: Path, rows: Sequence[Row]) -> None:
    """Write all rows of a file at once."""
    try:
        with out.open("ab") as file:
            file.write(_lines(rows))
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written: {error.strerror or error}.", "Choose another place with -o."
        ) from None


def _lines(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogateescape")  # names of files may be no UTF-8
