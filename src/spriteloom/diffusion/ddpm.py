"""The second paper's process: noise in a thousand steps, and a network that says which noise there is.

Ho et al. 2020, arXiv:2006.11239, with the schedulers of `diffusers`. It serves vectors and grids alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.errors import ImpossibleModel

Network = Callable[[Tensor, Tensor, Tensor], Tensor]  # x (b, …), step (b,), conditions (b, e) → noise
SCHEDULERS = ("ddpm", "ddim")


@dataclass(frozen=True, kw_only=True)
class DDPM:
    """A linear schedule of betas over `steps`."""

    steps: int = 1000

    @property
    def settings(self) -> dict[str, Any]:
        """What `diffusers` builds the same schedule from."""
        return {"num_train_timesteps": self.steps, "beta_schedule": "linear", "clip_sample": False}

    def times(self, n: int, generator: torch.Generator) -> Tensor:
        """Steps of n grids, int64 (n,)."""
        return torch.randint(self.steps, (n,), generator=generator)

    def loss(
        self, network: Network, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor
    ) -> Tensor:
        """Mean squared error of the noise: eq. 14."""
        kept: Any = self._scheduler()
        x = kept.add_noise(clean, noise, times)
        return functional.mse_loss(network(x, times, conditions).float(), noise)

    @torch.no_grad()
    def sample(
        self, network: Network, noise: Tensor, conditions: Tensor, seeds: Sequence[int], *, by: str = "ddpm"
    ) -> Tensor:
        """From noise (n, …) to clean, by "ddpm" in all its steps or by "ddim" in a twentieth of them.

        What "ddpm" adds on its way comes from the sample's own seed too. Raises ImpossibleModel.
        """
        if by not in SCHEDULERS:
            raise ImpossibleModel(f"a DDPM is sampled by {' or '.join(SCHEDULERS)}, not {by!r}")
        from diffusers.schedulers.scheduling_ddim import DDIMScheduler

        scheduler: Any = self._scheduler() if by == "ddpm" else DDIMScheduler(**self.settings)
        scheduler.set_timesteps(self.steps if by == "ddpm" else max(1, self.steps // 20))
        own = {"generator": [torch.Generator().manual_seed(seed + 1) for seed in seeds]}
        x = noise
        for t in scheduler.timesteps:
            when = t.expand(len(x)).to(x.device)
            x = scheduler.step(network(x, when, conditions).float(), t, x, **own).prev_sample
        return x

    def _scheduler(self) -> Any:
        return _ddpm(self.steps)


@cache
def _ddpm(steps: int) -> Any:
    from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

    return DDPMScheduler(**DDPM(steps=steps).settings)
