"""Writes assets/vocabularies/words/emoji.toml from EmoTag's table.

    python tools/build_emoji.py ../shared/data/text/emotag/EmoTag1200-scores.csv.gz

The table (150 emoji, eight Plutchik scores each, MIT) comes from github.com/abushoeb/EmoTag.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

ORDER = ("anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust")
TARGET = Path(__file__).resolve().parent.parent / "assets" / "vocabularies" / "words" / "emoji.toml"

HEAD = """\
# What people see in emoji: mean score 0..1 on each of Plutchik's eight emotions, in the order given below.
# Source: EmoTag1200, Shoeb & de Melo 2020, github.com/abushoeb/EmoTag, MIT licence (see ../NOTICE.md). Scores unchanged.
# Written by tools/build_emoji.py; newer faces stand in newer_emoji.toml.

order = [{order}]

[emoji]
"""


def main(table: Path, target: Path) -> None:
    """Read the table and write the TOML file."""
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        f'"{row["emoji"]}" = [{", ".join(f"{float(row[name]):g}" for name in ORDER)}] # {row["name"]}'
        for row in rows
    ]
    head = HEAD.format(order=", ".join(f'"{name}"' for name in ORDER))
    target.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), TARGET)
