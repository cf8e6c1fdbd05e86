"""The tracks of a film as files beside it: what an editor would ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generators.base import Audio, FaceTrack, MusicTrack, SpeechTrack
from studio.captions import Caption
from studio.encode import written
from studio.sound_files import write_sound

__all__ = ["clock", "write_captions", "write_face", "write_midi", "write_music", "write_tracks"]


def write_tracks(
    folder: Path,
    *,
    mixed: Audio | None,
    speech: SpeechTrack | None,
    face: FaceTrack | None,
    music: MusicTrack | None,
    lines: Sequence[Caption],
) -> list[Path]:
    """Write every track that there is.

    Args:
        folder: is made if missing.
        mixed: the film's sound.
        speech: writes ``voice.wav``.
        face: writes ``face.csv``.
        music: writes ``music.wav``, and ``music.mid`` and ``music.musicxml`` where there is a score.
        lines: write ``captions.vtt``.

    Returns:
        The files written.

    Raises:
        OutputError: one cannot be written.
    """
    files: list[Path] = []
    if mixed is not None:
        files.append(folder / "mix.wav")
        write_sound(files[-1], mixed)
    if speech is not None:
        files.append(folder / "voice.wav")
        write_sound(files[-1], speech.audio)
    if lines:
        files.append(folder / "captions.vtt")
        write_captions(files[-1], lines)
    if face is not None:
        files.append(folder / "face.csv")
        write_face(files[-1], face)
    if music is not None:
        files += write_music(folder / "music.wav", music)
    return files


def write_music(path: Path, music: MusicTrack) -> list[Path]:
    """Write sound, and beside it, where there is a score, the MIDI file and the engraved score; gives the files.

    Args:
        path: of the sound.
        music: to be written.

    Raises:
        RequestError: the ending is of no known format.
        OutputError: a file cannot be written.
    """
    files = [path]
    write_sound(path, music.audio)
    if music.score is not None:
        files.append(path.with_suffix(".mid"))
        write_midi(files[-1], music)
    if music.musicxml is not None:
        files.append(path.with_suffix(".musicxml"))
        with written(files[-1]) as part:
            music.musicxml(part)
    return files


def write_midi(path: Path, music: MusicTrack) -> None:
    """Write the score as a MIDI file."""
    assert music.score is not None, "only engines with a score are asked for one"
    with written(path) as part:
        music.score.write(str(part))


def write_face(path: Path, face: FaceTrack) -> None:
    """Write the ARKit weights and the head's and the eyes' turns, a line a frame, in the layout of Live Link Face."""
    from generators.face.exchange.live_link import live_link_text

    step = float(face.times[-1] - face.times[0]) / (len(face.times) - 1) if len(face.times) > 1 else 0.04
    with written(path) as part:
        part.write_text(live_link_text(face.times, face.arkit, face.pose, 1 / step), encoding="utf-8")


def write_captions(path: Path, lines: Sequence[Caption]) -> None:
    """Write captions as WebVTT."""
    with written(path) as part, part.open("w", encoding="utf-8") as file:
        file.write("WEBVTT\n")
        for line in lines:
            file.write(f"\n{clock(line.start)} --> {clock(line.end)}\n{line.text}\n")


def clock(seconds: float, point: str = ".") -> str:
    """A time of subtitles, with milliseconds after a point or a comma."""
    total = round(seconds * 1000)
    minutes, rest = divmod(total, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
