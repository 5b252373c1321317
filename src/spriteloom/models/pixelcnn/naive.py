"""The reference sampler: for every value, the whole network over the rows so far. Slow, and plainly right.

Knows nothing that the model does not say: `cached` must give the same values.
"""

from __future__ import annotations

from torch import Tensor

from spriteloom.models.pixelcnn.choosing import Chooser
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.nn.devices import exact_inference
from spriteloom.priors.draw import Draw


def sample(model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> Tensor:
    """Draw grids: conditions float32 (b, c), one seed each → int64 (b, gh, gw), or (b, channels, gh, gw).

    Raises ImpossibleModel where conditions, seeds and model do not fit one another.
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
    """Draw the values of one position into planes (b, channels, gh, gw), which hold all before it."""
    for j in range(model.channels):
        seen = planes[:, :, : r + 1].repeat(chooser.copies, 1, 1, 1)  # the rows below cannot be seen
        logits = model.logits(seen, chooser.conditions)[:, :, j, r, c]
        planes[:, j, r, c] = chooser.choose(logits, planes, (j, r, c))
