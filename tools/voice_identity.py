"""Measures whether a character stays who it is under every emotion, and apart from every other character.

    python tools/voice_identity.py                    all characters, seven emotions, six sentences
    python tools/voice_identity.py --voices ben,theo  some of them
    python tools/voice_identity.py --detail           each character and emotion, and each pair

The judge is the speaker network of Resemblyzer (studio/quality/speaker.py): cosine of mean embeddings, 0 to 1. Three kinds of
pairs are compared: neutral and an emotion of one character, the neutral voices of two characters, and one's neutral voice with
the other's emotion. "Same text": both say all six sentences. "Different text": one says the first three, the other the last
three. A pair of characters holds where each of them is nearer to itself in its worst emotion than the two are to each other.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from studio.quality.speaker import embedding

EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
SENTENCES = (
    "The garden behind the old house was full of yellow flowers.",
    "We should leave before the evening train comes in.",
    "Nobody told me that the meeting had been moved to Monday.",
    "He put the heavy box on the table and opened the window.",
    "My uncle bought a small boat and sailed around the island.",
    "They found the missing key under a chair in the kitchen.",
)

Voices = Mapping[tuple[str, str], np.ndarray]
"""Embeddings ``(sentences, 256)`` of each character and emotion."""


@dataclass(frozen=True)
class Likeness:
    """Cosines of one way of comparing.

    Args:
        own: neutral and emotion of a character, by character and emotion.
        neutral: two characters' neutral voices, by pair.
        crossed: one's neutral voice with the other's emotion, by pair in both orders and emotion.
    """

    own: Mapping[tuple[str, str], float]
    neutral: Mapping[tuple[str, str], float]
    crossed: Mapping[tuple[str, str, str], float]


def heard(voices: Sequence[str], emotions: Sequence[str]) -> Voices:
    """Every sentence of every character and emotion, as the network hears it."""
    engine = load("speech=hibari")
    found = {}
    for voice, emotion in itertools.product(voices, emotions):
        rows = []
        for seed, text in enumerate(SENTENCES):
            script = Script((Span(text, Emotion.of(emotion)),))
            rows.append(embedding(engine.generate(SpeechRequest(script, voice, job=Job(seed))).audio))
        found[voice, emotion] = np.array(rows)
    return found


def likeness(heard: Voices, first: slice, second: slice) -> Likeness:
    """All pairs, the first of each saying some sentences and the second some others.

    Args:
        heard: of every character and emotion.
        first: of the sentences.
        second: of the sentences.
    """
    voices = list(dict.fromkeys(voice for voice, _ in heard))
    emotions = [e for e in dict.fromkeys(emotion for _, emotion in heard) if e != "neutral"]

    def alike(a: tuple[str, str], b: tuple[str, str]) -> float:
        return float(_mean(heard[a][first]) @ _mean(heard[b][second]))

    own = {(v, e): alike((v, "neutral"), (v, e)) for v in voices for e in emotions}
    neutral = {
        (a, b): max(alike((a, "neutral"), (b, "neutral")), alike((b, "neutral"), (a, "neutral")))
        for a, b in itertools.combinations(voices, 2)
    }
    crossed = {
        (a, b, e): alike((a, "neutral"), (b, e))
        for a, b in itertools.permutations(voices, 2)
        for e in emotions
    }
    return Likeness(own, neutral, crossed)


def _mean(rows: np.ndarray) -> np.ndarray:
    mean = rows.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def failing(found: Likeness) -> list[tuple[str, str, float]]:
    """Pairs of which one is further from itself, in some emotion, than from the other; and by how much."""
    worst: dict[str, float] = {}
    for (voice, _), value in found.own.items():
        worst[voice] = min(value, worst.get(voice, 1.0))
    margins = [(a, b, min(worst[a], worst[b]) - value) for (a, b), value in found.neutral.items()]
    return [(a, b, margin) for a, b, margin in margins if margin <= 0]


def summary(name: str, values: Sequence[float]) -> str:
    """A distribution in one line."""
    low, first, middle, last, high = np.percentile(list(values), [0, 10, 50, 90, 100])
    return f"  {name:38} n {len(values):4}   least {low:.3f}   10 % {first:.3f}   median {middle:.3f}   90 % {last:.3f}   most {high:.3f}"


def report(title: str, found: Likeness, detail: bool) -> None:
    """Print distributions and what fails."""
    print(f"\n{title}")
    print(summary("one character, neutral and emotion", list(found.own.values())))
    print(summary("two characters, neutral", list(found.neutral.values())))
    print(summary("two characters, neutral and emotion", list(found.crossed.values())))
    wrong = failing(found)
    print(f"  pairs that hold: {len(found.neutral) - len(wrong)} of {len(found.neutral)}")
    for a, b, margin in sorted(wrong, key=lambda row: row[2]):
        print(
            f"    {a} and {b}: {found.neutral[a, b]:.3f}, beyond the nearer of their worst emotions by {-margin:.3f}"
        )
    astray = [
        (v, e)
        for (v, e), value in found.own.items()
        if any(found.crossed[v, o, e] >= value for o in {a for a, _ in found.own} - {v})
    ]
    print(
        f"  emotions nearer to the neutral voice of their own character than any other's is: {len(found.own) - len(astray)} of {len(found.own)}"
    )
    if detail:
        _details(found)


def _details(found: Likeness) -> None:
    voices = list(dict.fromkeys(voice for voice, _ in found.own))
    emotions = list(dict.fromkeys(emotion for _, emotion in found.own))
    print(
        "\n  | character | "
        + " | ".join(emotions)
        + " | nearest other |\n  |"
        + " --- |" * (len(emotions) + 2)
    )
    for voice in voices:
        near = max(
            (value, a if b == voice else b) for (a, b), value in found.neutral.items() if voice in (a, b)
        )
        cells = [f"{found.own[voice, emotion]:.3f}" for emotion in emotions]
        print(f"  | {voice} | {' | '.join(cells)} | {near[1]} {near[0]:.3f} |")


def main() -> None:
    """Print the distributions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--voices", default="", help="names, with commas; all if not given")
    parser.add_argument("--detail", action="store_true", help="print each character and emotion too")
    args = parser.parse_args()
    voices = args.voices.split(",") if args.voices else load("speech=hibari").describe().options
    found = heard(voices, EMOTIONS)
    report("Same text", likeness(found, slice(None), slice(None)), args.detail)
    report("Different text", likeness(found, slice(0, 3), slice(3, 6)), args.detail)


if __name__ == "__main__":
    main()
