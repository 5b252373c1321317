"""Vector quantization whose codebook is a moving average of the embeddings assigned to each code.

Notation: z (n, d) embeddings, e (k, d) the codebook, codes (n,) rows of e, weights (n,) counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from spriteloom.nn.processes import sum_over_processes


@dataclass(frozen=True, kw_only=True)
class DeadCodes:
    """When codes are dead and are reset: a dead code has less than `share` of an equal share of the codes.

    After `until` of a training's steps no code is reset: those steps only refine.
    """

    share: float = 0.002
    every: int = 20  # steps between resets
    until: float = 0.85

    def are_due(self, step: int, total: int | None) -> bool:
        """Whether to reset dead codes after this step of `total`, if that is known."""
        return step % self.every == 0 and (total is None or step < self.until * total)


class EMAQuantizer(nn.Module):
    """A quantizer of k codes of d numbers.

    Source: van den Oord et al. 2017, arXiv:1711.00937, appendix A.1. Codebook and accumulators are buffers:
    `ema_update` moves them, no gradient does.
    """

    codebook: Tensor  # (k, d)
    sums: Tensor  # (k, d), the accumulator
    counts: Tensor  # (k,)

    def __init__(self, k: int, d: int, decay: float = 0.99) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("codebook", torch.randn(k, d))
        self.register_buffer("sums", self.codebook.clone())
        self.register_buffer("counts", torch.ones(k))

    def distances(self, z: Tensor) -> Tensor:
        """Squared distances (n, k) without the term |z|², which is equal for all codes; in z's dtype."""
        e = self.codebook.to(z.dtype, copy=True)  # a copy: `ema_update` changes it before backward
        with torch.autocast(z.device.type, enabled=False):
            return torch.addmm(e.square().sum(1), z, e.T, alpha=-2)

    @torch.no_grad()
    def nearest(self, z: Tensor) -> Tensor:
        """Codes (n,) int64; ties go to the lowest."""
        return self.distances(z).argmin(1)

    def forward(self, z: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        """The nearest codes (n, d), whose gradient goes straight through to z, and the mean squared distances (n,).

        Updates the moving average.
        """
        codes = self.nearest(z)
        e = self.codebook[codes]
        distance = (z - e).square().mean(1)
        self.ema_update(z.detach(), codes, weights)
        return z + (e - z).detach(), distance

    @torch.no_grad()
    def init_codebook(self, codebook: Tensor, counts: Tensor) -> None:
        """Set the codebook (k, d), with the number of uses of each code (k,)."""
        codebook, counts = codebook.to(self.codebook.device), counts.to(self.codebook.device)
        self.counts.copy_(counts.clamp(min=1e-6 * float(counts.sum())))
        self.codebook.copy_(codebook)
        self.sums.copy_(codebook * self.counts[:, None])

    @torch.no_grad()
    def ema_update(self, z: Tensor, codes: Tensor, weights: Tensor) -> None:
        """One step of the moving average, over all processes."""
        used = weights.new_zeros(len(self.codebook)).index_add_(0, codes, weights)
        sums = self.codebook.new_zeros(self.codebook.shape).index_add_(
            0, codes, z.to(self.codebook.dtype) * weights[:, None]
        )
        used, sums = sum_over_processes(used), sum_over_processes(sums)
        self.counts.lerp_(used, 1 - self.decay)
        self.sums.lerp_(sums, 1 - self.decay)
        number = self.counts.sum()  # Laplace smoothing keeps unused codes finite
        smooth = (self.counts + 1e-5) / (number + len(self.counts) * 1e-5) * number
        self.codebook.copy_(self.sums / smooth[:, None])

    @torch.no_grad()
    def reset_dead_codes(self, rule: DeadCodes, z: Tensor, errors: Tensor, generator: torch.Generator) -> int:
        """Move dead codes to embeddings z (n, d) drawn in proportion to `errors` (n,); returns their number.

        Drawn on the CPU, so that every device draws the same.
        """
        dead = (self.counts < rule.share * self.counts.mean()).nonzero().ravel()
        dead = dead[: int((errors > 0).sum())]
        if len(dead) == 0:
            return 0
        chosen = torch.multinomial(errors.double().cpu(), len(dead), generator=generator).to(z.device)
        self.counts[dead] = 4 * rule.share * self.counts.mean()
        self.codebook[dead] = z[chosen].to(self.codebook.dtype)
        self.sums[dead] = self.codebook[dead] * self.counts[dead, None]
        return len(dead)

    def used(self) -> int:
        """The number of codes with more than a hundredth of an equal share of recent uses."""
        return int((self.counts > 0.01 * self.counts.mean()).sum())

    def perplexity(self) -> float:
        """2^entropy of recent uses: k if all codes are used equally, 1 if only one is used."""
        p = self.counts / self.counts.sum()
        return math.exp(float(-(p * p.clamp(min=1e-12).log()).sum()))
