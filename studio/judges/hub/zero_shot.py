"""Judges that were taught no emotions: how well sentences about an emotion fit a picture (CLIP, SigLIP) or a sound (CLAP).

Each emotion has the mean vector of a few sentences (``assets/judges/hub/prompts.toml``). Probabilities are the softmax of its
likeness to the picture or sound, scaled as in training. SigLIP was trained with a sigmoid for each sentence alone; among a list
of emotions the softmax of the same numbers is taken, in which its bias cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError
from studio.judges.base import Card, Reading, TimedReading
from studio.judges.calibration import softmax
from studio.judges.frames import read_frames
from studio.judges.hub.cards import hub_card
from studio.judges.hub.checkpoints import Checkpoint, open_checkpoint, read_json
from studio.judges.hub.families import family
from studio.judges.hub.hearing import SoundJudge, hearing
from studio.judges.hub.labels import Classes

__all__ = ["ClapJudge", "ClipJudge", "Prompts", "SiglipJudge", "prompts"]


@dataclass(frozen=True)
class Prompts:
    """How emotions are asked for.

    Args:
        sentences: each with ``{word}``.
        labels: lexicon emotions that are asked for unless the caller says otherwise.
        words: of every lexicon emotion.
        interval: seconds between the frames of a film.
    """

    sentences: tuple[str, ...]
    labels: tuple[str, ...]
    words: dict[str, str]
    interval: float = 0.0

    def of(self, label: str) -> list[str]:
        """The sentences of an emotion.

        Raises:
            UnknownNameError: it has no word.
        """
        if label not in self.words:
            raise UnknownNameError("emotion", label, self.words)
        return [sentence.format(word=self.words[label]) for sentence in self.sentences]


@cache
def prompts(medium: str) -> Prompts:
    """How emotions of ``"picture"``, ``"music"`` or ``"speech"`` are asked for."""
    table = asset_table("judges", "hub", "prompts.toml")
    own = table[medium]
    return Prompts(tuple(own["sentences"]), tuple(own["labels"]), table["words"], own.get("interval", 0.0))


class ClipJudge:
    """Reads pictures and frames of films with CLIP.

    Args:
        card: of the network.
        labels: emotions that are asked for.
        likeness: logits ``(L,)`` of a picture.
        interval: seconds between the frames of a film.
    """

    family_name = "clip"

    def __init__(
        self, card: Card, labels: Sequence[str], likeness: Callable[[np.ndarray], np.ndarray], interval: float
    ) -> None:
        self.card = card
        self._classes = Classes(tuple(labels), tuple(labels))
        self._likeness = likeness
        self._interval = interval

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path,
        *,
        offline: bool = True,
        allow_pickle: bool = False,
        labels: Sequence[str] = (),
    ) -> ClipJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.
            labels: lexicon emotions to ask for; those of ``prompts.toml`` where none are given.

        Raises:
            EngineError: it is not there or not of this format.
            UnknownNameError: a label is no emotion.
        """
        kind = family(cls.family_name)
        found = open_checkpoint(
            model, kind, offline=offline, allow_pickle=allow_pickle, model_types=(cls.family_name,)
        )
        asked = prompts("picture")
        chosen = tuple(labels) or asked.labels
        texts = [asked.of(label) for label in chosen]
        import transformers

        from studio.judges.hub import matching

        model_class = transformers.CLIPModel if cls.family_name == "clip" else transformers.SiglipModel
        match = matching.PictureMatch.load(found, model_class, texts, allow_pickle=allow_pickle)
        return cls(hub_card(found, chosen), chosen, match.logits, asked.interval)

    def read(self, media: np.ndarray) -> Reading:
        """The reading of a picture, uint8 RGB ``(height, width, 3)``."""
        return self._classes.reading(softmax(self._likeness(media)))

    def read_over_time(self, media: Iterable[tuple[float, np.ndarray]]) -> list[TimedReading]:
        """Readings of frames half a second apart.

        Args:
            media: time in seconds, not falling, and picture.
        """
        return read_frames(media, self._interval, self.read)


class SiglipJudge(ClipJudge):
    """Reads pictures and frames of films with SigLIP."""

    family_name = "siglip"


class ClapJudge(SoundJudge):
    """Reads music, or any sound, with LAION's CLAP."""

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path,
        *,
        offline: bool = True,
        allow_pickle: bool = False,
        medium: str = "music",
        labels: Sequence[str] = (),
    ) -> ClapJudge:
        """The judge of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.
            medium: ``"music"`` or ``"speech"``, which decides the sentences.
            labels: lexicon emotions to ask for; those of ``prompts.toml`` where none are given.

        Raises:
            EngineError: it is not there or not of this format.
            UnknownNameError: a label is no emotion, or there is no such medium.
        """
        if medium not in ("music", "speech"):
            raise UnknownNameError("medium of CLAP", medium, ("music", "speech"))
        found = open_checkpoint(
            model, family("clap"), offline=offline, allow_pickle=allow_pickle, model_types=("clap",)
        )
        asked = prompts(medium)
        chosen = tuple(labels) or asked.labels
        texts = [asked.of(label) for label in chosen]
        rate, longest = _clap_settings(found)
        from studio.judges.hub import matching

        match = matching.SoundMatch.load(found, texts, allow_pickle=allow_pickle)
        classes = Classes(chosen, chosen)
        cuts = hearing("music")
        cuts = replace(cuts, longest=min(cuts.longest, longest))
        return cls(
            hub_card(found, chosen), rate, match.logits, lambda logits: classes.reading(softmax(logits)), cuts
        )


def _clap_settings(found: Checkpoint) -> tuple[int, float]:
    """Sample rate in hertz and greatest length in seconds that a CLAP checkpoint states.

    Longer sounds are cut before the extractor sees them, since it would take a piece by chance.
    """
    settings = read_json(found.folder / "preprocessor_config.json")
    for key in ("sampling_rate", "max_length_s"):
        if key not in settings:
            raise found.fault(f"preprocessor_config.json does not state {key}")
    return int(settings["sampling_rate"]), float(settings["max_length_s"])
