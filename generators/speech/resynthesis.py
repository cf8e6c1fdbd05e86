"""Finished speech moved by the faders of prosody: taken apart by WORLD, changed frame by frame, put together again.

For engines that give nothing but sound. WORLD: Morise, Yokomori & Ozawa 2016. Less clean than a change before the
decoder; quality falls with every semitone.
"""

from __future__ import annotations

import numpy as np

from external.world import world
from generators.speech.contours import pitches
from generators.speech.prosody import Controls

__all__ = ["APPROXIMATED", "FRAME", "IGNORED", "resynthesised", "warp"]

FRAME = 0.005  # seconds
APPROXIMATED = ("effort", "breathiness", "tension", "jitter", "formant", "whisper")
IGNORED = ("accent", "vowel", "creak", "loudness_range", "breaths")
_VOICED = 40.0


def resynthesised(
    sound: np.ndarray, rate: int, controls: Controls, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sound with its prosody moved, float32, of another length; then old seconds, rising, and the new ones of them.

    Args:
        sound: ``(n,)``.
        rate: hertz.
        controls: along the F frames of 5 ms that cover it.
        rng: for jitter.
    """
    tool = world()
    wave = np.ascontiguousarray(sound, float)
    f0, times = tool.dio(wave, rate, f0_floor=60.0, f0_ceil=500.0, frame_period=1000 * FRAME)
    f0 = tool.stonemask(wave, f0, times, rate)
    envelope = tool.cheaptrick(wave, f0, times, rate)
    aperiodicity = tool.d4c(wave, f0, times, rate)
    along = controls.at(np.clip(np.arange(len(f0)), 0, len(controls["rate"]) - 1))
    places = warp(_silent(envelope), along)
    nearest = np.clip(np.rint(places).astype(int), 0, len(f0) - 1)
    along, f0 = along.at(nearest), f0[nearest]
    f0 = np.where(f0 > 0, pitches(f0, np.zeros(len(f0), bool), along, FRAME), 0.0)
    f0 = np.where(f0 > _VOICED, f0 * 2 ** (along["jitter"] * rng.standard_normal(len(f0)) / 12), 0.0)
    envelope, aperiodicity = _coloured(envelope[nearest], aperiodicity[nearest], rate, along)
    made = tool.synthesize(
        f0, np.ascontiguousarray(envelope), np.ascontiguousarray(aperiodicity), rate, 1000 * FRAME
    )
    return np.asarray(made, np.float32), places * FRAME, np.arange(len(places)) * FRAME


def warp(silent: np.ndarray, controls: Controls) -> np.ndarray:
    """Which old frame each new one shows.

    Args:
        silent: whether a frame is in a pause ``(F,)``.
        controls: along the frames; ``rate`` acts on speech, ``pause`` on pauses.

    Returns:
        Old frame numbers ``(G,)``, rising.
    """
    length = np.where(silent, controls["pause"], 1 / controls["rate"])
    new = np.concatenate([[0.0], np.cumsum(length)])
    return np.interp(np.arange(int(new[-1])), new, np.arange(len(new)))


def _silent(envelope: np.ndarray, floor: float = 45.0, least: int = 12) -> np.ndarray:
    """Frames of pauses: ``floor`` dB below the loudest for at least ``least`` frames."""
    level = 10 * np.log10(envelope.mean(axis=1) + 1e-20)
    quiet = level < level.max() - floor
    borders = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    for begin, end in zip(borders[::2], borders[1::2], strict=True):
        quiet[begin:end] = end - begin >= least
    return quiet


def _coloured(
    envelope: np.ndarray, aperiodicity: np.ndarray, rate: int, controls: Controls
) -> tuple[np.ndarray, np.ndarray]:
    """Spectral envelope (power) and aperiodicity ``(G, bins)`` after formants, tilt, effort, tension and breath."""
    hertz = np.linspace(0, rate / 2, envelope.shape[1])
    if not controls.neutral(("formant",)):
        envelope = np.array(
            [
                np.exp(np.interp(hertz / k, hertz, np.log(row + 1e-20)))
                for k, row in zip(controls["formant"], envelope, strict=True)
            ]
        )
    octave = np.log2(np.maximum(hertz, 250.0) / 800.0)
    # A unit of effort is about 3 dB, and effort brightens (Traunmüller & Eriksson 2000).
    tilt = controls["tilt"] + 0.6 * controls["effort"]
    change = tilt[:, None] * octave + (controls["loudness"] + 3 * controls["effort"])[:, None]
    change = change + controls["tension"][:, None] * 4 * np.exp(-(((hertz - 3000) / 1000) ** 2))
    envelope = envelope * 10 ** (change / 10)
    breath = np.clip(controls["breathiness"] * 0.6 + controls["whisper"], 0, 1)[:, None]
    rough = 1 / (1 + np.exp(-(hertz - 1500) / 400)) * np.clip(controls["breathiness"], 0, 1)[:, None] * 0.6
    share = np.maximum(np.minimum(breath, rough), controls["whisper"][:, None])
    return envelope, np.clip(aperiodicity + (1 - aperiodicity) * share, 0.0, 1.0)
