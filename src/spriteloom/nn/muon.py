"""`Muon`: an optimizer with orthogonal steps, for the matrices inside a network.

The momentum of a weight is replaced by the nearest matrix with orthonormal rows or columns, so that a step is
equally long in every direction of the gradient (Jordan et al. 2024,
https://kellerjordan.github.io/posts/muon). Convolutions (o, i, k, k) are matrices (o, i·k·k). First and last
layers, biases and norms belong to AdamW.

n, m: rows and columns of a matrix, n the smaller number; g: matrices of one shape.

A step is hundreds of small products. On a GPU, starting them takes longer than computing them (27 ms of 57 in a step of
`tiles`, and 1.7 ms, on an H200), so they are recorded as a CUDA graph, which starts at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from spriteloom.nn.graphs import Recorder

ROUNDS = 5  # of Newton and Schulz's iteration
QUINTIC = (3.4445, -4.7750, 2.0315)  # its polynomial: steepest at 0; singular values end between 0.7 and 1.2
MOMENTUM = 0.95
BLOCK = 128  # rows that are orthogonalized together on a CPU


class Muon(Optimizer):
    """Steps of length `lr` in every direction of a weight; √(rows/columns) longer for a tall matrix.

    `weights` are all on one device.
    """

    def __init__(self, weights: Iterable[nn.Parameter], lr: float, momentum: float = MOMENTUM) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum})
        self._recorder = Recorder()

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient."""
        assert closure is None, "Muon takes no closure"
        for index, group in enumerate(self.param_groups):
            weights = [weight for weight in group["params"] if weight.grad is not None]
            if not weights:
                continue
            moments = [self._moment(weight) for weight in weights]
            gradients = [weight.grad for weight in weights]
            step = partial(_move, weights, moments, momentum=group["momentum"])
            self._recorder.run(index, step, gradients, group["lr"])

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._recorder = Recorder()  # the moments are other tensors now

    def _moment(self, weight: nn.Parameter) -> Tensor:
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        moment: Tensor = state["momentum"]
        return moment


def _move(
    weights: list[nn.Parameter],
    moments: list[Tensor],
    gradients: list[Tensor],
    lr: Tensor,
    *,
    momentum: float,
) -> None:
    """Move weights in place, all of a shape at once; `lr` is a scalar on their device."""
    torch._foreach_lerp_(moments, gradients, 1 - momentum)
    ahead = torch._foreach_lerp(gradients, moments, momentum)  # Nesterov's
    for places in _by_shape(weights):
        steps = orthogonalize(torch.stack([ahead[i].flatten(1) for i in places]))
        rows, columns = steps.shape[1:]
        steps = steps.float() * (lr * math.sqrt(max(1.0, rows / columns)))
        chosen: list[Tensor] = [weights[i] for i in places]
        torch._foreach_sub_(
            chosen, [step.reshape(weight.shape) for step, weight in zip(steps, chosen, strict=True)]
        )


def orthogonalize(matrices: Tensor) -> Tensor:
    """(g, n, m) → about U·Vᵀ of each matrix's singular value decomposition U·S·Vᵀ, of the same shape.

    Newton and Schulz's iteration: in bfloat16 on whole matrices on a GPU, whose tensor cores make that faster,
    in float32 on blocks of rows on a CPU.
    """
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = by_matrix(x.bfloat16()) if x.device.type == "cuda" else by_blocks(x.float())
    return x.mT if tall else x


def by_blocks(x: Tensor, block: int = BLOCK) -> Tensor:
    """Orthogonalize each `block` rows of (g, n, m) separately; all rows together if n is not a multiple.

    At 32×32 the optimizer takes 101 ms of a step of `diffusion`, with `by_gram` 208 and with `by_matrix`
    323. After 60 seconds the loss on held-out CC0 sprites was 0.315, 0.334 and 0.345
    (`benchmarks/optimizer.json`). Khaled et al. 2025, arXiv:2510.16981.
    """
    g, n, m = x.shape
    if n <= block or n % block:
        return by_gram(x)
    return by_gram(x.reshape(-1, block, m)).reshape(g, n, m)


def by_matrix(x: Tensor) -> Tensor:
    """The iteration as it is defined: `ROUNDS` times x ← a·x + (b·G + c·G²)·x with G = x·xᵀ.

    A round takes 2·n²m + n³ products: 95·n³ in all for a 3×3 convolution of as many inputs as outputs.
    """
    x = _unit(x)
    a, b, c = QUINTIC
    for _ in range(ROUNDS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x


def by_gram(x: Tensor) -> Tensor:
    """The same result with fewer products: every round multiplies x by a polynomial of its Gram matrix.

    The polynomials commute, so they are multiplied with each other, n×n, and once with x: 2·n²m + 17·n³
    products, 35·n³ where `by_matrix` takes 95. In float32, because small values of x are squared in G.
    """
    x = _unit(x)
    gram = x @ x.mT
    product = _polynomial(gram, QUINTIC)
    p = product
    for _ in range(ROUNDS - 1):
        gram = p @ (p @ gram)
        p = _polynomial(gram, QUINTIC)
        product = p @ product
    result: Tensor = product @ x
    return result


def _polynomial(gram: Tensor, coefficients: tuple[float, float, float]) -> Tensor:
    """a + b·G + c·G²."""
    a, b, c = coefficients
    p: Tensor = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
    p.diagonal(dim1=1, dim2=2).add_(a)
    return p


def _unit(x: Tensor) -> Tensor:
    """Matrices of norm 1, so that no singular value is larger."""
    length: Tensor = x.flatten(1).norm(dim=1)[:, None, None]
    return x / (length + 1e-7)


def _by_shape(weights: list[nn.Parameter]) -> list[list[int]]:
    """The places of the weights of each shape."""
    groups: dict[torch.Size, list[int]] = {}
    for i, weight in enumerate(weights):
        groups.setdefault(weight.shape, []).append(i)
    return list(groups.values())
