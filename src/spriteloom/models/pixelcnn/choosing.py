"""From logits to a value, the same in every sampler. Knows of a model its logits, its k and its reach.

A value is the argmax of logits / temperature + noise. Two samplers compute the logits in other orders, and
float32 rounds them differently in the last bits. The value is therefore defined as that of float64: where the
two best scores are nearer to each other than float32 can tell, the position is settled by the model in
float64, on what that sample's position can see and nothing else. Every sampler then gives the same values,
and a sample does not depend on the batch it is made in.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor

from spriteloom.errors import ImpossibleModel
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.nn.sampling import guided
from spriteloom.priors.draw import Draw, Noise

# Of 1 + the largest logit: what must stand between two scores for float32 to be trusted. It was seen to lose
# 1e-6 in a logit, 4e-6 where all weights are three times as large; twice that could be lost in a difference.
_TIE = 3e-5


class Chooser:
    """Noise, guidance, temperature and choice for one batch; rows in order, positions in any.

    `conditions` are those to give the model: with guidance the batch stands in them twice, the second time
    with nothing known. `copies` is how often.
    """

    def __init__(self, model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> None:
        _check(model, grid, conditions, draw)
        self.samples, self.grid = len(draw.seeds), grid
        self.drawn = self.settled = 0
        self.copies = 2 if draw.guidance != 1 and model.conditions else 1
        known = conditions.to(next(model.parameters()))
        self.conditions = torch.cat([known, torch.zeros_like(known)]) if self.copies == 2 else known
        self._model, self._draw = model, draw
        self._doubt = _TIE * (abs(draw.guidance) + abs(1 - draw.guidance)) / draw.temperature
        self._source = Noise(draw.seeds, model.k)
        self._noise = torch.empty(0)
        self._exact: GatedPixelCNN | None = None

    def empty(self) -> Tensor:
        """int64 (b, channels, gh, gw), nothing drawn yet."""
        shape = (self.samples, self._model.channels, *self.grid)
        return torch.zeros(shape, dtype=torch.int64, device=self.conditions.device)

    def next_row(self) -> None:
        """Draw the noise of the next row: each row in order, used or not."""
        w, channels = self.grid[1], self._model.channels
        noise = self._source.row(w * channels).view(self.samples, w, channels, self._model.k)
        self._noise = noise.permute(1, 2, 0, 3).to(self.conditions.device, torch.float64)

    def choose(self, logits: Tensor, planes: Tensor, place: tuple[int, int, int]) -> Tensor:
        """Values (b,) of channel j at row r and column c: place is (j, r, c).

        logits float32 (copies·b, k) are the model's there; planes (b, channels, gh, gw) hold all before it.
        """
        scores = self._scores(logits, place)
        best = scores.topk(2, dim=1)
        values = best.indices[:, 0]
        largest = logits.abs().amax(1).view(self.copies, self.samples).amax(0)
        margin = (1 + largest) * self._doubt
        near = best.values[:, 0] - best.values[:, 1] < margin
        self.drawn += self.samples
        if near.any():
            for i in near.nonzero().flatten().tolist():
                values[i] = self._settle(planes, place, i)
        return values

    def _scores(self, logits: Tensor, place: tuple[int, int, int], rows: slice = slice(None)) -> Tensor:
        """Scores (b, k) in float64 of logits (copies·b, k)."""
        logits = logits.double()
        if self.copies == 2:
            asked, anything = logits.chunk(2)
            logits = guided(asked, anything, self._draw.guidance)
        j, _, c = place
        return logits / self._draw.temperature + self._noise[c, j, rows]

    def _settle(self, planes: Tensor, place: tuple[int, int, int], i: int) -> Tensor:
        """The value of sample i by float64, from what the position can see."""
        self.settled += 1
        if self._exact is None:
            self._exact = deepcopy(self._model).double().eval()
        j, r, c = place
        reach = self._model.config.reach
        top, left = max(0, r - reach), max(0, c - reach)
        seen = planes[i : i + 1, :, top : r + 1, left : c + reach + 1].expand(self.copies, -1, -1, -1)
        asked = self.conditions[i :: self.samples].double()  # (copies, c)
        logits = self._exact.logits(seen, asked)[:, :, j, r - top, c - left]
        return self._scores(logits, place, slice(i, i + 1)).argmax()


def _check(model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> None:
    if conditions.shape != (len(draw.seeds), model.conditions):
        raise ImpossibleModel(
            f"conditions are {tuple(conditions.shape)}, but {len(draw.seeds)} seeds and this model need "
            f"({len(draw.seeds)}, {model.conditions}): give one row of {model.conditions} for each seed"
        )
    if min(grid) < 1:
        raise ImpossibleModel(f"a grid of {grid[0]}×{grid[1]} has no position: both sides must be 1 or more")
