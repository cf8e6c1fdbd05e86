"""Measure contact on the meshes of the head: closure of p b m, lip and teeth of f v, blinks, and what passes through what.

Random tracks: emotions of the lexicon mixed by chance at chance intensity (every second at full intensity), chance speech sounds,
chance seeds. Of each track looked at are the middle of each p b m f v, the deepest point of each blink, and frames by chance.

    python tools/face_contacts.py --tracks 2000
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.vocabulary import lexicon
from generators.base import ARKIT, FaceRequest, Job, Phone
from generators.face.animation import Motion, animate
from generators.face.characters import character_names
from generators.face.mesh_measures import MeshMeasures, mesh_measures

SOUNDS = (
    "ɑ",
    "i",
    "u",
    "ɛ",
    "ɔ",
    "æ",
    "ə",
    "I",
    "W",
    "p",
    "b",
    "m",
    "f",
    "v",
    "t",
    "s",
    "ʃ",
    "k",
    "w",
    "θ",
    "ð",
    "l",
    "ɹ",
    "j",
)
BLINK = ARKIT.index("eyeBlinkLeft")
CHANCE_FRAMES = 4
TOUCH_MM = 1.0


def main() -> None:
    """Run the tracks and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fps", type=float, default=25.0)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    names = character_names()
    found: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in names}
    for track in range(chosen.tracks):
        name = names[track % len(names)]
        phones = said(rng)
        motion = animate(
            FaceRequest(
                Conditioning.of(felt(rng, track)), 2.0, phones, fps=chosen.fps, character=name, job=Job(track)
            )
        )
        look(found[name], mesh_measures(name), motion, phones, rng)
        if track % 200 == 199:
            print(f"{track + 1} tracks", flush=True)
    for name in names:
        told(name, found[name])


def felt(rng: np.random.Generator, track: int) -> Emotion:
    """An emotion by chance; every second track one emotion at full intensity."""
    names = lexicon().names
    if track % 2:
        return Emotion.of(str(rng.choice(names)))
    mixed = {str(name): float(rng.uniform(0.2, 1)) for name in rng.choice(names, 2, replace=False)}
    return Emotion.of(mixed, float(rng.uniform(0.2, 1)))


def said(rng: np.random.Generator) -> tuple[Phone, ...]:
    """Sounds by chance, 1.4 s of them."""
    now, phones = 0.3, []
    while now < 1.7:
        length = float(rng.uniform(0.04, 0.16))
        phones.append(Phone(str(rng.choice(SOUNDS)), now, now + length, int(rng.integers(0, 3))))
        now += length
    return tuple(phones)


def look(
    found: dict[str, list[float]],
    measures: MeshMeasures,
    motion: Motion,
    phones: tuple[Phone, ...],
    rng: np.random.Generator,
) -> None:
    """Measure the frames of one track."""
    frames = set(rng.integers(0, len(motion.times), CHANCE_FRAMES).tolist())
    for phone in phones:
        at = int(np.abs(motion.times - (phone.start + phone.end) / 2).argmin())
        if phone.symbol in "pbm":
            posed = measures.pose(motion.arkit[at])
            found["gap of p b m, mm"].append(measures.lip_gap(posed))
            found["open area of p b m, mm2"].append(measures.open_mouth(posed))
            frames.add(at)
        elif phone.symbol in "fv":
            found["lip to teeth of f v, mm"].append(measures.lip_to_teeth(measures.pose(motion.arkit[at])))
            frames.add(at)
    for begin in motion.blinks:
        at = (motion.times > begin) & (motion.times < begin + 0.2)
        if at.any() and begin + 0.2 < motion.times[-1]:
            deepest = int(np.flatnonzero(at)[motion.arkit[at, BLINK].argmax()])
            found["open eye in a blink, mm2"].append(
                float(measures.open_eyes(measures.pose(motion.arkit[deepest])).max())
            )
            frames.add(deepest)
    for frame in sorted(frames):
        posed = measures.pose(motion.arkit[frame])
        found["frames with teeth through lips"].append(float(measures.teeth_through_lips(posed) > 0))
        found["frames with tongue through teeth"].append(float(measures.tongue_through_teeth(posed) > 0))
        found["lids into eyes, mm"].append(measures.lids_into_eyes(posed))
    found["greatest second difference"].append(float(np.abs(np.diff(motion.arkit, 2, axis=0)).max()))


def told(name: str, found: dict[str, list[float]]) -> None:
    """Print what was found of one character."""
    print(name)
    for what, values in sorted(found.items()):
        if what.startswith("frames"):
            print(f"  {what}: {int(sum(values))} of {len(values)}")
            continue
        line = f"  {what}: greatest {max(values):.2f}, median {np.median(values):.2f} of {len(values)}"
        if what.startswith("gap"):
            line += f"; shut in {100 * np.mean(np.array(values) <= 0):.2f} %"
        if what.startswith("lip to teeth"):
            line += f"; within {TOUCH_MM:g} mm in {100 * np.mean(np.array(values) <= TOUCH_MM):.2f} %"
        print(line)


if __name__ == "__main__":
    main()
