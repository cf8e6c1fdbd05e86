"""Emotional recordings as directions in the space of XTTS's speaker latents.

A folder holds recordings named after the emotion that is heard, ``anger.wav`` or ``anger-2.flac``, and at least one
``neutral.wav``, best all of one person saying the same. A label's direction is the mean of its recordings' latents minus
that of the neutral ones. Added to a speaker's latents it moves the way of speaking and leaves most of the voice.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioning.emotion import Emotion
from conditioning.errors import EngineError, InputFileError, UnknownNameError
from conditioning.vocabulary import lexicon
from generators.base import Aspect, Fulfilment
from generators.steering import nearest_labels

if TYPE_CHECKING:
    import torch

__all__ = [
    "NEUTRAL",
    "RECORDINGS",
    "Latents",
    "References",
    "borrowed_aspect",
    "direction_shares",
    "find_references",
    "reference_files",
]

ENVIRONMENT = "AFFECT_XTTS_REFERENCES"
NEUTRAL = "neutral"
RECORDINGS = (".wav", ".flac", ".ogg", ".mp3")


@dataclass(frozen=True)
class Latents:
    """What XTTS knows of a voice.

    Args:
        prosody: ``gpt_cond_latent``, ``(1, 32, width)``.
        colour: ``speaker_embedding``, ``(1, 512, 1)``, of length 1.
    """

    prosody: torch.Tensor
    colour: torch.Tensor

    @classmethod
    def of_recordings(cls, model: Any, paths: Sequence[Path]) -> Latents:
        """The latents of recordings of one voice, with the settings of the checkpoint.

        Raises:
            InputFileError: a recording cannot be read, or they are too short.
        """
        config = model.config
        try:
            prosody, colour = model.get_conditioning_latents(
                audio_path=[str(path) for path in paths], max_ref_length=config.max_ref_len,
                gpt_cond_len=config.gpt_cond_len, gpt_cond_chunk_len=config.gpt_cond_chunk_len,
                sound_norm_refs=config.sound_norm_refs,
            )  # fmt: skip
        except RuntimeError as error:
            names = ", ".join(str(path) for path in paths)
            raise InputFileError(
                f"{names} cannot be listened to: {error}", "Give a few seconds of speech."
            ) from error
        return cls(prosody, colour)


@dataclass(frozen=True)
class References:
    """Directions of emotions.

    Args:
        directions: by lexicon name, the change of both latents at intensity 1.
    """

    directions: Mapping[str, Latents]

    def shares(self, emotion: Emotion) -> dict[str, float]:
        """How strongly each direction is taken, intensity included; empty where nothing is felt."""
        return direction_shares(emotion, tuple(self.directions))

    def steered(self, voice: Latents, emotion: Emotion) -> Latents:
        """A voice in an emotion; the very same latents where nothing is felt."""
        shares = self.shares(emotion)
        if not shares:
            return voice
        import torch

        prosody, colour = voice.prosody, voice.colour
        for label, share in shares.items():
            prosody = prosody + share * self.directions[label].prosody.to(prosody)
            colour = colour + share * self.directions[label].colour.to(colour)
        return Latents(prosody, torch.nn.functional.normalize(colour, dim=1))

    def aspects(self, emotions: Iterable[Emotion]) -> Fulfilment:
        """What is said of labels that have no recording of their own."""
        return borrowed_aspect(emotions, self.directions, "recording")


def borrowed_aspect(emotions: Iterable[Emotion], known: Container[str], source: str) -> Fulfilment:
    """What is said of labels that have no direction of their own.

    Args:
        emotions: all that is asked.
        known: labels that have one.
        source: what directions are taken from, such as ``"recording"``.
    """
    asked = {label for emotion in emotions if emotion.intensity > 0 for label in emotion.mixture}
    absent = sorted(label for label in asked if label not in known and label != NEUTRAL)
    if not absent:
        return ()
    why = f"No {source} of {', '.join(absent)}: taken from the others by nearness in valence, arousal, dominance."
    return (Aspect("labels", "approximated", why),)


def find_references(model: Any, folder: Path, given: Path | None) -> References | None:
    """The directions of the emotional recordings for a model; None where there are none.

    Args:
        model: a loaded XTTS.
        folder: of the weights; its subfolder ``references`` is looked at last.
        given: folder of recordings; None looks at the environment.

    Raises:
        EngineError: a folder was named and does not exist, or has no neutral recording.
        UnknownNameError: a recording is named after no lexicon emotion.
    """
    recordings = reference_files(ENVIRONMENT, folder, given)
    if recordings is None:
        return None
    means = {label: Latents.of_recordings(model, paths) for label, paths in recordings.items()}
    neutral = means.pop(NEUTRAL)
    return References(
        {label: Latents(m.prosody - neutral.prosody, m.colour - neutral.colour) for label, m in means.items()}
    )


def direction_shares(emotion: Emotion, known: Sequence[str]) -> dict[str, float]:
    """How strongly each known direction is taken, intensity included; empty where nothing is felt.

    Args:
        emotion: what is felt.
        known: lexicon names that have a direction.
    """
    found: dict[str, float] = {}
    for label, weight in sorted(emotion.mixture.items()):
        for name, share in nearest_labels(label, known).items():
            found[name] = found.get(name, 0.0) + weight * share * emotion.intensity
    return {name: share for name, share in found.items() if share > 0}


def reference_files(
    environment: str, folder: Path, given: Path | None = None, endings: Sequence[str] = RECORDINGS
) -> dict[str, list[Path]] | None:
    """The emotional recordings of an engine by lexicon emotion; None where there are none.

    Args:
        environment: the variable that names their folder.
        folder: of the weights; its subfolder ``references`` is looked at last.
        given: their folder; None looks at the environment.
        endings: of their names.

    Raises:
        EngineError: a folder was named and does not exist, or has no neutral recording.
        UnknownNameError: a recording is named after no lexicon emotion.
    """
    named = given or (Path(os.environ[environment]) if os.environ.get(environment) else None)
    place = named or folder / "references"
    if not place.is_dir():
        if named:
            raise EngineError(
                f"There is no folder {str(named)!r} of emotional recordings.", "Give one, or none."
            )
        return None
    recordings = _recordings(place, endings)
    if NEUTRAL not in recordings or len(recordings) < 2:
        raise EngineError(
            f"{place} lacks recordings.",
            "It needs neutral.wav and at least one named after an emotion, like anger.wav.",
        )
    return recordings


def _recordings(folder: Path, endings: Sequence[str]) -> dict[str, list[Path]]:
    """The recordings of each lexicon emotion, sorted by name."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.casefold() not in endings:
            continue
        label = path.stem.partition("-")[0].casefold()
        if label not in lexicon():
            raise UnknownNameError("emotion", label, lexicon().names, f"It is the name of {path.name}.")
        found.setdefault(label, []).append(path)
    return found
