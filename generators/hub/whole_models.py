"""Models of which every weight comes from the user's files: what is missing, or of another shape, is named and never made up.

Transformers fills gaps with random numbers and a warning, and a model with gaps still makes something.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conditioning.errors import EngineError
from external.safe_weights import read_object

__all__ = ["check_whole", "whole_model", "whole_parts"]

_REMEDY = "Give the folder as its makers published it, or as the library saved it."


def whole_model(kind: Any, folder: Path, **options: Any) -> Any:
    """A model of transformers out of a folder, of which no weight is missing.

    Args:
        kind: class of transformers.
        folder: that ``save_pretrained`` wrote.
        options: of ``from_pretrained``.

    Raises:
        EngineError: weights are missing, or have other shapes than the configuration says.
    """
    model, told = kind.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, output_loading_info=True, ignore_mismatched_sizes=True, **options
    )  # fmt: skip
    # Buffers that older files lack are tables that a library computes, or what only training needs.
    learned = {name for name, _ in model.named_parameters()}
    missing, others = sorted(learned & set(told["missing_keys"])), sorted(map(str, told["mismatched_keys"]))
    if missing:
        raise _lacking(folder, kind.__name__, missing)
    if others:
        raise EngineError(
            f"transformers cannot load {folder}: {len(others)} weights have other shapes than config.json says, such as {others[0]}.",
            _REMEDY,
        )
    return model


def whole_parts(folder: Path, dtype: Any) -> dict[str, Any]:
    """The components of a pipeline that are models of transformers, by name, each whole.

    Args:
        folder: that ``save_pretrained`` of a pipeline wrote.
        dtype: of torch.

    Raises:
        EngineError: one of them is not whole.
    """
    import transformers

    index, _ = read_object(folder / "model_index.json")
    told = {part: entry for part, entry in index.items() if isinstance(entry, list)}
    named = {part: entry[1] for part, entry in told.items() if entry[0] == "transformers"}
    return {
        part: whole_model(getattr(transformers, name), folder / part, dtype=dtype)
        for part, name in named.items()
        if list((folder / part).glob("model*.safetensors"))
    }


def check_whole(pipeline: Any, folder: Path) -> None:
    """Make sure that diffusers has found all weights of a pipeline's components; it leaves those that it has not empty.

    Raises:
        EngineError: it has not.
    """
    for part, component in pipeline.components.items():
        if not hasattr(component, "named_parameters"):
            continue
        empty = sorted(name for name, weight in component.named_parameters() if weight.is_meta)
        if empty:
            raise _lacking(folder / part, type(component).__name__, empty)


def _lacking(folder: Path, kind: str, names: list[str]) -> EngineError:
    return EngineError(f"{folder} lacks {len(names)} weights of {kind}, such as {names[0]}.", _REMEDY)
