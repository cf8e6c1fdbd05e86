"""Adapters: small networks, trained by the user, that put an emotion into what conditions a model.

The embedding of the emotion becomes a residual on the states of the prompt, row by row and dependent on what the row says, and on the
pooled vector where there is one. Nothing has a bias, so half the intensity is half the residual, and no emotion is no residual: the
caller then makes the library's bare call. Model and encoder rest while an adapter is trained (``affect train adapter``).

Source: EmotiCrafter (Dang et al. 2025): an emotion-embedding network that maps prompt features to emotional ones, trained with the
model's own loss, a term that strengthens emotion, and one that keeps content.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.encoder.weights import shipped_weights
from conditioning.errors import EngineError, InputFileError
from external.safe_weights import write_tensors
from generators.hub.adapter_network import AdapterNetwork
from generators.hub.directions import Encoded, Shift
from generators.hub.made_for import MadeFor

if TYPE_CHECKING:
    import torch

__all__ = ["Adapter", "AdapterFacts", "embedding_of", "encoder_fingerprint", "read_adapter", "write_adapter"]

_MAKE = "Make one with 'affect train adapter'."


@dataclass(frozen=True)
class AdapterFacts(MadeFor):
    """What an adapter was made for and from.

    Args:
        encoder: fingerprint of the encoder that gave the embeddings.
        width: of the prompt's states.
        pooled_width: of the pooled vector, 0 where there is none.
        hidden: width of the layer between.
        scale: root mean square of the prompt's states, in which the network's output is counted.
        steps: of training.
        held_out_before: denoising loss on pictures held out, without the adapter.
        held_out_after: the same with it.
    """

    kind = "adapter"

    encoder: str
    width: int
    pooled_width: int
    hidden: int
    scale: float
    steps: int = 0
    held_out_before: float = 0.0
    held_out_after: float = 0.0


@dataclass(frozen=True)
class Adapter:
    """A trained adapter.

    Args:
        network: from embeddings to residuals.
        facts: what it was made for.
    """

    network: AdapterNetwork
    facts: AdapterFacts

    def shift(self, emotion: Emotion, encoded: Encoded) -> Shift | None:
        """What an emotion adds to an embedded prompt; None where nothing is felt.

        Args:
            emotion: what is felt.
            encoded: states ``(1, n, d)`` of the prompt.
        """
        import torch

        embedding = embedding_of(emotion)
        if not embedding.any():
            return None
        with torch.no_grad():
            told = torch.from_numpy(embedding)[None].to(encoded.states.device)
            return self.network.to(encoded.states.device).shift(told, encoded, self.facts.scale)


def embedding_of(emotion: Emotion) -> np.ndarray:
    """The trained encoder's embedding of an emotion ``(256,)`` float32; zeros where nothing is felt."""
    embedding: np.ndarray = Conditioning.of(emotion).embedding(np.zeros(1))[0]
    return embedding


@cache
def encoder_fingerprint() -> str:
    """A hash of the shipped encoder's weights: embeddings of another training mean something else."""
    return hashlib.sha256(shipped_weights().read_bytes()).hexdigest()


def write_adapter(path: Path, network: AdapterNetwork, facts: AdapterFacts) -> None:
    """Write an adapter as safetensors, with its facts in the metadata.

    Raises:
        OSError: the file cannot be written.
    """
    write_tensors(path, network.state_dict(), facts.metadata())


def read_adapter(path: Path, model: str = "") -> Adapter:
    """The adapter of a file.

    Args:
        path: what ``write_adapter`` wrote.
        model: fingerprint of the weights that it is to serve; "" for any.

    Raises:
        InputFileError: there is no such file, or it is no adapter.
        EngineError: it was made for other weights, or with another encoder.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputFileError(f"There is no adapter '{path}'.", _MAKE)
    try:
        with safe_open(path, framework="pt") as opened:
            facts = AdapterFacts.told(opened.metadata())
            if facts is None:
                raise KeyError("its metadata do not say so")
            network = AdapterNetwork(facts.width, facts.pooled_width, facts.hidden)
            network.load_state_dict({name: _tensor(opened, name) for name in opened.keys()})  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputFileError(f"'{path}' is no adapter: {why}.", _MAKE) from error
    facts.check_model(path, model, "adapter")
    if facts.encoder != encoder_fingerprint():
        raise EngineError(
            f"The adapter {path} was made with another version of the studio's encoder.",
            "Train it again: affect train adapter.",
        )
    return Adapter(network.eval(), facts)


def _tensor(opened: Any, name: str) -> torch.Tensor:
    tensor: torch.Tensor = opened.get_tensor(name)
    return tensor
