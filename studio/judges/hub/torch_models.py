"""Loading torch networks so that no weight is left as chance made it.

Imports torch; imported on the first use of a judge that needs it.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging as hf_logging

from conditioning.errors import EngineError
from external.torch_device import torch_device
from studio.judges.hub.checkpoints import Checkpoint, weight_files

__all__ = ["fill", "model_of", "part_of", "tokenizer_of"]

# Files that hold a vocabulary, as older and newer versions of the library write them.
_TOKENIZERS = (("tokenizer.json",), ("vocab.json", "merges.txt"), ("spiece.model",))
# Old names of weight normalisation, in files written before torch 2.
_RENAMED = {
    ".weight_g": ".parametrizations.weight.original0",
    ".weight_v": ".parametrizations.weight.original1",
}
# Used in training alone, or counted up anew by the library.
_NEEDLESS = ("masked_spec_embed", "position_ids", "num_batches_tracked")


def model_of(kind: Any, checkpoint: Checkpoint, *, allow_pickle: bool = False) -> Any:
    """A transformers model, in float32 and ready to read.

    Args:
        kind: class with ``from_pretrained``.
        checkpoint: whose files were looked at.
        allow_pickle: the weights may be a pickle.

    Raises:
        EngineError: weights are missing or of another shape.
    """
    hf_logging.disable_progress_bar()  # it would be drawn over the studio's own
    safe = weight_files(checkpoint.folder, allow_pickle=allow_pickle)[0].suffix == ".safetensors"
    try:
        model, found = kind.from_pretrained(
            checkpoint.folder,
            local_files_only=True,
            use_safetensors=safe,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except (OSError, RuntimeError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise checkpoint.fault(str(error).strip().splitlines()[0]) from error
    # Left over are tables that older versions of the library saved; it knows them better than we do.
    _refuse_gaps(checkpoint, found["missing_keys"], ())
    return model.to(torch_device()).eval()


def fill(network: torch.nn.Module, checkpoint: Checkpoint, *, allow_pickle: bool = False) -> Any:
    """A network of ours with the weights of a checkpoint, in float32 and ready to read.

    Raises:
        EngineError: weights are missing, left over or of another shape.
    """
    state: dict[str, torch.Tensor] = {}
    for file in weight_files(checkpoint.folder, allow_pickle=allow_pickle):
        state.update(_tensors(file))
    named = {_renamed(name): value.float() for name, value in state.items()}
    try:
        gaps = network.load_state_dict(named, strict=False)
    except RuntimeError as error:
        detail = str(error).strip().splitlines()[-1].strip()
        raise checkpoint.fault(f"weights have another shape than its config says: {detail}") from error
    _refuse_gaps(checkpoint, gaps.missing_keys, gaps.unexpected_keys)
    return network.to(torch_device()).eval()


def part_of(kind: Any, checkpoint: Checkpoint) -> Any:
    """A tokenizer, feature extractor or image processor of a checkpoint.

    Raises:
        EngineError: its files are missing or broken.
    """
    try:
        return kind.from_pretrained(checkpoint.folder, local_files_only=True)
    except (OSError, ValueError, TypeError, KeyError, ImportError) as error:
        raise checkpoint.fault(
            f"{kind.__name__} cannot read it: {str(error).strip().splitlines()[0]}", "Copy the whole folder."
        ) from error


def tokenizer_of(checkpoint: Checkpoint) -> Any:
    """The tokenizer of a checkpoint.

    Raises:
        EngineError: its files are missing, in which case the library would make one without a vocabulary, or broken.
    """
    import transformers

    if not any(all((checkpoint.folder / name).is_file() for name in names) for names in _TOKENIZERS):
        raise checkpoint.fault("tokenizer.json is missing", "Copy the whole folder.")
    return part_of(transformers.AutoTokenizer, checkpoint)


def _tensors(file: Path) -> dict[str, torch.Tensor]:
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(file)
    try:
        loaded: dict[str, torch.Tensor] = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise EngineError(
            f"{file} holds more than weights, or is broken; nothing of it was run.",
            "Use weights as safetensors.",
        ) from error
    return loaded


def _renamed(name: str) -> str:
    for old, new in _RENAMED.items():
        if name.endswith(old):
            return name.removesuffix(old) + new
    return name


def _refuse_gaps(checkpoint: Checkpoint, missing: Any, left_over: Any) -> None:
    lacking = sorted(name for name in missing if not name.endswith(_NEEDLESS))
    extra = sorted(name for name in left_over if not name.endswith(_NEEDLESS))
    if lacking:
        raise checkpoint.fault(f"its weights lack {lacking[0]} and {len(lacking) - 1} others")
    if extra:
        raise checkpoint.fault(
            f"its weights hold {extra[0]} and {len(extra) - 1} others that this kind has no place for"
        )
