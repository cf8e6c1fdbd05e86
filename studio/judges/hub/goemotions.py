"""The judge of texts with a RoBERTa that was tuned on GoEmotions: 28 categories, each true or not by itself.

Readings are made as by the studio's own text judge: ``probabilities`` are the labels' own probabilities divided by their sum, and
``confidence`` is the likeliest label's own probability. It reads English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.sentences import sentences
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.hub.cards import hub_card
from studio.judges.hub.checkpoints import Checkpoint, head_rows, open_checkpoint
from studio.judges.hub.families import family
from studio.judges.hub.labels import Classes, class_names, classes_of

__all__ = ["GoemotionsJudge"]

_HEAD = "classifier.out_proj.weight"


class GoemotionsJudge:
    """Reads the emotions of a text.

    Args:
        card: of the network.
        classes: meaning of its outputs.
        network: each label's own probability ``(28,)`` of a text.
    """

    def __init__(self, card: Card, classes: Classes, network: Callable[[str], np.ndarray]) -> None:
        self.card = card
        self._classes = classes
        self._network = network

    @classmethod
    def from_pretrained(
        cls, model: str | Path, *, offline: bool = True, allow_pickle: bool = False
    ) -> GoemotionsJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.

        Raises:
            EngineError: it is not there, not of this format, or its config and weights disagree.
        """
        found = open_checkpoint(
            model, family("goemotions"), offline=offline, allow_pickle=allow_pickle, model_types=("roberta",)
        )
        if found.config.get("problem_type") != "multi_label_classification":
            raise found.fault(
                f"its problem_type is {found.config.get('problem_type')!r}, not 'multi_label_classification', so its outputs do "
                "not stand each by itself"
            )
        names = class_names(found, head_rows(found, _HEAD, allow_pickle=allow_pickle))
        classes = classes_of(found, names, of="goemotions")
        return cls(hub_card(found, classes.labels), classes, _network(found, allow_pickle))

    def read(self, media: str) -> Reading:
        """What a text says as one piece; a text without a word has no reading."""
        if not re.search(r"\w", media):
            return Reading({})
        scores = self.scores(media)
        total = sum(scores.values())
        return Reading(
            {name: value / total for name, value in scores.items()}, confidence=max(scores.values())
        )

    def read_over_time(self, media: str) -> list[TimedReading]:
        """What each sentence says; ``start`` and ``end`` are its first and last character, not seconds."""
        return [
            TimedReading(float(start), float(end), self.read(media[start:end]))
            for start, end in sentences(media)
        ]

    def scores(self, text: str) -> dict[str, float]:
        """Each label's own probability, 0..1, by lexicon name, in the order of the network's outputs."""
        own = self._network(text)
        return {str(name): float(value) for name, value in zip(self._classes.emotions, own, strict=True)}


def _network(found: Checkpoint, allow_pickle: bool) -> Callable[[str], np.ndarray]:
    import torch
    import transformers

    from studio.judges.hub.torch_models import model_of, tokenizer_of

    model: Any = model_of(transformers.RobertaForSequenceClassification, found, allow_pickle=allow_pickle)
    tokenizer = tokenizer_of(found)
    longest = (
        model.config.max_position_embeddings - model.config.pad_token_id - 1
    )  # positions are counted from there

    def probabilities(text: str) -> np.ndarray:
        tokens = tokenizer(text, truncation=True, max_length=longest, return_tensors="pt").to(model.device)
        with torch.inference_mode():
            logits = model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]).logits
        return np.asarray(torch.sigmoid(logits[0].double()).cpu().numpy())

    return probabilities
