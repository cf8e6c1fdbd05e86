"""Measures the voice's styles besides emotions: does each move what it should, and is it still understood.

    python tools/voice_styles.py                               every style, ten sentences
    python tools/voice_styles.py --styles whisper,shout --set check --voice ben --emotion sadness

Level, F0, rate and word errors are taken as in tools/voice_quality.py, alpha ratio and harmonics-to-noise ratio as in
tools/voice_people.py. H1-H2 is the level of the first harmonic less that of the second, F1 to F3 are medians of the resonances of a
linear prediction of voiced (in whispers: loud) frames, tremor is how deep F0 swings at 3.5 to 8 Hz. Needs the extra "test".
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
import soxr
from voice_people import RATE, averaged, measure
from voice_quality import SENTENCES, f0, level, syllable_rate

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from conditioning.styles import style_names
from external.world import world
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.registry import load
from studio.quality.recogniser import recogniser
from studio.quality.speech_quality import predicted_opinion
from studio.quality.word_errors import ErrorCount, word_errors

COLUMNS = (
    "WER %", "OVRL", "F0 Hz", "syl/s", "level dB", "voiced %", "alpha dB", "H1-H2 dB", "HNR dB", "jitter %", "F1 Hz", "F2 Hz",
    "F3 Hz", "tremor st",
)  # fmt: skip
_FRAME = 0.025
_LPC_RATE = 11_000  # hertz: formants of a woman's voice up to the fifth lie below its half


def figures(tracks: Sequence[SpeechTrack], texts: Sequence[str]) -> dict[str, float]:
    """The columns of one style, means over sentences."""
    rows = []
    errors = ErrorCount(0, 0)
    for track, text in zip(tracks, texts, strict=True):
        sound = soxr.resample(track.audio.samples, track.audio.sample_rate, RATE).astype(float)
        people = measure(sound) or {}
        contour = f0(track)
        errors += word_errors(text, recogniser("whisper").transcribe(track.audio))
        first, second, third = formants(sound)
        rows.append(
            {
                "OVRL": predicted_opinion(track.audio).overall,
                "F0 Hz": float(np.median(contour)) if len(contour) > 20 else float("nan"),
                "syl/s": syllable_rate(track),
                "level dB": level(track),
                "voiced %": 100 * voiced_share(sound),
                "alpha dB": people.get("alpha", float("nan")),
                "H1-H2 dB": first_harmonics(sound),
                "HNR dB": people.get("HNR", float("nan")),
                "jitter %": people.get("jitter", float("nan")),
                "F1 Hz": first,
                "F2 Hz": second,
                "F3 Hz": third,
                "tremor st": tremor(sound),
            }
        )
    kept = {name: [row for row in rows if np.isfinite(row[name])] for name in COLUMNS if name != "WER %"}
    means = {name: averaged([{name: row[name]} for row in own])[name] for name, own in kept.items() if own}
    return {"WER %": 100 * errors.rate, **means}


def voiced_share(sound: np.ndarray) -> float:
    """Share of the frames within 30 dB of the loudest in which WORLD finds the voice periodic."""
    contour, loud = _contour(sound)
    return float(np.mean(contour[loud] > 0))


def first_harmonics(sound: np.ndarray) -> float:
    """H1-H2 in dB, the median over voiced frames."""
    contour, loud = _contour(sound)
    found = []
    for place in np.flatnonzero((contour > 0) & loud)[::2]:
        period = RATE / contour[place]
        width = int(3 * period)
        start = int(place * 0.005 * RATE) - width // 2
        if start < 0 or start + width > len(sound):
            continue
        power = np.abs(np.fft.rfft(sound[start : start + width] * np.hanning(width), 8192)) ** 2
        each = [
            power[
                int(k * contour[place] * 0.9 * 8192 / RATE) : int(k * contour[place] * 1.1 * 8192 / RATE) + 1
            ].max()
            for k in (1, 2)
        ]
        found.append(10 * np.log10(each[0] / each[1]))
    return float(np.median(found)) if len(found) > 20 else float("nan")


def formants(sound: np.ndarray) -> tuple[float, float, float]:
    """Medians in hertz of the first three resonances of the loud frames, by linear prediction of order 12."""
    from scipy.linalg import solve_toeplitz

    low = soxr.resample(sound, RATE, _LPC_RATE)
    low = np.append(low[0], low[1:] - 0.95 * low[:-1])
    width = int(_FRAME * _LPC_RATE)
    frames = np.lib.stride_tricks.sliding_window_view(low, width)[:: width // 2]
    power = (frames**2).mean(axis=1)
    found = []
    for frame in frames[power > power.max() * 10**-1.8] * np.hamming(width):
        own = np.correlate(frame, frame, "full")[width - 1 : width + 12]
        own[0] *= 1.0001
        roots = np.roots(np.append(1.0, -solve_toeplitz(own[:12], own[1:13])))
        roots = roots[np.imag(roots) > 0]
        hertz = np.angle(roots) * _LPC_RATE / (2 * np.pi)
        wide = -np.log(np.abs(roots)) * _LPC_RATE / np.pi
        kept = np.sort(hertz[(hertz > 200) & (hertz < 5000) & (wide < 500)])
        if len(kept) >= 3:
            found.append(kept[:3])
    return tuple(float(x) for x in np.median(found, axis=0))  # type: ignore[return-value]


def tremor(sound: np.ndarray) -> float:
    """Depth in semitones of F0's swing at 3.5 to 8 Hz, the median over voiced stretches of a third of a second and more."""
    from scipy.signal import detrend

    contour, loud = _contour(sound)
    voiced = np.concatenate([[False], (contour > 0) & loud, [False]])
    borders = np.flatnonzero(np.diff(voiced.astype(int)))
    depths = []
    for begin, end in zip(borders[::2], borders[1::2], strict=True):
        if end - begin < 67:
            continue
        course = detrend(12 * np.log2(contour[begin:end]))
        spectrum = np.abs(np.fft.rfft(course * np.hanning(len(course)), 2048)) * 4 / len(course)
        hertz = np.fft.rfftfreq(2048, 0.005)
        depths.append(spectrum[(hertz > 3.5) & (hertz < 8)].max())
    return float(np.median(depths)) if depths else float("nan")


