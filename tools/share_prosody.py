"""How much of what was fitted for a character can be played before words, quality or the speaker suffer.

    python tools/share_prosody.py victor.json --voice victor --out playable.json
    python tools/set_prosody.py playable.json --voice victor

tools/fit_prosody.py looks for faders that bring a voice to where people are; what it finds may be too fast to be understood. Between what
the character plays now and what was found lie shares of the change. Where words are misheard, the tempo (rate, length of vowels, level of
consonants) stays as it is, and then slows down. The greatest share that keeps to what is asked of the voice is taken: twelve sentences of the set
"tune" that a fit of one character does not use are said, Whisper tiny.en writes them down, DNSMOS hears their quality and the speaker network
whose they are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from fit_prosody import played
from prosody_faders import FADERS, between
from prosody_hearing import spoken
from voice_quality import SENTENCES, Row, measured

from generators.speech.characters import cast

TEXTS = SENTENCES["tune"][-12:]
TEMPO = ("rate", "vowel", "consonants")
ERRORS = 2.0  # per cent; asked are 3 on sentences that nothing is chosen on
QUALITY = {
    "female": 3.05,
    "male": 2.83,
    "child": 2.83,
}  # OVRL; asked are 3.0, and .25 less of men and children
LIKENESS = 0.8  # to the neutral voice, cosine
CHANCE = 0.02  # what quality and likeness may fall short of what is played now
SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
SLOWER = 0.93


def tempi(now: Mapping[str, float], values: dict[str, float]) -> Iterator[tuple[str, dict[str, float]]]:
    """The same faders with the tempo found, with the tempo of now, and slower than that."""
    kept = values | {name: now[name] for name in TEMPO}
    yield "", values
    yield " but for tempo", kept
    yield " slower", kept | {"rate": SLOWER * now["rate"]}


def heard(values: Mapping[str, float], voice: str) -> Row:
    """What is measured of the sentences with faders at some values."""
    return measured(TEXTS, [spoken(values, voice, text) for text in TEXTS])


def playable(voice: str, emotion: str, found: Mapping[str, float], neutral: np.ndarray) -> dict[str, float]:
    """The greatest share of what was found that keeps to what is asked; prints what was tried.

    Args:
        voice: the character.
        emotion: what was fitted.
        found: values of the faders.
        neutral: embedding of the character's neutral voice ``(256,)``.
    """
    character, now = cast()[voice], played(voice, emotion)
    before = heard(now, voice)
    told(emotion, "now", before, neutral)
    kind = "child" if character.age == "child" else character.sex
    quality = min(QUALITY[kind], before.quality - CHANCE)
    likeness = min(LIKENESS, float(before.speaker @ neutral) - CHANCE)
    for share in SHARES:
        partly = {name: between(name, now[name], found[name], share) for name in FADERS}
        for tempo, values in tempi(now, partly):
            row = heard(values, voice)
            told(emotion, f"{share:g}{tempo}", row, neutral)
            clear = row.errors <= ERRORS
            if clear and row.quality >= quality and row.speaker @ neutral >= likeness:
                return values
            if clear:
                break
    return now


def told(emotion: str, share: str, row: Row, neutral: np.ndarray) -> None:
    """Print what was measured."""
    print(
        f"{emotion} {share}: {row.errors:.1f} % / {row.quality:.2f}, likeness {row.speaker @ neutral:.2f}",
        flush=True,
    )


def main() -> None:
    """Choose for each emotion of the file, and write the values."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("fitted", type=Path)
    parser.add_argument("--voice", required=True)
    parser.add_argument("--emotions", help="with commas between them; all of the file if not given")
    parser.add_argument("--out", type=Path, required=True, help="write the values there")
    args = parser.parse_args()
    fitted = json.loads(args.fitted.read_text(encoding="utf-8"))
    neutral = heard({}, args.voice).speaker
    found = {}
    for emotion in args.emotions.split(",") if args.emotions else fitted:
        found[emotion] = playable(args.voice, emotion, fitted[emotion], neutral)
        args.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
