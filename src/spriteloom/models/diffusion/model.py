"""`DiffusionModel`: samples, varies, inpaints and interpolates pictures by a trained diffusion.

Networks run on groups of a fixed size, the last one filled up, so that a picture depends on its own seed and
condition and not on the others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import Model, Weights
from spriteloom.models.capabilities import Edits, LatentSpace
from spriteloom.models.diffusion import ddpm, flow
from spriteloom.models.diffusion.ddpm import DDPM, DDPMSamplerConfig
from spriteloom.models.diffusion.denoiser import join_state_dicts
from spriteloom.models.diffusion.flow import FlowSamplerConfig
from spriteloom.models.diffusion.presets import Config, FoldedPixels, Shape
from spriteloom.models.diffusion.samplers import Constraint, Pull, no_constraint
from spriteloom.models.diffusion.words import check_prompt
from spriteloom.models.finishing import finish, onto_palette
from spriteloom.nn.devices import autocast
from spriteloom.nn.sampling import noise_of, slerp
from spriteloom.pixels import Palette
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.pixels.palette import visible_colors
from spriteloom.priors.condition import Labels
from spriteloom.priors.draw import Draw
from spriteloom.progress import tracked
from spriteloom.training.runs import RunConfig

GROUP = 4  # samples in a forward pass
GROUPS = {"cuda": 256}  # the same on other devices
MIN_SIGMA = 0.02  # from which inversion starts
PALETTE_SIGMA = 0.5  # from which on predictions are mapped to the palette: the composition is decided then

DenoiseGroup = Callable[[Tensor, Tensor, Sequence[int]], Tensor]  # noisy latents, conditions, seeds → latents


class DiffusionModel(Edits):
    """A trained diffusion. Short conditions are padded with 0, for unknown.

    `autoguidance` is the network of an early step of its training, if the config keeps it.
    """

    def __init__(
        self,
        config: RunConfig,
        hyperparameters: Config,
        shape: Shape,
        space: LatentSpace,
        network: nn.Module,
        autoguidance: nn.Module | None,
        base: Model | None,
    ) -> None:
        super().__init__(config, base)
        self.hyperparameters, self.shape, self.space = hyperparameters, shape, space
        self.network, self.autoguidance = network, autoguidance
        self.process, self.sampler = hyperparameters.process, hyperparameters.sampler

    def networks(self) -> Iterable[nn.Module]:
        return [self.network, *([self.autoguidance] if self.autoguidance else [])]

    def weights(self) -> Weights:
        return join_state_dicts(self.network, self.autoguidance)

    @property
    def size(self) -> int:
        return self.space.size

    @property
    def noise_shape(self) -> tuple[int, ...]:
        return self.space.shape

    @property
    def guidance_scale(self) -> float:
        return self.sampler.guidance_scale if isinstance(self.sampler, FlowSamplerConfig) else 1.0

    @property
    def takes_guidance(self) -> bool:
        can_guide = self.conditions.size > 0 or self.shape.words > 0 or self.autoguidance is not None
        return can_guide and isinstance(self.sampler, FlowSamplerConfig)

    @property
    def takes_prompt(self) -> bool:
        return self.hyperparameters.text is not None

    def condition(self, labels: Labels | None = None, prompt: str | None = None) -> Floats:
        text = self.hyperparameters.text
        if prompt is None or text is None:
            return super().condition(labels, prompt)
        check_prompt(prompt)
        vector = text.embed([prompt]).of(torch.zeros(1, dtype=torch.int64))[0]
        return np.concatenate([self.conditions.encode(labels or {}), vector.numpy()])

    def with_sampler(self, *, num_steps: int | None = None, sampler: str | None = None) -> Self:
        changes: dict[str, Any] = {"num_steps": num_steps, "sampler": sampler}
        other = copy.copy(self)
        other.sampler = replace(self.sampler, **{k: v for k, v in changes.items() if v is not None})
        return other

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        return self.from_noise(noise_of(draw.seeds, self.space.shape) * draw.temperature, conditions, draw)

    def from_noise(self, noise: Tensor, conditions: Floats, draw: Draw) -> Bytes:
        return self.space.decode(self._in_groups(noise, conditions, draw, self._denoiser(draw)))

    def vary(self, rgba: Bytes, strength: float, conditions: Floats, draw: Draw) -> Bytes:
        if not 0 < strength <= 1:
            raise ImpossibleModel(f"the strength is {strength}: give a number above 0, at most 1")
        latents = flow.add_noise(self.space.encode(rgba), draw.seeds, strength)
        denoise = self._denoiser(draw, start=strength)
        return self.space.decode(self._in_groups(latents, conditions, draw, denoise))

    def inpaint(self, rgba: Bytes, mask: NDArray[np.bool_], conditions: Floats, draw: Draw) -> Bytes:
        """See `Edits`. A latent position with both kinds of pixels is new."""
        known = self.space.encode(rgba[None]).to(self.device)  # (1, *shape)
        noise = noise_of(draw.seeds, self.space.shape)
        free = self._free(mask).to(self.device)

        def denoise(x: Tensor, conditions: Tensor, seeds: Sequence[int]) -> Tensor:
            own_noise = noise[[draw.seeds.index(seed) for seed in seeds]].to(self.device)

            def keep_known(x: Tensor, sigma: float) -> Tensor:
                return torch.where(free, x, torch.lerp(known, own_noise, sigma))

            return self._flow(x, conditions, draw, constrain=keep_known)

        pictures = self.space.decode(self._in_groups(noise, conditions, draw, denoise))
        return np.where(mask[..., None], pictures, rgba)

    def interpolate(self, a: Bytes, b: Bytes, shares: Sequence[float], conditions: Floats) -> Bytes:
        """See `Edits`. Interpolates between the pictures' noise, without guidance."""
        ends = self._invert(np.stack([a, b]), np.repeat(conditions[:1], 2, 0))
        noise = torch.stack([slerp(ends[0], ends[1], share) for share in shares])
        return self.from_noise(noise, conditions, Draw(seeds=tuple(range(len(noise))), guidance=1.0))

    def _invert(self, rgba: Bytes, conditions: Floats) -> Tensor:
        """The noise (n, *shape) that the flow turns into about these pictures, by Euler steps up to σ = 1."""
        self._flow_sampler()
        draw = Draw(seeds=tuple(range(len(rgba))))
        steps = 2 * self.sampler.num_steps
        levels = [MIN_SIGMA + (1 - MIN_SIGMA) * i / steps for i in range(steps + 1)]

        @torch.no_grad()
        def add_noise(x: Tensor, conditions: Tensor, seeds: Sequence[int]) -> Tensor:  # noqa: ARG001
            for now, then in tracked(list(pairwise(levels)), "inverting"):
                clean = self.network(x, x.new_full((len(x),), now), conditions).float()
                x = x + (then - now) * (x - clean) / now
            return x

        return self._in_groups(self.space.encode(rgba) * (1 - MIN_SIGMA), conditions, draw, add_noise)

    def _free(self, mask: NDArray[np.bool_]) -> Tensor:
        """Which positions of a latent (h, w) hold a pixel of the mask."""
        side = self.space.shape[-1]
        m = len(mask) // side
        return torch.from_numpy(mask.reshape(side, m, side, m).any((1, 3)))

    def _denoiser(self, draw: Draw, *, start: float = 1.0) -> DenoiseGroup:
        process, sampler = self.process, self.sampler
        if isinstance(process, DDPM) and isinstance(sampler, DDPMSamplerConfig):
            if start < 1:
                self._flow_sampler()
            return lambda x, conditions, seeds: ddpm.sample(
                self.network, x, conditions, seeds, process, sampler
            )
        return lambda x, conditions, seeds: self._flow(x, conditions, draw, start=start)  # noqa: ARG005

    def _flow(
        self,
        x: Tensor,
        conditions: Tensor,
        draw: Draw,
        *,
        start: float = 1.0,
        constrain: Constraint = no_constraint,
    ) -> Tensor:
        config = replace(self._flow_sampler(), guidance_scale=draw.guidance)
        return flow.sample(
            self.network,
            x,
            conditions,
            config,
            autoguidance=self.autoguidance,
            start=start,
            constrain=constrain,
            pull=self._pull(draw.palette),
        )

    def _pull(self, palette: Palette | None) -> Pull | None:
        """Makes predicted pixels flat at low noise, so that the network draws on in few colors, or in the palette's.

        With a palette that is from `PALETTE_SIGMA` on: a weight that rises as σ falls, or a mean of colors by their
        distance, left more lone pixels (benchmarks/palettes.py). Latents of an autoencoder stay as they are.
        """
        space, most = self.space, self._flow_sampler().flat_below if palette is None else PALETTE_SIGMA
        if not isinstance(space, FoldedPixels) or most == 0:
            return None
        colors = None if palette is None else visible_colors(palette)

        def flat(picture: Bytes) -> Bytes:
            return finish(picture, "").pixels if colors is None else onto_palette(picture, colors)

        def pull(clean: Tensor, sigma: float) -> Tensor:
            if sigma > most:
                return clean
            return space.encode(np.stack([flat(each) for each in space.decode(clean)])).to(clean.device)

        return pull

    def _flow_sampler(self) -> FlowSamplerConfig:
        """The sampler of a flow. Raises ImpossibleModel for another process."""
        if not isinstance(self.sampler, FlowSamplerConfig):
            raise ImpossibleModel(
                f"{self.name} samples from pure noise only: use a flow, such as `diffusion`"
            )
        return self.sampler

    def _in_groups(self, x: Tensor, conditions: Floats, draw: Draw, denoise: DenoiseGroup) -> Tensor:
        """`denoise` on groups of latents, in bf16 where that is fast; the results are on the CPU."""
        padded = torch.zeros(len(x), self.shape.conditions)
        padded[:, : conditions.shape[1]] = torch.from_numpy(np.ascontiguousarray(conditions))
        x, results = x.cpu(), torch.empty(x.shape)
        group = GROUPS.get(self.device.type, GROUP)
        for start in tracked(range(0, len(x), group), "sampling"):
            n = min(group, len(x) - start)
            rows = [min(i, len(x) - 1) for i in range(start, start + group)]
            seeds = [draw.seeds[min(i, len(draw.seeds) - 1)] for i in rows]
            with autocast(self.device):
                clean = denoise(x[rows].to(self.device), padded[rows].to(self.device), seeds)
            results[start : start + n] = clean[:n].float().cpu()
        return results
