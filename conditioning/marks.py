"""The marks of a script: what may stand between square brackets, and what each of them means.

A mark is told by its beginning; what has none of these beginnings is an emotion. The marks are listed in docs/scripts.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conditioning.delivery import DEGREES, KINDS, Reading
from conditioning.errors import EmotionError
from conditioning.styles import parse_style, write_style

__all__ = ["LONGEST_PAUSE", "MEDIA_WORDS", "SAME", "SOUNDS", "Mark", "MarkError", "read_mark"]

LONGEST_PAUSE = 30.0
"""Seconds that a pause may last."""

MEDIA_WORDS: Mapping[str, str] = {
    "voice": "speech", "speech": "speech", "face": "face", "music": "music",
    "video": "video", "picture": "video", "pictures": "video", "scene": "video",
}  # fmt: skip
"""Words before a colon in a mark, and the medium that each of them means."""

SAME = "same"
"""After a medium: it feels what the others feel again."""

_SOUND_WORDS = {
    "laugh": ("laughs",), "chuckle": ("chuckles",), "sigh": ("sighs",), "gasp": ("gasps",), "sob": ("sobs",),
    "breath": ("breathes", "breathe", "inhale", "inhales"), "hum": ("hums",), "cough": ("coughs",), "groan": ("groans",),
    "sniff": ("sniffs",), "yawn": ("yawns",), "scream": ("screams",), "clear throat": ("clears throat",),
}  # fmt: skip

SOUNDS: tuple[str, ...] = tuple(_SOUND_WORDS)
"""Sounds of a person that are no words."""

_SOUND_OF = {word: name for name, others in _SOUND_WORDS.items() for word in (name, *others)}
_PAUSE = re.compile(r"pause\b\s*[:=]?\s*(?P<value>.*)", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)\s*(ms|s|sec|seconds)?", re.IGNORECASE | re.ASCII)
_MEDIUM = re.compile(rf"(?P<name>{'|'.join(MEDIA_WORDS)})\s*[:=]\s*(?P<value>.*)", re.IGNORECASE)
_SPEAKER = re.compile(r"(?:speaker\b\s*[:=]?|voice\b)\s*(?P<value>.*)", re.IGNORECASE)
_STYLE = re.compile(r"style\b\s*[:=]?\s*(?P<value>.*)", re.IGNORECASE)
_SAY = re.compile(
    r"say\s+(?P<words>\S.*?)\s+as\s+"
    rf"(?:(?:/(?P<ipa>[^/]+)/|[\"“](?P<said>[^\"“”]*\w[^\"“”]*)[\"”]|(?P<kind>{'|'.join(KINDS)})(?:\s+(?P<form>[dmy]{{1,3}}))?)"
    rf"(?:\s*,\s*(?P<also>{'|'.join(DEGREES)}))?|(?P<degree>{'|'.join(DEGREES)}))",
    re.IGNORECASE,
)
_PRESET = re.compile(r"(?P<kind>define|use)\b\s*[:=]?\s*(?P<value>.*)", re.IGNORECASE)


class MarkError(EmotionError):
    """A mark that is none; the script's reader adds its place."""


@dataclass(frozen=True)
class Mark:
    """What a mark asks for.

    Args:
        kind: ``"emotion"``, ``"medium"``, ``"pause"``, ``"speaker"``, ``"sound"``, ``"auto"``, ``"back"``, ``"comment"``,
            ``"style"``, ``"define"``, ``"use"`` or ``"say"``.
        value: the emotion, the speaker, the sound, the style, the set that is used, the emotion that a preset means, or the
            words.
        name: the medium that feels it, or the preset that is defined.
        seconds: of a pause.
        at: characters of the mark before its value.
        reading: how the words of ``"say"`` are read.
    """

    kind: str
    value: str = ""
    name: str = ""
    seconds: float = 0.0
    at: int = 0
    reading: Reading | None = field(default=None, repr=False)


def read_mark(inner: str) -> Mark:
    """The mark whose text stands between the brackets.

    Args:
        inner: without the brackets and without blanks at its ends; not empty.

    Raises:
        MarkError: a pause has no length or a wrong one, a preset no name or no meaning, a medium no emotion.
        UnknownNameError: there is no such style.
        RequestError: a style's strength is out of its range.

    Example:
        >>> read_mark("face: sadness")
        Mark(kind='medium', value='sadness', name='face', seconds=0.0, at=6)
    """
    word = " ".join(inner.casefold().replace("-", " ").split())
    if inner.startswith("#"):
        return Mark("comment", inner[1:].strip())
    if inner.startswith("/"):
        return Mark("back", inner[1:].strip())
    if word == "auto":
        return Mark("auto")
    if word in _SOUND_OF:
        return Mark("sound", _SOUND_OF[word])
    if found := _SAY.fullmatch(inner):
        words = found["words"].split()
        kind = (found["kind"] or "").casefold()
        form = (found["form"] or "").casefold()
        degree = DEGREES.get((found["also"] or found["degree"] or "").casefold())
        own = Reading(0, len(words), found["said"] or "", (found["ipa"] or "").strip(), kind, form, degree)
        return Mark("say", " ".join(words), at=found.start("words"), reading=own)
    if found := _PAUSE.fullmatch(inner):
        return Mark("pause", seconds=_seconds(found["value"].strip()))
    if found := _MEDIUM.fullmatch(inner):
        return _medium(found)
    if found := _SPEAKER.fullmatch(inner):
        return Mark("speaker", found["value"].strip())
    if found := _STYLE.fullmatch(inner):
        return Mark("style", write_style(parse_style(found["value"])), at=found.start("value"))
    if found := _PRESET.fullmatch(inner):
        return _preset(found)
    return Mark("emotion", inner)


def _medium(found: re.Match[str]) -> Mark:
    medium = MEDIA_WORDS[found["name"].casefold()]
    value = found["value"].strip()
    if not value:
        raise MarkError(
            f"The {medium} is given no emotion.",
            f"Write for instance [{found['name']}: joy], or [{found['name']}: {SAME}] for that of the others.",
        )
    return Mark("medium", SAME if value.casefold() == SAME else value, medium, at=found.start("value"))


def _preset(found: re.Match[str]) -> Mark:
    value = found["value"].strip()
    if found["kind"].casefold() == "use":
        if not value:
            raise MarkError("No set of presets is named.", "Write for instance [use stage].")
        return Mark("use", value)
    name, _, meaning = value.partition("=")
    if not name.strip() or not meaning.strip():
        raise MarkError(
            "A preset needs a name and a meaning.",
            "Write for instance [define grim = sadness:0.6+contempt:0.3].",
        )
    at = found.start("value") + len(name) + 1 + len(meaning) - len(meaning.lstrip())
    return Mark("define", meaning.strip(), " ".join(name.split()), at=at)


def _seconds(amount: str) -> float:
    match = _SECONDS.fullmatch(amount)
    if not match:
        said = f"A pause cannot last {amount!r}." if amount else "The pause has no length."
        raise MarkError(said, f"Give seconds from 0 to {LONGEST_PAUSE:g}, such as [pause 0.6].")
    seconds = float(match[1].replace(",", ".")) / (1000 if (match[2] or "").lower() == "ms" else 1)
    if seconds > LONGEST_PAUSE:
        raise MarkError(f"The pause lasts {seconds:g} seconds.", f"{LONGEST_PAUSE:g} are the most.")
    return seconds
