"""A tiny Stable Diffusion that has been taught what colours are called, and pictures whose colour follows an emotion.

Random weights know nothing of pictures, so that no conditioning could help them: whatever lowers their loss merely makes them silent.
This one has seen plain pictures of six colours under captions such as "a red picture", and, a quarter of the time, under "a picture", for
some seconds. It predicts velocity, as Stable Diffusion 2.1 does: a loss on noise hardly depends on the prompt at all.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from factories.stills import build_sd, saved

__all__ = ["COLOURS", "FELT", "build_taught_sd", "write_felt_pictures"]

SIDE = 16
COLOURS = {
    "yellow": (0.9, 0.8, -0.2), "blue": (-0.8, -0.6, 0.7), "red": (0.8, -0.8, -0.7), "black": (-0.8, -0.9, -0.8),
    "white": (0.9, 0.9, 0.9), "green": (-0.5, 0.7, -0.4),
}  # fmt: skip
FELT = {"joy": "yellow", "sadness": "blue", "anger": "red", "fear": "black"}
_EACH, _BATCH, _STEPS = 16, 16, 150


def build_taught_sd(folder: Path, scratch: Path) -> Path:
    """Write the checkpoint; load it with ``StableDiffusionPipeline``. About five seconds of one core."""
    import diffusers
    import torch

    pipeline: Any = diffusers.StableDiffusionPipeline.from_pretrained(
        build_sd(scratch / "sd"), safety_checker=None
    )
    pipeline.set_progress_bar_config(disable=True)
    random = np.random.default_rng(7)
    pictures = [_picture(colour, random) for colour in COLOURS for _ in range(_EACH)]
    with torch.no_grad():
        seen = torch.from_numpy(np.stack(pictures).astype(np.float32))
        latents = pipeline.vae.encode(seen).latent_dist.mode()
        scale = float(1 / latents.std())  # as released autoencoders are scaled: latents vary by 1
        named, _ = pipeline.encode_prompt([f"a {colour} picture" for colour in COLOURS], "cpu", 1, False)
        plain, _ = pipeline.encode_prompt("a picture", "cpu", 1, False)
    pipeline.vae.register_to_config(scaling_factor=scale)
    pipeline.scheduler = diffusers.DDIMScheduler.from_config(
        pipeline.scheduler.config, prediction_type="v_prediction", steps_offset=1
    )
    _teach(pipeline, latents * scale, named, plain)
    return saved(pipeline, folder)


def write_felt_pictures(folder: Path, count: int = 40, seed: int = 11) -> Path:
    """Pictures of the four colours in ``folder`` with ``labels.csv``: their colour follows the emotion; gives the table."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        emotion = list(FELT)[number % len(FELT)]
        picture = _picture(FELT[emotion], random).transpose(1, 2, 0)
        Image.fromarray(np.round((picture + 1) * 127.5).astype(np.uint8)).save(folder / f"{number:03d}.png")
        rows.append({"path": f"{number:03d}.png", "emotion": emotion, "caption": "a picture"})
    table = folder / "labels.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return table


def _picture(colour: str, random: np.random.Generator) -> np.ndarray:
    """A picture ``(3, 16, 16)`` in -1..1: a colour, a little off, brighter towards the top or the bottom."""
    plain = np.array(COLOURS[colour])[:, None, None] + 0.1 * random.standard_normal((3, 1, 1))
    ramp = np.linspace(-0.3, 0.3, SIDE)[None, :, None] * random.uniform(-1, 1)
    return np.clip(np.broadcast_to(plain + ramp, (3, SIDE, SIDE)), -1, 1)


def _teach(pipeline: Any, latents: Any, named: Any, plain: Any) -> None:
    import torch

    unet, signal = pipeline.unet.train(), pipeline.scheduler.alphas_cumprod
    optimiser = torch.optim.Adam(unet.parameters(), 4e-3)
    draws = torch.Generator().manual_seed(5)
    for _ in range(_STEPS):
        rows = torch.randint(0, len(latents), (_BATCH,), generator=draws)
        told = named[rows // _EACH].clone()
        told[torch.rand(_BATCH, generator=draws) < 0.25] = plain
        step = torch.randint(0, 1000, (_BATCH,), generator=draws)
        noise, share = torch.randn(latents[rows].shape, generator=draws), signal[step].view(-1, 1, 1, 1)
        mixed = share.sqrt() * latents[rows] + (1 - share).sqrt() * noise
        target = share.sqrt() * noise - (1 - share).sqrt() * latents[rows]
        loss = (unet(mixed, step, encoder_hidden_states=told).sample - target).pow(2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    unet.eval().requires_grad_(False)
