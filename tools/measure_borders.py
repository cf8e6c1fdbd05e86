"""Measure how loud each kind of sound is in three bands of the built-in voice: the numbers of ``assets/voices/borders.toml``.

    python tools/measure_borders.py

Prints a level and a spread for each kind and band. Kinds are told by the borders that the levels themselves give, so that running it
anew on what it printed moves them a little on; three rounds settle.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.heard_borders import STEP, band_levels, kind_of
from generators.speech.timing import IPA

EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
LONGEST_GAP = 0.14  # seconds; more is a pause
SENTENCES = (
    "Bob put the blue paper boat on top of the big box beside my father.",
    "Many people may be coming by tomorrow morning before the park opens.",
    "My mother bought five boxes of apples from a farmer last November.",
    "Perhaps a bit more bread and butter would help them for a moment.",
    "Every summer Ben and Pam move back to the farm above the village.",
    "I found the phone before a bus passed by my office this afternoon.",
    "Please wipe the map and keep the cup below the lamp for a while.",
    "Nobody remembers when the film about Rome began or who made it.",
    "A very brave puppy followed the family up the mountain path.",
    "We have often been amazed by the beauty of both of the bays.",
)
LETTERS = {ipa: letter for letter, ipa in IPA.items()}


def main() -> None:
    """Speak, gather, print."""
    voice = load("speech=hibari")
    names = voice.describe().options
    frames: dict[str, list[np.ndarray]] = defaultdict(list)
    for number, text in enumerate(SENTENCES):
        for k, emotion in enumerate(EMOTIONS):
            who = names[(number * len(EMOTIONS) + k) % len(names)]
            script = Script((Span(text, Emotion.of(emotion)),))
            spoken = voice.generate(SpeechRequest(script, who, job=Job(1)))
            levels = band_levels(spoken.audio.samples, spoken.audio.sample_rate)
            before = None
            for phone in spoken.phones:
                if before is not None and 0 < phone.start - before < LONGEST_GAP:
                    frames["gap"].append(within(levels, before, phone.start))
                letter = LETTERS.get(phone.symbol.rstrip("ː"), phone.symbol)
                frames[kind_of(letter)].append(within(levels, phone.start, phone.end))
                before = phone.end
    for kind, found in frames.items():
        every = np.concatenate(found)
        print(f"[kind.{kind}]  # {len(every)} frames")
        print(f"level = {[round(float(x), 1) for x in every.mean(axis=0)]}")
        print(f"spread = {[round(float(x), 1) for x in every.std(axis=0)]}")


def within(levels: np.ndarray, start: float, end: float) -> np.ndarray:
    """The rows of a stretch of time."""
    return levels[round(start / STEP) : round(end / STEP)]


if __name__ == "__main__":
    main()
