"""Measures what happens to people's recordings when an emotion is moved onto them, and when their speaker is changed.

    python tools/recordings_emotion.py ../shared/data/speech                  six emotions on twenty neutral recordings
    python tools/recordings_emotion.py ../shared/data/speech --anonymise      twenty emotional recordings anonymised
    python tools/recordings_emotion.py ../shared/data/speech --transplant     one actor's emotional prosody on the neutral reading

RAVDESS, training speakers only, one recording each. A direction is aimed at where the fader of an emotion goes far enough to be
heard (``AIMED``); it is reached where the measure of tools/voice_people.py moves that way. HNR is held against the recording put
through the vocoder unchanged, since the vocoder itself cleans a voice. Needs the extra "test".
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
from voice_people import RATE, difference, measure

from conditioning.emotion import Emotion
from conditioning.faders import fader_set
from conditioning.timeline import Timeline
from generators.base import Audio, Job
from generators.speech.recorded.anatomy import taken_apart
from generators.speech.recorded.disguise import disguise_of, disguised
from generators.speech.recorded.moving import moved
from generators.speech.recorded.transplant import transplanted
from generators.speech.recorded.wishes import Part, Wish
from studio.judges import base
from studio.quality.recogniser import recogniser
from studio.quality.speaker import embedding, people
from studio.quality.speech_quality import predicted_opinion
from studio.quality.word_errors import ErrorCount, word_errors
from studio.recordings.checks import tuning_judge

EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
LEVEL = -23.0  # LUFS to which sounds are brought before DNSMOS hears them
# measure: what the faders ask of it, and the least that can be heard (own choice: F0 steps below half a semitone, tempo below
# five per cent and level below one decibel are hardly noticed)
AIMED: dict[str, tuple[Callable[[dict[str, float]], float], float]] = {
    "F0 mean": (lambda f: f["pitch"], 0.5),
    "F0 SD": (lambda f: np.log(f["pitch_range"]), 0.1),
    "F0 slope": (lambda f: f["declination"], 1.0),
    "rate": (lambda f: np.log(f["rate"]), 0.05),
    "level": (lambda f: f["loudness"] + 3 * f["effort"], 1.0),
    "alpha": (lambda f: f["tilt"] + 0.6 * f["effort"], 0.3),
    "HNR": (lambda f: -f["breathiness"], 0.1),
}


def clips(folder: Path, count: int, *, neutral: bool = True) -> Iterator[dict[str, str]]:
    """Recordings of one actor after another; both sentences, and if not neutral all emotions, in turn."""
    with (folder / "speech.csv").open(encoding="utf-8") as lines:
        rows = [
            row for row in csv.DictReader(lines) if row["corpus"] == "ravdess" and row["split"] == "train"
        ]
    texts = sorted({row["text"] for row in rows})
    speakers = sorted({row["speaker"] for row in rows})
    for number in range(count):
        speaker, turn = speakers[number % len(speakers)], number + number // len(speakers)
        emotion = "neutral" if neutral else ("happiness", *EMOTIONS[1:])[number % 6]
        own = [r for r in rows if r["speaker"] == speaker and r["emotion"] == emotion]
        wanted = [r for r in own if r["text"] == texts[turn % 2] and (neutral or r["intensity"] == "strong")]
        yield (wanted or own)[0]


def sound_of(folder: Path, row: dict[str, str]) -> Audio:
    """A recording of the corpus."""
    samples, rate = soundfile.read(folder / row["path"], dtype="float32")
    return Audio(samples, rate)


def faders_of(emotion: str) -> dict[str, float]:
    """What an emotion at full intensity asks of each fader."""
    track = Timeline.constant(Emotion.of(emotion)).sample(np.zeros(1))
    return {name: float(value[0]) for name, value in fader_set("prosody").evaluate(track).items()}


def opinion(sound: Audio) -> float:
    """DNSMOS OVRL at one loudness."""
    return predicted_opinion(sound, level_lufs=LEVEL).overall


def six_emotions(folder: Path, count: int, strength: float, words: bool, emotions: Sequence[str]) -> None:
    """Print the table of emotions on neutral recordings."""
    rows = list(clips(folder, count))
    originals = [sound_of(folder, row) for row in rows]
    voices = [embedding(sound) for sound in originals]
    before = [measure(sound.samples) for sound in originals]
    copies = [measure(taken_apart(s.samples, RATE).sound()) for s in originals]
    heard = written(rows, originals) if words else []
    print(f"original: OVRL {np.mean([opinion(s) for s in originals]):.2f}, WER {rate_of(heard)} %, another actor "
          f"{others(voices, voices):.2f} alike; HNR of the bare vocoder {np.mean([c['HNR'] - b['HNR'] for c, b in zip(copies, before, strict=True)]):+.1f} dB")  # fmt: skip
    print(
        "| emotion | directions reached | "
        + " | ".join(AIMED)
        + " | same speaker | another | OVRL | word errors % | read as asked, tuning / scoring |"
    )
    print("| --- " * (len(AIMED) + 7) + "|", flush=True)
    for emotion in emotions:
        wish = Wish((Part(Emotion.of(emotion)),), strength)
        made = [moved(sound, wish, job=Job(i)).audio for i, sound in enumerate(originals)]
        goals = {
            m: ask(faders_of(emotion)) * np.sign(strength)
            for m, (ask, least) in AIMED.items()
            if abs(ask(faders_of(emotion))) >= least
        }
        after = [measure(sound.samples) for sound in made]
        changes = [difference(a, b) for a, b in zip(after, before, strict=True)]
        for change, a, copy in zip(changes, after, copies, strict=True):
            change["HNR"] = a["HNR"] - copy["HNR"]
        for change, a, b in zip(
            changes, after, before, strict=True
        ):  # the fader's slope is over the phrase, whatever its tempo
            change["F0 slope"] = a["F0 slope"] * a["seconds"] - b["F0 slope"] * b["seconds"]
        hits = {m: np.mean([np.sign(c[m]) == np.sign(goal) for c in changes]) for m, goal in goals.items()}
        cells = [
            f"{hits[m]:.0%} ({np.mean([c[m] for c in changes]):+.1f})" if m in hits else "-" for m in AIMED
        ]
        new = [embedding(sound) for sound in made]
        same = float(np.median([a @ b for a, b in zip(new, voices, strict=True)]))
        errors = written(rows, made) if words else []
        judges = (tuning_judge(), base.load("speech")) if words else ()
        read = " / ".join(f"{np.mean([judge.read(s).top == emotion for s in made]):.2f}" for judge in judges)
        print(f"| {emotion} | {np.mean(list(hits.values())):.0%} | " + " | ".join(cells) +
              f" | {same:.2f} | {others(new, voices):.2f} | {np.mean([opinion(s) for s in made]):.2f} | {rate_of(errors)} | {read or '-'} |", flush=True)  # fmt: skip


def others(new: list[np.ndarray], voices: list[np.ndarray]) -> float:
    """Median likeness to the recordings of other actors."""
    return float(np.median([a @ b for i, a in enumerate(new) for j, b in enumerate(voices) if i != j]))


def written(rows: list[dict[str, str]], sounds: list[Audio]) -> list[ErrorCount]:
    """Word errors of a recogniser in each recording."""
    return [word_errors(r["text"], recogniser().transcribe(s)) for r, s in zip(rows, sounds, strict=True)]


def rate_of(errors: list[ErrorCount]) -> str:
    """Word errors in per cent; a dash where they were not counted."""
    return f"{100 * sum(errors, ErrorCount(0, 0)).rate:.1f}" if errors else "-"


def anonymised(folder: Path, count: int, strength: float) -> None:
    """Print what becomes of emotional recordings whose speaker is changed."""
    rows = list(clips(folder, count, neutral=False))
    originals = [sound_of(folder, row) for row in rows]
    made = []
    for seed, sound in enumerate(originals):
        f0 = taken_apart(sound.samples, sound.sample_rate).f0
        made.append(disguised(sound, disguise_of(seed, float(np.median(f0[f0 > 0]))).times(strength)))
    old, new = ([embedding(sound) for sound in sounds] for sounds in (originals, made))
    alike = [float(a @ b) for a, b in zip(old, new, strict=True)]
    limit = people(long=False)
    heard = [rate_of(written(rows, sounds)) for sounds in (originals, made)]
    changes = [
        difference(measure(m.samples), measure(o.samples)) for m, o in zip(made, originals, strict=True)
    ]
    contours = [np.corrcoef(*contour(o, m))[0, 1] for o, m in zip(originals, made, strict=True)]
    print(f"strength {strength:g}: likeness {np.median(alike):.2f}, taken for another {np.mean(np.array(alike) < limit.threshold):.0%}, "
          f"WER {heard[0]} to {heard[1]} %, OVRL {np.mean([opinion(s) for s in originals]):.2f} to {np.mean([opinion(s) for s in made]):.2f}, "
          f"F0 contour correlation {np.median(contours):.3f}, F0 SD {np.mean([c['F0 SD'] for c in changes]):+.2f} st")  # fmt: skip
    for name, judge in (("tuning", tuning_judge()), ("scoring", base.load("speech"))):
        tops = [(judge.read(o).top, judge.read(m).top) for o, m in zip(originals, made, strict=True)]
        wanted = [{"happiness": "joy"}.get(r["emotion"], r["emotion"]) for r in rows]
        print(f"  {name}: same reading {np.mean([a == b for a, b in tops]):.0%}; "
              f"right {np.mean([a == w for (a, _), w in zip(tops, wanted, strict=True)]):.0%} before, {np.mean([b == w for (_, b), w in zip(tops, wanted, strict=True)]):.0%} after")  # fmt: skip


def contour(first: Audio, second: Audio) -> np.ndarray:
    """F0 in semitones of both where both are voiced, ``(2, n)``."""
    a, b = (taken_apart(sound.samples, sound.sample_rate).f0 for sound in (first, second))
    count = min(len(a), len(b))
    both = (a[:count] > 0) & (b[:count] > 0)
    return 12 * np.log2(np.stack([a[:count][both], b[:count][both]]))


def transplants(folder: Path, count: int) -> None:
    """Print how near the prosody of an actor's emotional reading comes on the neutral one."""
    with (folder / "speech.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["corpus"] == "ravdess"]
    print(
        "| emotion | F0 contour correlation | F0 mean off st | length off % | same speaker | OVRL before / after | word errors % |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    neutral = list(clips(folder, count))
    for emotion in ("happiness", "sadness", "anger", "fear"):
        found = []
        for row in neutral:
            like = [
                r
                for r in rows
                if (r["speaker"], r["text"], r["emotion"]) == (row["speaker"], row["text"], emotion)
            ]
            other = next((r for r in like if r["intensity"] == "normal"), like[0])
            own, source = sound_of(folder, row), sound_of(folder, other)
            made = transplanted(own, source, keep_register=False).audio
            lead = lag(source, made)
            c = contour(
                Audio(source.samples[max(lead, 0) :], RATE), Audio(made.samples[max(-lead, 0) :], RATE)
            )
            d = difference(measure(made.samples), measure(source.samples))
            errors = word_errors(row["text"], recogniser().transcribe(made))
            found.append(
                (
                    np.corrcoef(*c)[0, 1],
                    d["F0 mean"],
                    abs(d["rate"]),
                    float(embedding(own) @ embedding(made)),
                    opinion(own),
                    opinion(made),
                    errors.rate * 100,
                )
            )
        v = np.median(np.array(found), axis=0)
        print(
            f"| {emotion} | {v[0]:.2f} | {v[1]:+.1f} | {v[2]:.1f} | {v[3]:.2f} | {v[4]:.2f} / {v[5]:.2f} | {np.mean([f[6] for f in found]):.1f} |",
            flush=True,
        )


def lag(first: Audio, second: Audio) -> int:
    """Samples by which the first begins to speak later than the second."""
    begins = [
        int(np.flatnonzero(~taken_apart(s.samples, RATE).silent)[0]) * RATE // 200 for s in (first, second)
    ]
    return begins[0] - begins[1]


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path, help="folder with speech.csv")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--emotions", default=",".join(EMOTIONS))
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument(
        "--words", action="store_true", help="count word errors and let both judges read, too"
    )
    parser.add_argument("--anonymise", action="store_true")
    parser.add_argument("--transplant", action="store_true")
    args = parser.parse_args()
    if args.anonymise:
        anonymised(args.corpora, args.count, args.strength)
    elif args.transplant:
        transplants(args.corpora, args.count)
    else:
        six_emotions(args.corpora, args.count, args.strength, args.words, args.emotions.split(","))


if __name__ == "__main__":
    main()
