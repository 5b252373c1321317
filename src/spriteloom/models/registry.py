"""The list of model families, each imported when it is first used.

To add a family, write its folder and add a line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from spriteloom.errors import ImpossibleModel

if TYPE_CHECKING:
    from spriteloom.models.base import Family, FamilyConfig, ModelInfo

FAMILIES: dict[str, str] = {  # name → the module that holds its FAMILY
    "pixel-vqvae": "spriteloom.models.pixel_vqvae.family",
    "kmeans": "spriteloom.models.kmeans.family",
    "tokenizer": "spriteloom.models.palette_vq.family",
    "vae": "spriteloom.models.vae.family",
    "dcgan": "spriteloom.models.dcgan.family",
    "pixelcnn": "spriteloom.models.pixelcnn.family",
    "masked": "spriteloom.models.masked_prior.family",
    "counts": "spriteloom.models.count_prior.family",
    "sprite-autoencoder": "spriteloom.models.sprite_autoencoder.family",
    "latent": "spriteloom.models.spatial_autoencoder.family",
    "diffusion": "spriteloom.models.diffusion.family",
}


def family(name: str) -> Family[Any, Any]:
    """The family of that name. Raises ImpossibleModel."""
    if name not in FAMILIES:
        raise ImpossibleModel(f"no family is called {name!r}: {_hint(name, list(FAMILIES))}")
    imported: Family[Any, Any] = import_module(FAMILIES[name]).FAMILY
    return imported


def family_of_preset(preset: str) -> Family[Any, Any]:
    """The family of a preset. Raises ImpossibleModel."""
    # import the families first whose name the preset begins with: most likely no other is needed
    for name in sorted(FAMILIES, key=lambda name: not preset.startswith(name)):
        if preset in family(name).presets:
            return family(name)
    raise ImpossibleModel(f"no preset is called {preset!r}: {_hint(preset, preset_names())}")


def family_of_config(config: FamilyConfig) -> Family[Any, Any]:
    """The family of a config. Raises ImpossibleModel."""
    folder = type(config).__module__.rpartition(".")[0]
    for name in sorted(FAMILIES, key=lambda name: FAMILIES[name].rpartition(".")[0] != folder):
        if family(name).config is type(config):
            return family(name)
    raise ImpossibleModel(
        f"a {type(config).__name__} is the config of no family: give it a line in registry.py"
    )


def preset_config(preset: str) -> Any:
    """The config of a preset. Raises ImpossibleModel."""
    return family_of_preset(preset).presets[preset]()


def preset_names() -> list[str]:
    """All presets, family by family."""
    return [preset for name in FAMILIES for preset in family(name).presets]


def models() -> Iterator[ModelInfo]:
    """All presets with their number of parameters and the paper's."""
    for name in FAMILIES:
        for preset in family(name).presets:
            yield family(name).describe(preset)


def _hint(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    choices = f"choose one of {', '.join(known)}"
    return f"did you mean {near[0]}? Or {choices}" if near else choices
