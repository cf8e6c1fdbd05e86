"""Emotion out of a file: voice, face, music, picture or film, read by the judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from conditioning.emotion import Emotion
from conditioning.errors import EmotionError, InputFileError, UnknownNameError
from conditioning.parsing import parse_emotion
from generators.base import Audio
from studio.fusion import Source, source_of
from studio.judges import base
from studio.judges.base import TimedReading
from studio.judges.gathering import gathered
from studio.scorecard import Scorecard, Section, score

__all__ = ["read_file", "source_in_text", "sources_in"]

SOUND = (".wav", ".flac", ".ogg", ".opus", ".mp3")
PICTURE = (".png", ".jpg", ".jpeg", ".webp")
SCORE = (".mid", ".midi")
FILM = (".mp4", ".mkv", ".mov", ".webm")
_NAMED_ERROR = (0.25, 0.25, 0.25)  # spread of a basic emotion's place, see assets/vocabularies/lexicon.toml
_LONGEST_PICTURE = 4096  # pixels; a larger picture is refused before it is decoded

Curves = dict[str, list[TimedReading]]


def read_file(path: Path, asked: Emotion | None = None) -> Scorecard:
    """What the judges read in a file.

    Args:
        path: sound, picture, MIDI file or film.
        asked: the emotion it was meant to carry; neutral if None.

    Returns:
        A scorecard with one section over the whole file.

    Raises:
        InputFileError: the file is missing, broken or of no known kind.
    """
    curves, duration = _curves(path)
    sections = (Section(0.0, duration, asked or Emotion.neutral()),)
    whole = {medium: [gathered(readings, 0.0, duration)] for medium, readings in curves.items()}
    cards = {medium: base.load(_judge_of(medium)).card for medium in curves}
    return score(sections, whole, cards, curves)


def sources_in(path: Path, weights: Mapping[str, float] | None = None) -> dict[str, Source | None]:
    """What each judge says of a file as a whole, ready to be fused.

    Args:
        path: sound, picture, MIDI file or film.
        weights: of the media speech, face, music, video; 1 where absent.

    Returns:
        By medium and file name; None where the judge found nothing to read.

    Raises:
        InputFileError: the file is missing, broken or of no known kind.
    """
    curves, duration = _curves(path)
    out = {}
    for medium, readings in curves.items():
        name = f"{medium} of {path.name}"
        out[name] = source_of(name, gathered(readings, 0.0, duration), (weights or {}).get(medium, 1.0))
    return out


def source_in_text(text: str, weight: float = 1.0) -> Source | None:
    """What a text says: an emoji or a named emotion as it stands, anything else by the text judge."""
    try:
        emotion = parse_emotion(text)
    except (EmotionError, UnknownNameError):
        return source_of("text", base.load("text").read(text), weight)
    return Source("text", emotion.felt, _NAMED_ERROR, emotion.mixture, weight)


def _curves(path: Path) -> tuple[Curves, float]:
    """The readings of a file over time by medium, and its length in seconds."""
    if not path.is_file():
        raise InputFileError(
            f"The file {path} does not exist.", "Give the path of a sound, picture, MIDI file or film."
        )
    readers: dict[tuple[str, ...], Callable[[Path], tuple[Curves, float]]] = {
        SOUND: _sound, PICTURE: _picture, SCORE: _midi, FILM: _film,
    }  # fmt: skip
    for endings, read in readers.items():
        if path.suffix.lower() in endings:
            try:
                return read(path)
            except (OSError, ValueError, RuntimeError, EOFError, KeyError, IndexError) as error:
                raise InputFileError(
                    f"The file {path} cannot be read: {error}.", "Check that it is whole."
                ) from None
    known = ", ".join((*SOUND, *PICTURE, *SCORE, *FILM))
    raise InputFileError(f"The file {path} is of no kind that the judges know.", f"Give one of {known}.")


def _judge_of(medium: str) -> str:
    return "picture" if medium == "video" else medium


def _sound(path: Path) -> tuple[Curves, float]:
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=False)
    audio = Audio(samples if samples.ndim == 1 else samples.mean(axis=1), rate)
    return {"speech": base.load("speech").read_over_time(audio)}, audio.duration


def _picture(path: Path) -> tuple[Curves, float]:
    from PIL import Image

    with Image.open(path) as image:
        if max(image.size) > _LONGEST_PICTURE:
            raise ValueError(
                f"it has {image.size[0]}×{image.size[1]} pixels, at most {_LONGEST_PICTURE} a side are read"
            )
        picture = np.asarray(image.convert("RGB"))
    return {
        "face": [TimedReading(0.0, 1.0, base.load("face").read(picture))],
        "video": [TimedReading(0.0, 1.0, base.load("picture").read(picture))],
    }, 1.0


def _midi(path: Path) -> tuple[Curves, float]:
    import pretty_midi

    notes = pretty_midi.PrettyMIDI(str(path))
    return {"music": base.load("music").read_over_time(notes)}, float(notes.get_end_time())


def _film(path: Path) -> tuple[Curves, float]:
    curves: Curves = {"face": [], "video": []}
    duration = 0.0
    for time, picture in _pictures(path):
        curves["face"].append(TimedReading(time, time + 1, base.load("face").read(picture)))
        curves["video"].append(TimedReading(time, time + 1, base.load("picture").read(picture)))
        duration = time + 1
    audio = _film_sound(path)
    if audio is not None:
        curves["speech"] = base.load("speech").read_over_time(audio)
    return curves, duration


def _pictures(path: Path) -> Iterator[tuple[float, np.ndarray]]:
    """A picture a second."""
    import av

    with av.open(str(path)) as container:
        due = 0.0
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= due:
                yield due, frame.to_ndarray(format="rgb24")
                due += 1.0


def _film_sound(path: Path) -> Audio | None:
    import av

    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16000)
        parts = [
            out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)
        ]
    return Audio(np.concatenate(parts).astype(np.float32), 16000) if parts else None
