"""Edit a sprite with a trained diffusion: variations, a morph, a part painted again.

    python examples/edit_with_a_model.py runs/flow slime.png bat.png --out edited

The run is of a diffusion on pixels or on latents: `spriteloom train latent-diffusion …`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import spriteloom as sl
from spriteloom.pixels import save_animation


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", help="a run folder, or owner/name on the Hugging Face hub")
    parser.add_argument("picture", help="the sprite to edit")
    parser.add_argument("other", help="a second sprite: the end of the morph")
    parser.add_argument("--out", type=Path, default=Path("edited"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    model = sl.load(options.model)
    sprite, other = sl.Sprite.open(options.picture), sl.Sprite.open(options.other)
    options.out.mkdir(parents=True, exist_ok=True)

    # Variations: strength 0 leaves the sprite, 1 forgets it.
    for strength in (0.3, 0.6):
        for i, variation in enumerate(sl.vary(model, sprite, n=2, strength=strength, seed=options.seed)):
            variation.save(options.out / f"variation-{strength}-{i}.png")

    # A morph: the frames between two sprites, as an animation.
    frames = sl.morph(model, sprite, other, frames=6)
    save_animation(sl.Animation(tuple(frames), (120,) * len(frames), 0), options.out / "morph.gif")

    # The upper half painted again. Where the mask is False, every byte stays.
    mask = np.zeros((sprite.height, sprite.width), bool)
    mask[: sprite.height // 2] = True
    for i, painted in enumerate(sl.inpaint(model, sprite, mask, n=2, seed=options.seed)):
        assert (painted.pixels[~mask] == sprite.pixels[~mask]).all()
        painted.save(options.out / f"painted-{i}.png")

    # No model is needed for other colors.
    sl.recolor(sprite, like=other).save(options.out / "recolored.png")
    print(f"edits of {options.picture} in {options.out}")


if __name__ == "__main__":
    main()
