"""`Generator`: a run, loaded as one folder: reconstructs, makes new sprites; and how good it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.baselines.dcgan import DCGAN, DCGANConfig
from spriteloom.baselines.vae import VAE, VAEConfig
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.continuous import DCGANModel, VAEModel
from spriteloom.codecs.spaces import Space, SpaceModel
from spriteloom.codecs.tokenizer import Tokenizer
from spriteloom.errors import CodecMismatch, ImpossibleModel, RunError
from spriteloom.generation.diffusing import DiffusionMaker
from spriteloom.generation.figure import cut_out, reduce_colours
from spriteloom.generation.finishing import COLOURS, Finish, finish
from spriteloom.generation.makers import CountMaker, Maker, PictureMaker, PixelsMaker, PriorMaker
from spriteloom.pixels import Sprite, over
from spriteloom.priors.condition import ConditionSpace, Labels
from spriteloom.priors.counts import CountPrior
from spriteloom.priors.draw import Draw
from spriteloom.training.catalogue import recipe
from spriteloom.training.diffusion_recipes import DiffusionRecipe
from spriteloom.training.opening import open_codec, open_space, open_tokenizer, open_weights
from spriteloom.training.picture_recipes import DCGANRecipe, VAERecipe
from spriteloom.training.prior_recipes import CountRecipe, PriorRecipe, Shape
from spriteloom.training.runs import CODEC, read_config
from spriteloom.training.sentences import embed
from spriteloom.training.session import apart

Bytes = NDArray[np.uint8]
WHITE = (255, 255, 255)
Reconstructs = Codec | Tokenizer | VAEModel | SpaceModel  # each has `reconstruct`


@dataclass(frozen=True, eq=False, kw_only=True)
class Generator:
    """A trained run: what reconstructs, what makes new pictures, and the config it was trained by.

    A codec's run only reconstructs, as does an autoencoder's; a prior's does both, a DCGAN's only makes.
    """

    config: dict[str, Any]
    reconstructs: Reconstructs | None = None
    maker: Maker | None = None

    @property
    def name(self) -> str:
        return str(self.config["recipe"])

    @property
    def codec(self) -> Codec:
        """The codec of patches. Raises RunError where the run has none."""
        if not isinstance(self.reconstructs, Codec):
            raise RunError(f"{self.name} has no patches: give the run of a codec, or of a prior over one")
        return self.reconstructs

    @property
    def coder(self) -> Codec | Tokenizer:
        """What makes codes of sprites and sprites of codes. Raises RunError where the run has none."""
        if not isinstance(self.reconstructs, Codec | Tokenizer):
            raise RunError(
                f"{self.name} has no codes: give the run of a codec or a tokenizer, or of a prior over one"
            )
        return self.reconstructs

    @property
    def careful_coder(self) -> Tokenizer:
        """The tokenizer, searching for better codes. Raises ImpossibleModel for a codec of patches."""
        if isinstance(self.coder, Codec):
            raise ImpossibleModel(
                f"{self.name} codes every patch by itself, there is nothing to search: leave out --careful"
            )
        return replace(self.coder, careful=True)

    @property
    def conditions(self) -> ConditionSpace:
        """What can be asked for."""
        fields = self.config.get("conditions", {})
        return ConditionSpace(fields={field: tuple(values) for field, values in fields.items()})

    @property
    def guidance(self) -> float:
        """How strictly it holds to what is asked for, where nothing else is said."""
        return self.maker.guidance if isinstance(self.maker, DiffusionMaker) else 1.0

    def condition(self, labels: Labels | None = None, prompt: str | None = None) -> NDArray[np.float32]:
        """What asks for these labels and words, (c,). Raises ImpossibleModel for what it does not know."""
        vector = self.conditions.encode(labels or {})
        if prompt is None:
            return vector
        if not isinstance(self.maker, DiffusionMaker) or not self.maker.words:
            raise ImpossibleModel(f"{self.name} knows no words: use labels, or train latent-diffusion-words")
        return np.concatenate([vector, embed([prompt])[0]])

    def draw(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        prompt: str | None = None,
        seed: int = 0,
        temperature: float = 1,
        guidance: float | None = None,
    ) -> Bytes:
        """n new pictures uint8 (n, h, w, 3), as the training pictures are; picture i is of seed + i.

        Raises ImpossibleModel for labels that it does not know, RunError where the run cannot make any.
        """
        conditions = np.tile(self.condition(labels, prompt), (n, 1))
        return self.draw_each(conditions, range(seed, seed + n), temperature=temperature, guidance=guidance)

    def draw_each(
        self,
        conditions: NDArray[np.float32],
        seeds: Sequence[int],
        *,
        temperature: float = 1,
        guidance: float | None = None,
    ) -> Bytes:
        """A picture for each condition (n, c) and seed. Raises RunError where the run cannot make any."""
        painted = self._painted(conditions, seeds, temperature, guidance)
        if painted.shape[3] == 3:
            return painted
        return np.stack([over(finish(one, "").pixels, WHITE) for one in painted])

    def generate(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        prompt: str | None = None,
        seed: int = 0,
        colors: int | None = None,
        temperature: float = 1,
        guidance: float | None = None,
    ) -> list[Sprite]:
        """n new sprites: transparent ground, alpha 0 or 255, at most `colors` colours where that is given.

        Sprite i is named by its seed, seed + i, and carries the labels it was asked for. Of a diffusion a
        sprite has at most 16 colours where nothing is said. Raises as `draw`.
        """
        conditions = np.tile(self.condition(labels, prompt), (n, 1))
        painted = self._painted(conditions, range(seed, seed + n), temperature, guidance)
        asked = self.conditions.words(self.conditions.encode(labels or {}))
        sprites = [self.finish(one, f"{self.name}-{seed + i}", colors) for i, one in enumerate(painted)]
        return [replace(sprite, labels=asked) for sprite in sprites]

    def finish(self, picture: Bytes, name: str = "", colors: int | None = None) -> Sprite:
        """A picture that the maker made, uint8 (h, w, 3 or 4), as a sprite: see `generate`."""
        if picture.shape[2] == 4:
            return finish(picture, name, Finish(colours=COLOURS if colors is None else colors))
        sprite = cut_out(picture, name)
        return sprite if colors is None else reduce_colours(sprite, colors)

    def along(self, *, steps: int | None = None, sampler: str | None = None) -> Generator:
        """The same by another path. Raises ImpossibleModel where there is none to choose."""
        if steps is None and sampler is None:
            return self
        maker = self.diffusion
        path = replace(
            maker.path,
            steps=maker.path.steps if steps is None else steps,
            sampler=sampler or maker.path.sampler,
        )
        return replace(self, maker=replace(maker, path=path))

    @property
    def diffusion(self) -> DiffusionMaker:
        """Raises ImpossibleModel where the run is none."""
        if not isinstance(self.maker, DiffusionMaker):
            raise ImpossibleModel(f"{self.name} is no diffusion: train one, `spriteloom train diffusion`")
        return self.maker

    def _painted(
        self,
        conditions: NDArray[np.float32],
        seeds: Sequence[int],
        temperature: float,
        guidance: float | None,
    ) -> Bytes:
        if self.maker is None:
            raise RunError(f"{self.name} only reconstructs: train a prior over it, `spriteloom train prior`")
        if not len(seeds):
            raise ImpossibleModel("no sprite is asked for: ask for 1 or more")
        strict = self.guidance if guidance is None else guidance
        return self.maker.make(conditions, Draw(seeds=tuple(seeds), temperature=temperature, guidance=strict))


def load(run: str | Path) -> Generator:
    """Open a run folder. Raises RunError where it is missing, unfinished or damaged.

    Raises CodecMismatch where a prior's folder holds another codec than the one whose codes it learned.
    """
    run = Path(run)
    config = read_config(run)
    if config["kind"] == "codec":
        return Generator(config=config, reconstructs=open_codec(run, config))
    if config["kind"] == "tokenizer":
        return Generator(config=config, reconstructs=open_tokenizer(run, config))
    if config["kind"] == "latent":
        return Generator(config=config, reconstructs=SpaceModel(space=open_space(run, config).space))
    chosen = recipe(config["recipe"])
    if isinstance(chosen, DiffusionRecipe):
        space = _space(run, config, chosen)
        diffusion = open_weights(run, lambda weights: _diffusion_maker(chosen, config, space, weights))
        return Generator(config=config, maker=diffusion)
    if isinstance(chosen, PriorRecipe | CountRecipe):
        codec = _partner(run, config)
        maker = open_weights(run, lambda weights: _prior_maker(chosen, config, codec, weights))
        return Generator(config=config, reconstructs=codec, maker=maker)
    assert isinstance(chosen, VAERecipe | DCGANRecipe)
    model = open_weights(run, lambda weights: _picture_model(chosen, config, weights))
    again = model if isinstance(model, VAEModel) else None
    return Generator(config=config, reconstructs=again, maker=PictureMaker(model=model))


def _partner(run: Path, config: Mapping[str, Any]) -> Codec | None:
    """The codec in a prior's run."""
    if config["codec"] is None:
        return None
    codec = open_codec(run / CODEC, read_config(run / CODEC))
    if codec.fingerprint != config["codec"]:
        raise CodecMismatch(
            f"{run} predicts the codes of codec {config['codec']}, {run / CODEC} holds {codec.fingerprint}: "
            "put the run's own codec back"
        )
    return codec


