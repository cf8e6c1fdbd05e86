"""From what a user wrote behind ``engine:`` to a folder of weights that may be loaded, and where to run it.

A model is a local folder or a hub id (``owner/name``, with ``@revision`` if wanted). A folder is never looked for on
the network. A hub id is taken from the local cache; it is fetched only where the environment has
``AFFECT_ALLOW_DOWNLOAD=1`` or the engine was built with ``allow_download=True``, and its licence is shown first.
Weights that can carry code (pickles) are refused for transformers and diffusers.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from conditioning.assets import asset_table
from conditioning.errors import EngineError
from external.hub import ALLOW_DOWNLOAD, is_hub_id, local_folder, may_fetch, snapshot
from external.safe_weights import expected_weights, kind_fault, pickles_in, read_header, read_object
from external.torch_device import torch_device
from generators.base import Job
from generators.hub.licences import licence_line, require_consent

__all__ = [
    "DTYPE",
    "Checkpoint",
    "Layout",
    "Placement",
    "diffusers_layout",
    "files_layout",
    "find_checkpoint",
    "known_settings",
    "needs_line",
    "placement",
    "quiet_libraries",
    "seeded",
    "torch_seed",
    "transformers_layout",
]

DTYPE = "AFFECT_DTYPE"
"""The variable of the environment that sets the precision of weights."""

_PRECISIONS = ("float32", "float16", "bfloat16")
_ONE_SEEDED = threading.Lock()  # torch has one global random state; two jobs must not draw from it in turns


@dataclass(frozen=True)
class Layout:
    """What a library expects in a folder.

    Args:
        title: what the folder should be, such as ``"a MusicGen checkpoint"``.
        patterns: the files to fetch from the hub.
        faults: what is wrong with a folder, one clause each; empty if it can be loaded.
    """

    title: str
    patterns: tuple[str, ...]
    faults: Callable[[Path], list[str]]


@dataclass(frozen=True)
class Checkpoint:
    """Weights that can be loaded.

    Args:
        folder: where they lie.
        name: as the user wrote it.
        licence: one line.
    """

    folder: Path
    name: str
    licence: str


@dataclass(frozen=True)
class Placement:
    """Where and how precisely a model runs.

    Args:
        device: as torch names it, such as ``"cpu"`` or ``"cuda"``.
        dtype: attribute of torch, such as ``"float32"``.
    """

    device: str
    dtype: str


def find_checkpoint(
    model: str,
    layout: Layout,
    engine: str,
    example: str,
    *,
    allow_download: bool | None = None,
    job: Job | None = None,
) -> Checkpoint:
    """The checkpoint that a user named, checked for completeness.

    Args:
        model: folder, hub id, hub id with ``@revision``, or "".
        layout: what the engine's library needs.
        engine: full name of the engine, for messages.
        example: a hub id that would do, for messages; "" where none is known.
        allow_download: whether a hub id may be fetched; None asks the environment.
        job: told of a download and its licence before it starts.

    Raises:
        EngineError: no model is given, its licence forbids commercial use and was not accepted, it is not on this machine
            and may not or cannot be fetched, or its folder lacks files.
    """
    if not model:
        raise EngineError(
            f"Engine {engine} has no weights of its own.",
            f"Name a hub id or a folder, for instance {engine}:{example} (licence of these weights: "
            f"{licence_line(example)})."
            if example
            else f"Name a folder: {engine}:FOLDER.",
        )
    folder = local_folder(model, example or "owner/name")
    if folder is None:
        require_consent(model, engine)
        folder = snapshot(
            model,
            layout.patterns,
            fetch=may_fetch(allow_download),
            is_whole=lambda cached: not layout.faults(cached),
            about=f"licence: {licence_line(model)}",
            instead=f"give a folder: {engine}:FOLDER",
            before_fetching=lambda what: (job or Job()).step(0, 1, what),
        )
    faults = layout.faults(folder)
    if faults:
        raise EngineError(
            f"{folder} is not {layout.title}: {'; '.join(faults)}.",
            f"Give a complete folder, or a hub id such as {engine}:{example}."
            if example
            else "Give a complete folder.",
        )
    return Checkpoint(folder, model, licence_line(model))


def needs_line(model: str, engine: str, example: str) -> tuple[str, ...]:
    """What an engine of that model needs before it can work, for its description."""
    if model:
        return (f"the weights {model} in the local cache, or {ALLOW_DOWNLOAD}=1",) if is_hub_id(model) else ()
    if not example:
        return (f"weights: give a folder, {engine}:FOLDER",)
    return (f"weights: give a hub id or a folder, such as {engine}:{example} ({licence_line(example)})",)


def known_settings(engine: str) -> dict[str, float]:
    """The numbers of an engine's table in ``assets/steering/weights.toml``."""
    table: dict[str, float] = _settings()[engine]
    return table


def files_layout(title: str, needed: tuple[str, ...], wanted: tuple[str, ...] = ()) -> Layout:
    """A layout of plain files; ``wanted`` ones are fetched too but may be absent."""

    def faults(folder: Path) -> list[str]:
        return [f"{name} is missing" for name in needed if not (folder / name).is_file()]

    return Layout(title, needed + wanted, faults)


