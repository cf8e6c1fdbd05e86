"""The places of words against Warriner, Kuperman & Brysbaert's norms, which are read to check and are not shipped."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from conditioning.vocabulary import vocabulary

NORMS = Path(__file__).resolve().parents[3] / "shared/data/text/warriner2013/Ratings_Warriner_et_al.csv.gz"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not NORMS.exists(), reason="the norms are not in ../shared/data/text/warriner2013"),
]


def places(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Our places and the norms' of the words that both have, each ``(N, 3)``."""
    with gzip.open(NORMS, "rt", encoding="utf-8") as file:
        columns = ("V.Mean.Sum", "A.Mean.Sum", "D.Mean.Sum")
        norms = {
            row["Word"].casefold(): [(float(row[c]) - 5) / 4 for c in columns] for row in csv.DictReader(file)
        }
    ours, theirs = [], []
    for label in vocabulary(name).labels:
        word = next((word for word in (label.name, *label.aliases) if word in norms), None)
        if word is not None:
            ours.append(label.vad.array())
            theirs.append(norms[word])
    return np.array(ours), np.array(theirs)


@pytest.mark.parametrize("name", ["lexicon", "russell_mehrabian", "occ"])
def test_places_agree_with_the_norms(name):
    ours, theirs = places(name)
    assert len(ours) >= 19
    valence, arousal, dominance = (np.corrcoef(ours[:, axis], theirs[:, axis])[0, 1] for axis in range(3))
    # Of the same words, felt states and words were rated: valence is shared, dominance the least.
    assert valence > 0.85
    assert arousal > 0.6
    assert dominance > 0.5
