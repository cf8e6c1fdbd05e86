"""Six emotions, two scripts, twelve films: what the judges read in each, and joy against sadness as measured.

    python tools/six_emotions.py                 prints both tables as Markdown
    python tools/six_emotions.py --height 720    at full size

The words of the scripts say nothing of feelings, so that whatever is read comes from how they are said and shown.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from generators.registry import MEDIA
from studio.fidelity.tracks import Measures, measure_tracks
from studio.request import FilmRequest
from studio.scorecard import Scorecard
from studio.studio import Studio

EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
SCRIPTS = (
    "The letter lay on the table when we came back. Somebody had put it there in the morning.",
    "They are going to open the new station in October. My brother told me about it on the phone.",
)


def read_as(card: Scorecard) -> dict[str, tuple[str, str, float]]:
    """For each medium the label asked, the label read, and the judge's share for the asked one."""
    return {row.medium: (row.asked, row.read, row.share or 0.0) for row in card.rows}


def main() -> None:
    """Make the films, print what was read of them."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--height", type=int, default=360)
    options.add_argument("--seed", type=int, default=7)
    wanted = options.parse_args()
    studio, seen = Studio(), defaultdict(set)
    right: dict[str, list[bool]] = defaultdict(list)
    measured: dict[str, Measures] = {}
    print(f"| script | asked | {' | '.join(MEDIA)} |\n| --- | --- |{' --- |' * len(MEDIA)}")
    with tempfile.TemporaryDirectory() as folder:
        for number, script in enumerate(SCRIPTS, 1):
            for emotion in EMOTIONS:
                request = FilmRequest.read(
                    {"script": script, "emotion": emotion, "height": wanted.height, "seed": wanted.seed}
                )
                film = studio.create(request, Path(folder) / f"{number}_{emotion}.mp4")
                assert film.scorecard is not None, "judging is on by default"
                cells = []
                for medium, (asked, read, share) in read_as(film.scorecard).items():
                    right[medium].append(asked == read)
                    cells.append(
                        f"{read} ({asked} {share:.0%})" if asked != read else f"**{read}** {share:.0%}"
                    )
                print(f"| {number} | {emotion} | {' | '.join(cells)} |", flush=True)
                for file in film.files:
                    seen[file.name].add((number, hashlib.sha256(file.read_bytes()).hexdigest()))
                if number == 1 and emotion in ("joy", "sadness"):
                    measured[emotion] = measure_tracks(film.tracks)
    print(f"| | read as asked | {' | '.join(f'{np.mean(right[m]):.0%}' for m in MEDIA)} |\n")
    for name in ("voice.wav", "face.csv", "music.mid", "mix.wav"):
        print(f"{name}: {len(seen[name])} different files of {len(SCRIPTS) * len(EMOTIONS)}")
    print("\n| medium | measure | joy | sadness |\n| --- | --- | --- | --- |")
    for medium, values in measured["joy"].items():
        for name, value in values.items():
            print(f"| {medium} | {name} | {value:.3f} | {measured['sadness'][medium][name]:.3f} |")


if __name__ == "__main__":
    main()
