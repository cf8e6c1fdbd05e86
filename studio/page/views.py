"""Data in, HTML out: everything on the page that Python draws and that is no scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from conditioning.errors import AffectError, ScriptError
from generators.registry import MEDIA, Broken
from studio.page.exports import EXPORTS
from studio.page.palette import css_colour
from studio.page.running import Update
from studio.page.takes import Take, ordered

__all__ = [
    "blank",
    "fault_note",
    "film_player",
    "honoured",
    "note",
    "out_of_reach",
    "repeated",
    "shelf",
    "stages",
    "title",
    "tracks",
]

_MARKS = {"honoured": "●", "approximated": "◐", "ignored": "○"}
_FILES = {
    "film.mp4": ("Film", "with everything in it"),
    "voice.wav": ("Voice", "speech alone"),
    "music.wav": ("Music", "as played"),
    "mix.wav": ("Mix", "the film's sound"),
    "music.mid": ("Score, MIDI", "for a sequencer"),
    "music.musicxml": ("Score, MusicXML", "for a notation program"),
    "captions.vtt": ("Captions", "WebVTT"),
    "face.csv": ("Face curves", "52 ARKit weights and head pose a frame"),
    "film.json": ("Record", "request, engines, seeds, emotions, scores"),
}


def title(text: str, aside: str = "") -> str:
    """The heading of a card; ``aside`` is HTML."""
    return f'<div class="title"><h2>{escape(text)}</h2><span>{aside}</span></div>'


def blank(text: str, height: int = 212) -> str:
    """What stands where a result will be, as high as that."""
    return f'<div class="blank" style="min-height:{height}px">{escape(text)}</div>'


def note(text: str = "") -> str:
    """A line of help."""
    return f'<div class="note" role="status">{escape(text)}</div>'


def out_of_reach(engines: Sequence[Broken]) -> str:
    """Engines that cannot be chosen, greyed, each with the reason; "" where all can."""
    rows = "".join(
        f'<li aria-disabled="true"><b>{escape(each.name.partition("=")[2])}</b> {escape(each.why)}</li>'
        for each in engines
    )
    return f'<ul class="missing" aria-label="Engines that cannot be chosen">{rows}</ul>' if rows else ""


def fault_note(fault: AffectError) -> str:
    """What is wrong and what helps; in a script, with a button for each name that may have been meant."""
    names = fault.suggestions if isinstance(fault, ScriptError) else ()
    buttons = "".join(
        f' <button type="button" data-do="use" data-name="{escape(name)}">Use ‘{escape(name)}’</button>'
        for name in names
    )
    remedy = f" <span>{escape(fault.remedy)}</span>" if fault.remedy else ""
    return f'<div class="note bad" role="alert">{escape(fault.message)}{remedy}{buttons}</div>'


def stages(update: Update | None, shares: Mapping[str, float], media: Sequence[str], said: str = "") -> str:
    """The bar of each stage, and a line that says what is done.

    Args:
        update: how far the whole is; None before and after.
        shares: each stage's part of the whole, in the order of the work.
        media: that are made; the others are struck through.
        said: HTML of the line where there is no update.
    """
    cells, before = [], 0.0
    for stage, share in shares.items():
        part = min(max((update.done - before) / share, 0.0), 1.0) if update else 0.0
        before += share
        skipped = stage in MEDIA and stage not in media
        state = "off" if skipped else "now" if 0 < part < 0.999 else ""
        bar = 0 if skipped else 100 * part
        cells.append(
            f'<div class="{state}" role="progressbar" aria-label="{stage}" aria-valuemin="0" aria-valuemax="100"'
            f' aria-valuenow="{bar:.0f}">{stage}<i style="--p:{bar:.0f}%"></i></div>'
        )
    line = f"<span>{escape(update.what)}</span><span>{_clock(update)}</span>" if update else said
    return f'<div class="stages">{"".join(cells)}</div><div class="clock" aria-live="polite">{line}</div>'


def film_player(take: Take | None) -> str:
    """The film, or where it will be."""
    if take is None:
        return '<div class="screen">The film will play here.</div>'
    return (
        f'<div class="screen"><video controls playsinline preload="auto" aria-label="{take.name}"'
        f' src="{_address(take.film)}"></video></div>'
    )


def tracks(take: Take | None, said: str = "") -> str:
    """The files of a take: sounds to listen to, all to download, and buttons for those that can be made of it.

    Args:
        take: None before there is one.
        said: HTML below them.
    """
    if take is None:
        return blank("Voice, music, score, captions, face curves and the film's record, each as a file.")
    rows = []
    known = {**_FILES, **{each.name: (each.title, each.what) for each in EXPORTS.values()}}
    places = list(known)
    for file in sorted((take.film, *take.files), key=lambda file: places.index(file.name)):
        name, what = known[file.name]
        sound = (
            f'<audio controls preload="metadata" aria-label="{name}" src="{_address(file)}"></audio>'
            if file.suffix == ".wav"
            else "<span></span>"
        )
        rows.append(
            f"<li><div>{name}<small>{what}, {_size(file)}</small></div>{sound}"
            f'<a href="{_address(file)}" download="{file.name}" aria-label="Download {name}">Download</a></li>'
        )
    return f'<ul class="files">{"".join(rows)}</ul>{_to_make(take)}{said}'


def _to_make(take: Take) -> str:
    """Buttons for the files that can be made of a take and are not yet."""
    there = {file.name for file in take.files}
    offered = [
        each
        for each in EXPORTS.values()
        if take.tracks is not None and each.name not in there and each.fits(take.tracks)
    ]
    buttons = "".join(
        f'<button type="button" data-do="{take.number}" data-name="{each.name}" title="{each.what}">{each.title}</button>'
        for each in offered
    )
    return f'<div class="make"><span>Make more:</span>{buttons}</div>' if buttons else ""


def repeated(command: str, line: str, files: Sequence[Path] = ()) -> str:
    """The settings as a command and as a line of a manifest, each to be copied.

    Args:
        command: for the command line.
        line: of a manifest for ``affect batch``.
        files: that both need; they go with the page.
    """

    def block(name: str, text: str) -> str:
        return (
            f'<div class="again"><b>{name}</b><button type="button" data-copy aria-label="Copy the {name.lower()}">Copy</button>'
            f'<pre tabindex="0">{escape(text)}</pre></div>'
        )

    links = ", ".join(
        f'<a href="{_address(path)}" download="{escape(path.name)}">{escape(path.name)}</a>' for path in files
    )
    kept = (
        f"<p>Both read {links}, which the page deletes when it is closed: save what you want to keep.</p>"
        if files
        else ""
    )
    told = "<p>The settings as they stand now; both make the same film as the button, byte by byte.</p>"
    return told + block("Command", command) + block("Line of a manifest", line) + kept


def honoured(take: Take | None) -> str:
    """What each engine honoured, approximated or ignored, and why; what fell short comes first."""
    if take is None:
        return blank("What each engine honoured, approximated or ignored, and why.")
    lines = []
    for status in ("ignored", "approximated", "honoured"):
        for medium, aspects in take.record["fulfilment"].items():
            mine = [aspect for aspect in aspects if aspect["status"] == status]
            plain = ", ".join(aspect["name"] for aspect in mine if not aspect["why"])
            said = [f"{a['name']}: {a['why']}" for a in mine if a["why"]] + ([plain] if plain else [])
            lines += [
                f"<li><b>{_MARKS[status]} {status}</b><b>{medium}</b><span>{escape(text)}</span></li>"
                for text in said
            ]
    return f'<ul class="kept">{"".join(lines)}</ul>'


def shelf(takes: Sequence[Take], shown: int = 0) -> str:
    """The takes of the session as cards.

    Args:
        takes: in any order.
        shown: number of the one whose film is above; 0 for none.
    """
    if not takes:
        return blank(
            "Every film of this session is kept here with its settings, until the page is closed.", 96
        )
    return f'<div class="takes">{"".join(_card(take, take.number == shown) for take in ordered(takes))}</div>'


def _card(take: Take, shown: bool) -> str:
    emotions = take.record["emotions"]
    strip = "".join(
        f'<i style="flex:{e["end"] - e["start"]:.3f};background:{css_colour(e["mixture"])}"></i>'
        for e in emotions
    )
    felt = " → ".join(e["emotion"] for e in emotions)
    request = take.request
    read = ""
    if take.scorecard and take.scorecard.rows:
        right = sum(row.read == row.asked for row in take.scorecard.rows)
        read = f"{right} of {len(take.scorecard.rows)} readings as asked<br>"
    buttons = "".join(
        f'<button type="button" data-do="{do}" data-name="{take.number}" aria-label="{text} {take.name}">{text}</button>'
        for do, text in (("play", "Show"), ("restore", "Restore settings"))
    )
    star = (
        f'<button type="button" class="star" data-do="star" data-name="{take.number}"'
        f' aria-pressed="{str(take.favourite).lower()}" aria-label="Favourite {take.name}">'
        f"{'★' if take.favourite else '☆'}</button>"
    )
    return (
        f'<article class="take {"shown" if shown else ""}"><img src="{take.picture}" alt="Frame of {take.name}">'
        f'<div class="strip">{strip}</div><div class="in"><h3>{take.name}{star}</h3>'
        f"<p>{escape(felt)}<br>{read}seed {request.seed}, {request.format}, {request.height}p,"
        f" {take.record['film']['seconds']:.0f} s<br>{', '.join(request.media)}</p>"
        f'<div class="do">{buttons}</div></div></article>'
    )


def _clock(update: Update) -> str:
    left = f", about {update.left:.0f} s left" if update.left is not None else ""
    return f"{update.elapsed:.0f} s{left}"


def _address(file: Path) -> str:
    return f"gradio_api/file={quote(str(file))}"


def _size(file: Path) -> str:
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return "no longer there"
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
