"""Compares how far the built-in voice moves with an emotion against how far people's voices move.

    python tools/voice_people.py ../shared/data/speech              what people do, one table per corpus
    python tools/voice_people.py ../shared/data/speech --voice heart --emotions joy,anger

Each figure is the difference from the same speaker's neutral reading of the same text, in the measure's own unit, so a
speaker, a text and a microphone fall out. People: the mean over speakers of RAVDESS (strong intensity), nEMO and
EMO-DB, and the standard deviation between speakers. The voice: the mean over the sentences of the set "tune" of
tools/voice_quality.py at full intensity. EMO-DB's clips are cut at two seconds, so its rate is left out. Needs the
extra "test" and soundfile.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr
from voice_quality import SENTENCES, say

from conditioning.emotion import Emotion
from external.world import world

RATE = 16_000
STEP = 80  # samples: 5 ms
WINDOW = 400  # samples: 25 ms
MEASURES = {
    "F0 mean": "st", "F0 SD": "st", "F0 range": "st", "F0 slope": "st/s", "level": "dB", "level SD": "dB",
    "rate": "%", "alpha": "dB", "Hammarberg": "dB", "HNR": "dB", "jitter": "%", "shimmer": "dB",
}  # fmt: skip
EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "calm", "serenity", "boredom")
LABELS = {"happiness": "joy"}  # the corpora's name, ours


def measure(sound: np.ndarray) -> dict[str, float] | None:
    """Measures of an utterance, by name; None where too little of it is voiced.

    Args:
        sound: mono ``(n,)`` at 16 kHz.
    """
    sound = np.ascontiguousarray(sound, np.float64)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (WINDOW // 2, WINDOW)), WINDOW)[::STEP]
    coarse, times = world().dio(sound, RATE, f0_floor=65.0, f0_ceil=650.0)
    f0 = world().stonemask(sound, coarse, times, RATE)
    count = min(len(frames), len(f0))
    frames, f0, times = frames[:count], f0[:count], times[:count]
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    active = np.flatnonzero(level > np.percentile(level, 95) - 35)
    voiced = np.flatnonzero((f0 > 0) & (level > np.percentile(level, 95) - 25))
    if len(voiced) < 30:
        return None
    cycles, weights = _cycles(sound, f0)
    return {
        **_melody(12 * np.log2(f0[voiced]), times[voiced]),
        "level": float(10 * np.log10((10 ** (level[active] / 10)).mean())),
        "level SD": float(level[voiced].std()),
        "seconds": float(times[active[-1]] - times[active[0]]),
        **_spectrum(frames[voiced], f0[voiced]),
        "jitter": 100 * float(np.median(np.abs(np.diff(cycles)) / cycles[1:])) if len(cycles) > 5 else 0.0,
        "shimmer": float(np.median(np.abs(np.diff(weights)))) if len(cycles) > 5 else 0.0,
    }


def _melody(semitones: np.ndarray, times: np.ndarray) -> dict[str, float]:
    """Height, spread and slope of F0; slips of an octave do not count."""
    low, middle, high = np.percentile(semitones, [10, 50, 90])
    kept = np.abs(semitones - middle) < 12
    return {
        "F0 mean": float(semitones[kept].mean()),
        "F0 SD": float(semitones[kept].std()),
        "F0 range": float(high - low),
        "F0 slope": float(np.polyfit(times[kept], semitones[kept], 1)[0]),
    }


def _spectrum(frames: np.ndarray, f0: np.ndarray) -> dict[str, float]:
    """Alpha ratio, Hammarberg index (Eyben et al. 2016) and harmonics-to-noise ratio (Boersma 1993) where voiced."""
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), 1024)) ** 2
    hertz = np.fft.rfftfreq(1024, 1 / RATE)

    def band(low: float, high: float) -> np.ndarray:
        return np.asarray(power[:, (hertz >= low) & (hertz < high)])

    alpha = 10 * np.log10(band(1000, 5000).sum(axis=1) / band(50, 1000).sum(axis=1))
    hammarberg = 10 * np.log10(band(50, 2000).max(axis=1) / band(2000, 5000).max(axis=1))
    own = np.fft.irfft(power)[:, : WINDOW - 100]
    taper = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(WINDOW), 1024)) ** 2)[: WINDOW - 100]
    lag = np.clip(np.round(RATE / f0).astype(int), 20, WINDOW - 110)[:, None] + np.arange(-2, 3)
    strength = (own[np.arange(len(own))[:, None], lag] / own[:, :1] / (taper[lag] / taper[0])).max(axis=1)
    strength = np.clip(strength, 0.01, 0.999)
    return {
        "alpha": float(alpha.mean()),
        "Hammarberg": float(hammarberg.mean()),
        "HNR": float((10 * np.log10(strength / (1 - strength))).mean()),
    }


def _cycles(sound: np.ndarray, f0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lengths in samples and peaks in dB of the cycles of the steadily voiced stretches, joined.

    A cycle runs from one upward zero crossing of the fundamental to the next, placed between samples.
    """
    from scipy.signal import butter, sosfiltfilt

    voiced = np.repeat(f0 > 0, STEP)[: len(sound)]
    middle = float(np.median(f0[f0 > 0]))
    lowest = sosfiltfilt(butter(2, [0.6 * middle, 1.5 * middle], "band", fs=RATE, output="sos"), sound)
    rising = np.flatnonzero((lowest[:-1] < 0) & (lowest[1:] >= 0) & voiced[: len(lowest) - 1])
    exact = rising - lowest[rising] / (lowest[rising + 1] - lowest[rising])
    lengths = np.diff(exact)
    expected = RATE / np.interp(rising[:-1], np.arange(len(f0)) * STEP, np.where(f0 > 0, f0, middle))
    steady = np.abs(np.log2(np.maximum(lengths, 1) / expected)) < 0.3
    peaks = np.array([np.abs(sound[a:b]).max() for a, b in itertools.pairwise(rising)])
    return lengths[steady], 20 * np.log10(np.maximum(peaks[steady], 1e-6))


