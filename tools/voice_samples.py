"""Writes a sample of each character of the built-in voice in each emotion.

    python tools/voice_samples.py FOLDER                        ten characters, seven emotions, as WAV
    python tools/voice_samples.py FOLDER --voices ben,rosa --intensity 0.5

The files are named ``character-emotion.wav``; all say the same two sentences with the same seed.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from studio.sound_files import write_sound

EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
TEXT = "The letter came this morning. She is coming home after all these years."


def main() -> None:
    """Write the samples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voices", default="", help="names, with commas; all if not given")
    parser.add_argument("--emotions", default=",".join(EMOTIONS))
    parser.add_argument("--intensity", type=float, default=1.0)
    parser.add_argument("--text", default=TEXT)
    args = parser.parse_args()
    engine = load("speech=hibari")
    voices = args.voices.split(",") if args.voices else engine.describe().options
    for voice, emotion in itertools.product(voices, args.emotions.split(",")):
        script = Script((Span(args.text, Emotion.of(emotion, args.intensity)),))
        path = args.folder / f"{voice}-{emotion}.wav"
        write_sound(path, engine.generate(SpeechRequest(script, voice, job=Job(1))).audio)
        print(path)


if __name__ == "__main__":
    main()
