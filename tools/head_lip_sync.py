"""Does the head's mouth keep step with its voice, in every emotion: the delay of the lips' gap after what is heard.

    python tools/head_lip_sync.py                      seven emotions at full intensity, five sentences, two voices
    python tools/head_lip_sync.py --set other          five others
    python tools/head_lip_sync.py --set third          ten that no setting of the mouth was looked at with
    python tools/head_lip_sync.py --emotions joy

The mouth is the largest gap between the lips on the deformed mesh, corrections included, in the frames that are drawn; the voice is
what ``studio/quality/lip_sync.py`` hears of the built-in voice's sound. A line gives for each sentence the delay in milliseconds
(above 0 the mouth is late), the correlation there, and the share of wrong places that fit worse.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.script import Script, Span
from generators.base import FaceRequest, Job, SpeechRequest
from generators.face.animation import animate
from generators.face.mesh_measures import mesh_measures
from generators.registry import load
from studio.casting import face_for
from studio.quality.lip_sync import LipSync, lip_sync

EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
VOICES = ("heart", "ben")
FPS, FULLY = 25.0, 0.04
SENTENCES = {
    "first": (
        "We walked home slowly because the road was covered in ice, and nobody said a word.",
        "Her brother works in a hospital on the other side of town, where my father was born.",
        "The music was so loud that I could not hear my own voice, so we left before midnight.",
        "Please put the blue cups on the table near the window before the people arrive.",
        "You were away a long while, and all through our early years we wondered why.",
    ),
    "other": (
        "The children built a castle from wet sand and broken shells, and then the tide came in.",
        "After dinner they talked about the summer they spent in Spain with all of their friends.",
        "My sister kept the letter in a small wooden box, and nobody ever found out about it.",
        "It will probably rain tomorrow, so take an umbrella with you and come home early.",
        "I have never seen so many people in this little street; what do you think happened?",
    ),
    "third": (
        "The shop was closed when we got there, so we had to carry the empty bottles back up the hill.",
        "Six of his cousins came to the wedding, and each of them gave a speech that lasted too long.",
        "You should have told me earlier that the bridge was broken and the bus would not go there.",
        "A thin layer of dust lay on every shelf, as if the house had been asleep for years.",
        "They moved the heavy wardrobe into the hall and found a photograph of five young soldiers.",
        "My grandmother used to say that one should never trust a cook who does not like to eat.",
        "On Sunday evening we watched the boats go by until it was too dark to read their names.",
        "His voice was calm, but his hands were shaking while he opened the small green envelope.",
        "Do you remember the teacher who made us learn all of those poems by heart each spring?",
        "The doctor looked at the picture twice, took off her glasses, and asked me to sit down.",
    ),
}


def main() -> None:
    """Speak, move and measure; print a line for each emotion and voice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=tuple(SENTENCES), default="first")
    parser.add_argument("--emotions", default=",".join(EMOTIONS))
    parser.add_argument("--voices", default=",".join(VOICES))
    chosen = parser.parse_args()
    kept = total = 0
    for voice in chosen.voices.split(","):
        for emotion in chosen.emotions.split(","):
            found = [in_step(text, voice, emotion) for text in SENTENCES[chosen.set]]
            kept += sum(abs(sync.offset) <= FULLY for sync in found)
            total += len(found)
            print(f"{voice:8}{emotion:9} {told(found)}", flush=True)
    print(f"within {1000 * FULLY:.0f} ms: {kept} of {total}")


def in_step(text: str, voice: str, emotion: str) -> LipSync:
    """How the mouth of one sentence stands to its sound."""
    engine = load("speech=hibari")
    feeling = Emotion.of(emotion)
    spoken = engine.generate(SpeechRequest(Script((Span(text, feeling),)), voice, job=Job(1)))
    character = face_for(voice)
    request = FaceRequest(
        Conditioning.of(feeling), spoken.audio.duration, spoken.phones, spoken.audio, FPS, character, Job(1)
    )
    moving, measures = animate(request), mesh_measures(character)
    gaps = [measures.lip_gap(measures.pose(weights)) for weights in moving.arkit]
    return lip_sync(np.maximum(gaps, 0.0), FPS, spoken.audio)


def told(found: Sequence[LipSync]) -> str:
    """The figures of one line."""
    return "  ".join(f"{1000 * s.offset:+5.0f} ms r {s.correlation:.2f} c {s.confidence:.2f}" for s in found)


if __name__ == "__main__":
    main()
