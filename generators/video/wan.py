"""Wan text-to-video through diffusers: the user's own weights, steered by words and by a direction in its prompt states.

The text encoder runs a second time for the negative prompt, so the direction is added to the prompt embeddings of the
conditional half and not by a hook. Rows past the prompt are exact zeros and stay so. A film is made shot by shot: each
shot has the mean emotion of its own time, its pictures lie in a scratch file, and neighbours are crossfaded.
"""

from __future__ import annotations

import itertools
import math
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generators.base import Aspect, Description, Fulfilment, Job, VideoRequest, VideoTrack
from generators.checkpoints import (
    diffusers_layout,
    find_checkpoint,
    known_settings,
    licence_line,
    needs_line,
    placement,
    torch_seed,
)
from generators.steering import (
    TextDirections,
    fader_aspect,
    felt_aspects,
    is_constant,
    mean_emotion,
    phrasing,
    prompt_words,
    steered_states,
)

if TYPE_CHECKING:
    import torch

    from conditioning.emotion import Emotion

__all__ = ["Reel", "Shot", "Wan", "film"]

NAME = "video=wan"
EXAMPLE = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"
LAYOUT = diffusers_layout("a Wan text-to-video pipeline of diffusers", "WanPipeline")
_SIDE = 16  # Wan's pictures have sides that are multiples of it
_PROMPT_TOKENS = 512  # WanPipeline's own default; encoding and call must agree


@dataclass(frozen=True)
class Shot:
    """A stretch of film made in one call.

    Args:
        start: seconds.
        end: seconds; the last ``join`` of them are crossfaded with the next shot.
        prompt: words.
        emotion: mean of its time.
    """

    start: float
    end: float
    prompt: str
    emotion: Emotion


@dataclass(frozen=True)
class _Loaded:
    """A pipeline with its directions."""

    pipeline: Any
    directions: TextDirections


