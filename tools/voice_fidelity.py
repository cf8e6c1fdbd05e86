"""Lets the speech judge that scores read the built-in voice: emotions at full and half intensity, and the three axes.

    python tools/voice_fidelity.py                                  40 sentences, 4 characters, beside held-out actors
    python tools/voice_fidelity.py --set tune --sentences 6 --voices heart,ben --part classes
    python tools/voice_fidelity.py --sentences 12 --voices kokoro:jf_nezumi,kokoro:jm_kumo --part classes

Each sentence is read alone, and beside the voice's own neutral readings of the other sentences. The same judge reads the test
actors of the corpora in the same two ways, each clip beside the other neutral clips of its speaker. An axis goes in nine steps
from -0.8 to 0.8 while the others are asked at 0; its slope is that of the line through the means of what is read, and the
slopes of the other axes over the same steps are given as shares of it. Nothing is to be tuned on what this prints.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from voice_quality import SENTENCES, say

from conditioning.emotion import Emotion
from conditioning.vad import AXES, VAD
from studio.judges.base import Reading
from studio.judges.scoring.speech import SpeechJudge
from studio.training.corpora_speech import clips, load_clip

CLASSES = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
VOICES = "heart,ben,lily,victor"
STEPS = np.linspace(-0.8, 0.8, 9)


@dataclass(frozen=True)
class Heard:
    """A sound as the judge measures it.

    Args:
        voice: who speaks.
        emotion: asked or acted.
        parts: measures of its parts ``(n, F)``.
        corpus: of a person; "" for the built-in voice.
    """

    voice: str
    emotion: str
    parts: np.ndarray
    corpus: str = ""


@cache
def judge() -> SpeechJudge:
    """The judge that scores."""
    return SpeechJudge()


def spoken(voice: str, sentences: Sequence[str], emotion: Emotion, name: str) -> list[Heard]:
    """Sentences of a character in an emotion; each has a seed of its own."""
    tracks = [say(text, emotion, voice=voice, seed=seed) for seed, text in enumerate(sentences)]
    return [Heard(voice, name, judge().heard(track.audio)) for track in tracks]


def readings(asked: Sequence[Heard], neutral: Sequence[Heard], beside: bool) -> list[Reading]:
    """What the judge says of sounds, alone or beside all other neutral sounds of the same voice."""
    found = []
    for sound in asked:
        others = [n.parts for n in neutral if n.voice == sound.voice and n is not sound and len(n.parts)]
        reference = np.concatenate(others).mean(axis=0) if beside else None
        found.append(judge().reading_of(sound.parts, reference))
    return found


def likeliest(reading: Reading) -> str:
    """The likeliest of the seven classes; "nothing" where there is no speech."""
    shares = {name: reading.probabilities.get(name, 0.0) for name in CLASSES}
    return max(CLASSES, key=lambda name: shares[name]) if reading.probabilities else "nothing"


def told(title: str, sounds: Sequence[Heard], found: Sequence[Reading]) -> str:
    """A line of recalls by class and what else was read, as Markdown."""
    cells, recalls = [], []
    for emotion in CLASSES:
        read = Counter(likeliest(r) for s, r in zip(sounds, found, strict=True) if s.emotion == emotion)
        if not read:
            cells.append("-")
            continue
        recalls.append(read[emotion] / read.total())
        others = [f"{n} {c / read.total():.2f}" for n, c in read.most_common(3) if n != emotion][:1]
        cells.append(" ".join([f"**{recalls[-1]:.2f}**", *others]))
    return f"| {title} | {np.mean(recalls):.2f} | {min(recalls):.2f} | " + " | ".join(cells) + " |"


def classes_told(voices: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Recalls of the built-in voice at full and at half intensity."""
    neutral = [heard for voice in voices for heard in spoken(voice, sentences, Emotion.neutral(), "neutral")]
    lines = []
    for intensity in (1.0, 0.5):
        asked = list(neutral)
        for emotion in CLASSES[1:]:
            for voice in voices:
                asked += spoken(voice, sentences, Emotion.of(emotion, intensity), emotion)
        for beside in (True, False):
            way = "beside its neutral voice" if beside else "alone"
            lines.append(told(f"voice at {intensity:g}, {way}", asked, readings(asked, neutral, beside)))
            for voice in voices if beside else ():
                own = [sound for sound in asked if sound.voice == voice]
                lines.append(told(f"... {voice}", own, readings(own, neutral, beside)))
    return lines


