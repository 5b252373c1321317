"""The reproduction of the second paper, "Pokémon Variational Autoencoder for Latent Diffusion", and past it.

Kennedy, Kuo, Garcia & Jarski. The paper has pictures only: Figures 1, 5, 6 and 7. Here they stand beside numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from spriteloom.data.preprocessing import PIXEL, POKEMON_VAE
from spriteloom.reproduce.engine import SetPlan, Specification
from spriteloom.reproduce.page import Figures
from spriteloom.reproduce.pokemon_vae.jobs import (
    CELLS,
    FIRST,
    GRID,
    LONGER,
    MLP_LONGER,
    ON_AE,
    ON_CELLS,
    ON_VAE,
    PIXELS,
    PIXELS_SET,
    RESIZED,
    SCALES,
    VAE,
    WORDS,
    jobs,
)
from spriteloom.reproduce.pokemon_vae.measures import PokemonVAEMeasures
from spriteloom.reproduce.pokemon_vae.tables import parts
from spriteloom.reproduce.texts import fixed, share, times


def sentences(figures: Figures) -> Iterator[str]:
    """How the results compare with what the paper says and with its models."""
    scores, back, fade = figures["generation"], figures["reconstruction"], figures["crossfade"]
    vae, plain = scores[ON_VAE], scores[ON_AE]
    ahead = [key for key in ("fd", "kid") if vae[key] < plain[key]]
    yield (
        "The paper's claim, that diffusion on the VAE's latents beats diffusion on the autoencoder's, "
        f"{_holds(ahead)}: FD {fixed(vae['fd'], 1)} against {fixed(plain['fd'], 1)}, "
        f"KID {fixed(vae['kid'], 4)} against {fixed(plain['kid'], 4)}."
    )
    if GRID in back:
        yield (
            f"The spatial autoencoder's error is {times(back[GRID]['mse'] / back[VAE]['mse'])} the VAE's, with "
            f"{share(back[GRID]['exact_pixels'])} of the pixels exact; the one of sprites as they are has "
            f"{share(back[CELLS]['exact_pixels'])}."
        )
    best = min(
        (name for name in (ON_CELLS, PIXELS, WORDS) if name in scores), key=lambda name: scores[name]["fd"]
    )
    yield (
        f"After the same minutes our best diffusion ({best}) has {_ratios(scores, best, ON_VAE)} of the paper's MLP "
        f"on the VAE, and {_ratios(scores, best, FIRST)} of our first try."
    )
    if LONGER in scores:
        yield f"After the longer training ours has {_ratios(scores, LONGER, MLP_LONGER)} of the paper's MLP."
    yield (
        f"Mid-points of the VAE lie {times(fade[VAE]['manifold'])} as far from real sprites as its reconstructions "
        f"do; those of the U-Net on latents {times(fade[ON_CELLS]['manifold'])} as far as its samples."
    )
    if "prompts" in figures:
        yield f"Of {figures['prompts']['n']} prompts with a color, {figures['prompts']['hits']} came out in it."


def _ratios(scores: Figures, name: str, rival: str) -> str:
    fd, kid = (times(scores[name][key] / scores[rival][key]) for key in ("fd", "kid"))
    return f"{fd} the FD and {kid} the KID"


def _holds(ahead: list[str]) -> str:
    """Whether a claim holds, by the measures in which it does: FD and KID, one of them, or none."""
    if len(ahead) == 2:
        return "holds"
    return f"holds in {ahead[0].upper()} only" if ahead else "does not hold here"


POKEMON_VAE_PAPER = Specification(
    name="pokemon-vae",
    scales=SCALES,
    sets={
        RESIZED: SetPlan(preprocessing=POKEMON_VAE, options={"frames": None}),
        PIXELS_SET: SetPlan(preprocessing=PIXEL, options={"size": 64}),
    },
    jobs=jobs,
    measures=PokemonVAEMeasures,
    parts=parts,
    sentences=sentences,
    fronts=("pokeapi", "tuxemon"),
)
