"""Every measure of quality that applies to a file, in rows for people and machines.

A row says what was measured, in which unit, and which range is good and why (``assets/quality/rows.toml``). What could not be measured
has a reason instead of a value: a package that is missing, a text that was not given, a face that was not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import EngineError, InputFileError
from studio.judges.media import Sound, Waveform
from studio.media_files import ENDINGS, Kind, film_frames, film_rate, film_seconds, picture_in, sound_in
from studio.quality import sound as sound_measures
from studio.quality.parse import MIDI, MUSICXML, score_faults
from studio.quality.recogniser import recogniser
from studio.quality.speaker import people, similarity
from studio.quality.speech_quality import predicted_opinion
from studio.quality.word_errors import character_errors, word_errors

__all__ = ["Progress", "Quality", "film_rows", "measure_quality", "picture_rows", "score_rows", "sound_rows"]

SOUND, PICTURE, FILM = ENDINGS[Kind.SOUND], ENDINGS[Kind.PICTURE], ENDINGS[Kind.FILM]
_NO_RATE = 16_000  # hertz, of a sound without samples
_LEVELLED = -23.0  # LUFS at which voices are compared (EBU R 128)
_LONG = 6.0  # seconds from which voices compare as long recordings do
_LIPS_SECONDS = 30.0  # of a film, from its start, in which lips are looked at: landmarks take longest

Progress = Callable[[float, float, str], None]
_T = TypeVar("_T")


def _silent(done: float, total: float, what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Quality:
    """A row of the report.

    Args:
        name: what was measured.
        value: in the unit; None if it was not measured.
        unit: such as ``"LUFS"`` or ``"%"``.
        good: the range that is good, and by whom.
        reason: why there is no value; "" where there is one.
        fine: whether the value lies in the good range; None without a value or without bounds.
    """

    name: str
    value: float | None
    unit: str
    good: str
    reason: str = ""
    fine: bool | None = None

    def __str__(self) -> str:
        """One line, such as ``"true peak -1.2 dBTP"`` or ``"word errors: not measured: no text was given"``."""
        if self.value is None:
            return f"{self.name}: not measured: {self.reason}"
        return f"{self.name} {self.value:.3g} {self.unit}"


def measure_quality(
    path: Path,
    *,
    text: str = "",
    language: str = "en",
    neutral: Path | None = None,
    progress: Progress = _silent,
) -> tuple[Quality, ...]:
    """Everything that applies to a file.

    Args:
        path: sound, picture, score (MIDI, MusicXML) or film.
        text: what is said in it; without it there is no word error rate.
        language: BCP 47 code of that text.
        neutral: the same voice without the emotion, as sound or film; without it there is no speaker similarity.
        progress: called as ``progress(done, total, what)``; may raise to stop.

    Returns:
        Rows in a fixed order for each kind of file.

    Raises:
        InputFileError: a file is missing, broken or of no known kind.
    """
    kind = path.suffix.lower()
    if kind in SOUND:
        voice = _read(path, sound_in) or Waveform(np.zeros(0, np.float32), _NO_RATE)
        return sound_rows(voice, text=text, language=language, neutral=_neutral(neutral), progress=progress)
    if kind in PICTURE:
        return picture_rows(_read(path, picture_in))
    if kind in (*MIDI, *MUSICXML):
        return score_rows(_read(path, lambda file: file))
    if kind in FILM:
        other = _neutral(neutral)
        return _read(
            path,
            lambda file: film_rows(file, text=text, language=language, neutral=other, progress=progress),
        )
    known = ", ".join((*SOUND, *PICTURE, *MIDI, *MUSICXML, *FILM))
    raise InputFileError(f"The quality of {path} cannot be measured.", f"Give one of {known}.")


def sound_rows(
    sound: Sound,
    *,
    text: str = "",
    language: str = "en",
    neutral: Sound | None = None,
    progress: Progress = _silent,
) -> tuple[Quality, ...]:
    """The rows of a sound; those of speech mean nothing of music."""
    measured = sound_measures.measure(sound)
    progress(1, 4, "opinion of the voice")
    opinion = _opinion_rows(sound)
    progress(2, 4, "words of the voice")
    words = _word_rows(sound, text, language)
    progress(3, 4, "speaker of the voice")
    speaker = _speaker_row(sound, neutral)
    return (
        _row("loudness", "loudness", measured.loudness_lufs),
        _row("true_peak", "true peak", measured.true_peak_db),
        _row("clipped", "clipped samples", 100 * measured.clipped_share),
        _row("silent", "silence", 100 * measured.silent_share),
        _row("offset", "constant offset", measured.offset),
        _row("not_numbers", "samples that are no numbers", 100 * measured.not_numbers),
        *opinion,
        *words,
        speaker,
    )


def picture_rows(picture: np.ndarray) -> tuple[Quality, ...]:
    """The rows of a picture, uint8 RGB ``(height, width, 3)``."""
    from studio.quality.banding import banding
    from studio.quality.picture import black, white

    return (
        _row("banding", "colour banding", banding(picture)),
        _row("black", "black", 100.0 * black(picture)),
        _row("white", "white", 100.0 * white(picture)),
    )


def score_rows(path: Path) -> tuple[Quality, ...]:
    """The row of a score: how many faults it has, the first of them as the reason."""
    faults = score_faults(path)
    row = _row("score_faults", "faults of the score", float(len(faults)))
    return (Quality(row.name, row.value, row.unit, row.good, " ".join(faults[:3]), row.fine),)


def film_rows(
    path: Path,
    *,
    text: str = "",
    language: str = "en",
    neutral: Sound | None = None,
    progress: Progress = _silent,
) -> tuple[Quality, ...]:
    """The rows of a film: pictures, lips, then those of its sound."""
    from studio.quality.picture import film_defects

    fps, voice = film_rate(path), sound_in(path)
    lips = _Lips(fps, film_seconds(path), progress)
    defects = film_defects(lips.watching(film_frames(path)), fps)
    sound = (
        sound_rows(voice, text=text, language=language, neutral=neutral, progress=progress) if voice else ()
    )
    return (
        _row("flicker", "flicker", defects.flicker),
        _row("banding", "colour banding", defects.banding),
        _row("black", "black frames", 100 * defects.black_share),
        _row("white", "white frames", 100 * defects.white_share),
        _row("frozen", "frozen frames", 100 * defects.frozen_share),
        *lips.rows(voice),
        *sound,
    )


class _Lips:
    """Looks at the lips of frames that pass by."""

    def __init__(self, fps: float, seconds: float, progress: Progress) -> None:
        self._fps, self._seconds, self._progress = fps, seconds, progress
        self._openings: list[float] = []
        self._finder: Any = None

    def watching(self, frames: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """The same frames."""
        from studio.quality.lip_sync import mouth_openings

        for index, frame in enumerate(frames):
            if index % max(1, round(self._fps)) == 0:
                at = index / self._fps
                self._progress(at, max(self._seconds, at + 1), "looking at pictures")
            if index < _LIPS_SECONDS * self._fps:
                self._openings.append(float(mouth_openings([frame], self._landmarks())[0]))
            yield frame

    def rows(self, voice: Sound | None) -> tuple[Quality, Quality]:
        """Offset and confidence."""
        from studio.quality.lip_sync import lip_sync

        names = (("mouth_offset", "mouth after voice"), ("mouth_confidence", "confidence of that"))
        if voice is None:
            found, reason = None, "the film has no sound"
        elif np.isfinite(self._openings).sum() < len(self._openings) / 2:
            found, reason = None, "no face was found in most of the frames"
        else:
            found = lip_sync(np.array(self._openings), self._fps, voice)
            reason = "mouth or voice does not move, or the film is shorter than 3 s"
        if found is None or not np.isfinite(found.offset):
            return (_unmeasured(*names[0], reason), _unmeasured(*names[1], reason))
        return (_row(*names[0], found.offset), _row(*names[1], found.confidence))

    def _landmarks(self) -> Any:
        if self._finder is None:
            from studio.judges.landmarks import LandmarkFinder

            self._finder = LandmarkFinder()
        return self._finder


def _opinion_rows(sound: Sound) -> tuple[Quality, ...]:
    names = {
        "signal": "DNSMOS signal",
        "background": "DNSMOS background",
        "overall": "DNSMOS overall",
        "overall_levelled": "DNSMOS overall at -23 LUFS",
    }
    try:
        as_it_is = predicted_opinion(sound)
        levelled = predicted_opinion(sound, level_lufs=_LEVELLED)
    except EngineError as error:
        return tuple(_unmeasured(key, name, str(error)) for key, name in names.items())
    values = {**vars(as_it_is), "overall_levelled": levelled.overall}
    return tuple(_row(key, name, values[key], "the sound is silent") for key, name in names.items())


def _word_rows(sound: Sound, text: str, language: str) -> tuple[Quality, ...]:
    names = {"word_errors": "word errors", "character_errors": "character errors"}
    if not text.strip():
        return tuple(_unmeasured(key, name, "no text was given") for key, name in names.items())
    try:
        heard = recogniser(language=language).transcribe(sound)
    except EngineError as error:
        return tuple(_unmeasured(key, name, str(error)) for key, name in names.items())
    rates = (word_errors(text, heard, language).rate, character_errors(text, heard, language).rate)
    return tuple(_row(key, name, 100 * rate) for (key, name), rate in zip(names.items(), rates, strict=True))


def _speaker_row(sound: Sound, neutral: Sound | None) -> Quality:
    name = "same speaker as without emotion"
    if neutral is None:
        return _unmeasured("speaker", name, "no neutral reading was given")
    try:
        shorter = min(len(one.samples) / one.sample_rate for one in (sound, neutral))
        value, known = similarity(sound, neutral), people(long=shorter >= _LONG)
    except EngineError as error:
        return _unmeasured("speaker", name, str(error))
    good = (
        f"at least {known.same_emotional:.2f}, the median of people who act an emotion; "
        f"two people of one sex have {known.different:.2f}"
    )
    row = _row("speaker", name, value, "one of the sounds holds no speech")
    fine = None if row.value is None else row.value >= known.same_emotional
    return Quality(row.name, row.value, row.unit, good, row.reason, fine)


def _row(key: str, name: str, value: float, otherwise: str = "there is nothing to measure") -> Quality:
    rule = _rules()[key]
    if not np.isfinite(value):
        return _unmeasured(key, name, otherwise)
    low, high = rule.get("low"), rule.get("high")
    fine = None
    if low is not None or high is not None:
        fine = (low is None or value >= low) and (high is None or value <= high)
    return Quality(name, float(value), rule["unit"], rule["good"], "", fine)


def _unmeasured(key: str, name: str, reason: str) -> Quality:
    rule = _rules()[key]
    return Quality(name, None, rule["unit"], rule["good"], reason)


def _neutral(path: Path | None) -> Sound | None:
    if path is None:
        return None
    found = _read(path, sound_in)
    if found is None:
        raise InputFileError(f"The file {path} has no sound.", "Give a neutral reading.")
    return found


def _read(path: Path, reader: Callable[[Path], _T]) -> _T:
    if not path.is_file():
        raise InputFileError(
            f"The file {path} does not exist.", "Give the path of a sound, picture, score or film."
        )
    try:
        return reader(path)
    except (OSError, ValueError, RuntimeError, EOFError, KeyError, IndexError) as error:
        raise InputFileError(f"The file {path} cannot be read: {error}.", "Check that it is whole.") from None


@cache
def _rules() -> Mapping[str, Mapping[str, Any]]:
    return asset_table("quality", "rows.toml")
