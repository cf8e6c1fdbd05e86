"""Speaks random texts and tells which neither gave sound nor one clear error.

    python tools/fuzz_speech.py --count 10000 --seed 1
    python tools/fuzz_speech.py --count 10000 --seed 2 --spoken 20   # speaks one in twenty, reads the others to their phonemes

A text is a mixture of any Unicode characters, English words, figures, addresses, emoji, marks, tags of SSML and broken
pieces of all of them. It must end in sound or in an error of the studio with a sentence and a remedy; sound must be finite
and within full scale, words must have rising times inside it, and no tag may be said: names inside tags hold ``qzx``,
which must not come up among the words.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import random
import sys
import time
import traceback

import numpy as np

from conditioning.errors import AffectError
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.registry import load
from generators.speech.reading import Reader, Sentence
from studio.request import FilmRequest
from studio.script_source import script_of

WORDS = [
    "the",
    "cat",
    "sat",
    "on",
    "a",
    "mat",
    "and",
    "she",
    "was",
    "wonderful",
    "today",
    "never",
    "again",
    "Dr.",
    "Smith",
    "e.g.",
    "NASA",
    "NOW",
    "*really*",
    "_very_",
    "it's",
    "don't",
    "sooo",
    "I'm",
    "café",
    "naïve",
    "Ludwig",
    "IV",
    "chapter",
    "ii",
    "snake_case",
    "rock&roll",
]
FIGURES = [
    "12",
    "3.14",
    "-5",
    "1,000,000",
    "1/2",
    "2½",
    "50%",
    "$5.50",
    "€20",
    "20",
    "€",
    "5'10\"",
    "10:30",
    "17:00",
    "2024-03-14",
    "3/14/2024",
    "14.03.2024",
    "1990s",
    "3rd",
    "007",
    "24/7",
    "+44",
    "20",
    "7946",
    "0958",
    "(555)",
    "123-4567",
    "10–20%",
    "XIV",
    "12km",
    "10",
    "m²",
    "5×3",
    "192.168.0.1",
    "1e9",
    "9999999999999999999999999999999999999999",
    "٣٤",
    "²³",
    "①",
    "Ⅷ",
    "½",
    "№5",
    "#1",
    "$5bn",
    "-$3",
    "0.0.0.0",
    "1,2,3,4",
    "100000000000000000000.5",
    "1:2:3:4",
    "5/0",
    "0/0",
    "99:99",
    "13/13/13",
    "--5",
    "+-3",
    "1..2",
]
OTHERS = [
    "https://example.com/a?b=1",
    "www.bbc.co.uk",
    "bob@site.org",
    ":-)",
    "<3",
    "😀",
    "🎉",
    "🍕🍕",
    "👩\u200d👩\u200d👧",
    "🇫🇷",
    "—",
    "…",
    "«",
    "»",
    "“no”",
    "(",
    ")",
    "*",
    "**",
    "_",
    "`",
    "~",
    "|",
    "\\",
    "/",
    "&",
    "&amp;",
    "&nbsp;",
    "&lt;b&gt;",
    "#",
    "@",
    "^",
    "%",
    "✓",
    "→",
    "™",
    "°",
    "¿",
    "你好",
    "مرحبا",
    "שלום",
    "привет",
    "ハロー",
    "안녕",
    "नमस्ते",
    "́",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x07",
    "�",
    "\U0010ffff",
    "\ue000",
    "\u2060",
]
TAGS = (
    '<break time="500ms" qzx="qzx"/>', "<qzxb>", "</qzxb>", '<qzx:emphasis level="strong">', "<!-- qzx -->", "<?qzx qzx?>",
    '<prosody qzx="1" rate="fast">', "</prosody>",
)  # fmt: skip
MARKS = (
    "[joy]", "[sadness:0.8]", "[/]", "[pause 0.1]", "[voice ben]", "[laugh]", "[voice: fear]", "[# qzx]", "[", "]", "\\[",
    "[say cat as /kæt/]", '[say Qi as "chee"]', "[say 12 as ordinal]", "[say x as /ø/]", "[say ABC as characters]",
)  # fmt: skip
EMOTIONS = (
    "neutral",
    "neutral",
    "joy",
    "sadness:0.6",
    "anger",
    "fear:0.3",
    "v=.5 a=-.2",
    "surprise",
    "disgust",
)
VOICES = ("", "", "ben", "mia", "agnes")


def any_character(rng: random.Random) -> str:
    """A character of any plane, the lower ones more often."""
    return chr(rng.randrange(rng.choice((0x80, 0x250, 0x3000, 0x20000, 0x110000))))


def piece(rng: random.Random) -> str:
    """A word, or something where a word could be."""
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(WORDS)
    if kind < 0.5:
        return rng.choice(FIGURES)
    if kind < 0.65:
        return rng.choice(OTHERS)
    if kind < 0.72:
        return rng.choice(MARKS)
    if kind < 0.78:
        return rng.choice(TAGS)
    if kind < 0.9:
        return "".join(any_character(rng) for _ in range(rng.randrange(1, 12)))
    whole = rng.choice(WORDS + FIGURES + OTHERS)
    at = rng.randrange(len(whole) + 1)
    return whole[:at] + any_character(rng) + whole[at + rng.randrange(2) :]


def random_text(rng: random.Random) -> str:
    """A text of 0 to 14 pieces; one in eight is wrapped as SSML."""
    text = "".join(
        piece(rng) + rng.choice((" ", " ", " ", " ", "", "\n", ", ", ". ")) for _ in range(rng.randrange(15))
    )
    if rng.random() < 0.125:
        if rng.random() < 0.7:
            text = "".join(c if c.isprintable() and c not in "<>&" else " " for c in text.replace("qzx", ""))
        text = text.replace("[# qzx]", "")  # marks are plain text in SSML, and so are broken tags
        inner = rng.choice(("{}", '<prosody rate="x-fast" pitch="+90%">{}</prosody>', "<p><s>{}</s></p>",
                            '<say-as interpret-as="{kind}">{}</say-as>', '<qzx a="b">{}</qzx>',
                            '<emphasis>{}</emphasis><break time="100ms"/>', '<sub alias="qz">{}</sub>'))  # fmt: skip
        kind = rng.choice(("cardinal", "ordinal", "characters", "date", "time", "telephone", "qzx"))
        text = f"<speak>{inner.replace('{kind}', kind).replace('{}', text)}</speak>"
    return text


def fault_of(track: SpeechTrack) -> str:
    """What is wrong with a track, "" if nothing is."""
    sound = track.audio.samples
    if not len(sound) or not np.isfinite(sound).all():
        return "the sound is empty or not finite"
    if np.abs(sound).max() > 1.0:
        return f"the sound is clipped: {np.abs(sound).max():.3f}"
    times = [t for word in track.words for t in (word.start, word.end)]
    if any(b < a - 1e-6 for a, b in itertools.pairwise(times)) or (
        times and times[-1] > track.audio.duration + 1e-6
    ):
        return "the times of words do not rise"
    if any("qzx" in word.text for word in track.words):
        return "a tag is among the words"
    return ""


def fault_of_reading(sentences: list[Sentence]) -> str:
    """What is wrong with sentences that are only read, "" if nothing is."""
    for sentence in sentences:
        if any("qzx" in word.text for word in sentence.words):
            return "a tag is among the words"
        covered = [group for block in sentence.blocks for group in range(*block.groups)]
        if covered != list(range(len(sentence.groups))) or len(sentence.phonemes) > 500:
            return "the sentence's parts do not cover it, or it is too long"
    return ""


def main() -> int:
    """Speak so many texts; the exit code is 1 if one of them found a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first text")
    parser.add_argument(
        "--spoken", type=int, default=1, help="speak one text in so many; the others are read only"
    )
    asked = parser.parse_args()
    engine, reader = load("speech=hibari"), Reader()
    ended: collections.Counter[str] = collections.Counter()
    seconds, faults, begun = 0.0, 0, time.process_time()
    for number in range(asked.first, asked.first + asked.count):
        rng = random.Random(f"{asked.seed} {number}")
        text, emotion, voice = random_text(rng), rng.choice(EMOTIONS), rng.choice(VOICES)
        try:
            script = script_of(FilmRequest.read({"script": text, "emotion": emotion, "media": ("speech",)}))
            if number % asked.spoken:
                fault = fault_of_reading(list(reader.sentences(script)))
                ended["read"] += not fault
            else:
                track = engine.generate(SpeechRequest(script, voice, job=Job(seed=number)))
                fault = fault_of(track)
                ended["sound"] += not fault
                seconds += track.audio.duration
        except AffectError as error:
            fault = (
                "" if error.message and error.remedy else f"an error without a sentence or remedy: {error}"
            )
            ended[type(error).__name__] += not fault
        except Exception:
            fault = traceback.format_exc().strip()
        if fault:
            faults += 1
            print(f"--- {number}: {text!r}, {emotion}, {voice or 'heart'}\n{fault}", flush=True)
        if (number + 1) % 500 == 0:
            print(f"{number + 1}: {dict(ended)}, {faults} faults", file=sys.stderr, flush=True)
    spent = time.process_time() - begun
    print(
        f"{asked.count} texts, {dict(ended)}, {faults} faults; {seconds:.0f} s of sound in {spent:.0f} s of CPU"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
