"""Likeness of a picture or a sound to sentences, by a network with one vector space for both.

Imports torch; imported on the first use of a judge that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import transformers

from studio.judges.hub.checkpoints import Checkpoint
from studio.judges.hub.torch_models import model_of, part_of, tokenizer_of

__all__ = ["PictureMatch", "SoundMatch"]


@dataclass(frozen=True)
class PictureMatch:
    """Likeness of pictures to the mean vectors of groups of sentences.

    Args:
        model: CLIP or SigLIP.
        processor: of its pictures.
        texts: unit vectors ``(L, W)``.
        scale: factor of the cosine, as in training.
    """

    model: Any
    processor: Any
    texts: torch.Tensor
    scale: float

    @classmethod
    def load(
        cls, found: Checkpoint, kind: Any, texts: Sequence[Sequence[str]], *, allow_pickle: bool = False
    ) -> PictureMatch:
        """The network of a checkpoint, and the vectors of groups of sentences in it.

        Raises:
            EngineError: a file is missing or does not fit.
        """
        model = model_of(kind, found, allow_pickle=allow_pickle)
        processor = part_of(transformers.AutoImageProcessor, found)
        tokenizer = tokenizer_of(found)
        # SigLIP was trained on sentences filled up to one length, CLIP was not.
        filled = found.config["model_type"] == "siglip"
        longest = model.config.text_config.max_position_embeddings
        vectors = [
            _mean_vector(_text_vectors(model, tokenizer, group, longest, "max_length" if filled else True))
            for group in texts
        ]
        return cls(model, processor, torch.stack(vectors), float(model.logit_scale.detach().exp()))

    def logits(self, picture: np.ndarray) -> np.ndarray:
        """Scaled cosines ``(L,)`` of a picture, uint8 RGB ``(height, width, 3)``."""
        from PIL import Image

        pixels = self.processor(images=Image.fromarray(np.ascontiguousarray(picture)), return_tensors="pt")
        with torch.inference_mode():
            seen = self.model.get_image_features(pixel_values=pixels["pixel_values"].to(self.model.device))
            return _cosines(_pooled(seen)[0], self.texts) * self.scale


@dataclass(frozen=True)
class SoundMatch:
    """Likeness of sounds to the mean vectors of groups of sentences.

    Args:
        model: CLAP.
        extractor: of its sounds.
        texts: unit vectors ``(L, W)``.
        scale: factor of the cosine, as in training.
    """

    model: Any
    extractor: Any
    texts: torch.Tensor
    scale: float

    @classmethod
    def load(
        cls, found: Checkpoint, texts: Sequence[Sequence[str]], *, allow_pickle: bool = False
    ) -> SoundMatch:
        """The network of a checkpoint, and the vectors of groups of sentences in it.

        Raises:
            EngineError: a file is missing or does not fit.
        """
        model = model_of(transformers.ClapModel, found, allow_pickle=allow_pickle)
        extractor = part_of(transformers.ClapFeatureExtractor, found)
        tokenizer = tokenizer_of(found)
        config = model.config.text_config
        longest = (
            config.max_position_embeddings - config.pad_token_id - 1
        )  # RoBERTa counts positions from there
        vectors = [_mean_vector(_text_vectors(model, tokenizer, group, longest, True)) for group in texts]
        return cls(model, extractor, torch.stack(vectors), float(model.logit_scale_a.detach().exp()))

    def logits(self, wave: np.ndarray) -> np.ndarray:
        """Scaled cosines ``(L,)`` of a mono wave ``(n,)`` at the network's rate, no longer than it takes."""
        heard = self.extractor(wave, sampling_rate=self.extractor.sampling_rate, return_tensors="pt")
        with torch.inference_mode():
            vector = self.model.get_audio_features(
                input_features=heard["input_features"].to(self.model.device).float(),
                is_longer=heard["is_longer"].to(self.model.device),
            )
            return _cosines(_pooled(vector)[0], self.texts) * self.scale


def _text_vectors(
    model: Any, tokenizer: Any, sentences: Sequence[str], longest: int, padding: Any
) -> torch.Tensor:
    """Vectors ``(n, W)`` of sentences."""
    tokens = tokenizer(
        list(sentences), padding=padding, truncation=True, max_length=longest, return_tensors="pt"
    ).to(model.device)
    inputs = {"input_ids": tokens["input_ids"]}
    if padding is True:
        inputs["attention_mask"] = tokens["attention_mask"]
    with torch.inference_mode():
        return _pooled(model.get_text_features(**inputs))


def _pooled(features: Any) -> torch.Tensor:
    """The vectors themselves: newer transformers wrap them in an output object."""
    out: torch.Tensor = features if isinstance(features, torch.Tensor) else features.pooler_output
    return out


def _mean_vector(vectors: torch.Tensor) -> torch.Tensor:
    """The mean of unit vectors ``(n, W)``, itself brought to length 1."""
    mean = torch.nn.functional.normalize(vectors, dim=-1).mean(dim=0)
    return torch.nn.functional.normalize(mean, dim=0)


def _cosines(vector: torch.Tensor, texts: torch.Tensor) -> np.ndarray:
    cosines = texts @ torch.nn.functional.normalize(vector, dim=0)
    return np.asarray(cosines.double().cpu().numpy())
