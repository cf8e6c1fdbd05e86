"""Measures the built-in voice: is it understood, is it clean, does each emotion move what it should.

    python tools/voice_quality.py --set check           seven emotions, forty sentences each
    python tools/voice_quality.py --emotions joy,sadness --sentences 6 --set check --voice ben
    python tools/voice_quality.py --emotions neutral,arousal=-0.8,arousal=0.8 --sentences 6    any emotion that can be written

For each emotion: word error rate of an independent recogniser (Whisper tiny.en; spelling, numbers and contractions
brought to one form on both sides), OVRL of DNSMOS, likeness to the first row's voice by the speaker network, and what
pyworld measures on the sound. No fader was fitted on the forty sentences of the set "check" (statements, questions, exclamations, figures, names, and
everyday sentences as actors are given); the set "tune" has twenty. Needs the extra "test".
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from external.world import world
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.registry import load
from studio.quality.recogniser import recogniser
from studio.quality.speaker import embedding
from studio.quality.speech_quality import predicted_opinion
from studio.quality.word_errors import ErrorCount, normalised, word_errors

EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
RATE = 16_000
SENTENCES = {
    "tune": (
        "The train to the coast leaves at half past seven every morning.",
        "My sister kept the letter in a small wooden box.",
        "Nobody in the village remembers who planted that tree.",
        "We walked home slowly because the road was covered in ice.",
        "Please put the blue cups on the table near the window.",
        "He said that he would call us as soon as the doctor arrived.",
        "The children built a castle from wet sand and broken shells.",
        "I have never seen so many people in this little street.",
        "After dinner they talked about the summer they spent in Spain.",
        "Can you tell me where the nearest library is?",
        "The old clock in the hall stopped at midnight.",
        "Her brother works in a hospital on the other side of town.",
        "They found the keys under a pile of newspapers.",
        "It will probably rain tomorrow, so take an umbrella with you.",
        "The music was so loud that I could not hear my own voice.",
        "Our neighbours sold their house and moved to the mountains.",
        "She opened the door and looked straight into my eyes.",
        "There are three apples and one orange left in the kitchen.",
        "You should have told me about this a long time ago.",
        "The dog followed us all the way to the river.",
    ),
    "check": (
        "Somebody left a green bicycle in front of the bakery.",
        "I thought the meeting was on Thursday, not on Tuesday.",
        "The captain asked every passenger to stay inside the cabin.",
        "When the lights went out, the whole theatre became silent.",
        "We need twelve chairs and two long tables for the party.",
        "His grandmother taught him how to repair broken watches.",
        "This is the first time that anyone has asked me that question.",
        "The cat is sleeping on top of the warm radiator again.",
        "They will announce the results on the radio this evening.",
        "Why did you give all the money back to him?",
        "A thin layer of dust covered the books on the shelf.",
        "Let me show you the photographs from our last holiday.",
        "The teacher wrote a single word on the blackboard and left.",
        "Fresh bread and hot coffee were waiting in the garden.",
        "If you turn left at the bridge, you cannot miss the station.",
        "My father still drives the car he bought when I was born.",
        "The window was open and the rain had ruined the carpet.",
        "Everyone at the office knows what happened last Friday.",
        "You can borrow my coat, but bring it back before winter.",
        "The judge listened carefully and asked only one question.",
        "Who left the front door open last night?",
        "Do you really believe that story about the lighthouse?",
        "How many times have I asked you to knock first?",
        "Have you seen the brown bag that was on the chair?",
        "Would you rather wait here or walk to the harbour?",
        "What a long line of people in front of the museum!",
        "Look at the size of that old chestnut tree!",
        "Stop, the bus is coming round the corner!",
        "Here comes Daniel with the two suitcases!",
        "The flight to Boston leaves from gate 42 at 6:15.",
        "She paid 85 dollars for a pair of winter boots.",
        "In 1974 the factory had more than 300 workers.",
        "About 60 per cent of the seats were taken.",
        "Margaret and Thomas are moving to Edinburgh in October.",
        "Doctor Wilson will see Mrs. Parker at noon on Wednesday.",
        "Maria told Peter that Anna had gone to Lisbon.",
        "The towel is hanging behind the kitchen door.",
        "He put it into the drawer, and later he took it out again.",
        "It is nearly nine, and the shop is about to close.",
        "I will know more about it on Saturday.",
    ),
}


@dataclass(frozen=True)
class Row:
    """Figures of one emotion.

    Args:
        errors: word error rate, per cent.
        quality: mean OVRL of DNSMOS, 1..5, as the sound is.
        pitch: median F0, hertz, mean over sentences.
        range: standard deviation of F0, semitones, mean over sentences.
        rate: syllables a second.
        level: of the sounding parts, dB of full scale.
        peak: greatest absolute sample.
        misheard: pairs of text and what was heard.
        speaker: mean embedding ``(256,)``, of length 1.
    """

    errors: float
    quality: float
    pitch: float
    range: float
    rate: float
    level: float
    peak: float
    misheard: tuple[tuple[str, str], ...]
    speaker: np.ndarray


def say(text: str, emotion: Emotion, *, voice: str = "", seed: int = 1) -> SpeechTrack:
    """A text spoken by a character of the built-in voice, or by another engine's, such as ``"kokoro:jm_kumo"``."""
    engine, _, name = voice.rpartition(":")
    request = SpeechRequest(Script((Span(text, emotion),)), voice=name, job=Job(seed))
    track: SpeechTrack = _engine(engine or "hibari").generate(request)
    return track


