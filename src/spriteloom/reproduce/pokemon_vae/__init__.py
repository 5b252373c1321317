"""The reproduction of the second paper, "Pokémon Variational Autoencoder for Latent Diffusion", and past it.

Kennedy, Kuo, Garcia & Jarski. The paper has pictures only: Figures 1, 5, 6 and 7. Here they stand beside numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from spriteloom.data.preprocessing import PIXEL, POKEMON_VAE
from spriteloom.reproduce.engine import SetPlan, Specification
from spriteloom.reproduce.page import Figures
from spriteloom.reproduce.pokemon_vae import jobs
from spriteloom.reproduce.pokemon_vae.measures import PokemonVAEMeasures
from spriteloom.reproduce.pokemon_vae.tables import parts
from spriteloom.reproduce.texts import fixed, share, times


def sentences(figures: Figures) -> Iterator[str]:
    """How the results compare with what the paper says and with its models."""
    scores, errors = figures["generation"], figures["reconstruction"]
    vae, plain = scores[jobs.ON_VAE], scores[jobs.ON_AE]
    yield (
        "The paper's claim, that diffusion on the VAE's latents beats diffusion on the autoencoder's, "
        f"{_holds([key for key in ('fd', 'kid') if vae[key] < plain[key]])}: "
        f"FD {fixed(vae['fd'], 1)} against {fixed(plain['fd'], 1)}, "
        f"KID {fixed(vae['kid'], 4)} against {fixed(plain['kid'], 4)}."
    )
    if jobs.GRID in errors:
        grid, cells = errors[jobs.GRID], errors[jobs.CELLS]
        yield (
            f"The spatial autoencoder's error is {times(grid['mse'] / errors[jobs.VAE]['mse'])} the VAE's, with "
            f"{share(grid['exact_pixels'])} of the pixels exact; the one of sprites as they are has "
            f"{share(cells['exact_pixels'])}."
        )
    ours = [name for name in (jobs.ON_CELLS, jobs.PIXELS, jobs.WORDS) if name in scores]
    best = min(ours, key=lambda name: scores[name]["fd"])
    yield (
        f"After the same minutes our best diffusion ({best}) has {_ratios(scores, best, jobs.ON_VAE)} of the "
        f"paper's MLP on the VAE, and {_ratios(scores, best, jobs.FIRST)} of our first try."
    )
    if jobs.LONGER in scores:
        ratios = _ratios(scores, jobs.LONGER, jobs.MLP_LONGER)
        yield f"After the longer training ours has {ratios} of the paper's MLP."
    of_vae, of_unet = (figures["crossfade"][name]["manifold"] for name in (jobs.VAE, jobs.ON_CELLS))
    yield (
        f"Mid-points of the VAE lie {times(of_vae)} as far from real sprites as its reconstructions "
        f"do; those of the U-Net on latents {times(of_unet)} as far as its samples."
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
    scales=jobs.SCALES,
    sets={
        jobs.RESIZED: SetPlan(preprocessing=POKEMON_VAE, options={"frames": None}),
        jobs.PIXELS_SET: SetPlan(preprocessing=PIXEL, options={"size": 64}),
    },
    jobs=jobs.jobs,
    measures=PokemonVAEMeasures,
    parts=parts,
    sentences=sentences,
    fronts=("pokeapi", "tuxemon"),
)
