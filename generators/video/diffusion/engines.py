"""The engines of diffusers' pipelines by name, as the registry finds them."""

from __future__ import annotations

from generators.video.diffusion.engine import DiffusionEngine

__all__ = [
    "AnimateDiff",
    "CogVideoX",
    "Flux",
    "Hunyuan",
    "Ltx",
    "Ltx2",
    "StableDiffusion",
    "StableDiffusion3",
    "StableDiffusionXL",
    "Wan",
    "WanImage",
]


class Wan(DiffusionEngine):
    """``video=wan``. Wan: moving pictures from a prompt, steered by emotion."""

    family_name = "wan"


class WanImage(DiffusionEngine):
    """``video=wan-image``. Wan image-to-video: a picture of the built-in scenes set in motion, steered by emotion."""

    family_name = "wan-image"


class Ltx(DiffusionEngine):
    """``video=ltx``. LTX-Video: moving pictures from a prompt, steered by emotion."""

    family_name = "ltx"


class Ltx2(DiffusionEngine):
    """``video=ltx2``. LTX-2: moving pictures from a prompt, steered by emotion; its sound is left out."""

    family_name = "ltx2"


class AnimateDiff(DiffusionEngine):
    """``video=animatediff``. AnimateDiff: a short moving picture from a prompt, steered by emotion."""

    family_name = "animatediff"


class Hunyuan(DiffusionEngine):
    """``video=hunyuan``. HunyuanVideo: moving pictures from a prompt, steered by emotion."""

    family_name = "hunyuan"


class CogVideoX(DiffusionEngine):
    """``video=cogvideox``. CogVideoX: moving pictures from a prompt, steered by emotion."""

    family_name = "cogvideox"


class StableDiffusion(DiffusionEngine):
    """``video=sd``. Stable Diffusion: a picture from a prompt, steered by emotion."""

    family_name = "sd"


class StableDiffusionXL(DiffusionEngine):
    """``video=sdxl``. Stable Diffusion XL: a picture from a prompt, steered by emotion."""

    family_name = "sdxl"


class StableDiffusion3(DiffusionEngine):
    """``video=sd3``. Stable Diffusion 3: a picture from a prompt, steered by emotion."""

    family_name = "sd3"


class Flux(DiffusionEngine):
    """``video=flux``. Flux: a picture from a prompt, steered by emotion."""

    family_name = "flux"
