"""EMOPIA's scores as sound: played by the studio's own sampler on many instruments, in rooms, with noise and uneven colour.

Recordings of the clips are not in the corpus. A judge that heard one clean piano alone would take its colour for a sign of
emotion, so each clip is played on a drawn instrument and passes through a drawn room, equaliser and noise.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.judges.music_heard import Heard, heard
from studio.judges.music_sound import SoundTracks, level_to, sound_tracks
from studio.judges.transcription import FRAME_RATE, SAMPLE_RATE, KeyFrames, strike_frames
from studio.training.judge_music_noises import LEARNED_NOISES, UNMET_NOISES

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from generators.music.soundfont.bank import Bank

__all__ = ["heard_wave", "kept_folder", "play_clean", "play_drawn"]

_TAIL = 1.0  # seconds after the last note


def play_clean(score: PrettyMIDI, bank: Bank, longest: float, program: int = 0) -> np.ndarray:
    """A score on one instrument, float32 ``(n,)`` at the transcription's rate, peak at 0.5.

    Args:
        score: of one part.
        bank: the sounds.
        longest: seconds after which it breaks off.
        program: General MIDI number of the instrument.
    """
    from pretty_midi import Instrument

    from generators.music.soundfont.player import play

    frames = int(min(score.get_end_time() + _TAIL, longest) * SAMPLE_RATE)
    wave = np.zeros(frames, np.float32)
    for part in score.instruments:
        other = Instrument(program)
        other.notes, other.control_changes = part.notes, part.control_changes
        wave += play(other, bank, frames, SAMPLE_RATE, 0.0).mean(axis=1)
    return wave * np.float32(0.5 / max(float(np.abs(wave).max()), 1e-6))


def play_drawn(score: PrettyMIDI, bank: Bank, rng: np.random.Generator, recipe: dict[str, Any]) -> np.ndarray:
    """A score on a drawn instrument in a drawn room, float32 ``(n,)`` at the transcription's rate.

    Args:
        score: of one part.
        bank: the sounds.
        rng: draws.
        recipe: ``piano_share`` 0..1, ``pianos`` and ``others`` (program numbers), ``room_seconds``, ``room_share``,
            ``shelf_db``, ``noise_db`` (each lowest and highest), ``longest_seconds``.
    """
    kind = "pianos" if rng.random() < recipe["piano_share"] else "others"
    wave = play_clean(score, bank, recipe["longest_seconds"], int(rng.choice(recipe[kind])))
    wave = _in_room(wave, rng.uniform(*recipe["room_seconds"]), rng.uniform(*recipe["room_share"]), rng)
    wave = _coloured(wave, rng, recipe["shelf_db"])
    noise: np.ndarray = rng.normal(0, 1, len(wave)).astype(np.float32)
    if rng.random() < 0.5:  # as often dark as white
        noise = np.convolve(noise, np.ones(8, np.float32) / 8, "same")
    loudness = float(np.sqrt(np.mean(wave**2)))
    level = loudness * 10 ** (-rng.uniform(*recipe["noise_db"]) / 20) / float(noise.std() + 1e-9)
    return (wave + np.float32(level) * noise).astype(np.float32)


def _in_room(wave: np.ndarray, decay: float, share: float, rng: np.random.Generator) -> np.ndarray:
    from scipy.signal import fftconvolve

    times = np.arange(int(decay * SAMPLE_RATE)) / SAMPLE_RATE
    response = rng.normal(0, 1, len(times)) * np.exp(-6.9 * times / decay)
    response /= np.sqrt((response**2).sum())
    wet = fftconvolve(wave, response)[: len(wave)]
    return ((1 - share) * wave + share * wet).astype(np.float32)


def _coloured(wave: np.ndarray, rng: np.random.Generator, shelf_db: list[float]) -> np.ndarray:
    """The wave with its lows and its highs raised or lowered by drawn shelves."""
    spectrum = np.fft.rfft(wave)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE), 20.0) / 700.0)
    low, high = rng.uniform(shelf_db[0], shelf_db[1], 2)
    gain = low / (1 + np.exp(2 * (octaves + 1.5))) + high / (1 + np.exp(-2 * (octaves - 1.5)))
    return np.fft.irfft(spectrum * 10 ** (gain / 20), len(wave)).astype(np.float32)


def kept_folder(recipe: dict[str, Any]) -> Path:
    """Where what was heard under a recipe is kept for the next training: in ``$XDG_CACHE_HOME``, or in ``~/.cache``."""
    import os

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    made_with = [recipe["seed"], recipe["sound"], recipe["music"]["noises"], recipe["music"]["speeches"]]
    made_with += [LEARNED_NOISES, UNMET_NOISES]
    mark = hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()[:12]
    return cache / "affect-studio" / f"music-heard-{mark}"


def heard_wave(wave: np.ndarray, file: Path) -> Heard:
    """What is heard in a wave ``(n,)`` at the transcription's rate, kept in a file that is read where it is there already."""
    if not file.exists():
        levelled = level_to(wave)
        frames, tracks = strike_frames(levelled), sound_tracks(levelled)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez(
                stream,
                struck=(255 * frames.struck).astype(np.uint8),
                held=(255 * frames.held).astype(np.uint8),
                rows=tracks.rows.astype(np.float16),
            )
        part.replace(file)
    with np.load(file) as kept:
        struck, held = (kept[name].astype(np.float32) / 255 for name in ("struck", "held"))
        tracks = SoundTracks(kept["rows"].astype(np.float32))
    return heard(KeyFrames(struck, held), tracks, len(struck) / FRAME_RATE)
