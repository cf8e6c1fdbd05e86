"""Directions learned from emotional recordings, kept by the fingerprint of the weights that listened to them.

``affect steer learn speech=xtts:FOLDER --clips RECORDINGS`` listens once; afterwards these weights speak by what was learned, wherever the
recordings are. Recordings named by the environment, or beside the weights, come first. Prosody and colour of an emotion's direction are
kept as unit vectors with the lengths that they had, in the form of all other directions (``generators.hub.direction_store``): the rows are the 32
prosody vectors in one, and the pooled vector is the colour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from conditioning.errors import EngineError, InputFileError
from external.cache import cache_folder
from external.safe_weights import fingerprint
from generators.checkpoints import files_layout, find_checkpoint, placement
from generators.hub.direction_store import DirectionFile, read_directions, write_directions
from generators.hub.directions import Direction
from generators.job import Job
from generators.speech.references import Latents, References

if TYPE_CHECKING:
    import torch

__all__ = ["as_direction", "kept_clips", "learn_clips"]

_NAME, _EXAMPLE = "speech=xtts", "coqui/XTTS-v2"
_LAYOUT = files_layout("an XTTS checkpoint", ("config.json", "model.pth", "vocab.json"))


def learn_clips(model: str, clips: Path, job: Job) -> Path:
    """Learn the directions of emotional recordings for an XTTS, and keep them; gives the file.

    Args:
        model: folder or hub id of the weights.
        clips: recordings named after the emotion that is heard, with at least one ``neutral`` (``generators.speech.references``).
        job: told of the loading.

    Raises:
        EngineError: the weights are not here, or the folder has no neutral recording.
        InputFileError: a recording cannot be read.
        UnknownNameError: a recording is named after no lexicon emotion.
    """
    from generators.speech.xtts_weights import load_xtts

    found = find_checkpoint(model, _LAYOUT, _NAME, _EXAMPLE, job=job)
    job.step(0, 1, f"listening to {clips}")
    references = load_xtts(found.folder, placement("float32").device, clips).references
    assert references is not None, "a folder that is named is listened to or refused"
    learned = {label: as_direction(latents) for label, latents in references.directions.items()}
    heard = hashlib.sha256(b"".join(sorted(path.name.encode() for path in clips.iterdir()))).hexdigest()
    path = _place(found.folder)
    try:
        write_directions(path, DirectionFile(fingerprint(found.folder), heard, learned))
    except OSError as error:
        raise EngineError(f"{path} cannot be written: {error}.", "Set AFFECT_CACHE to a folder.") from error
    return path


def kept_clips(folder: Path, like: Callable[[], Latents | None]) -> References | None:
    """The directions that were learned for the weights in a folder; None where none were.

    Args:
        folder: of the weights.
        like: gives latents of any voice of theirs, for the shapes; None where there is no voice.
    """
    path = _place(folder)
    if not path.is_file() or (shapes := like()) is None:
        return None
    try:
        kept = read_directions(path)
    except InputFileError:
        return None
    if kept.model != fingerprint(folder):
        return None
    return References({label: _as_latents(one, shapes) for label, one in kept.directions.items()})


def as_direction(latents: Latents) -> Direction:
    """The change of both latents as unit vectors with their lengths."""
    (prosody, long), (colour, far) = (_unit(part) for part in (latents.prosody, latents.colour))
    return Direction(prosody, long, colour, far)


def _place(folder: Path) -> Path:
    return cache_folder() / "directions" / f"{fingerprint(folder)[:16]}-clips.safetensors"


def _as_latents(direction: Direction, like: Latents) -> Latents:
    shift = direction.times(1.0)
    assert shift.pooled is not None, "a voice has a colour"
    return Latents(
        shift.rows.reshape(like.prosody.shape).to(like.prosody),
        shift.pooled.reshape(like.colour.shape).to(like.colour),
    )


def _unit(part: torch.Tensor) -> tuple[torch.Tensor, float]:
    flat = part.detach().float().flatten().cpu()
    length = float(flat.norm())
    return (flat / length if length > 0 else flat), length
