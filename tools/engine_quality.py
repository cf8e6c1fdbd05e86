"""Measures any speech engine as tools/voice_quality.py measures the built-in voice, with time and single faders beside it.

    python tools/engine_quality.py --engine speech=kokoro --voice jm_kumo --emotions neutral,joy --sentences 6
    python tools/engine_quality.py --engine speech=kokoro --fader rate=1.3 --fader effort=-1.5 --sentences 4

Each row: word error rate (Whisper tiny.en), OVRL of DNSMOS, F0, its spread, syllables a second, level, peak, likeness to the
first row's voice, and seconds of processor time for a second of speech, loading left out. Needs the extra "test".
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from voice_quality import EMOTIONS, SENTENCES, measured

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.script import Script, Span
from generators.base import Generator, Job, SpeechRequest, SpeechTrack
from generators.registry import load


def spoken(
    engine: Generator, texts: tuple[str, ...], emotion: Emotion, voice: str, faders: tuple[Adjustment, ...]
) -> tuple[list[SpeechTrack], float]:
    """The texts spoken, and seconds of processor time for a second of speech."""
    begun = time.process_time()
    tracks = [
        engine.generate(
            SpeechRequest(Script((Span(text, emotion),)), voice=voice, adjustments=faders, job=Job(1))
        )
        for text in texts
    ]
    used = time.process_time() - begun
    return tracks, used / sum(track.audio.duration for track in tracks)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="speech=kokoro")
    parser.add_argument("--voice", default="")
    parser.add_argument("--emotions", default=",".join(EMOTIONS))
    parser.add_argument("--intensity", type=float, default=1.0)
    parser.add_argument("--fader", action="append", default=[], help="NAME=VALUE: one neutral row with it")
    parser.add_argument("--set", choices=sorted(SENTENCES), default="tune")
    parser.add_argument("--sentences", type=int, default=6)
    args = parser.parse_args()
    engine = load(args.engine)
    texts = SENTENCES[args.set][: args.sentences]
    rows: list[tuple[str, Emotion, tuple[Adjustment, ...]]]
    if args.fader:
        rows = [("neutral", Emotion.neutral(), ())]
        for text in args.fader:
            name, _, value = text.partition("=")
            rows.append((text, Emotion.neutral(), (Adjustment(f"prosody.{name}", value=float(value)),)))
    else:
        rows = [(name, Emotion.of(name, args.intensity), ()) for name in args.emotions.split(",")]
    spoken(engine, texts[:1], Emotion.neutral(), args.voice, ())  # loads
    first: np.ndarray | None = None
    print(f"{'':18} WER %  OVRL  F0 Hz  sd st  syl/s  level   peak  speaker  CPU s/s")
    for title, emotion, faders in rows:
        tracks, cost = spoken(engine, texts, emotion, args.voice, faders)
        row = measured(texts, tracks)
        first = row.speaker if first is None else first
        print(
            f"{title:18} {row.errors:5.1f}  {row.quality:.2f}  {row.pitch:5.0f}  {row.range:5.2f}"
            f"  {row.rate:5.2f}  {row.level:5.1f}  {row.peak:.2f}     {row.speaker @ first:.2f}  {cost:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