class Wan:
    """Wan text-to-video with weights from a folder or the hub.

    Args:
        model: folder or hub id, such as ``"Wan-AI/Wan2.1-T2V-1.3B-Diffusers"``.
        allow_download: whether a hub id may be fetched; None asks ``AFFECT_ALLOW_DOWNLOAD``.
        steps: denoising steps; None for the library's default.
        area: pixels of its own pictures; None for what Wan was released for.
        longest: frames of a shot at most; None for what Wan was released for.
    """

    def __init__(
        self,
        model: str = "",
        *,
        allow_download: bool | None = None,
        steps: int | None = None,
        area: int | None = None,
        longest: int | None = None,
    ) -> None:
        settings = known_settings("wan")
        self._model, self._allow_download, self._steps = model, allow_download, steps
        self._area = settings["area"] if area is None else area
        self._longest = int(settings["frames"] if longest is None else longest)
        self._fps = settings["fps"]
        self._most = (self._longest - 1) / self._fps  # seconds of a shot
        self._join = min(settings["join"], self._most / 4)
        self._loaded: _Loaded | None = None
        self._busy = threading.Lock()

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        licence = licence_line(self._model) if self._model else "that of the weights given"
        return Description(
            name=NAME + (f":{self._model}" if self._model else ""),
            title="Wan: moving pictures from a prompt, steered by emotion",
            version=f"diffusers {version('diffusers')}",
            licence=f"Apache-2.0 (code); weights: {licence}",
            honours=("text",),
            needs=needs_line(self._model, NAME, EXAMPLE),
        )

    def generate(self, request: VideoRequest) -> VideoTrack:
        """Moving pictures of the duration, size and rate asked for; a shot is made when its first frame is reached.

        Raises:
            EngineError: no weights are given, they are not here, or they are not Wan's.
            Cancelled: the user has stopped the work.
        """
        loaded = self._load(request.job)
        shots = self._plan(request)
        reel = Reel(
            loaded, self._busy, shots, request.job, self._own_size(request.size), self._fps, self._steps
        )

        def frames() -> Iterator[np.ndarray]:
            yield from film(reel, request, self._join)

        names = tuple((shot.start, shot.prompt) for shot in shots)
        fulfilment = self._fulfilment(request, shots)
        return VideoTrack(request.size, request.fps, request.duration, frames, names, fulfilment)

    def _plan(self, request: VideoRequest) -> list[Shot]:
        """The shots: each section is cut into equal ones, short enough for one call with its crossfade."""
        timeline = request.conditioning.timeline
        text = ", ".join(part for part in (request.scene, request.text.strip()) if part)
        borders = [0.0]
        for border in (*request.sections, request.duration):
            # A section too short for a crossfade at either end goes to its neighbour.
            last = border == request.duration
            if last or borders[-1] + 2 * self._join <= border <= request.duration - 2 * self._join:
                borders.append(border)
        shots = []
        for start, end in itertools.pairwise(borders):
            room = self._most if end == request.duration else self._most - self._join
            count = 1 if end - start <= room else math.ceil((end - start) / (self._most - self._join))
            for a, b in itertools.pairwise(float(edge) for edge in np.linspace(start, end, count + 1)):
                emotion = mean_emotion(timeline, a, b)
                until = b if b >= request.duration else b + self._join
                shots.append(Shot(a, until, prompt_words(text, emotion, "video"), emotion))
        return shots

    def _own_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """The model's picture size of nearly that shape: width and height in pixels."""
        shape = size[0] / size[1]
        height = max(round(math.sqrt(self._area / shape) / _SIDE), 1) * _SIDE
        return max(round(height * shape / _SIDE), 1) * _SIDE, height

    def _fulfilment(self, request: VideoRequest, shots: list[Shot]) -> Fulfilment:
        timeline = request.conditioning.timeline
        over_time = Aspect("timeline", "honoured")
        if not is_constant(timeline, 0.0, request.duration):
            over_time = Aspect(
                "timeline", "approximated", "Each shot of a few seconds has the mean emotion of its time."
            )
        how = "words in the prompt and a direction in the prompt's states"
        aspects = list(felt_aspects([key.emotion for key in timeline.keyframes], how, over_time))
        aspects += fader_aspect(request.conditioning.adjustments, "visual")
        if len(shots) > 1:
            why = f"Made as {len(shots)} shots that are crossfaded; a call makes at most {self._longest} frames."
            aspects.append(Aspect("duration", "approximated", why))
        if request.fps != self._fps:
            why = f"The model makes {self._fps:g} frames a second; those between are blended."
            aspects.append(Aspect("frame rate", "approximated", why))
        own = self._own_size(request.size)
        if own != request.size:
            why = f"Made at {own[0]}x{own[1]} and scaled to {request.size[0]}x{request.size[1]}."
            aspects.append(Aspect("size", "approximated", why))
        return tuple(aspects)

    def _load(self, job: Job) -> _Loaded:
        with self._busy:
            if self._loaded is None:
                checkpoint = find_checkpoint(
                    self._model, LAYOUT, NAME, EXAMPLE, allow_download=self._allow_download, job=job
                )
                job.step(0, 1, f"loading {checkpoint.name}")
                self._loaded = _load_pipeline(checkpoint.folder)
            return self._loaded


