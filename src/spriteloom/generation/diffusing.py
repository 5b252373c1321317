"""`DiffusionMaker`: a diffusion at work: from noise, from sprites, between them, inside masks. Knows no file.

Networks see groups of one fixed size, the last one filled up, so that a picture depends on its own seed and
condition and not on what stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.codecs.spaces import Space
from spriteloom.data.tensors import Bytes
from spriteloom.diffusion.ddpm import DDPM
from spriteloom.diffusion.flow import Flow, Walk, begin, follow
from spriteloom.diffusion.noise import noise_of
from spriteloom.diffusion.samplers import Mend, as_it_is
from spriteloom.errors import ImpossibleModel
from spriteloom.priors.draw import Draw
from spriteloom.training.hardware import fast

GROUP = 8
LEAST = 0.02  # σ from which a sprite is followed back to its noise

Floats = NDArray[np.float32]
Painter = Callable[[Tensor, Tensor, Sequence[int]], Tensor]  # grids, conditions, seeds → clean grids


@dataclass(frozen=True, eq=False, kw_only=True)
class DiffusionMaker:
    """`width` is the length of a condition; shorter ones are filled up with 0: nothing said.

    `guide` is the network as it was when it had learned little, where the recipe keeps that.
    """

    space: Space
    network: nn.Module
    guide: nn.Module | None = None
    process: Flow | DDPM
    path: Walk
    width: int
    words: int = 0  # numbers of a sentence in the condition, behind the labels

    @property
    def guidance(self) -> float:
        """The recipe's own."""
        return self.path.guidance

    def make(self, conditions: Floats, draw: Draw) -> Bytes:
        """One picture for each seed: uint8 (n, size, size, 4 or 3), alpha as soft as it comes."""
        return self.from_noise(noise_of(draw.seeds, self.space.shape) * draw.temperature, conditions, draw)

    def vary(self, rgba: Bytes, strength: float, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures (n, size, size, 4) made anew from σ = `strength` on: 0 leaves them, 1 forgets them.

        Raises ImpossibleModel for a strength beyond that, or a process that cannot begin in between.
        """
        if not 0 < strength <= 1:
            raise ImpossibleModel(f"a strength of {strength} cannot be: give a number above 0, at most 1")
        grids = begin(self.space.grids(rgba), draw.seeds, strength)
        return self.space.pictures(
            self._painted(grids, conditions, draw, self._paint(draw.guidance, start=strength))
        )

    def from_noise(self, noise: Tensor, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures from these noises (n, *shape), a condition for each; the draw's seeds add none."""
        return self.space.pictures(self._painted(noise, conditions, draw, self._paint(draw.guidance)))

    def noise_behind(self, rgba: Bytes, conditions: Floats) -> Tensor:
        """The noise (n, *shape) from which the flow leads to these pictures, about: its path walked back."""
        draw = Draw(seeds=tuple(range(len(rgba))))
        return self._painted(self.space.grids(rgba) * (1 - LEAST), conditions, draw, self._back())

    def inpaint(self, rgba: Bytes, mask: NDArray[np.bool_], conditions: Floats, draw: Draw) -> Bytes:
        """n pictures like `rgba` (size, size, 4) where `mask` (size, size) is False, new where it is True.

        What is kept is kept byte for byte. Of a grid position that holds both, the new part is painted to
        fit.
        """
        n = len(draw.seeds)
        known = self.space.grids(rgba[None]).expand(n, *self.space.shape)
        still = noise_of(draw.seeds, self.space.shape)
        free = self._free(mask)

        def paint(grids: Tensor, asked: Tensor, seeds: Sequence[int]) -> Tensor:
            own = [draw.seeds.index(seed) for seed in seeds]
            here, dust = known[own], still[own]
            return self._walk(
                grids,
                asked,
                draw.guidance,
                mend=lambda x, sigma: torch.where(free, x, torch.lerp(here, dust, sigma)),
            )

        made = self.space.pictures(self._painted(still, conditions, draw, paint))
        return np.where(mask[..., None], made, rgba)

    def _free(self, mask: NDArray[np.bool_]) -> Tensor:
        """Which positions of the grid (h, w) hold a pixel that may change."""
        side = self.space.shape[-1]
        m = len(mask) // side
        return torch.from_numpy(mask.reshape(side, m, side, m).any((1, 3)))

    def _paint(self, guidance: float, *, start: float = 1.0) -> Painter:
        process = self.process
        if isinstance(process, Flow):
            return lambda grids, asked, seeds: self._walk(grids, asked, guidance, start=start)  # noqa: ARG005
        if start < 1:
            raise ImpossibleModel("this diffusion only begins at noise: use one that flows, `diffusion`")
        return lambda grids, asked, seeds: process.sample(self.network, grids, asked, seeds)

    def _walk(
        self,
        grids: Tensor,
        asked: Tensor,
        guidance: float,
        *,
        start: float = 1.0,
        mend: Mend = as_it_is,
    ) -> Tensor:
        path = replace(self.path, guidance=guidance)
        return follow(self.network, grids, asked, path, guide=self.guide, start=start, mend=mend)

    def _back(self) -> Painter:
        """Euler's steps from σ = `LEAST` up to 1."""
        steps = 2 * self.path.steps
        ladder = [LEAST + (1 - LEAST) * i / steps for i in range(steps + 1)]

        @torch.no_grad()
        def climb(x: Tensor, asked: Tensor, seeds: Sequence[int]) -> Tensor:  # noqa: ARG001
            for now, then in pairwise(ladder):
                clean = self.network(x, x.new_full((len(x),), now), asked).float()
                x = x + (then - now) * (x - clean) / now
            return x

        return climb

    def _painted(self, grids: Tensor, conditions: Floats, draw: Draw, paint: Painter) -> Tensor:
        """`paint` on groups of `GROUP`, on the network's device, in bf16 where that is fast."""
        device = next(self.network.parameters()).device
        asked = torch.zeros(len(grids), self.width)
        asked[:, : conditions.shape[1]] = torch.from_numpy(np.ascontiguousarray(conditions))
        made = torch.empty_like(grids)
        for i in range(0, len(grids), GROUP):
            own = range(i, min(i + GROUP, len(grids)))
            filled = [*own, *[own[-1]] * (GROUP - len(own))]
            seeds = [draw.seeds[min(j, len(draw.seeds) - 1)] for j in filled]
            with fast(device.type):
                some = paint(grids[filled].to(device), asked[filled].to(device), seeds)
            made[i : i + len(own)] = some[: len(own)].float().cpu()
        return made