def transformers_layout(
    title: str, model_type: str, tokenizers: tuple[str, ...] = ("tokenizer.json", "spiece.model")
) -> Layout:
    """A folder written by ``save_pretrained`` of a transformers model of that type, with one of its tokenizer's files."""

    def faults(folder: Path) -> list[str]:
        config, fault = read_object(folder / "config.json")
        if fault:
            return [f"config.json {fault}"]
        found: list[str] = []
        if config.get("model_type") != model_type:
            return [kind_fault("config.json", config.get("model_type"), model_type)]
        if not any((folder / name).is_file() for name in tokenizers):
            found.append(f"{tokenizers[0]} is missing")
        return found + _weight_faults(folder, "model")

    return Layout(title, ("*.json", "*.txt", "*.model", "*.safetensors"), faults)


def diffusers_layout(title: str, pipeline: str) -> Layout:
    """A folder written by ``save_pretrained`` of a diffusers pipeline of that class."""

    def faults(folder: Path) -> list[str]:
        index, fault = read_object(folder / "model_index.json")
        if fault:
            return [f"model_index.json {fault}"]
        found: list[str] = []
        if index.get("_class_name") != pipeline:
            return [kind_fault("model_index.json", index.get("_class_name"), pipeline)]
        for part, entry in index.items():
            if part.startswith("_") or not isinstance(entry, list) or entry[0] is None:
                continue
            found += _part_faults(folder, part)
        return found

    return Layout(title, ("*.json", "*.txt", "*.model", "*.safetensors"), faults)


def placement(half: str = "float16") -> Placement:
    """The first CUDA device with half precision, else the processor with single.

    ``AFFECT_DEVICE`` and ``AFFECT_DTYPE`` overrule it.

    Args:
        half: the half precision that the model was released for.

    Raises:
        EngineError: the device of the environment does not exist here, or its precision is not known.
    """
    device, asked = torch_device(), os.environ.get(DTYPE, "")
    if asked not in ("", *_PRECISIONS):
        raise EngineError(f"{DTYPE} is {asked!r}.", f"Set it to {', '.join(_PRECISIONS)}, or leave it out.")
    return Placement(device, asked or (half if device.startswith("cuda") else "float32"))


def quiet_libraries(library: str) -> None:
    """Keep the library that loads weights, and transformers under it, from drawing progress and warning beside the studio.

    ``TRANSFORMERS_VERBOSITY`` and ``DIFFUSERS_VERBOSITY``, which the libraries read, and Python's ``-W`` still let them warn.

    Args:
        library: distribution; diffusers is slow to import, so it is told only where it is used.
    """
    for name in ("transformers", "diffusers") if library == "diffusers" else ("transformers",):
        logging = import_module(f"{name}.utils.logging")
        logging.disable_progress_bar()
        if f"{name.upper()}_VERBOSITY" not in os.environ:
            logging.set_verbosity_error()
    if not sys.warnoptions:
        warnings.filterwarnings("ignore", module=r"(torch|transformers|diffusers)\.")


def torch_seed(job: Job, part: int = 0) -> int:
    """The seed of a part of a job, for ``torch.manual_seed``: part 0 has the job's own, others independent ones."""
    return job.seed if part == 0 else int(job.rng(part).integers(2**63))


@contextmanager
def seeded(seed: int, device: str = "cpu") -> Iterator[None]:
    """Torch's global random state as after ``torch.manual_seed(seed)``, put back afterwards.

    Some libraries draw from that state only. One job at a time: others wait.
    """
    import torch

    with _ONE_SEEDED, torch.random.fork_rng(devices=[device] if device.startswith("cuda") else []):
        # torch.manual_seed asks every kind of device there is, and writes down the stack for CUDA: a millisecond.
        if device == "cpu":
            torch.default_generator.manual_seed(seed)
        else:
            torch.manual_seed(seed)
        yield


def _part_faults(folder: Path, part: str) -> list[str]:
    """What is wrong with a component of a pipeline; only components with a config.json have weights."""
    if not (folder / part).is_dir():
        return [f"folder {part} is missing"]
    if not (folder / part / "config.json").is_file():
        return []
    _, fault = read_object(folder / part / "config.json")
    if fault:
        return [f"{part}: config.json {fault}"]
    stem = "model" if list((folder / part).glob("model*.safetensors*")) else "diffusion_pytorch_model"
    return [f"{part}: {fault}" for fault in _weight_faults(folder / part, stem)]


def _weight_faults(folder: Path, stem: str) -> list[str]:
    """What is wrong with a model's weights, in one file or in the shards that an index lists."""
    files, fault = expected_weights(folder, stem)
    if fault:
        return [fault]
    alone = files == [folder / f"{stem}.safetensors"] and not files[0].is_file()
    pickles = pickles_in(folder) if alone else []
    if pickles:
        name = pickles[0].name
        return [f"its weights are pickles ({name}), which can carry code; only safetensors are loaded"]
    faults = ((file, read_header(file)[1]) for file in files)
    return [f"{file.name} {fault}" for file, fault in faults if fault]


@cache
def _settings() -> dict[str, Any]:
    return asset_table("steering", "weights.toml")
