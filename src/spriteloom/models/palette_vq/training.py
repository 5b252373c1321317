"""Trains a `PaletteVQ` on indexed sprites."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.codecs.lloyd import fit_codebook
from spriteloom.codecs.signed import shift
from spriteloom.data.tensors import to_unit
from spriteloom.models.palette_vq.family import Config
from spriteloom.models.palette_vq.network import Indices, PaletteVQ, PaletteVQStep, palette_loss, rgba_of
from spriteloom.models.palette_vq.tokenizer import Tokenizer, as_tensors, indices_of
from spriteloom.nn.devices import channels_last, evaluating
from spriteloom.nn.processes import gather_rows
from spriteloom.pixels.alpha import WHITE, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Task, TaskSettings, seeded, spread_rows

HELD_OUT = 64  # held-out pictures that metrics are computed on, at most
SAMPLED_BATCHES = 64  # that the initial weights are computed from


def train(config: Config, session: Session) -> Trained:
    """Train on the session's pictures."""
    session.logger("indexing sprites by their palettes")
    cache = session.cache
    task = TokenizerTask(config, cache.rgba("train"), cache.rgba(cache.held_out), session.settings)
    return session.fit(task, config.optimizer)


class TokenizerTask(Task[PaletteVQ]):
    """Trains a `PaletteVQ` on pictures `rgba` uint8 (n, h, w, 4), shifted and mirrored at random.

    `held_out` pictures are alike.
    """

    def __init__(self, config: Config, rgba: Bytes, held_out: Bytes, settings: TaskSettings) -> None:
        self.config = config
        self._held_out = held_out[spread_rows(len(held_out), HELD_OUT)]
        self._grid, self._palettes = indices_of(rgba, config.network.colors)
        model = channels_last(seeded(lambda: PaletteVQ(config.network), settings.seed))
        super().__init__(model, self._loss, settings, n=len(rgba), batch=config.batch)

    def _loss(self, model: PaletteVQ, grid: Tensor, table: Tensor, many: Tensor) -> PaletteVQStep:
        config = self.config
        return palette_loss(model, Indices(grid, table, many), alpha=config.alpha, entry=config.entry)

    def prepare(self) -> None:
        """Initialize as the projection of patches onto principal components, the codebook as k-means of it."""
        m = self.config.network.m
        patches = torch.cat(
            [
                functional.unfold(rgba_of(batch), m, stride=m).transpose(1, 2).flatten(0, 1)
                for batch in self._sampled()
            ]
        ).double()
        mean = patches.mean(0)
        _, axes = torch.linalg.eigh((patches - mean).T @ (patches - mean))
        basis = axes.T.flip(0)[: self.config.network.dim]
        self.model.init_linear(basis.float(), mean.float())
        self._init_codebook()

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Grids uint8 (b, h, w), palettes uint8 (b, n, 3) and their lengths int64 (b,)."""
        rows, own = self.order.rows(step), self.order.own
        reach = self.config.shift
        down, right = torch.randint(-reach, reach + 1, (2, len(rows)), generator=self.generator)[:, own]
        mirrored = (torch.rand(len(rows), generator=self.generator) < 0.5)[own]
        rows = rows[own]
        sprites = as_tensors(self._grid[rows], self._palettes.of(rows))
        grid = shift(sprites.grid[..., None], down, right, reach)[..., 0]
        return torch.where(mirrored[:, None, None], grid.flip(2), grid), sprites.table, sprites.many

    def after(self, step: int, total: int | None, outcome: PaletteVQStep) -> None:
        super().after(step, total, outcome)
        rule = self.config.dead_codes
        if rule.are_due(step, total):
            self.model.quantizer.reset_dead_codes(
                rule, gather_rows(outcome.z), gather_rows(outcome.errors), self.generator
            )

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss, the use of codes, the errors of held-out pictures over white and of alpha."""
        tokenizer = Tokenizer(network=self.model, fingerprint="")
        grid, palettes = indices_of(self._held_out, self.config.network.colors)
        with evaluating(self.model):
            decoded = tokenizer.decode_grids(tokenizer.encode_grids(grid, palettes), palettes)
        rgba = np.stack([table[indices] for table, indices in zip(palettes.rows(), decoded, strict=True)])
        error = to_unit(np.asarray(over(rgba, WHITE))) - to_unit(np.asarray(over(self._held_out, WHITE)))
        wrong_alpha = (decoded > 0) != (self._held_out[..., 3] > 0)
        return self.parts() | {
            "codes_used": self.model.quantizer.used(),
            "perplexity": self.model.quantizer.perplexity(),
            "validation_mse": float(error.square().mean()),
            "validation_alpha_errors": float(wrong_alpha.mean()),
        }

    @torch.no_grad()
    def _init_codebook(self) -> None:
        """Set the codebook to k-means of the embeddings of some batches."""
        embedded = [self.model.embed(batch).permute(0, 2, 3, 1) for batch in self._sampled()]
        z = torch.cat([each.reshape(-1, self.config.network.dim) for each in embedded]).float()
        ones = torch.ones(len(z))
        centers, weights = fit_codebook(z, ones, self.config.network.codes, generator=self.generator)
        cells = self._grid[0].size // self.config.network.m**2 * self.config.batch
        self.model.quantizer.init_codebook(centers, weights * (cells / len(z)))

    def _sampled(self) -> list[Indices]:
        """Some batches without augmentation, the same at every call."""
        order = np.random.default_rng(self.order.seed).permutation(len(self._grid))
        rows = order[: SAMPLED_BATCHES * self.config.batch]
        groups = np.array_split(rows, max(1, len(rows) // self.config.batch))
        return [as_tensors(self._grid[group], self._palettes.of(group)) for group in groups]
