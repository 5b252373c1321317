"""A picture's bytes are predicted red, green, blue; pixel by pixel; each from all before it and no other."""

from __future__ import annotations

import torch

from prior_kit import RGB, asked, grids, tiny
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.models.pixelcnn.presets import pixelcnn_rgb_paper
from spriteloom.models.prior import DESCRIBED


def test_the_trunk_is_the_papers_on_three_channels():
    config = pixelcnn_rgb_paper().network(DESCRIBED)
    model = GatedPixelCNN(config)
    trunk = sum(p.numel() for name, p in model.named_parameters() if not name.startswith("heads"))
    assert trunk == 13_444_864 - 65_792 + 2 * (9 + 3) * 256  # two more planes into both first layers
    assert (config.k, config.channels) == (256, 3)


def test_a_byte_sees_all_before_it_in_the_order_of_pixels_and_colors_and_nothing_else():
    model = tiny(RGB)
    pictures, conditions = grids(model, 1, 2, 3), asked(model, 1)

    def in_order(logits: torch.Tensor) -> torch.Tensor:
        return logits.permute(0, 3, 4, 2, 1).reshape(18, 256)  # row, column, color

    before = in_order(model(pictures, conditions))
    for t in range(18):
        place, color = divmod(t, 3)
        changed = pictures.clone()
        changed[0, color, place // 3, place % 3] += 100
        changed %= 256
        after = in_order(model(changed, conditions))
        assert torch.equal(after[: t + 1], before[: t + 1]), t
        assert t == 17 or not torch.equal(after[t + 1], before[t + 1]), t


def test_logits_are_those_that_cross_entropy_takes():
    model = tiny(RGB)
    pictures = grids(model, 2, 3, 4)
    logits = model(pictures, asked(model, 2))
    assert logits.shape == (2, 256, 3, 3, 4)
    assert torch.nn.functional.cross_entropy(logits, pictures).isfinite()


def test_before_training_the_colors_are_independent_given_the_pixels_before():
    torch.manual_seed(0)
    model = GatedPixelCNN(RGB).eval()
    pictures = torch.zeros(2, 3, 1, 1, dtype=torch.int64)
    pictures[1, 0] = 200
    logits = model(pictures, torch.zeros(2, model.conditions))
    assert torch.equal(logits[0], logits[1])
