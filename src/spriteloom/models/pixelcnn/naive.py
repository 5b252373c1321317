"""The reference sampler: runs the whole network over the rows so far for every value; `cached` equals it."""

from __future__ import annotations

from torch import Tensor

from spriteloom.models.pixelcnn.choosing import Chooser
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.nn.devices import exact_inference
from spriteloom.priors.draw import Draw


def sample(model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> Tensor:
    """Grids int64 (b, gh, gw) or (b, channels, gh, gw) for conditions float32 (b, c) and as many seeds.

    Raises ImpossibleModel if conditions, seeds and model do not fit together.
    """
    with exact_inference(model):
        chooser = Chooser(model, grid, conditions, draw)
        planes = chooser.empty()
        for r in range(grid[0]):
            chooser.next_row()
            for c in range(grid[1]):
                fill(model, chooser, planes, r, c)
        return planes.squeeze(1)


def fill(model: GatedPixelCNN, chooser: Chooser, planes: Tensor, r: int, c: int) -> None:
    """Draw the values of one position into planes (b, channels, gh, gw), which hold all earlier values."""
    for j in range(model.channels):
        rows = planes[:, :, : r + 1].repeat(chooser.copies, 1, 1, 1)  # rows below have no influence
        logits = model.logits(rows, chooser.conditions)[:, :, j, r, c]
        planes[:, j, r, c] = chooser.choose(logits, planes, (j, r, c))