def _space(run: Path, config: Mapping[str, Any], chosen: DiffusionRecipe) -> Space:
    """Where the diffusion of a run takes place."""
    if chosen.fold is not None:
        return chosen.pixels(int(config["model"]["size"]))
    opened = open_space(run / CODEC, read_config(run / CODEC))
    if opened.fingerprint != config["codec"]:
        raise CodecMismatch(
            f"{run} diffuses the latents of autoencoder {config['codec']}, {run / CODEC} holds "
            f"{opened.fingerprint}: put the run's own autoencoder back"
        )
    return opened.space


def _diffusion_maker(
    chosen: DiffusionRecipe, config: Mapping[str, Any], space: Space, weights: Mapping[str, Tensor]
) -> DiffusionMaker:
    labels = sum(len(values) for values in config["conditions"].values())
    width = labels + chosen.words + 1
    own, guide = apart(weights)

    def network(values: Mapping[str, Tensor]) -> nn.Module:
        built = chosen.build(space.shape, width)
        built.load_state_dict(values)
        return built.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

    return DiffusionMaker(
        space=space,
        network=network(own),
        guide=network(guide) if chosen.guide_after else None,
        process=chosen.process,
        path=chosen.path,
        width=width,
        words=chosen.words,
    )


def _prior_maker(
    chosen: PriorRecipe | CountRecipe,
    config: Mapping[str, Any],
    codec: Codec | None,
    weights: Mapping[str, Tensor],
) -> Maker:
    shape = Shape(**config["model"])
    grid = (shape.rows, shape.columns)
    if isinstance(chosen, CountRecipe):
        assert codec is not None
        prior = CountPrior.from_arrays({name: value.numpy() for name, value in weights.items()})
        return CountMaker(codec=codec, prior=prior, grid=grid)
    model = chosen.build(shape)
    model.load_state_dict(weights)
    model.eval()
    if codec is None:
        return PixelsMaker(model=model, sample=chosen.sample, bits=chosen.bits, grid=grid)
    return PriorMaker(codec=codec, model=model, sample=chosen.sample, bits=chosen.bits, grid=grid)


def _picture_model(
    chosen: VAERecipe | DCGANRecipe, config: Mapping[str, Any], weights: Mapping[str, Tensor]
) -> VAEModel | DCGANModel:
    if isinstance(chosen, VAERecipe):
        vae = VAE(VAEConfig(**config["model"]))
        vae.load_state_dict(weights)
        return VAEModel(vae)
    gan = DCGAN(DCGANConfig(**config["model"]))
    gan.load_state_dict(weights)
    return DCGANModel(gan)
