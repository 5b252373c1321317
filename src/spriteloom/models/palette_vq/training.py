"""Trains a `PaletteVQ` on indexed sprites."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.codecs.lloyd import fit_codebook
from spriteloom.codecs.signed import shift
from spriteloom.data.tensors import to_unit
from spriteloom.models.palette_vq.network import Indices, PaletteVQ, Seen, painted, palette_loss
from spriteloom.models.palette_vq.presets import Config
from spriteloom.models.palette_vq.tokenizer import Tokenizer, as_tensors, indices_of
from spriteloom.nn.devices import channels_last
from spriteloom.nn.processes import gather_rows
from spriteloom.pixels.alpha import WHITE, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Place, Task, seeded, watched

WATCHED = 64  # held-out pictures looked at during training, at most
SETTLED_ON = 64  # batches whose embeddings the codebook begins from


def train(config: Config, session: Session) -> Trained:
    """On the session's pictures, each put onto its own palette."""
    session.logger("putting sprites onto their palettes")
    cache = session.cache
    task = TokenizerTask(
        config,
        cache.rgba("train"),
        cache.rgba(cache.held_out),
        seed=session.seed,
        place=session.place,
        precision=session.precision,
    )
    progress = session.fit(task, config.optimizer)
    return Trained.of(task.model.state_dict(), progress)


class TokenizerTask(Task):
    """A config at work on pictures `rgba` (n, h, w, 4) uint8, moved and mirrored as they come.

    `held_out` is alike. Each picture is put onto its own palette once, before the first step.
    """

    def __init__(
        self,
        config: Config,
        rgba: Bytes,
        held_out: Bytes,
        *,
        seed: int,
        place: Place = ALONE,
        precision: str = "32-true",
    ) -> None:
        self.config = config
        self._held_out = held_out[watched(len(held_out), WATCHED)]
        self._grid, self._palettes = indices_of(rgba, config.network.colors)
        self.model = seeded(lambda: PaletteVQ(config.network), seed)
        channels_last(self.model)
        order = BatchOrder(n=len(rgba), batch=config.batch, seed=seed, place=place)
        super().__init__(self.model, self._loss, order, precision=precision)

    def _loss(self, model: PaletteVQ, grid: Tensor, table: Tensor, many: Tensor) -> Seen:
        config = self.config
        return palette_loss(model, Indices(grid, table, many), alpha=config.alpha, entry=config.entry)

    def prepare(self) -> None:
        """The network begins as a projection of patches onto principal components, with k-means of it."""
        m = self.config.network.m
        patches = torch.cat(
            [
                functional.unfold(painted(some), m, stride=m).transpose(1, 2).flatten(0, 1)
                for some in self._sampled()
            ]
        ).double()
        middle = patches.mean(0)
        _, axes = torch.linalg.eigh((patches - middle).T @ (patches - middle))
        basis = axes.T.flip(0)[: self.config.network.dim]
        self.model.begin_straight(basis.float(), middle.float())
        self._init_codebook()

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Grids uint8 (b, h, w), palettes uint8 (b, n, 3) and their lengths int64 (b,)."""
        rows, own = self.order.rows(step), self.order.own
        reach = self.config.shift
        down, right = torch.randint(-reach, reach + 1, (2, len(rows)), generator=self.generator)[:, own]
        mirrored = (torch.rand(len(rows), generator=self.generator) < 0.5)[own]
        rows = rows[own]
        some = as_tensors(self._grid[rows], self._palettes.of(rows))
        grid = shift(some.grid[..., None], down, right)[..., 0]
        return torch.where(mirrored[:, None, None], grid.flip(2), grid), some.table, some.many

    def after(self, step: int, total: int | None, outcome: Seen) -> None:
        super().after(step, total, outcome)
        rule = self.config.dead_codes
        if rule.are_due(step, total):
            self.model.quantizer.reset_dead_codes(
                rule, gather_rows(outcome.z), gather_rows(outcome.errors), self.generator
            )

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss, the codes in use, and held-out pictures over white and their alpha."""
        tokenizer = Tokenizer(network=self.model, fingerprint="")
        was_training = self.model.training
        self.model.eval()
        grid, palettes = indices_of(self._held_out, self.config.network.colors)
        made = tokenizer.decode_grids(tokenizer.encode_grids(grid, palettes), palettes)
        self.model.train(was_training)
        again = np.stack([row[one] for row, one in zip(palettes.rows(), made, strict=True)])
        gap = to_unit(np.asarray(over(again, WHITE))) - to_unit(np.asarray(over(self._held_out, WHITE)))
        wrong = (made > 0) != (self._held_out[..., 3] > 0)
        return self.parts() | {
            "codes_used": self.model.quantizer.used(),
            "perplexity": self.model.quantizer.perplexity(),
            "validation_mse": float(gap.square().mean()),
            "validation_alpha_errors": float(wrong.mean()),
        }

    @torch.no_grad()
    def _init_codebook(self) -> None:
        """The codebook becomes k-means of what the encoder makes of some batches."""
        made = [self.model.embed(some).permute(0, 2, 3, 1) for some in self._sampled()]
        z = torch.cat([each.reshape(-1, self.config.network.dim) for each in made]).float()
        ones = torch.ones(len(z))
        centres, held = fit_codebook(z, ones, self.config.network.codes, generator=self.generator)
        cells = self._grid[0].size // self.config.network.m**2 * self.config.batch
        self.model.quantizer.init_codebook(centres, held * (cells / len(z)))

    def _sampled(self) -> list[Indices]:
        """Some batches as they are, the same at every call."""
        rows = np.random.default_rng(self.order.seed).permutation(len(self._grid))[
            : SETTLED_ON * self.config.batch
        ]
        groups = np.array_split(rows, max(1, len(rows) // self.config.batch))
        return [as_tensors(self._grid[some], self._palettes.of(some)) for some in groups]