def people_told(data: Path) -> list[str]:
    """Recalls of the test actors, of each corpus and of all."""
    held = [c for c in clips(data / "speech") if c.split == "test" and c.emotion in CLASSES]
    heard = [Heard(c.speaker, c.emotion, judge().heard(load_clip(c)), c.corpus) for c in held]
    sounds = [sound for sound in heard if len(sound.parts)]
    neutral = [sound for sound in sounds if sound.emotion == "neutral"]
    lines = []
    for beside in (True, False):
        found = readings(sounds, neutral, beside)
        way = "beside their neutral clips" if beside else "alone"
        for corpus in dict.fromkeys(sound.corpus for sound in sounds):
            rows = [row for row, sound in enumerate(sounds) if sound.corpus == corpus]
            lines.append(
                told(
                    f"held-out actors of {corpus}, {way}", [sounds[r] for r in rows], [found[r] for r in rows]
                )
            )
        lines.append(told(f"held-out actors, {way}", sounds, found))
    return lines


def axes_told(voices: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """What is read while one axis is swept."""
    neutral = [heard for voice in voices for heard in spoken(voice, sentences, Emotion.neutral(), "neutral")]
    lines = [
        "",
        "| axis asked | rank correlation | slope | " + " | ".join(AXES) + " | read at the nine steps |",
    ]
    lines += ["| --- " * 7 + "|"]
    for number, axis in enumerate(AXES):
        means = np.array([_mean_point(axis, step, voices, sentences, neutral) for step in STEPS])
        slopes = np.array([np.polyfit(STEPS, means[:, k], 1)[0] for k in range(3)])
        order = spearmanr(STEPS, means[:, number]).statistic
        shares = " | ".join(f"{slope / slopes[number]:+.2f}" for slope in slopes)
        read = " ".join(f"{value:+.3f}" for value in means[:, number])
        lines.append(f"| {axis} | {order:.3f} | {slopes[number]:+.3f} | {shares} | {read} |")
    return lines


def _mean_point(
    axis: str, step: float, voices: Sequence[str], sentences: Sequence[str], neutral: Sequence[Heard]
) -> np.ndarray:
    """The mean point read where one axis is asked ``(3,)``."""
    asked = Emotion.at(VAD(**{axis: float(step)}))
    sounds = [heard for voice in voices for heard in spoken(voice, sentences, asked, axis)]
    points = [r.vad.array() for r in readings(sounds, neutral, beside=True) if r.vad is not None]
    return np.asarray(np.mean(points, axis=0))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", choices=sorted(SENTENCES), default="check")
    parser.add_argument("--sentences", type=int, default=40)
    parser.add_argument("--axis-sentences", type=int, default=10, help="for each step of an axis")
    parser.add_argument("--voices", default=VOICES)
    parser.add_argument("--data", type=Path, help="corpora, with speech/speech.csv: read held-out actors too")
    parser.add_argument("--part", choices=("all", "classes", "axes", "people"), default="all")
    args = parser.parse_args()
    sentences, voices = SENTENCES[args.set][: args.sentences], args.voices.split(",")
    lines: list[Any] = [
        f"{len(sentences)} sentences of the set {args.set}; mean recall of seven classes, the least, each, and what it is "
        "mostly taken for",
        "",
        "| who | mean | least | " + " | ".join(CLASSES) + " |",
        "| --- " * (len(CLASSES) + 3) + "|",
    ]
    if args.data and args.part in ("all", "people"):
        lines += people_told(args.data)
    if args.part in ("all", "classes"):
        lines += classes_told(voices, sentences)
    if args.part in ("all", "axes"):
        lines += axes_told(voices, sentences[: args.axis_sentences])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
