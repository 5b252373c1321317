"""Training a `PaletteVQ` on indexed sprites. Fulfils `Task`; knows no set."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.codecs.lloyd import fit_codebook
from spriteloom.codecs.palette_vq import Indices, PaletteVQ, Seen, painted, palette_loss
from spriteloom.codecs.signed import moved
from spriteloom.codecs.tokenizer import Tokenizer, as_tensors, indices_of
from spriteloom.data.tensors import Bytes, to_unit
from spriteloom.pixels.alpha import over
from spriteloom.training.home import at_home
from spriteloom.training.sampling import places
from spriteloom.training.session import ALONE, Place
from spriteloom.training.tokenizer_recipes import TokenizerRecipe

WATCHED = 64  # held-out pictures looked at during training, at most
SETTLED_ON = 64  # batches whose embeddings the codebook begins from
LIVES_ON = 0.85  # share of the steps after which no code is revived: the last ones only refine
WHITE = (255, 255, 255)


class _Objective(nn.Module):
    def __init__(self, model: PaletteVQ, recipe: TokenizerRecipe) -> None:
        super().__init__()
        self.model, self._recipe = model, recipe

    def forward(self, grid: Tensor, table: Tensor, many: Tensor) -> Seen:
        return palette_loss(
            self.model,
            Indices(grid, table, many),
            alpha=self._recipe.alpha,
            entry=self._recipe.entry,
        )


class TokenizerTask:
    """A recipe at work on pictures `rgba` (n, h, w, 4) uint8, moved and mirrored as they come.

    `held_out` is alike. Each picture is put onto its own palette once, before the first step.
    """

    def __init__(
        self, recipe: TokenizerRecipe, rgba: Bytes, held_out: Bytes, *, seed: int, place: Place = ALONE
    ) -> None:
        self.recipe, self._seed, self._place = recipe, seed, place
        self._held_out = held_out[:: math.ceil(len(held_out) / WATCHED)]
        self._grid, self._palettes = indices_of(rgba, recipe.model.colours)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = PaletteVQ(recipe.model)
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective: nn.Module = _Objective(self.model, recipe)
        self.generator = torch.Generator().manual_seed(seed + place.rank)
        self._last: dict[str, float] = {}
        self.steps_per_epoch = max(1, len(rgba) // (recipe.batch * place.world))

    def prepare(self) -> None:
        """The network begins as a projection of patches onto principal components, with k-means of it."""
        m = self.recipe.model.m
        found = [
            functional.unfold(painted(some), m, stride=m).transpose(1, 2).flatten(0, 1)
            for some in self._sampled()
        ]
        patches = torch.cat(found).double()
        middle = patches.mean(0)
        _, axes = torch.linalg.eigh((patches - middle).T @ (patches - middle))
        basis = axes.T.flip(0)[: self.recipe.model.dim]
        with at_home(self.model):
            self.model.begin_straight(basis.float(), middle.float())
            self._settle()

    def batch(self, number: int) -> tuple[Tensor, ...]:
        turn = number * self._place.world + self._place.rank
        which = places(len(self._grid), turn, self.recipe.batch, self._seed)
        some = as_tensors(self._grid[which], self._palettes.of(which))
        reach, many = self.recipe.shift, len(which)
        down, right = torch.randint(-reach, reach + 1, (2, many), generator=self.generator)
        grid = moved(some.grid[..., None], down, right)[..., 0]
        mirrored = torch.rand(many, generator=self.generator) < 0.5
        return torch.where(mirrored[:, None, None], grid.flip(2), grid), some.table, some.many

    def before(self, number: int) -> None:
        """Nothing is drawn but batches."""

    def after(self, number: int, total: int | None, outcome: Seen) -> None:
        self._last = {"mse": float(outcome.mse), "alpha": float(outcome.alpha)}
        rule = self.recipe.revival
        early = total is None or number < LIVES_ON * total
        if early and number % rule.every == 0:
            with at_home(self.model):
                self.model.quantizer.revive(rule, outcome.z.cpu(), outcome.errors.cpu(), self.generator)

    def finish(self) -> None:
        self.model.eval()

    def figures(self) -> dict[str, float]:
        """The parts of the last loss, the codes in use, and held-out pictures over white and their alpha."""
        with at_home(self.model):
            tokenizer = Tokenizer(network=self.model, fingerprint="")
            was_training = self.model.training
            self.model.eval()
            grid, palettes = indices_of(self._held_out, self.recipe.model.colours)
            made = tokenizer.decode_grids(tokenizer.encode_grids(grid, palettes), palettes)
            self.model.train(was_training)
            again = np.stack([row[one] for row, one in zip(palettes.rows(), made, strict=True)])
            gap = to_unit(np.asarray(over(again, WHITE))) - to_unit(np.asarray(over(self._held_out, WHITE)))
            wrong = (made > 0) != (self._held_out[..., 3] > 0)
            return self._last | {
                "codes_used": self.model.quantizer.used(),
                "perplexity": self.model.quantizer.perplexity(),
                "validation_mse": float(gap.square().mean()),
                "validation_alpha_errors": float(wrong.mean()),
            }

    @torch.no_grad()
    def _settle(self) -> None:
        """The codebook becomes k-means of what the encoder makes of some batches."""
        made = [self.model.embed(some).permute(0, 2, 3, 1) for some in self._sampled()]
        z = torch.cat([one.reshape(-1, self.recipe.model.dim) for one in made]).float()
        ones = torch.ones(len(z))
        centres, held = fit_codebook(z, ones, self.recipe.model.codes, generator=self.generator)
        cells = self._grid[0].size // self.recipe.model.m**2 * self.recipe.batch
        self.model.quantizer.start_at(centres, held * (cells / len(z)))

    def _sampled(self) -> list[Indices]:
        """Some batches as they are, the same at every call."""
        rows = np.random.default_rng(self._seed).permutation(len(self._grid))[
            : SETTLED_ON * self.recipe.batch
        ]
        groups = np.array_split(rows, max(1, len(rows) // self.recipe.batch))
        return [as_tensors(self._grid[some], self._palettes.of(some)) for some in groups]
