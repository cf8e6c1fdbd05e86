"""What the ears of the voice's fits tell of the emotions of people whom they do not know.

    python tools/ear_recall.py ../shared/data --ear FOLDER --recogniser encoder_model.ort

Each actor of the tuning family is left out in turn, and read beside his own neutral clips by ears that the others taught: as they are, and
also as other people would sound (studio/training/prosody_others.py). For each ear: recalls of seven classes that count alike, their
mean, cross-entropy in nats (by chance 1.95), and the mean recall of RAVDESS' actors at normal intensity, who taught nobody.
What remains of chance's cross-entropy is what an ear counts in a fit (``Hearing.told``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from prosody_hearing import Crowd, Listening, crowd, ears_parser, people

from studio.training.corpora_speech import Clip, clips, family_of
from studio.training.prosody_beside import own_neutral
from studio.training.prosody_ear import Ear
from studio.training.prosody_effects import EffectSpace
from studio.training.prosody_judge import CLASSES
from studio.training.prosody_others import OTHERS
from studio.training.prosody_recogniser import Recogniser
from studio.training.prosody_speaker import SpeakerEar

NAMES = ("named measures", "spots words", "writes down speech", "tells people apart")


def doubts(strong: Crowd, other: Crowd, part: Sequence[int], taught_by: Sequence[str]) -> list[np.ndarray]:
    """Doubt of each class of every clip of actors who taught nothing ``(n, C)``: of strong clips, then of others.

    Args:
        strong: people and whom they were changed into.
        other: more clips of theirs, as they are.
        part: the ear's groups.
        taught_by: which of ``OTHERS`` teach.
    """
    himself = strong.others == OTHERS[0]
    asked = [strong.part(himself), other]
    found = [np.zeros((len(heard.clips), len(CLASSES))) for heard in asked]
    for actor in np.unique(strong.actors):
        taught = strong.part((strong.actors != actor) & np.isin(strong.others, taught_by))
        groups = [taught.groups[p] for p in part]
        space = EffectSpace(taught.labels, taught.speakers, taught.kinds, groups)
        own = asked[0].part(asked[0].actors == actor)
        neutral = [own_neutral(own.groups[p], own.labels, own.speakers) for p in part]
        means = [own.groups[p][own.labels == "neutral"].mean(axis=0) for p in part]
        for numbers, heard in zip(found, asked, strict=True):
            rows = heard.actors == actor
            voices = [heard.groups[p][rows] for p in part]
            if heard is other:
                neutral = [
                    np.repeat(mean[None], len(voice), axis=0)
                    for mean, voice in zip(means, voices, strict=True)
                ]
            places = space.placed(space.beside(voices, neutral))
            numbers[rows] = np.column_stack([space.doubt_at(places, name) for name in CLASSES])
    return found


def told(name: str, labels: np.ndarray, doubt: np.ndarray, weak: np.ndarray, milder: np.ndarray) -> str:
    """A line of an ear, as Markdown.

    Args:
        name: of the ear.
        labels: of strong clips ``(n,)``.
        doubt: of each class of them ``(n, C)``.
        weak: labels of other clips ``(m,)``.
        milder: doubt of them ``(m, C)``.
    """
    classes = np.array(CLASSES)
    read, mild = (classes[numbers.argmin(axis=1)] for numbers in (doubt, milder))
    recalls = [np.mean(read[labels == name] == name) for name in CLASSES]
    entropy = np.mean([doubt[labels == name, place].mean() for place, name in enumerate(CLASSES)])
    half = np.mean([np.mean(mild[weak == name] == name) for name in np.unique(weak)])
    cells = " | ".join(f"{recall:.2f}" for recall in recalls)
    return f"| {name} | {np.mean(recalls):.3f} | {entropy:.3f} | {half:.2f} | {cells} |"


def main() -> None:
    """Print the table, taught by people as they are and by others besides."""
    parser = ears_parser(__doc__)
    args = parser.parse_args()
    listening, speaker = Listening(Ear(args.ear), Recogniser(args.recogniser)), SpeakerEar()

    def hear(wave: np.ndarray) -> list[np.ndarray] | None:
        found = listening.hear(wave)
        return None if found is None else [*found[1], *speaker.hear(wave)[0]]

    folder = args.data / "speech"
    strong = crowd(people(folder, CLASSES), hear)
    normal = crowd([clip for clip in clips(folder) if _normal(clip)], hear, count=1)
    last = listening.parts[-1][-1]
    parts = (*listening.parts, tuple(range(last + 1, last + 1 + SpeakerEar.groups)))
    labels = strong.part(strong.others == OTHERS[0]).labels
    print(
        "| ear | mean recall | cross-entropy | normal intensity | "
        + " | ".join(CLASSES)
        + " |\n"
        + "| --- " * 11
        + "|"
    )
    for title, taught_by in (("", OTHERS[:1]), (", others too", OTHERS)):
        for name, part in zip(NAMES, parts, strict=True):
            doubt, milder = doubts(strong, normal, part, taught_by)
            print(told(name + title, labels, doubt, normal.labels, milder), flush=True)


def _normal(clip: Clip) -> bool:
    wanted = clip.corpus == "ravdess" and not clip.strong and clip.emotion in CLASSES[1:]
    return wanted and family_of(clip) == "tuning"


if __name__ == "__main__":
    main()
