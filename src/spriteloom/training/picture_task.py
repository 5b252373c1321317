"""Training a VAE or a DCGAN on pictures. Fulfils `Task`; knows no set and no folder."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from spriteloom.baselines.dcgan import DCGAN
from spriteloom.baselines.elbo import Elbo, elbo
from spriteloom.baselines.gan_loss import Game, simultaneous
from spriteloom.baselines.vae import VAE
from spriteloom.codecs.continuous import DCGANModel, PictureModel, VAEModel
from spriteloom.data.tensors import Bytes, to_unit, unit
from spriteloom.training.picture_recipes import DCGANRecipe, PictureRecipe, VAERecipe
from spriteloom.training.sampling import PictureSampler
from spriteloom.training.session import Place

WATCHED = 256  # held-out pictures looked at during training, at most
SAMPLED = 32  # pictures generated at each look
ALONE = Place()


class _Elbo(nn.Module):
    """The loss of a step as a module, so that it can be wrapped for several devices."""

    def __init__(self, model: VAE, recipe: VAERecipe) -> None:
        super().__init__()
        self.model, self._recipe = model, recipe

    def forward(self, pictures: Tensor, noise: Tensor) -> Elbo:
        """Bytes come in, since autocast would round floats on their way; noise it may round."""
        recipe = self._recipe
        return elbo(self.model, unit(pictures), noise, distance=recipe.distance, kl_weight=recipe.kl_weight)


class _Game(nn.Module):
    """The same of a DCGAN."""

    def __init__(self, model: DCGAN) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: Tensor, noise: Tensor) -> Game:
        return simultaneous(self.model, unit(pictures).mul(2).sub(1), noise)


class PictureTask:
    """A recipe at work on pictures `rgb` (n, h, w, 3) uint8; `held_out`, alike, is looked at now and then.

    Processes begin alike, walk through the same pictures batch by batch in turns, and draw their own noise.
    """

    def __init__(
        self,
        recipe: PictureRecipe,
        rgb: Bytes,
        held_out: Bytes,
        *,
        seed: int,
        place: Place = ALONE,
    ) -> None:
        self.recipe, self._place = recipe, place
        self._held_out = held_out[:: math.ceil(len(held_out) / WATCHED)]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)  # the layers' own random weights
            self.model, self.objective, self._pictures = _build(recipe)
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.generator = torch.Generator().manual_seed(seed + place.rank)
        self._sampler = PictureSampler(rgb, seed)
        self._last: dict[str, float] = {}  # the parts of the last loss
        self.steps_per_epoch = max(1, len(rgb) // (recipe.batch * place.world))

    def prepare(self) -> None:
        """Nothing is counted or fitted first."""

    def batch(self, number: int) -> tuple[Tensor, ...]:
        """Pictures (b, 3, h, w) uint8 and noise N(0, 1) (b, latent)."""
        turn = number * self._place.world + self._place.rank
        pictures = self._sampler.batch(turn, self.recipe.batch)
        return pictures, torch.randn(len(pictures), self.recipe.model.latent, generator=self.generator)

    def before(self, number: int) -> None:
        """Nothing."""

    def after(self, number: int, total: int | None, outcome: Elbo | Game) -> None:  # noqa: ARG002
        parts = outcome._asdict()
        self._last = {name: float(parts[name]) for name in outcome._fields if name != "loss"}

    def finish(self) -> None:
        self.model.eval()

    def figures(self) -> dict[str, float]:
        """The parts of the last loss; the error on held-out pictures, or how various the samples are."""
        was_training = self.model.training
        self.model.eval()
        seen = self._seen()
        self.model.train(was_training)
        return self._last | seen

    def _seen(self) -> dict[str, float]:
        pictures = self._pictures
        if isinstance(pictures, VAEModel):
            gap = to_unit(pictures.reconstruct(self._held_out)) - to_unit(self._held_out)
            return {"validation_mse": float(gap.square().mean())}
        return {"variety": variety(pictures.sample(range(SAMPLED)), self._held_out)}


def variety(samples: Bytes, truth: Bytes) -> float:
    """How much samples differ, as a share of how much real pictures do: near 0 where a GAN has collapsed.

    The mean over pixels and channels of the variance over pictures; both (n, h, w, 3).
    """
    return float(samples.var(0).mean() / max(truth.var(0).mean(), 1e-9))


def _build(recipe: PictureRecipe) -> tuple[VAE | DCGAN, nn.Module, PictureModel]:
    """The network with random weights, its loss, and the network as it is used."""
    if isinstance(recipe, DCGANRecipe):
        gan = DCGAN(recipe.model)
        return gan, _Game(gan), DCGANModel(gan)
    vae = VAE(recipe.model)
    return vae, _Elbo(vae, recipe), VAEModel(vae)