def _contour(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F0 in steps of 5 ms, 0 where unvoiced, and whether each is within 30 dB of the loudest."""
    coarse, times = world().dio(sound, RATE, f0_floor=55.0, f0_ceil=650.0)
    contour = world().stonemask(sound, coarse, times, RATE)
    aperiodic = world().d4c(sound, contour, times, RATE, threshold=0.85)
    contour = np.where(aperiodic[:, 0] < 0.5, contour, 0.0)  # DIO finds a pitch in noise too
    power = np.convolve(sound**2, np.ones(320) / 320, "same")[
        np.minimum((times * RATE).astype(int), len(sound) - 1)
    ]
    return contour, power > power.max() * 10**-3.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--styles", default=",".join(("", *style_names())))
    parser.add_argument("--sentences", type=int, default=10)
    parser.add_argument("--set", choices=sorted(SENTENCES), default="tune")
    parser.add_argument("--voice", default="")
    parser.add_argument("--emotion", default="neutral")
    args = parser.parse_args()
    texts = SENTENCES[args.set][: args.sentences]
    engine = load("speech=hibari")
    print("| style | " + " | ".join(COLUMNS) + " |")
    print("| --- " * (len(COLUMNS) + 1) + "|")
    for style in args.styles.split(","):
        tracks = [
            engine.generate(
                SpeechRequest(
                    Script((Span(text, Emotion.of(args.emotion)),)), voice=args.voice, style=style, job=Job(1)
                )
            )
            for text in texts
        ]
        row = figures(tracks, texts)
        cells = [f"{row[name]:.2f}" if name in row and name in ("OVRL", "tremor st", "syl/s", "jitter %") else f"{row.get(name, float('nan')):.1f}" for name in COLUMNS]  # fmt: skip
        print(f"| {style or 'none'} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
