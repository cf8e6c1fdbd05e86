"""The card of a judge from the hub: who made it and under which licence. Its accuracy is unknown, and the card says so."""

from __future__ import annotations

import math

from studio.judges.base import Card
from studio.judges.hub.checkpoints import Checkpoint
from studio.judges.quadrants import QUADRANTS

__all__ = ["hub_card"]


def hub_card(checkpoint: Checkpoint, labels: tuple[str, ...]) -> Card:
    """The card of a checkpoint.

    Args:
        checkpoint: what was loaded.
        labels: lexicon emotions that it tells apart; empty if it reads axes, which are asked for the quadrant.
    """
    family = checkpoint.family
    known = str(checkpoint.name).partition("@")[0] in family.licences
    return Card(
        name=f"hub:{family.name}:{checkpoint.name}",
        labels=labels,
        data=family.data if known else "not stated in the checkpoint",
        licence=checkpoint.licence,
        split="not stated in the checkpoint",
        accuracy=math.nan,
        chance=1.0 / (len(labels) or len(QUADRANTS)),
        recall={},
        calibration_error=math.nan,
        command="",
    )
