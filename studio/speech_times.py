"""When words and phones are said, as files: JSON, Praat's TextGrid, and subtitles as SRT and WebVTT."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from conditioning.script import Script
from generators.base import SpeechTrack
from studio.captions import captions
from studio.encode import check_ending, written
from studio.tracks import clock, write_captions

__all__ = ["TIMES_ENDINGS", "write_times"]

Interval = tuple[float, float, str]


def write_times(path: Path, track: SpeechTrack, script: Script) -> None:
    """Write the times of a track in the format of the name's ending.

    Args:
        path: its ending is one of ``TIMES_ENDINGS``.
        track: what was said.
        script: that it came from.

    Raises:
        RequestError: its ending is of no known format.
        OutputError: the file cannot be written.
    """
    check_ending(path, *TIMES_ENDINGS)
    _WRITERS[path.suffix.lower()](path, track, script)


def _json(path: Path, track: SpeechTrack, script: Script) -> None:
    """Seconds with four places: a tenth of a millisecond, less than any of them is known to."""

    def row(start: float, end: float, **more: object) -> dict[str, object]:
        return {**more, "start": round(start, 4), "end": round(end, 4)}

    values = {
        "seconds": round(track.audio.duration, 4),
        "words": [row(w.start, w.end, text=w.text) for w in track.words],
        "phones": [row(p.start, p.end, symbol=p.symbol, stress=p.stress) for p in track.phones],
        "spans": [
            row(s.start, s.end, text=script.spans[s.span].text, emotion=str(script.spans[s.span].emotion))
            for s in track.stretches
        ],
    }
    _text(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def _textgrid(path: Path, track: SpeechTrack, script: Script) -> None:
    """Three tiers, words, phones and emotions, each whole: what is between intervals is one without a label."""
    end = track.audio.duration
    tiers = {
        "words": _whole([(w.start, w.end, w.text) for w in track.words], end),
        "phones": _whole([(p.start, p.end, p.symbol) for p in track.phones], end),
        "emotions": _whole(
            [(s.start, s.end, str(script.spans[s.span].emotion)) for s in track.stretches], end
        ),
    }
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end:.6f}",
             "tiers? <exists>", f"size = {len(tiers)}", "item []:"]  # fmt: skip
    for number, (name, intervals) in enumerate(tiers.items(), 1):
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f'        name = "{name}"',
                  "        xmin = 0", f"        xmax = {end:.6f}", f"        intervals: size = {len(intervals)}"]  # fmt: skip
        for place, (start, stop, label) in enumerate(intervals, 1):
            quoted = label.replace('"', '""')
            lines += [f"        intervals [{place}]:", f"            xmin = {start:.6f}",
                      f"            xmax = {stop:.6f}", f'            text = "{quoted}"']  # fmt: skip
    _text(path, "\n".join(lines) + "\n")


def _whole(rows: Iterable[Interval], end: float) -> list[Interval]:
    """Intervals from 0 to the end without gaps and overlaps; what has no length in microseconds is left out."""
    found: list[Interval] = []
    at = 0.0
    for start, stop, label in rows:
        start, stop = round(max(start, at), 6), round(min(stop, end), 6)
        if stop <= start:
            continue
        if start > at:
            found.append((at, start, ""))
        found.append((start, stop, label))
        at = stop
    if round(end, 6) > at or not found:
        found.append((at, end, ""))
    return found


def _srt(path: Path, track: SpeechTrack, script: Script) -> None:
    cues = [
        f"{number}\n{clock(line.start, ',')} --> {clock(line.end, ',')}\n{line.text}\n"
        for number, line in enumerate(captions(track.words, track.stretches), 1)
    ]
    _text(path, "\n".join(cues))


def _vtt(path: Path, track: SpeechTrack, script: Script) -> None:
    write_captions(path, captions(track.words, track.stretches))


def _text(path: Path, text: str) -> None:
    with written(path) as part:
        part.write_text(text, encoding="utf-8")


_WRITERS: Mapping[str, Callable[[Path, SpeechTrack, Script], None]] = {
    ".json": _json,
    ".textgrid": _textgrid,
    ".srt": _srt,
    ".vtt": _vtt,
}

TIMES_ENDINGS: Sequence[str] = (".json", ".TextGrid", ".srt", ".vtt")
"""Endings that a file of times may have."""
