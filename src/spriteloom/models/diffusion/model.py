"""`DiffusionModel`: a diffusion at work: from noise, from sprites, between them, inside masks.

Networks see groups of one fixed size, the last one filled up, so that a picture depends on its own seed and
condition and not on what stands beside it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.models.capabilities import LatentSpace
from spriteloom.models.diffusion import ddpm, flow
from spriteloom.models.diffusion.autoguidance import join_state_dicts
from spriteloom.models.diffusion.ddpm import DDPM, DDPMSamplerConfig
from spriteloom.models.diffusion.flow import FlowSamplerConfig
from spriteloom.models.diffusion.presets import Config, Shape
from spriteloom.models.diffusion.samplers import Mend, as_it_is
from spriteloom.models.diffusion.sentences import embed
from spriteloom.models.sampling import SamplingModel
from spriteloom.nn.devices import autocast
from spriteloom.nn.sampling import noise_of, slerp
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import Labels
from spriteloom.priors.draw import Draw
from spriteloom.training.runs import RunConfig

GROUPS = {"cuda": 64}  # samples side by side on a device; elsewhere `GROUP`
GROUP = 8
LEAST = 0.02  # σ from which a sprite is followed back to its noise

Painter = Callable[[Tensor, Tensor, Sequence[int]], Tensor]  # grids, conditions, seeds → clean grids


class DiffusionModel(SamplingModel):
    """`Samples` and `Edits`. Conditions that are too short are filled up with 0: nothing said.

    `autoguidance` is the network as it was when it had learned little, where the config keeps that.
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

    def weights(self) -> Mapping[str, Tensor]:
        return join_state_dicts(self.network, self.autoguidance)

    @property
    def size(self) -> int:
        return self.space.size

    @property
    def noise_shape(self) -> tuple[int, ...]:
        """Of what a sample begins with."""
        return self.space.shape

    @property
    def guidance_scale(self) -> float:
        """The sampler's own."""
        return self.sampler.guidance_scale if isinstance(self.sampler, FlowSamplerConfig) else 1.0

    @property
    def takes_guidance(self) -> bool:
        """Whether there are conditions, or a worse model, to be guided by; a DDPM has neither."""
        guided = self.conditions.size > 0 or self.shape.words > 0 or self.autoguidance is not None
        return guided and isinstance(self.sampler, FlowSamplerConfig)

    def condition(self, labels: Labels | None = None, prompt: str | None = None) -> Floats:
        if prompt is None or not self.shape.words:
            return super().condition(labels, prompt)
        return np.concatenate([self.conditions.encode(labels or {}), embed([prompt])[0]])

    def with_sampler(self, *, num_steps: int | None = None, sampler: str | None = None) -> Self:
        """The same model sampled in so many steps, by another sampler. Raises ImpossibleModel."""
        changes: dict[str, Any] = {"num_steps": num_steps, "sampler": sampler}
        other = copy.copy(self)
        other.sampler = replace(self.sampler, **{k: v for k, v in changes.items() if v is not None})
        return other

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        """One picture for each seed: uint8 (n, size, size, 4 or 3), alpha as soft as it comes."""
        return self.from_noise(noise_of(draw.seeds, self.space.shape) * draw.temperature, conditions, draw)

    def from_noise(self, noise: Tensor, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures from these noises (n, *shape), a condition for each; the draw's seeds add none."""
        return self.space.decode(self._painted(noise, conditions, draw, self._painter(draw.guidance)))

    def vary(self, rgba: Bytes, strength: float, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures (n, size, size, 4) made anew from σ = `strength` on: 0 leaves them, 1 forgets them.

        Raises ImpossibleModel for a strength beyond that, or a process that cannot begin in between.
        """
        if not 0 < strength <= 1:
            raise ImpossibleModel(f"a strength of {strength} cannot be: give a number above 0, at most 1")
        grids = flow.add_noise(self.space.encode(rgba), draw.seeds, strength)
        paint = self._painter(draw.guidance, start=strength)
        return self.space.decode(self._painted(grids, conditions, draw, paint))

    def inpaint(self, rgba: Bytes, mask: NDArray[np.bool_], conditions: Floats, draw: Draw) -> Bytes:
        """n pictures like `rgba` (size, size, 4) where `mask` (size, size) is False, new where it is True.

        What is kept is kept byte for byte. Of a grid position that holds both, the new part is painted to
        fit.
        """
        known = self.space.encode(rgba[None]).to(self.device)  # (1, *shape)
        still = noise_of(draw.seeds, self.space.shape)
        free = self._free(mask).to(self.device)

        def paint(grids: Tensor, asked: Tensor, seeds: Sequence[int]) -> Tensor:
            dust = still[[draw.seeds.index(seed) for seed in seeds]].to(self.device)
            return self._flow(
                grids,
                asked,
                draw.guidance,
                mend=lambda x, sigma: torch.where(free, x, torch.lerp(known, dust, sigma)),
            )

        made = self.space.decode(self._painted(still, conditions, draw, paint))
        return np.where(mask[..., None], made, rgba)

    def interpolate(self, a: Bytes, b: Bytes, shares: Sequence[float], conditions: Floats) -> Bytes:
        """A picture between a and b, uint8 (size, size, 4), for each share from 0 to 1 and condition.

        Through the noises behind them, without guidance.
        """
        behind = self._noise_behind(np.stack([a, b]), np.repeat(conditions[:1], 2, 0))
        way = torch.stack([slerp(behind[0], behind[1], share) for share in shares])
        return self.from_noise(way, conditions, Draw(seeds=tuple(range(len(way))), guidance=1.0))

    def _noise_behind(self, rgba: Bytes, conditions: Floats) -> Tensor:
        """The noise (n, *shape) from which the flow leads to these pictures, about: its path walked back."""
        self._only_flow()
        draw = Draw(seeds=tuple(range(len(rgba))))
        return self._painted(self.space.encode(rgba) * (1 - LEAST), conditions, draw, self._climb())

    def _free(self, mask: NDArray[np.bool_]) -> Tensor:
        """Which positions of the grid (h, w) hold a pixel that may change."""
        side = self.space.shape[-1]
        m = len(mask) // side
        return torch.from_numpy(mask.reshape(side, m, side, m).any((1, 3)))

    def _painter(self, guidance: float, *, start: float = 1.0) -> Painter:
        process, sampler = self.process, self.sampler
        if isinstance(process, DDPM) and isinstance(sampler, DDPMSamplerConfig):
            if start < 1:
                self._only_flow()
            return lambda grids, asked, seeds: ddpm.sample(
                self.network, grids, asked, seeds, process, sampler
            )
        return lambda grids, asked, seeds: self._flow(grids, asked, guidance, start=start)  # noqa: ARG005

    def _flow(
        self,
        grids: Tensor,
        asked: Tensor,
        guidance: float,
        *,
        start: float = 1.0,
        mend: Mend = as_it_is,
    ) -> Tensor:
        config = replace(self._only_flow(), guidance_scale=guidance)
        return flow.sample(
            self.network, grids, asked, config, autoguidance=self.autoguidance, start=start, mend=mend
        )

    def _only_flow(self) -> FlowSamplerConfig:
        """The sampler of a flow. Raises ImpossibleModel where this is none."""
        if not isinstance(self.sampler, FlowSamplerConfig):
            raise ImpossibleModel(f"{self.name} only begins at noise: use one that flows, `diffusion`")
        return self.sampler

    def _climb(self) -> Painter:
        """Euler's steps from σ = `LEAST` up to 1."""
        steps = 2 * self.sampler.num_steps
        ladder = [LEAST + (1 - LEAST) * i / steps for i in range(steps + 1)]

        @torch.no_grad()
        def climb(x: Tensor, asked: Tensor, seeds: Sequence[int]) -> Tensor:  # noqa: ARG001
            for now, then in pairwise(ladder):
                clean = self.network(x, x.new_full((len(x),), now), asked).float()
                x = x + (then - now) * (x - clean) / now
            return x

        return climb

    def _painted(self, grids: Tensor, conditions: Floats, draw: Draw, paint: Painter) -> Tensor:
        """`paint` on groups, on the model's device, in bf16 where that is fast: the grids, on the CPU."""
        asked = torch.zeros(len(grids), self.shape.conditions)
        asked[:, : conditions.shape[1]] = torch.from_numpy(np.ascontiguousarray(conditions))
        grids, made = grids.cpu(), torch.empty(grids.shape)
        group = GROUPS.get(self.device.type, GROUP)
        for i in range(0, len(grids), group):
            own = range(i, min(i + group, len(grids)))
            filled = [*own, *[own[-1]] * (group - len(own))]
            seeds = [draw.seeds[min(j, len(draw.seeds) - 1)] for j in filled]
            with autocast(self.device):
                some = paint(grids[filled].to(self.device), asked[filled].to(self.device), seeds)
            made[i : i + len(own)] = some[: len(own)].float().cpu()
        return made
