"""`SamplingModel`: the base class of models that make new sprites."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.models.finishing import COLORS, Finish, cut_out, finish, onto_palette, reduce_colors
from spriteloom.pixels import Palette, Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.pixels.palette import visible_colors
from spriteloom.priors.condition import ConditionSpace, Labels
from spriteloom.priors.draw import Draw


class SamplingModel(Model):
    """A family adds `paint`, and says which sampling options it takes."""

    takes_temperature = True

    @property
    def takes_prompt(self) -> bool:
        """Whether `condition` takes words."""
        return False

    @property
    def guidance_scale(self) -> float:
        """The default guidance scale."""
        return 1.0

    @property
    def conditions(self) -> ConditionSpace:
        """The labels that the model is conditioned on."""
        return ConditionSpace.from_json(self.config.conditions)

    @property
    def takes_guidance(self) -> bool:
        """Whether the model can be sampled at another guidance scale than 1."""
        return self.conditions.size > 0

    @abstractmethod
    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        """uint8 (n, h, w, 3 or 4); picture i depends on draw.seeds[i] and conditions[i] (c,) alone."""

    def condition(self, labels: Labels | None = None, prompt: str | None = None) -> Floats:
        """The condition vector (c,) of labels and a prompt. Raises ImpossibleModel for unknown ones."""
        if prompt is not None:
            raise ImpossibleModel(f"{self.name} takes no prompt: use labels, or take tiles-32")
        return self.conditions.encode(labels or {})

    def sample(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        prompt: str | None = None,
        seed: int = 0,
        temperature: float | None = None,
        guidance_scale: float | None = None,
    ) -> Bytes:
        """n new pictures uint8 (n, h, w, 3), like the training pictures; picture i has the seed seed + i.

        Raises ImpossibleModel for unknown labels and for options that the model does not take.
        """
        conditions = np.tile(self.condition(labels, prompt), (n, 1))
        seeds = range(seed, seed + n)
        return self.sample_each(conditions, seeds, temperature=temperature, guidance_scale=guidance_scale)

    def sample_each(
        self,
        conditions: Floats,
        seeds: Sequence[int],
        *,
        temperature: float | None = None,
        guidance_scale: float | None = None,
    ) -> Bytes:
        """A picture for each condition (n, c) and seed: uint8 (n, h, w, 3). Raises as `sample`."""
        pictures = self.paint_each(conditions, seeds, temperature=temperature, guidance_scale=guidance_scale)
        if pictures.shape[3] == 3:
            return pictures
        return np.stack([over(finish(picture, "").pixels, WHITE) for picture in pictures])

    def paint_each(
        self,
        conditions: Floats,
        seeds: Sequence[int],
        *,
        temperature: float | None = None,
        guidance_scale: float | None = None,
    ) -> Bytes:
        """As `sample_each`, but as `paint` returns pictures, not finished."""
        return self.paint(conditions, self._draw(seeds, temperature, guidance_scale))

    def generate(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        prompt: str | None = None,
        seed: int = 0,
        colors: int | None = None,
        palette: Palette | None = None,
        temperature: float | None = None,
        guidance_scale: float | None = None,
    ) -> list[Sprite]:
        """n new sprites with a transparent background, alpha 0 or 255 and at most `colors` colors.

        Sprite i is named after its seed, seed + i, and carries the given labels. Sprites of an RGBA model have
        at most 16 colors by default. With a `palette` they are drawn for its colors and have no others: a diffusion
        of pixels keeps to them while it samples, others are mapped to them. Raises as `sample`, and BadPalette for a
        palette of less than 2 or more than 256 visible colors.
        """
        conditions = np.tile(self.condition(labels, prompt), (n, 1))
        draw = self._draw(range(seed, seed + n), temperature, guidance_scale, palette)
        pictures = self.paint(conditions, draw)
        known = self.conditions.words(self.conditions.encode(labels or {}))
        sprites = [
            self.finish(picture, f"{self.name}-{seed + i}", colors, palette)
            for i, picture in enumerate(pictures)
        ]
        return [replace(sprite, labels=known) for sprite in sprites]

    def finish(
        self, picture: Bytes, name: str = "", colors: int | None = None, palette: Palette | None = None
    ) -> Sprite:
        """A picture of `paint`, uint8 (h, w, 3 or 4), as a sprite: see `generate`."""
        if picture.shape[2] == 4:
            how = Finish(colors=COLORS if colors is None else colors, palette=palette)
            return finish(picture, name, how)
        sprite = cut_out(picture, name)
        if palette is not None:
            return sprite.with_pixels(onto_palette(sprite.pixels, visible_colors(palette), colors))
        return sprite if colors is None else reduce_colors(sprite, colors)

    def with_sampler(self, *, num_steps: int | None = None, sampler: str | None = None) -> Self:
        """The same model with another sampler. Raises ImpossibleModel if the model has no choice of them."""
        if num_steps is None and sampler is None:
            return self
        option = "--steps" if sampler is None else "--sampler"
        raise ImpossibleModel(f"{self.name} is not sampled in steps of a diffusion: leave {option} out")

    def _draw(
        self,
        seeds: Sequence[int],
        temperature: float | None,
        guidance_scale: float | None,
        palette: Palette | None = None,
    ) -> Draw:
        if not len(seeds):
            raise ImpossibleModel("0 sprites cannot be sampled: ask for 1 or more")
        if temperature not in (None, 1.0) and not self.takes_temperature:
            raise ImpossibleModel(f"{self.name} is sampled without a temperature: leave it out")
        if guidance_scale not in (None, 1.0) and not self.takes_guidance:
            raise ImpossibleModel(
                f"{self.name} was trained without conditions to guide by: leave guidance out"
            )
        return Draw(
            seeds=tuple(seeds),
            temperature=1.0 if temperature is None else temperature,
            guidance=self.guidance_scale if guidance_scale is None else guidance_scale,
            palette=palette,
        )
