"""What a judge of faces reads of the corpus's faces, and how often it agrees with voters and with the corpus.

Two truths are held against a reading, because each is quoted in the literature:

* the **votes**: the label that most of ten FER+ voters chose. Faces without a single such label are left out; a face in
  which most saw contempt counts as read wrongly, since no judge of ours says contempt;
* the **label** of FER2013 itself, on every face of the split.

A face that is not found counts as read wrongly wherever whole pictures are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from conditioning.vocabulary import lexicon
from studio.judges.calibration import (
    balanced_accuracy,
    bootstrap_interval,
    expected_calibration_error,
    recalls,
)
from studio.training.corpus_faces import LABELS, UNDECIDED, Faces

__all__ = ["FAIRNESS", "Agreement", "Progress", "agreement", "as_picture", "balanced_interval", "vad_error"]

Progress = Callable[[int, int, str], None]

FAIRNESS = (
    "Unknown: FER2013 and FER+ say nothing of the age, sex, skin or culture of the people shown, so no figure by group "
    "can be given."
)
"""What the cards of both judges say of it."""


@dataclass(frozen=True)
class Agreement:
    """How far readings agree with voters and with the corpus, each 0..1.

    Args:
        votes: share of faces with one most chosen label that are read as it.
        label: share of all faces that are read as the corpus calls them.
        balanced: mean recall of the labels by votes.
        recall: of each label by votes.
        label_recall: of each label by the corpus.
        calibration_error: of the confidence as the chance to agree with the votes, over readings that were given.
        label_calibration_error: the same, to agree with the corpus's label.
    """

    votes: float
    label: float
    balanced: float
    recall: dict[str, float]
    label_recall: dict[str, float]
    calibration_error: float
    label_calibration_error: float

    def facts(self, suffix: str = "") -> dict[str, Any]:
        """Entries for ``card.json``.

        Args:
            suffix: of their names, which tells how the faces were shown.
        """
        return {
            f"votes_accuracy{suffix}": self.votes,
            f"label_accuracy{suffix}": self.label,
            f"balanced_accuracy{suffix}": self.balanced,
            f"calibration_error_votes{suffix}": self.calibration_error,
            f"calibration_error_label{suffix}": self.label_calibration_error,
        }


def agreement(probabilities: np.ndarray, faces: Faces) -> Agreement:
    """How far readings of faces agree with voters and with the corpus.

    Args:
        probabilities: ``(n, 7)``; a row of zeros where there is no reading.
        faces: that were read.
    """
    read = probabilities.sum(axis=1) > 0
    predicted = np.where(read, probabilities.argmax(axis=1), UNDECIDED - 1)
    single = faces.majority != UNDECIDED
    seven = faces.decided_mask()
    chosen, truth = predicted[seven], faces.majority[seven]
    return Agreement(
        votes=float((predicted == faces.majority)[single].mean()),
        label=float((predicted == faces.labels).mean()),
        balanced=balanced_accuracy(chosen, truth, LABELS),
        recall=recalls(chosen, truth, LABELS),
        label_recall=recalls(predicted, faces.labels, LABELS),
        calibration_error=expected_calibration_error(
            probabilities[single & read], faces.majority[single & read]
        ),
        label_calibration_error=expected_calibration_error(probabilities[read], faces.labels[read]),
    )


def balanced_interval(probabilities: np.ndarray, faces: Faces) -> tuple[float, float]:
    """What holds the mean recall of the labels by votes in 95 of 100 draws of faces.

    Args:
        probabilities: ``(n, 7)``; a row of zeros where there is no reading.
        faces: that were read.
    """
    seven = faces.decided_mask()
    read = probabilities[seven].sum(axis=1) > 0
    predicted = np.where(read, probabilities[seven].argmax(axis=1), UNDECIDED)
    truth = faces.majority[seven]
    return bootstrap_interval(
        lambda rows: balanced_accuracy(predicted[rows], truth[rows], LABELS), truth, repeats=500
    )


def vad_error(probabilities: np.ndarray, faces: Faces) -> list[float]:
    """Root mean square distance of the read point from the place of the voters' label, on each of three axes.

    Args:
        probabilities: ``(n, 7)``; rows of zeros are left out.
        faces: that were read.
    """
    rows = faces.decided_mask() & (probabilities.sum(axis=1) > 0)
    places = np.stack([lexicon()[name].vad.array() for name in LABELS])
    error = probabilities[rows] @ places - places[faces.majority[rows]]
    return [float(x) for x in np.sqrt((error**2).mean(axis=0))]


def as_picture(tile: np.ndarray) -> np.ndarray:
    """A grey tile ``(48, 48)`` as a picture uint8 RGB ``(48, 48, 3)``."""
    return np.repeat(tile[..., None], 3, axis=2)
