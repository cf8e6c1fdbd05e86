"""Small media files, and a judge that anybody can check: it reads loudness or lightness as arousal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image

from conditioning.vad import VAD
from generators.base import Audio
from studio.encode import write_film
from studio.file_judges import FileJudges
from studio.judges.base import Card, Reading, TimedReading

__all__ = [
    "RATE",
    "PlainJudge",
    "broken_files",
    "plain_judges",
    "write_midi",
    "write_picture",
    "write_small_film",
    "write_tone",
]

RATE = 8000
LABELS = ("neutral", "joy", "sadness")


class PlainJudge:
    """Reads how loud a sound or how light a picture is: joy where it is, sadness where it is not, nothing of silence.

    Args:
        labels: that it tells; without any it says a point alone.
    """

    def __init__(self, labels: tuple[str, ...] = LABELS) -> None:
        self.calls = 0
        self.card = Card("plain", labels, "nothing", "none", "none", 0.6, 1 / 3, {"joy": 0.7}, 0.1, "none")

    def read(self, media: Any) -> Reading:
        """The reading of a sound or a picture."""
        self.calls += 1
        level = float(np.abs(media.samples).mean() if hasattr(media, "samples") else media.mean() / 255)
        if level == 0:
            return Reading({}, confidence=0.0, floor=0.3)
        point = VAD.clipped(level, 2 * level - 1, 0.0)
        if not self.card.labels:
            return Reading({}, point, (0.2, 0.2, 0.2), 0.5, 0.3)
        shares = {"neutral": 0.1, "joy": 0.9 * level, "sadness": 0.9 * (1 - level)}
        return Reading(shares, point, (0.2, 0.2, 0.2), max(shares.values()), 0.3)

    def read_over_time(self, media: Any) -> list[TimedReading]:
        """A reading a second of a sound, and one of each picture of a film that is a whole second later."""
        if hasattr(media, "samples"):
            rate = media.sample_rate
            starts = range(0, len(media.samples), rate)
            parts = [Audio(media.samples[start : start + rate], rate) for start in starts]
            return [TimedReading(i, i + p.duration, self.read(p)) for i, p in enumerate(parts)]
        return self._film(media)

    def _film(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        return [TimedReading(time, time + 1, self.read(picture)) for time, picture in media]


def plain_judges(**judges: PlainJudge) -> FileJudges:
    """File judges that read with plain judges alone, of their own if none is given."""
    own = {role: judges.get(role) or PlainJudge() for role in ("speech", "face", "music", "video")}
    return FileJudges({role: f"plain {role}" for role in own}, {f"plain {r}": one for r, one in own.items()})


def write_tone(path: Path, levels: Iterable[float], rate: int = RATE) -> Path:
    """A square wave of a second for each level, so that its mean size is that level."""
    square = np.where(np.arange(rate) % 40 < 20, 1.0, -1.0)
    soundfile.write(path, np.concatenate([level * square for level in levels]).astype(np.float32), rate)
    return path


def write_picture(path: Path, level: float = 0.8, size: tuple[int, int] = (64, 48)) -> Path:
    """An even grey picture."""
    Image.new("RGB", size, (round(255 * level),) * 3).save(path)
    return path


def write_midi(path: Path) -> Path:
    """A minute's waltz of three chords."""
    import pretty_midi

    score = pretty_midi.PrettyMIDI()
    piano = pretty_midi.Instrument(0)
    for beat in range(60):
        for pitch in (48 + 5 * (beat // 3 % 3), 64, 67):
            piano.notes.append(pretty_midi.Note(80, pitch, beat * 0.5, beat * 0.5 + 0.45))
    score.instruments.append(piano)
    score.write(str(path))
    return path


def write_small_film(path: Path, levels: Iterable[float], *, sound: bool = True, fps: int = 10) -> Path:
    """A film with an even picture of each level for a second, and a tone of the same levels."""
    levels = list(levels)
    frames = (np.full((48, 64, 3), round(255 * level), np.uint8) for level in levels for _ in range(fps))
    square = np.where(np.arange(RATE) % 40 < 20, 1.0, -1.0)
    wave = np.concatenate([level * square for level in levels])
    audio = Audio(np.stack([wave, wave], axis=1).astype(np.float32), RATE) if sound else None
    write_film(path, frames, (64, 48), fps, audio)
    return path


def broken_files(folder: Path) -> list[Path]:
    """A file of each kind that holds something else, and one of each that ends in the middle."""
    whole = [
        write_tone(folder / "whole.flac", [0.5] * 3),
        write_picture(folder / "whole.png"),
        write_midi(folder / "whole.mid"),
        write_small_film(folder / "whole.mp4", [0.5, 0.6]),
    ]
    broken = []
    for path in whole:
        content = path.read_bytes()
        broken += [
            folder / f"cut{path.suffix}",
            folder / f"strange{path.suffix}",
            folder / f"empty{path.suffix}",
        ]
        broken[-3].write_bytes(content[: len(content) // 2])
        broken[-2].write_bytes(b"This is a letter, and nothing else. " * 50)
        broken[-1].write_bytes(b"")
        path.unlink()
    return broken