class Reel:
    """The shots' pictures, made when first asked for and kept in scratch files as long as the reel lives."""

    def __init__(
        self,
        loaded: _Loaded,
        busy: threading.Lock,
        shots: list[Shot],
        job: Job,
        size: tuple[int, int],
        fps: float,
        steps: int | None,
    ) -> None:
        self.shots, self.fps = shots, fps
        self._loaded, self._busy, self._job, self._size, self._steps = loaded, busy, job, size, steps
        self._folder = Path(tempfile.mkdtemp(prefix="affect-wan-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def pictures(self, index: int) -> np.ndarray:
        """The pictures of a shot, ``(frames, height, width, 3)`` uint8, mapped from their file."""
        path = self._folder / f"{index}.npy"
        with self._busy:
            if not path.exists():
                np.save(path, self._make(index))
        pictures: np.ndarray = np.load(path, mmap_mode="r")
        return pictures

    def _make(self, index: int) -> np.ndarray:
        import torch

        shot, pipeline = self.shots[index], self._loaded.pipeline
        duration, what = self.shots[-1].end, f"shot {index + 1} of {len(self.shots)}"
        width, height = self._size
        generator = torch.Generator().manual_seed(torch_seed(self._job, index))
        options: dict[str, Any] = {} if self._steps is None else {"num_inference_steps": self._steps}

        def on_step(_: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
            share = (step + 1) / len(pipeline.scheduler.timesteps)
            self._job.step(shot.start + share * (shot.end - shot.start), duration, what)
            return values

        self._job.step(shot.start, duration, what)
        result = pipeline(
            **_prompt(self._loaded, shot), height=height, width=width, num_frames=_frame_count(shot, self.fps),
            generator=generator, callback_on_step_end=on_step, output_type="np", **options,
        )  # fmt: skip
        return np.round(result.frames[0] * 255).astype(np.uint8)


def _load_pipeline(folder: Path) -> _Loaded:
    import torch
    from diffusers import AutoencoderKLWan, WanPipeline

    place = placement("bfloat16")
    local: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    # Wan's decoder is released in single precision: in half it shows bands.
    vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae", dtype=torch.float32, **local)
    pipeline = WanPipeline.from_pretrained(folder, vae=vae, dtype=getattr(torch, place.dtype), **local)
    pipeline = pipeline.to(place.device)
    pipeline.set_progress_bar_config(disable=True)

    def encode(sentences: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        states = _embed(pipeline, sentences)
        return states, _spoken(states)

    return _Loaded(pipeline, TextDirections(encode, phrasing("video")))


def _prompt(loaded: _Loaded, shot: Shot) -> dict[str, Any]:
    """The arguments that hold a shot's prompt: its text, or its steered states where something is felt."""
    direction = loaded.directions.of(shot.emotion)
    if direction is None:
        return {"prompt": shot.prompt}
    import torch

    with torch.no_grad():
        states = _embed(loaded.pipeline, [shot.prompt])
        return {"prompt_embeds": steered_states(states, _spoken(states), direction)}


def _embed(pipeline: Any, sentences: list[str]) -> torch.Tensor:
    states: torch.Tensor = pipeline.encode_prompt(
        sentences, do_classifier_free_guidance=False, max_sequence_length=_PROMPT_TOKENS,
        device=pipeline._execution_device,
    )[0]  # fmt: skip
    return states


def _spoken(states: torch.Tensor) -> torch.Tensor:
    """The mask ``(B, n)`` of states ``(B, n, d)`` that stand for a token; Wan's rows past the prompt are exact zeros."""
    return states.abs().sum(-1) > 0


def _frame_count(shot: Shot, fps: float) -> int:
    """Frames that cover a shot, of the form 4k + 1 that Wan makes."""
    needed = math.ceil((shot.end - shot.start) * fps - 1e-9) + 1
    return 4 * math.ceil((needed - 1) / 4) + 1


def film(reel: Reel, request: VideoRequest, join: float) -> Iterator[np.ndarray]:
    """The film's pictures ``(height, width, 3)`` uint8; at most two shots are open at a time.

    Args:
        reel: the shots, each lasting ``join`` beyond the start of the next.
        request: duration, frame rate and size wanted.
        join: seconds of a crossfade.
    """
    import cv2

    count = round(request.duration * request.fps)
    current = 0
    for number in range(count):
        time = number / request.fps
        while current + 1 < len(reel.shots) and time >= reel.shots[current].end:
            current += 1
        picture = _at(reel, current, time)
        after = current + 1
        if after < len(reel.shots) and time >= reel.shots[after].start:
            share = (time - reel.shots[after].start) / join
            picture = _blend(picture, _at(reel, after, time), share)
        if picture.shape[1::-1] != request.size:
            smaller = request.size[0] < picture.shape[1]
            picture = cv2.resize(
                picture, request.size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
            )
        request.job.step(time, request.duration, "moving pictures")
        yield np.ascontiguousarray(picture)


def _at(reel: Reel, index: int, time: float) -> np.ndarray:
    """A shot's picture at a time of the film, blended from the two frames around it."""
    pictures = reel.pictures(index)
    position = min(max(time - reel.shots[index].start, 0.0) * reel.fps, len(pictures) - 1.0)
    before = int(position)
    share = position - before
    if share < 1e-6:
        return np.asarray(pictures[before])
    return _blend(pictures[before], pictures[min(before + 1, len(pictures) - 1)], share)


def _blend(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    import cv2

    return cv2.addWeighted(np.asarray(one), 1 - share, np.asarray(other), share, 0.0)
