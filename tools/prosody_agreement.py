"""Which faders bring characters nearer to an emotion in the hearing of every ear, and how far a move of some of them does.

    python tools/prosody_agreement.py ../shared/data --ear FOLDER --recogniser encoder_model.ort --emotion disgust
    python tools/prosody_agreement.py ... --emotion disgust --first 4 --move rate=-2 --intensity 0.5
    python tools/prosody_agreement.py ... --emotion disgust --first 4 --move rate=-2 --voices heart --out map.json
    python tools/set_prosody.py map.json

A fit of all faders at once finds what its ears are content with and other listeners are not (docs/voice.md). So here each fader is moved by one
step alone, from what each character plays now, and what is kept is what lessens the doubt of every ear of every character: it is
least likely to be a whim of one of them. The last columns are the mean change of doubt over its standard error, ears and
characters taken as independent, and the change of the character's likeness to his neutral voice. Then a move of a few faders is
tried on other sentences, and the values of the first character are written. A weaker intensity says the same moves as weakly as it
says all else, so that one can see whether the ears agree there too; steps and values written are those at full intensity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from fit_prosody import Voices, played
from prosody_faders import FADERS, steps_of, values_of
from prosody_hearing import VOICES, Listening, ears_parser

from conditioning.faders import fader_set
from studio.training.prosody_ear import Ear
from studio.training.prosody_recogniser import Recogniser


def moved(values: dict[str, float], steps: Mapping[str, float], strength: float = 1.0) -> dict[str, float]:
    """Values of all faders after some were moved by steps of the sweep, at a strength of the whole."""
    found = steps_of(values)
    for name, step in steps.items():
        found[list(FADERS).index(name)] += step
    return values_of(strength * found)


def changes(
    voices: Voices, before: np.ndarray, after: np.ndarray, emotion: str
) -> tuple[np.ndarray, np.ndarray]:
    """Change of the doubt of each ear of each voice ``(ears, V)``, and of each voice's likeness to himself ``(V,)``.

    Args:
        voices: who speak.
        before: numbers of their sentences, as ``render_each`` gives them.
        after: the same after a move.
        emotion: asked.
    """
    doubt = voices.doubts(after, emotion) - voices.doubts(before, emotion)
    return doubt, voices.likeness(after) - voices.likeness(before)


def told(name: str, doubt: np.ndarray, likeness: np.ndarray) -> str:
    """A line of a move, as Markdown."""
    error = doubt.std() / np.sqrt(doubt.size) + 1e-6
    numbers = [*doubt.mean(axis=1), *doubt.mean(axis=0), doubt.mean() / error, likeness.mean()]
    return f"| {name} | " + " | ".join(f"{number:+.3f}" for number in numbers) + " |"


def main() -> None:
    """Print the table, or try a move and write what it gives."""
    parser = ears_parser(__doc__)
    parser.add_argument("--emotion", required=True)
    parser.add_argument("--voices", default=",".join(VOICES))
    parser.add_argument("--sentences", type=int, default=4, help="of each voice")
    parser.add_argument("--first", type=int, default=0, help="of the set that is said")
    parser.add_argument(
        "--move", help="steps of faders, such as rate=-2,pitch=1; one after the other if not given"
    )
    parser.add_argument("--intensity", type=float, default=1.0, help="at which it is said")
    parser.add_argument("--out", type=Path, help="write the first voice's values there")
    args = parser.parse_args()
    names, strength = args.voices.split(","), args.intensity ** fader_set("prosody").concavity
    now = [played(name, args.emotion) for name in names]
    listening = Listening(Ear(args.ear), Recogniser(args.recogniser))
    voices = Voices(args.data / "speech", listening, names, args.sentences, 0.8, args.first)
    ears = ("measures", "spots words", "writes down speech", "tells people apart")
    print("| fader | " + " | ".join([*ears, *names]) + " | mean / error | likeness |")
    print("| --- " * (len(ears) + len(names) + 3) + "|")
    pairs = (pair.split("=") for pair in args.move.split(",")) if args.move else ()
    asked = {name: float(step) for name, step in pairs}
    before = voices.render_each([moved(values, {}, strength) for values in now])
    for move in [asked] if asked else [{name: 1.0} for name in FADERS]:
        after = voices.render_each([moved(values, move, strength) for values in now])
        print(told(" ".join(move), *changes(voices, before, after, args.emotion)), flush=True)
    if args.out:
        args.out.write_text(json.dumps({args.emotion: moved(now[0], asked)}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
