"""Trains the encoder of emotions from the vocabularies alone, and measures what must hold of it.

The same settings, vocabularies, torch version and kind of machine give the same file, byte for byte: one thread, and
every draw from the seed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioning.assets import asset_table
from conditioning.encoder.quick import QuickEncoder
from conditioning.vocabulary import vocabulary_names
from studio.training.encoder_card import write_page
from studio.training.encoder_draws import Batch, Draw, known_names
from studio.training.encoder_measures import measure

__all__ = ["EncoderCard", "fit", "settings", "train"]

Progress = Callable[[float, float, str], None]


@dataclass(frozen=True)
class EncoderCard:
    """How far the encoder can be trusted, as shipped beside its weights.

    Args:
        accuracy: share of labels whose embedding meets its own place, 0..1 (``encoder_measures.labels_met``).
        chance: the same for a place picked at random.
        figures: all of ``encoder_measures.measure``.
        parameters: how many numbers were learned.
        vocabularies: that it was trained on.
        command: that rebuilds it.
    """

    accuracy: float
    chance: float
    figures: Mapping[str, Any]
    parameters: int
    vocabularies: tuple[str, ...]
    command: str = "affect train encoder"

    @property
    def summary(self) -> str:
        """One sentence for the command line."""
        return f"{self.accuracy:.1%} of labels meet their place in VAD space, chance {self.chance:.1%}"


def settings() -> dict[str, Any]:
    """The content of ``assets/encoder/training.toml``."""
    return asset_table("encoder", "training.toml")


def train(data: Path, out: Path, progress: Progress) -> EncoderCard:
    """Train the encoder and write its weights and its card.

    Args:
        data: not read; the vocabularies hold all there is to learn.
        out: folder for ``encoder.safetensors``, ``card.json`` and ``CARD.md``.
        progress: called as ``progress(done, total, what)``; may raise to stop.
    """
    out.mkdir(parents=True, exist_ok=True)
    encoder = fit(settings(), progress)
    path = out / "encoder.safetensors"
    encoder.save(path)
    figures = measure(QuickEncoder.load(path))
    card = EncoderCard(
        accuracy=figures["labels_met"],
        chance=figures["labels_met_by_chance"],
        figures=figures,
        parameters=sum(array.numel() for array in encoder.parameters()),
        vocabularies=tuple(vocabulary_names()),
    )
    content = _rounded(dataclasses.asdict(card))
    (out / "card.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    write_page(out)
    return card


def fit(recipe: Mapping[str, Any], progress: Progress) -> Any:
    """A trained ``EmotionEncoder``.

    Args:
        recipe: as in ``training.toml``.
        progress: called as ``progress(done, total, what)``; may raise to stop.
    """
    import torch

    from conditioning.encoder.network import EmotionEncoder
    from studio.training.encoder_losses import ReadOuts, encoder_loss

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe["seed"])
            names = known_names()
            encoder, read = EmotionEncoder(names, recipe["hidden"]), ReadOuts(len(names))
            learned = [*encoder.parameters(), *read.parameters()]
            rate, steps = recipe["learning_rate"], recipe["steps"]
            optimiser = torch.optim.AdamW(learned, lr=rate, weight_decay=recipe["weight_decay"])
            cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
            draw = Draw(names, recipe["draw"], recipe["seed"])
            for step in range(steps):
                batch = draw.batch(recipe["batch"])
                optimiser.zero_grad()
                encoded = encoder(torch.from_numpy(batch.rows))
                encoder_loss(encoded, _target(batch), read, recipe["loss"]).backward()
                optimiser.step()
                cycle.step()
                if step % 20 == 0:
                    progress(step, steps, "training the encoder")
    finally:
        torch.set_num_threads(threads)
    return encoder.eval()


def _target(batch: Batch) -> Any:
    import torch

    from studio.training.encoder_losses import Target

    return Target(*(torch.from_numpy(getattr(batch, name)) for name in Target._fields))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return value
