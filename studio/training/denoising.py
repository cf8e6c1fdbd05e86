"""The loss that a pipeline of pictures was itself trained with: how well its denoiser finds the noise in a picture that is known.

* Stable Diffusion 1, 2 and XL: the noise, or the velocity, at a step of the schedule (Ho et al. 2020; Salimans & Ho 2022).
* Stable Diffusion 3, Flux, Wan: the straight way from picture to noise (Lipman et al. 2023; Esser et al. 2024); Wan takes a film of one frame.

Times are shares of the whole way, 0 the picture and 1 the noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conditioning.errors import RequestError
from generators.diffusion.families import Family
from generators.hub.directions import Encoded

if TYPE_CHECKING:
    import torch

__all__ = ["TRAINABLE", "Denoising"]

TRAINABLE = ("sd", "sdxl", "sd3", "flux", "wan")
"""Engines whose loss is known."""


class Denoising:
    """A pipeline's own loss on known pictures; its weights are left as they are.

    Args:
        family: of the pipeline.
        pipeline: of diffusers.

    Raises:
        RequestError: the loss of this family is not known.
    """

    def __init__(self, family: Family, pipeline: Any) -> None:
        if family.name not in TRAINABLE:
            known = ", ".join(f"video={name}" for name in TRAINABLE)
            raise RequestError(f"{family.engine} cannot be trained on pictures.", f"These can: {known}.")
        self._name, self._pipeline = family.name, pipeline
        self.denoiser: Any = pipeline.unet if family.name in ("sd", "sdxl") else pipeline.transformer

    def latents(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures ``(B, 3, H, W)`` in -1..1 as the denoiser's latents, scaled as it knows them.

        The middle of the autoencoder's distribution is taken, so that a picture always has the same.
        """
        import torch

        vae = self._pipeline.vae
        config = vae.config
        with torch.no_grad():
            seen = pictures.to(vae.device, vae.dtype)
            if self._name == "wan":
                found = vae.encode(seen[:, :, None]).latent_dist.mode().float()
                mean, deviation = (
                    torch.tensor(values).view(1, -1, 1, 1, 1).to(found)
                    for values in (config.latents_mean, config.latents_std)
                )
                return (found - mean) / deviation
            found = vae.encode(seen).latent_dist.mode().float()
            return (found - (getattr(config, "shift_factor", None) or 0.0)) * config.scaling_factor

    def losses(
        self, latents: torch.Tensor, noise: torch.Tensor, times: torch.Tensor, told: Encoded
    ) -> torch.Tensor:
        """The mean squared error of each picture ``(B,)``.

        Args:
            latents: of ``latents``.
            noise: like the latents, normal.
            times: ``(B,)``, 0..1.
            told: the embedded prompts, a row for each picture.
        """
        if self._name in ("sd", "sdxl"):
            found, target = self._on_schedule(latents, noise, times, told)
        else:
            found, target = self._on_the_way(latents, noise, times, told)
        return (found.float() - target).pow(2).flatten(1).mean(1)

    def _on_schedule(
        self, latents: torch.Tensor, noise: torch.Tensor, times: torch.Tensor, told: Encoded
    ) -> tuple[torch.Tensor, torch.Tensor]:
        scheduler = self._pipeline.scheduler
        steps = scheduler.config.num_train_timesteps
        step = (times * steps).long().clamp(max=steps - 1)
        signal = scheduler.alphas_cumprod.to(latents)[step].view(-1, 1, 1, 1)
        mixed = signal.sqrt() * latents + (1 - signal).sqrt() * noise
        states = told.states.to(self.denoiser.dtype)
        more: dict[str, Any] = {}
        if self._name == "sdxl":
            side = latents.shape[-1] * self._pipeline.vae_scale_factor
            ids = latents.new_tensor([[side, side, 0, 0, side, side]]).repeat(len(latents), 1)
            more["added_cond_kwargs"] = {"text_embeds": told.pooled, "time_ids": ids.to(states)}
        found = self.denoiser(mixed.to(states), step, encoder_hidden_states=states, **more).sample
        if scheduler.config.prediction_type == "v_prediction":
            return found, signal.sqrt() * noise - (1 - signal).sqrt() * latents
        return found, noise

    def _on_the_way(
        self, latents: torch.Tensor, noise: torch.Tensor, times: torch.Tensor, told: Encoded
    ) -> tuple[torch.Tensor, torch.Tensor]:
        shift = getattr(self._pipeline.scheduler.config, "shift", None) or 1.0
        far = shift * times / (1 + (shift - 1) * times)  # as the scheduler spends its steps
        shares = far.view(-1, *[1] * (latents.ndim - 1))
        mixed = (1 - shares) * latents + shares * noise
        states = told.states.to(self.denoiser.dtype)
        if self._name == "flux":
            return self._flux(mixed, far, told), noise - latents
        more = {"pooled_projections": told.pooled.to(states)} if told.pooled is not None else {}
        found = self.denoiser(
            hidden_states=mixed.to(states),
            timestep=far * 1000,
            encoder_hidden_states=states,
            return_dict=False,
            **more,
        )[0]
        return found, noise - latents

    def _flux(self, mixed: torch.Tensor, far: torch.Tensor, told: Encoded) -> torch.Tensor:
        """Flux takes squares of four latents in a row, with places."""
        pipeline, states = self._pipeline, told.states.to(self.denoiser.dtype)
        count, channels, height, width = mixed.shape
        packed = pipeline._pack_latents(mixed, count, channels, height, width)
        places = pipeline._prepare_latent_image_ids(
            count, height // 2, width // 2, mixed.device, states.dtype
        )
        guidance = far.new_ones(count) if self.denoiser.config.guidance_embeds else None
        assert told.pooled is not None, "Flux has a pooled vector"
        found = self.denoiser(
            hidden_states=packed.to(states), timestep=far, guidance=guidance, pooled_projections=told.pooled.to(states),
            encoder_hidden_states=states, txt_ids=states.new_zeros(states.shape[1], 3), img_ids=places, return_dict=False,
        )[0]  # fmt: skip
        side = pipeline.vae_scale_factor
        unpacked: torch.Tensor = pipeline._unpack_latents(found, height * side, width * side, side)
        return unpacked
