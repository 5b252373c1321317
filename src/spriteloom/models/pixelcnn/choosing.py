"""From logits to a value, the same in every sampler.

A value is the argmax of logits / temperature + noise. Samplers compute the logits in different orders, which float32
rounds differently in the last bits. The value is therefore defined as that of float64: if the two best scores are
nearer than float32 can tell apart, the model decides in float64, on the receptive field of that position. Every
sampler then gives the same values, and a sample does not depend on its batch.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor

from spriteloom.errors import ImpossibleModel
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.nn.sampling import guided
from spriteloom.priors.draw import Draw, Noise

# The least difference between two scores that float32 can be trusted with, relative to 1 + the largest logit. Errors
# of 1e-6 were seen in a logit, of 4e-6 with weights three times as large; a difference may have twice that.
_TIE = 3e-5


class Chooser:
    """Noise, guidance, temperature and choice for one batch. Rows go in order, positions in any order.

    `conditions` are the model's input: under guidance they hold the batch twice, the second time as zeros.
    `copies` is 2 then, else 1.
    """

    def __init__(self, model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> None:
        _check(model, grid, conditions, draw)
        self.samples, self.grid = len(draw.seeds), grid
        self.drawn = self.settled = 0  # values in all, and those decided in float64
        self.copies = 2 if draw.guidance != 1 and model.conditions else 1
        known = conditions.to(next(model.parameters()))
        self.conditions = torch.cat([known, torch.zeros_like(known)]) if self.copies == 2 else known
        self._model, self._draw = model, draw
        self._tolerance = _TIE * (abs(draw.guidance) + abs(1 - draw.guidance)) / draw.temperature
        self._source = Noise(draw.seeds, model.k)
        self._noise = torch.empty(0)
        self._exact: GatedPixelCNN | None = None

    def empty(self) -> Tensor:
        """Grids to fill: int64 (b, channels, gh, gw)."""
        shape = (self.samples, self._model.channels, *self.grid)
        return torch.zeros(shape, dtype=torch.int64, device=self.conditions.device)

    def next_row(self) -> None:
        """Draw the noise of the next row. Call it for every row."""
        w, channels = self.grid[1], self._model.channels
        noise = self._source.row(w * channels).view(self.samples, w, channels, self._model.k)
        self._noise = noise.permute(1, 2, 0, 3).to(self.conditions.device, torch.float64)

    def choose(self, logits: Tensor, planes: Tensor, position: tuple[int, int, int]) -> Tensor:
        """Values (b,) at the position (j, r, c): channel, row, column.

        logits float32 (copies·b, k) are the model's; planes (b, channels, gh, gw) hold all earlier values.
        """
        scores = self._scores(logits, position)
        best = scores.topk(2, dim=1)
        values = best.indices[:, 0]
        largest = logits.abs().amax(1).view(self.copies, self.samples).amax(0)
        margin = (1 + largest) * self._tolerance
        near = best.values[:, 0] - best.values[:, 1] < margin
        self.drawn += self.samples
        if near.any():
            for i in near.nonzero().flatten().tolist():
                values[i] = self._settle(planes, position, i)
        return values

    def _scores(self, logits: Tensor, position: tuple[int, int, int], rows: slice = slice(None)) -> Tensor:
        """Scores (b, k) in float64 of logits (copies·b, k)."""
        logits = logits.double()
        if self.copies == 2:
            conditional, unconditional = logits.chunk(2)
            logits = guided(conditional, unconditional, self._draw.guidance)
        j, _, c = position
        return logits / self._draw.temperature + self._noise[c, j, rows]

    def _settle(self, planes: Tensor, position: tuple[int, int, int], i: int) -> Tensor:
        """The value of sample i by float64, from the receptive field of the position."""
        self.settled += 1
        if self._exact is None:
            self._exact = deepcopy(self._model).double().eval()
        j, r, c = position
        reach = self._model.config.reach
        top, left = max(0, r - reach), max(0, c - reach)
        field = planes[i : i + 1, :, top : r + 1, left : c + reach + 1].expand(self.copies, -1, -1, -1)
        conditions = self.conditions[i :: self.samples].double()  # (copies, c)
        logits = self._exact.logits(field, conditions)[:, :, j, r - top, c - left]
        return self._scores(logits, position, slice(i, i + 1)).argmax()


def _check(model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> None:
    if conditions.shape != (len(draw.seeds), model.conditions):
        raise ImpossibleModel(
            f"conditions are {tuple(conditions.shape)}, but {len(draw.seeds)} seeds and this model need "
            f"({len(draw.seeds)}, {model.conditions}): give one row of {model.conditions} for each seed"
        )
    if min(grid) < 1:
        raise ImpossibleModel(f"a grid of {grid[0]}×{grid[1]} is empty: both sides must be 1 or more")
