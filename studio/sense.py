"""Emotion out of a file or a text: voice, face, picture, music or film, read by the judges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, UnknownNameError
from conditioning.parsing import parse_emotion
from studio.file_judges import FileJudges
from studio.file_readings import read_media
from studio.fusion import Source, Weight, source_of
from studio.judges import base
from studio.scorecard import Scorecard, Section, score

__all__ = ["read_file", "source_in_text", "sources_in"]

_NAMED_ERROR = (0.25, 0.25, 0.25)  # spread of a basic emotion's place, see assets/vocabularies/lexicon.toml


def read_file(path: Path, asked: Emotion | None = None, judges: FileJudges | None = None) -> Scorecard:
    """What the judges read in a file.

    Args:
        path: sound, picture, MIDI file or film.
        asked: the emotion it was meant to carry; neutral if None.
        judges: who reads; the studio's own if None.

    Returns:
        A scorecard with one section over the whole file.

    Raises:
        InputFileError: the file is missing, broken or of no known kind.
    """
    found = read_media(path, judges)
    sections = (Section(0.0, found.seconds or 1.0, asked or Emotion.neutral()),)
    whole = {medium: [reading] for medium, reading in found.whole.items()}
    return score(sections, whole, found.cards, found.curves)


def sources_in(
    path: Path, weights: Mapping[str, Weight] | None = None, judges: FileJudges | None = None
) -> dict[str, Source | None]:
    """What each judge says of a file as a whole, ready to be fused.

    Args:
        path: sound, picture, MIDI file or film.
        weights: of the media speech, face, music, video on each axis; 1 where absent.
        judges: who reads; the studio's own if None.

    Returns:
        By medium and file name; None where the judge found nothing to read.

    Raises:
        InputFileError: the file is missing, broken or of no known kind.
    """
    out = {}
    for medium, reading in read_media(path, judges).whole.items():
        name = f"{medium} of {path.name}"
        out[name] = source_of(name, reading, (weights or {}).get(medium, (1.0, 1.0, 1.0)))
    return out


def source_in_text(text: str, weight: Weight = (1.0, 1.0, 1.0)) -> Source | None:
    """What a text says: an emoji or a named emotion as it stands, anything else by the text judge."""
    try:
        emotion = parse_emotion(text)
    except (EmotionError, UnknownNameError):
        return source_of("text", base.load("text").read(text), weight)
    return Source("text", emotion.felt, _NAMED_ERROR, emotion.mixture, weight)
