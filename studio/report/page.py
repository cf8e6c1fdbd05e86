"""A report as one HTML file, and the plain parts that it is made of.

A part is what these functions and ``studio.report.charts`` give; strings that are none are escaped.

Example:
    >>> text = page("Voices", [section("Joy", paragraph("Read as joy <3"))])
    >>> "Read as joy &lt;3" in text, "<script" in text
    (True, False)
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from studio.report.markup import Html, escaped, joined

__all__ = ["audio", "figure", "image", "note", "page", "paragraph", "section", "strip", "table"]

_LONG = 24  # characters from which a cell may be broken into lines on a small screen
_STYLE = Path(__file__).with_name("page.css")
_KINDS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    **dict.fromkeys((b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"), "audio/mpeg"),
}
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}

Media = bytes | str | PurePosixPath
"""The bytes of a file, which are put into the page, or its path relative to the page, which is linked."""


def page(title: str, parts: Sequence[object], *, subtitle: str = "", language: str = "en") -> str:
    """The whole file, as text to be written in UTF-8.

    Args:
        title: of the window, and the headline.
        parts: one below the other.
        subtitle: a line below the headline, such as what was measured and when.
        language: BCP 47 code of the text.
    """
    below = _tag("p", subtitle, "subtitle") if subtitle else ""
    return (
        f'<!doctype html>\n<html lang="{escaped(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escaped(title)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n"
        f"<body>\n<main>\n<header>{_tag('h1', title)}{below}</header>\n"
        + "\n".join(escaped(part) for part in parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def section(title: str, *bodies: object) -> Html:
    """A headline with what belongs under it.

    Args:
        title: the headline.
        bodies: parts, one below the other.
    """
    return Html(f"<section>{_tag('h2', title)}{joined(bodies)}</section>")


def paragraph(text: object) -> Html:
    """A paragraph of running text."""
    return _tag("p", text)


def note(text: object) -> Html:
    """A paragraph in small grey type: how something was measured, what a sign means."""
    return _tag("p", text, "note")


def table(
    header: Sequence[object],
    rows: Sequence[Sequence[object]],
    caption: str = "",
    *,
    marked: int | None = None,
) -> Html:
    """A table; columns of numbers are set flush right, and a wide one scrolls by itself.

    Args:
        header: a name for each column.
        rows: cells; numbers as text, or as float, which is shown with three digits, and None as a dash.
        caption: what the table shows.
        marked: index of a row that is set in bold.

    Raises:
        ValueError: a row has another length than the header.
    """
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"A row has {len(row)} cells, but the header {len(header)}; give as many.")
    texts = [[_cell(cell) for cell in row] for row in rows]
    numeric = [_is_numeric([row[place] for row in rows]) for place in range(len(header))]
    head = joined(_cells("th", header, numeric, ' scope="col"'))
    lines = [
        Html(f"<tr{' class=marked' if number == marked else ''}>{joined(_cells('td', row, numeric))}</tr>")
        for number, row in enumerate(texts)
    ]
    title = _tag("caption", caption) if caption else ""
    return Html(
        f'<div class="wide" tabindex="0"><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{joined(lines)}</tbody></table></div>"
    )


def audio(sound: Media, caption: str = "") -> Html:
    """A player.

    Args:
        sound: bytes of a sound file, or its path beside the page.
        caption: what is heard.

    Raises:
        ValueError: the bytes are of no known kind, or the path leads out of the page's folder.
    """
    player = f'<audio controls preload="none" src="{_source(sound)}"></audio>'
    return figure(Html(player), caption, kind="sound")


def image(picture: Media, caption: str = "", *, alt: str = "") -> Html:
    """A picture, at most as wide as the page.

    Args:
        picture: bytes of a PNG, JPEG or WebP file, or its path beside the page.
        caption: what is seen.
        alt: the same for who cannot see it; the caption if not given.

    Raises:
        ValueError: as for ``audio``.
    """
    shown = Html(f'<img src="{_source(picture)}" alt="{escaped(alt or caption)}">')
    return figure(shown, caption, kind="picture")


def strip(pictures: Sequence[tuple[Media, str]], caption: str = "") -> Html:
    """Small pictures in a row that wraps, each with a word below it.

    Args:
        pictures: bytes or path, and the word, such as ``"3 s"``.
        caption: what they are.

    Raises:
        ValueError: as for ``audio``.
    """
    tiles = [
        Html(
            f'<span><img src="{_source(picture)}" alt="{escaped(word)}"><small>{escaped(word)}</small></span>'
        )
        for picture, word in pictures
    ]
    return figure(joined(tiles), caption, kind="strip")


def figure(body: Html, caption: str = "", *, kind: str = "") -> Html:
    """Something to look at, with a caption below.

    Args:
        body: what is looked at.
        caption: what it shows; none if empty.
        kind: class in the style sheet.
    """
    below = _tag("figcaption", caption) if caption else ""
    return Html(f'<figure class="{escaped(kind)}">{body}{below}</figure>')


def _tag(name: str, text: object, kind: str = "") -> Html:
    attribute = f' class="{kind}"' if kind else ""
    return Html(f"<{name}{attribute}>{escaped(text)}</{name}>")


def _cells(name: str, cells: Sequence[object], numeric: Sequence[bool], attributes: str = "") -> list[Html]:
    return [
        Html(f"<{name}{attributes}{_class_of(cell, right)}>{escaped(cell)}</{name}>")
        for cell, right in zip(cells, numeric, strict=True)
    ]


def _class_of(cell: object, numeric: bool) -> str:
    """How a cell is set: numbers flush right, long texts in lines, all else in one line where the page is narrow."""
    if numeric:
        return " class=n"
    return " class=long" if len(str(cell)) > _LONG else ""


def _cell(value: object) -> object:
    if value is None or value != value:  # NaN is not itself
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else value


def _is_numeric(column: Sequence[object]) -> bool:
    """Whether all cells are numbers, or numbers with a unit of one sign."""
    given = [cell for cell in column if cell is not None]
    return bool(given) and all(isinstance(cell, int | float) or _is_number(str(cell)) for cell in given)


def _is_number(text: str) -> bool:
    try:
        float(text.strip().rstrip("%").replace("−", "-"))
    except ValueError:
        return text.strip() in {"–", ""}
    return True


def _source(media: Media) -> str:
    """What stands in ``src``."""
    if isinstance(media, bytes):
        return f"data:{_kind_of(media)};base64,{base64.b64encode(media).decode('ascii')}"
    path, parsed = PurePosixPath(media), urlsplit(str(media))
    if path.is_absolute() or ".." in path.parts or parsed.scheme or parsed.netloc:
        raise ValueError(f"{media} does not lie beside the page; give a relative path, or the file's bytes.")
    return quote(str(path))


def _kind_of(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] in _RIFF:
        return _RIFF[content[8:12]]
    for start, kind in _KINDS.items():
        if content.startswith(start):
            return kind
    raise ValueError("The bytes are of no known kind; give WAV, FLAC, Ogg, MP3, PNG, JPEG or WebP.")