def measured(sentences: Sequence[str], tracks: Sequence[SpeechTrack]) -> Row:
    """Figures of sentences spoken in one emotion."""
    sounds = [track.audio for track in tracks]
    pairs = [
        (text, recogniser("whisper").transcribe(sound)) for text, sound in zip(sentences, sounds, strict=True)
    ]
    counts = [word_errors(text, heard) for text, heard in pairs]
    contours = [f0(track) for track in tracks]
    voice = np.mean([embedding(sound) for sound in sounds], axis=0)
    return Row(
        errors=100 * sum(counts, ErrorCount(0, 0)).rate,
        quality=float(np.mean([predicted_opinion(sound).overall for sound in sounds])),
        pitch=float(np.mean([np.median(c) for c in contours])),
        range=float(np.mean([semitone_deviation(c) for c in contours])),
        rate=float(np.mean([syllable_rate(track) for track in tracks])),
        level=float(np.mean([level(track) for track in tracks])),
        peak=max(float(np.abs(sound.samples).max()) for sound in sounds),
        misheard=tuple(
            (normalised(text), normalised(heard))
            for (text, heard), count in zip(pairs, counts, strict=True)
            if count.errors
        ),
        speaker=voice / np.linalg.norm(voice),
    )


def f0(track: SpeechTrack) -> np.ndarray:
    """F0 in hertz of the voiced 5 ms frames within 30 dB of the loudest."""
    sound = soxr.resample(track.audio.samples, track.audio.sample_rate, RATE).astype(float)
    found, times = world().dio(sound, RATE, f0_floor=70.0, f0_ceil=600.0)
    found = world().stonemask(sound, found, times, RATE)
    power = np.convolve(sound**2, np.ones(320) / 320, "same")[
        np.minimum((times * RATE).astype(int), len(sound) - 1)
    ]
    loud = power > power.max() * 10**-3.0  # it also finds a pitch in what is all but silence
    return np.asarray(found[(found > 0) & loud])


def semitone_deviation(contour: np.ndarray) -> float:
    """Spread of F0 in semitones: its 10th to 90th per cent, as a standard deviation.

    So slips of an octave and the dips at the borders of voicing do not count.
    """
    low, high = np.percentile(12 * np.log2(contour), [10, 90])
    return float((high - low) / 2.563)


def syllable_rate(track: SpeechTrack) -> float:
    """Vowels a second between the first and the last phone."""
    vowels = sum(phone.symbol[0] in "aeiouæɑɐɒɔəɚɛɜɪʊʌɨ" for phone in track.phones)
    return vowels / (track.phones[-1].end - track.phones[0].start)


def level(track: SpeechTrack) -> float:
    """Root mean square of the sound between the first and the last phone, dB of full scale."""
    rate = track.audio.sample_rate
    sound = track.audio.samples[int(track.phones[0].start * rate) : int(track.phones[-1].end * rate)]
    return float(20 * np.log10(max(float(np.sqrt(np.mean(sound**2))), 1e-9)))


@cache
def _engine(name: str) -> Any:
    return load(f"speech={name}")


def rows(
    emotions: Iterable[str], sentences: Sequence[str], voice: str, intensity: float
) -> Iterable[tuple[str, Row]]:
    """The table, row by row."""
    for name in emotions:
        emotion = Emotion.parse(name).scaled(intensity)
        yield name, measured(sentences, [say(text, emotion, voice=voice) for text in sentences])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--emotions", default=",".join(EMOTIONS), help="with commas between them")
    parser.add_argument("--sentences", type=int, default=40, help="how many of the set at most")
    parser.add_argument("--set", choices=sorted(SENTENCES), default="tune")
    parser.add_argument("--voice", default="")
    parser.add_argument("--intensity", type=float, default=1.0)
    parser.add_argument("--misheard", action="store_true", help="print what was misheard")
    parser.add_argument("--json", type=Path, help="write the table there too")
    args = parser.parse_args()
    print(f"{'':14} WER %  OVRL  F0 Hz  sd st  syl/s  level   peak  speaker")
    table: dict[str, dict[str, float]] = {}
    first: np.ndarray | None = None
    for name, row in rows(
        args.emotions.split(","), SENTENCES[args.set][: args.sentences], args.voice, args.intensity
    ):
        first = row.speaker if first is None else first
        kept = {key: value for key, value in vars(row).items() if key not in ("misheard", "speaker")}
        table[name] = {**kept, "speaker": float(row.speaker @ first)}
        print(
            f"{name:14} {row.errors:5.1f}  {row.quality:.2f}  {row.pitch:5.0f}  {row.range:5.2f}"
            f"  {row.rate:5.2f}  {row.level:5.1f}  {row.peak:.2f}     {table[name]['speaker']:.2f}",
            flush=True,
        )
        if args.misheard:
            for text, said in row.misheard:
                print(f"    {text}\n    {said}")
    if args.json:
        args.json.write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
