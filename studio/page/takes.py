"""The films of a session: what is kept of each, and the order in which they are shown."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.page.exports import Exportable, exportable
from studio.request import FilmRequest
from studio.scorecard import Scorecard
from studio.studio import Film

__all__ = ["Take", "find", "ordered", "starred", "take_of", "thumbnail", "with_file"]

_WIDTH = 320  # pixels of a thumbnail


@dataclass(frozen=True)
class Take:
    """A film that was made.

    Args:
        number: 1 for the first of its session.
        film: path.
        files: tracks and record beside it.
        record: what stands in ``film.json``.
        scorecard: what the judges read.
        labels: key of the list of emotions that the panel showed.
        picture: a frame as a data address.
        favourite: shown first.
        tracks: what more files can be made of; None where that is not kept.
    """

    number: int
    film: Path
    files: tuple[Path, ...]
    record: Mapping[str, Any]
    scorecard: Scorecard | None
    labels: str
    picture: str
    favourite: bool = False
    tracks: Exportable | None = None

    @property
    def name(self) -> str:
        """How it is called on the page."""
        return f"Take {self.number}"

    @property
    def request(self) -> FilmRequest:
        """What it was made from."""
        return FilmRequest.read(self.record["request"])


def take_of(film: Film, number: int, labels: str) -> Take:
    """What is kept of a film; its tracks stay on disk."""
    return Take(
        number,
        film.path,
        (*film.files, film.record_path),
        film.record,
        film.scorecard,
        labels,
        thumbnail(film.path, film.tracks.duration / 2),
        tracks=exportable(film),
    )


def with_file(takes: Sequence[Take], number: int, file: Path) -> list[Take]:
    """The takes with one more file of one of them."""
    return [
        replace(t, files=(*t.files, file)) if t.number == number and file not in t.files else t for t in takes
    ]


def starred(takes: Sequence[Take], number: int) -> list[Take]:
    """The takes with one made a favourite, or no longer one."""
    return [replace(t, favourite=not t.favourite) if t.number == number else t for t in takes]


def ordered(takes: Sequence[Take]) -> list[Take]:
    """Favourites first, then the newest."""
    return sorted(takes, key=lambda take: (not take.favourite, -take.number))


def find(takes: Sequence[Take], number: int) -> Take | None:
    """The take of that number, or None."""
    return next((take for take in takes if take.number == number), None)


def thumbnail(film: Path, seconds: float) -> str:
    """The frame of a film at about a time, small, as a ``data:`` address."""
    import av

    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= seconds:
                break
        height = round(frame.height * _WIDTH / frame.width / 2) * 2
        picture = frame.reformat(width=_WIDTH, height=height).to_image()
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(stored.getvalue()).decode()