def difference(emotional: Mapping[str, float], neutral: Mapping[str, float]) -> dict[str, float]:
    """How an utterance differs from a neutral one of the same text, rate in per cent."""
    found = {name: emotional[name] - neutral[name] for name in MEASURES if name != "rate"}
    return {**found, "rate": 100 * (neutral["seconds"] / emotional["seconds"] - 1)}


def averaged(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Means by name."""
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def people(folder: Path, corpus: str, texts: int) -> dict[str, dict[str, tuple[float, float]]]:
    """By emotion and measure, mean and standard deviation over speakers.

    Args:
        folder: with speech.csv.
        corpus: as speech.csv names it.
        texts: at most so many texts of each speaker.
    """
    found: dict[tuple[str, str, str], list[dict[str, float]]] = defaultdict(list)
    for speaker, text, emotion, path in _clips(folder, corpus, texts):
        sound, rate = soundfile.read(folder / path)
        row = measure(sound if rate == RATE else soxr.resample(sound, rate, RATE))
        if row is not None:
            found[speaker, text, emotion].append(row)
    table: dict[str, dict[str, list[dict[str, float]]]] = defaultdict(lambda: defaultdict(list))
    for (speaker, text, emotion), rows in found.items():
        if emotion != "neutral" and (speaker, text, "neutral") in found:
            neutral = averaged(found[speaker, text, "neutral"])
            table[emotion][speaker].append(difference(averaged(rows), neutral))
    return {emotion: _over_speakers(by_speaker) for emotion, by_speaker in table.items()}


def _clips(folder: Path, corpus: str, texts: int) -> list[tuple[str, str, str, str]]:
    """Speaker, text, emotion and path of the clips to measure."""
    with (folder / "speech.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["corpus"] == corpus]
    kept = sorted({row["text"] for row in rows})[:texts]
    return [
        (row["speaker"], row["text"], LABELS.get(row["emotion"], row["emotion"]), row["path"])
        for row in rows
        if row["text"] in kept and (row["intensity"] != "normal" or row["emotion"] == "neutral")
    ]


def _over_speakers(rows: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[str, tuple[float, float]]:
    each = [averaged(own) for own in rows.values()]
    return {m: (float(np.mean([r[m] for r in each])), float(np.std([r[m] for r in each]))) for m in MEASURES}


def rendered(emotion: str, voice: str, sentences: Sequence[str]) -> dict[str, float]:
    """The voice's difference from neutral by measure, mean over sentences."""
    pairs = []
    for text in sentences:
        both = []
        for name in (emotion, "neutral"):
            audio = say(text, Emotion.of(name), voice=voice).audio
            both.append(measure(soxr.resample(audio.samples, audio.sample_rate, RATE)))
        if both[0] is not None and both[1] is not None:
            pairs.append(difference(both[0], both[1]))
    return averaged(pairs)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path, help="folder with speech.csv")
    parser.add_argument("--corpora-names", default="ravdess,nemo,emodb")
    parser.add_argument("--texts", type=int, default=12, help="at most so many texts of each corpus")
    parser.add_argument("--emotions", default=",".join(EMOTIONS))
    parser.add_argument("--voice", default="")
    args = parser.parse_args()
    tables = {name: people(args.corpora, name, args.texts) for name in args.corpora_names.split(",") if name}
    print("| emotion | who | " + " | ".join(f"{name} {unit}" for name, unit in MEASURES.items()) + " |")
    print("| --- " * (len(MEASURES) + 2) + "|")
    for emotion in args.emotions.split(","):
        for corpus, table in tables.items():
            if emotion in table:
                cells = [f"{mean:+.1f} ±{sd:.1f}" for mean, sd in table[emotion].values()]
                if corpus == "emodb":
                    cells[list(MEASURES).index("rate")] = "-"
                print(f"| {emotion} | {corpus} | " + " | ".join(cells) + " |")
        own = rendered(emotion, args.voice, SENTENCES["tune"])
        print(f"| {emotion} | voice | " + " | ".join(f"{own[m]:+.1f}" for m in MEASURES) + " |", flush=True)


if __name__ == "__main__":
    main()
