"""Use the codes of a codec in a PyTorch model of your own: guess a sprite's types from its codes.

    python examples/codes_in_pytorch.py runs/medres set.parquet --epochs 5

A codec turns a picture into a small grid of integers; a small network is then enough.
"""

from __future__ import annotations

import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader

import spriteloom as sl


class TypesOfCodes(nn.Module):
    """int64 codes (b, gh, gw) → logits (b, labels)."""

    def __init__(self, codes: int, labels: int, width: int = 64) -> None:
        super().__init__()
        self.embed = nn.Embedding(codes, width)
        self.mix = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten()
        )
        self.guess = nn.Linear(16 * width, labels)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.guess(self.mix(self.embed(codes).permute(0, 3, 1, 2)))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("codec", help="the run of a codec")
    parser.add_argument("data", help="a set that spriteloom data prepare wrote")
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()

    torch.manual_seed(0)
    codec, data = sl.load(options.codec), sl.SpriteSet.open(options.data)
    train, test = data.as_torch("train"), data.as_torch("test")
    network = TypesOfCodes(codec.k, train.conditions.size)
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3)
    for epoch in range(options.epochs):
        for batch in DataLoader(train, batch_size=32, shuffle=True):
            logits = network(codec.encode(batch["image"][:, :3]))  # RGB over white
            loss = nn.functional.binary_cross_entropy_with_logits(logits, batch["condition"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        batch = next(iter(DataLoader(test, len(test))))
        logits = network(codec.encode(batch["image"][:, :3]))
        correct = ((logits > 0) == (batch["condition"] > 0)).float().mean()
        print(f"epoch {epoch + 1}: loss {loss:.3f}, {correct:.1%} of the labels of test sprites are right")


if __name__ == "__main__":
    main()
